"""OpenID Connect as a relying party: authorization code with PKCE, ID tokens, and logout tokens (no accounts here).

Follows OpenID Connect Core 1.0, Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer, against mix-up) and
OpenID Connect Back-Channel Logout 1.0.
"""

import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key

from hub.config.providers import Provider, safe_address
from hub.errors import Conflict
from hub.shelf import Shelf

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures with a private key only: never `none`, and never one that whoever knows the public key could make."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
PATIENCE = 5
"""Seconds to wait for a provider."""
LONGEST = 1_000_000
"""Bytes of a provider's answer that are read."""
KNOWN_FOR, KEYS_AGAIN_AFTER = 3600.0, 60.0
FRESH = 300
"""Seconds that a proof at the provider may be old where it was asked for anew."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_AGE = 600
"""Seconds that a logout token may be old."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is kept, in the browser that asks, until the provider answers."""

    state: str
    nonce: str
    verifier: str
    again: bool = False
    """Whether the person is to prove themselves anew."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says about a person, verified."""

    subject: str
    claims: Mapping[str, Any]
    token: str
    """The ID token itself."""

    @property
    def sid(self) -> str:
        """The provider's name of its session."""
        return str(self.claims.get("sid") or "")[:300]


@dataclass(frozen=True, slots=True)
class Notice:
    """A provider says that a session is over, verified."""

    subject: str
    sid: str
    jti: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: KeySet
    at: float


_KNOWN: Shelf[str, _Known] = Shelf(50)


def _fetch(address: str, **more: Any) -> dict[str, Any]:
    """Return a JSON object of a provider; no redirect is followed. Raises `Conflict("provider_unreachable")`."""
    if not safe_address(address):
        raise Conflict("provider_unreachable")
    try:
        with requests.get(address, timeout=PATIENCE, allow_redirects=False, stream=True, **more) as answer:
            body = b""
            for part in answer.iter_content(65_536):
                body += part
                if len(body) > LONGEST:
                    raise Conflict("provider_unreachable")
            found = json.loads(body) if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        raise Conflict("provider_unreachable") from error
    if not isinstance(found, dict):
        raise Conflict("provider_unreachable")
    return found


def _keys(metadata: Mapping[str, Any]) -> KeySet:
    """Return the public keys of a provider that can make signatures; one of a kind unknown here does no harm."""
    rows = _fetch(str(metadata.get("jwks_uri", ""))).get("keys")
    found: list[Key] = []
    for row in rows if isinstance(rows, list) else []:
        # Keys with which both sides sign alike ("oct") are left out: what is published proves nothing.
        if isinstance(row, dict) and row.get("kty") in ("RSA", "EC", "OKP") and row.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, KeyError, TypeError):
                found.append(import_key({name: text for name, text in row.items() if isinstance(text, str)}))
    return KeySet(found)


def known(provider: Provider, *, newer_than: float = 0.0) -> _Known:
    """Return what a provider publishes about itself, at most an hour old; raises `Conflict("provider_unreachable")`.

    Its discovery document must name the very issuer that the operator named.
    """
    found = _KNOWN.get(provider.issuer)
    if found is not None and time.monotonic() - found.at < KNOWN_FOR and found.at >= newer_than:
        return found
    metadata = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != provider.issuer:
        raise Conflict("provider_unreachable")
    found = _Known(metadata, _keys(metadata), time.monotonic())
    _KNOWN.put(provider.issuer, found)
    return found


def _client(provider: Provider, back: str) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=" ".join(provider.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    )


def begin(provider: Provider, back: str, *, again: bool = False) -> tuple[str, Question]:
    """Return where to send the browser, and what to keep until it comes back to `back`."""
    metadata = known(provider).metadata
    endpoint = str(metadata.get("authorization_endpoint", ""))
    if not safe_address(endpoint):
        raise Conflict("provider_unreachable")
    question = Question(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), again)
    more = {"prompt": "login", "max_age": "0"} if again else {}
    address, _state = _client(provider, back).create_authorization_url(
        endpoint, state=question.state, nonce=question.nonce, code_verifier=question.verifier, **more
    )
    return str(address), question


