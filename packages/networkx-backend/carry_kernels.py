"""Build hook: put the compiled loops of graph-service into what is built."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOOPS = (
    "__init__", "ahead", "assembly", "clustering", "csr", "listing", "oriented", "sixteen", "structure", "triangles",
)  # fmt: skip
INTO = "nx_structural_holes/kernels"


class CarryKernels(BuildHookInterface):
    """Adds the loops when built in the checkout; a source distribution has them already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        house = Path(self.root).parents[1] / "graph_service"
        if version == "editable" or not house.is_dir():
            return
        carried = {house / "measures" / "kernels" / f"{name}.py": name for name in LOOPS}
        carried[house / "compiled.py"] = "compiled"
        for path, name in carried.items():
            build_data["force_include"][str(path)] = f"{INTO}/{name}.py"
