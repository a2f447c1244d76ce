"""How a loop becomes machine code: without the interpreter lock, kept on disk for the next process.

Imports nothing but numba, so that the kernels can be shared without the rest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.codegen import get_host_cpu_features

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
#: Seconds after which the code of older sources is removed; a process that still runs them may need it until then.
KEPT = 30 * 86400


def kernel(loop: Callable[..., Any]) -> Any:
    """Compile `loop` on first call and keep the machine code on disk, in `folder`.

    Where nothing safe can be written, the code is compiled anew in each process: slower to start, never wrong.
    """
    where = folder(Path(loop.__code__.co_filename).parent)
    if where is None:
        return numba.njit(loop, **_OPTIONS)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(where)
    try:
        return numba.njit(loop, cache=True, **_OPTIONS)
    finally:
        numba.config.CACHE_DIR = before


def registers(feature: str) -> bool:
    """Whether machine code made here may use a feature of the processor, by LLVM's name for it."""
    chosen = numba.config.CPU_FEATURES
    return f"+{feature}" in (get_host_cpu_features() if chosen is None else chosen).split(",")


@cache
def folder(sources: Path) -> Path | None:
    """Where the machine code of a folder of sources is kept.

    Below `NUMBA_CACHE_DIR`, else beside the sources, else in a private folder of the system's temporary one.
    The name is a digest of the sources, because a loop that calls one of another file would otherwise be found
    in its old form after that file has changed.
    """
    name = f"kernels-{_digest(sources)}"
    if chosen := numba.config.CACHE_DIR:
        return _writable(Path(chosen) / name)
    beside = sources / "__pycache__"
    if found := _writable(beside / name):
        os.utime(found)
        for old in beside.glob("kernels-*"):
            if time.time() - old.stat().st_mtime > KEPT:
                shutil.rmtree(old, ignore_errors=True)
        return found
    private = private_folder(Path(tempfile.gettempdir()))
    return private and _writable(private / name)


def private_folder(base: Path) -> Path | None:
    """A folder that only this user can write, or None: machine code is never read from anyone else's."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    made = base / f"graph-service-{user}"
    try:
        made.mkdir(mode=0o700, exist_ok=True)
        found = made.lstat()
    except OSError:
        return None
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    private = os.name == "nt" or not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return made if stat.S_ISDIR(found.st_mode) and mine and private else None


def _writable(made: Path) -> Path | None:
    try:
        made.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=made):
            return made
    except OSError:
        return None


def _digest(sources: Path) -> str:
    texts = (source.read_bytes() for source in sorted(sources.glob("*.py")))
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]
