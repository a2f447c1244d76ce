"""How commands come to their programme and their choices."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.errors import UsageError

if TYPE_CHECKING:
    from graph_service.programme import Programme
    from graph_service.settings import Settings
    from graph_service.snapshot.parameters import Parameters

AsOf = Annotated[str | None, typer.Option("--as-of", help="The day to look at (YYYY-MM-DD); default today.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="As it was known at the end of this day; default now.")]
HalfLife = Annotated[
    str | None, typer.Option("--half-life", help="Days after which a contact counts half, or none. [default: 180]")
]
Weights = Annotated[
    str, typer.Option("--weights", help="table: by kind of contact; unit: every tie-making contact counts 1.")
]
Theta = Annotated[float, typer.Option("--theta", help="Strength from which a tie is alive.")]
ThetaStrong = Annotated[float, typer.Option("--theta-strong", help="Strength from which a tie is strong.")]
LayerOption = Annotated[
    str, typer.Option("--layer", help="logged: from contacts; stated: from what people say; either.")
]
ModelOption = Annotated[
    str, typer.Option("--model", help="whole or ego: which ties of the contacts count in structural holes.")
]


@contextmanager
def opened(context: typer.Context, *, create: bool = False) -> Iterator["Programme"]:
    """The programme at `--store`, closed afterwards. Files that the command writes are noted beside the store."""
    from graph_service.cli.output import noting
    from graph_service.programme import open as open_programme

    settings = unlocked(context.obj)
    programme = open_programme(settings.store, settings=settings, create=create)
    noting[:] = [] if programme.store.written is None else [programme.store.written.note]
    try:
        yield programme
    finally:
        programme.close()


def unlocked(store: str | None) -> "Settings":
    """The settings of a command's store; where one person's passphrase seals its key, it is asked for."""
    from graph_service.actions import solo
    from graph_service.settings import Settings

    settings = Settings(**({"store": store} if store else {}))
    path = solo.key_file(settings)
    if path is None:
        return settings
    from graph_service.cli.passphrase import tried

    return solo.holding(settings, tried(path, solo.unseal)[0])


def parameters(
    programme: "Programme",
    half_life: str | None = None,
    weights: str = "table",
    theta: float = 0.25,
    theta_strong: float = 2.0,
    layer: str = "logged",
) -> "Parameters":
    """The parameters of a command's options."""
    from graph_service.snapshot.parameters import Parameters

    changes: dict[str, Any] = {
        "weights": weights,
        "theta": theta,
        "theta_strong": max(theta, theta_strong),
        "layer": layer,
    }
    if half_life is not None:
        changes["half_life"] = Parameters.parse_half_life(half_life)
    return programme.parameters().with_(**changes)


def day(text: str | None, programme: "Programme") -> date:
    """A day as given, or today in the programme's time zone."""
    return programme.day(text)


def split(text: str | None) -> list[str] | None:
    """A comma-separated list. Raises UsageError when it is empty.

    >>> split("a, b")
    ['a', 'b']
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise UsageError("The list is empty. Name at least one, separated by commas.")
    return parts
