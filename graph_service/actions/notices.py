"""What is to be told to whom, found by looking at the records; each thing once, whoever looks and however often."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from graph_service.actions.addresses import on
from graph_service.actions.choosing import calendar_of
from graph_service.actions.moves import history
from graph_service.actions.sweeps import OPEN_STATES, reminder_id
from graph_service.errors import NotFound, StaleVersion
from graph_service.introductions.coming_of_age import turns_18_soon
from graph_service.introductions.facts import ADULT_AGE
from graph_service.introductions.history import ENDED
from graph_service.introductions.waiting import wait
from graph_service.messages.policy import Policy
from graph_service.messages.texts import Rule, languages, rules
from graph_service.records.kind import Kind
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

#: An ending is told within so many days, or not any more.
ENDING_DAYS = 14
#: At most so many of a learner's coordinators are told.
COORDINATORS = 3
ENDS = ("learner", "connector", "target")


def collect(store: Store, policy: Policy, today: date) -> int:
    """Write a notice for everything that is to be told by now. Returns how many are new."""
    new = untold(store, policy, today)
    for each in new:
        _write(store, each, today)
    return len(new)


def untold(store: Store, policy: Policy, today: date) -> list[dict[str, Any]]:
    """What is to be told by now and has no notice yet."""
    found = [*_of_introductions(store, policy, today), *_of_birthdays(store, policy, today)]
    known = store.known("notice", [each["id"] for each in found])
    return list({each["id"]: each for each in found if each["id"] not in known}.values())


def notice(store: Store, rule: Rule, recipient: str, day: date, key: str, **about: Any) -> dict[str, Any]:
    """A notice as a record; the same key is the same notice."""
    return {
        "id": store.internal_id("notice", rule.template, f"{key}|{rule.audience}|{recipient}"),
        "recipient": recipient,
        "template": rule.template,
        "audience": rule.audience,
        "urgent": rule.urgent,
        "date": day,
        **about,
    }


def _write(store: Store, record: dict[str, Any], day: date) -> None:
    """The notice, and where it reminds the record of that reminder, in one write."""
    reminder = record.pop("reminder", None)
    tables = [("notice", validate_records(kind("notice"), [record]))]
    if reminder is not None:
        tables.append(("introduction_reminder", validate_records(kind("introduction_reminder"), [reminder])))
    try:
        store.append_all(tables, actor="outbox", action="notice", expect={("notice", record["id"]): 0})
    except StaleVersion:
        # Another sender has seen the same thing in the same moment.
        return


def _of_introductions(store: Store, policy: Policy, today: date) -> Iterable[dict[str, Any]]:
    calendar = calendar_of(store)
    by_state: dict[str, list[Rule]] = {}
    for (template, _), rule in rules().items():
        by_state.setdefault(template, []).append(rule)
    for record in store.find("introduction", state=[*OPEN_STATES, *ENDED]):
        state = record["state"]
        if state not in by_state:
            continue
        if state in ENDED and (record["since"] < today - timedelta(days=ENDING_DAYS) or not _is_news(store, record)):
            continue
        waiting = wait(record, today, calendar)
        if waiting.over:
            continue
        for rule in by_state[state]:
            for recipient in _recipients(store, record, rule.audience, policy, today):
                yield _about(store, record, rule, recipient, today)
                if rule.reminds and waiting.reminders and not _put_off(store, record["id"], recipient, today):
                    day = waiting.reminders[-1]
                    reminder = {
                        "id": reminder_id(store, record, day),
                        "introduction": record["id"],
                        "party": rule.audience,
                        "school_day": day,
                        "date": today,
                    }
                    yield _about(store, record, rule, recipient, today, school_day=day, reminder=reminder)


def _about(
    store: Store, record: Mapping[str, Any], rule: Rule, recipient: str, today: date, **more: Any
) -> dict[str, Any]:
    key = f"{record['id']}|{record['version']}|{more.get('school_day', 0)}"
    return notice(store, rule, recipient, today, key, introduction=record["id"], of_version=record["version"], **more)


def collect_remark(store: Store, record: Mapping[str, Any], remark: str, audiences: Iterable[str], day: date) -> None:
    """Tell the readers of a thread that there is a new line: in the week's digest, without the line."""
    for audience in audiences:
        rule = rules()[("remark", audience)]
        people = [record[audience]] if audience in ENDS else coordinators(store, record["learner"], day)
        for recipient in people:
            about = {"introduction": record["id"], "of_version": record["version"], "subject": remark}
            _write(store, notice(store, rule, recipient, day, remark, **about), day)


def _put_off(store: Store, introduction: str, person: str, today: date) -> bool:
    """Whether the recipient said "later" and is not to be reminded yet."""
    return any(row["until"] >= today for row in store.find("later", introduction=introduction, person=person))


def _is_news(store: Store, record: Mapping[str, Any]) -> bool:
    """Whether the learner does not know yet how it ended: who ended it need not be told."""
    steps = history(store, record["id"])
    return len(steps) > 1 and steps[-1]["role"] != "learner"


def _recipients(store: Store, record: Mapping[str, Any], audience: str, policy: Policy, today: date) -> Iterable[str]:
    if audience == "learner" and not policy.school_addresses:
        return []
    if audience in ENDS:
        return [record[audience]]
    return coordinators(store, record["learner"], today)


def coordinators(store: Store, learner: str, day: date) -> list[str]:
    """The adults to whom a learner is assigned on a day."""
    rows = [row for row in store.find("caseload", learner=learner) if on(row, day)]
    return sorted({row["adult"] for row in rows})[:COORDINATORS]


