"""Signed addresses that end e-mails without a sign-in (RFC 8058), and the way back."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from hub.errors import NotFound
from hub.store.notifications import Topic, Way

ALL = "all"
"""Scope of an address that ends every e-mail about notifications."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What had been chosen before, so that it can be chosen again."""

    user_id: int
    ways: dict[Topic, Way]


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"hub.{purpose}")


def token(user_id: int, scope: str) -> str:
    """Return the signed end of an address; `scope` is a topic or `ALL`. It stays valid, as RFC 8058 advises."""
    return str(_signer("unsubscribe").dumps([user_id, scope]))


def read(signed: str) -> tuple[int, tuple[Topic, ...]]:
    """Return whose e-mails about which topics are meant; raises `NotFound` for anything the hub did not sign."""
    try:
        user_id, scope = _signer("unsubscribe").loads(signed)
    except BadSignature as error:
        raise NotFound from error
    return int(user_id), tuple(Topic) if scope == ALL else (Topic(scope),)


def undo_token(undo: Undo) -> str:
    """Return a signed description of what was chosen before."""
    return str(_signer("resubscribe").dumps([undo.user_id, {str(topic): str(way) for topic, way in undo.ways.items()}]))


def read_undo(signed: str) -> Undo:
    """Return what to choose again; raises `NotFound` for anything the hub did not sign."""
    try:
        user_id, ways = _signer("resubscribe").loads(signed)
    except BadSignature as error:
        raise NotFound from error
    return Undo(int(user_id), {Topic(topic): Way(way) for topic, way in ways.items()})
