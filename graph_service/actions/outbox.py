"""Send what is due, each mail once. A mail's way: queued, sending, sent; or uncertain, bounced, cancelled.

The state `sending` is written after the server took the address and before it is given the mail. So a mail found in
`sending` after its sender died may have arrived: it becomes uncertain, and only a person's word sends it again. That
write also holds to every consent that was read: one that was taken back meanwhile stops the mail.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from graph_service import clock
from graph_service.actions.addresses import mark, policy_of
from graph_service.actions.notices import assemble, changed, collect, loose, untold
from graph_service.actions.writing_mail import Draft, write
from graph_service.errors import CapacityFull, Conflict, NotFound, ServiceError, StaleVersion, UsageError
from graph_service.messages.texts import rules
from graph_service.messages.transport import AnswerLost, NotNow, Refused, Session, Transport
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.records.vocabulary import vocabulary
from graph_service.settings import Settings
from graph_service.store.store import Store

MESSAGE = kind("message")
#: A mail that has been `sending` for longer has lost its sender: a server has half a minute for each answer.
STALE = timedelta(minutes=10)
#: Minutes until the next try, doubled each time, and the longest wait.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
MOST_TRIES = 14
#: What a person may say of a mail, and from which states.
SAYINGS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "sent": ("sent", "told_sent", ("uncertain",)),
    "again": ("queued", "told_again", ("uncertain", "bounced")),
    "cancel": ("cancelled", "told_off", ("queued", "uncertain")),
}


class ServerAway(ServiceError):
    """Mail could not be sent because the server is out of reach; it waits."""

    code, title, status = "mail_server_away", "The mail server cannot be reached", 503
    hint = "What is due stays queued; run it again."


@dataclass
class Report:
    """What one run did: mails by the state they came into, what waits for the end of quiet hours or the next try."""

    states: Counter[str] = field(default_factory=Counter)
    notices: int = 0
    mails: int = 0
    quiet: int = 0
    later: int = 0
    unreachable: str | None = None


def run(
    store: Store,
    settings: Settings,
    through: Transport,
    *,
    now: Callable[[], datetime] = clock.now,
    limit: int = 10_000,
) -> Report:
    """Look for what is to be told, put it into mails, and send what is due."""
    report = queue(store, settings, now=now)
    return send(store, settings, through, report=report, now=now, limit=limit)


def run_by_settings(store: Store, settings: Settings, *, limit: int = 10_000) -> Report:
    """The same by the way that the settings name. Raises NotConfigured, ServerAway (what is due waits)."""
    from graph_service.messages.opening import transport

    report = run(store, settings, transport(settings), limit=limit)
    if report.unreachable is not None:
        raise ServerAway(report.unreachable)
    return report


def anything(store: Store, settings: Settings, *, now: Callable[[], datetime] = clock.now) -> bool:
    """Whether a run would find anything to do. Only looks."""
    policy, moment = policy_of(store), now()
    today, quiet = _day(moment, settings), policy.quiet(moment, settings.time_zone)
    return (
        any(_gone(message, moment, STALE) for message in store.find("message", state="sending"))
        or any(_due(message, moment, quiet) for message in store.find("message", state="queued"))
        or loose(store, policy, today)
        or bool(untold(store, policy, today))
    )


def _due(message: Mapping[str, Any], moment: datetime, quiet: bool) -> bool:
    waits = message["not_before"] is not None and datetime.fromisoformat(message["not_before"]) > moment
    return not waits and (not quiet or _anytime(message))


def _gone(message: Mapping[str, Any], moment: datetime, stale: timedelta) -> bool:
    return datetime.fromisoformat(message["moment"]) <= moment - stale


def queue(store: Store, settings: Settings, *, now: Callable[[], datetime] = clock.now) -> Report:
    """Look for what is to be told and put it into mails; and for mails whose sender stopped on the way."""
    policy, today, report = policy_of(store), _day(now(), settings), Report()
    if stopped := recover(store, now()):
        report.states["uncertain"] += stopped
    report.notices = collect(store, policy, today)
    report.mails = assemble(store, policy, today, settings.texts_dir)
    return report


def send(
    store: Store,
    settings: Settings,
    through: Transport,
    *,
    report: Report | None = None,
    now: Callable[[], datetime] = clock.now,
    limit: int = 10_000,
    only: str | None = None,
) -> Report:
    """Offer every mail that is due to the server. only: this one mail (its id).

    The server out of reach ends the run: nothing is lost, and the report says so.
    """
    told, policy = report or Report(), policy_of(store)
    session: Session | None = None
    rows = store.find("message", state="queued")
    for message in sorted(rows, key=lambda row: (not row["urgent"], row["day"], row["id"]))[:limit]:
        moment = now()
        if only is not None and message["id"] != only:
            continue
        if message["not_before"] is not None and datetime.fromisoformat(message["not_before"]) > moment:
            told.later += 1
            continue
        if policy.quiet(moment, settings.time_zone) and not _anytime(message):
            told.quiet += 1
            continue
        draft = write(store, settings, policy, message, _day(moment, settings), moment)
        if draft.mail is None:
            told.states[_cancelled(store, message, draft)] += 1
            continue
        if session is None:
            try:
                session = through.connect()
            except NotNow as error:
                told.unreachable = error.answer
                return told
        state, session = _hand_over(store, session, message, draft, moment)
        told.states[state] += 1
    if session is not None:
        session.close()
    return told


def hurry(store: Store, settings: Settings) -> None:
    """Send now what cannot wait, such as the mail about a concern; where mail is not set up or away, it stays."""
    from graph_service.messages.opening import transport

    try:
        through = transport(settings)
        for message in store.find("message", state="queued", urgent=True):
            if _anytime(message):
                send(store, settings, through, only=message["id"])
    except ServiceError:
        # Somebody has just said that something is wrong: that is kept, whatever becomes of the mail.
        return


def _hand_over(
    store: Store, session: Session, message: Mapping[str, Any], draft: Draft, moment: datetime
) -> tuple[str, Session | None]:
    """One mail: offered, written down as `sending`, handed over. Returns its state, and the connection if it lives."""
    mail = draft.mail
    assert mail is not None
    tried = int(message["attempts"]) + 1
    more = {"attempts": tried, "address": mark(store, mail.recipient)}
    try:
        session.offer(mail.key, mail.sender, mail.recipient)
    except Refused as error:
        state = _moved(store, message, "bounced", "refused", answer=error.answer, **more)
        return state, _still(session)
    except NotNow as error:
        return _later(store, message, moment, error, more), None
    claimed = _claim(store, message, draft, moment, more)
    if claimed is None:
        return "changed", _still(session)
    try:
        answer = session.hand(mail.key, mail.content)
    except Refused as error:
        state = _moved(store, claimed, "bounced", "refused", answer=error.answer)
        return state, _still(session)
    except NotNow as error:
        return _later(store, claimed, moment, error, {}), None
    except AnswerLost as error:
        return _moved(store, claimed, "uncertain", "answer_lost", answer=error.answer), None
    return _moved(store, claimed, "sent", None, answer=answer), session


def _still(session: Session) -> Session | None:
    """The connection, cleared for the next mail; None where it is gone."""
    try:
        session.drop()
    except NotNow:
        return None
    return session


def _claim(
    store: Store, message: Mapping[str, Any], draft: Draft, moment: datetime, more: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Write `sending`, if the mail and all that it rests on are as they were read; None where they are not."""
    record = changed(MESSAGE, message, state="sending", reason=None, moment=_text(moment), **more)
    expect = {("message", message["id"]): message["version"], **draft.expect}
    try:
        table = validate_records(MESSAGE, [record])
        store.append_all(
            [("message", table)], actor="outbox", action="message:sending", expect=expect, guards=draft.guards
        )
    except (StaleVersion, CapacityFull):
        return None
    return {**record, "version": message["version"] + 1}


