"""What to do in the time there is: expiring things first, then most learners helped per minute."""

from datetime import date

from graph_service.desks import coordinator, narrowing
from graph_service.desks.due import due
from graph_service.desks.views.base import LearnerRow
from graph_service.desks.views.today import Move, Roll, RollRow, Today
from graph_service.disclosure.scope import ScopedReader

#: Minutes that a move takes, as a coordinator would plan it.
MINUTES = {"keep": 2, "ask": 5, "introduce": 4}
#: A learner with one or two professional contacts is nudged from this many days without an adult.
QUIET_DAYS = 45
#: Learners asked at once with one class form.
CLASS = 30
ALL = 10**9


def queue(reader: ScopedReader, as_of: date, minutes: int = 20) -> Today:
    """Moves that fit into `minutes`, in the order to do them, and how much waits.

    What is due for safety or runs out comes first (see `due`). Last ties that are going quiet follow, since they
    expire; then what helps most learners per minute: a form for a class whom nobody knows about before an introduction
    for one.
    """
    view = coordinator.worklist(reader, as_of, limit=ALL)
    expiring = due(reader, as_of, view.rows)
    hosts = [move for move in expiring if move.kind == "host"]
    moves = [*_keep(view.rows), *_ask(reader, as_of, view.rows), *_introduce(view.rows), *hosts]
    moves.sort(key=lambda move: (move.kind != "keep", -move.learners / move.minutes))
    moves = [*(move for move in expiring if move.kind != "host"), *moves]
    fitting: list[Move] = []
    spent = 0
    for move in moves:
        if spent + move.minutes > minutes:
            break
        fitting.append(move)
        spent += move.minutes
    later = moves[len(fitting) :]
    return Today(
        about=view.about,
        minutes=minutes,
        moves=tuple(fitting),
        spent=spent,
        helped=sum(move.learners for move in fitting),
        waiting=len(later),
        waiting_learners=sum(move.learners for move in later),
    )


def _keep(rows: tuple[LearnerRow, ...]) -> list[Move]:
    # Whoever has many ties loses little with one: the minutes go to those who would have nobody.
    quiet = [row for row in rows if row.group == "few" and (row.days_since_adult_contact or 0) >= QUIET_DAYS]
    quiet.sort(key=lambda row: (row.professional, -(row.days_since_adult_contact or 0), row.person_id))
    return [
        Move(
            kind="keep",
            title=f"Remind {row.name} to write to a contact",
            why=f"No adult for {row.days_since_adult_contact} days; {row.professional} professional "
            f"{'tie' if row.professional == 1 else 'ties'} would fade.",
            minutes=MINUTES["keep"],
            name=row.name,
            days=row.days_since_adult_contact or 0,
            ties=row.professional,
            learners=1,
            learner=row.id,
        )
        for row in quiet
    ]


def _ask(reader: ScopedReader, as_of: date, rows: tuple[LearnerRow, ...]) -> list[Move]:
    snapshot = reader.snapshot(as_of)
    unknown: dict[str, int] = {}
    for row in rows:
        if row.group == "nothing_recorded" and row.site:
            unknown[row.site] = unknown.get(row.site, 0) + 1
    places = {each.name: each.id for each in narrowing.sites(reader, snapshot, reader.learners(snapshot))}
    return [
        Move(
            kind="ask",
            title=f"Print a class form for {site}",
            why=f"Nothing is recorded for {n} {'learner' if n == 1 else 'learners'} there; three questions show whom "
            "they know.",
            minutes=MINUTES["ask"],
            name=site,
            unknown=n,
            learners=min(n, CLASS),
            site=places[site],
        )
        for site, n in sorted(unknown.items(), key=lambda each: -each[1])
    ]


def _introduce(rows: tuple[LearnerRow, ...]) -> list[Move]:
    return [
        Move(
            kind="introduce",
            title=f"Find {row.name} a first professional contact",
            why="Recorded contacts, none from the world of work."
            if row.recorded_contacts
            else "Nothing is recorded, and no site to ask at.",
            minutes=MINUTES["introduce"],
            name=row.name,
            unknown=int(not row.recorded_contacts),
            learners=1,
            learner=row.id,
        )
        for row in rows
        if row.group == "none_professional" or (row.group == "nothing_recorded" and not row.site)
    ]


def roll(reader: ScopedReader, as_of: date, site: str | None = None) -> Roll:
    """Learners of a site (or of all), by name, to print a form or a sign-in sheet from."""
    view = coordinator.worklist(reader, as_of, limit=ALL, site=site, order="name")
    names = {each.id: each.name for each in view.sites}
    rows = tuple(RollRow(person_id=row.person_id, name=row.name, site=row.site) for row in view.rows)
    return Roll(about=view.about, site=names.get(site or ""), learners=rows, on=as_of)
