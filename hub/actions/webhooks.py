"""Webhooks: set up, told of what happens by the log, and every message followed until it has arrived.

A message is claimed (tries counted, next try put off), made from what its owner may know at that moment, signed and
sent. A crash after the claim repeats it after a pause under the same id: at least once. The form of a message is that
of Standard Webhooks (github.com/standard-webhooks, specification 1.0).
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from hub.actions import telling, webhook_targets
from hub.actions.deliveries import pause
from hub.actions.people import actors
from hub.actions.webhook_targets import Rules
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.webhooks import NewWebhook
from hub.policy.webhooks import manage_webhooks
from hub.store.activity import Event
from hub.store.inserting import insert_new
from hub.store.organisations import Organisation
from hub.store.webhooks import HookDelivery, HookState, Off, Reach, Topic, Webhook
from hub.work import Work

MOST = 20
"""Webhooks of one organisation."""
GIVEN_UP_AFTER = timedelta(days=5)
KEPT_FOR = timedelta(days=30)
SHOWN = 50
TEST = "webhook.test"
_NOUNS: Mapping[str, Topic] = {
    "entry": Topic.ENTRY,
    "version": Topic.VERSION,
    "validity": Topic.VERSION,
    "proposal": Topic.PROPOSAL,
    "change": Topic.PROPOSAL,
    "upstream": Topic.PROPOSAL,
    "review": Topic.REVIEW,
    "approval": Topic.REVIEW,
    "verdict": Topic.REVIEW,
    "vote": Topic.REVIEW,
    "comment": Topic.COMMENT,
    "finding": Topic.FINDING,
    "maturity": Topic.FINDING,
    "reuse": Topic.REUSE,
}
"""Noun of an event → what a webhook chose; of other nouns none is told."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that somebody is about to send."""

    id: int
    webhook_id: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the status of the answer if there was one, a code of the failure if it was none."""

    status: int | None
    failure: str
    took_ms: int


def of(work: Work, organisation: Organisation) -> list[Webhook]:
    """Return the webhooks of an organisation, oldest first."""
    work.require(manage_webhooks, organisation)
    query = select(Webhook).where(Webhook.organisation_id == organisation.id).options(joinedload(Webhook.user))
    return list(work.session.scalars(query.order_by(Webhook.id)))


def find(work: Work, organisation: Organisation, webhook_id: int) -> Webhook:
    """Return a webhook of an organisation; raises `NotFound`."""
    work.require(manage_webhooks, organisation)
    found = work.session.get(Webhook, webhook_id)
    if found is None or found.organisation_id != organisation.id:
        raise NotFound
    return found


def deliveries(work: Work, webhook: Webhook) -> list[HookDelivery]:
    """Return the latest messages, newest first."""
    query = select(HookDelivery).where(HookDelivery.webhook_id == webhook.id)
    return list(work.session.scalars(query.order_by(HookDelivery.id.desc()).limit(SHOWN)))


def secret(webhook: Webhook, key: str) -> bytes:
    """Return what messages are signed with; `key` is the hub's own."""
    return hmac.digest(key.encode(), b"webhook " + webhook.salt.encode(), hashlib.sha256)


def secret_text(webhook: Webhook, key: str) -> str:
    """Return the secret as receivers write it."""
    return "whsec_" + base64.b64encode(secret(webhook, key)).decode()


