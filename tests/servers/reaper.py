"""Servers outlive a test run that was killed; the next run finds their note and puts them away."""

import json
import os
import shutil
from pathlib import Path

import psutil

_NOTE = "owner.json"


def leave_note(home: Path, server: int) -> None:
    """Write beside a server's files which process it is and which test run owns it."""
    owner = os.getpid()
    note = {"server": server, "owner": owner, "owner_started": psutil.Process(owner).create_time()}
    (home / _NOTE).write_text(json.dumps(note))


def reap(homes: Path) -> list[Path]:
    """End the servers under ``homes`` whose test run is gone, delete their files, and say which.

    A process is ended only when its own command line names the folder: a number may have been given
    to another program since.
    """
    gone = []
    for path in homes.glob(f"*/{_NOTE}"):
        home = path.parent
        try:
            note = json.loads(path.read_text())
        except (OSError, ValueError):
            continue
        if _same_process(note["owner"], note["owner_started"]):
            continue
        _end(note["server"], home)
        shutil.rmtree(home, ignore_errors=True)
        gone.append(home)
    return gone


def _same_process(pid: int, started: float) -> bool:
    try:
        return bool(abs(psutil.Process(pid).create_time() - started) < 1)
    except psutil.Error:
        return False


def _end(pid: int, home: Path) -> None:
    try:
        server = psutil.Process(pid)
        if not any(str(home) in word for word in server.cmdline()):
            return
        server.kill()
        server.wait(30)
    except psutil.Error:
        return
