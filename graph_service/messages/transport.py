"""The port behind which mail leaves: offer an address, then hand the mail over. What can go wrong has three names."""

from typing import Protocol

from graph_service.errors import ServiceError


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
