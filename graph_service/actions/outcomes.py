"""What came of an introduction: rungs of the ladder, each with the contact in which it happened."""

from datetime import date, timedelta

from graph_service import clock
from graph_service.actions.moves import Moved, move, parties
from graph_service.actions.notices import changed
from graph_service.actions.places import Write
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, NotYours, UsageError
from graph_service.records.registry import kind as kind_named
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

#: A second contact counts as one when it comes within so many days of the meeting.
SECOND_CONTACT = 90
MET = ("met", "followed_up", "closed")


def record_outcome(
    store: Store,
    actor: Actor,
    id: str,
    step: str,
    *,
    on: date | None = None,
    resource: str | None = None,
    kind: str = "follow_up",
    today: date | None = None,
) -> str:
    """Record a rung that an introduction reached, and the contact of that day with `introduced_by`.

    step: `second_contact`, `resource` (with what help), `interview`, `placement`, `offer`. The same step on the
    same day is recorded once; help on the day of the meeting belongs to the contact of the
    meeting. Raises NotFound, NotYours, UsageError.
    """
    record = store.get("introduction", id)
    if record is None:
        raise NotFound("There is no such introduction.")
    mine = parties(actor, record, store) & {"coordinator", "learner", "target"}
    if not mine:
        raise NotYours()
    now = today or clock.today()
    day = on or now
    met = [each for each in store.find("introduction_outcome", introduction=id) if each["step"] == "met"]
    if not met or record["state"] not in MET:
        raise UsageError("Record the meeting first: nothing follows from an introduction that did not happen.")
    if day > max(now, record["since"]) or day < met[0]["date"]:
        raise UsageError("The day lies between the meeting and today.")
    if step == "met" or step not in vocabulary("outcome_steps"):
        raise UsageError(f"Steps: {', '.join(code for code in vocabulary('outcome_steps').codes if code != 'met')}.")
    if step == "second_contact" and day > met[0]["date"] + timedelta(days=SECOND_CONTACT):
        raise UsageError(f"A second contact counts within {SECOND_CONTACT} days of the meeting.")
    if step == "resource" and resource is None:
        raise UsageError(f"Say which help: {', '.join(vocabulary('resources').codes)}.")
    made = Write({}, {}, [])
    meeting = store.get("interaction", met[0]["interaction"]) if met[0]["interaction"] else None
    if meeting is not None and step == "resource" and day == meeting["date"]:
        # Help at the meeting is part of that contact: a second one would make the tie look stronger than it is.
        contact = meeting["id"]
        help_ = "to_learner" if meeting["help"] in (None, "to_learner") else "both"
        given = sorted({*(meeting["resources"] or ()), str(resource)})
        made.expect[("interaction", contact)] = meeting["version"]
        made.add("interaction", **changed(kind_named("interaction"), meeting, help=help_, resources=given))
    else:
        contact = store.internal_id("interaction", "introduction", f"{id}|{step}|{day}")
        made.add(
            "interaction",
            id=contact,
            date=day,
            kind=kind,
            participants=[{"id": record["learner"], "role": "learner"}, {"id": record["target"], "role": "adult"}],
            source="introductions",
            asserted_by=sorted(mine)[0],
            evidence="verified" if "coordinator" in mine else "stated",
            help=None if resource is None else "to_learner",
            resources=[] if resource is None else [resource],
            introduced_by=id,
        )
    outcome = store.internal_id("introduction_outcome", "introduction", f"{id}|{step}|{day}|{resource or ''}")
    made.add(
        "introduction_outcome", id=outcome, introduction=id, step=step, date=day, resource=resource, interaction=contact
    )
    made.run(store, actor.person or actor.name, f"introduction:outcome:{step}")
    return outcome


def tell_after_meeting(
    store: Store, actor: Actor, id: str, version: int, answers: str, *, resource: str | None = None, today: date
) -> Moved:
    """What a learner says once they met: the step `followed_up` with the answers, and the help as a rung.

    answers: in words; staff alone read them. resource: what helped, None where nothing of the vocabulary did. The help
    is dated as the meeting. Raises NotFound, NotYours, StaleVersion, WrongState, UsageError.
    """
    if resource is not None and resource not in vocabulary("resources"):
        raise UsageError(f"Say which help: {', '.join(vocabulary('resources').codes)}.")
    told = move(store, actor, id, "follow_up", version, today=today, note=answers)
    met = [each for each in store.find("introduction_outcome", introduction=id) if each["step"] == "met"]
    if resource is not None and met:
        record_outcome(store, actor, id, "resource", on=met[0]["date"], resource=resource, today=today)
    return told