def _of_birthdays(store: Store, policy: Policy, today: date) -> Iterable[dict[str, Any]]:
    for learner in turning_18(store, today):
        key = f"{learner['id']}|{ADULT_AGE}"
        own = rules()[("turning_18", "learner")]
        if policy.school_addresses:
            yield notice(store, own, learner["id"], today, key, subject=learner["id"])
        staff = rules()[("turning_18", "coordinator")]
        for adult in coordinators(store, learner["id"], today):
            yield notice(store, staff, adult, today, key, subject=learner["id"])


def turning_18(store: Store, today: date) -> list[dict[str, Any]]:
    """Learners whose guardian signed something that ends on their 18th birthday within 30 days."""
    signed = {row["person"] for row in store.find("consent", by="guardian", granted=True) if on(row, today)}
    found = (store.get("person", id) for id in sorted(signed))
    return [
        row
        for row in found
        if row is not None and row["status"] != "removed" and turns_18_soon(row["birth_date"], today)
    ]


# --- mails that carry them --------------------------------------------------------------------------------------


def assemble(store: Store, policy: Policy, today: date, folder: Any = None) -> int:
    """Give every notice a mail: urgent ones their own, the others the week's digest. Returns how many mails are new."""
    made = 0
    for notices, before, waits in _loose(store, policy, today):
        first = notices[0]
        if first["urgent"]:
            made += _mail(store, notices, first["template"], first["id"], policy, today, folder)
        elif open_ones := [row for row in before if row["state"] == "queued"]:
            _attach(store, notices, open_ones[0])
        elif not waits:
            key = f"{first['recipient']}|{first['guardian']}|{len(before) + 1}"
            made += _mail(store, notices, "digest", key, policy, today, folder)
    return made


def loose(store: Store, policy: Policy, today: date) -> bool:
    """Whether a notice has no mail yet and need not wait for the next digest."""
    return any(not waits for _, _, waits in _loose(store, policy, today))


def _loose(
    store: Store, policy: Policy, today: date
) -> Iterable[tuple[list[dict[str, Any]], list[dict[str, Any]], bool]]:
    """Notices without a mail as they go into one, the recipient's digests so far, and whether it is too soon."""
    groups: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for each in store.find("notice", message=None):
        if each["urgent"]:
            yield [each], [], False
        else:
            groups.setdefault((each["recipient"], each["guardian"]), []).append(each)
    since = today - timedelta(days=policy.digest_days)
    for (recipient, guardian), notices in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        before = store.find("message", recipient=recipient, guardian=guardian, template="digest")
        queued = any(row["state"] == "queued" for row in before)
        soon = any(row["day"] > since and row["state"] != "cancelled" for row in before)
        yield notices, before, soon and not queued


def assemble_one(store: Store, record: dict[str, Any], policy: Policy, today: date, folder: Any = None) -> str:
    """Write one notice and its own mail, which does not wait for a digest. Returns the mail's id."""
    _write(store, record, today)
    kept = store.get("notice", record["id"])
    if kept is None:
        raise NotFound()
    if kept["message"] is None:
        _mail(store, [kept], kept["template"], kept["id"], policy, today, folder)
    return str((store.get("notice", record["id"]) or {})["message"])


def _mail(
    store: Store, notices: list[dict[str, Any]], template: str, key: str, policy: Policy, today: date, folder: Any
) -> int:
    first = notices[0]
    id = store.internal_id("message", template, key)
    message = {
        "id": id,
        "recipient": first["recipient"],
        "guardian": first["guardian"],
        "template": template,
        "audience": first["audience"],
        "language": _language(store, first, policy, folder),
        "urgent": first["urgent"],
        "day": today,
    }
    carried = [changed(kind("notice"), each, message=id) for each in notices]
    tables = [
        ("message", validate_records(kind("message"), [message])),
        ("notice", validate_records(kind("notice"), carried)),
    ]
    expect = {("message", id): 0} | {("notice", each["id"]): each["version"] for each in notices}
    try:
        store.append_all(tables, actor="outbox", action="queue", expect=expect)
    except StaleVersion:
        # Another sender has made this mail.
        return 0
    return 1


def _attach(store: Store, notices: list[dict[str, Any]], message: Mapping[str, Any]) -> None:
    """Put notices into a digest that has not gone out yet; if it goes out meanwhile they wait for the next."""
    carried = [changed(kind("notice"), each, message=message["id"]) for each in notices]
    expect = {("message", message["id"]): message["version"]}
    expect |= {("notice", each["id"]): each["version"] for each in notices}
    try:
        table = validate_records(kind("notice"), carried)
        store.append_all([("notice", table)], actor="outbox", action="queue", expect=expect)
    except StaleVersion:
        return


def changed(of: Kind, record: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The next version of a record."""
    return {"id": record["id"], **{field.name: record[field.name] for field in of.fields}, **changes}


def _language(store: Store, first: Mapping[str, Any], policy: Policy, folder: Any) -> str:
    """The recipient's own language where there are texts in it, else the programme's."""
    known = languages(folder)
    wanted: list[str] = []
    if first["guardian"] and (guardian := store.get("guardian", first["guardian"])):
        wanted = [guardian["language"]]
    elif person := store.get("person", first["recipient"]):
        wanted = list(person["languages"] or ())
    for each in wanted:
        for tag in (each, each.partition("-")[0]):
            if tag in known:
                return tag
    return policy.language
