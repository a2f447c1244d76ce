"""A mapping file says once how a feed is read: which column is which, what its codes mean, which options hold."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_service.errors import UnreadableFile, UsageError
from loaders.options import LoadOptions

_TABLES = ("columns", "constants", "values", "default_roles")
_OPTIONS = {
    "kind": str,
    "person_role": str,
    "basis": str,
    "id_source": str,
    "source": str,
    "date_order": str,
    "time_zone": str,
    "encoding": str,
    "owner": str,
    "allow_future": bool,
}


def merged(options: LoadOptions) -> LoadOptions:
    """The options with what their mapping file says; what was said on the spot wins.

    Raises UnreadableFile where the file cannot be read, UsageError where it says what no mapping can.
    """
    if options.mapping is None:
        return options
    said = _read(Path(options.mapping))
    known = {*_TABLES, *_OPTIONS, "sheet"}
    if unknown := sorted(set(said) - known):
        raise UsageError(f"The mapping file names what no mapping has: {', '.join(unknown)}.")
    plain = LoadOptions()
    changed: dict[str, Any] = {"mapping": None}
    for name in _TABLES:
        table = _table(name, said.get(name, {}))
        changed[name] = {**table, **getattr(options, name)}
    for name, of in _OPTIONS.items():
        if name not in said:
            continue
        if not isinstance(said[name], of):
            raise UsageError(f"The mapping file gives {name} a value of another sort.")
        if getattr(options, name) == getattr(plain, name):
            changed[name] = said[name]
    return replace(options, **changed)


def _table(name: str, found: Any) -> Mapping[str, Any]:
    deep = name == "values"
    good = isinstance(found, dict) and all(
        isinstance(value, dict) and all(isinstance(code, str) for code in value.values())
        if deep
        else isinstance(value, str)
        for value in found.values()
    )
    if not good:
        raise UsageError(f'The mapping file\'s [{name}] holds lines such as field = "text" only.')
    return dict(found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnreadableFile(f"The mapping file cannot be read ({error.strerror}). Nothing was changed.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(f"The mapping file is not TOML: {error}. Nothing was changed.") from None
