"""The reference is written from the declarations, and is current."""

import pytest

from docs.generate import FOLDER, PAGES, written


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_current(name):
    page = (FOLDER / name).read_text(encoding="utf-8")
    assert page == written(name), "run: python3 dev.py generate"


def test_every_setting_and_command_says_what_it_is_for():
    for name in ("settings.md", "commands.md"):
        rows = [line for line in written(name).splitlines() if line.startswith("| `")]
        assert rows and all(line.split(" | ")[-1].strip(" |") for line in rows)
