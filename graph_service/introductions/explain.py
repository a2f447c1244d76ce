"""Explanations: why this person, through whom, what is not known, what next; in the words of who reads it.

Staff read everything about the three; an adult who is asked reads what an asked adult may see; a learner reads
short sentences about the two adults, and, where nothing is suggested, the same sentence whatever stands in the way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from graph_service.errors import UnknownParameter
from graph_service.introductions.answer import hop, other_connectors, reason_codes, texts, unknown
from graph_service.introductions.choices import TERMS
from graph_service.introductions.recommend import Field, terms_of
from graph_service.introductions.search import Found
from graph_service.introductions.ties_told import LANGUAGES, in_words, label, tie_told
from graph_service.snapshot.people import SECTORS

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

Audience = Literal["coordinator", "connector", "target", "learner"]
Side = Literal["connector", "target"]
AUDIENCES: tuple[Audience, ...] = ("coordinator", "connector", "target", "learner")
#: Reasons beside the path: more are a list to read, not a reason.
REASONS = 2


@dataclass(frozen=True)
class Explanation:
    """One suggestion in words.

    reasons: with the evidence named; path: a sentence per tie; weakest, not_known: for staff; next, fallback: what
    to do, and what if it does not work out; take: for the learner (message, questions, thanks, silence).
    """

    audience: str
    language: str
    reasons: tuple[str, ...]
    path: tuple[str, ...]
    next: str
    fallback: str
    weakest: str | None = None
    not_known: tuple[str, ...] = ()
    take: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def sentences(self) -> list[str]:
        """Everything that it says, in order."""
        take = self.take or {}
        more = [self.weakest, *self.not_known, self.next, self.fallback]
        more += [take.get("message"), *take.get("questions", ()), take.get("thanks"), take.get("silence")]
        return [*self.reasons, *self.path, *(each for each in more if each)]


def explain(field: Field, found: Found, at: int, place: int, audience: str, language: str = "en") -> Explanation:
    """The suggestion at a place of a learner's list, as somebody reads it. Raises UnknownParameter."""
    check(audience, language)
    hop, snapshot = int(found.near[at, place]), field.snapshot
    learner, connector, target = int(found.rows[at]), int(field.paths.first.who[hop]), int(found.target[at, place])
    three = _Three(snapshot, learner, connector, target, language)
    if audience == "learner":
        return _for_learner(three, three.in_words(_codes(field, found, at, place)))
    if audience == "coordinator":
        return _for_staff(three, field, found, at, place)
    return _for_adult(three, audience, audience == "connector" or bool(field.facts.share_name[learner]))


def for_learner(field: Field, learner: int, connector: int, target: int, language: str = "en") -> Explanation:
    """An introduction that was proposed, for the learner's own eyes; people by position.

    The reasons are what the tie would add, whatever a gate says today: they do not tell that one has closed.
    """
    check("learner", language)
    three = _Three(field.snapshot, learner, connector, target, language)
    codes = reason_codes(field, learner, target, terms_of(field, learner, target))
    return _for_learner(three, three.in_words(codes))


def for_adult(
    snapshot: "Snapshot",
    learner: int,
    connector: int,
    target: int,
    side: Side,
    language: str = "en",
    *,
    shared: bool,
    goal: str | None = None,
) -> Explanation:
    """An introduction for the adult who is asked; people by position. shared: the learner's first name may be told.

    goal: code of the career cluster that it is about; the target's own sector where it is left out.
    """
    check(side, language)
    return _for_adult(_Three(snapshot, learner, connector, target, language, goal), side, shared)


def check(audience: str, language: str) -> None:
    """Raises UnknownParameter for an audience or a language without texts."""
    if audience not in AUDIENCES:
        raise UnknownParameter(f"Explanations are for {', '.join(AUDIENCES)}.")
    if language not in LANGUAGES:
        raise UnknownParameter(f"Explanations are written in {', '.join(LANGUAGES)}.")


def nothing(language: str = "en") -> dict[str, str]:
    """What a learner reads where nothing is suggested: the same whatever the reason is."""
    check("learner", language)
    return dict(texts("learner", language)["nothing"])


def _codes(field: Field, found: Found, at: int, place: int) -> list[tuple[str, dict[str, Any]]]:
    """The reasons of a suggestion as codes with their evidence."""
    ends = int(found.rows[at]), int(found.target[at, place])
    return reason_codes(field, *ends, found.terms[at, place], int(found.ways[at, place]))


