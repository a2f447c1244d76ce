"""The docs' page of the workflow: its drawing and tables, made from the declaration so that they cannot differ."""

from graph_service.introductions.workflow import FIRST, Move, Workflow, workflow
from graph_service.records.vocabulary import vocabulary

HEAD = """# The life of an introduction

<!-- Made from graph_service/introductions/data/workflow.yaml: python -m graph_service.introductions.workflow_page -->

Every step is a record: who, when, from where to where. Each move names who may make it; a move on what has changed
meanwhile is refused (`stale_version`), and so is one for which no place is left (`capacity_full`). Silence is not yes:
a waiting state ends by itself after its school days. Whoever asks why sees this page; learners see a neutral
"not this time" however an introduction ends early.
"""


def page(of: Workflow | None = None) -> str:
    """The whole page as Markdown."""
    made = of or workflow()
    parts = [HEAD, "## The way through\n", drawing(made), "## States\n", _states(made), "## Moves\n", _moves(made)]
    parts += ["## Who sees what\n", _sees(made)]
    return "\n".join(parts).rstrip() + "\n"


def drawing(made: Workflow) -> str:
    """A Mermaid state diagram: the way through first, the endings as one dashed group."""
    label = vocabulary("introduction_states")
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {FIRST}"]
    lines += [f"    {name} : {label.label(name)}" for name in made.states]
    ways: dict[tuple[str, str], list[Move]] = {}
    for move in made.moves:
        ways.setdefault((move.source, move.to), []).append(move)
    for (source, to), moves in ways.items():
        named = ", ".join(f"{move.name} ({'/'.join(move.by)})" for move in moves)
        lines.append(f"    {source} --> {to} : {named}")
    lines += [f"    {state.name} --> [*]" for state in made.states.values() if state.ends]
    return "\n".join([*lines, "```\n"])


def _states(made: Workflow) -> str:
    rows = [
        "| state | whose turn | school days until it lapses | reminders on school days | capacity |",
        "|---|---|---|---|---|",
    ]
    for state in made.states.values():
        capacity = "; ".join(
            part
            for part in (
                "held: " + ", ".join(state.holds) if state.holds else "",
                "counts in the month: " + ", ".join(state.spends) if state.spends else "",
            )
            if part
        )
        turn = "ended" if state.ends else state.waits_for or ""
        remind = ", ".join(map(str, state.remind))
        rows.append(f"| {state.name} | {turn} | {state.school_days or ''} | {remind} | {capacity} |")
    return "\n".join([*rows, ""])


def _moves(made: Workflow) -> str:
    rows = ["| move | from | to | who | needs | reserves |", "|---|---|---|---|---|---|"]
    for move in made.moves:
        cells = [move.name, move.source, move.to, *(", ".join(x) for x in (move.by, move.requires, move.reserves))]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def _sees(made: Workflow) -> str:
    rows = ["| who | from which state on | sees |", "|---|---|---|"]
    for party in made.parties.values():
        rows += [f"| {party.name}: {party.says} | {state} | {', '.join(f)} |" for state, f in party.sees.items()]
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    print(page(), end="")