def _moved(store: Store, message: Mapping[str, Any], state: str, reason: str | None, **more: Any) -> str:
    record = changed(MESSAGE, message, state=state, reason=reason, moment=_text(clock.now()), **more)
    expect = {("message", message["id"]): message["version"]}
    try:
        table = validate_records(MESSAGE, [record])
        store.append_all([("message", table)], actor="outbox", action=f"message:{state}", expect=expect)
    except StaleVersion:
        return "changed"
    return state


def _later(store: Store, message: Mapping[str, Any], moment: datetime, error: NotNow, more: Mapping[str, Any]) -> str:
    tried = int(more.get("attempts", message["attempts"]))
    if tried >= MOST_TRIES:
        return _moved(store, message, "bounced", "gave_up", answer=error.answer, **more)
    wait = min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)
    return _moved(store, message, "queued", None, answer=error.answer, **{**more, "not_before": _text(moment + wait)})


def _cancelled(store: Store, message: Mapping[str, Any], draft: Draft) -> str:
    bad = draft.reason == "refused"
    return _moved(store, message, "bounced" if bad else "cancelled", draft.reason, answer="address" if bad else None)


def _anytime(message: Mapping[str, Any]) -> bool:
    rule = rules().get((message["template"], message["audience"]))
    return rule is not None and rule.anytime


