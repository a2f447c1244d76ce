#!/usr/bin/env python3
"""Every chore of this checkout with nothing but Python: ``python3 dev.py demo``, ``python3 dev.py test`` ...

One environment, ``.venv``, serves them all. What goes into it is pinned with hashes in ``requirements/``;
a chore installs its own part once and skips that step while the pins stay as they are.
"""

# Written so that an old Python can read it too: it has to, to say what is missing or find a newer one.
from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PINS = ROOT / "requirements"
OLDEST = (3, 11)
# Newer ones may lack wheels of the compiled libraries, so they are only the last resort.
NEWEST = (3, 14)


class Chore(NamedTuple):
    """What the help says, the part of ``requirements/`` it needs, the commands it runs inside ``.venv``."""

    text: str
    part: str | None
    commands: tuple[tuple[str, ...], ...] = ()


CHORES = {
    "setup": Chore("install everything, with the test and bench tools", "everything"),
    "demo": Chore("load a made-up programme, measure it, serve its pages", "demo", (("graph-service", "demo"),)),
    "test": Chore("all tests this machine can run; -- hands the rest to pytest", "test", (("-m", "tests.run"),)),
    "bench": Chore("speed and memory, measured on this machine", "bench", (("-m", "bench"),)),
    "soak": Chore("load, soak and long kill drills: hours", "test", (("-m", "tests.run", "--soak"),)),
    "lint": Chore(
        "style and types",
        "test",
        (("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", "."), ("-m", "mypy")),
    ),
    "generate": Chore("write again the pages that come from declarations", "test", (("-m", "docs.generate"),)),
    "shots": Chore("screenshots of the pages, for the docs", "test", (("-m", "tests.web.shots"),)),
    "vendor": Chore(
        "check the vendored browser files; 'vendor fetch' gets them again", "test", (("-m", "viz.vendor"),)
    ),
    "lock": Chore("pin the newest allowed versions, with hashes (needs uv)", None),
}
# The extras that each part of the environment adds to the base dependencies.
PARTS: dict[str, tuple[str, ...]] = {"demo": (), "test": ("test",), "bench": ("bench",)}


class MissingTool(Exception):
    """Something that only the user can install; the text says how."""


def main(words: list[str]) -> int:
    """Run the chore that the words name; the exit status of the worst of its commands."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST and "GRAPH_SERVICE_DEV" not in os.environ:
        better = find_python()
        if better:
            environment = {**os.environ, "GRAPH_SERVICE_DEV": "python chosen"}
            return subprocess.call([better, str(Path(__file__).resolve()), *words], env=environment)
    if sys.version_info < OLDEST:
        return stop(
            "Python 3.11 or newer is missing: apt-get install python3 python3-venv (Debian 12 or newer)"
            "  |  brew install python@3.13  |  winget install Python.Python.3.13"
        )
    chore = CHORES.get(words[0]) if words else None
    if chore is None:
        print("usage: python3 dev.py CHORE [options]\n")
        for name, known in CHORES.items():
            print(f"  {name:<9} {known.text}")
        return 0 if words in (["-h"], ["--help"], ["help"]) else 2
    try:
        if chore.part is None:
            lock()
        else:
            install(chore.part)
    except MissingTool as missing:
        return stop(str(missing))
    except subprocess.CalledProcessError as failed:
        return stop(f"Stopped, because this failed: {' '.join(map(str, failed.cmd))}")
    try:
        return max((run(command, words[1:]) for command in chore.commands), default=0)
    except KeyboardInterrupt:
        return 130


def stop(line: str) -> int:
    """Say why nothing more happens."""
    print(line, file=sys.stderr)
    return 1


def run(command: tuple[str, ...], rest: list[str]) -> int:
    """Run one command of the environment: a module of its Python, or a program it installed."""
    if command[0] == "-m":
        file = ROOT.joinpath(*command[1].split("."))
        if "." in command[1] and not file.with_suffix(".py").is_file() and not (file / "__main__.py").is_file():
            return stop(f"This checkout has no {file.relative_to(ROOT)}.py, so there is nothing to run.")
        return subprocess.call([str(PYTHON), *command, *rest], cwd=ROOT)
    program = shutil.which(command[0], path=str(BIN)) or command[0]
    return subprocess.call([program, *command[1:], *rest])


def find_python() -> str | None:
    """Another Python of this machine that the pinned libraries support, the newest first."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works(found, "-c", ""):
            return found
        if os.name == "nt" and works("py", f"-3.{minor}", "-c", ""):
            return said("py", f"-3.{minor}", "-c", "import sys; print(sys.executable)")
    uv = find_uv()
    wanted = f">={OLDEST[0]}.{OLDEST[1]},<{NEWEST[0]}.{NEWEST[1] + 1}"
    return said(uv, "python", "find", wanted) if uv and works(uv, "python", "find", wanted) else None


