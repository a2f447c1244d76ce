"""The benchmark of the stores measures a real store, and writes its tables where they belong."""

import os
from pathlib import Path

import pytest

from bench import store, stores_page


@pytest.mark.slow
def test_a_small_store_is_measured_in_processes_of_their_own_and_told_in_two_tables(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    row = store.measure(environment, f"sqlite:///{tmp_path}/small.db", 1000)
    assert row["people_first_per_s"] > 0 and row["interactions_again_per_s"] > 0 and row["snapshot_peak_mb"] > 0
    results = {"machine": store.machine(store.LIBRARIES) | {"load": 9.0}, "rows": [row]}
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("before\n" + stores_page.BEGIN + "old\n" + stores_page.END + "after\n")
    stores_page.write(results, tmp_path)
    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith("before\n") and readme.endswith("after\n") and "old" not in readme
    assert "| SQLite | 1,000 |" in readme and "not quiet: 9 processes" in readme
    assert "first snapshot" in (tmp_path / "docs" / "benchmarks-store.md").read_text()
