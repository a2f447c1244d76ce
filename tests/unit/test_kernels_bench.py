"""The benchmark runs, its contenders agree, and its chart is a chart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_small_benchmark_runs_and_its_contenders_agree(tmp_path):
    for library in ("igraph", "duckdb", "polars"):
        pytest.importorskip(library, reason=f"{library} is only in the bench extra")
    page = tmp_path / "page.md"
    command = [sys.executable, "-m", "bench", "--sizes", "1k", "--works", "constraint,attributes,networkx call"]
    command += ["--growth", "0", "--output", str(tmp_path), "--docs", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    runs = json.loads((tmp_path / "results.json").read_text())["runs"]
    assert {run["library"] for run in runs} == {"ours", "igraph", "networkx", "scipy", "duckdb", "polars"}
    assert not [run for run in runs if "failed" in run]
    assert "| 1,000 | ours |" in page.read_text()
    assert len(ElementTree.parse(tmp_path / "results.svg").getroot()) > 10
