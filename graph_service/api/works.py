"""What the jobs of this service do: load an uploaded file, measure the recommender, and what comes round by itself."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from graph_service import clock
from graph_service.actions import keeping, outbox, sweeps
from graph_service.actions.ingest import check, ingest
from graph_service.jobs.queue import Job
from graph_service.jobs.runner import Progress, Work
from graph_service.jobs.schedule import Schedule
from graph_service.jobs.spool import REJECTS, Spool
from graph_service.programme import Programme
from loaders.options import LoadOptions

OPTIONS = tuple(each.name for each in fields(LoadOptions))


def works(programme: Programme) -> dict[str, Work]:
    """Kind of work to what does it."""
    spool = Spool(programme.settings.upload_dir)

    def load(job: Job, progress: Progress) -> Any:
        spool.clean()
        said = job.options
        path = spool.of(job.id) / said["file"]
        options = LoadOptions(**{name: value for name, value in said.items() if name in OPTIONS})
        if said["check"]:
            receipt = check(programme.store, said["loader"], path, options, progress=progress)
        else:
            receipt = ingest(programme.store, said["loader"], path, options, progress=progress, actor=job.asked_by)
        if receipt.rejected:
            receipt.write_rejects(spool.of(job.id) / REJECTS)
        # The file has done its work; only the rows that somebody has to mend stay for a while.
        path.unlink(missing_ok=True)
        told = receipt.as_dict()
        told["rejects"] = len(told["rejects"])
        return told

    def audit(job: Job, progress: Progress) -> Any:
        said = job.options
        split, until = date.fromisoformat(said["split"]), date.fromisoformat(said["until"])
        return programme.audit(split, until, seed=said["seed"], guardrails=said["guardrails"])

    def mail(job: Job, progress: Progress) -> Any:
        report = outbox.run_by_settings(programme.store, programme.settings)
        return {"states": dict(report.states), "mails": report.mails, "quiet": report.quiet, "later": report.later}

    def sweep(job: Job, progress: Progress) -> Any:
        today = clock.today(programme.settings.time_zone)
        # A gate that closed comes first: it says more than that nobody answered.
        closed, waited = sweeps.recheck(programme.store, today), sweeps.expire(programme.store, today)
        return {"closed": len(closed), "waited": len(waited)}

    def backup(job: Job, progress: Progress) -> Any:
        folder = programme.settings.backup_dir
        return None if folder is None else {"file": keeping.take(programme.store, programme.settings, folder).name}

    return {"import": load, "audit": audit, "mail": mail, "sweep": sweep, "backup": backup}


def schedules(programme: Programme) -> tuple[Schedule, ...]:
    """What comes round by itself in a service with the programme's settings."""
    settings = programme.settings
    found = [Schedule("sweep", timedelta(hours=6))]
    if settings.backup_dir is not None and settings.store.startswith("sqlite"):
        found.append(Schedule("backup", timedelta(days=1)))
    if not (settings.mail and settings.mail_from and settings.public_url and settings.mail_minutes):
        return tuple(found)
    every = timedelta(minutes=settings.mail_minutes)
    return *found, Schedule("mail", every, lambda: outbox.anything(programme.store, settings))
