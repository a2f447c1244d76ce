"""Records that the service keeps about its own work: loads, policies."""

from graph_service.records.kind import Date, Int, Json, Kind, LongText, Text, field

LOAD = Kind(
    "load",
    """One load of a file: what came in, what was rejected. `load --undo` retracts what it brought.""",
    (
        field("loader", Text, "which loader"),
        field("feed", Text, "name of the feed"),
        field("file_hash", Text, "SHA-256 of the file", optional=True),
        field("rows", Int, "rows read", default=0),
        field("added", Int, "records added", default=0),
        field("changed", Int, "records changed", default=0),
        field("unchanged", Int, "records already known", default=0),
        field("rejected", Int, "rows rejected", default=0),
        field("state", Text, "running, done, undone", default="running"),
        field("day", Date, "day of the load", optional=True),
    ),
    label="Load",
    kept="service",
)

SETTING = Kind(
    "setting",
    """A choice of this programme that travels with its data: time zone, calendar, thresholds, mappings.""",
    (
        field("key", Text, "name"),
        field("value", Json, "value"),
        field("note", LongText, "why", optional=True),
    ),
    label="Setting",
    kept="service",
)
