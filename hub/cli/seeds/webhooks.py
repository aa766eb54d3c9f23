"""A sample webhook of Marburg, switched off, since nobody listens at its address."""

from sqlalchemy import select

from hub.actions import webhooks
from hub.actions.webhook_targets import Rules
from hub.http import actor_of
from hub.inputs.webhooks import NewWebhook
from hub.store.accounts import User
from hub.store.organisations import Organisation
from hub.store.webhooks import Topic
from hub.work import Work

ADMIN = "admin@marburg.example"


def plant(work: Work) -> None:
    """Let Marburg's administration have set up a webhook for its document management."""
    work.session.flush()
    user_id = work.session.scalars(select(User.id).where(User.email == ADMIN)).one()
    admin = Work(work.session, actor_of(work.session, user_id), work.now)
    marburg = work.session.scalars(select(Organisation).where(Organisation.slug == "marburg")).one()
    sent = NewWebhook(
        name="Dokumentenverwaltung (Beispiel)",
        url="https://dms.marburg.example/prozesshub",
        topics=[Topic.VERSION, Topic.REVIEW],
    )
    webhooks.switch_off(admin, webhooks.create(admin, marburg, sent, Rules()))
