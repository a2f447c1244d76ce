"""Internal ids: keyed hashes, so that an id in a URL or a log tells nothing about a person.

The key is the store's secret; results never depend on it, since people are ordered by (id source, own key).
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence

#: Bytes of a hash: 80 bits, sixteen letters. Two of a billion records collide with probability under 1e-6,
#: and a collision between people is noticed (the key is kept beside the id).
SIZE = 10
SEPARATOR = "\x1f"


def internal_id(secret: bytes, kind: str, source: str, key: str) -> str:
    """The id of one record.

    >>> internal_id(b"0" * 32, "person", "local", "ana") == internal_id(b"0" * 32, "person", "local", "ana")
    True
    >>> len(internal_id(b"0" * 32, "person", "local", "ana"))
    16
    """
    text = SEPARATOR.join((kind, source, key)).encode()
    return base64.b32encode(hashlib.blake2b(text, digest_size=SIZE, key=secret).digest()).decode().lower()


def internal_ids(secret: bytes, kind: str, source: str, keys: Iterable[str]) -> list[str]:
    """The ids of many records of one source."""
    prefix = SEPARATOR.join((kind, source, "")).encode()
    new, encode = hashlib.blake2b, base64.b32encode
    digests = (new(prefix + key.encode(), digest_size=SIZE, key=secret).digest() for key in keys)
    return [encode(each).decode().lower() for each in digests]


def row_keys(rows: Iterable[Sequence[object]]) -> list[str]:
    """Keys of rows without an id: the canonical row and its ordinal among equal rows.

    Two equal rows of a file are two contacts, and the same two when the file is loaded again.

    >>> row_keys([("2026-01-01", "a"), ("2026-01-01", "a")])
    ['2026-01-01\\x1fa\\x1f0', '2026-01-01\\x1fa\\x1f1']
    """
    seen: dict[str, int] = {}
    keys = []
    for row in rows:
        text = SEPARATOR.join("" if value is None else str(value) for value in row)
        ordinal = seen.get(text, 0)
        seen[text] = ordinal + 1
        keys.append(f"{text}{SEPARATOR}{ordinal}")
    return keys


def digest(secret: bytes, text: str) -> int:
    """A signed 64-bit fingerprint of a text."""
    data = hashlib.blake2b(text.encode(), digest_size=8, key=secret).digest()
    return int.from_bytes(data, "big", signed=True)
