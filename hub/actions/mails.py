"""The queue of e-mails, for those who run the hub: what waits, what was given up, what may be tried again."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import func, select, update

from hub.actions.deliveries import MOST_TRIES
from hub.errors import Conflict, NotFound
from hub.policy import admin as policy
from hub.store.activity import Mail
from hub.store.notifications import Delivery, DeliveryState
from hub.work import Work

HANDED = "handed over, outcome unknown"
"""Stands as a letter's failure from right before the server takes it until the server has answered."""
SHOWN = 200


class MailState(StrEnum):
    """Where an unsent letter stands."""

    WAITING = "waiting"
    GIVEN_UP = "given_up"
    UNSURE = "unsure"
    """It may have arrived; its text is gone, since the link in it opens an account."""


def state(mail: Mail) -> MailState:
    """Return where an unsent letter stands."""
    if mail.failure == HANDED:
        return MailState.UNSURE
    return MailState.GIVEN_UP if mail.tries >= MOST_TRIES else MailState.WAITING


def listing(work: Work) -> Sequence[Mail]:
    """Return the letters that are not sent, the latest first; for the administration of the hub."""
    work.require(policy.administer)
    return work.session.scalars(select(Mail).where(Mail.sent_at.is_(None)).order_by(Mail.id.desc()).limit(SHOWN)).all()


def notices(work: Work) -> dict[str, int]:
    """Return how many e-mails about notifications are waiting, handed over and failed."""
    work.require(policy.administer)
    query = select(Delivery.state, func.count()).group_by(Delivery.state)
    found: dict[str, int] = {str(name): count for name, count in work.session.execute(query)}
    return {name: found.get(name, 0) for name in (DeliveryState.WAITING, DeliveryState.HANDED, DeliveryState.FAILED)}


def _find(work: Work, mail_id: int) -> Mail:
    work.require(policy.administer)
    found = work.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if found is None:
        raise NotFound
    if found.sent_at is not None:
        raise Conflict("mail_moved_on")
    return found


def retry(work: Work, mail_id: int) -> None:
    """Send a letter as soon as the worker gets to it; one whose text is gone cannot be sent again."""
    found = _find(work, mail_id)
    if state(found) is MailState.UNSURE:
        raise Conflict("mail_moved_on")
    found.tries, found.next_try_at, found.failure = 0, work.now, ""
    work.record("mail.retried", mail=mail_id)


def delete(work: Work, mail_id: int) -> None:
    """Throw an unsent letter away."""
    work.session.delete(_find(work, mail_id))
    work.record("mail.deleted", mail=mail_id)


def retry_notices(work: Work) -> int:
    """Try all e-mails about notifications again that were given up; return how many."""
    work.require(policy.administer)
    query = select(Delivery.id).where(Delivery.state == DeliveryState.FAILED)
    ids = work.session.scalars(query.with_for_update()).all()
    again = {"state": DeliveryState.WAITING.value, "tries": 0, "next_try_at": work.now, "failure": "", "done_at": None}
    for start in range(0, len(ids), 500):
        work.session.execute(update(Delivery).where(Delivery.id.in_(ids[start : start + 500])).values(**again))
    if ids:
        work.record("notices.retried", count=len(ids))
    return len(ids)
