"""What pages and API share of a request: who asks, in which transaction, with which settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TypeVar, cast

from flask import current_app, g, request, session, stream_with_context
from sqlalchemy import and_, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from hub.actions import limits, maintenance
from hub.actions.accounts import digest
from hub.actions.maintenance import Pause
from hub.actions.people import actors, roles_of
from hub.actions.tokens import Key, key_of
from hub.config import Settings
from hub.errors import Conflict, NotFound, TooOften
from hub.extensions import db
from hub.policy import GUEST, Actor
from hub.store.accounts import Membership, SignIn, User
from hub.store.organisations import Organisation
from hub.store.witness import Remembered
from hub.work import Work, writing

COOKIE_TOKEN = "sign_in"  # noqa: S105 - the name of a field, not a secret


def settings() -> Settings:
    """Return the settings of this application."""
    return cast(Settings, current_app.config["HUB"])


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


def database() -> Session:
    """Return this request's database session."""
    return cast(Session, db.session())


Part = TypeVar("Part", str, bytes)


def streamed(parts: Iterator[Part]) -> Iterator[Part]:
    """Return the parts of an answer, to be read when it is sent.

    The end of the request closes the session before the first part is read, and never sees the connection that this
    takes; so it is given back with the last part, or when nobody wants any more.
    """
    held = database()

    def read() -> Iterator[Part]:
        try:
            yield from parts
        finally:
            held.close()

    return stream_with_context(read())


@dataclass(frozen=True, slots=True)
class Here:
    """The sign-in a request came with."""

    id: int
    user_id: int
    seen_at: datetime
    expires_at: datetime


def load_actor(database_session: Session, token: str) -> tuple[Actor, Here] | None:
    """Return who holds `token` and the sign-in, whatever the time, or None if nobody does; one query.

    Roles in a closed organisation do not count, here and in `actor_of`.
    """
    rows = database_session.execute(
        select(
            SignIn.id, SignIn.seen_at, SignIn.expires_at, User.id, User.name, Membership.role, Organisation.id,
            Organisation.kind,
        )
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, and_(Organisation.id == Membership.organisation_id, Organisation.active))
        .where(SignIn.token_digest == digest(token), User.active)
    ).all()  # fmt: skip
    if not rows:
        return None
    sign_in_id, seen_at, expires_at, user_id, name = rows[0][:5]
    actor = Actor(user_id, name, *roles_of((row[5], row[6], row[7]) for row in rows))
    return actor, Here(sign_in_id, user_id, seen_at, expires_at)


_ACTORS: Remembered[str, tuple[Actor, Here] | None] = Remembered(500)
"""Digest of a token → who holds it, whatever the time; whether the sign-in has ended is asked of each request anew."""
_PAUSES: Remembered[None, Pause | None] = Remembered(4)


def _known_actor(token: str) -> tuple[Actor, Here] | None:
    idle = timedelta(seconds=settings().idle_seconds)
    found = _ACTORS.get(database(), g.get("commit_mark"), digest(token), lambda: load_actor(database(), token))
    if found is None or found[1].expires_at <= now() or found[1].seen_at < now() - idle:
        return None
    return found


def current_actor() -> Actor:
    """Return who makes this request; a guest without a valid sign-in."""
    if "actor" not in g:
        g.actor, g.sign_in, g.key = GUEST, None, None
        if bearer_given():
            authorization = request.authorization
            g.key = key_of(database(), (authorization.token if authorization else "") or "", now())
            g.actor = g.key.actor if g.key is not None else GUEST
            return cast(Actor, g.actor)
        token = session.get(COOKIE_TOKEN)
        if isinstance(token, str) and (found := _known_actor(token)) is not None:
            g.actor, g.sign_in = found
    return cast(Actor, g.actor)


def bearer_given() -> bool:
    """Whether the request brings a token of its own; only programs' addresses take one, and then no cookie counts."""
    return request.path.startswith("/api/") and request.headers.get("Authorization", "").lower().startswith("bearer ")


def current_key() -> Key | None:
    """Return the token this request came with, None without a valid one."""
    current_actor()
    return cast("Key | None", g.key)


def current_sign_in() -> Here | None:
    """Return this browser's sign-in, None for a guest."""
    current_actor()
    return cast("Here | None", g.sign_in)


def current_work() -> Work:
    """Return the work of a request that only reads."""
    return Work(database(), current_actor(), now())


ALWAYS_WRITE = frozenset(
    {
        *("login", "second", "factors", "providers", "admin.maintenance"),
        *("api.begin_maintenance", "api.end_maintenance"),
    }
)
"""Blueprints and operations that write though the hub is read only: or nobody could sign in to read, or end it."""


def current_maintenance() -> Pause | None:
    """Return the read-only mode if it holds; a page that says that the database is away asks nothing."""
    if g.get("database_away"):
        return None
    return _PAUSES.get(database(), g.get("commit_mark"), None, lambda: maintenance.current(database()))


@contextmanager
def transaction() -> Iterator[Work]:
    """Open the one writing transaction of a request; raises `Paused` while the hub is read only."""
    actor = current_actor()
    with writing(database()) as held:
        if not {request.blueprint, request.endpoint} & ALWAYS_WRITE:
            maintenance.require_writable(held, now())
        yield Work(held, actor, now())


def network() -> str:
    """Return where a request comes from, as limits count it: an IPv4 address, or the /64 that is one customer's."""
    address = request.remote_addr or ""
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def count_try(bucket: str, most: int, seconds: int) -> None:
    """Count one try in a transaction of its own, so that it counts whatever becomes of the request.

    `most` at once, then one every `seconds / most`; raises `TooOften`. To be called before the deed's transaction.
    """
    current_actor()
    with writing(database()) as held:
        seconds_left = limits.allow(held, bucket, most, seconds, now=now())
    if seconds_left is not None:
        raise TooOften(seconds_left)


MISSES = (60, 15 * 60)
"""How many secrets that do not exist may be tried from one network address in how many seconds."""


@contextmanager
def guarded() -> Iterator[None]:
    """Let a secret from an address be looked up; every miss counts, and after too many nothing is looked up any more.

    Raises `TooOften`, whether or not the next secret would have been right.
    """
    bucket = f"miss:{network()}"
    if (seconds := limits.wait(database(), bucket, *MISSES, now=now())) is not None:
        raise TooOften(seconds)
    try:
        yield
    except (NotFound, Conflict):
        count_try(bucket, *MISSES)
        raise


def actor_of(database_session: Session, user_id: int | None) -> Actor:
    """Return a person as an actor outside a request, with today's roles; a guest for nobody."""
    if user_id is None:
        return GUEST
    return actors(database_session, [user_id]).get(user_id, GUEST)


FUTURE_PAGES = frozenset({"api", "metrics", "health", "robots", "favicon"})
"""Addresses that servers commonly have beside those of pages there are already."""


def is_page(slug: str) -> bool:
    """Whether the hub has a page of its own at `/slug`, or anything below it."""
    rules = current_app.url_map.iter_rules()
    if slug in FUTURE_PAGES or any(rule.rule.split("/")[1] == slug for rule in rules):
        return True
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(f"/{slug}")
    except (HTTPException, RequestRedirect):
        return True
    return bool(endpoint != "library.city")
