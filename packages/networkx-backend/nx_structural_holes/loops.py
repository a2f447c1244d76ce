"""Where the compiled loops come from: carried by the built distribution, or graph-service's own in its checkout."""

from importlib import import_module
from importlib.util import find_spec

HOME = f"{__package__}.kernels" if find_spec(f"{__package__}.kernels") else "graph_service.measures.kernels"

assembly = import_module(f"{HOME}.assembly")
clustering = import_module(f"{HOME}.clustering")
triangles = import_module(f"{HOME}.triangles")
