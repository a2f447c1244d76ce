"""Which way mail leaves, by the settings."""

from urllib.parse import unquote, urlsplit

from graph_service.errors import NotConfigured, SettingsError
from graph_service.messages.files import Folder
from graph_service.messages.smtp import Server
from graph_service.messages.transport import Transport
from graph_service.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def transport(settings: Settings) -> Transport:
    """The transport of the settings. Raises NotConfigured, SettingsError."""
    if settings.mail is None or settings.mail_from is None:
        raise NotConfigured("Mail is not set up: set GRAPH_SERVICE_MAIL and GRAPH_SERVICE_MAIL_FROM.")
    parts = urlsplit(settings.mail)
    if parts.scheme == "file":
        return Folder(unquote(parts.path))
    if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
        raise SettingsError("GRAPH_SERVICE_MAIL is smtps://, smtp+starttls://, smtp:// (this machine) or file://.")
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise SettingsError("GRAPH_SERVICE_MAIL: mail leaves this machine encrypted: smtps:// or smtp+starttls://.")
    default = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    return Server(parts.scheme, parts.hostname, parts.port or default, user, settings.mail_password())
