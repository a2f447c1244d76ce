"""From a desk's view to a picture's spec. A view holds only what its reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz.spec import Alter, AlterTie, EgoPicture, Moment, Ring, State

if TYPE_CHECKING:
    from graph_service.desks.views.base import Network


def network_picture(network: Network, title: str, empty: str = "") -> EgoPicture:
    """The ego map of a learner's network; rings in the order of the relations' precedence."""
    labels = {alter.relation: alter.relation_label for alter in network.alters}
    return EgoPicture(
        title=title,
        ego=network.name,
        rings=tuple(Ring(code, label) for code, label in labels.items()),
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
