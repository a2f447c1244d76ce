"""How people are named on a desk: by their name where the reader may see it, else by their key."""

from collections.abc import Iterable
from datetime import date

from graph_service.disclosure.scope import ScopedReader
from graph_service.snapshot.snapshot import Snapshot


def display_name(snapshot: Snapshot, at: int) -> str:
    """Given and family name, or the person's key where no name is recorded."""
    if snapshot.people is None:
        return str(snapshot.keys[at])
    row = snapshot.people.table.slice(at, 1).select(["given_name", "family_name"]).to_pylist()[0]
    name = " ".join(part for part in (row["given_name"], row["family_name"]) if part)
    return name or str(snapshot.keys[at])


def organization_name(snapshot: Snapshot, at: int) -> str | None:
    """The name of an organisation by position; None where there is none."""
    if snapshot.people is None or at < 0:
        return None
    name: str = snapshot.people.organizations.table["name"][int(at)].as_py()
    return name


def names_of(reader: ScopedReader, as_of: date, ids: Iterable[str]) -> dict[str, str]:
    """Display names by internal id, for records that the reader may see; of who is no longer there a dash."""
    snapshot, ids = reader.snapshot(as_of), tuple(ids)
    reader.note_ids("names", ids)
    places = {} if snapshot.people is None else snapshot.memo("places by id", lambda: _places(snapshot))
    return {id: display_name(snapshot, places[id]) if id in places else "–" for id in ids}


def _places(snapshot: Snapshot) -> dict[str, int]:
    assert snapshot.people is not None
    return {id: at for at, id in enumerate(snapshot.people.ids)}


def names(snapshot: Snapshot) -> list[str]:
    """What everybody is called, by position."""

    def compute() -> list[str]:
        keys = [str(key) for key in snapshot.keys]
        if snapshot.people is None:
            return keys
        table = snapshot.people.table
        parts = zip(table["given_name"].to_pylist(), table["family_name"].to_pylist(), keys, strict=True)
        return [" ".join(part for part in (given, family) if part) or key for given, family, key in parts]

    found: list[str] = snapshot.memo("names", compute)
    return found
