"""How often one may ask: bought in slices from the shared count, so that reading rarely writes.

A process buys `SLICE` requests at a time (one count in the database, see `hub.actions.limits`) and spends them from
memory. So the limit holds over all processes and hosts, and a process that ends loses at most one slice.
"""

from dataclasses import dataclass
from threading import Lock

from flask import Response, current_app, g
from sqlalchemy.exc import OperationalError

from hub.http import count_try, current_actor, current_key, network, now, settings
from hub.shelf import Shelf

SLICE = 20
WINDOW = 60
"""Seconds; a slice that was bought is worth nothing after this long."""


@dataclass(slots=True)
class _Bought:
    left: int
    until: float


class Purse:
    """The slices this process has bought, by who spends them."""

    def __init__(self) -> None:
        self._rows: Shelf[str, _Bought] = Shelf(5_000)
        self._lock = Lock()

    def spend(self, holder: str, at: float) -> int | None:
        """Take one; return how many are left in the slice, None without a slice."""
        with self._lock:
            found = self._rows.get(holder)
            if found is None or found.left < 1 or found.until <= at:
                return None
            found.left -= 1
            return found.left

    def put(self, holder: str, many: int, until: float) -> None:
        """Put a slice in."""
        with self._lock:
            self._rows.put(holder, _Bought(many, until))


def _holder() -> str:
    """Return who pays: the token, else the person, else the network address."""
    key = current_key()
    if key is not None:
        return f"token:{key.id}"
    user_id = current_actor().user_id
    return f"user:{user_id}" if user_id is not None else f"address:{network()}"


def check() -> None:
    """Count this request; raises `TooOften` beyond the limit of the settings. Begins and ends its own transaction.

    A database that cannot write just now keeps nobody from reading: then the slice is given for nothing.
    """
    most = settings().api_limit
    if not most:
        return
    purse: Purse = current_app.extensions.setdefault("api_purse", Purse())
    at, holder = now().timestamp(), _holder()
    left = purse.spend(holder, at)
    if left is None:
        many = min(SLICE, most)
        try:
            count_try(f"api:{holder}", most // many, WINDOW)
        except OperationalError:
            current_app.logger.warning("requests of a program could not be counted")
        purse.put(holder, many, at + WINDOW)
        left = purse.spend(holder, at) or 0
    g.api_left = left


def tell(response: Response) -> Response:
    """Say in the answer what is allowed and what is left at least (draft-ietf-httpapi-ratelimit-headers)."""
    most = settings().api_limit
    if most:
        response.headers["RateLimit-Policy"] = f'"api";q={most};w={WINDOW}'
        response.headers["RateLimit"] = f'"api";r={g.get("api_left", 0)};t={WINDOW}'
    return response
