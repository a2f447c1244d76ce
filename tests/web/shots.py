"""Screenshots of every page, light, dark, on a phone and on paper.

`python -m tests.web.shots` makes all of them, `python -m tests.web.shots worklist learner` some.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from graph_service.actions.events import sign_in
from graph_service.actions.rehearsal import load_synthetic
from tests.servers import needs
from tests.web.conftest import DESKTOP, PHONE
from tests.web.town import DAY, serving

FOLDER = Path(__file__).parent.parent.parent / "docs" / "shots"
PAGES = {
    "today": "/today",
    "worklist": "/worklist?limit=25",
    "learner": "{learner}",
    "introductions": "/introductions",
    "introduction": "/introductions/{introduction}",
    "events": "/events",
    "event": "/events/{event}",
    "kiosk": "/events/{event}/kiosk",
    "programme": "/programme",
    "cohort": "/cohort",
    "map": "/map",
    "map-waves": "/map?days=180",
    "setup": "/setup",
    "import": "/setup/import",
    "year": "/setup/year",
    "start": "/setup/start",
    "ties": "/setup/ties?half_life=60",
    "consents": "/setup/consents",
    "checks": "/setup/checks",
    "hand-over": "/setup/hand-over",
    "know": "/know?adult={adult}&site={site}",
    "same": "/same",
    "work": "/work",
    "employers": "/work/employers?limit=20",
    "employer": "{employer}",
    "class-form": "/class-form?site={site}",
    "sign-in-sheet": "/sign-in-sheet?site={site}",
    "evaluation": "/evaluation",
    "downloads": "/evaluation/downloads",
    "my-team": "/me?learner={id}",
    "sharing": "/me/sharing?learner={id}",
    "take": "/me/take?learner={id}",
    "glossary": "/glossary",
}
LOOKS: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "light": (DESKTOP, {"color_scheme": "light", "media": "screen"}),
    "dark": (DESKTOP, {"color_scheme": "dark", "media": "screen"}),
    "phone": (PHONE, {"color_scheme": "light", "media": "screen"}),
    "print": (DESKTOP, {"color_scheme": "light", "media": "print"}),
}
#: Height of a picture at most; bytes of all of them at most.
TALLEST, LARGEST = 1500, 9_000_000


def main() -> int:
    """Write the pictures into `docs/shots`; 1 where they are larger than they may be."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), empty=True) as site, sync_playwright() as play:
        load_synthetic(site.world.store, people=300, seed=1, as_of=DAY)
        browser = play.chromium.launch(executable_path=needs.chromium())
        page = browser.new_page()
        rows = page.request.get(f"{site.address}/worklist.json?limit=1000").json()
        known = max(rows["rows"], key=lambda row: row["professional"])
        asked = site.world.store.get("organization", site.world.store.find("employer_ask")[0]["organization"])
        store, programme = site.world.store, site.world.programme
        for name, day in (("autumn", DAY - timedelta(days=150)), ("spring", DAY)):
            programme.waves.take(name, day)
            programme.waves.release(name)
        adult = next(row for row in store.find("person") if "mentor" in row["roles"])
        event = {"id": "exampleevent0000", "name": "Spring fair (example)", "date": DAY, "kind": "career_fair"}
        store.put("event", event | {"guests": [adult["id"]]})
        sign_in(store, event["id"], [row["id"] for row in rows["rows"][:6]], "kiosk", actor="shots")
        names = {
            "employer": f"/work/employer/{asked['key']}",
            "learner": f"/learners/{known['id']}",
            "id": known["id"],
            "site": rows["sites"][0]["id"],
            "event": event["id"],
            "adult": adult["key"],
            "introduction": store.page("introduction", "", 1)[0]["id"],
        }
        for name, path in PAGES.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            page.goto(site.address + path.format(**names), timeout=180_000)
            for look, (size, media) in LOOKS.items():
                page.set_viewport_size(size)
                page.emulate_media(**media)
                page.wait_for_timeout(500)
                tall = min(TALLEST, page.evaluate("() => document.documentElement.scrollHeight"))
                page.screenshot(
                    path=FOLDER / f"{name}-{look}.jpg",
                    type="jpeg",
                    quality=38,
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": size["width"], "height": tall},
                )
        browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.jpg"))
    print(f"{len(list(FOLDER.glob('*.jpg')))} pictures in {FOLDER.name}, {total / 1e6:.1f} MB")
    return int(total > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