def find_uv() -> str | None:
    """Uv, when it is there and runs."""
    uv = shutil.which("uv")
    return uv if uv and works(uv, "--version") else None


def works(*command: object) -> bool:
    """Whether a command runs and succeeds."""
    try:
        return (
            subprocess.call([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
        )
    except OSError:
        return False


def said(*command: object) -> str:
    """What a command that works prints."""
    return subprocess.check_output([str(word) for word in command], universal_newlines=True).strip()


def install(part: str) -> None:
    """Bring ``.venv`` to what this part pins; nothing to do when a stamp says that it is there."""
    from tests.servers.lock import locked

    # Two chores at once in one checkout: the second waits, then finds the stamp of the first.
    with locked(ROOT / ".cache" / "dev.lock"):
        stamp = fingerprint()
        usable = works(PYTHON, "-c", "")
        if usable and stamp in (stamp_of("everything"), stamp_of(part)):
            return
        uv = find_uv()
        if not usable:
            make_environment(uv)
        print(f"Installing what `{part}` needs into .venv; this happens once ...", flush=True)
        wanted = VENV / f"{part}.txt"
        wanted.write_text(pins(part), encoding="utf-8")
        tool: list[object] = [uv, "pip", "install", "--quiet", "--python", PYTHON]
        if uv is None:
            if not works(PYTHON, "-m", "pip", "--version"):
                subprocess.check_call([PYTHON, "-m", "ensurepip", "--upgrade"])
            tool = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        call([*tool, "--require-hashes", "-r", wanted])
        call([*tool, "--no-deps", "--no-build-isolation", "-e", ROOT])
        (VENV / f".has-{part}").write_text(stamp)


def call(command: list[object]) -> None:
    """Run one step; CalledProcessError when it fails."""
    subprocess.check_call([str(word) for word in command], cwd=ROOT)


def make_environment(uv: str | None) -> None:
    """Create ``.venv`` anew with the Python that runs this."""
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        call([uv, "venv", "--quiet", "--python", sys.executable, VENV])
    elif not works(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        raise MissingTool(
            "Python's venv module is missing: apt-get install python3-venv"
            "  |  brew install python@3.13  |  winget install Python.Python.3.13"
        )


def stamp_of(part: str) -> str:
    """The fingerprint under which a part was last installed; empty when it never was."""
    stamp = VENV / f".has-{part}"
    return stamp.read_text() if stamp.is_file() else ""


def fingerprint() -> str:
    """What an installation depends on: the pins, the project's metadata, where it lies."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in [ROOT / "pyproject.toml", *sorted(PINS.iterdir())]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def pins(part: str) -> str:
    """The pinned, hashed requirements of one part, cut out of the one file that holds them all."""
    text = (PINS / "constraints.txt").read_text(encoding="utf-8")
    if part == "everything":
        return text
    names = set((PINS / f"{part}.names").read_text(encoding="utf-8").split())
    kept, keep = [], False
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            keep = line.partition("==")[0] in names
        if keep:
            kept.append(line)
    return "".join(kept)


def lock() -> None:
    """Compile ``requirements/`` again from pyproject.toml: one file of pins, one list of names a part."""
    uv = find_uv()
    if uv is None:
        raise MissingTool(
            "uv is missing, and only uv pins for all platforms at once: pip install uv"
            "  |  brew install uv  |  winget install astral-sh.uv"
        )
    pinned = PINS / "constraints.txt"
    compile_ = (
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        f"{OLDEST[0]}.{OLDEST[1]}",
    )
    form = ("--no-emit-index-url", "--no-annotate", "--no-header")
    sources = (ROOT / "pyproject.toml", PINS / "build.in")
    text = said(*compile_, *form, "--upgrade", "--generate-hashes", "--all-extras", *sources)
    pinned.write_text(f"# Written by `python3 dev.py lock`; do not edit.\n{text}\n", encoding="utf-8")
    for part, extras in PARTS.items():
        chosen = [word for extra in extras for word in ("--extra", extra)]
        lines = said(*compile_, *form, "--constraint", pinned, *chosen, *sources).splitlines()
        names = sorted({line.partition("==")[0] for line in lines if "==" in line})
        (PINS / f"{part}.names").write_text("\n".join(names) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
