"""The kernels' one door to the compiler: every loop of this folder is decorated with `kernel`."""

from graph_service.compiled import kernel, private_folder

__all__ = ["kernel", "private_folder"]
