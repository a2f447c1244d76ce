"""Every option of the service, declared once: name, type, default, what it is for.

Each is an environment variable `GRAPH_SERVICE_NAME`; those of the command line override it.
"""

from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph_service.errors import SettingsError


def _home(variable: str, fallback: str) -> Path:
    import os

    return Path(os.environ.get(variable) or Path.home() / fallback) / "graph-service"


class _Options(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GRAPH_SERVICE_", extra="ignore", frozen=True)

    store: str = Field("sqlite:///programme.db", description="address of the store")
    secret_file: Path | None = Field(None, description="file of the secret that internal ids are keyed with")
    store_key_file: Path | None = Field(None, description="file with 64 hex digits: encrypts the SQLite file at rest")
    encrypted_at_rest: str | None = Field(
        None, description="how the disk of the store is encrypted, where the store itself is not: your word for it"
    )
    backup_dir: Path | None = Field(
        None, description="folder of the daily backups that the service makes of a SQLite store; none: it makes none"
    )
    idle_minutes: float = Field(
        15.0,
        gt=0,
        le=24 * 60,
        description="minutes without a click after which `solo` asks for the passphrase again",
        json_schema_extra={"unit": "min"},
    )
    neo4j_user: str = Field("neo4j", description="user name at the Neo4j server")
    neo4j_password: SecretStr | None = Field(None, description="password at the Neo4j server")
    neo4j_password_file: Path | None = Field(None, description="file that holds that password")
    neo4j_ca_file: Path | None = Field(None, description="certificate authority of the Neo4j server")
    query_seconds: float = Field(60.0, gt=0, description="time limit of one query", json_schema_extra={"unit": "s"})
    away_seconds: float | None = Field(
        None,
        ge=0,
        description="how long a graph server that went away is waited for; default: 30 in commands, 3 in the service",
        json_schema_extra={"unit": "s"},
    )
    answer_seconds: float = Field(
        30.0,
        gt=0,
        description="time in which a read has to begin to answer; then it is 503",
        json_schema_extra={"unit": "s"},
    )
    batch: int = Field(10_000, ge=1, le=100_000, description="records in one write of a load")
    cache_dir: Path = Field(
        default_factory=lambda: _home("XDG_CACHE_HOME", ".cache"), description="folder of the columnar cache"
    )
    upload_dir: Path = Field(
        default_factory=lambda: _home("XDG_STATE_HOME", ".local/state"),
        description="folder of uploaded files while they are loaded, and of their rejected rows for a week",
    )
    config_dir: Path = Field(
        default_factory=lambda: _home("XDG_CONFIG_HOME", ".config"),
        description="folder of secrets of servers",
    )
    time_zone: str = Field("UTC", description="the programme's time zone (IANA name)")
    host: str = Field("127.0.0.1", description="address that the service listens on")
    port: int = Field(8400, ge=1, le=65535, description="port that the service listens on")
    public_name: str | None = Field(None, description="the service's name in the world, for the Host check")
    trusted_proxies: str = Field(
        "127.0.0.1", description="addresses of proxies whose word on a request's origin counts, separated by commas"
    )
    rate_limit: float = Field(
        1200.0, ge=0, description="requests a minute of one account or address, per process; 0: no limit"
    )
    metrics_port: int | None = Field(None, ge=1, le=65535, description="loopback port of figures for Prometheus")
    private_network: bool = Field(
        False, description="the store is reached over a network that nobody else is on, as that of a compose file"
    )
    insecure: bool = Field(False, description="serve members although a check of safety fails (rehearsals only)")
    oidc_issuer: str | None = Field(None, description="address of the OpenID provider that people sign in at")
    oidc_audience: str | None = Field(None, description="the audience that bearer tokens must name: this service")
    oidc_client_id: str | None = Field(None, description="this service's id at the provider: people sign in to pages")
    oidc_client_secret_file: Path | None = Field(None, description="file that holds the client's secret")
    oidc_scopes: str = Field("openid email profile", description="what is asked of the provider, separated by spaces")
    sign_in_rules: Path | None = Field(
        None, description="TOML file: which claims of the provider make somebody a member, and as what"
    )
    session_hours: float = Field(
        10.0, gt=0, le=24 * 31, description="how long a browser stays signed in", json_schema_extra={"unit": "h"}
    )
    mail: str | None = Field(
        None, description="where mail goes: smtps://user@host, smtp+starttls://user@host, or file:///folder"
    )
    mail_password_file: Path | None = Field(None, description="file that holds the password at the mail server")
    mail_from: str | None = Field(None, description="the address that mail comes from")
    mail_minutes: int = Field(
        10,
        ge=0,
        le=24 * 60,
        description="minutes between the rounds in which the service sends mail; 0: something else runs `outbox send`",
        json_schema_extra={"unit": "min"},
    )
    public_url: str | None = Field(None, description="address of the service in links of mails, as https://host")
    texts_dir: Path | None = Field(None, description="folder of the programme's own texts: LANGUAGE.toml each")
    language: str | None = Field(None, description="language of the pages (en, es); default: the reader's own")
    placement_rules: Path | None = Field(None, description="the state's file of placement rules (YAML)")
    wage_rule: Path | None = Field(None, description="file (YAML) that says when an occupation sustains a family")
    instrument: Path | None = Field(None, description="the programme's own instrument of self-assessment (YAML)")
    half_life: str = Field("180", description="half-life of a tie in days, or none")


class Settings(_Options):
    """The options in force. Raises SettingsError naming every wrong one.

    >>> Settings(batch=5000).batch
    5000
    """

    #: The store's key where a passphrase opened it: in memory alone, never in the environment or in what is printed.
    _key: bytes | None = PrivateAttr(None)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = "; ".join(
                f"GRAPH_SERVICE_{'_'.join(str(part) for part in each['loc']).upper()}: {each['msg']}"
                for each in error.errors()
            )
            raise SettingsError(f"Settings are wrong: {wrong}.") from None

    def password(self) -> str | None:
        """The Neo4j password, from the environment or its file."""
        if self.neo4j_password is not None:
            return self.neo4j_password.get_secret_value()
        if self.neo4j_password_file is not None:
            try:
                return self.neo4j_password_file.read_text().strip()
            except OSError:
                raise SettingsError("GRAPH_SERVICE_NEO4J_PASSWORD_FILE cannot be read.") from None
        return None

    def mail_password(self) -> str | None:
        """The password at the mail server, from its file."""
        if self.mail_password_file is None:
            return None
        try:
            return self.mail_password_file.read_text().strip()
        except OSError:
            raise SettingsError("GRAPH_SERVICE_MAIL_PASSWORD_FILE cannot be read.") from None

    def client_secret(self) -> str | None:
        """The service's secret at the sign-in provider, from its file."""
        if self.oidc_client_secret_file is None:
            return None
        try:
            return self.oidc_client_secret_file.read_text().strip()
        except OSError:
            raise SettingsError("GRAPH_SERVICE_OIDC_CLIENT_SECRET_FILE cannot be read.") from None

    def with_key(self, key: bytes) -> "Settings":
        """The same options for a store whose key a passphrase opened."""
        made = self.model_copy()
        made._key = key
        return made

    @property
    def encrypted(self) -> bool:
        """Whether the store's file is encrypted by the store itself."""
        return self.store.startswith("sqlite") and (self._key is not None or self.store_key_file is not None)

    def require_encryption(self) -> None:
        """Raises SettingsError where a store that others sign in to would lie on the disk in the clear."""
        if self.encrypted:
            # A key that cannot be read is told now, not at the first request.
            self.encryption_key()
        elif not (self.encrypted_at_rest or "").strip():
            own = "set GRAPH_SERVICE_STORE_KEY_FILE, or " if self.store.startswith("sqlite") else ""
            raise SettingsError(
                "People's data must be encrypted at rest before others sign in (8 NYCRR 121.3 and the like), and "
                f"this store is not. To go on, {own}encrypt the disk that holds the store and say how in "
                "GRAPH_SERVICE_ENCRYPTED_AT_REST."
            )

    def encryption_key(self) -> bytes | None:
        """The key that encrypts the SQLite file, or None."""
        if self._key is not None:
            return self._key
        if self.store_key_file is None:
            return None
        try:
            key = bytes.fromhex(self.store_key_file.read_text().strip())
        except (OSError, ValueError):
            raise SettingsError("GRAPH_SERVICE_STORE_KEY_FILE does not hold 64 hex digits.") from None
        if len(key) != 32:
            raise SettingsError("GRAPH_SERVICE_STORE_KEY_FILE does not hold 64 hex digits.")
        return key
