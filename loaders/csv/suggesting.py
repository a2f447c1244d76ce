"""A draft of a mapping file: which column of a file may be which, by how alike their names are."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path

from loaders.csv.columns import plain, synonyms
from loaders.csv.sheets import Sheet, sheet
from loaders.tables import read_table

#: Names less alike than this are not proposed.
ALIKE = 0.72


def suggest_mapping(path: Path | str, name: str, encoding: str | None = None) -> str:
    """The text of a mapping file (TOML) to be read and corrected by a person. Raises UnreadableFile.

    Each line says how sure it is: the column's own name, a name known to mean it, or only alike. Columns of the
    file that nothing fits are listed at the end; so are needed columns that nothing was found for.
    """
    found = sheet(name)
    header = read_table(Path(path), encoding).header
    proposed = propose(found, header)
    lines = [f"# Mapping for a file of {name}. Read it, correct it, and load with --mapping.", f'sheet = "{name}"', ""]
    lines.append("[columns]")
    for column, (at, how) in proposed.items():
        lines.append(f"{column} = {_quoted(header[at])}  # {how}")
    people = [column for column in found.columns.values() if column.people]
    missing = [column for column in found.columns.values() if column.needed and column.name not in proposed]
    if people and not any(column.name in proposed for column in people):
        missing += [column for column in people if column.name in ("from", "to")]
    for each in missing:
        lines.append(f'# {each.name} = ""  # needed: {each.field.doc}')
    rest = [title for at, title in enumerate(header) if title and at not in {at for at, _ in proposed.values()}]
    if rest:
        lines += ["", "# Not used: " + ", ".join(_quoted(title) for title in rest)]
    lines += [
        "",
        "[constants]",
        '# column = "value for every row"',
        "",
        "[values.kind]",
        '# "as in the file" = "code"',
        "",
    ]
    return "\n".join(lines)


def propose(of: Sheet, header: list[str]) -> Mapping[str, tuple[int, str]]:
    """Column to (place in the file, how it was found): the surest pairs first, each used once."""
    names = {plain(name): name for name in of.columns}
    known = {title: column for title, column in synonyms(of.name).items() if column in of.columns}
    pairs: list[tuple[float, int, str, str]] = []
    for at, title in enumerate(header):
        text = plain(title)
        if not text:
            continue
        for lookup, score, how in ((names, 3.0, "its own name"), (known, 2.0, "known to mean it")):
            if text in lookup:
                pairs.append((score, at, lookup[text], how))
        for other, column in {**known, **names}.items():
            ratio = SequenceMatcher(None, text, other).ratio()
            if ratio >= ALIKE:
                pairs.append((ratio, at, column, "only alike: please check"))
    found: dict[str, tuple[int, str]] = {}
    used: set[int] = set()
    for _, at, column, how in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if at not in used and column not in found:
            found[column] = (at, how)
            used.add(at)
    return {name: found[name] for name in of.columns if name in found}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
