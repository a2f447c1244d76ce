"""A networkx backend for Burt's structural holes and clustering: fast, and right on every kind of graph."""

from typing import Any

FUNCTIONS = {
    "constraint": "Ties of both directions summed, parallel ties summed, self-loops dropped; one triangle pass.",
    "local_constraint": "Looks only at the alters that both ends share.",
    "effective_size": "By the definition on weighted and directed graphs too; one triangle pass.",
    "clustering": "Weighted, directed and plain; multigraphs are refused as in networkx.",
}


def get_info() -> dict[str, Any]:
    """What networkx shows of this backend, without loading anything heavy."""
    return {
        "backend_name": "structural_holes",
        "project": "nx-structural-holes",
        "package": "nx_structural_holes",
        "short_summary": "Burt's structural holes, fast and by the definition.",
        "functions": {name: {"additional_docs": text} for name, text in FUNCTIONS.items()},
    }
