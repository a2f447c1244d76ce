"""The kernels' one door to the compiler: every loop of this folder is decorated with `kernel`."""

from graph_service.compiled import kernel, registers

__all__ = ["kernel", "registers"]
