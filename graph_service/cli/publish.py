"""`publish`: derived ties and measures in a Neo4j store, for Browser, Bloom and Graph Data Science."""

from typing import Annotated

import typer

from graph_service.cli.opening import (
    AsOf,
    HalfLife,
    KnownAt,
    LayerOption,
    ModelOption,
    Theta,
    ThetaStrong,
    Weights,
    day,
    opened,
    parameters,
    split,
)
from graph_service.cli.output import say


def register(app: typer.Typer) -> None:
    app.command("publish")(publish)


def publish(
    context: typer.Context,
    wave: Annotated[str | None, typer.Option("--wave", help="Publish this wave as it was taken.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    measures: Annotated[str | None, typer.Option("--measures", help="Ids, separated by commas.")] = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    model: ModelOption = "whole",
    named: Annotated[bool, typer.Option("--named", help="With people's keys and names; else hashes only.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take away what is published.")] = False,
) -> None:
    """Write KNOWS ties and measures beside the records of a Neo4j store, in the place of those before.

    The server's password is access to every record in it: what is published hides nobody from those who have it.
    """
    from graph_service.actions import publishing
    from graph_service.disclosure.scope import OWNER
    from graph_service.measures.catalogue import DEFAULT

    with opened(context) as programme:
        if withdraw:
            publishing.withdraw(programme.store, OWNER, today=day(None, programme))
            say("Nothing is published any more.")
            return
        wanted = split(measures) or list(DEFAULT)
        if wave is not None:
            from graph_service.snapshot.parameters import Parameters

            taken = programme.waves.get(wave)
            snapshot = programme.snapshot(
                taken.as_of, known_at=taken.known_revision, parameters=Parameters(**taken.parameters)
            )
            wanted, model = list(taken.measures), taken.model
        else:
            chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
            snapshot = programme.snapshot(as_of, known_at=known_at, parameters=chosen)
        publishing.publish(programme.store, OWNER, snapshot, wanted, model, named=named, today=day(None, programme))  # type: ignore[arg-type]
        ties = len(snapshot.graph.indices) // 2
        say(f"Published: {len(snapshot)} people and {ties} ties of {snapshot.as_of}.")
        say("In Browser and Bloom: PublishedLearner and PublishedPerson, with ties KNOWS between them.")
        say("Take them away again: graph-service publish --withdraw")
