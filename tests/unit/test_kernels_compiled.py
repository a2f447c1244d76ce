"""Machine code is kept, found again, and never read from where others can write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph_service import compiled

ROOT = Path(__file__).parents[2]
PASS = """
import time; begun = time.perf_counter()
import numpy as np
from graph_service.measures.kernels.triangles import whole
found = whole(np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1]))
print(round(float(found.constraint[0]), 6), time.perf_counter() - begun)
"""


def run(code=PASS, **environment):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.slow
def test_a_second_process_finds_the_code_where_numba_was_told_to_keep_it(tmp_path):
    first = run(NUMBA_CACHE_DIR=str(tmp_path))
    kept = {path: path.stat().st_mtime for path in tmp_path.rglob("*.nbc")}
    second = run(NUMBA_CACHE_DIR=str(tmp_path))
    assert first[0] == second[0] == "1.125"
    assert kept == {path: path.stat().st_mtime for path in tmp_path.rglob("*.nbc")}, "compiled again"


def test_where_nothing_can_be_written_the_code_is_compiled_anew(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run(NUMBA_CACHE_DIR=str(blocked / "below"))[0] == "1.125"


def test_code_of_other_sources_is_kept_apart(tmp_path):
    (tmp_path / "loop.py").write_text("a = 1")
    before = compiled.folder.__wrapped__(tmp_path)
    (tmp_path / "loop.py").write_text("a = 2")
    after = compiled.folder.__wrapped__(tmp_path)
    assert before != after
    assert before.is_dir()
    os.utime(before, (0, 0))
    compiled.folder.__wrapped__(tmp_path)
    assert not before.exists()


@pytest.mark.skipif(os.name == "nt", reason="who may write a folder is told otherwise on Windows")
def test_a_folder_that_others_can_write_is_not_used(tmp_path):
    made = compiled.private_folder(tmp_path)
    assert made is not None
    made.chmod(0o777)
    assert compiled.private_folder(tmp_path) is None


def test_kernels_need_numpy_and_numba_only():
    code = (
        "import sys, pkgutil, importlib\n"
        "import graph_service.measures.kernels as home\n"
        "for found in pkgutil.iter_modules(home.__path__): importlib.import_module(f'{home.__name__}.{found.name}')\n"
        "print(*sorted(name for name in sys.modules if name.startswith('graph_service')))\n"
        "print(*[name for name in ('pandas', 'pyarrow', 'networkx', 'scipy.sparse') if name in sys.modules])\n"
    )
    names = run(code)
    allowed = ("graph_service", "graph_service.compiled", "graph_service.measures")
    assert [
        name for name in names if name not in allowed and not name.startswith("graph_service.measures.kernels")
    ] == []
