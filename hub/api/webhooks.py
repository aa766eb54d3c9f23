"""Webhooks: set up, list, follow their messages, try out, switch. Their secret is shown once, when it is made."""

from datetime import datetime
from typing import ClassVar

from hub.actions import organisations, webhooks
from hub.actions.webhook_targets import Rules
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import PersonOut, person
from hub.http import settings
from hub.inputs.webhooks import NewWebhook
from hub.store.tokens import Scope
from hub.store.webhooks import HookDelivery, HookState, Off, Reach, Topic, Webhook
from hub.work import Work

routes = Routes("Webhooks")
ALL = "/organisations/<city>/webhooks"
ONE = f"{ALL}/<int:webhook>"


class WebhookOut(Output):
    """A webhook, without its secret."""

    id: int
    name: str
    url: str
    reach: Reach
    topics: list[Topic]
    owner: PersonOut | None
    created_at: datetime
    failing_since: datetime | None
    off_at: datetime | None
    off_reason: Off | None


class WebhookSecretOut(Output):
    """What messages are signed with; it is told now and never again."""

    SECRET: ClassVar[bool] = True
    webhook: int
    secret: str


class WebhookList(Output):
    """The webhooks of an organisation."""

    items: list[WebhookOut]


class DeliveryOut(Output):
    """One message."""

    id: int
    message_id: str
    type: str
    state: HookState
    tries: int
    created_at: datetime
    next_try_at: datetime
    done_at: datetime | None
    status: int | None
    failure: str
    took_ms: int | None


class DeliveryList(Output):
    """The latest messages, newest first."""

    items: list[DeliveryOut]


def _shown(row: Webhook) -> WebhookOut:
    return WebhookOut(
        id=row.id,
        name=row.name,
        url=row.url,
        reach=Reach(row.reach),
        topics=[topic for topic in Topic if topic in row.topic_set],
        owner=person(row.user),
        created_at=row.created_at,
        failing_since=row.failing_since,
        off_at=row.off_at,
        off_reason=None if row.off_reason is None else Off(row.off_reason),
    )


def _delivery(row: HookDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        message_id=row.message_id,
        type=row.kind,
        state=HookState(row.state),
        tries=row.tries,
        created_at=row.created_at,
        next_try_at=row.next_try_at,
        done_at=row.done_at,
        status=row.status,
        failure=row.failure,
        took_ms=row.took_ms,
    )


def _find(work: Work, city: str, webhook: int) -> Webhook:
    return webhooks.find(work, organisations.find(work, city), webhook)


@routes.get(ALL, summary="Webhooks auflisten", returns=WebhookList, scope=Scope.ADMIN, signed_in=True)
def list_webhooks(work: Work, city: str) -> WebhookList:
    """List the webhooks of an organisation."""
    return WebhookList(items=[_shown(row) for row in webhooks.of(work, organisations.find(work, city))])


def _secret(row: Webhook) -> WebhookSecretOut:
    return WebhookSecretOut(webhook=row.id, secret=webhooks.secret_text(row, settings().secret_key))


@routes.post(ALL, summary="Einen Webhook einrichten", body=NewWebhook, returns=WebhookSecretOut, scope=Scope.ADMIN)
def create_webhook(work: Work, city: str, body: NewWebhook) -> Made:
    """Set up a webhook that works with the caller's rights, and tell its secret this once."""
    made = webhooks.create(work, organisations.find(work, city), body, Rules.of(settings()))
    return Made(_secret(made), "read_webhook", {"city": city, "webhook": made.id})


@routes.get(ONE, summary="Einen Webhook lesen", returns=WebhookOut, scope=Scope.ADMIN, signed_in=True)
def read_webhook(work: Work, city: str, webhook: int) -> WebhookOut:
    """Return a webhook."""
    return _shown(_find(work, city, webhook))


@routes.get(
    f"{ONE}/deliveries", summary="Nachrichten eines Webhooks auflisten", returns=DeliveryList, scope=Scope.ADMIN,
    signed_in=True,
)  # fmt: skip
def list_deliveries(work: Work, city: str, webhook: int) -> DeliveryList:
    """List the latest messages of a webhook."""
    return DeliveryList(items=[_delivery(row) for row in webhooks.deliveries(work, _find(work, city, webhook))])


@routes.post(f"{ONE}/test", summary="Eine Probenachricht senden", scope=Scope.ADMIN)
def test_webhook(work: Work, city: str, webhook: int) -> None:
    """Send a message that says nothing."""
    webhooks.test(work, _find(work, city, webhook))


@routes.post(f"{ONE}/deliveries/<int:delivery>/again", summary="Eine Nachricht noch einmal senden", scope=Scope.ADMIN)
def send_delivery_again(work: Work, city: str, webhook: int, delivery: int) -> None:
    """Send a message once more under its id."""
    webhooks.send_again(work, _find(work, city, webhook), delivery)


@routes.post(f"{ONE}/off", summary="Einen Webhook ausschalten", returns=WebhookOut, status=200, scope=Scope.ADMIN)
def switch_webhook_off(work: Work, city: str, webhook: int) -> WebhookOut:
    """Tell it nothing any more."""
    found = _find(work, city, webhook)
    webhooks.switch_off(work, found)
    return _shown(found)


@routes.post(f"{ONE}/on", summary="Einen Webhook einschalten", returns=WebhookOut, status=200, scope=Scope.ADMIN)
def switch_webhook_on(work: Work, city: str, webhook: int) -> WebhookOut:
    """Tell it again, from now on with the caller's rights."""
    found = _find(work, city, webhook)
    webhooks.switch_on(work, found, Rules.of(settings()))
    work.session.flush()
    work.session.refresh(found)
    return _shown(found)


@routes.post(
    f"{ONE}/secret", summary="Ein neues Geheimnis machen", returns=WebhookSecretOut, status=200, scope=Scope.ADMIN
)
def renew_webhook_secret(work: Work, city: str, webhook: int) -> WebhookSecretOut:
    """Give it a new secret and tell it this once; the old one signs nothing from now on."""
    found = _find(work, city, webhook)
    webhooks.renew_secret(work, found)
    return _secret(found)


@routes.delete(ONE, summary="Einen Webhook löschen", scope=Scope.ADMIN, match="")
def remove_webhook(work: Work, city: str, webhook: int) -> None:
    """Forget a webhook and its messages."""
    webhooks.remove(work, _find(work, city, webhook))
