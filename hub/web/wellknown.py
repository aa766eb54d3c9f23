"""Fixed addresses that others look for: how to report a weakness, where to change a password."""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from hub.config import Settings
from hub.http import now, settings

bp = Blueprint("wellknown", __name__)

VALID_FOR = timedelta(days=180)
"""RFC 9116, section 2.5.5, recommends less than a year; half of one leaves room for a forgotten installation."""


def security_text(about: Settings, at: datetime) -> str:
    """Return the contents of security.txt as RFC 9116 wants it.

    It expires on the first day of a month, so that it stays the same for everybody who reads it on one day.
    """
    expires = (at + VALID_FOR).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    contact = about.security_contact or f"mailto:{about.operator_email}"
    if "@" not in contact and not contact.startswith("https://"):
        contact = f"{about.base_url}/impressum"
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {about.base_url}/.well-known/security.txt",
        f"Policy: {about.base_url}/sicherheit-melden",
    )
    return "\n".join(lines) + "\n"


@bp.get("/.well-known/security.txt")
def security() -> Response:
    """Say where a weakness is reported to."""
    response = Response(security_text(settings(), now()), mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/.well-known/change-password")
def change_password() -> Response:
    """Lead password managers to the form (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect(url_for("accounts.show"))
