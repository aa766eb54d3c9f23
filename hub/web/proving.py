"""What the pages of signing in and of the account share: where passkeys count, and how often a code may be tried."""

from urllib.parse import urlsplit

from flask import request

from hub.actions import limits
from hub.actions.passkeys import Site
from hub.http import count_try, settings, transaction

TRIES = ((5, 5 * 60), (20, 24 * 3600))
"""How many codes of one person in how many seconds; with three right ones in a million, guessing is hopeless."""
PASSKEY_TRIES = (120, 15 * 60)
"""Questions for a passkey from one network address, and in how many seconds."""


def count_code(user_id: int) -> None:
    """Count a code somebody enters as this person, before it is looked at; raises `TooOften`."""
    for most, seconds in TRIES:
        count_try(f"code:{user_id}:{seconds}", most, seconds)


def forget_codes(user_id: int) -> None:
    """Forget what was counted: the person is there."""
    with transaction() as work:
        for _, seconds in TRIES:
            limits.forget(work.session, f"code:{user_id}:{seconds}")


def passkey_site() -> Site | None:
    """Return where passkeys of this hub count, None where browsers allow none.

    They need https and a name, not a number (WebAuthn 5.1.2); on the machine itself browsers accept http with the name
    `localhost`, which is what a demonstration is opened under as well.
    """
    address = settings().base_url
    if settings().demo and urlsplit(request.host_url).hostname == "localhost":
        address = request.host_url.rstrip("/")
    parts = urlsplit(address)
    host = parts.hostname or ""
    number = host.replace(".", "").isdigit() or ":" in host
    if number or (parts.scheme != "https" and host != "localhost"):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc}")
