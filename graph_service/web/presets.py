"""Sign-in providers that schools use: what to set up there and here, as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph_service.errors import NotFound
from graph_service.web.sign_in import BACK


@dataclass(frozen=True)
class Preset:
    """One provider: its issuer, what is asked of it, the steps in its console, rules for its claims (or none)."""

    name: str
    issuer: str
    scopes: str
    console: str
    steps: tuple[str, ...]
    note: str
    rules: str = ""


@cache
def presets() -> dict[str, Preset]:
    """Every preset by name.

    >>> sorted(presets())
    ['classlink', 'clever', 'google', 'microsoft']
    """
    folder = files("graph_service.web") / "data" / "sign_in"
    found = {}
    for each in folder.iterdir():
        if each.name.endswith(".toml"):
            told = tomllib.loads(each.read_text(encoding="utf-8"))
            found[each.name.removesuffix(".toml")] = Preset(**told | {"steps": tuple(told["steps"])})
    return found


def steps(name: str, address: str) -> str:
    """What to do at a provider and here, in order, for a service at an address. Raises NotFound."""
    known = presets()
    if name not in known:
        raise NotFound(f"There is no preset of this name. There are: {', '.join(sorted(known))}.")
    preset = known[name]
    redirect = address.rstrip("/") + BACK
    lines = [f"Sign-in with {preset.name}", "", "At the provider:"]
    told = [step.format(console=preset.console, redirect=redirect) for step in preset.steps]
    lines += [f"  {number}. {step}" for number, step in enumerate(told, 1)]
    lines += ["", "Here, in the service's environment:"]
    lines += [
        f"  GRAPH_SERVICE_PUBLIC_URL={address.rstrip('/')}",
        f"  GRAPH_SERVICE_OIDC_ISSUER={preset.issuer}",
        "  GRAPH_SERVICE_OIDC_CLIENT_ID=the client ID",
        "  GRAPH_SERVICE_OIDC_CLIENT_SECRET_FILE=/path/to/the/secret",
        f'  GRAPH_SERVICE_OIDC_SCOPES="{preset.scopes}"',
    ]
    lines += ["", "Let people in, one by one:"]
    lines += [f"  graph-service members add --issuer {preset.issuer} --subject ID --role coordinator --whole"]
    if preset.rules:
        lines += ["", "Or by the provider's claims, with GRAPH_SERVICE_SIGN_IN_RULES=/path/to/rules.toml:"]
        lines += [f"  {line}".rstrip() for line in preset.rules.strip().splitlines()]
    return "\n".join([*lines, "", preset.note])
