"""See, measure and grow the professional networks of learners in work-based-learning programmes.

>>> import graph_service as gs
>>> snap = gs.Snapshot.from_edges([("ana", "bo"), ("bo", "cy")])
>>> snap.measure(["network_size"])["network_size"].tolist()
[1.0, 2.0, 1.0]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph_service.measured import Snapshot
    from graph_service.programme import Programme, open

__version__ = "0.1.0"

# Public names load on first use: `import graph_service` stays light (numba and pandas cost seconds).
_PUBLIC = {
    "open": "graph_service.programme",
    "Programme": "graph_service.programme",
    "Snapshot": "graph_service.measured",
    "measures": "graph_service.measures.catalogue",
}

__all__ = ["Programme", "Snapshot", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'graph_service' has no attribute {name!r}")
    module = import_module(_PUBLIC[name])
    return module if name == "measures" else getattr(module, name)
