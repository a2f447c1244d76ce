"""Mail to an SMTP server, in steps, so that it is always known whether the server can have taken a mail.

A server takes a mail when it has seen the lone dot at its end. Whatever fails before that dot is written has not been
taken; whatever fails between the dot and the answer is not known, and is never guessed.
"""

import re
import smtplib
import ssl

from graph_service.messages.transport import AnswerLost, NotNow, Refused

#: Seconds until a server that says nothing counts as gone.
PATIENCE = 30.0
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class Server:
    """How the server is reached. scheme: smtps, smtp+starttls, or smtp (this machine only)."""

    def __init__(
        self, scheme: str, host: str, port: int, user: str | None, password: str | None, patience: float = PATIENCE
    ) -> None:
        self.scheme, self.host, self.port, self.user, self.password = scheme, host, port, user, password
        self.patience = patience

    def connect(self) -> "Connection":
        """A connection, signed in. Raises NotNow, Refused (wrong password)."""
        try:
            link: smtplib.SMTP
            if self.scheme == "smtps":
                context = ssl.create_default_context()
                link = smtplib.SMTP_SSL(self.host, self.port, timeout=self.patience, context=context)
            else:
                link = smtplib.SMTP(self.host, self.port, timeout=self.patience)
            link.ehlo_or_helo_if_needed()
            if self.scheme == "smtp+starttls":
                link.starttls(context=ssl.create_default_context())
                link.ehlo()
            if self.user is not None:
                link.login(self.user, self.password or "")
        except smtplib.SMTPAuthenticationError as error:
            raise NotNow(f"{error.smtp_code} sign-in") from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(error.__class__.__name__) from None
        return Connection(link)


class Connection:
    """One connection, one mail at a time."""

    def __init__(self, link: smtplib.SMTP) -> None:
        self.link = link

    def offer(self, key: str, sender: str, recipient: str) -> None:
        """MAIL and RCPT. Raises Refused, NotNow."""
        for verb, address in (("mail FROM:", sender), ("rcpt TO:", recipient)):
            self._judge(*self._says(f"{verb}<{address}>"))

    def hand(self, key: str, content: bytes) -> str:
        """DATA, the mail, the dot. Raises Refused, NotNow, AnswerLost."""
        code, words = self._says("DATA")
        if code != 354:
            self._judge(code, words)
            raise NotNow(str(code))
        try:
            self.link.send(_stuffed(content))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotNow(error.__class__.__name__) from None
        try:
            self.link.send(b".\r\n")
            code, words = self.link.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise AnswerLost(error.__class__.__name__) from None
        self._judge(code, words)
        return _codes(code, words)

    def drop(self) -> None:
        """RSET. Raises NotNow."""
        self._says("RSET")

    def close(self) -> None:
        self.link.close()

    def _says(self, line: str) -> tuple[int, bytes]:
        try:
            return self.link.docmd(line)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotNow(error.__class__.__name__) from None

    def _judge(self, code: int, words: bytes) -> None:
        if 200 <= code < 300:
            return
        if 500 <= code < 600:
            raise Refused(_codes(code, words))
        raise NotNow(_codes(code, words))


def _codes(code: int, words: bytes) -> str:
    """The codes of an answer without its sentence, which may hold an address."""
    found = _ENHANCED.match(words)
    return f"{code} {found[1].decode()}" if found else str(code)


def _stuffed(content: bytes) -> bytes:
    """Lines ended by CRLF, a leading dot doubled, the last line ended."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"
