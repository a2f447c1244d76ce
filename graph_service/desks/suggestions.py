"""Warm introductions on a coordinator's desk: people by name, reasons in words, what is missing."""

from graph_service.desks.naming import display_name
from graph_service.desks.views.base import Suggestion
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.suggestions import suggest
from graph_service.snapshot.snapshot import Snapshot


def suggestions(
    reader: ScopedReader, snapshot: Snapshot, at: int, limit: int = 3
) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """Suggestions for one learner, and what would make one where there is none."""
    found = suggest(snapshot, reader.evidence, snapshot.keys[at], limit)
    told, [words] = found.as_dict(), found.explain("coordinator")
    shown = []
    for each, said in zip(told["suggestions"], words["suggestions"], strict=True):
        names = {each[who]: _name(snapshot, each[who]) for who in ("target", "connector")}
        shown.append(
            Suggestion(
                target=each["target"],
                target_name=names[each["target"]],
                connector=each["connector"],
                connector_name=names[each["connector"]],
                score=each["score"],
                reasons=(*said["reasons"], *said["path"]),
            )
        )
    missing = tuple(
        _named(entry["text"], {entry["connector"]: _name(snapshot, entry["connector"])} if "connector" in entry else {})
        for entry in told.get("missing", [])
    )
    return tuple(shown), missing


def _name(snapshot: Snapshot, key: str) -> str:
    return display_name(snapshot, snapshot.position(key))


def _named(text: str, names: dict[str, str]) -> str:
    """A sentence with people's names in place of their keys."""
    for key, name in names.items():
        text = text.replace(key, name)
    return text
