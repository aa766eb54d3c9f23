"""E-mails about notifications: what is due, what may still be said, and where each stands.

A message is claimed (tries counted, next try put off), then made from what its reader may read at that moment, then
marked as handed over right before the mail server takes it. A crash before that mark repeats the message after a
pause; a crash after it never does: whether the server took it nobody knows, and a second copy is worse than a
notification that is read in the hub. Such messages are named in the person's next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload, lazyload

from hub.actions.notifications import joined, readable
from hub.actions.people import actors
from hub.policy import GUEST
from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.notifications import Delivery, DeliveryState, Notification, Way
from hub.work import Work

AT_ONCE = 200
"""Notifications in one message; further ones make another."""
MOST_TRIES = 128
"""With an hour between the later ones that is five days, as long as RFC 5321, 4.5.4.1, asks a sender to try."""
UNSURE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claim:
    """The e-mails that become one message of one person."""

    user_id: int
    way: Way
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a message says: each notification with its entry, and how many earlier ones are uncertain."""

    user: User
    way: Way
    items: Sequence[tuple[Notification, Entry | None]]
    unsure: int


def pause(tries: int) -> timedelta:
    """Return how long to wait after that many tries: half a minute first, an hour at most."""
    return timedelta(seconds=min(3600, 15 * 2 ** min(tries, 12)))


def is_due(work: Work) -> bool:
    """Whether some e-mail is due; a question that locks nothing."""
    open_now = (Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= work.now)
    return work.session.scalar(select(Delivery.id).where(*open_now).limit(1)) is not None


def claim(work: Work) -> Claim | None:
    """Take the next person's due e-mails of one way; None if nothing is due."""
    open_now = (Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= work.now)
    first = work.session.scalar(
        select(Delivery).where(*open_now).order_by(Delivery.next_try_at, Delivery.id).limit(1)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    if first is None:
        return None
    same = select(Delivery).where(*open_now, Delivery.user_id == first.user_id, Delivery.way == first.way)
    rows = list(work.session.scalars(same.order_by(Delivery.id).limit(AT_ONCE).with_for_update(skip_locked=True)))
    for row in rows:
        row.tries += 1
        row.next_try_at = work.now + pause(row.tries)
    return Claim(first.user_id, Way(first.way), tuple(row.id for row in rows))


def bundle(work: Work, claimed: Claim) -> Bundle | None:
    """Return what of a claim may be said to its person now; None if nothing is left to say."""
    user = work.session.get(User, claimed.user_id)
    if user is None or not user.active:
        return None
    actor = actors(work.session, [user.id]).get(user.id, GUEST)
    query = (
        joined(select(Notification, Entry).join(Delivery, Delivery.notification_id == Notification.id))
        .where(Delivery.id.in_(claimed.ids), Notification.read_at.is_(None), readable(actor))
        .options(
            joinedload(Notification.event).joinedload(Event.actor),
            joinedload(Notification.comment),
            lazyload(Entry.tags),
            lazyload(Entry.legal_bases),
        )
    )
    rows = work.session.execute(query.order_by(Notification.entry_id, Notification.id)).all()
    return Bundle(user, claimed.way, [(row[0], row[1]) for row in rows], _unsure(work, user.id)) if rows else None


def _unsure(work: Work, user_id: int) -> int:
    lost = (Delivery.state == DeliveryState.HANDED, Delivery.done_at < work.now - UNSURE_AFTER)
    query = select(func.count()).select_from(Delivery).where(Delivery.user_id == user_id, *lost)
    return work.session.scalar(query) or 0


def drop(work: Work, claimed: Claim) -> None:
    """Close e-mails that say nothing any more: all was read, taken away, or the account is closed."""
    _move(work, claimed, DeliveryState.WAITING, DeliveryState.DROPPED)


def hand_over(work: Work, claimed: Claim) -> bool:
    """Note that a message is about to be handed to the mail server; False if it waits no longer, and nothing is noted.

    Another worker may have been quicker, or the person may just have chosen to get no e-mail.
    """
    waiting = (Delivery.id.in_(claimed.ids), Delivery.state == DeliveryState.WAITING)
    if len(work.session.scalars(select(Delivery.id).where(*waiting).with_for_update()).all()) != len(claimed.ids):
        return False
    _move(work, claimed, DeliveryState.WAITING, DeliveryState.HANDED)
    return True


def sent(work: Work, claimed: Claim) -> None:
    """Note that the mail server took the message; what was uncertain before has been named in it."""
    lost = (Delivery.state == DeliveryState.HANDED, Delivery.done_at < work.now - UNSURE_AFTER)
    work.session.execute(
        update(Delivery).where(Delivery.user_id == claimed.user_id, *lost).values(state=DeliveryState.FAILED)
    )
    _move(work, claimed, DeliveryState.HANDED, DeliveryState.SENT)


def failed(work: Work, claimed: Claim, failure: str) -> None:
    """Note that the message was certainly not taken: it waits for its next try, or is given up after the last."""
    open_states = (DeliveryState.WAITING, DeliveryState.HANDED)
    rows = select(Delivery).where(Delivery.id.in_(claimed.ids), Delivery.state.in_(open_states))
    for row in work.session.scalars(rows):
        last = row.tries >= MOST_TRIES
        row.failure = failure[:300]
        row.state, row.done_at = (DeliveryState.FAILED, work.now) if last else (DeliveryState.WAITING, None)


def put_off(work: Work, until: datetime) -> None:
    """Let all due e-mails wait, because the mail server does not answer at all."""
    due_now = (Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= work.now)
    work.session.execute(update(Delivery).where(*due_now).values(next_try_at=until))


def _move(work: Work, claimed: Claim, before: DeliveryState, after: DeliveryState) -> None:
    those = (Delivery.id.in_(claimed.ids), Delivery.state == before)
    work.session.execute(update(Delivery).where(*those).values(state=after, done_at=work.now))
