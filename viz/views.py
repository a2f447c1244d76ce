"""From a desk's view to a picture's spec. A view holds only what its reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from viz.spec import Alter, AlterTie, Chart, EgoPicture, Moment, Ring, State
from viz.words import Words

if TYPE_CHECKING:
    from graph_service.desks.views.base import Network
    from graph_service.desks.views.summary import Summary


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
