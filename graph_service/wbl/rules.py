"""What must hold before a placement starts: a versioned file of rules, and a state's own file over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError
from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.visits import Schedule
from graph_service.wbl.yaml_file import load, shown, translated

SHIPPED = "placement_rules.yaml"
SHIPPED_VISITS = Schedule()
#: What a rule may check, to the words that it must give (with their types) beside the common ones.
CHECKS: dict[str, dict[str, type]] = {
    "age": {"least": int},
    "hazards": {"exempt_from": int},
    "hours": {"week": int},
    "document": {"document": str},
    "clearance": {"clearance": str},
}
COMMON = ("id", "check", "text", "source", "under", "activities", "modes")
CODES = {"activities": "activities", "modes": "modes"}
SINGLE = {"document": "placement_documents", "clearance": "clearance_kinds"}


class BadRules(UsageError):
    code, title, exit = "bad_rules", "The file of placement rules has errors", 3
    hint = "Correct the file at the places named; `graph-service rules list` shows the form of the shipped one."


@dataclass(frozen=True)
class Rule:
    """One rule. under: for learners below that age only. activities, modes: for these only; empty means all.

    given: what the check needs: `least` age, `week` hours, `document`, `clearance`, `exempt_from` age.
    """

    id: str
    check: str
    text: Mapping[str, str]
    source: str
    under: int | None
    activities: tuple[str, ...]
    modes: tuple[str, ...]
    given: Mapping[str, Any]

    def applies(self, activity: str, mode: str, age: int | None) -> bool:
        """Whether the rule is asked of such an experience; of a learner of unknown age it is asked."""
        if self.activities and activity not in self.activities:
            return False
        if self.modes and mode not in self.modes:
            return False
        return self.under is None or age is None or age < self.under


@dataclass(frozen=True)
class Rules:
    """A validated file, or one over another; `version` names both."""

    id: str
    version: str
    title: Mapping[str, str]
    rules: tuple[Rule, ...]
    visits: Schedule = SHIPPED_VISITS


def read(path: Path | None = None) -> Rules:
    """The rules of a file, or the shipped ones. Raises BadRules with every error and its place.

    A file that says `extends: placement-rules` changes the shipped rules of the same id, adds others, and leaves out
    those in `drop`.

    >>> [each.id for each in read().rules][:3]
    ['age', 'hazards', 'hours']
    """
    base = _made(load(files("graph_service.wbl") / "data" / SHIPPED, BadRules, "file of rules"))
    if path is None:
        return base
    content = load(path, BadRules, "file of rules")
    known = {each.id for each in base.rules}
    extends = isinstance(content, dict) and content.get("extends") is not None
    problems = check(content, known if extends else None, base.id)
    if problems:
        raise BadRules("The rules have errors: " + "; ".join(problems) + ".", errors=len(problems))
    own = _made(content)
    if not extends:
        return own
    changed, dropped = {each.id: each for each in own.rules}, set(content.get("drop", ()))
    kept = [changed.pop(each.id, each) for each in base.rules if each.id not in dropped]
    version = f"{own.id} {own.version} over {base.id} {base.version}"
    visits = own.visits if "visits" in content else base.visits
    return Rules(own.id, version, own.title, (*kept, *changed.values()), visits)


def check(content: Any, known: set[str] | None = None, base: str = "placement-rules") -> list[str]:
    """Everything wrong with a file, each with its place. known: ids of the rules that it extends."""
    if not isinstance(content, dict):
        return ["the file: a mapping with id, version, title and rules is needed"]
    problems = [f"{name}: text is needed" for name in ("id", "version") if not isinstance(content.get(name), str)]
    problems += translated(content.get("title"), "title")
    if known is not None:
        if content["extends"] != base:
            problems.append(f"extends: only {base} can be extended")
        drop = content.get("drop", [])
        if not isinstance(drop, list):
            problems.append("drop: a list of ids is needed")
        else:
            problems += [f"drop: {shown(each)} is not a rule of {base}" for each in drop if each not in known]
    rules = content.get("rules", [] if known is not None else None)
    if not isinstance(rules, list) or (not rules and known is None):
        return [*problems, "rules: a list is needed"]
    problems += _visits(content.get("visits"))
    seen: set[Any] = set()
    for at, rule in enumerate(rules, 1):
        problems += _rule(rule, f"rule {at}", seen)
    return problems


def _visits(told: Any) -> list[str]:
    """What is wrong with a schedule of visits."""
    if told is None:
        return []
    days = told.get("days") if isinstance(told, dict) else None
    if not isinstance(days, list) or days != sorted(each for each in days if isinstance(each, int) and each > 0):
        return ["visits: days is a list of days after the first one, rising"]
    then = told.get("then")
    return [] if isinstance(then, int) and then > 0 else ["visits: then is a number of days"]


def _rule(rule: Any, where: str, seen: set[Any]) -> list[str]:
    if not isinstance(rule, dict):
        return [f"{where}: a mapping is needed"]
    problems = [f"{where}: {name} is needed" for name in ("id", "source") if not isinstance(rule.get(name), str)]
    if isinstance(rule.get("id"), str):
        if rule["id"] in seen:
            problems.append(f"{where}: the id {shown(rule['id'])} is there twice")
        seen.add(rule["id"])
    problems += translated(rule.get("text"), f"{where}, text")
    needs = CHECKS.get(rule.get("check", ""))
    if needs is None:
        return [*problems, f"{where}: check is one of {', '.join(CHECKS)}"]
    for name, kind in needs.items():
        if not isinstance(rule.get(name), kind) or isinstance(rule.get(name), bool):
            problems.append(f"{where}: {name} is needed for the check {rule['check']}")
        elif name in SINGLE and rule[name] not in vocabulary(SINGLE[name]).codes:
            problems.append(f"{where}: {shown(rule[name])} is not one of {', '.join(vocabulary(SINGLE[name]).codes)}")
    if "under" in rule and (not isinstance(rule["under"], int) or isinstance(rule["under"], bool)):
        problems.append(f"{where}: under is an age in years")
    for name, codes in CODES.items():
        given = rule.get(name, [])
        if not isinstance(given, list):
            problems.append(f"{where}: {name} is a list")
            continue
        wrong = [each for each in given if each not in vocabulary(codes).codes]
        problems += [f"{where}: {shown(each)} is not in {name}" for each in wrong]
    strange = [name for name in rule if name not in COMMON and name not in needs]
    return problems + [f"{where}: {shown(name)} is not known for the check {rule['check']}" for name in strange]


def _made(content: Any) -> Rules:
    rules = tuple(
        Rule(
            each["id"], each["check"], each["text"], each["source"], each.get("under"),
            tuple(each.get("activities", ())), tuple(each.get("modes", ())),
            {name: each[name] for name in CHECKS[each["check"]]},
        )
        for each in content.get("rules", ())
    )  # fmt: skip
    told = content.get("visits")
    visits = Schedule(tuple(told["days"]), told["then"]) if told else Schedule()
    return Rules(content["id"], content["version"], content["title"], rules, visits)
