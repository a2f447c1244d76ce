"""A file that comes with a form, kept in the service's own folder until it is loaded or a week has passed."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request

from graph_service.api.access import Asking, Running
from graph_service.errors import NotFound, UsageError
from graph_service.web.forms import trusted

#: Kinds of file by the end of their name.
ENDINGS = (".csv", ".tsv", ".txt", ".zip", ".xlsx", ".ics")
NAME = re.compile(r"^page[0-9a-f]{24}$")


@dataclass(frozen=True)
class Sent:
    """The fields of a form with a file, and the file (None where none was chosen)."""

    fields: dict[str, str]
    name: str
    content: bytes | None


async def sent_with_file(request: Request, running: Running, who: Asking) -> Sent:
    """A form that may carry one file. Raises NotYours, UsageError for a file of another kind."""
    form = await request.form(max_files=1, max_fields=80)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    trusted(request, fields, running, who)
    file: Any = form.get("file")
    if file is None or isinstance(file, str) or not file.filename:
        return Sent(fields, "", None)
    ending = Path(file.filename).suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"Choose a file that ends in {', '.join(ENDINGS)}.")
    return Sent(fields, f"upload{ending}", await file.read())


WithFile = Annotated[Sent, Depends(sent_with_file)]


def keep(running: Running, sent: Sent) -> str:
    """Keep the file for the next step. Returns its name. Only the service's own user reads it."""
    name = f"page{secrets.token_hex(12)}"
    folder = running.settings.upload_dir / "imports" / name
    folder.mkdir(mode=0o700, parents=True)
    path = folder / sent.name
    path.touch(mode=0o600)
    path.write_bytes(sent.content or b"")
    return name


def kept(running: Running, name: str) -> Path:
    """The kept file. Raises NotFound when it is gone."""
    folder = running.settings.upload_dir / "imports" / name
    if not NAME.match(name) or not folder.is_dir():
        raise NotFound("The file is not kept any more: choose it again.")
    return next(path for path in sorted(folder.iterdir()) if path.name.startswith("upload"))
