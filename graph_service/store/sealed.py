"""The key of one person's store, in a file that a passphrase opens.

The store is encrypted with a random key. That key, and the person's name, are sealed (AES-256-GCM) under a key made
from the passphrase by scrypt; the file says with which cost, so that it can be raised later. Another passphrase seals
the same key anew: the store itself is not rewritten.
"""

import json
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import NotFound, StoreNotEmpty, UnreadableFile, UsageError, WrongPassphrase

FORMAT, VERSION = "graph-service sealed key", 1
#: Characters of a passphrase at least: what NIST SP 800-63B-4 asks of one that nothing else stands beside.
SHORTEST, LONGEST = 15, 1000
#: scrypt: 128 MiB and a third of a second for one try. A file that asks for more than `MOST` is not believed.
COST = {"n": 2**17, "r": 8, "p": 1}
MOST = {"n": 2**20, "r": 16, "p": 4}


@dataclass(frozen=True)
class Opened:
    """What a passphrase opened. key: 32 bytes, of the store; name: whose store it is."""

    key: bytes
    name: str


def make(path: Path, passphrase: str, name: str) -> Opened:
    """A new key, sealed in a new file. Raises UsageError (a short passphrase), StoreNotEmpty (the file is there).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "example.key"
    >>> made = make(path, "five words are long enough", "Ana Example")
    >>> unseal(path, "five words are long enough") == made
    True
    """
    opened = Opened(secrets.token_bytes(32), name)
    text = _sealed(opened, passphrase)
    part = _written(path, text)
    try:
        # A link is refused where the file is there: two first starts at once do not leave two keys.
        os.link(part, path)
    except FileExistsError:
        raise StoreNotEmpty("There is a key at this address already; nothing was changed.") from None
    finally:
        part.unlink(missing_ok=True)
    return opened


def unseal(path: Path, passphrase: str) -> Opened:
    """What is in the file. Raises WrongPassphrase, NotFound, UnreadableFile (damaged, or of a later version)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head, nonce, box = _read(path)
    key = _stretched(passphrase, head)
    try:
        found = json.loads(AESGCM(key).decrypt(nonce, box, _bytes(head)))
        return Opened(bytes.fromhex(found["key"]), found["name"])
    except InvalidTag:
        raise WrongPassphrase() from None


def reseal(path: Path, old: str, new: str) -> Opened:
    """Put another passphrase in the place of the old one: the file is the old or the new at every moment.

    Raises as `unseal` and `make` do.
    """
    opened = unseal(path, old)
    _written(path, _sealed(opened, new)).replace(path)
    _settle(path.parent)
    return opened


def _sealed(opened: Opened, passphrase: str) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not SHORTEST <= len(_plain(passphrase)) <= LONGEST:
        raise UsageError(f"A passphrase has {SHORTEST} to {LONGEST} characters: four or five words that you remember.")
    head = {"format": FORMAT, "version": VERSION, "kdf": "scrypt", **COST, "salt": secrets.token_hex(16)}
    key, nonce = _stretched(passphrase, head), secrets.token_bytes(12)
    inside = json.dumps({"key": opened.key.hex(), "name": opened.name}).encode()
    # What the file says of itself is sealed with it: no other cost or version can be written over it unseen.
    box = AESGCM(key).encrypt(nonce, inside, _bytes(head))
    return json.dumps(head | {"nonce": nonce.hex(), "box": box.hex()}, indent=1) + "\n"


def _read(path: Path) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        nonce, box = bytes.fromhex(head.pop("nonce")), bytes.fromhex(head.pop("box"))
        bytes.fromhex(head["salt"])
        ours = head["format"] == FORMAT and head["kdf"] == "scrypt"
        bounded = all(isinstance(head[name], int) and 0 < head[name] <= most for name, most in MOST.items())
    except FileNotFoundError:
        raise NotFound("The file with the sealed key is not there. Put it back from your backups.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableFile("The file with the sealed key is damaged. Put it back from your backups.") from None
    if not ours or not bounded or head.get("version") != VERSION:
        raise UnreadableFile("The file with the sealed key was written by another version, or is damaged.")
    return head, nonce, box


def _stretched(passphrase: str, head: dict[str, Any]) -> bytes:
    import hashlib

    n, r, p = (head[name] for name in COST)
    salt, memory = bytes.fromhex(head["salt"]), 128 * r * (n + p + 2)
    return hashlib.scrypt(_plain(passphrase).encode(), salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=32)


def _plain(passphrase: str) -> str:
    """The same letters are the same bytes, whichever keyboard wrote them."""
    return unicodedata.normalize("NFC", passphrase)


def _bytes(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _written(path: Path, text: str) -> Path:
    """A file beside the one meant, on the disk, readable by its owner alone."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return part


def _settle(folder: Path) -> None:
    """Put a renaming on the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
