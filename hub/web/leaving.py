"""Signing out: what this browser forgets, and the provider a sign-in came from."""

from flask import Flask, Response, g, session, url_for

from hub.actions import identities, openid
from hub.config.providers import Provider
from hub.errors import NotFound
from hub.http import COOKIE_TOKEN, current_work, settings

FORGOTTEN = '"cache"'
"""What a browser forgets of the hub with a sign-in (W3C, Clear Site Data): pages it kept, also those one goes back to.

Not its storage: drawings that were not sent lie there, and are offered to nobody but the account that drew them.
"""


def leave() -> None:
    """End what this browser knows of its sign-in."""
    session.pop(COOKIE_TOKEN, None)
    g.left = True


def register(app: Flask) -> None:
    """Have the browser forget the pages of a sign-in with it."""

    @app.after_request
    def forget(response: Response) -> Response:
        if g.get("left"):
            response.headers["Clear-Site-Data"] = FORGOTTEN
        return response


def provider_named(name: str) -> Provider:
    """Return a provider of the settings; raises `NotFound`."""
    for row in settings().providers:
        if row.name == name:
            return row
    raise NotFound


def farewell(sign_in_id: int) -> tuple[str, str] | None:
    """Return (label, address) of where this sign-in is ended at its provider; None for any other sign-in."""
    opened = identities.opened_by(current_work(), sign_in_id, settings().secret_key)
    if opened is None:
        return None
    issuer, token = opened
    for row in settings().providers:
        if row.issuer == issuer and (
            address := openid.farewell(row, token, settings().base_url + url_for("login.show"))
        ):
            return row.label, address
    return None
