"""How people are named on a desk: by their name where the reader may see it, else by their key."""

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
