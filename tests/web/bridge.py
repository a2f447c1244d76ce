"""A service that mails and is opened by links: nobody signs in but by a mailed code."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import uvicorn

from graph_service.actions import guardians, links
from graph_service.actions.links import Link
from graph_service.api.app import create_app
from graph_service.disclosure.scope import Actor
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.mailing_world import DAY, Town, town


@dataclass
class Bridge:
    """A running service, its programme, and the folder that its mail goes to."""

    address: str
    made: Town
    mail: Path
    app: Any
    key: str = "eva"

    def become(self, actor: Actor) -> None:
        """Let everybody be somebody else from now on."""
        self.app.state.service.local_actor = actor

    def link(self, purpose: Any, key: str, about: str = "", party: str = "target", days: int = 30) -> str:
        made = Link(purpose, self.made.id(key), DAY + timedelta(days=days), about, party)
        return links.address(self.address, self.made.store, made)

    def sign_link(self, language: str = "en") -> str:
        who = guardians.add_guardian(
            self.made.store, self.made.id("ana"), email=f"{language}@home.example.org", language=language
        )
        return self.link("sign", "ana", who, "guardian", 300)

    def newest(self) -> str:
        """The newest mail as it was sent."""
        return max(self.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns).read_text()

    def code(self) -> str:
        """The code in the newest mail."""
        newest = max(self.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        text = message_from_bytes(newest.read_bytes(), policy=default).get_content()  # type: ignore[attr-defined]
        found = re.search(r"\b(\d{6})\b", text)
        assert found is not None
        return found[1]

    def visit(self, page: Any, key: str = "eva", about: str = "") -> Any:
        """Open somebody's desk as they do: the link, the mailed code, the desk."""
        page.goto(self.link("desk", key, about))
        page.get_by_role("button", name="Mail me a code").click()
        page.get_by_label("Code").fill(self.code())
        page.get_by_role("button", name="Open").click()
        return page


@contextmanager
def bridge(folder: Path, key: str | None = None, **more: Any) -> Iterator[Bridge]:
    """The service on a new programme in a folder. key: whose desk it is, where nobody needs a code."""
    made = town(f"sqlite:///{folder}/bridge.db")
    actor = None if key is None else made.actor(key)
    mail = folder / "mail"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            store=made.store.url, mail=f"file://{mail}", mail_from="hello@programme.example.org", public_url=address,
            **more,
        )  # fmt: skip
        app = create_app(settings, local_actor=actor, as_of=DAY)
        add_pages(app)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield Bridge(address, made, mail, app)
        server.should_exit = True
        thread.join(10)
    app.state.service.close()
    made.programme.close()
