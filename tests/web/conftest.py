"""What every browser test stands on: a guard against errors, and axe.

`page_guard` is a page that fails its test on a console error, an uncaught error, a violation of the content policy
or a request to another origin. `axe` runs axe-core on it in light, dark and phone widths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.town import Site, serving

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
#: How a page is looked at, and by which rules: in the dark nothing but the colours is another.
LOOKS: tuple[tuple[str, Any, Any, tuple[str, ...]], ...] = (
    ("light", "light", DESKTOP, ()),
    ("dark", "dark", DESKTOP, ("color-contrast", "color-contrast-enhanced", "link-in-text-block")),
    ("phone", "light", PHONE, ()),
)
VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""


class Guard:
    """Collects what goes wrong on a page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.add_init_script(VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def collect(self) -> list[str]:
        """Everything wrong so far. Read it before leaving a page: violations are kept by the document."""
        if self.page.url != "about:blank":
            self.problems += [f"policy: {line}" for line in self.page.evaluate("() => window.__violations || []")]
            self.page.evaluate("() => { window.__violations = []; }")
            home = urlsplit(self.page.url)
            self.problems += [f"left the origin: {url}" for url in self.requests if _foreign(url, home)]
        found, self.problems, self.requests = self.problems, [], []
        return found


def _foreign(url: str, home: Any) -> bool:
    parts = urlsplit(url)
    if parts.scheme in ("data", "blob"):
        return False
    if parts.scheme == "file":
        return home.scheme != "file" or parts.path != home.path
    return (parts.scheme, parts.netloc) != (home.scheme, home.netloc)


@pytest.fixture
def guard(page: Any) -> Guard:
    """The collector of `page_guard`, for tests that expect something to go wrong."""
    return Guard(page)


@pytest.fixture
def page_guard(page: Any, guard: Guard) -> Iterator[Any]:
    """A page that must stay free of errors, policy violations and requests to other origins."""
    page.set_viewport_size(DESKTOP)
    yield page
    assert guard.collect() == []


@pytest.fixture(scope="session")
def axe_source(node_packages: Path) -> str:
    """The text of axe-core."""
    return (node_packages / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[[Any], list[str]]:
    """Run axe on a page as it is: `axe(page)` returns one line per finding."""

    def run(page: Any, *only: str) -> list[str]:
        # Evaluated, because the policy refuses an added script element; once for each document.
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(axe_source)
        rules = {"runOnly": list(only)} if only else {}
        result = page.evaluate(
            "async (rules) => await axe.run(document, {resultTypes: ['violations'], ...rules})", rules
        )
        return [
            f"{finding['id']}: {node['html'][:160]}" for finding in result["violations"] for node in finding["nodes"]
        ]

    return run


@pytest.fixture
def axe_everywhere(axe: Callable[[Any], list[str]]) -> Callable[[Any], list[str]]:
    """Run axe in light, dark and on a phone; findings are prefixed by where they were found."""

    def run(page: Any) -> list[str]:
        found: list[str] = []
        for name, scheme, size, only in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            page.wait_for_timeout(100)
            found += [f"{name}: {line}" for line in axe(page, *only)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESKTOP)
        return found

    return run


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service on a small programme that tests only read."""
    with serving(tmp_path_factory.mktemp("town")) as site:
        warm(site)
        yield site


def warm(site: Site) -> None:
    """Open the pages once that compute most: loops that are not compiled yet take longer than an answer may."""
    for path in (site.learner("ana"), "/map", "/evaluation"):
        for _ in range(6):
            if httpx.get(site.address + path, timeout=120).status_code == 200:
                break


@pytest.fixture(scope="session")
def hostile_town(tmp_path_factory: pytest.TempPathFactory, town: Site) -> Iterator[Site]:
    """The service on a programme whose names attack."""
    with serving(tmp_path_factory.mktemp("hostile"), hostile=True) as site:
        yield site


@pytest.fixture(scope="session")
def empty_town(tmp_path_factory: pytest.TempPathFactory, town: Site) -> Iterator[Site]:
    """The service on a programme without anybody."""
    with serving(tmp_path_factory.mktemp("empty"), empty=True) as site:
        yield site


@pytest.fixture
def busy_town(tmp_path: Path, town: Site) -> Iterator[Site]:
    """The service on a small programme of the test's own, to write to."""
    with serving(tmp_path) as site:
        yield site


@pytest.fixture
def empty_busy_town(tmp_path: Path, town: Site) -> Iterator[Site]:
    """The service on a programme without anybody, for a test to fill and to write to."""
    with serving(tmp_path, empty=True) as site:
        yield site


@pytest.fixture
def visit(page_guard: Any, town: Site) -> Callable[[str], Any]:
    """Open a page of the small programme: `visit("/worklist")`."""

    def open_page(path: str) -> Any:
        answer = page_guard.goto(town.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return page_guard

    return open_page
