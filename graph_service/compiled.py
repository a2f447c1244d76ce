"""How a loop becomes machine code: without the interpreter lock, kept on disk for the next process."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def kernel(loop: Callable[..., Any]) -> Any:
    """Compile `loop` on first call and keep the machine code on disk.

    The folder is numba's choice (`NUMBA_CACHE_DIR`, else beside the source, else the user's cache folder).
    Where none of these can be written, a private folder in the system's temporary folder is used, and where
    even that is not safe the code is compiled anew in each process: slower to start, never wrong.
    """
    try:
        return numba.njit(loop, cache=True, **_OPTIONS)
    except RuntimeError:  # numba's answer when no folder can be written
        folder = private_folder()
    if folder is None:
        return numba.njit(loop, **_OPTIONS)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        return numba.njit(loop, cache=True, **_OPTIONS)
    finally:
        numba.config.CACHE_DIR = before


def private_folder(base: Path | None = None) -> Path | None:
    """A folder that only this user can write, or None: machine code is never read from anyone else's."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = (base or Path(tempfile.gettempdir())) / f"graph-service-kernels-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    private = os.name == "nt" or not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if stat.S_ISDIR(found.st_mode) and mine and private else None
