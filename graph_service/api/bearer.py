"""Bearer tokens of an OpenID provider: issuer, audience, expiry, signature, with keys that may be rotated."""

import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from graph_service.errors import BadToken, NotConfigured, ServiceError, SettingsError

#: Signatures with a public key only: `none` and shared secrets are refused whatever a token's header says.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Seconds that clocks may differ.
LEEWAY = 30
#: Seconds between two looks at the provider's keys, however many unknown keys are named.
LOOK_AGAIN = 10.0
#: Characters of the longest token that is looked at.
LONGEST = 16_000


class ProviderUnreachable(ServiceError):
    """The provider's keys cannot be read now."""

    code, title, status = "provider_unreachable", "The sign-in provider does not answer", 503
    hint = "Try again in a moment."


class Verifier:
    """Checks bearer tokens of one issuer for one audience. Raises SettingsError for an issuer without TLS."""

    def __init__(self, issuer: str, audience: str, clock: Callable[[], float] = time.time) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise SettingsError("GRAPH_SERVICE_OIDC_ISSUER is an https address.")
        if not audience:
            raise SettingsError("GRAPH_SERVICE_OIDC_AUDIENCE names this service; without it any token would do.")
        self.issuer, self.audience, self._clock = issuer, audience, clock
        self._keys: Any = None
        self._about: Any = None
        self._looked = -LOOK_AGAIN
        self._lock = threading.Lock()

    def subject(self, token: str) -> str:
        """The account that a token was made for. Raises BadToken, ProviderUnreachable."""
        return str(self.claims(token)["sub"])

    def claims(self, token: str, *, audience: str | None = None, nonce: str | None = None) -> dict[str, Any]:
        """What the provider says in a token that was made for an audience (default: this service).

        nonce: what was sent along when the token was asked for. Raises BadToken, ProviderUnreachable.
        """
        from joserfc import jwt
        from joserfc.errors import JoseError

        if len(token) > LONGEST or token.count(".") != 2:
            raise BadToken()
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": audience or self.audience},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": nonce is not None, **({} if nonce is None else {"value": nonce})},
        )
        for fresh in (False, True):
            try:
                found = jwt.decode(token, self._key_set(fresh), algorithms=list(ALGORITHMS))
                rules.validate(found.claims)
                return dict(found.claims)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                # A key that is not known may be a new one: look once more, but not at every stranger's word.
                if fresh or not self._may_look() or not isinstance(error, JoseError | ValueError):
                    raise BadToken() from None
        raise BadToken()

    def _may_look(self) -> bool:
        return time.monotonic() - self._looked >= LOOK_AGAIN

    def _key_set(self, fresh: bool) -> Any:
        with self._lock:
            if self._keys is None or (fresh and self._may_look()):
                self._keys = self._fetch()
                self._looked = time.monotonic()
            return self._keys

    def about(self) -> dict[str, Any]:
        """The provider's own description: where people sign in and out. Raises ProviderUnreachable, SettingsError."""
        with self._lock:
            if self._about is None:
                self._keys = self._fetch()
                self._looked = time.monotonic()
            return dict(self._about)

    def _fetch(self) -> Any:
        import httpx
        from joserfc.jwk import KeySet

        try:
            with httpx.Client(timeout=5.0, follow_redirects=False) as web:
                about = web.get(self.issuer.rstrip("/") + "/.well-known/openid-configuration").raise_for_status().json()
                if about.get("issuer") != self.issuer:
                    raise SettingsError("The provider calls itself otherwise than GRAPH_SERVICE_OIDC_ISSUER says.")
                keys = KeySet.import_key_set(web.get(about["jwks_uri"]).raise_for_status().json())
        except (httpx.HTTPError, ValueError, KeyError):
            raise ProviderUnreachable() from None
        self._about = about
        return keys


def verifier(issuer: str | None, audience: str | None) -> Verifier:
    """The verifier of the settings. Raises NotConfigured, SettingsError."""
    if issuer is None:
        raise NotConfigured("No sign-in provider is configured: set GRAPH_SERVICE_OIDC_ISSUER.")
    return Verifier(issuer, audience or "")
