"""A small made-up programme, built in sentences: what tests of introductions are arranged with."""

from datetime import date
from typing import Any

import graph_service as gs
from tests.world import World

TODAY = "2026-03-02"
BORN = {"minor": date(2010, 1, 1), "adult": date(2000, 1, 1)}


class MadeUp(World):
    """A programme with people that tests name; everything is dated well before `TODAY` unless said otherwise."""

    def __init__(self, url: str) -> None:
        super().__init__(gs.open(url))
        self._n = 0

    def put(self, kind: str, named: str | None = None, /, **fields: Any) -> str:
        if named is None:
            self._n += 1
            named = f"{kind}-{self._n}"
        id = self.id(named, kind)
        self.store.put(kind, {"id": id, **fields})
        return id

    def someone(self, key: str, **fields: Any) -> str:
        return self.put("person", key, key=key, **fields)

    def learner(self, key: str, *, consent: bool = True, **fields: Any) -> str:
        id = self.someone(key, **({"roles": ["learner"], "birth_date": BORN["minor"], "grade": "10"} | fields))
        if consent:
            self.consent(key, "introduce")
        return id

    def adult(self, key: str, *, role: str = "mentor", cleared: bool = True, **fields: Any) -> str:
        id = self.someone(key, **({"roles": [role], "status": "consented"} | fields))
        if cleared:
            self.clear(key)
        return id

    def consent(self, key: str, purpose: str, *, by: str = "guardian", granted: bool = True, **fields: Any) -> None:
        since = fields.pop("since", date(2025, 9, 1))
        self.put("consent", person=self.id(key), purpose=purpose, by=by, granted=granted, since=since, **fields)

    def clear(self, key: str, result: str = "cleared", **fields: Any) -> None:
        since = fields.pop("since", date(2025, 9, 1))
        self.put("clearance", person=self.id(key), result=result, since=since, **fields)

    def meet(
        self, a: str, b: str, on: str = "2026-02-20", kind: str = "meeting", times: int = 1, **fields: Any
    ) -> None:
        for _ in range(times):
            self.log(kind, a, b, on=on, **fields)

    def assign(self, adult: str, learner: str, **fields: Any) -> None:
        self.put("caseload", adult=self.id(adult), learner=self.id(learner), **fields)

    def suggest(self, learner: str = "ana", **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.programme.introductions(learner, as_of=more.pop("as_of", TODAY), **more).as_dict()
        return told

    def targets(self, learner: str = "ana", **more: Any) -> list[str]:
        return [each["target"] for each in self.suggest(learner, **more)["suggestions"]]


def simple(url: str) -> MadeUp:
    """Ana Example knows Mo the mentor, who knows Eva the engineer: one path, and every gate lets it pass."""
    made = MadeUp(url)
    made.learner("ana")
    made.adult("mo")
    made.adult("eva", role="employer_contact", sector="manufacturing", tier="senior", occupation="17-2141")
    made.meet("ana", "mo")
    made.meet("mo", "eva")
    return made
