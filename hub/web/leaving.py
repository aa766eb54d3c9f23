"""Signing out at the provider too, where a sign-in came from there."""

from flask import url_for

from hub.actions import identities, openid
from hub.config.providers import Provider
from hub.errors import NotFound
from hub.http import current_work, settings


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
