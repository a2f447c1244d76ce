"""`demo`: the whole thing on your own machine, with people who do not exist."""

import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.output import csv_bytes, progress, replacing, say

if TYPE_CHECKING:
    from graph_service.programme import Programme

#: The made-up programme's last day: pages look at it, so that every demo looks the same.
AS_OF = date(2026, 3, 31)
BEFORE = AS_OF - timedelta(days=180)
PEOPLE, SEED = 1000, 1


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Open the desks when the report is written.")
    ] = True,
    output: Annotated[Path | None, typer.Option("--output", help="Folder for the report. [default: demo]")] = None,
    cold: Annotated[bool, typer.Option("--cold", help="The first day: only the roster is known.")] = False,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port of the desks.")] = None,
) -> None:
    """Make up a programme, measure it at two dates, recommend introductions, draw it, and open the desks."""
    from graph_service.programme import open as open_programme
    from graph_service.settings import Settings

    folder = output or Path("demo")
    folder.mkdir(parents=True, exist_ok=True)
    named = context.obj
    url = named or f"sqlite:///{_fresh(folder).as_posix()}"
    began = time.perf_counter()
    settings = Settings(store=url)
    with open_programme(url, settings=settings) as programme:
        _load(programme, cold)
        _report(programme, folder, cold)
        if not cold:
            _evaluate(programme)
    say(f"Done in {time.perf_counter() - began:.0f} s. The report is {folder / 'report.html'}.")
    if serve:
        from graph_service.cli.look import listen

        listen(settings, settings.host, settings.port if port is None else port, AS_OF, demo=True)


def _fresh(folder: Path) -> Path:
    """A store of its own in the folder; the demo never touches one that is there."""
    name = folder / "demo.db"
    for end in ("", "-wal", "-shm", ".secret"):
        name.with_name(name.name + end).unlink(missing_ok=True)
    return name if not name.is_absolute() else Path("/") / name


def _load(programme: "Programme", cold: bool) -> None:
    from graph_service.actions.rehearsal import load_synthetic

    with progress("Making a programme up") as step:
        counts = load_synthetic(programme.store, people=PEOPLE, seed=SEED, as_of=AS_OF, cold=cold, progress=step)
    people, contacts = counts["person"], counts.get("interaction", 0)
    say(f"1. Made up a programme: {people:,} people, {contacts:,} contacts, {sum(counts.values()):,} records in all.")


def _report(programme: "Programme", folder: Path, cold: bool) -> None:
    from graph_service.desks.coordinator import network_of, worklist
    from graph_service.desks.summary import summary
    from graph_service.disclosure.scope import OWNER
    from graph_service.measures.growth import growth
    from viz.page import draw
    from viz.views import flow_chart, network_picture, size_chart

    reader = programme.reader(OWNER)
    first, second = reader.snapshot(BEFORE), reader.snapshot(AS_OF)
    from graph_service.measures.catalogue import table

    _write(folder / "networks.csv", csv_bytes(table(second)))
    _write(folder / "growth.csv", csv_bytes(growth(first, second).table()))
    say(f"2. Measured every learner's network on {BEFORE} and {AS_OF}: networks.csv, growth.csv.")
    view = worklist(reader, AS_OF, limit=1000, since=BEFORE)
    say(
        f"3. Of {view.about.learners} learners {view.counts['nothing_recorded']} have nothing recorded yet, "
        f"{view.counts['none_professional']} are recorded without a professional contact, "
        f"{view.counts['few']} have one or two."
    )
    offered = programme.introductions(as_of=AS_OF, limit=3)
    told = offered.as_dict()
    _write(folder / "introductions.json", json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False).encode())
    nobody = {row.person_id for row in view.rows if row.group in ("nothing_recorded", "none_professional")}
    helped = sum(1 for each in told["learners"] if each["learner"] in nobody and each["status"] == "ok")
    say(
        f"4. Recommended warm introductions: {helped} of the {len(nobody)} learners who have nobody have a verified "
        "path today; introductions.json says through whom, why, and what the others need."
    )
    pictures: list[Any] = []
    if not cold:
        shown = summary(reader, BEFORE, AS_OF)
        pictures = [size_chart(shown), flow_chart(shown)]
    for key in _examples(view):
        network = network_of(reader, key, [BEFORE, AS_OF])
        pictures.append(network_picture(network, f"Network of {network.name}", "No contact is recorded yet."))
    _write(folder / "report.html", draw(*pictures, heading="A made-up programme").encode())
    say("5. Drew the programme and three learners: report.html.")


#: A study of the made-up programme: nothing was done differently, so it should find nothing.
PLAN = {
    "title": "A rehearsal: sites drawn by lottery, nothing done differently",
    "design": "lottery",
    "unit": "site",
    "assigned_on": BEFORE,
    "waves": ["autumn", "spring"],
    "outcomes": [
        {"measure": "professional_network_size", "domain": "quantity", "confirmatory": True, "kind": "count"},
        {"measure": "unconnected", "domain": "quantity", "confirmatory": False, "kind": "share"},
        {"measure": "survey_scale_m1", "domain": "mobilise", "confirmatory": False},
    ],
}


def _evaluate(programme: "Programme") -> None:
    """Two waves, a study fixed between them, and an audit: what the evaluator's desk is about."""
    from graph_service.jobs import queue

    programme.waves.take("autumn", BEFORE)
    snapshot = programme.waves.snapshot("autumn")
    assert snapshot.people is not None
    sites = snapshot.people.organizations.keys()
    sample = []
    for at in snapshot.roster_rows.tolist():
        site = int(snapshot.people.site[at])
        if site >= 0:
            arm = ("treatment", "comparison")[site % 2]
            sample.append({"learner": str(snapshot.keys[at]), "arm": arm, "site": sites[site]})
    programme.studies.fix("rehearsal", PLAN, sample)
    programme.waves.take("spring", AS_OF)
    for name in ("autumn", "spring"):
        programme.waves.release(name)
    programme.studies.open("rehearsal")
    split = AS_OF - timedelta(days=120)
    result = programme.audit(split, AS_OF)
    store, options = programme.store, {"split": str(split), "until": str(AS_OF)}
    queue.ask(store, "audit", "demo", store.internal_id("job", "demo", "audit"), options)
    asked = queue.take(store, "demo")
    assert asked is not None
    queue.finish(store, asked, result)
    say("6. Took two waves, fixed and opened a study, audited the recommender: the evaluator's desk shows them.")


def _examples(view: Any) -> list[str]:
    """A learner of each group who has something to show: a growing network, a thin one, an empty one."""
    chosen = []
    for group in ("connected", "few", "nothing_recorded"):
        rows = [row for row in view.rows if row.group == group]
        rows.sort(key=lambda row: (-(row.net or 0), row.person_id))
        chosen += [row.person_id for row in rows[:1]]
    return chosen


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as file:
        file.write(content)
