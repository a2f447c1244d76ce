"""The programme's rules about mail: read and changed as one setting."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from graph_service.actions.addresses import policy_of
from graph_service.messages.policy import SETTING, Policy
from graph_service.store.store import Store


def change(store: Store, changes: Mapping[str, Any], *, actor: str = "") -> dict[str, Any]:
    """Change some of the rules (none: only read them). Returns all of them, people by own key. Raises UsageError."""
    policy = policy_of(store)
    if changes:
        policy = Policy.of({**asdict(policy), **changes})
        id = store.internal_id("setting", "setting", SETTING)
        store.put("setting", {"id": id, "key": SETTING, "value": policy.as_json()}, actor=actor, action="setting")
    told = asdict(policy)
    lead = store.get("person", policy.lead) if policy.lead else None
    return told | {"lead": lead["key"] if lead else None}
