"""From a desk's view to a picture's spec. A view holds only what its reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from viz.spec import Alter, AlterTie, Cell, Chart, EgoPicture, MapPicture, Moment, Ring, State
from viz.words import Words

if TYPE_CHECKING:
    from graph_service.desks.views.base import Network
    from graph_service.desks.views.evaluation import Evaluation, FlowCell, WayCell
    from graph_service.desks.views.learner import LearnerDesk
    from graph_service.desks.views.map import ProgrammeMap
    from graph_service.desks.views.summary import Summary


#: Groups of the map that are no site, as the view writes them.
ADULTS, NO_SITE = "*", "-"

RINGS = (
    "family",
    "peer",
    "school_staff",
    "program_staff",
    "near_peer",
    "alum",
    "mentor",
    "employer_contact",
    "other_professional",
)
"""Relations from the inside out: home, school, then the world of work. The place of each is also its look."""


def network_picture(
    network: Network, title: str, empty: str = "", relations: Mapping[str, str] | None = None
) -> EgoPicture:
    """The ego map of a learner's network; a relation has the same ring order and look in every picture.

    relations: what relations are called in the reader's language; the view's own labels where none is given.
    """
    labels = {alter.relation: alter.relation_label for alter in network.alters} | dict(relations or {})
    labels = {code: labels[code] for code in {alter.relation for alter in network.alters}}
    place = {code: k for k, code in enumerate(RINGS)}
    codes = sorted(labels, key=lambda code: (place.get(code, len(RINGS)), code))
    return EgoPicture(
        title=title,
        ego=network.name,
        rings=tuple(Ring(code, labels[code], place.get(code, len(RINGS))) for code in codes),
        dates=network.dates,
        alters=tuple(
            Alter(
                key=alter.id,
                label=alter.name,
                ring=alter.relation,
                moments=tuple(Moment(State(moment.state), moment.strength) for moment in alter.moments),
                note=alter.sector or "",
            )
            for alter in network.alters
        ),
        ties=tuple(AlterTie(a, b, present) for a, b, present in network.ties),
        out_of_scope=network.hidden,
        empty=empty,
    )


def size_chart(summary: Summary, words: Words | None = None) -> Chart:
    """How many learners have how many professional contacts, on two days."""
    words = words or Words()
    waves = sorted({row.wave for row in summary.sizes})
    nobody = {wave: sum(r.learners for r in summary.sizes if r.wave == wave and r.size == "0") for wave in waves}
    sentences = [
        words.counted(
            "%(day)s: %(n)s learner without a professional contact.",
            "%(day)s: %(n)s learners without a professional contact.",
            n,
            day=words.day(wave),
        )
        for wave, n in nobody.items()
    ]
    return Chart(
        name="size_distribution",
        title=words.text("Professional contacts of learners"),
        sentence=" ".join(sentences),
        rows=[{"size": row.size, "wave": words.day(row.wave), "learners": row.learners} for row in summary.sizes],
    )


def flow_chart(summary: Summary, words: Words | None = None) -> Chart:
    """Ties kept, gained, taken up again and lost, per learner of each site."""
    words = words or Words()
    return Chart(
        name="tie_flow",
        title=words.text("What became of ties since %(day)s", day=words.day(summary.since)),
        sentence=words.text("Ties per learner that were kept, gained, taken up again or lost, by site."),
        rows=[{"group": row.group, "part": row.part, "ties": round(row.ties, 3)} for row in summary.flows],
    )


def map_picture(view: ProgrammeMap, link: str, words: Words | None = None) -> MapPicture:
    """The programme as a map; `link` is the address of a person's page with {id} in it."""
    words = words or Words()
    others = {ADULTS: words.text("People outside the roster"), NO_SITE: words.text("No site")}
    sentences = [
        words.counted("%(n)s person and %(ties)s.", "%(n)s people and %(ties)s.", view.people, ties=_ties(view, words)),
        words.counted("%(n)s learner has no tie on this day.", "%(n)s learners have no tie on this day.", view.alone),
    ]
    notes = []
    if view.everybody > view.people:
        notes.append(
            words.text(
                "%(shown)s of %(all)s people are drawn: those with most ties. Choose a site to see everybody there.",
                shown=words.number(view.people, 0),
                all=words.number(view.everybody, 0),
            )
        )
    if view.before:
        notes.append(words.text("Compared with %(day)s.", day=words.day(view.before)))
    notes.append(words.text("Places come from the ties alone: people who share contacts stand together."))
    return MapPicture(
        title=words.text("Who is tied to whom"),
        sentence=" ".join(sentences),
        ids=view.ids,
        names=view.names,
        positions=view.positions,
        groups=tuple(others.get(name, name) for name in view.groups),
        group_of=view.group_of,
        ties=view.ties,
        changes=view.changes,
        group_word="Site",
        link=link,
        notes=tuple(notes),
    )


