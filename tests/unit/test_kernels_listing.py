"""Triangles are listed the same way whatever registers the processor has."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest

from graph_service.measures.kernels import listing, triangles
from graph_service.measures.kernels.csr import csr
from graph_service.measures.kernels.oriented import orient
from graph_service.measures.kernels.sixteen import ABLE
from tests.unit.kernel_graphs import csr_of_matrix, random_matrix

GRAPHS = [(12, 0.5, 1), (60, 0.5, 2), (40, 1.0, 3), (300, 0.05, 4), (30, 0.02, 5)]


def listed(oriented, list_triangles):
    """Every triangle as three people, in the order of the list."""
    start, head = oriented.start, oriented.head
    mark, sieve, found = oriented.listing()
    triangles = []
    for u in range(len(oriented.degree)):
        first, stop = start[u], start[u + 1]
        listing.note(head, first, stop, mark, sieve)
        row = first
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found)
            ties = [listing.corners(triangle, first) for triangle in found[:count]]
            triangles += [(u, int(head[uv]), int(head[uw]), int(head[vw])) for uv, uw, vw in ties]
        listing.forget(head, first, stop, mark)
    assert not mark.any()
    return triangles


@pytest.mark.skipif(not ABLE, reason="this processor has no registers of sixteen numbers")
@pytest.mark.parametrize("graph", GRAPHS)
def test_sixteen_at_a_time_is_the_same_list_as_one_by_one(graph):
    oriented = orient(csr(*csr_of_matrix(random_matrix(*graph))), 1)
    one_by_one = listed(oriented, listing.checked_one_by_one)
    assert listed(oriented, listing.checked_by_sixteen) == one_by_one


def test_every_triangle_is_listed_once():
    matrix = random_matrix(50, 0.3, 6)
    found = listed(orient(csr(*csr_of_matrix(matrix)), 1), listing.list_triangles)
    assert all(w == end for _, _, w, end in found)
    closed = [t for t in itertools.combinations(range(50), 3) if all(matrix[p] for p in itertools.combinations(t, 2))]
    assert sorted(tuple(sorted(triangle[:3])) for triangle in found) == closed


def test_a_processor_that_may_not_use_wide_registers_gives_the_same_values(tmp_path):
    program = (
        "import numpy as np; from graph_service.measures.kernels import sixteen;"
        "from graph_service.measures.kernels.triangles import whole; from tests.unit.kernel_graphs import *;"
        "print(sixteen.ABLE, whole(*csr_of_matrix(random_matrix(60, 0.5, 2))).constraint.tobytes().hex())"
    )
    environment = {"NUMBA_CPU_FEATURES": "", "NUMBA_CPU_NAME": "generic", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True
    )
    able, values = done.stdout.split()
    assert able == "False"
    here = triangles.whole(*csr_of_matrix(random_matrix(60, 0.5, 2))).constraint
    np.testing.assert_allclose(np.frombuffer(bytes.fromhex(values)), here, rtol=1e-13)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_list_that_waits_adds_up_to_the_same(graph, monkeypatch):
    given = csr_of_matrix(random_matrix(*graph))
    at_once = triangles.whole(*given)
    monkeypatch.setattr(triangles, "NEAR", 0)
    for here, there in zip(at_once, triangles.whole(*given), strict=True):
        np.testing.assert_array_equal(here, there)
