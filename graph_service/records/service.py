"""Records that the service keeps about its own work: loads, policies."""

from graph_service.records.kind import Bool, Code, Date, Int, Json, Kind, LongText, Text, field, many, refers

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
    personal=None,
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
    personal=None,
    kept="service",
)

MEMBERSHIP = Kind(
    "membership",
    """That somebody who signs in at a provider is a member of this programme, as what, and for which sites.""",
    (
        field("issuer", Text, "address of the sign-in provider"),
        field("subject", Text, "the provider's own id of the account", personal="identity"),
        field("role", Code("desk_roles"), "which desk"),
        field("whole", Bool, "all sites of the programme", default=False),
        many("sites", Text, "internal ids of the organisations whose learners the member sees"),
        refers("person", "person", "the member's own record", optional=True),
        field("until", Date, "last day", optional=True),
    ),
    label="Membership",
    personal="account",
    kept="service",
)

SERVICE_TOKEN = Kind(
    "service_token",
    """A secret by which a script signs in. Only its hash is kept; it ends on its last day or when it is revoked.""",
    (
        field("name", Text, "what it is for"),
        field("hash", Text, "SHA-256 of the secret"),
        field("role", Code("desk_roles"), "which desk"),
        field("whole", Bool, "all sites of the programme", default=False),
        many("sites", Text, "internal ids of the organisations whose learners it may see"),
        field("writes", Bool, "it may write", default=False),
        field("until", Date, "last day"),
    ),
    label="ServiceToken",
    personal=None,
    kept="service",
)

SESSION = Kind(
    "session",
    """That a browser is signed in. Only a hash of its cookie is kept; it ends at a moment or when it is revoked.""",
    (
        field("hash", Text, "SHA-256 of the cookie's secret"),
        field(
            "membership", Text, "the membership that says what it may see; read again at each request", optional=True
        ),
        field("role", Code("desk_roles"), "which desk, where the provider's claims say so", optional=True),
        field("whole", Bool, "all sites of the programme, by claims", default=False),
        many("sites", Text, "internal ids of organisations, by claims"),
        refers("person", "person", "the account's own record, by claims", optional=True),
        field("began", Int, "when it was begun (seconds since 1970)", unit="s"),
        field("ends", Int, "when it ends (seconds since 1970)", unit="s"),
    ),
    label="Session",
    personal="account",
    kept="service",
)

PUBLICATION = Kind(
    "publication",
    """What is published into a Neo4j store for its own tools: the one graph that is there, and how it was made.""",
    (
        field("as_of", Date, "the day looked at"),
        field("known_revision", Int, "records count up to this revision", optional=True),
        field("parameters", Json, "of the snapshot", optional=True),
        many("measures", Text, "ids of the measures that people have"),
        field("model", Text, "whole or ego", default="whole"),
        field("people", Int, "how many people", default=0),
        field("ties", Int, "how many ties", default=0),
        field("named", Bool, "with keys and names", default=False),
        field("withdrawn", Bool, "it was taken away again", default=False),
    ),
    label="Publication",
    personal=None,
    kept="service",
)

AUDIT_ANCHOR = Kind(
    "audit_anchor",
    """How far a segment of the audit trail had come on a day; one that was cut or rewritten since does not fit.""",
    (
        field("segment", Text, "name of the segment"),
        field("lines", Int, "lines it had"),
        field("hash", Text, "hash of the last of them"),
        field("day", Date, "when"),
    ),
    label="AuditAnchor",
    personal=None,
    kept="service",
)
