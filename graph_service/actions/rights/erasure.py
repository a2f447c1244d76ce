"""Erasure, end to end: the store, its log, caches, the record of what was shown, and files that commands wrote."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph_service.actions.rights.holds import require_free
from graph_service.actions.rights.requests import may, note, whole
from graph_service.disclosure.scope import Actor
from graph_service.records.registry import KINDS
from graph_service.store.cache import forget
from graph_service.store.scrubbing import wording
from graph_service.store.store import Store
from graph_service.store.written import Copies

#: Bytes of one file in an archive that are looked through: no more than an upload may have.
LARGEST_PART = 512_000_000


@dataclass(frozen=True)
class Elsewhere:
    """A file of records that left the programme with the person in it: its recipient has to be told."""

    release: str
    recipient: str
    pseudonym: str


@dataclass(frozen=True)
class Plan:
    """What an erasure would do: people's records, records about them by kind, copies elsewhere."""

    people: tuple[str, ...]
    records: dict[str, int]
    elsewhere: tuple[Elsewhere, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Erased:
    """What an erasure did. touched: records deleted or made anonymous."""

    touched: int
    copies: Copies
    elsewhere: tuple[Elsewhere, ...]


def plan(store: Store, actor: Actor, person: str, *, today: date, folders: Sequence[Path] = ()) -> Plan:
    """Look at an erasure before it is done. Raises UnknownPerson, OnHold, NotYours.

    folders: where the service itself leaves files: rejected rows of uploads, mails of a file outbox.
    """
    may(actor, person, own=False)
    people = whole(store, person)
    require_free(store, people, today)
    counts: dict[str, int] = {}
    for of in KINDS.values():
        for each in of.references:
            if each.type.target == "person" and not each.roles:
                counts[of.name] = counts.get(of.name, 0) + store.count(of.name, **{each.name: people})
    contacts = sum(len(store.interactions_of(one, date.max, 10**9)) for one in people)
    counts = {"person": len(people), "interaction": contacts, **counts}
    named = _named(store, people)
    files = [] if store.written is None else [path for path, _ in store.written.holding(named)]
    files += _naming(folders, named)
    return Plan(tuple(people), {name: n for name, n in counts.items() if n}, _elsewhere(store, people), tuple(files))


def erase(
    store: Store,
    actor: Actor,
    person: str,
    *,
    today: date,
    cache_dir: Path | None = None,
    folders: Sequence[Path] = (),
    keep_files: bool = False,
) -> Erased:
    """Erase somebody everywhere that this service writes. Raises UnknownPerson, OnHold, NotYours.

    cache_dir: folder of the columnar cache. folders: see `plan`; files in them that name the person are deleted.
    keep_files: leave files that commands wrote where they are.
    """
    planned = plan(store, actor, person, today=today)
    people = list(planned.people)
    copies = Copies()
    if store.written is not None and not keep_files:
        copies = store.written.delete(_named(store, people))
    lying = _naming(folders, _named(store, people))
    for path in lying:
        path.unlink(missing_ok=True)
    copies = Copies((*copies.deleted, *lying), copies.changed)
    accounts = [row["id"] for row in store.find("membership", person=people)]
    touched = store.erase("membership", accounts, actor=actor.name) if accounts else 0
    touched += store.erase("person", people, actor=actor.name)
    if store.shown is not None:
        store.shown.forget(people)
    if cache_dir is not None:
        forget(cache_dir, store.id)
    note(store, actor, "erasure", None, today)
    return Erased(touched, copies, planned.elsewhere)


def _named(store: Store, people: list[str]) -> "Named":
    keys = [row["key"] for one in people for row in store.history("person", one)]
    return Named(wording(store, people), keys)


def _naming(folders: Sequence[Path], named: "Named") -> list[Path]:
    """Files below folders that name somebody."""
    files = (path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if any(named(text) for text in _texts(path))]


def _texts(path: Path) -> Iterator[str]:
    """What a file says: as it is; of a mail what its encoding hides; what an archive or sheet holds."""
    content = path.read_bytes()
    yield content.decode("utf-8", "replace")
    if zipfile.is_zipfile(path):
        with (
            suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error),
            zipfile.ZipFile(path) as archive,
        ):
            for name in archive.namelist():
                yield name
                with archive.open(name) as inside:
                    yield inside.read(LARGEST_PART).decode("utf-8", "replace")
    if path.suffix == ".eml":
        from email import message_from_bytes
        from email.policy import default

        for part in message_from_bytes(content, policy=default).walk():
            yield "\n".join(str(value) for value in part.values())
            inner = part.get_payload(decode=True)
            if isinstance(inner, bytes):
                yield inner.decode("utf-8", "replace")


class Named:
    """Whether a file's text names somebody: by name, address, or key, however short the key is."""

    def __init__(self, pattern: re.Pattern[str] | None, keys: list[str]) -> None:
        self.pattern = pattern
        self.keys = re.compile(rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, sorted(set(keys))))})(?![\w@-])")

    def __call__(self, text: str) -> bool:
        return bool(self.keys.search(text) or (self.pattern is not None and self.pattern.search(text)))


def _elsewhere(store: Store, people: list[str]) -> tuple[Elsewhere, ...]:
    found = []
    for row in store.find("release_member", person=people):
        release = store.get("release", row["release"])
        if release is not None and release["kind"] == "records":
            found.append(Elsewhere(release["id"], release["recipient"] or "", row["cell"]))
    return tuple(sorted(found, key=lambda each: (each.release, each.pseudonym)))
