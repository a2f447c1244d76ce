"""Work that takes longer than a request: who asked for it, how far it is, what came of it."""

from graph_service.records.kind import Code, Int, Json, Kind, LongText, Text, Type, field

JOB = Kind(
    "job",
    """A piece of work that outlives its request: a worker holds it for as long as its heart beats.""",
    (
        field("work", Code("job_works"), "what is done"),
        field("state", Code("job_states"), "where it stands", default="queued"),
        field("asked_by", Text, "the account or token that asked"),
        field("asked_at", Text, "the moment it was asked for (UTC)"),
        field("options", Json, "how it is done", optional=True),
        field("done", Int, "parts done", default=0),
        field("total", Int, "parts in all, 0 while that is not known", default=0),
        field("attempts", Int, "how often it was begun", default=0),
        field("worker", Text, "who is at it", optional=True),
        field("beat", Int, "the last sign of life of that worker (seconds since 1970)", optional=True),
        field("result", Type("json", longest=200_000), "what came of it", optional=True),
        field("code", Text, "code of the error it ended with", optional=True),
        field("detail", LongText, "that error in words", optional=True),
    ),
    label="Job",
    personal=None,
    kept="service",
)
