"""Bytes of a file as text: byte order marks, UTF-16 without one, and the encodings of old spreadsheets."""

import codecs
import unicodedata
from pathlib import Path

from graph_service.errors import UnreadableFile

#: Larger files are refused: they are read whole, so that a bad file changes nothing.
LARGEST = 2 << 30

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises UnreadableFile."""
    try:
        if path.is_dir():
            raise UnreadableFile("This is a folder, and a file is needed. Nothing was changed.")
        if path.stat().st_size > LARGEST:
            raise UnreadableFile("The file is larger than 2 GB; split it. Nothing was changed.")
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile("There is no such file. Nothing was changed.") from None
    except OSError as error:
        raise UnreadableFile(f"The file cannot be read ({error.strerror}). Nothing was changed.") from None


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding it was written in. Raises UnreadableFile.

    Without an encoding: a byte order mark decides; else UTF-16 where every other byte is zero; else UTF-8; else
    Windows-1252, unless most of the file's accents are good UTF-8: then it is damaged, and that is said.

    >>> decode("Iñaki".encode("latin-1"))
    ('Iñaki', 'cp1252')
    """
    if not data.strip():
        raise UnreadableFile("The file is empty. Nothing was changed.")
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableFile("This is a zip archive or a workbook; save it as CSV first. Nothing was changed.")
    if encoding is not None:
        text = _decoded(data, encoding)
        if text is None:
            raise UnreadableFile(f"The file is not written in {encoding}. Nothing was changed.")
        return _clean(text), encoding
    found = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _wide(data)
    for name in [found] if found else ["utf-8", "cp1252", "latin-1"]:
        text = _decoded(data, name)
        if text is not None:
            if name in ("cp1252", "latin-1"):
                _refuse_damaged(data)
            return _clean(text), name
    raise UnreadableFile(f"The file says that it is {found}, and is not. Nothing was changed.")


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly all bytes of one parity are zero."""
    head = data[:4096]
    if len(head) < 4:
        return None
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _refuse_damaged(data: bytes) -> None:
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for each in text if each > "\x7f" and each != "\ufffd")
    if good > bad:
        raise UnreadableFile(
            f"The file is UTF-8 with {bad} damaged characters; save it again, or name its encoding. "
            "Nothing was changed."
        )


def _clean(text: str) -> str:
    """Refuse what is no text; write accents in one way, so that equal keys are equal."""
    if "\x00" in text or sum(text.count(chr(code)) for code in (1, 2, 3, 4, 5, 6, 14, 15, 16)) > 0:
        raise UnreadableFile("This is not a text file. Nothing was changed.")
    text = text.removeprefix("\ufeff")
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
