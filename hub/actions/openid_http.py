"""What an OpenID Connect provider is asked over the network: what it publishes, tokens for a code, and userinfo.

Every refusal is a `Conflict` whose `reason` is for the operator's log: never a person's data, never a secret.
"""

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.auth import ClientAuth, encode_client_secret_basic
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key

from hub.config.providers import Provider, safe_address
from hub.errors import Conflict
from hub.shelf import Shelf

PATIENCE, PATIENCE_IN_ALL = 5.0, 15.0
"""Seconds to wait for a provider's next bytes, and for all of an answer."""
LONGEST = 1_000_000
"""Bytes of a provider's answer that are read."""
KNOWN_FOR = 3600.0
OUR_FAULT = {"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_response_type", "invalid_request"}
"""Errors that only the operator can mend (RFC 6749, 4.1.2.1 and 5.2)."""
THEIR_FAULT = {"server_error", "temporarily_unavailable"}
_ERROR = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider published about itself, and when it was asked (monotonic seconds)."""

    metadata: Mapping[str, Any]
    keys: KeySet
    at: float

    def endpoint(self, name: str) -> str:
        """Return the address of an endpoint; raises `Conflict("provider_misconfigured")` where there is no safe one."""
        address = str(self.metadata.get(name, ""))
        if not safe_address(address):
            raise misconfigured(f"the discovery document has no safe {name}")
        return address


_KNOWN: Shelf[str, Known] = Shelf(50)


def refused(reason: str) -> Conflict:
    """Return what to raise when an answer is no proof."""
    return Conflict("provider_refused", reason=reason)


def unreachable(reason: str) -> Conflict:
    """Return what to raise when there is no answer, or none that can be read."""
    return Conflict("provider_unreachable", reason=reason)


def misconfigured(reason: str) -> Conflict:
    """Return what to raise when hub and provider do not fit together, so that trying again is of no use."""
    return Conflict("provider_misconfigured", reason=reason)


def told_error(where: str, error: str) -> Conflict:
    """Return what to raise when the provider says an error of its protocol; its description is not passed on."""
    code = error if _ERROR.fullmatch(error) else "an unknown error"
    reason = f"the {where} says {code}"
    if code in OUR_FAULT:
        return misconfigured(reason)
    return unreachable(reason) if code in THEIR_FAULT else refused(reason)


def _fetch(address: str, **more: Any) -> tuple[bytes, str]:
    """Return body and type of a provider's answer; no redirect is followed. Raises `Conflict`."""
    if not safe_address(address):
        raise misconfigured("an address it names is not safe")
    until, body = time.monotonic() + PATIENCE_IN_ALL, b""
    try:
        with requests.get(address, timeout=PATIENCE, allow_redirects=False, stream=True, **more) as answer:
            if answer.status_code != 200:
                raise unreachable(f"{address} answers with {answer.status_code}")
            for part in answer.iter_content(65_536):
                body += part
                if len(body) > LONGEST or time.monotonic() > until:
                    raise unreachable(f"{address} answers too much or too slowly")
    except requests.RequestException as error:
        raise unreachable(f"{address}: {type(error).__name__}") from error
    return body, answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _fetch_json(address: str, **more: Any) -> dict[str, Any]:
    return _object(address, _fetch(address, **more)[0])


def _object(address: str, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise unreachable(f"{address} answers with something that is no JSON") from error
    if not isinstance(found, dict):
        raise unreachable(f"{address} answers with something that is no JSON object")
    return found


def _keys(metadata: Mapping[str, Any]) -> KeySet:
    """Return the public keys of a provider that can make signatures; one of a kind unknown here does no harm."""
    rows = _fetch_json(str(metadata.get("jwks_uri", ""))).get("keys")
    found: list[Key] = []
    for row in rows if isinstance(rows, list) else []:
        # Keys with which both sides sign alike ("oct") are left out: what is published proves nothing.
        if isinstance(row, dict) and row.get("kty") in ("RSA", "EC", "OKP") and row.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, KeyError, TypeError):
                found.append(import_key({name: text for name, text in row.items() if isinstance(text, str)}))
    return KeySet(found)


def known(provider: Provider, *, newer_than: float = 0.0) -> Known:
    """Return what a provider publishes about itself, at most an hour old.

    Its discovery document must name the very issuer that the operator named. Raises `Conflict`
    (`provider_unreachable`, `provider_misconfigured`).
    """
    found = _KNOWN.get(provider.issuer)
    if found is not None and time.monotonic() - found.at < KNOWN_FOR and found.at >= newer_than:
        return found
    metadata = _fetch_json(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != provider.issuer:
        raise misconfigured(f"it calls itself {str(metadata.get('issuer'))[:200]!r}, the settings {provider.issuer!r}")
    found = Known(metadata, _keys(metadata), time.monotonic())
    _KNOWN.put(provider.issuer, found)
    return found


def _encoded_basic(proof: Any, method: str, uri: str, headers: Any, body: Any) -> Any:
    """Prove the client by HTTP Basic with both parts form-encoded first (RFC 6749, 2.3.1), for odd characters."""
    encoded = ClientAuth(quote_plus(proof.client_id), quote_plus(proof.client_secret))
    return encode_client_secret_basic(encoded, method, uri, headers, body)


def _way(provider: Provider, metadata: Mapping[str, Any]) -> str:
    """Return how the hub proves to be the client: as told, else by Basic unless only the form is offered."""
    if not provider.client_secret:
        return "none"
    offered = metadata.get("token_endpoint_auth_methods_supported")
    by_form = isinstance(offered, list) and "client_secret_basic" not in offered and "client_secret_post" in offered
    return provider.client_auth or ("client_secret_post" if by_form else "client_secret_basic")


def client(provider: Provider, back: str, metadata: Mapping[str, Any]) -> OAuth2Session:
    """Return the hub as a client of the provider."""
    session = OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        token_endpoint_auth_method=_way(provider, metadata),
        scope=" ".join(provider.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    )
    session.register_client_auth_method(("client_secret_basic", _encoded_basic))
    session.register_client_auth_method(PrivateKeyJWT())
    return session


def tokens(provider: Provider, back: str, code: str, verifier: str) -> Mapping[str, Any]:
    """Return what the token endpoint gives for a code; raises `Conflict`."""
    found = known(provider)
    endpoint = found.endpoint("token_endpoint")
    try:
        with client(provider, back, found.metadata) as session:
            given: Mapping[str, Any] = session.fetch_token(
                endpoint, code=code, code_verifier=verifier, allow_redirects=False
            )
            return given
    except AuthlibBaseError as error:
        raise told_error("token endpoint", str(error.error or "")) from error
    except (requests.RequestException, ValueError, OSError) as error:
        raise unreachable(f"{endpoint}: {type(error).__name__}") from error


def userinfo(provider: Provider, access_token: str) -> tuple[dict[str, Any], str]:
    """Return the claims of the userinfo endpoint, or (nothing, token) where it signs them; raises `Conflict`."""
    endpoint = known(provider).endpoint("userinfo_endpoint")
    body, kind = _fetch(endpoint, headers={"Authorization": f"Bearer {access_token}"})
    if kind == "application/jwt":
        return {}, body.decode("ascii", "replace").strip()
    return _object(endpoint, body), ""
