"""A real SMTP server on loopback that can be told to refuse, delay, drop and duplicate."""

from __future__ import annotations

import asyncio
import random
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: What the server can do to a mail. `taken` ones are delivered, whatever the sender hears.
FAULTS = (
    "none", "refuse_address", "refuse_later", "refuse_mail", "drop_at_address", "drop_before_taking",
    "drop_after_taking", "slow", "duplicate",
)  # fmt: skip


@dataclass
class Post:
    """Handler of the server: what arrived, and what goes wrong next.

    faults: taken from the front, one for each mail that is offered; then `otherwise`. chance: with a seed, faults are
    drawn instead.
    """

    faults: list[str] = field(default_factory=list)
    otherwise: str = "none"
    chance: random.Random | None = None
    arrived: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    seconds: float = 0.05
    offered: int = 0
    _now: dict[int, str] = field(default_factory=dict)

    def _next(self) -> str:
        if self.chance is not None:
            return self.chance.choice(FAULTS)
        return self.faults.pop(0) if self.faults else self.otherwise

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.offered += 1
        fault = self._now[id(session)] = self._next()
        if fault == "refuse_address":
            return "550 5.1.1 No such mailbox here"
        if fault == "refuse_later":
            return "451 4.7.1 Try again later"
        if fault == "drop_at_address":
            _drop(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._now.get(id(session), "none")
        if fault == "refuse_mail":
            return "554 5.6.0 Not this mail"
        if fault == "drop_before_taking":
            _drop(server)
            return "250 OK"
        if fault == "slow":
            await asyncio.sleep(self.seconds)
        for _ in range(2 if fault == "duplicate" else 1):
            content = envelope.original_content or b""
            self.raw.append(content)
            self.arrived.append(cast(EmailMessage, message_from_bytes(content, policy=cast(Any, default))))
        if fault == "drop_after_taking":
            _drop(server)
        return "250 2.0.0 Taken"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.arrived)

    def texts(self) -> list[str]:
        """The bodies of what arrived."""
        return [mail.get_content() for mail in self.arrived]


def _drop(server: SMTP) -> None:
    """Cut the connection without a word."""
    transport = cast(Any, server.transport)
    if transport is not None:
        transport.abort()


@dataclass(frozen=True)
class Mailbox:
    """A running server: its address as the product's setting, and what it does."""

    url: str
    post: Post


@contextmanager
def smtp_server(chain: Path | None = None, key: Path | None = None) -> Iterator[Mailbox]:
    """A server on a free port of loopback until the block ends. chain, key: it takes mail after STARTTLS only."""
    post, more, scheme = Post(), {}, "smtp"
    if chain is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        more, scheme = {"tls_context": context, "require_starttls": True}, "smtp+starttls"
    controller = Controller(post, hostname="127.0.0.1", port=0, **cast(Any, more))
    # Port 0 lets the system choose; the controller's own probe needs to know which one it was.
    loop = controller.loop
    server = loop.run_until_complete(loop.create_server(controller.factory, "127.0.0.1", 0))
    port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Mailbox(f"{scheme}://127.0.0.1:{port}", post)
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
