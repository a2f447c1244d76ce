"""The texts that a reader sees, collected from templates, code and declarations, and their translations.

`python -m graph_service.web.messages` adds what is new to `locale/LANGUAGE/TEMPLATE.po`, with an empty translation to
fill in, and takes away what no longer exists. One small file for each template keeps people out of each other's way.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graph_service import errors
from graph_service.api.problems import TITLES
from graph_service.measures.catalogue import REASONS, catalogue
from graph_service.web.language import FOLDER, LANGUAGES, SOURCE

ROOT = Path(__file__).parent.parent.parent
#: Where texts are: a folder, a pattern of files, and how they are read.
PLACES = (
    ("graph_service/web/templates", "*.j2", "jinja2"),
    ("graph_service/web", "*.py", "python"),
    ("viz/templates", "*.j2", "jinja2"),
    ("viz", "**/*.py", "python"),
)
KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "N_": None,
    "text": None,
    "counted": (1, 2),
}
TEMPLATE_OPTIONS = {"trimmed": "true", "newstyle_gettext": "false", "silent": "false"}

Message = str | tuple[str, ...]


def collected() -> dict[Message, str]:
    """Every text (or singular and plural), and the name of the catalogue file that it belongs to first."""
    found: dict[Message, str] = {}
    for folder, pattern, how in PLACES:
        for path in sorted((ROOT / folder).glob(pattern)):
            # All of the pictures' texts share a file, and so do those of the pages' code.
            name = "pictures" if folder.startswith("viz") else "words" if how == "python" else path.name.split(".")[0]
            for message in _read(path, how):
                found.setdefault(message, name.lstrip("_"))
    for message in _declared():
        found.setdefault(message, "measures")
    from loaders.registry import LOADERS

    for each in LOADERS.values():
        found.setdefault(each.doc, "imports")
    for message in _refusals():
        found.setdefault(message, "errors")
    from viz.charts import fill

    for message in sorted(fill.messages()):
        found.setdefault(message, "charts")
    return found


def _read(path: Path, how: str) -> Iterator[Message]:
    from babel.messages.extract import extract, extract_python
    from jinja2.ext import babel_extract

    with path.open("rb") as file:
        method: Any = babel_extract if how == "jinja2" else extract_python
        options = TEMPLATE_OPTIONS if how == "jinja2" else {}
        for _, message, _, _ in extract(method, file, keywords=KEYWORDS, options=options):
            if message:
                yield message


def _declared() -> Iterator[str]:
    """Texts of declarations: what measures are called and mean, and why a value is missing."""
    for measure in catalogue().values():
        yield measure.meaning
        yield measure.name
        yield from (text for text in (measure.unit, measure.range) if text and (text[0].isalpha() or " or " in text))
    yield from REASONS.values()


def _refusals() -> Iterator[str]:
    """Titles and hints of errors that end as a page."""
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, errors.ServiceError):
            yield each.title
            if each.hint:
                yield each.hint
    yield from TITLES.values()
    yield from ("The request does not fit", "Something went wrong")


def kept(language: str) -> dict[str, dict[Message, Any]]:
    """The catalogue files of a language: name to message to babel's entry."""
    from babel.messages.pofile import read_po

    files: dict[str, dict[Message, Any]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            entries = [entry for entry in read_po(file, locale=language) if entry.id]
            files[path.stem] = {_id(entry.id): entry for entry in entries}
    return files


def _id(id: Any) -> Message:
    return id if isinstance(id, str) else tuple(id)


def update(language: str) -> tuple[int, int]:
    """Bring the files of a language up to date; how many texts are new, and how many still lack a translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    wanted, files = collected(), kept(language)
    known = {message for entries in files.values() for message in entries}
    made: dict[str, Any] = {}
    for name in sorted({*files, *wanted.values()}):
        made[name] = Catalog(locale=language, header_comment=f"# Texts of {name}.", fuzzy=False)
    for name, entries in files.items():
        for message, entry in entries.items():
            if message in wanted and not any(message in made[other] for other in made):
                made[name].add(message, entry.string, flags=entry.flags - {"fuzzy"} if entry.string else entry.flags)
    for message, name in wanted.items():
        if message not in known:
            made[name].add(message)
    lacking = 0
    for name, catalog in made.items():
        path = FOLDER / language / f"{name}.po"
        if not len(catalog):
            path.unlink(missing_ok=True)
            continue
        lacking += sum(not complete(message.string) for message in catalog if message.id)
        with path.open("wb") as file:
            # The header's dates would change with every run and say nothing.
            write_po(file, catalog, width=118, omit_header=True, sort_output=True)
    return len(wanted.keys() - known), lacking


def complete(string: Any) -> bool:
    """Whether a translation has text in each of its forms."""
    return bool(string) and (isinstance(string, str) or all(string))


if __name__ == "__main__":
    for each in LANGUAGES:
        if each != SOURCE:
            new, lacking = update(each)
            print(f"{each}: {new} new, {lacking} to translate")
