"""`draw`, `serve`: see a network, and open the desks in a browser."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.opening import AsOf, day, opened
from graph_service.cli.output import say, write_bytes
from graph_service.errors import UsageError

if TYPE_CHECKING:
    from graph_service.api.door import Door
    from graph_service.disclosure.scope import Actor
    from graph_service.settings import Settings

#: What each of several processes serves: the service of the environment's settings.
SERVED = "graph_service.web.pages:served"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def register(app: typer.Typer) -> None:
    app.command("draw")(draw)
    app.command("serve")(serve)


def draw(
    context: typer.Context,
    person: Annotated[str, typer.Option("--person", help="The learner's own key.")],
    as_of: AsOf = None,
    output: Annotated[Path, typer.Option("--output", help="The HTML file to write.")] = Path("network.html"),
) -> None:
    """Draw a learner's network into one HTML file that opens from disk and contacts nobody."""
    with opened(context) as programme:
        from graph_service.desks.coordinator import network_of
        from graph_service.disclosure.scope import OWNER
        from viz.page import draw as page
        from viz.views import network_picture

        on = day(as_of, programme)
        reader = programme.reader(OWNER)
        view = network_of(reader, person, [on - timedelta(days=days) for days in (360, 180, 90, 0)])
        picture = network_picture(view, f"Network of {view.name}", "No contact is recorded yet.")
        write_bytes(page(picture).encode(), output)
        say(f"Drawn: {output}. It holds people's data; keep it as you would keep a file about them.")


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port; 0: any. [default: 8400]")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer; with sign-in.")] = 1,
    as_of: AsOf = None,
) -> None:
    """Open the desks in a browser on this machine; with sign-in set up, serve them to members."""
    from graph_service.actions.solo import key_file
    from graph_service.settings import Settings

    settings = Settings(**({"store": context.obj} if context.obj else {}))
    if key_file(settings) is not None:
        raise UsageError("This store is one person's, under a passphrase: open it with `graph-service solo`.")
    with opened(context) as programme:
        on = None if as_of is None else day(as_of, programme)
    listen(settings, host or settings.host, settings.port if port is None else port, on, workers=workers)


def listen(
    settings: "Settings",
    host: str,
    port: int,
    as_of: object = None,
    *,
    demo: bool = False,
    workers: int = 1,
    door: "Door | None" = None,
    actor: "Actor | None" = None,
) -> None:
    """Serve until it is stopped: to members where sign-in is set up, else to whoever sits at this machine.

    demo: nobody signs in, whatever the settings say. workers: processes, each with its own look at the store.
    door: asks the one person at this machine for a passphrase; actor: who that is (default: the owner).
    Raises UsageError for an address that others can reach, SettingsError for settings that are not safe to serve with.
    """
    import socket

    from graph_service.api.safety import require_safe

    signed_in = settings.oidc_issuer is not None and not demo
    if signed_in and "store" not in settings.model_fields_set:
        raise UsageError("With sign-in the store is named: set GRAPH_SERVICE_STORE, or --store.")
    if host not in LOOPBACK and not (signed_in and settings.public_name):
        raise UsageError(
            "Without sign-in the desks are for this machine alone: listen on 127.0.0.1, or set up sign-in first"
            " (GRAPH_SERVICE_OIDC_ISSUER, GRAPH_SERVICE_OIDC_AUDIENCE, GRAPH_SERVICE_PUBLIC_NAME)."
        )
    if workers > 1 and not signed_in:
        raise UsageError("Without sign-in one process serves one person: leave --workers out.")
    if signed_in:
        require_safe(settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise UsageError(f"Port {port} cannot be used ({error.strerror}). Choose another with --port.") from None
        say(f"Open http://{'[::1]' if ':' in host else host}:{listener.getsockname()[1]}/ in a browser. Ctrl-C stops.")
        _run(settings, listener, as_of, signed_in=signed_in, workers=workers, door=door, actor=actor)


def _run(
    settings: "Settings",
    listener: Any,
    as_of: object,
    *,
    signed_in: bool,
    workers: int,
    door: "Door | None",
    actor: "Actor | None",
) -> None:
    """One process, or several under a parent that starts another for each that dies."""
    import uvicorn

    from graph_service.api.app import create_app
    from graph_service.api.watching import log_to, serve_figures
    from graph_service.disclosure.scope import OWNER
    from graph_service.web.pages import add_pages

    options: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        # Only a proxy that is named may say who a request came from.
        "forwarded_allow_ips": settings.trusted_proxies if door is None else "",
        "timeout_graceful_shutdown": 20,
        "timeout_keep_alive": 15,
    }
    if workers > 1:
        import inspect
        import os

        if settings.metrics_port is not None:
            import tempfile

            # Where the workers leave their figures, so that one address has those of all of them.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="graph-service-figures-")
            serve_figures(settings.metrics_port)
        # What is wrong with the settings is said once, here, and not by each worker over and over.
        create_app(settings).state.service.close()
        os.environ["GRAPH_SERVICE_STORE"] = settings.store
        where = listener.getsockname()
        # The workers listen on one socket that their parent opens again under the same number.
        listener.close()
        if "timeout_worker_healthcheck" in inspect.signature(uvicorn.run).parameters:
            options["timeout_worker_healthcheck"] = 60
        uvicorn.run(SERVED, factory=True, workers=workers, host=where[0], port=where[1], **options)
        return
    local = None if signed_in else actor or OWNER
    app = create_app(settings, local_actor=local, as_of=as_of, door=door)  # type: ignore[arg-type]
    add_pages(app)
    if signed_in:
        log_to()
    if settings.metrics_port is not None:
        serve_figures(settings.metrics_port, app.state.service.figures)
    uvicorn.Server(uvicorn.Config(app, **options)).run(sockets=[listener])