def _day(moment: datetime, settings: Settings) -> date:
    return moment.astimezone(ZoneInfo(settings.time_zone)).date()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


# --- what goes wrong --------------------------------------------------------------------------------------------


def recover(store: Store, now: datetime, stale: timedelta = STALE) -> int:
    """Mark mails whose sender stopped while handing them over as uncertain. Returns how many."""
    found = 0
    for message in store.find("message", state="sending"):
        if _gone(message, now, stale):
            found += _moved(store, message, "uncertain", "stopped") == "uncertain"
    return found


def resolve(store: Store, id: str, saying: str, *, actor: str = "") -> str:
    """A person's word about a mail: it arrived (`sent`), send it again (`again`), or do not (`cancel`).

    Returns its state. Raises NotFound, UsageError, Conflict (not from its present state).
    """
    if saying not in SAYINGS:
        raise UsageError(f"Say one of: {', '.join(SAYINGS)}.")
    message = store.get("message", id)
    if message is None:
        raise NotFound("There is no such message.")
    state, reason, sources = SAYINGS[saying]
    if message["state"] not in sources:
        raise Conflict(f"The message is {message['state']}; {saying} can be said of one that is {', '.join(sources)}.")
    record = changed(MESSAGE, message, state=state, reason=reason, not_before=None, moment=_text(clock.now()))
    store.append_all(
        [("message", validate_records(MESSAGE, [record]))],
        actor=actor or "person",
        action=f"message:{saying}",
        expect={("message", id): message["version"]},
    )
    return state


def returned(store: Store, report: bytes) -> list[str]:
    """Read a report of non-delivery (RFC 3464) and mark the mails that it is about. Returns their ids."""
    from email import message_from_bytes
    from email.policy import default

    read = message_from_bytes(report, policy=default)
    if read.get_content_type() != "multipart/report":
        raise UsageError("This is not a report of non-delivery (multipart/report).")
    failed, keys = None, set()
    for part in read.walk():
        if part.get("Action"):
            failed = str(part["Action"]).strip().lower() == "failed" and str(part.get("Status", "5")).startswith("5")
            answer = str(part.get("Status", "")).split()
        if part is not read and part.get("Message-ID"):
            keys.add(str(part["Message-ID"]).strip().strip("<>").partition("@")[0])
        if part.get_content_type() == "text/rfc822-headers":
            inner = message_from_bytes(str(part.get_content()).encode(), policy=default)
            keys.add(str(inner.get("Message-ID", "")).strip().strip("<>").partition("@")[0])
    if not failed:
        return []
    marked = []
    for key in sorted(keys):
        message = store.get("message", key)
        code = answer[0][:20] if answer else None
        if (
            message is not None
            and message["state"] in ("sent", "uncertain", "sending")
            and _moved(store, message, "bounced", "returned", answer=code) == "bounced"
        ):
            marked.append(key)
    return marked


#: What is listed of a mail.
LISTED = (
    "id", "person_id", "day", "template", "audience", "language", "state", "reason", "answer", "attempts", "moment",
)  # fmt: skip


def listed(store: Store, state: str | None = None) -> list[dict[str, Any]]:
    """Mails by day, newest first: who (own key), what, where it stands; never an address and never a text."""
    rows = store.find("message", **({} if state is None else {"state": state}))
    people = {id: store.get("person", id) for id in sorted({row["recipient"] for row in rows})}
    told = []
    for row in sorted(rows, key=lambda row: (row["day"], row["id"]), reverse=True):
        person = people[row["recipient"]]
        more = {"person_id": person["key"] if person else None}
        told.append({name: ({**row, **more}[name]) for name in LISTED})
    return told


def previews(
    store: Store, settings: Settings, id: str | None = None, *, now: Callable[[], datetime] = clock.now
) -> Iterator[tuple[dict[str, Any], str]]:
    """Queued mails (or one mail) as they would be written now, or why they would not be. Nothing is changed."""
    from email import message_from_bytes
    from email.policy import default

    policy, moment = policy_of(store), now()
    one = store.get("message", id) if id is not None else None
    for message in store.find("message", state="queued") if id is None else [one] if one else []:
        draft = write(store, settings, policy, message, _day(moment, settings), moment)
        if draft.mail is None:
            why = vocabulary("message_reasons").label(draft.reason or "nothing_left")
            yield message, f"It would not be sent: {why.lower()}."
            continue
        read = message_from_bytes(draft.mail.content, policy=default)
        body = read.get_body()
        text = body.get_content() if body is not None else ""
        yield message, f"Subject: {read['Subject']}\n\n{text.strip()}"
