"""The gates again, for three people on one day: what every move of an introduction asks before it is made."""

from datetime import date
from typing import Any

import numpy as np

from graph_service.introductions.choices import Choices
from graph_service.introductions.facts import read_facts
from graph_service.introductions.gates import BIT, names, refusals, rules_of
from graph_service.snapshot.build import build
from graph_service.snapshot.snapshot import Snapshot

#: What the introduction's own place in the books would trip over: capacity is guarded in the write itself. A break
#: keeps new introductions away; of those on their way the adult decides one by one.
OF_ITSELF = BIT["no_capacity"] | BIT["in_flight"] | BIT["paused"]


def refused(
    reader: Any,
    learner: str,
    connector: str,
    target: str,
    day: date,
    *,
    choices: Choices | None = None,
    fresh: bool = False,
) -> list[str]:
    """The codes of the gates that refuse these three (internal ids) on a day; none: it may go on.

    reader: the records about them (an `Evidence`, or one that holds no more than these people).
    fresh: ask also what only matters for a new introduction (one already on its way, a recent decline).
    """
    chosen = choices or Choices.shipped()
    snapshot = build(reader, day, into=Snapshot)
    people = snapshot.people
    assert people is not None
    places = {id: at for at, id in enumerate(people.ids)}
    if not {learner, connector, target} <= set(places):
        return ["removed"]
    facts = read_facts(snapshot, reader, chosen)
    rules = rules_of(facts, people.site, max(len(people.organizations), 1), chosen)
    i, c, j = (np.array([places[id]]) for id in (learner, connector, target))
    bits = int(rules.learner[i[0]])
    bits |= int(refusals(rules, i, c, as_target=False)[0])
    bits |= int(refusals(rules, i, j, as_target=True)[0])
    apart = facts.history.pair_codes("blocked")
    if len(apart) and np.isin(int(c[0]) * len(facts) + int(j[0]), apart):
        bits |= BIT["blocked"]
    ignored = BIT["no_capacity"] if fresh else OF_ITSELF | BIT["cooldown"]
    return names(bits & ~ignored)


def shares_name(reader: Any, learner: str, day: date, choices: Choices | None = None) -> bool:
    """Whether a learner's first name may be told to an adult who is asked, on a day."""
    snapshot = build(reader, day, into=Snapshot)
    assert snapshot.people is not None
    facts = read_facts(snapshot, reader, choices or Choices.shipped())
    ids = snapshot.people.ids
    return learner in ids and bool(facts.share_name[ids.index(learner)])
