"""A plan put on its way: each introduction proposed through every gate, each draw logged."""

import json
from typing import TYPE_CHECKING

from graph_service.actions.moves import STAFF, propose
from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, NotYours
from graph_service.introductions.suggestions import STATED
from graph_service.introductions.workflow import GateClosed
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

if TYPE_CHECKING:
    from graph_service.introductions.plan import Plan


def adopt(store: Store, actor: Actor, plan: "Plan") -> list[str]:
    """Propose every introduction of a plan; the ids of those that are on their way now.

    What a gate has closed since the plan was made, or is on its way already, is passed over. The draws that may
    have decided are logged first, under the plan's day and seed: a plan that was drawn again is seen.
    Raises NotYours where the actor is no staff of the programme.
    """
    if actor.role not in STAFF or actor.sites is not None:
        raise NotYours("A plan for the whole programme is adopted by staff of the whole programme.")
    snapshot, people = plan.field.snapshot, plan.field.snapshot.people
    assert people is not None and snapshot.as_of is not None
    ids, keys, day = people.ids, snapshot.keys, snapshot.as_of
    run = f"{day}|{snapshot.revision}|{plan.seed}"
    place = {str(key): at for at, key in enumerate(keys)}
    draws = [
        {
            "id": store.internal_id("lottery_draw", "introduction", f"{run}|{each['learner']}"),
            "learner": ids[place[each["learner"]]],
            "run": run,
            "date": day,
            "seed": plan.seed,
            "number": each["number"],
            "tied": each["tied"],
        }
        for each in plan.draws()
    ]
    if draws:
        table = validate_records(kind("lottery_draw"), draws)
        store.append("lottery_draw", table, actor=actor.person or actor.name, action="introduction:draw")
    made = []
    for row in plan.table().to_pylist():
        learner, connector, target = (place[row[end]] for end in ("learner", "connector", "target"))
        group = None if row["group"] is None else f"{run}|{row['group']}"
        first = plan.field.paths.first
        assigned = any(first.assigned[h] for h in first.row(learner) if first.who[h] == connector)
        terms = json.dumps({name: row[name] for name in STATED})
        three = ids[learner], ids[connector], ids[target]
        try:
            moved = propose(store, actor, *three, today=day, group=group, assigned=assigned, terms=terms)
        except (GateClosed, Conflict):
            continue
        made.append(moved.introduction)
    return made
