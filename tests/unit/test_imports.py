"""The arrows of the house: who may import whom, read from the source.

An arrow is the only permission and nothing is transitive. A new arrow is a decision: change the table here
together with the page of `docs/decisions/` that says why.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("graph_service", "loaders", "viz", "cypher")

# Everyone may use these; they know only each other.
GROUND = {"records", "settings", "errors", "clock", "compiled"}
# Help, API fields and pages are generated from declarations, so their writers read those, and no more.
DECLARED = {"measures.catalogue", "snapshot.parameters"}
ARROWS: dict[str, set[str]] = {
    "graph_service": {"programme", "measured", "snapshot", "measures"},
    "__main__": {"cli"},
    # The command line uses the public names of the package as anybody would, and starts the servers.
    "cli": {"graph_service", "desks", "actions", "programme", "jobs", "viz", "api", "web", "disclosure", "messages"}
    | {"measures", "snapshot", "loaders"}
    | DECLARED,
    # Whoever serves people opens a programme and hands its desks a reader scoped to one of them.
    "api": {"desks", "actions", "jobs", "programme", "disclosure", "loaders", "store.trail"} | DECLARED,
    "web": {"desks", "actions", "viz", "api", "messages", "disclosure", "loaders"} | DECLARED,
    "programme": {
        "measured",
        "on_their_way",
        "store",
        "snapshot",
        "measures",
        "introductions",
        "actions",
        "disclosure",
    },
    # Introductions on their way as Python users and the command line handle them.
    "on_their_way": {"actions", "disclosure", "introductions"},
    # A snapshot as Python users hold it, whether or not there is a programme.
    "measured": {"snapshot", "measures"},
    "desks": {"introductions", "measures", "wbl", "disclosure", "snapshot"},
    "jobs": {"actions", "store"},
    "actions": {"loaders", "store", "disclosure", "introductions", "measures", "wbl", "messages"} | {"snapshot.tables"},
    # Mail and how it leaves: pure of what it is about, so that no sentence can reach for a record.
    "messages": set(),
    "wbl": {"introductions", "measures", "snapshot"},
    "introductions": {"measures", "snapshot"},
    "disclosure": {"store", "snapshot", "compiled"},
    "measures": {"snapshot", "compiled"},
    "snapshot": {"store", "compiled"},
    "store": {"cypher"},
    "loaders": set(),
    "viz": {"desks.views"},
    "cypher": set(),
    # How loops become machine code: numba, which nobody else pays for.
    "compiled": set(),
    **{room: set() for room in GROUND},
}
# A module of the first column may be imported only by files under the second.
ONLY_HERE = {
    "neo4j": ("graph_service/store/neo4j",),
    "apsw": ("graph_service/store/sqlite",),
    "sqlite3": ("graph_service/store/sqlite",),
    "pyvis": ("viz",),
    "typer": ("graph_service/cli",),
    "numba": (
        "graph_service/compiled.py",
        "graph_service/measures/kernels/ahead.py",
        "graph_service/measures/kernels/eightfold.py",
        "graph_service/measures/kernels/sixteen.py",
    ),
}
# What only some commands need must not be paid for by `import graph_service`.
HEAVY = {
    "apsw", "fastapi", "networkx", "neo4j", "numba", "numpy", "pandas", "pyarrow", "pydantic", "pyvis", "scipy",
    "typer", "uvicorn",
}  # fmt: skip
LANGUAGES = {
    "Cypher": (
        re.compile(
            r"\bMATCH\s*\(|\bMERGE\s*\(|\bUNWIND\s+\$|\bDETACH\s+DELETE\b|\bCREATE\s*\(\w*:"
            r"|\b(CREATE|DROP)\s+(CONSTRAINT|INDEX)\s+\w|\bSHOW\s+(CONSTRAINTS|INDEXES)\b|\bRETURN\s+\w+\s+(AS|ORDER)\b"
        ),
        "a file in cypher/",
    ),
    "SQL": (
        re.compile(
            r"\bSELECT\b.+\bFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE\s+FROM\b"
            r"|\b(CREATE|ALTER|DROP)\s+(TEMP\w*\s+)?(TABLE|VIEW|TRIGGER)\b|\bBEGIN\s+(IMMEDIATE|EXCLUSIVE)\b"
            r"|\bPRAGMA\s+\w+",
            re.DOTALL,
        ),
        "a file in graph_service/store/sqlite/sql/",
    ),
}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


SOURCES = {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sources()}


def imports(name: str, tree: ast.AST) -> Iterator[str]:
    """Every module a file imports, absolute; ``from a import b`` gives ``a.b``, which covers both readings."""
    package = name.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if not name.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            yield from (".".join([*base, alias.name]) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from (word.value for word in node.args[:1] if isinstance(word, ast.Constant))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def room(module: str) -> str | None:
    """``graph_service.store.port`` is in ``store``; the top-level packages are rooms; the rest is not ours."""
    first, _, rest = module.partition(".")
    if first != "graph_service":
        return first if first in PACKAGES else None
    return rest.partition(".")[0] or "graph_service"


def room_of_file(name: str) -> str:
    return room(name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")) or ""


def allowed(here: str, module: str) -> bool:
    there = room(module)
    if there is None or there == here or there in GROUND:
        return True
    if there not in ARROWS:
        return there not in known_rooms()  # `from graph_service import __version__` and other plain names
    inside = module.partition(".")[2] + "."
    return any(there == arrow or inside.startswith(arrow + ".") for arrow in ARROWS[here])


def known_rooms() -> set[str]:
    return {path.stem for path in (ROOT / "graph_service").iterdir() if path.suffix == ".py" or path.is_dir()}


def test_every_room_of_the_house_has_its_line_in_the_table() -> None:
    rooms = {room_of_file(name) for name in SOURCES}
    assert rooms - set(ARROWS) == set()


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_imports_only_along_the_arrows(name: str) -> None:
    here = room_of_file(name)
    assert {module for module in imports(name, SOURCES[name]) if not allowed(here, module)} == set()


@pytest.mark.parametrize("module", ONLY_HERE)
def test_a_library_with_one_door_is_imported_only_there(module: str) -> None:
    doors = ONLY_HERE[module]
    users = {
        name
        for name, tree in SOURCES.items()
        if any(used == module or used.startswith(module + ".") for used in imports(name, tree))
    }
    assert {name for name in users if not name.startswith(doors)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_query_text_lives_in_files_of_its_own_language(language: str) -> None:
    pattern, home = LANGUAGES[language]
    found = {
        f"{name}:{node.lineno} belongs in {home}: {node.value.strip()[:60]!r}"
        for name, tree in SOURCES.items()
        for node in strings(tree)
        if pattern.search(node.value)
    }
    assert found == set()


def strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The string literals of a file that are not documentation."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_utils"}
    assert {str(path.relative_to(ROOT)) for path in sources() if path.stem in empty} == set()


def test_importing_the_package_pays_for_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, graph_service; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert set(loaded.stdout.split()) & HEAVY == set()


def test_the_reader_of_imports_sees_every_way_to_import() -> None:
    text = """
import neo4j.exceptions
from graph_service.store import port
from .. import errors
from .sqlite import engine
def later():
    from importlib import import_module
    import_module("graph_service.web.app")
"""
    seen = set(imports("graph_service/store/example.py", ast.parse(text)))
    assert seen == {
        "neo4j.exceptions",
        "graph_service.store.port",
        "graph_service.errors",
        "graph_service.store.sqlite.engine",
        "importlib.import_module",
        "graph_service.web.app",
    }


@pytest.mark.parametrize(
    ("here", "module", "answer"),
    [
        ("measures", "graph_service.snapshot.build", True),
        ("measures", "graph_service.store", False),
        ("desks", "graph_service.store.port", False),
        ("viz", "graph_service.desks.views.ego", True),
        ("viz", "graph_service.desks.coordinator", False),
        ("loaders", "graph_service.records", True),
        ("store", "numpy", True),
    ],
)
def test_an_arrow_is_the_only_permission(here: str, module: str, answer: bool) -> None:
    assert allowed(here, module) is answer
