"""Names on a canvas: whatever people are called, a label stays on one line, short, and cannot turn text around."""

from __future__ import annotations

import unicodedata

_TURNING = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_ISOLATE, _POP = "\u2068", "\u2069"
_JOINING = {"\u200d", "\ufe0f", "\ufe0e"}


def plain(text: str) -> str:
    """Text on one line without control characters and direction marks.

    >>> plain("Ana\\u202e Example\\n")
    'Ana Example'
    """
    kept = text.translate(_TURNING)
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in kept).split())


def short(text: str, limit: int = 22) -> str:
    """A label of at most `limit` characters, cut between whole characters.

    >>> short("Maximiliana Example-Longname", 12)
    'Maximiliana…'
    """
    line = plain(text)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    while cut and (cut[-1] in _JOINING or unicodedata.combining(line[len(cut)]) or line[len(cut)] in _JOINING):
        cut = cut[:-1]
    return cut.rstrip() + "…"


def isolated(text: str) -> str:
    """A name inside a sentence: its direction cannot change the words around it."""
    line = plain(text)
    return line if line.isascii() else f"{_ISOLATE}{line}{_POP}"
