"""Imports and audits: accepted at once, done behind the request, looked at by their id."""

import secrets
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, BeforeValidator, Field
from starlette.concurrency import run_in_threadpool

from graph_service.api.access import Asking, Running, desk
from graph_service.api.models import Base, no_text
from graph_service.api.resources import READS, Id, Repeat, problems
from graph_service.api.routing import Router
from graph_service.disclosure.scope import Actor
from graph_service.errors import BadDate, NotFound, NotYours, UnknownParameter
from graph_service.jobs import queue
from graph_service.jobs.spool import Spool

WRITES = (400, 401, 403, 404, 408, 409, 413, 422, 429, 503)
UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "The file itself, as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
NAME = r"^[A-Za-z0-9_-]{1,60}\.(csv|tsv|txt|zip|xlsx)$"
Word = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]


class Import(BaseModel):
    """One import: how far it is and what came of it."""

    id: str = Field(examples=["examplejob000000"])
    state: Literal["queued", "running", "done", "failed"]
    asked_at: str
    loader: str = Field(examples=["interactions"])
    check: bool = Field(description="nothing is written; the result says what would be")
    done: int = Field(description="records done")
    total: int = Field(description="records in all; 0 while that is not known")
    result: dict[str, Any] | None = Field(None, description="the receipt: rows, added, changed, unchanged, rejected")
    code: str | None = Field(None, description="code of the error it ended with")
    detail: str | None = None
    rejects: str | None = Field(None, description="address of the rejected rows, kept for a week")


class ImportPage(BaseModel):
    """Imports, the latest first."""

    items: list[Import]
    next: str | None = None


class NewAudit(Base):
    """What is measured: suggestions made with what was known at `split`, against what happened until `until`."""

    split: date = Field(examples=["2026-01-31"])
    until: date = Field(examples=["2026-06-30"])
    seed: Annotated[int, Field(ge=0, le=2**31), BeforeValidator(no_text)] = 0
    guardrails: bool = Field(False, description="check the shipped promises as well")


class Audit(BaseModel):
    """One audit of the recommender."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    asked_at: str
    split: date
    until: date
    result: dict[str, Any] | None = Field(None, description="rankers with their figures, trade, shares, promises")
    code: str | None = None
    detail: str | None = None


class AuditPage(BaseModel):
    """Audits, the latest first."""

    items: list[Audit]
    next: str | None = None


imports = Router(prefix="/imports", tags=["imports"], dependencies=[Depends(desk("loads"))])
audits = Router(prefix="/audits", tags=["audits"], dependencies=[Depends(desk("audits"))])
router = Router()


def of_the_whole(who: Asking) -> Actor:
    """A file or an audit may be about anybody: it is for whoever sees the whole programme. Raises NotYours."""
    if who.sites is not None:
        raise NotYours("This is for somebody who sees the whole programme.")
    return who


of_the_whole.whole = True  # type: ignore[attr-defined]
Whole = Annotated[Actor, Depends(of_the_whole)]


@imports.post("", operation_id="add_import", status_code=202, openapi_extra=UPLOAD, responses=problems(*WRITES))
async def add_import(
    request: Request,
    response: Response,
    running: Running,
    who: Whole,
    loader: Annotated[Word, Query(description="how the file is read, as `load` on the command line")],
    name: Annotated[str, Query(pattern=NAME, description="name of the file, for its ending")] = "upload.csv",
    check: Annotated[bool, Query(description="write nothing, only say what would come of it")] = False,
    source: Annotated[Word, Query(description="name of the feed")] = "local",
    id_source: Annotated[Word, Query(description="which system the keys of people come from")] = "local",
    kind: Annotated[Word | None, Query(description="kind of contact where no column says it")] = None,
    person_role: Annotated[Word | None, Query(description="make people who are not known yet, with this role")] = None,
    remove: Annotated[int | None, Query(ge=0, le=1_000_000, description="affiliations that may be ended")] = None,
    column: Annotated[list[str], Query(max_length=40, description="FIELD=COLUMN")] = [],  # noqa: B006
    repeat: Repeat = None,
) -> Import:
    """Load a file: accepted at once, then looked at by its id. The same Idempotency-Key is the same import."""
    from loaders.registry import loader as named

    named(loader)
    columns = dict(_pair(each) for each in column)
    said = {"loader": loader, "file": name, "check": check, "source": source, "id_source": id_source, "kind": kind}
    said |= {"person_role": person_role, "remove": remove, "columns": columns}
    said["time_zone"] = running.settings.time_zone
    id = await run_in_threadpool(job_id, running, "import", who, repeat)
    if not await run_in_threadpool(known, running, id):
        await Spool(running.settings.upload_dir).take(id, name, request.stream())
    job = await run_in_threadpool(asked, running, "import", who, id, said)
    response.headers["Location"] = f"/api/v1/imports/{id}"
    return _import(job, running)


@imports.get("", operation_id="list_imports", responses=problems(*READS))
def list_imports(running: Running, who: Whole) -> ImportPage:
    """Imports so far, the latest first."""
    running.runner.wake()
    return ImportPage(items=[_import(job, running) for job in queue.listed(running.programme.store, "import")])


@imports.get("/{id}", operation_id="get_import", responses=problems(*READS))
def get_import(running: Running, who: Whole, id: Id) -> Import:
    """One import: how far it is, and what came of it."""
    running.runner.wake()
    return _import(_job(running, id, "import"), running)


@imports.get(
    "/{id}/rejects",
    operation_id="rejects_of_import",
    response_class=FileResponse,
    responses={200: {"description": "the rejected rows and why", "content": {"text/csv": {}}}, **problems(*READS)},
)
def rejects(running: Running, who: Whole, id: Id) -> FileResponse:
    """The rows that were rejected, each as it was and why, ready to be mended and loaded again."""
    _job(running, id, "import")
    path = Spool(running.settings.upload_dir).rejects(id)
    return FileResponse(path, media_type="text/csv", filename="rejects.csv")


@audits.post("", operation_id="add_audit", status_code=202, responses=problems(*WRITES))
def add_audit(response: Response, running: Running, who: Whole, body: NewAudit, repeat: Repeat = None) -> Audit:
    """Measure the recommender on this programme's history: accepted at once, then looked at by its id."""
    if body.until <= body.split:
        raise BadDate("The second day comes after the first.")
    id = job_id(running, "audit", who, repeat)
    said = body.model_dump(mode="json") | {"guardrails": "shipped" if body.guardrails else None}
    job = asked(running, "audit", who, id, said)
    response.headers["Location"] = f"/api/v1/audits/{id}"
    return _audit(job)