def create(work: Work, organisation: Organisation, sent: NewWebhook, rules: Rules) -> Webhook:
    """Set up a webhook that works with the actor's rights; raises `Invalid(url=…)`, `Invalid(name=…)`."""
    work.require(manage_webhooks, organisation)
    webhook_targets.read(sent.url, rules)
    count = select(func.count()).select_from(Webhook).where(Webhook.organisation_id == organisation.id)
    if (work.session.scalar(count) or 0) >= MOST:
        raise Invalid(name="too_many_webhooks")
    made = Webhook(
        organisation=organisation,
        user_id=work.actor.user_id,
        name=sent.name,
        url=sent.url,
        reach=sent.reach,
        topics=" ".join(topic for topic in Topic if topic in sent.topics),
        salt=secrets.token_hex(16),
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    _record(work, "webhook.created", made)
    return made


def _record(work: Work, kind: str, webhook: Webhook, **more: Any) -> None:
    work.record(kind, organisation_id=webhook.organisation_id, webhook_id=webhook.id, title=webhook.name, **more)


def renew_secret(work: Work, webhook: Webhook) -> None:
    """Give a webhook a new secret; the old one signs nothing from now on."""
    work.require(manage_webhooks, webhook.organisation)
    webhook.salt = secrets.token_hex(16)
    _record(work, "webhook.renewed", webhook)


def switch_off(work: Work, webhook: Webhook) -> None:
    """Tell a webhook nothing any more; what waits is kept and goes out when it is switched on again."""
    work.require(manage_webhooks, webhook.organisation)
    if webhook.off_at is None:
        webhook.off_at, webhook.off_reason = work.now, Off.HAND
        _record(work, "webhook.switched_off", webhook)


def switch_on(work: Work, webhook: Webhook, rules: Rules) -> None:
    """Tell a webhook again, from now on with the actor's rights; raises `Invalid` if its address is not allowed now."""
    work.require(manage_webhooks, webhook.organisation)
    webhook_targets.read(webhook.url, rules)
    webhook.off_at = webhook.off_reason = webhook.failing_since = None
    webhook.user_id = work.actor.user_id or webhook.user_id
    _make_due(work, webhook)
    _record(work, "webhook.switched_on", webhook)


def _make_due(work: Work, webhook: Webhook) -> None:
    waiting = (HookDelivery.webhook_id == webhook.id, HookDelivery.state == HookState.WAITING)
    work.session.execute(update(HookDelivery).where(*waiting).values(next_try_at=work.now))


def remove(work: Work, webhook: Webhook) -> None:
    """Forget a webhook and its messages."""
    work.require(manage_webhooks, webhook.organisation)
    _record(work, "webhook.removed", webhook)
    work.session.delete(webhook)


def _message_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


def test(work: Work, webhook: Webhook) -> HookDelivery:
    """Send a message that says nothing; raises `Conflict("webhook_off")` for one that is off."""
    work.require(manage_webhooks, webhook.organisation)
    if webhook.off_at is not None:
        raise Conflict("webhook_off")
    made = HookDelivery(
        webhook_id=webhook.id, message_id=_message_id(), kind=TEST, created_at=work.now, next_try_at=work.now
    )
    work.session.add(made)
    work.session.flush()
    return made


def send_again(work: Work, webhook: Webhook, delivery_id: int) -> None:
    """Send a message once more under its id; raises `NotFound`, and `Conflict("webhook_off")`."""
    work.require(manage_webhooks, webhook.organisation)
    found = work.session.get(HookDelivery, delivery_id)
    if found is None or found.webhook_id != webhook.id:
        raise NotFound
    if webhook.off_at is not None:
        raise Conflict("webhook_off")
    found.state, found.tries, found.next_try_at, found.done_at = HookState.WAITING, 0, work.now, None


def enqueue(work: Work, events: Sequence[Event]) -> None:
    """Write down which webhooks are to hear of events; part of the transaction in which the log is followed."""
    hooks = list(work.session.scalars(select(Webhook).where(Webhook.off_at.is_(None))))
    rows = [
        {
            "webhook_id": hook.id, "event_id": event.id, "message_id": _message_id(), "kind": event.kind,
            "state": HookState.WAITING, "tries": 0, "created_at": work.now, "next_try_at": work.now, "failure": "",
        }
        for event in events
        for hook in hooks
        if event.entry_id is not None
        and _NOUNS.get(event.kind.partition(".")[0]) in hook.topic_set
        and (hook.reach == Reach.ALL or hook.organisation_id == event.organisation_id)
    ]  # fmt: skip
    if rows:
        insert_new(work.session, HookDelivery, rows)


def forget_old(work: Work, webhook_ids: Iterable[int]) -> None:
    """Forget messages that were done long ago."""
    old = (HookDelivery.webhook_id.in_(list(webhook_ids)), HookDelivery.done_at < work.now - KEPT_FOR)
    work.session.execute(delete(HookDelivery).where(*old))


def is_due(work: Work) -> bool:
    """Whether some message is to be sent; a question that locks nothing."""
    return work.session.scalar(_due(work).limit(1)) is not None


def _due(work: Work) -> Any:
    open_now = (HookDelivery.state == HookState.WAITING, HookDelivery.next_try_at <= work.now)
    return select(HookDelivery).join(Webhook).where(*open_now, Webhook.off_at.is_(None))


def claim(work: Work) -> Claim | None:
    """Take the next message; None if nothing is to be sent."""
    order = (HookDelivery.next_try_at, HookDelivery.id)
    query = _due(work).order_by(*order).limit(1).with_for_update(skip_locked=True, of=HookDelivery)
    found: HookDelivery | None = work.session.scalar(query)
    if found is None:
        return None
    found.tries += 1
    found.next_try_at = work.now + pause(found.tries)
    return Claim(found.id, found.webhook_id)


def compose(work: Work, claimed: Claim, *, key: str, base_url: str) -> Outgoing | None:
    """Return a claimed message, made and signed now; None if its owner may not know of it, or may not do this."""
    delivery = work.session.get(HookDelivery, claimed.id)
    if delivery is None or delivery.webhook.off_at is not None:
        return None
    hook = delivery.webhook
    owner = actors(work.session, [hook.user_id]).get(hook.user_id)
    if owner is None or not manage_webhooks(owner, hook.organisation):
        return None
    happened_at, data = delivery.created_at, {}
    if delivery.event is not None:
        about = telling.about(work, delivery.event)
        if about.entry is None or not telling.hears(owner, about):
            return None
        happened_at, data = delivery.event.happened_at, _data(about, base_url)
    body = json.dumps(
        {"type": delivery.kind, "timestamp": happened_at.isoformat(), "data": data}, ensure_ascii=False
    ).encode()
    stamp = str(int(work.now.timestamp()))
    signed = hmac.digest(secret(hook, key), f"{delivery.message_id}.{stamp}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
    return Outgoing(hook.url, headers, body)


def _data(about: telling.About, base_url: str) -> dict[str, Any]:
    """Return what happened to what, without anybody's name: who wants more asks the API with their own rights."""
    event, entry = about.event, about.entry
    if entry is None:
        raise NotFound
    owner = entry.organisation.slug
    found: dict[str, Any] = {
        "event": event.id,
        "entry": {
            "organisation": owner,
            "slug": entry.slug,
            "kind": entry.kind,
            "title": entry.title,
            "url": f"{base_url}/{owner}/{entry.slug}",
        },
    }
    for name, told in (("version", "number"), ("proposal", "proposal_id"), ("comment", "comment_id")):
        if isinstance(event.data.get(told), str | int):
            found[name] = event.data[told]
    return found


def owner_lost(work: Work, claimed: Claim) -> bool:
    """Whether the account a message is sent for is closed or may no longer do this."""
    hook = work.session.get_one(Webhook, claimed.webhook_id)
    owner = actors(work.session, [hook.user_id]).get(hook.user_id)
    return owner is None or not manage_webhooks(owner, hook.organisation)


def drop(work: Work, claimed: Claim) -> None:
    """Close a message that may not be sent; a webhook whose owner lost the right is switched off."""
    delivery, hook = _both(work, claimed)
    if delivery is None or hook is None:
        return
    if owner_lost(work, claimed):
        _stop(work, hook, Off.OWNER)
    elif hook.off_at is None:
        delivery.state, delivery.done_at = HookState.DROPPED, work.now


def _both(work: Work, claimed: Claim) -> tuple[HookDelivery | None, Webhook | None]:
    return work.session.get(HookDelivery, claimed.id), work.session.get(Webhook, claimed.webhook_id)


def _stop(work: Work, hook: Webhook, reason: Off) -> None:
    if hook.off_at is None:
        hook.off_at, hook.off_reason = work.now, reason
        path = f"/{hook.organisation.slug}/webhooks/{hook.id}"
        _record(work, "webhook.stopped", hook, tell=[hook.user_id], path=path)


def arrived(work: Work, claimed: Claim, outcome: Outcome) -> None:
    """Note that the receiver took a message; what else waits for it may go out at once."""
    delivery, hook = _both(work, claimed)
    if delivery is None or hook is None:
        return
    delivery.state, delivery.done_at = HookState.SENT, work.now
    delivery.status, delivery.failure, delivery.took_ms = outcome.status, "", outcome.took_ms
    if hook.failing_since is not None:
        hook.failing_since = None
        _make_due(work, hook)


def failed(work: Work, claimed: Claim, outcome: Outcome) -> None:
    """Note a failure: all messages to this webhook wait, and after days of nothing else it is switched off."""
    delivery, hook = _both(work, claimed)
    if delivery is None or hook is None:
        return
    delivery.status, delivery.failure, delivery.took_ms = outcome.status, outcome.failure, outcome.took_ms
    hook.failing_since = hook.failing_since or work.now
    if outcome.status == 410:
        delivery.state, delivery.done_at = HookState.FAILED, work.now
        _stop(work, hook, Off.GONE)
        return
    if work.now - hook.failing_since >= GIVEN_UP_AFTER:
        _stop(work, hook, Off.FAILING)
    if work.now - delivery.created_at >= GIVEN_UP_AFTER:
        delivery.state, delivery.done_at = HookState.FAILED, work.now
    # A receiver that is down must not hold up the others message by message.
    waiting = (HookDelivery.webhook_id == hook.id, HookDelivery.state == HookState.WAITING)
    sooner = HookDelivery.next_try_at < delivery.next_try_at
    work.session.execute(update(HookDelivery).where(*waiting, sooner).values(next_try_at=delivery.next_try_at))