class _Three:
    """Learner, connector and target of a suggestion, with what is told of them."""

    def __init__(
        self, snapshot: "Snapshot", learner: int, connector: int, target: int, language: str, goal: str | None = None
    ) -> None:
        assert snapshot.people is not None
        self.snapshot, self.people, self.language, self.goal = snapshot, snapshot.people, language, goal
        self.learner, self.connector, self.target = learner, connector, target

    def name(self, at: int, first_only: bool = False) -> str:
        """Somebody's name, else the key."""
        row = self.people.table.slice(at, 1).select(["given_name", "family_name"]).to_pylist()[0]
        parts = [row["given_name"]] if first_only else [row["given_name"], row["family_name"]]
        return " ".join(part for part in parts if part) or str(self.snapshot.keys[at])

    def topic(self, otherwise: str) -> str:
        """The field that the learner wants to hear about: the goal that is served, else the target's own sector."""
        sector = int(self.people.sector[self.target])
        code = self.goal or (SECTORS[sector] if sector >= 0 else None)
        return otherwise if code is None else label("career_clusters", code, self.language)

    def in_words(self, codes: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
        """The first reasons, with labels in the language for the codes of their evidence."""
        tables = {"sector": "career_clusters", "tier": "tiers"}
        told = []
        for code, evidence in codes[:REASONS]:
            labels = {name: label(tables[name], evidence[name], self.language) for name in tables if name in evidence}
            told.append((code, evidence | labels))
        return told

    def evidence(self, one: int, other: int, words: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """The contacts of two of them, as a sentence takes them; `words` count them, one or many."""
        told = tie_told(self.snapshot, one, other)
        if told is None:
            return None
        days = {"since": in_words(told.first, self.language), "last": in_words(told.last, self.language)}
        said = {"kind": label("interaction_kinds", told.kind, self.language)} | days
        if words is not None:
            said["contacts"] = words["one" if told.times == 1 else "many"].format(times=told.times)
        return said


def _for_learner(three: _Three, reasons: list[tuple[str, dict[str, Any]]]) -> Explanation:
    words = texts("learner", three.language)
    names = {"connector": three.name(three.connector), "target": three.name(three.target)}
    said = [words["reasons"][code].format(**names, **about) for code, about in reasons]
    evidence = three.evidence(three.learner, three.connector)
    how = "assigned" if evidence is None else "met"
    more = {} if evidence is None else {"near": evidence["last"], "kind": evidence["kind"]}
    take = words["take"]
    topic, me = three.topic(take["topic_any"]), three.name(three.learner, first_only=True)
    return Explanation(
        "learner",
        three.language,
        tuple(said or [words["reasons"]["first"].format(**names)]),
        (words["path"][how].format(**names, **more),),
        words["next"]["action"].format(**names),
        words["next"]["fallback"],
        take={
            "message": take["message"].format(**names, me=me, topic=topic),
            "questions": list(take["questions"]),
            "thanks": take["thanks"],
            "silence": take["silence"],
        },
    )


def _for_adult(three: _Three, side: str, shared: bool) -> Explanation:
    words = texts("mentor", three.language)
    learner = three.name(three.learner, first_only=True) if shared else words["words"]["learner"]
    names = {"learner": learner, "connector": three.name(three.connector), "target": three.name(three.target)}
    topic = three.topic(words["words"]["topic_any"])
    path = []
    if side == "connector":
        near = three.evidence(three.learner, three.connector, words["contacts"])
        line = words["connector"]["near_assigned" if near is None else "near"]
        path.append(line.format(**names, **(near or {})))
    far = three.evidence(three.connector, three.target, words["contacts"])
    if far is not None:
        path.append(words[side]["far"].format(**names, **far))
    lines = words[side]
    why = (lines["why"].format(**names, topic=topic),)
    return Explanation(side, three.language, why, tuple(path), lines["next"].format(**names), lines["fallback"])


def _for_staff(three: _Three, field: Field, found: Found, at: int, place: int) -> Explanation:
    words, near, far = texts("coordinator", three.language), int(found.near[at, place]), int(found.far[at, place])
    reasons = three.in_words(_codes(field, found, at, place))
    names = [three.name(each) for each in (three.learner, three.connector, three.target)]
    hops = [
        hop(field, three.learner, three.connector, near, near=True),
        hop(field, three.connector, three.target, far, near=False),
    ]
    ends = [(three.learner, three.connector), (three.connector, three.target)]
    strong, said = field.snapshot.parameters.theta_strong, words["path"] | words["contacts"]
    path = [_hop(three, said, told, *pair, strong) for told, pair in zip(hops, ends, strict=True)]
    weaker = 0 if float(hops[0]["familiarity"]) <= float(hops[1]["familiarity"]) else 1
    terms: dict[str, float | None] = {
        term: float(value) if weight > 0 else None
        for term, value, weight in zip(TERMS, found.terms[at, place], field.scales.lift, strict=True)
    }
    others = other_connectors(field, three.learner, three.target, three.connector)
    fallback = words["next"]["fallback" if others else "no_fallback"]
    other = three.name(others[0]) if others else ""
    return Explanation(
        "coordinator",
        three.language,
        tuple(words["reasons"][code].format(**about) for code, about in reasons),
        tuple(path),
        words["next"]["suggested"].format(connector=names[1]),
        fallback.format(connector=names[1], other=other),
        words["path"]["weakest"].format(near=names[weaker], far=names[weaker + 1]),
        tuple(words["not_known"][name] for name in unknown(field, three.target, terms)),
    )


def _hop(three: _Three, words: dict[str, str], told: dict[str, Any], one: int, other: int, strong_from: float) -> str:
    """A tie with its strength and freshness."""
    names = {"near": three.name(one), "far": three.name(other)}
    evidence = three.evidence(one, other, words)
    if told["evidence"] == "assigned" and evidence is None:
        return words["hop_assigned"].format(**names)
    if evidence is None:
        return words["hop_stated"].format(**names, last=told["last_contact"] or "?")
    strong = told["strength"] >= strong_from
    more = {"strength": f"{told['strength']:.1f}", "strong": words["strong" if strong else "weak"]}
    return words["hop"].format(**names, **evidence, **more)


__all__ = ["AUDIENCES", "Audience", "Explanation", "check", "explain", "for_adult", "for_learner", "nothing"]
