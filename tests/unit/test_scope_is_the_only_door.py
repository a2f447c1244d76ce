"""Desks, pages and routes read through a scoped reader: the source shows that nobody goes round it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("graph_service/desks", "graph_service/web", "graph_service/api", "viz")
#: What leads past the scope.
BEHIND = {"store", "_store", "evidence", "_evidence"}
#: A store or the evidence may be handed on as it is to these rooms, which authorise or only compute.
TRUSTED = ("graph_service.actions", "graph_service.introductions", "graph_service.jobs")
#: What tells of nobody: the store's id and revision, and its keyed hash.
HARMLESS = {"meta", "revision", "internal_id"}
#: Names of what holds all evidence.
HOLDERS = {"reader", "programme", "running", "service", "self"}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def trusted_names(tree: ast.AST) -> set[str]:
    """Names of a file that stand for something of a trusted room."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(TRUSTED):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = {f"{node.module}.{alias.name}": alias.asname or alias.name for alias in node.names}
            found |= {name for path, name in whole.items() if path.startswith(TRUSTED)}
    return found


def ways_round(text: str) -> Iterator[int]:
    """Lines in which a store or the evidence is read instead of handed on."""
    tree = ast.parse(text)
    names = trusted_names(tree)
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            # `instruments.evidence(work)` is a function of that name, not the evidence.
            fine.add(id(node.func))
        if isinstance(node, ast.Call) and _first_name(node.func) in names:
            given = [*node.args, *(each.value for each in node.keywords)]
            fine |= {id(each) for each in given if isinstance(each, ast.Attribute)}
        elif isinstance(node, ast.Attribute) and node.attr in HARMLESS:
            fine.add(id(node.value))
        elif isinstance(node, ast.Assign):
            # A local name for the store: wherever that name is used is looked at as well.
            for name, value in _given_names(node):
                if isinstance(value, ast.Attribute) and value.attr in BEHIND and _only_handed_on(tree, name, names):
                    fine.add(id(value))
        elif isinstance(node, ast.Attribute) and node.attr == "evidence" and _first_name(node) not in HOLDERS:
            # The evidence of a proposal, say, is a word of the field.
            fine.add(id(node))
    for node in ast.walk(tree):
        is_setting = isinstance(node, ast.Attribute) and ast.unparse(node).endswith(
            ("settings.store", "Settings.store")
        )
        if isinstance(node, ast.Attribute) and node.attr in BEHIND and id(node) not in fine and not is_setting:
            yield node.lineno


def _given_names(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
        else:
            pairs = iter([(target, node.value)])
        yield from ((each.id, value) for each, value in pairs if isinstance(each, ast.Name))


def _only_handed_on(tree: ast.AST, name: str, trusted: set[str]) -> bool:
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    given = {
        id(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _first_name(node.func) in trusted
        for each in [*node.args, *(keyword.value for keyword in node.keywords)]
    }
    return all(id(node) in given or isinstance(node.ctx, ast.Store) for node in uses)


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_read_around_the_scope(path):
    assert list(ways_round(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("reader.evidence.table('person')", [1]),
        ("rows = programme.store.find('person')", [1]),
        ("store = programme.store\nstore.get('person', id)", [1]),
        ("from graph_service.actions import writing\nwriting.add(programme.store, 1)", []),
        ("from graph_service.actions import writing\nstore = programme.store\nwriting.add(store, 1)", []),
        ("from graph_service.actions import writing\nwriting.add(programme.store.find('person'), 1)", [2]),
        ("from elsewhere import add\nadd(programme.store)", [2]),
        ("programme.store.meta()", []),
        ("day, store = today(), programme.store\nstore.find('person')", [1]),
        ("[each.evidence for each in proposals]", []),
    ],
)
def test_the_reader_of_sources_sees_a_way_round(text, found):
    assert list(ways_round(text)) == found
