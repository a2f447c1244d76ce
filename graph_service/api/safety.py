"""What must hold before the service is opened to members: each check with its reason. Raised all at once."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from graph_service.errors import SettingsError
from graph_service.settings import Settings


def unsafe(settings: Settings) -> Iterator[str]:
    """What is not safe about serving members with these settings, and why; nothing where all is well."""
    plain = settings.store.startswith(("neo4j://", "bolt://")) and not _local(settings.store)
    if plain and not settings.private_network:
        yield (
            "GRAPH_SERVICE_STORE reaches another machine without TLS: use neo4j+s:// or bolt+s://, or say with"
            " GRAPH_SERVICE_PRIVATE_NETWORK that nobody else is on the way."
        )
    if settings.oidc_client_id is not None and settings.public_url is None:
        yield "GRAPH_SERVICE_PUBLIC_URL is not set: the provider would be told an address taken from a request."
    if settings.public_url is not None and urlsplit(settings.public_url).scheme != "https":
        yield "GRAPH_SERVICE_PUBLIC_URL is not https: cookies and tokens would travel in the clear."
    for name in ("store_key_file", "oidc_client_secret_file", "neo4j_password_file", "mail_password_file"):
        path = getattr(settings, name)
        if path is not None and path.exists() and path.stat().st_mode & 0o077:
            yield f"GRAPH_SERVICE_{name.upper()} can be read by others on this machine: chmod 600 it."
    try:
        settings.require_encryption()
    except SettingsError as error:
        yield error.message
    if settings.trusted_proxies.strip() == "*":
        yield "GRAPH_SERVICE_TRUSTED_PROXIES trusts everybody's word on where a request came from: name the proxies."


def _local(address: str) -> bool:
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")


def require_safe(settings: Settings) -> None:
    """Refuse to serve members with settings that are not safe. Raises SettingsError with every reason."""
    found = list(unsafe(settings))
    if found and not settings.insecure:
        raise SettingsError(
            "The service is not opened to members: "
            + " ".join(found)
            + " For a rehearsal with made-up people set GRAPH_SERVICE_INSECURE=true."
        )
