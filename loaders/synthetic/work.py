"""The intermediary's work in a made-up programme: places, experiences, engagement, plans, pathways.

Experiences are read off the contacts at placements, so hours, visits and evaluations are those contacts.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from graph_service.records.registry import KINDS
from graph_service.records.vocabulary import vocabulary
from loaders.synthetic.draws import Ints
from loaders.synthetic.labour import sectors
from loaders.synthetic.people import Population
from loaders.synthetic.work_place import Place, Row
from loaders.synthetic.work_plans import plans

#: The kinds made here, in the order in which they may be written.
WORK = (
    "slot", "experience", "experience_event", "agreement", "placement_document", "placement_check",
    "visit", "hour_log", "evaluation",
    "engagement", "champion", "employer_ask", "partnership", "commitment", "funding", "community", "vision_target",
    "policy", "endorsement", "assistance", "barrier", "convening", "attendance", "coach_log", "resource_item",
    "rating", "consensus", "action_step", "occupation", "crosswalk", "priority", "pathway", "course", "milestone",
    "programme_status",
)  # fmt: skip
AT_WORK = ("work_session", "placement_visit", "evaluation")
#: States of placements that ended, as often of ten; and of those that did not (yet) begin.
BEGUN = (*("thanked",) * 7, "closed", "closed", "ended_early")
#: One placement in so many goes on for a while, those of the latest working days; of the others one in so many was
#: never closed.
GOES_ON, AGAIN, FORGOTTEN = 12, timedelta(days=42), 25
AHEAD = ("requested", "matched", "agreed", "oriented", "declined", "cancelled")
#: An employer's own reasons.
REASONS = ("future talent", "a more diverse workforce", "staff who grow by teaching")
PAID = ("internship_paid", "co_op", "youth_apprenticeship")
RULES = ("age", "hazards", "hours", "permit", "insurance", "vetting", "transport", "emergency_contact")


def tables(who: Population, interactions: Any) -> dict[str, Any]:
    """The tables of a block, kind to Arrow table."""
    here = Place(who)
    rows: dict[str, list[Row]] = {name: [] for name in WORK}
    _slots(here, rows)
    _insured(here, rows)
    _placements(here, rows, interactions)
    _ahead(here, rows)
    _engagement(here, rows)
    plans(here, rows)
    return {name: _table(name, rows[name]) for name in WORK}


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    import pyarrow as pa

    kind = KINDS[name]
    columns: dict[str, Any] = {"id": pa.array([row["id"] for row in rows], pa.string())}
    for each in kind.fields:
        none = [] if each.many else each.default
        columns[each.name] = pa.array([row.get(each.name, none) for row in rows], each.arrow)
    return pa.table(columns, schema=kind.schema)


def _sector(here: Place, place: int) -> str | None:
    at = int(here.who.places.sector[place])
    return sectors().codes[at] if at >= 0 else None


def _slots(here: Place, rows: dict[str, list[Row]]) -> None:
    activities, modes = vocabulary("activities").codes, vocabulary("modes").codes
    orders = vocabulary("hazardous_orders").codes
    draws, employers = here.draws, here.of("employer")
    places, hours = draws.between(1, 4, len(employers)), draws.between(2, 16, len(employers))
    for n, host in enumerate(employers):
        activity = activities[n % len(activities)]
        rows["slot"].append(
            {
                "id": here.id("SL", n), "host": here.place[host], "activity": activity, "mode": modes[n // 2 % 5],
                "sector": _sector(here, host), "places": int(places[n]), "since": here.last - timedelta(days=30),
                "until": here.last + timedelta(days=120), "hours": int(hours[n]) * 10, "paid": activity in PAID,
                "youngest": 16 if n % 3 else 14, "offered": here.last - timedelta(days=60 + n % 40),
                "grades": ["11", "12"] if n % 3 == 0 else [], "languages": ["es"] if n % 7 == 0 else [],
                "hours_week": 8 + n % 9, "hazards": [orders[n // 4 % len(orders)]] if n % 4 == 0 else [],
            }
        )  # fmt: skip


def _insured(here: Place, rows: dict[str, list[Row]]) -> None:
    """Insurance of the hosts; that of one in eight has run out."""
    for n, host in enumerate(here.of("employer")):
        until = here.last + timedelta(days=200 if n % 8 else -20)
        rows["placement_document"].append(
            {
                "id": here.id("IN", n), "host": here.place[host], "document": "insurance", "since": here.first,
                "until": until,
            }
        )  # fmt: skip


def _placements(here: Place, rows: dict[str, list[Row]], interactions: Any) -> None:
    """One experience for each learner, supervisor and activity that working days tie."""
    import pyarrow as pa
    import pyarrow.compute as pc

    log = interactions.filter(pc.is_in(interactions["kind"], value_set=pa.array(AT_WORK)))
    kept = log.select(["id", "date", "kind", "mode", "minutes", "participants", "host", "activity"]).to_pylist()
    found: dict[tuple[str, str, str], list[Row]] = {}
    for event in sorted(kept, key=lambda each: (each["date"], each["id"])):
        part = {each["role"]: each["id"] for each in event["participants"]}
        if "learner" in part and "supervisor" in part and event["activity"] and event["host"]:
            key = (part["learner"], part["supervisor"], event["activity"])
            found.setdefault(key, []).append({**event, "staff": part.get("staff")})
    place = {key: at for at, key in enumerate(here.place)}
    quality = here.draws.between(2, 5, 6 * max(len(found), 1)).tolist()
    courses, orders = sectors().codes, vocabulary("hazardous_orders").codes
    days = [[event for event in events if event["kind"] == "work_session"] for events in found.values()]
    lately = sorted((n for n, worked in enumerate(days) if worked), key=lambda n: (days[n][-1]["date"], n))
    going = {here.id("EX", n) for n in lately[-max(1, len(lately) // GOES_ON) :]}
    for n, ((learner, supervisor, activity), events) in enumerate(found.items()):
        worked, id = days[n], here.id("EX", n)
        if not worked:
            continue
        start, end, host = worked[0]["date"], worked[-1]["date"], worked[0]["host"]
        state = "running" if id in going else "evaluated" if n % FORGOTTEN == 0 else BEGUN[n % len(BEGUN)]
        sector = _sector(here, place[host])
        rows["experience"].append(
            {
                "id": id, "learner": learner, "activity": activity, "mode": worked[0]["mode"], "state": state,
                "state_since": end, "host": host, "supervisor": supervisor, "coordinator": here.staff(place[host]),
                "sector": sector, "since": start, "until": end if state != "running" else here.last + AGAIN,
                "hours": max(10, sum(event["minutes"] for event in worked) // 60),
                "paid": activity in PAID, "wage": 15.0 + n % 6 if activity in PAID else None, "credit": n % 3 == 0,
                "hours_week": 8 + n % 9, "student_learner": n % 4 != 0,
                "hazards": [orders[n // 6 % len(orders)]] if n % 6 == 0 else [],
                "plan": n % 4 != 0, "course": f"{sector or courses[0]} 2" if n % 4 else None,
            }
        )  # fmt: skip
        _course(here, rows, id, state, start, end)
        for event in events:
            _written(here, rows, id, event, quality[n * 6 :])


def _course(here: Place, rows: dict[str, list[Row]], id: str, state: str, start: date, end: date) -> None:
    """The dated steps, the four signatures and the checks of one placement."""
    steps = [("requested", -40), ("matched", -25), ("agreed", -12), ("oriented", -3), ("running", 0)]
    dated = [(step, start + timedelta(days=before)) for step, before in steps]
    after = {"running": (), "ended_early": ("ended_early",), "evaluated": ("evaluated",)}
    later = after.get(state, ("evaluated", "closed", "thanked")[: 2 if state == "closed" else 3])
    dated += [(step, end + timedelta(days=at)) for at, step in enumerate(later)]
    for at, (step, when) in enumerate(dated):
        event = {"id": f"{id}-{at}", "experience": id, "state": step, "date": when, "by": "coordinator"}
        rows["experience_event"].append(event)
    for party in vocabulary("agreement_parties").codes:
        rows["agreement"].append(
            {"id": f"{id}-{party}", "experience": id, "party": party, "signed": start - timedelta(days=12)}
        )
    for at, rule in enumerate(RULES):
        waived = (len(rows["agreement"]) + at) % 97 == 0
        rows["placement_check"].append(
            {
                "id": f"{id}-{rule}", "experience": id, "rule": rule, "result": "waived" if waived else "passed",
                "date": start - timedelta(days=5), "until": end + timedelta(days=180),
                "source": "sample rules", "reason": "guardian drives" if waived else None,
            }
        )  # fmt: skip
    for document in ("permit", "transport", "emergency_contact", "safety_training"):
        rows["placement_document"].append(
            {
                "id": f"{id}-{document}", "experience": id, "document": document, "since": start - timedelta(days=12),
                "until": end + timedelta(days=180) if document == "permit" else None,
            }
        )  # fmt: skip


def _written(here: Place, rows: dict[str, list[Row]], id: str, event: Row, quality: list[int]) -> None:
    common = {"id": f"W-{event['id']}", "experience": id, "date": event["date"], "interaction": event["id"]}
    if event["kind"] == "work_session":
        rows["hour_log"].append({**common, "hours": min(24.0, event["minutes"] / 60)})
    elif event["kind"] == "placement_visit" and event["staff"]:
        rows["visit"].append({**common, "visitor": event["staff"]})
    elif event["kind"] == "evaluation":
        for at, by in enumerate(("supervisor", "learner")):
            clarity, supervision, skills = quality[at * 3 : at * 3 + 3]
            if event["mode"] == "virtual":
                supervision = max(1, supervision - 1)
            scores = {"clarity": clarity, "supervision": supervision, "skills": skills}
            rows["evaluation"].append({**common, "id": f"{common['id']}-{by}", "by": by, **scores})


def _ahead(here: Place, rows: dict[str, list[Row]]) -> None:
    """Requests, matches and tailored experiences that have not begun, over every kind of activity."""
    activities, modes, codes = vocabulary("activities").codes, vocabulary("modes").codes, sectors().codes
    learners = [each for each in here.people("learner") if here.who.left[each] < 0][::7]
    goal: Ints = here.who.goal
    for n, at in enumerate(learners):
        state, id = AHEAD[n % len(AHEAD)], here.id("EA", n)
        slot = rows["slot"][n % len(rows["slot"])] if state in ("matched", "agreed", "oriented") else None
        when = here.last - timedelta(days=n % 45)
        rows["experience"].append(
            {
                "id": id, "learner": here.key[at], "activity": slot["activity"] if slot else activities[n % 19],
                "mode": slot["mode"] if slot else modes[n % 5], "state": state, "state_since": when,
                "slot": slot["id"] if slot else None, "host": slot["host"] if slot else None,
                "sector": codes[int(goal[at])] if goal[at] >= 0 else None, "tailored": slot is None and n % 2 == 0,
            }
        )  # fmt: skip
        rows["experience_event"].append(
            {"id": f"{id}-0", "experience": id, "state": state, "date": when, "by": "coordinator"}
        )
        if state == "oriented" or n == 1:
            result = {
                "id": f"{id}-permit", "experience": id, "rule": "permit", "result": "failed", "date": when,
                "source": "sample rules",
            }  # fmt: skip
            rows["placement_check"].append(result)


def _engagement(here: Place, rows: dict[str, list[Row]]) -> None:
    draws, employers, schools = here.draws, here.of("employer"), here.of("school")
    asks, answers = vocabulary("asks").codes, vocabulary("ask_answers").codes
    level = 1 + draws.pick((25, 25, 22, 18, 10), len(employers))
    contacts: dict[int, list[int]] = {}
    for each in here.people("employer_contact"):
        contacts.setdefault(int(here.who.place[each]), []).append(each)
    asked = 0
    for n, host in enumerate(employers):
        rows["engagement"].append(
            {
                "id": here.id("EN", n), "organization": here.place[host], "level": int(level[n]),
                "since": here.first + timedelta(days=n % 90), "owner": here.staff(host),
            }
        )  # fmt: skip
        known = contacts.get(host, [])
        if known and level[n] >= 4:
            rows["champion"].append(
                {
                    "id": here.id("CH", n), "person": here.key[known[0]], "organization": here.place[host],
                    "since": here.first + timedelta(days=100), "reason": REASONS[n % len(REASONS)],
                }
            )  # fmt: skip
        near = [each for each in schools if here.who.places.region[each] == here.who.places.region[host]]
        for turn in range(1 + n % 3):
            # Two schools ask one employer in one week: what the ledger is there to show.
            when = here.last - timedelta(days=(n * 5) % 200 + (turn % 2) * 3 + turn // 2 * 60)
            answer = answers[asked % 5]
            rows["employer_ask"].append(
                {
                    "id": here.id("AK", asked), "organization": here.place[host],
                    "school": here.place[near[turn % len(near)]] if near else None, "by": here.staff(host),
                    "contact": here.key[known[0]] if known else None, "ask": asks[asked % len(asks)], "date": when,
                    "answer": answer, "answered": None if answer == "open" else when + timedelta(days=4),
                }
            )  # fmt: skip
            asked += 1
