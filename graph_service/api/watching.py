"""Figures for Prometheus on a loopback port of their own, and log lines of fixed fields, as JSON."""

import json
import logging
import sys
from typing import Any

from graph_service import clock

LOOPBACK = "127.0.0.1"


class Lines(logging.Formatter):
    """A log record as one line of JSON. Of an exception only its kind and where it was: its text may be personal."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {"at": clock.now().isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        told |= getattr(record, "fields", None) or {"event": record.name}
        if record.exc_info and record.exc_info[0] is not None:
            told["kind"] = record.exc_info[0].__name__
            told["where"] = _where(record.exc_info[2])
        elif not getattr(record, "fields", None) and record.name.startswith("uvicorn"):
            told["text"] = record.getMessage()
        return json.dumps(told, ensure_ascii=True)


def _where(trace: Any) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('site-packages/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-12:]


LOG = logging.getLogger("graph_service")


def log_to(stream: Any = None) -> None:
    """Send log lines of this process to a stream (default: standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    for name in ("graph_service", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
    LOG.setLevel(logging.INFO)


class Figures:
    """What is counted of requests, by declared route: never by address, which names people."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("graph_service_requests", "Answers given.", labels, registry=self.registry)
        self.seconds = Histogram(
            "graph_service_request_seconds",
            "Seconds until an answer was given.",
            ("route",),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> str:
        """The figures of this process, as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry).decode()


def serve_figures(port: int, figures: Figures | None = None) -> Any:
    """Answer Prometheus on loopback: this process's figures, or those of all workers together (None)."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    if figures is not None:
        return start_http_server(port, addr=LOOPBACK, registry=figures.registry)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return start_http_server(port, addr=LOOPBACK, registry=registry)
