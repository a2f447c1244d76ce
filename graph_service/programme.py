"""A programme: one store, one intermediary's or district's world, and what can be asked of it in Python.

>>> import tempfile, pathlib, graph_service as gs
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> with gs.open(f"sqlite:///{folder}/example.db") as programme:
...     programme.learner("ana")
...     len(programme.snapshot(as_of="2026-03-01"))
1
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_service import clock
from graph_service.clock import as_date
from graph_service.errors import UsageError
from graph_service.measured import Snapshot
from graph_service.snapshot.build import build
from graph_service.snapshot.parameters import Parameters

if TYPE_CHECKING:
    from pathlib import Path

    from graph_service.actions.studies import Stored
    from graph_service.actions.waves import Recomputed, Wave
    from graph_service.disclosure.records import RecordReader
    from graph_service.disclosure.scope import Actor, ScopedReader
    from graph_service.introductions.choices import Choices
    from graph_service.introductions.plan import Plan
    from graph_service.introductions.suggestions import Suggestions
    from graph_service.measures.catalogue import Model
    from graph_service.measures.cohort.resampling import Resampling
    from graph_service.measures.cohort.study_report import StudyReport
    from graph_service.measures.growth import Growth
    from graph_service.on_their_way import OnTheirWay
    from graph_service.settings import Settings
    from graph_service.store.store import Store


class Programme:
    """One open store. Use it as a context manager, or close it."""

    def __init__(self, store: "Store", settings: "Settings") -> None:
        self.store, self.settings = store, settings
        self._evidence: Any = None
        self._live: Any = None

    @property
    def evidence(self) -> Any:
        """All records, kept between looks."""
        if self._evidence is None:
            from graph_service.store.evidence import Evidence

            # A store that is encrypted at rest is not copied in the clear.
            cache = None if self.settings.encryption_key() else self.settings.cache_dir
            self._evidence = Evidence(self.store, cache)
        return self._evidence

    def snapshot(
        self,
        as_of: date | str | None = None,
        *,
        known_at: date | str | int | None = None,
        parameters: Parameters | None = None,
        **choices: Any,
    ) -> Snapshot:
        """The graph on a day (default: today), as it was known on another (default: now).

        choices: single parameters (`half_life=None, weights="unit"`); see `Parameters`. Raises BadDate.
        """
        self.evidence.refresh()
        day = self.today() if as_of is None else as_date(as_of)
        known = as_date(known_at) if isinstance(known_at, str) else known_at
        revision = self.store.revision_at(known, self.settings.time_zone)
        chosen = (parameters or self.parameters()).with_(**choices)
        return build(self.evidence, day, revision=revision, parameters=chosen, into=Snapshot)

    def today(self) -> date:
        """Today in the programme's time zone."""
        return clock.today(self.settings.time_zone)

    def day(self, value: date | str | None) -> date:
        """A day as given, else today. Raises BadDate."""
        return self.today() if value is None else as_date(value)

    @staticmethod
    def versions() -> dict[str, str]:
        """Versions of catalogue and code: they travel with every report."""
        from graph_service.measures.catalogue import VERSION

        return {"catalogue": VERSION, "code": _version()}

    def parameters(self) -> Parameters:
        """The programme's own parameters: what was chosen for it and is kept with its data, else its settings."""
        from graph_service.actions.choosing import ties_of

        kept = ties_of(self.store)
        if kept is not None:
            return Parameters(**kept)
        return Parameters(half_life=Parameters.parse_half_life(self.settings.half_life))

    def growth(
        self, a: date | str, b: date | str, *, measures: Sequence[str] = (), model: "Model" = "whole", **choices: Any
    ) -> "Growth":
        """What became of everyone's ties between two days; see `graph_service.measures.growth`."""
        from graph_service.measures.growth import growth

        return growth(self.snapshot(a, **choices), self.snapshot(b, **choices), measures, model)

    @property
    def waves(self) -> "Waves":
        """Dated looks that are stored, released and computed again."""
        return Waves(self)

    @property
    def studies(self) -> "Studies":
        """Studies that are fixed before their outcomes are known."""
        return Studies(self)

    @property
    def live(self) -> Any:
        """The snapshots that readers share; see `graph_service.snapshot.live`."""
        if self._live is None:
            from graph_service.snapshot.live import Live

            self._live = Live(self.evidence)
        return self._live

    def reader(self, actor: "Actor") -> "ScopedReader":
        """The evidence as an actor may see it: what desks are given."""
        from graph_service.disclosure.scope import ScopedReader

        return ScopedReader(
            self.evidence, actor, self.parameters(), self.settings.time_zone, self.store.shown, self.live
        )

    def records(self, actor: "Actor", as_of: date) -> "RecordReader":
        """Single records as an actor may see them on a day."""
        from graph_service.disclosure.records import RecordReader

        return RecordReader(self.store, self.reader(actor), as_of)

    def introductions(
        self,
        learner: Any = None,
        limit: int = 5,
        as_of: date | str | None = None,
        *,
        known_at: date | str | int | None = None,
        recommender: "Choices | None" = None,
        **choices: Any,
    ) -> "Suggestions":
        """Who should meet whom through whom: for one learner (own key), or everyone on the roster.

        recommender: other weights and rules than the shipped ones; choices: single parameters of the snapshot.
        The result has `as_dict()`, `table()` and `frame()`. Raises UnknownPerson, UnknownParameter, BadDate.
        """
        from graph_service.introductions.suggestions import suggest

        self.refuse_research()
        snapshot = self.snapshot(as_of, known_at=known_at, **choices)
        return suggest(snapshot, self.evidence, learner, limit, recommender)

    def assign(
        self,
        as_of: date | str | None = None,
        *,
        seed: int = 0,
        each: int = 1,
        groups: bool = True,
        known_at: date | str | int | None = None,
        recommender: "Choices | None" = None,
        **choices: Any,
    ) -> "Plan":
        """A plan of introductions for everyone at once; see `graph_service.introductions.plan.plan`.

        each: introductions for one learner, at most; groups: small groups where they serve more learners who have
        nobody; seed: of the draws between equals. Nothing is written: `adopt` puts a plan on its way.
        """
        from graph_service.introductions.plan import plan

        self.refuse_research()
        snapshot = self.snapshot(as_of, known_at=known_at, **choices)
        return plan(snapshot, self.evidence, seed=seed, each=each, groups=groups, choices=recommender)

    def adopt(self, plan: "Plan", actor: "Actor | None" = None) -> list[str]:
        """Put every introduction of a plan on its way, and log its draws; ids of those that were.

        Adopted twice, nothing is doubled. Raises NotYours.
        """
        from graph_service.actions.adopting import adopt
        from graph_service.disclosure.scope import OWNER

        return adopt(self.store, actor or OWNER, plan)

    @property
    def on_their_way(self) -> "OnTheirWay":
        """Introductions on their way: list, show, propose, move, expire and the like; see `OnTheirWay`."""
        from graph_service.on_their_way import OnTheirWay

        return OnTheirWay(self)

    def audit(
        self,
        split: date | str,
        until: date | str,
        *,
        seed: int = 0,
        rounds: int = 0,
        recommender: "Choices | None" = None,
        guardrails: "Path | str | None" = None,
        **choices: Any,
    ) -> dict[str, Any]:
        """The recommender measured on this programme's history; see `graph_service.introductions.audit.audit`.

        guardrails: a file of promises (`shipped` for ours), checked under `promises`; `keep_promises` raises.
        """
        from graph_service.introductions.audit import audit
        from graph_service.introductions.guardrails import check, read_guardrails

        def look(as_of: date, **more: Any) -> Snapshot:
            return self.snapshot(as_of, **more)

        days = as_date(split), as_date(until)
        promises = None if guardrails is None else read_guardrails(guardrails)
        result = audit(look, self.evidence, *days, seed=seed, rounds=rounds, choices=recommender, **choices)
        return result if promises is None else result | {"promises": check(result, promises)}

    @staticmethod
    def keep_promises(result: Mapping[str, Any]) -> None:
        """Raises PromiseBroken when an audit's result breaks a promise of its guardrail file."""
        from graph_service.introductions.guardrails import enforce

        enforce(result.get("promises", []))

    def refuse_research(self) -> None:
        """Raises ResearchBasis where sign-in is configured and people are held as research data, without consents."""
        from graph_service.errors import ResearchBasis

        if self.settings.oidc_issuer is not None and self.store.count("person", basis="research"):
            raise ResearchBasis()

    def learner(self, key: str, **fields: Any) -> None:
        """Record a learner under an own key."""
        id = self.store.internal_id("person", "local", key)
        self.store.put("person", {"id": id, "key": key, "roles": ["learner"], **fields})

    def close(self) -> None:
        if self._evidence is not None:
            self._evidence.settle()
        self.store.close()

    def __enter__(self) -> "Programme":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Waves:
    """The waves of a programme: take one, release it, compute it again; growth between them.

    >>> import tempfile, pathlib, graph_service as gs
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with gs.open(f"sqlite:///{folder}/example.db") as programme:
    ...     programme.learner("ana")
    ...     wave = programme.waves.take("autumn", "2026-10-01", measures=["network_size"])
    ...     programme.waves.recompute("autumn").same
    True
    """

    def __init__(self, programme: Programme) -> None:
        self._programme, self._store = programme, programme.store

    def take(
        self,
        name: str,
        as_of: date | str | None = None,
        *,
        known_at: date | str | int | None = None,
        measures: Sequence[str] | None = None,
        model: "Model" = "whole",
        parameters: Parameters | None = None,
        actor: "Actor | None" = None,
        **choices: Any,
    ) -> "Wave":
        """Store a look at the programme on a day, as it is known now (or was on another day), under a name.

        measures: ids (default: some of every dimension). A wave that is not released is taken anew.
        Raises WaveReleased, UnknownMeasure, BadDate, NotYours.
        """
        from graph_service.actions.waves import take
        from graph_service.measures import catalogue

        snapshot = self._programme.snapshot(as_of, known_at=known_at, parameters=parameters, **choices)
        wanted = catalogue.WAVE if measures is None else measures
        return take(
            self._store, _owner(actor), name, snapshot, wanted, model, today=self._programme.today(), code=_version()
        )

    def list(self) -> "list[Wave]":
        """Every wave, by its day."""
        from graph_service.actions.waves import listed

        return listed(self._store)

    def get(self, name: str) -> "Wave":
        """One wave. Raises NotFound."""
        from graph_service.actions.waves import get

        return get(self._store, name)

    def table(self, name: str, *, reasons: bool = False) -> Any:
        """The stored results of a wave as an Arrow table."""
        from graph_service.actions.waves import table

        return table(self._store, self.get(name), reasons=reasons)

    def release(self, name: str, actor: "Actor | None" = None) -> "Wave":
        """Freeze a wave's results. Raises NotFound, NotYours."""
        from graph_service.actions.waves import release

        return release(self._store, _owner(actor), name, today=self._programme.today())

    def drop(self, name: str, actor: "Actor | None" = None) -> None:
        """Take back a wave that was not released. Raises WaveReleased, NotFound, NotYours."""
        from graph_service.actions.waves import drop

        drop(self._store, _owner(actor), name)

    def recompute(self, name: str) -> "Recomputed":
        """Compute a wave again from what was known then: the same bit for bit, or what became of it."""
        from graph_service.actions.waves import recompute

        return recompute(self._store, self.get(name), self._look, code=_version())

    def snapshot(self, name: str) -> Snapshot:
        """The snapshot that a wave was measured on, as far as the people in it were not erased since."""
        wave = self.get(name)
        return self._look(wave.as_of, wave.known_revision, wave.parameters)

    def growth(self, *names: str, measures: Sequence[str] = (), model: "Model | None" = None) -> "Sequence[Growth]":
        """What became of everyone's ties from each wave to the next, each as it was known when it was taken.

        Any number of waves go through one pass over their common graph. Raises NotFound, UnknownParameter.
        """
        from graph_service.measures.growth import over

        if len(names) < 2:
            raise UsageError("Growth needs at least two waves.")
        return over([self.snapshot(name) for name in names], measures, model or self.get(names[-1]).model)

    def _look(self, as_of: date, revision: int, parameters: Mapping[str, Any]) -> Snapshot:
        return self._programme.snapshot(as_of, known_at=revision, parameters=Parameters(**parameters))


