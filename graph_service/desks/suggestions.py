"""Warm introductions on a coordinator's desk: people by name, reasons in words, what is missing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from graph_service.desks.naming import display_name
from graph_service.desks.views.base import Suggestion
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.answer import gate_words
from graph_service.introductions.suggestions import stated, suggest
from graph_service.snapshot.snapshot import Snapshot


def suggestions(
    reader: ScopedReader, snapshot: Snapshot, at: int, limit: int = 3, language: str = "en"
) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """Suggestions for one learner, and what would make one where there is none, in a language (`en`, `es`)."""
    found = suggest(snapshot, reader.evidence, snapshot.keys[at], limit)
    told, [words] = found.as_dict(), found.explain("coordinator", language)
    shown = []
    for each, said in zip(told["suggestions"], words["suggestions"], strict=True):
        target, connector = (display_name(snapshot, snapshot.position(each[who])) for who in ("target", "connector"))
        shown.append(
            Suggestion(
                target=each["target"],
                target_name=target,
                connector=each["connector"],
                connector_name=connector,
                score=each["score"],
                reasons=(*said["reasons"], *said["path"]),
            )
        )
    return tuple(shown), tuple(found.missing(language, lambda row: display_name(snapshot, row)))


def stated_of(reader: ScopedReader, as_of: date, learner: str, connector: str, target: str) -> dict[str, Any]:
    """What is kept with an introduction that staff put on its way; people by key or internal id. Shown to nobody."""
    return stated(reader.snapshot(as_of), reader.evidence, learner, connector, target)


def gates_told(codes: Sequence[str], language: str) -> list[str]:
    """Gates in words for staff."""
    words = gate_words(language)
    return [words[code] for code in codes]
