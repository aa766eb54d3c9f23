"""Whether each sign-in provider answers, and takes the hub for the client it is: for `hub check`."""

import secrets
from collections.abc import Iterator

from hub.actions import openid, openid_http
from hub.cli.findings import Found, Level, judge
from hub.config import Settings
from hub.config.providers import Provider
from hub.errors import Conflict


def check(settings: Settings) -> Iterator[Found]:
    """Ask every provider what a sign-in would ask it, without anybody signing in."""
    for provider in settings.providers:
        try:
            yield from _check(provider, f"{settings.base_url}/login/with/{provider.name}/callback")
        except Conflict as error:
            yield Found(Level.BAD, "Anmeldedienst", f"{provider.name}: {error.details.get('reason', error.code)}")


def _check(provider: Provider, back: str) -> Iterator[Found]:
    found, name = openid_http.known(provider), provider.name
    for endpoint in ("authorization_endpoint", "token_endpoint"):
        found.endpoint(endpoint)
    yield judge(
        "Anmeldedienst", bool(found.keys.keys), f"{name} antwortet und heißt wie eingetragen",
        f"{name} veröffentlicht keinen Schlüssel, mit dem sich eine Unterschrift prüfen lässt.",
    )  # fmt: skip
    ways = found.metadata.get("id_token_signing_alg_values_supported") or list(openid.ALGORITHMS)
    yield judge(
        "Anmeldedienst", bool(set(openid.ALGORITHMS) & set(ways)), f"{name} unterschreibt, wie der Hub es annimmt",
        f"{name} unterschreibt nur mit {', '.join(map(str, ways))}. Stellen Sie dort RS256 ein.",
    )  # fmt: skip
    yield judge(
        "Anmeldedienst", found.metadata.get("backchannel_logout_supported") is True,
        f"{name} meldet Abmeldungen", f"{name} sagt nicht, dass es Abmeldungen meldet (Back-channel logout).",
        otherwise=Level.NOTE,
    )  # fmt: skip
    yield _client(provider, back)


def _client(provider: Provider, back: str) -> Found:
    """Redeem a code that was never given out: who is the client hears that the code is wrong, nobody else does."""
    try:
        openid_http.tokens(provider, back, secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    except Conflict as error:
        return judge(
            "Anmeldedienst", error.code == "provider_refused", f"{provider.name} erkennt den Hub",
            f"{provider.name} erkennt den Hub nicht ({error.details['reason']}). Prüfen Sie client_id, Geheimnis und "
            "client_auth.",
        )  # fmt: skip
    return Found(Level.BAD, "Anmeldedienst", f"{provider.name} löst einen Code ein, den es nie vergeben hat.")