def _ties(view: ProgrammeMap, words: Words) -> str:
    return words.counted("%(n)s tie", "%(n)s ties", len(view.ties))


def team_picture(
    view: LearnerDesk, words: Words | None = None, relations: Mapping[str, str] | None = None
) -> EgoPicture:
    """A learner's own team: no numbers, no ties between others."""
    words = words or Words()
    labels = {each.relation: each.relation_label for each in view.team} | dict(relations or {})
    place = {code: k for k, code in enumerate(RINGS)}
    codes = sorted({each.relation for each in view.team}, key=lambda code: (place.get(code, len(RINGS)), code))
    return EgoPicture(
        title=words.text("My team"),
        ego=view.name,
        rings=tuple(Ring(code, labels[code], place.get(code, len(RINGS))) for code in codes),
        dates=(view.as_of,),
        alters=tuple(
            Alter(
                each.id,
                each.name,
                each.relation,
                (Moment(State.WEAK if each.state == "none" else State(each.state)),),
                words.text("only you see this") if each.private else "",
            )
            for each in view.team
        ),
        sentences=(words.counted("%(n)s person is on my team.", "%(n)s people are on my team.", len(view.team)),),
        strengths=False,
    )


def evaluation_charts(
    view: Evaluation,
    measure: str,
    words: Words | None = None,
    attributes: Mapping[str, str] | None = None,
    began: Mapping[tuple[str, str], str] | None = None,
) -> tuple[Chart, ...]:
    """Tie flow by site and by how ties began, and the equity panel; what is hidden in the tables is hidden in them.

    attributes, began: what attributes, and the ways in which ties begin, are called in the reader's language.
    """
    words = words or Words()
    flow: list[Mapping[str, Cell]] = [
        {"group": each.site, "part": part, "ties": round(value, 3)}
        for each in view.flow
        for part in ("kept", "reactivated", "gained", "lost")
        if (value := _part(each, part)) is not None
    ]
    ways: list[Mapping[str, Cell]] = [
        {"group": (began or {}).get((each.way, each.name), each.label), "part": part, "ties": round(value, 3)}
        for each in view.ways
        for part in ("kept", "reactivated", "gained", "lost")
        if (value := _part(each, part)) is not None
    ]
    equity: list[Mapping[str, Cell]] = [
        {
            "attribute": (attributes or {}).get(each.attribute, each.attribute.replace("_", " ")),
            "subgroup": each.group,
            "value": each.level.value,
            "lower": each.level.low,
            "upper": each.level.high,
            "n": each.level.n,
            "note": None if each.level.value is not None else words.text("hidden: too few learners"),
        }
        for each in view.equity
    ]
    charts = []
    if flow:
        sentence = words.text("Ties per learner that were kept, gained, taken up again or lost, by site.")
        charts.append(Chart("tie_flow", words.text("What became of ties"), sentence, flow))
    if ways:
        sentence = words.text("Ties per learner that were kept, gained, taken up again or lost, by how they began.")
        charts.append(Chart("tie_flow", words.text("What became of ties, by how they began"), sentence, ways))
    if any(row["value"] is not None for row in equity):
        sentence = words.text("%(measure)s after, by subgroup, with 95 %% intervals.", measure=measure)
        charts.append(Chart("equity", words.text("For whom"), sentence, equity))
    return tuple(charts)


def _part(cell: FlowCell | WayCell, part: str) -> float | None:
    found: float | None = getattr(cell, part)
    return max(0.0, cell.gained - (cell.reactivated or 0.0)) if part == "gained" and cell.gained is not None else found
