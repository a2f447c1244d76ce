"""The vendored browser files: pinned in `static/vendor/vendor.toml`, verified by hash, fetched again by one command.

`python -m viz.vendor verify` compares the files with their hashes; `fetch` gets every package anew with npm and
writes only members whose hash is the pinned one; `pin` does the same and writes the new hashes, after a version
was changed by hand.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"
PINS = FOLDER / "vendor.toml"


@dataclass(frozen=True, slots=True)
class Pin:
    """One vendored file: where it lies, which member of which package it is, and its hash."""

    path: str
    package: str
    version: str
    member: str
    licence: str
    sha256: str


def pins(path: Path = PINS) -> tuple[Pin, ...]:
    """Every vendored file, licence texts included."""
    with path.open("rb") as file:
        packages = tomllib.load(file)["package"]
    return tuple(
        Pin(entry["path"], p["name"], p["version"], entry["member"], p["licence"], entry["sha256"])
        for p in packages
        for entry in p["files"]
    )


def problems(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the vendored files, in sentences; empty when nothing is.

    >>> problems()
    []
    """
    known = {pin.path: pin for pin in pins(folder / "vendor.toml")}
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"vendor.toml"}
    wrong = [f"{path} is not in vendor.toml" for path in sorted(found - known.keys())]
    for path, pin in sorted(known.items()):
        if path not in found:
            wrong.append(f"{path} is missing: run `python -m viz.vendor fetch`")
        elif digest((folder / path).read_bytes()) != pin.sha256:
            wrong.append(f"{path} is not the file pinned from {pin.package} {pin.version}")
    return wrong


def digest(content: bytes) -> str:
    """The hash that `vendor.toml` records."""
    return hashlib.sha256(content).hexdigest()


def members(package: str, version: str) -> Mapping[str, bytes]:
    """The files of one npm package, by path inside the package. Raises CalledProcessError when npm fails."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"{package}@{version}", "--silent", "--ignore-scripts", "--pack-destination", folder],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            return dict(_files(archive))


def _files(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for info in archive:
        content = archive.extractfile(info) if info.isfile() else None
        if content is not None:
            yield info.name.partition("/")[2], content.read()


def fetch(folder: Path = FOLDER, *, pin_anew: bool = False) -> list[str]:
    """Write every vendored file from its package. Returns what was refused because its hash is another one."""
    refused: list[str] = []
    text = (folder / "vendor.toml").read_text("utf-8")
    packages: dict[tuple[str, str], Mapping[str, bytes]] = {}
    for pin in pins(folder / "vendor.toml"):
        key = (pin.package, pin.version)
        packages[key] = packages.get(key) or members(*key)
        content = packages[key][pin.member]
        if digest(content) != pin.sha256 and not pin_anew:
            refused.append(f"{pin.path}: {pin.package} {pin.version} now has other bytes; nothing written")
            continue
        text = text.replace(pin.sha256, digest(content))
        target = folder / pin.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if pin_anew:
        (folder / "vendor.toml").write_text(text, "utf-8")
    return refused


def run(arguments: list[str]) -> int:
    """The chore's command line: `verify` (default), `fetch` or `pin`. Returns the exit status."""
    verb = arguments[0] if arguments else "verify"
    if verb not in ("verify", "fetch", "pin"):
        print(f"unknown verb {verb}: use verify, fetch or pin", file=sys.stderr)
        return 2
    refused = [] if verb == "verify" else fetch(pin_anew=verb == "pin")
    wrong = refused + problems()
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"{len(pins())} vendored files are as pinned")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