def finish(provider: Provider, back: str, question: Question, answer: Mapping[str, str]) -> Told:
    """Return whom the provider vouches for; raises `Conflict` (`provider_refused`, `provider_unreachable`).

    `answer` is what the browser brought back. Nothing of it is believed before the state is the one this browser was
    given, and the issuer (RFC 9207), where named, the one it was sent to.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), question.state.encode()):
        raise Conflict("provider_refused")
    metadata = known(provider).metadata
    named = answer.get("iss")
    if named is None and metadata.get("authorization_response_iss_parameter_supported") is True:
        raise Conflict("provider_refused")
    if (named is not None and named != provider.issuer) or "error" in answer or not answer.get("code"):
        raise Conflict("provider_refused")
    endpoint = str(metadata.get("token_endpoint", ""))
    if not safe_address(endpoint):
        raise Conflict("provider_unreachable")
    try:
        with _client(provider, back) as client:
            tokens = client.fetch_token(
                endpoint, code=answer["code"], code_verifier=question.verifier, allow_redirects=False
            )
    except AuthlibBaseError as error:
        raise Conflict("provider_refused") from error
    except (requests.RequestException, ValueError, OSError) as error:
        raise Conflict("provider_unreachable") from error
    return _told(provider, tokens, question)


def _told(provider: Provider, tokens: Mapping[str, Any], question: Question) -> Told:
    token = tokens.get("id_token")
    if not isinstance(token, str):
        raise Conflict("provider_refused")
    header, claims = _verified(provider, token)
    checked = CodeIDToken(
        claims,
        header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        },
        params={
            "nonce": question.nonce,
            "client_id": provider.client_id,
            "access_token": tokens.get("access_token"),
            "max_age": FRESH if question.again else None,
        },
    )
    try:
        checked.validate(now=int(time.time()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise Conflict("provider_refused") from error
    if question.again and float(claims["auth_time"]) < time.time() - FRESH - LEEWAY:
        raise Conflict("provider_refused")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 300:
        raise Conflict("provider_refused")
    return Told(subject, {**_more(provider, tokens, subject), **claims}, token)


def _more(provider: Provider, tokens: Mapping[str, Any], subject: str) -> dict[str, Any]:
    """Return the claims of the userinfo endpoint, which must speak of the same person (Core 5.3.2)."""
    if not provider.userinfo:
        return {}
    endpoint = str(known(provider).metadata.get("userinfo_endpoint", ""))
    found = _fetch(endpoint, headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"})
    if found.get("sub") != subject:
        raise Conflict("provider_refused")
    return found


def _verified(provider: Provider, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token whose signature one of the provider's keys made."""
    found = known(provider)
    try:
        try:
            made = jwt.decode(token, found.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since; asked again at most once a minute.
            if time.monotonic() - found.at < KEYS_AGAIN_AFTER:
                raise
            made = jwt.decode(token, known(provider, newer_than=time.monotonic()).keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Conflict("provider_refused") from error
    return dict(made.header), made.claims


def notice(provider: Provider, token: str) -> Notice:
    """Return what a logout token says (Back-Channel Logout 1.0, 2.6); raises `Conflict("provider_refused")`.

    That it is used once is for the caller to see to.
    """
    header, claims = _verified(provider, token)
    rules = jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
        events={"essential": True},
    )
    try:
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Conflict("provider_refused") from error
    events, subject, sid = claims["events"], claims.get("sub"), claims.get("sid")
    sound = (
        header.get("typ", "JWT").lower() in ("logout+jwt", "jwt")
        and isinstance(events, dict)
        and isinstance(events.get(LOGOUT_EVENT), dict)
        and "nonce" not in claims
        and claims["iat"] > time.time() - LOGOUT_AGE - LEEWAY
        and (isinstance(subject, str) or isinstance(sid, str))
        and isinstance(claims["jti"], str)
    )
    if not sound:
        raise Conflict("provider_refused")
    return Notice(subject or "", sid or "", claims["jti"], datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC))


def farewell(provider: Provider, token: str, back: str) -> str:
    """Return where the browser signs out at the provider (RP-Initiated Logout 1.0); empty where there is none."""
    if not provider.end_session:
        return ""
    try:
        endpoint = str(known(provider).metadata.get("end_session_endpoint", ""))
    except Conflict:
        return ""  # signing out here must not depend on anybody else
    if not safe_address(endpoint):
        return ""
    asked = {"id_token_hint": token, "client_id": provider.client_id, "post_logout_redirect_uri": back}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"
