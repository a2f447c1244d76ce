"""The pages of a programme for tests without a browser: forms are sent as a browser would."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from starlette.testclient import TestClient

from graph_service.api.app import create_app
from graph_service.disclosure.scope import OWNER
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.world import World

DAY = date(2026, 3, 1)


class Pages:
    """What whoever runs the programme sees on the day of the tests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = create_app(Settings(store=world.store.url), local_actor=OWNER, as_of=DAY)
        add_pages(self.app)
        self.client = TestClient(
            self.app, base_url="http://127.0.0.1", headers={"accept": "text/html", "accept-language": "en-US,en"}
        )

    def get(self, path: str, **headers: str) -> str:
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:400]}"
        return answer.text

    def post(self, path: str, at: str, **fields: str) -> Any:
        """Send a form as the page `at` shows it: with its token."""
        token = re.search(r'name="token" value="([^"]+)"', self.get(at))
        assert token is not None
        return self.client.post(path, data={"token": token[1], **fields}, follow_redirects=False)

    def close(self) -> None:
        self.app.state.service.close()
