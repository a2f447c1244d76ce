"""A mail out of its parts: plain text, one language, nothing that a list of mails could show too much of."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from graph_service.messages.texts import Texts
from graph_service.messages.transport import Refused

#: What is written to: a plain address, nothing quoted, nothing that could begin another header or command.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


@dataclass(frozen=True)
class Item:
    """One thing that a mail says: a sentence and where to go."""

    text: str
    link: str | None = None
    reminder: bool = False


@dataclass(frozen=True)
class Mail:
    """What is handed to a server. `key` names it for good: the same mail again has the same Message-ID."""

    key: str
    sender: str
    recipient: str
    content: bytes


def compose(
    texts: Texts,
    template: str,
    audience: str,
    items: Sequence[Item],
    *,
    key: str,
    programme: str,
    sender: str,
    recipient: str,
    moment: datetime,
    stop: str | None = None,
    calendars: Sequence[bytes] = (),
) -> Mail:
    """A mail. stop: address of the page on which the recipient ends such mails; calendars: iCalendar files that go
    with it. Raises Refused (a bad address).
    """
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=998))
    if not _ADDRESS.fullmatch(recipient):
        raise Refused("address")
    try:
        made["From"] = Address(programme, addr_spec=sender)
        made["To"] = Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError):
        raise Refused("address") from None
    made["Subject"] = texts.subject(template, audience, programme=programme)
    made["Date"] = moment
    domain = sender.rpartition("@")[2]
    made["Message-ID"] = f"<{key}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if stop is not None:
        made["List-Unsubscribe"] = f"<{stop}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content("\n".join(_lines(texts, template, audience, items, programme, stop)), cte="quoted-printable")
    made["Content-Language"] = texts.language
    for number, each in enumerate(calendars, 1):
        name = "meeting.ics" if len(calendars) == 1 else f"meeting-{number}.ics"
        # As base64: a line of a calendar that a server wraps is no line of a calendar any more.
        made.add_attachment(each, "text", "calendar", filename=name, params={"charset": "utf-8"}, cte="base64")
    return Mail(key, sender, recipient, made.as_bytes())


def _lines(
    texts: Texts, template: str, audience: str, items: Sequence[Item], programme: str, stop: str | None
) -> list[str]:
    # The opening comes first: it is what a list of mails shows, and it is the same for everybody.
    lines = [texts.opening(template, audience, programme=programme), ""]
    for each, times in Counter(items).items():
        # What would be said several times in the same words is said once, with how often.
        before = f"{times} × " if times > 1 else ""
        before += f"{texts.line('reminder', 'line')} " if each.reminder else ""
        lines.append(f"{before}{each.text}")
        if each.link:
            lines.append(f"{texts.frame('link')} {each.link}")
        lines.append("")
    if audience in ("connector", "target") and template != "code":
        lines += [texts.frame("closing"), ""]
    lines.append(texts.frame("sender", programme=programme))
    if stop is not None:
        lines += [texts.frame("stop"), stop]
    return lines
