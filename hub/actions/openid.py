"""OpenID Connect as a relying party: authorization code with PKCE, ID tokens, and logout tokens (no accounts here).

Follows OpenID Connect Core 1.0, Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer, against mix-up) and
OpenID Connect Back-Channel Logout 1.0.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from hub.actions import openid_http
from hub.actions.openid_http import known, refused
from hub.config.providers import Provider, safe_address
from hub.errors import Conflict

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures with a private key only: never `none`, and never one that whoever knows the public key could make."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
KEYS_AGAIN_AFTER = 60.0
"""Seconds after which the keys of a provider may be asked for again."""
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
    """When the token is too old to count anyway, so that it need not be remembered any longer."""


def begin(provider: Provider, back: str, *, again: bool = False) -> tuple[str, Question]:
    """Return where to send the browser, and what to keep until it comes back to `back`; raises `Conflict`."""
    found = known(provider)
    question = Question(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), again)
    more = {"prompt": "login", "max_age": "0"} if again else {}
    address, _state = openid_http.client(provider, back, found.metadata).create_authorization_url(
        found.endpoint("authorization_endpoint"),
        state=question.state,
        nonce=question.nonce,
        code_verifier=question.verifier,
        **more,
    )
    return str(address), question


def finish(provider: Provider, back: str, question: Question, answer: Mapping[str, str]) -> Told:
    """Return whom the provider vouches for.

    `answer` is what the browser brought back. Nothing of it is believed before the state is the one this browser was
    given, and the issuer (RFC 9207), where named, the one it was sent to. Raises `Conflict` (`provider_refused`,
    `provider_unreachable`, `provider_misconfigured`), each with a `reason` for the operator.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), question.state.encode()):
        raise refused("the state is not the one this browser was given")
    metadata = known(provider).metadata
    named = answer.get("iss")
    if named is None and metadata.get("authorization_response_iss_parameter_supported") is True:
        raise refused("the answer does not name its issuer, which the provider promised")
    if named is not None and named != provider.issuer:
        raise refused("the answer comes from another issuer")
    if "error" in answer:
        raise openid_http.told_error("authorization endpoint", answer["error"])
    if not answer.get("code"):
        raise refused("the answer has no code")
    return _told(provider, openid_http.tokens(provider, back, answer["code"], question.verifier), question)


def _told(provider: Provider, tokens: Mapping[str, Any], question: Question) -> Told:
    token = tokens.get("id_token")
    if not isinstance(token, str):
        raise refused("there is no ID token")
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
        raise refused(f"the ID token is not valid: {_why(error, claims)}") from error
    if question.again and float(claims["auth_time"]) < time.time() - FRESH - LEEWAY:
        raise refused("the person did not prove anew who they are (auth_time)")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 300:
        raise refused("the ID token names nobody")
    return Told(subject, {**_more(provider, tokens, subject), **claims}, token)


def _why(error: Exception, claims: Mapping[str, Any]) -> str:
    """Return what is wrong with a token, in a few words for the operator: kind, claim, and how far clocks differ."""
    made = claims.get("iat")
    off = f", made {made - time.time():+.0f} s from now by this clock" if isinstance(made, int | float) else ""
    return f"{type(error).__name__} {getattr(error, 'claim', None) or ''}".strip() + off


def _more(provider: Provider, tokens: Mapping[str, Any], subject: str) -> dict[str, Any]:
    """Return the claims of the userinfo endpoint, which must speak of the same person (Core 5.3.2)."""
    if not provider.userinfo:
        return {}
    found, signed = openid_http.userinfo(provider, str(tokens.get("access_token", "")))
    if signed:
        _, found = _verified(provider, signed)
        audience = found.get("aud")
        if found.get("iss") != provider.issuer or provider.client_id not in (
            audience if isinstance(audience, list) else [audience]
        ):
            raise refused("userinfo is signed for somebody else")
    if found.get("sub") != subject:
        raise refused("userinfo speaks of somebody else")
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
        raise refused(f"no published key made the signature ({type(error).__name__})") from error
    return dict(made.header), made.claims


def notice(provider: Provider, token: str) -> Notice:
    """Return what a logout token says (Back-Channel Logout 1.0, 2.6); raises `Conflict("provider_refused")`.

    That it is used once is for the caller to see to. An expiry counts where there is one: drafts of the standard had
    none, and Keycloak before 2024, LemonLDAP::NG, Ory Hydra and others send none. Its age limits every token.
    """
    header, claims = _verified(provider, token)
    rules = jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        iat={"essential": True},
        jti={"essential": True},
        events={"essential": True},
    )
    try:
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise refused(f"the logout token is not valid: {_why(error, claims)}") from error
    events, subject, sid = claims["events"], claims.get("sub"), claims.get("sid")
    sound = (
        str(header.get("typ", "JWT")).lower() in ("logout+jwt", "jwt")
        and isinstance(events, dict)
        and isinstance(events.get(LOGOUT_EVENT), dict)
        and "nonce" not in claims
        and claims["iat"] > time.time() - LOGOUT_AGE - LEEWAY
        and (isinstance(subject, str) or isinstance(sid, str))
        and isinstance(claims["jti"], str)
    )
    if not sound:
        raise refused("the logout token is not valid")
    until = claims["iat"] + LOGOUT_AGE + 2 * LEEWAY
    return Notice(subject or "", sid or "", claims["jti"], datetime.fromtimestamp(until, UTC))


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
