"""The small tables that come with the loaders: what a code of another system means here."""

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `loaders/data/NAME.csv`; its first line is a comment.

    >>> rows("oneroster_roles")[0]["person_role"]
    'learner'
    """
    text = (files("loaders") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()[1:]))
