"""A YAML file that a programme may edit: read within limits, its errors named with their place."""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError

LANGUAGES = ("en", "es")
LARGEST = 1_000_000


def load(source: Path | Traversable, bad: type[UsageError], what: str) -> Any:
    """What the file holds. Raises `bad` where it is no YAML text, UsageError where it cannot be read."""
    import yaml

    try:
        raw = source.read_bytes()
        if len(raw) > LARGEST:
            raise bad(f"The {what} is larger than 1 MB.")
        return yaml.safe_load(raw.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"The file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise bad(f"The {what} is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise bad(f"The {what} is not YAML{where}.") from None


def translated(value: Any, where: str) -> list[str]:
    """What is missing of a text in every language."""
    if not isinstance(value, dict):
        return [f"{where}: text in {' and '.join(LANGUAGES)} is needed"]
    return [f"{where}: {code} is missing" for code in LANGUAGES if not isinstance(value.get(code), str)]


def shown(value: Any) -> str:
    """A wrong value, short enough for a message."""
    return repr(value)[:40]
