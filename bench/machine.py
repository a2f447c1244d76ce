"""What figures were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any


def machine(libraries: Iterable[str]) -> dict[str, Any]:
    """Processor, how busy it was, and versions of what was compared."""
    return {
        "processors": os.cpu_count(),
        "processor": processor(),
        "load": load(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in libraries},
    }


def load() -> float:
    """Processes that ran or waited to, in the mean of the last five minutes; 0 where the system does not say."""
    return round(os.getloadavg()[1], 1) if hasattr(os, "getloadavg") else 0.0


def processor() -> str:
    """What the machine says its processor is."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        return named[0] if named else platform.machine()
    return platform.processor() or platform.machine()
