"""The port behind which mail leaves: offer an address, then hand the mail over. What can go wrong has three names."""

from typing import Protocol
from urllib.parse import unquote, urlsplit

from graph_service.errors import NotConfigured, ServiceError, SettingsError
from graph_service.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailFailed(ServiceError):
    """answer: the server's codes (`550 5.1.1`), or a word of ours; never the server's own sentence."""

    code, title, status = "mail_failed", "The mail was not sent", 503

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        super().__init__(f"{self.title}{f' ({answer})' if answer else ''}.")


class Refused(MailFailed):
    """For good: the address or the mail will not be taken later either."""

    code, title, status = "mail_refused", "The mail was refused", 422


class NotNow(MailFailed):
    """Nothing was taken; later it may be."""

    code, title = "mail_not_now", "The mail server does not take it now"


class AnswerLost(MailFailed):
    """All of the mail was handed over, and nobody knows whether it was taken."""

    code, title = "mail_answer_lost", "The mail server's answer was lost"


class Session(Protocol):
    """One connection. `offer` and `hand` raise Refused, NotNow; `hand` also AnswerLost."""

    def offer(self, key: str, sender: str, recipient: str) -> None: ...
    def hand(self, key: str, content: bytes) -> str:
        """Hand the mail over. Returns the server's code."""
        ...

    def drop(self) -> None:
        """Take an offer back."""
        ...

    def close(self) -> None: ...


class Transport(Protocol):
    def connect(self) -> Session:
        """Raises NotNow."""
        ...


def transport(settings: Settings) -> Transport:
    """The transport of the settings. Raises NotConfigured, SettingsError."""
    if settings.mail is None or settings.mail_from is None:
        raise NotConfigured("Mail is not set up: set GRAPH_SERVICE_MAIL and GRAPH_SERVICE_MAIL_FROM.")
    parts = urlsplit(settings.mail)
    if parts.scheme == "file":
        from graph_service.messages.files import Folder

        return Folder(unquote(parts.path))
    if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
        raise SettingsError("GRAPH_SERVICE_MAIL is smtps://, smtp+starttls://, smtp:// (this machine) or file://.")
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise SettingsError("GRAPH_SERVICE_MAIL: mail leaves this machine encrypted: smtps:// or smtp+starttls://.")
    from graph_service.messages.smtp import Server

    default = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    return Server(parts.scheme, parts.hostname, parts.port or default, user, settings.mail_password())