@audits.get("", operation_id="list_audits", responses=problems(*READS))
def list_audits(running: Running, who: Whole) -> AuditPage:
    """Audits so far, the latest first."""
    running.runner.wake()
    return AuditPage(items=[_audit(job) for job in queue.listed(running.programme.store, "audit")])


@audits.get("/{id}", operation_id="get_audit", responses=problems(*READS))
def get_audit(running: Running, who: Whole, id: Id) -> Audit:
    """One audit."""
    running.runner.wake()
    return _audit(_job(running, id, "audit"))


def job_id(running: Running, work: str, who: Actor, repeat: str | None) -> str:
    """The same key of the same actor is the same job."""
    word = repeat or secrets.token_hex(16)
    return running.programme.store.internal_id("job", f"{work} {who.name}", word)


def asked(running: Running, work: str, who: Actor, id: str, said: dict[str, Any]) -> queue.Job:
    """Record that work is asked for, and begin."""
    job = queue.ask(running.programme.store, work, who.name, id, said)
    running.runner.wake()
    return job


def known(running: Running, id: str) -> bool:
    """Whether a job is there already."""
    try:
        queue.get(running.programme.store, id)
    except NotFound:
        return False
    return True


def _job(running: Running, id: str, work: str) -> queue.Job:
    job = queue.get(running.programme.store, id)
    if job.work != work:
        raise NotFound()
    return job


def _pair(word: str) -> tuple[str, str]:
    field, sign, column = word.partition("=")
    if not sign:
        raise UnknownParameter("A column is named as FIELD=COLUMN.")
    return field, column


def _import(job: queue.Job, running: Running) -> Import:
    result = job.result
    rejects = f"/api/v1/imports/{job.id}/rejects" if result and result["rejected"] else None
    same = {name: getattr(job, name) for name in ("id", "state", "asked_at", "done", "total", "code", "detail")}
    return Import(loader=job.options["loader"], check=job.options["check"], result=result, rejects=rejects, **same)


def _audit(job: queue.Job) -> Audit:
    same = {name: getattr(job, name) for name in ("id", "state", "asked_at", "result", "code", "detail")}
    return Audit(split=job.options["split"], until=job.options["until"], **same)


router.include_router(imports)
router.include_router(audits)
