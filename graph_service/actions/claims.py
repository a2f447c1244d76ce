"""Membership by what a sign-in provider says of an account: rules as data, after the programme's own records.

A rule names a claim and a value, and what an account is that has it:

    [[rule]]
    claim = "user_type"
    value = "staff"
    role = "coordinator"
    sites_claim = "district"     # its values are keys of organisations ...
    id_source = "clever"         # ... of this source
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.actions.sessions import Let
from graph_service.errors import SettingsError
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store


@dataclass(frozen=True)
class Rule:
    """Whoever has `value` in `claim` sits at the desk `role`.

    sites: keys of organisations; sites_claim: a claim that holds such keys; whole: all of the programme;
    person_claim: a claim that holds the account's own key; id_source: where the keys come from.
    """

    claim: str
    value: str
    role: str
    sites: tuple[str, ...] = ()
    sites_claim: str | None = None
    whole: bool = False
    person_claim: str | None = None
    id_source: str = "local"


def read_rules(path: Path | None) -> tuple[Rule, ...]:
    """The rules of a file, in order. Raises SettingsError that says which rule is wrong."""
    if path is None:
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SettingsError("GRAPH_SERVICE_SIGN_IN_RULES cannot be read as TOML.") from None
    rules = []
    for number, each in enumerate(told, 1):
        unknown = set(each) - set(Rule.__dataclass_fields__)
        missing = {"claim", "value", "role"} - set(each)
        if unknown or missing or each["role"] not in vocabulary("desk_roles").codes:
            wrong = ", ".join(sorted(unknown | missing)) or "role"
            raise SettingsError(f"Rule {number} of GRAPH_SERVICE_SIGN_IN_RULES is wrong: {wrong}.")
        told_so: dict[str, Any] = each | {"sites": tuple(each.get("sites", ()))}
        rules.append(Rule(**told_so))
    return tuple(rules)


def let_in(store: Store, rules: Sequence[Rule], claims: Mapping[str, Any]) -> Let | None:
    """What the first rule that fits makes of an account; None where no rule fits. Unknown sites open nothing."""
    for rule in rules:
        if rule.value not in _texts(claims.get(rule.claim)):
            continue
        keys = [*rule.sites, *(_texts(claims.get(rule.sites_claim)) if rule.sites_claim else ())]
        sites = [store.internal_id("organization", rule.id_source, key) for key in keys]
        known = store.known("organization", sites) if sites else set()
        person = None
        if rule.person_claim:
            own = [store.internal_id("person", rule.id_source, key) for key in _texts(claims.get(rule.person_claim))]
            person = next(iter(store.known("person", own[:1])), None) if own else None
        return Let(None, rule.role, rule.whole, tuple(id for id in sites if id in known), person)
    return None


def _texts(value: Any) -> list[str]:
    """A claim's values as texts: providers send one or a list."""
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
