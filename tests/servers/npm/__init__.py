"""Test-only packages from npm, pinned by version and hash, kept outside the checkout."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.servers import needs
from tests.servers.lock import locked

_HERE = Path(__file__).resolve().parent
_PINNED = ("package.json", "package-lock.json")


def node_modules() -> Path:
    """The ``node_modules`` folder with everything ``package.json`` names; fetched once for each set of pins.

    The lock file holds versions and hashes and no address of a registry: npm's own setting decides where
    packages come from, the hashes decide whether they are the right ones. Write it again with
    ``npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts``.
    """
    pins = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _PINNED)).hexdigest()[:16]
    folder = needs.test_cache() / "npm" / pins
    done = folder / "complete"
    with locked(folder.parent / f"{pins}.lock"):
        if not done.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            for name in _PINNED:
                shutil.copy(_HERE / name, folder)
            answer = subprocess.run(
                [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=folder,
                capture_output=True,
                text=True,
            )
            if answer.returncode != 0:
                raise RuntimeError(f"npm could not fetch the test packages:\n{answer.stdout}{answer.stderr}")
            done.touch()
    return folder / "node_modules"
