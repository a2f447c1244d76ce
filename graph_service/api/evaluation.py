"""The evaluator's desk as it is answered, by the API and by the page: with studies and the last stored audit."""

from graph_service.api.service import Service
from graph_service.desks import evaluating
from graph_service.desks.views.evaluation import Evaluation
from graph_service.disclosure.scope import ScopedReader
from graph_service.jobs import queue


def whole(reader: ScopedReader, running: Service, before: str | None, after: str | None, measure: str) -> Evaluation:
    """The evaluator's desk with the programme's studies and its last stored audit."""
    done = next((job for job in queue.listed(running.programme.store, "audit") if job.state == "done"), None)
    audit = None if done is None or done.result is None else (done.result, done.asked_at)
    return evaluating.desk(reader, running.programme.studies, audit, before, after, measure)
