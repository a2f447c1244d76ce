"""One error tree: every error has a code, a title, an HTTP status, an exit status and a hint.

An error says what was wrong, where, and what to do next. Its details are shown to people and written to
logs, so they carry no names, addresses or free text of a person: row numbers, field names and codes only.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class ServiceError(Exception):
    """Anything the service refuses or fails at. Subclasses declare; callers give details.

    >>> str(UnknownKind(kind="frobnication"))
    'There is no such kind of record: frobnication. Known kinds: `graph-service status --kinds`.'
    """

    code: ClassVar[str] = "failure"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    exit: ClassVar[int] = 1
    hint: ClassVar[str] = ""

    def __init__(self, message: str = "", **details: Any) -> None:
        self.details: Mapping[str, Any] = details
        self.message = message or self.sentence()
        super().__init__(self.message)

    def sentence(self) -> str:
        about = ", ".join(str(value) for value in self.details.values())
        first = f"{self.title}: {about}." if about else f"{self.title}."
        return f"{first} {self.hint}".strip()

    def problem(self) -> dict[str, Any]:
        """The RFC 9457 body of this error (without instance and request id, which the API adds)."""
        body: dict[str, Any] = {
            "type": f"urn:graph-service:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.message,
            "code": self.code,
        }
        if self.hint:
            body["hint"] = self.hint
        return body


# --- what the caller asked for ------------------------------------------------------------------------
class UsageError(ServiceError):
    code, title, status, exit = "bad_request", "The request cannot be understood", 422, 2


class UnknownKind(UsageError):
    code, title = "unknown_kind", "There is no such kind of record"
    hint = "Known kinds: `graph-service status --kinds`."


class UnknownMeasure(UsageError):
    code, title = "unknown_measure", "There is no such measure"
    hint = "See `graph-service measures list`."


class UnknownParameter(UsageError):
    code, title = "unknown_parameter", "There is no such parameter or value"


class BadDate(UsageError):
    code, title = "bad_date", "This is not a date that the programme knows"
    hint = "Dates are written YYYY-MM-DD."


class SettingsError(UsageError):
    code, title = "bad_settings", "A setting is wrong"


class NotFound(ServiceError):
    code, title, status, exit = "not_found", "There is no such thing here", 404, 1


class UnknownPerson(NotFound):
    code, title = "unknown_person", "Nobody with this id is in the programme"
    hint = "Ids are the programme's own keys, as in the file that was loaded."


class Gone(NotFound):
    code, title, status = "gone", "This has been removed", 410


# --- what the data is like --------------------------------------------------------------------------
class DataError(ServiceError):
    code, title, status, exit = "bad_data", "The data was refused", 422, 3


class UnreadableFile(DataError):
    code, title = "unreadable_file", "The file cannot be read"
    hint = "Nothing was changed."


class MissingColumn(DataError):
    code, title = "missing_column", "A column that is needed is missing"
    hint = "Name it with --column FIELD=COLUMN, or draft a mapping with --suggest-mapping."


class RowsRejected(DataError):
    code, title = "rows_rejected", "Some rows were rejected"
    hint = "The good rows are loaded; the rejects file says why each other row is not."


class InvalidRecord(DataError):
    """One record that does not fit its declaration. `problems` lists field, found, expected."""

    code, title = "invalid_record", "The record does not fit its declaration"

    def __init__(self, message: str = "", *, problems: list[dict[str, Any]] | None = None, **details: Any):
        self.problems = problems or []
        super().__init__(message, **details)

    def problem(self) -> dict[str, Any]:
        return super().problem() | {"errors": self.problems}


class BadGraph(DataError):
    code, title = "bad_graph", "The graph cannot be measured"


# --- what the state of the store is ------------------------------------------------------------------
class Conflict(ServiceError):
    code, title, status, exit = "conflict", "Somebody else was quicker", 409, 1
    hint = "Read it again, then decide again."


class StaleVersion(Conflict):
    code, title, status = "stale_version", "It has changed since you read it", 412


class CapacityFull(Conflict):
    code, title = "capacity_full", "No place is left"
    hint = "Choose somebody else, or wait until a place is given back."


class OnHold(Conflict):
    code, title = "on_hold", "A legal hold keeps these records"
    hint = "End the hold first: `graph-service rights release`."


class ResearchBasis(Conflict):
    code, title = "research_basis", "Research data is not used where people sign in"
    hint = "It has no consents to judge by. Keep it in a store of its own, without sign-in."


class StoreNotEmpty(Conflict):
    code, title = "store_not_empty", "The store already holds data"
    hint = "Name an empty store with --store."


class StoreError(ServiceError):
    code, title, status, exit = "store_failed", "The store failed", 503, 1


class StoreUnreachable(StoreError):
    code, title = "store_unreachable", "The graph store does not answer"
    hint = "Is it running at this address? `graph-service doctor` tells more."


class StoreRefused(StoreError):
    code, title = "store_refused", "The store refused the user name or password"
    hint = "Set GRAPH_SERVICE_NEO4J_USER and GRAPH_SERVICE_NEO4J_PASSWORD (or ..._PASSWORD_FILE)."


class StoreBusy(StoreError):
    code, title = "store_busy", "The store is busy with another writer"
    hint = "Try again in a moment."


class StoreTimeout(StoreError):
    code, title = "store_timeout", "The store took too long"
    hint = "Ask for less, or raise GRAPH_SERVICE_QUERY_SECONDS."


class BatchTooLarge(StoreError):
    code, title, status = "batch_too_large", "The batch is larger than the store's memory limit", 413
    hint = "Load with a smaller --batch."


class NotOurStore(StoreError):
    code, title, status = "not_our_store", "This database was not made by graph-service", 409
    hint = "It is left untouched. Name an empty database with --store."


class WrongSecret(StoreError):
    code, title, status = "wrong_secret", "The secret does not belong to this store", 409
    hint = "Point GRAPH_SERVICE_SECRET_FILE to the file that `graph-service init` wrote for it."


class NewerStore(StoreError):
    code, title, status = "newer_store", "The store was written by a newer version of graph-service", 409
    hint = "Upgrade graph-service, or restore a backup of before the upgrade."


class HalfRestored(StoreError):
    code, title, status = "half_restored", "A restore into this store was not finished", 503
    hint = "Empty it, and restore again."


class DamagedStore(StoreError):
    code, title, status = "damaged_store", "The store's file is damaged", 503
    hint = "Restore the latest backup: `graph-service restore FILE`."


# --- who may ---------------------------------------------------------------------------------------
class SignInNeeded(ServiceError):
    code, title, status, exit = "sign_in_needed", "Sign in first", 401, 1


class BadToken(SignInNeeded):
    code, title = "bad_token", "This token does not sign anybody in"
    hint = "It may have expired, been revoked, or been made for another service. Ask for a new one."


class SignInFailed(ServiceError):
    code, title, status = "sign_in_failed", "Signing in did not work", 403
    hint = "Go back and sign in again."


class WrongPassphrase(ServiceError):
    code, title, status, exit = "wrong_passphrase", "This passphrase does not open the store", 403, 1
    hint = "Look whether the capitals are locked. Nobody can open the store without it."


class TooSoon(ServiceError):
    """seconds: how long to wait."""

    code, title, status, exit = "too_soon", "Wait a little before the next try", 429, 1
    hint = "Each wrong passphrase makes the wait longer, up to a minute."

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__()


class NotYours(ServiceError):
    code, title, status, exit = "not_yours", "You may not do or see this", 403, 1


class NotConfigured(ServiceError):
    code, title, status, exit = "not_configured", "This needs a setting that is not made", 503, 2


class MissingExtra(ServiceError):
    """A command needs a library that is an optional extra."""

    code, title, status, exit = "missing_extra", "An optional part is not installed", 501, 2

    def __init__(self, extra: str, what: str = "") -> None:
        purpose = f" for {what}" if what else ""
        super().__init__(f"An optional part is needed{purpose}: pip install 'graph-service[{extra}]'.", extra=extra)


class MeasuredDifferently(ServiceError):
    code, title, status, exit = "measured_differently", "The two were not measured the same way", 409, 1
    hint = "Compare only what the same instrument or source observed."


class StudyChanged(Conflict):
    code, title = "study_changed", "The study is not the one that was fixed"
    hint = "Report on the study as it was fixed, or fix a new one before its outcomes are opened."