class Studies:
    """The studies of a programme: fix one, open its outcomes, report what was planned."""

    def __init__(self, programme: Programme) -> None:
        self._programme, self._store = programme, programme.store

    def fix(
        self,
        name: str,
        plan: Mapping[str, Any],
        sample: Sequence[Mapping[str, Any]],
        actor: "Actor | None" = None,
        id_source: str = "local",
    ) -> "Stored":
        """Store a study with its digest, before its outcome wave is taken.

        plan: title, design, unit, assigned_on, waves, outcomes, exclusions, ...; sample: a mapping per learner with
        learner (own key), arm, and where there are any site, block, excluded. Raises InvalidRecord, Conflict, NotYours.
        """
        from graph_service.actions.studies import fix

        return fix(self._store, _owner(actor), name, plan, sample, today=self._programme.today(), id_source=id_source)

    def list(self) -> "list[Stored]":
        """Every study, by the day it was fixed."""
        from graph_service.actions.studies import listed

        return listed(self._store)

    def get(self, name: str) -> "Stored":
        """One study. Raises NotFound."""
        from graph_service.actions.studies import get

        return get(self._store, name)

    def sample(self, name: str) -> dict[str, frozenset[str]]:
        """By arm the internal ids of a study's learners who are neither excluded nor erased. Raises NotFound."""
        rows = [row for row in self._store.find("study_member", study=self.get(name).id) if not row["excluded"]]
        return {arm: frozenset(row["person"] for row in rows if row["arm"] == arm) for arm in {r["arm"] for r in rows}}

    def days(self, name: str) -> tuple[date, date]:
        """The days of a study's two waves. Raises NotFound."""
        first, second = (self._programme.waves.get(wave).as_of for wave in self.get(name).waves)
        return first, second

    def open(self, name: str, actor: "Actor | None" = None) -> "Stored":
        """Open a study's outcomes. Raises NotFound while one of its waves is not taken."""
        from graph_service.actions.studies import unseal

        return unseal(self._store, _owner(actor), name, today=self._programme.today())

    def report(self, name: str, *, also: Sequence[str] = (), how: "Resampling | None" = None) -> "StudyReport":
        """The report of an opened study, as planned. Raises Conflict, StudyChanged."""
        from graph_service.actions.studies import follow

        waves = self._programme.waves
        return follow(self._store, name, lambda wave: waves.snapshot(wave.key), also=also, how=how)


def _owner(actor: "Actor | None") -> "Actor":
    from graph_service.disclosure.scope import OWNER

    return actor or OWNER


def _version() -> str:
    from graph_service import __version__

    return __version__


def open(
    url: str | None = None, *, create: bool = True, settings: "Settings | None" = None, **options: Any
) -> Programme:
    """Open the programme at a store's address (default: `GRAPH_SERVICE_STORE`, else `sqlite:///programme.db`).

    create: make the store when it is not there. options: single settings; see `Settings`.
    Raises SettingsError, StoreError.
    """
    from graph_service.settings import Settings
    from graph_service.store.opening import open_store

    chosen = settings or Settings(**options)
    return Programme(open_store(url, chosen, create=create), chosen)
