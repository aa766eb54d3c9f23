"""Webhooks of an organisation: set up, try out, follow their messages, switch off."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub.actions import organisations, webhooks
from hub.actions.webhook_targets import Rules
from hub.errors import Conflict, Invalid
from hub.http import current_actor, current_work, settings, transaction
from hub.inputs.refusals import codes
from hub.inputs.webhooks import NewWebhook
from hub.policy.webhooks import manage_webhooks
from hub.store.organisations import Organisation
from hub.store.webhooks import HookState, Topic, Webhook
from hub.web.forms import Form
from hub.web.messages import flash_text, sentence
from hub.work import Work

bp = Blueprint("webhooks", __name__)
Reply = str | Response | tuple[str, int]


@bp.app_template_global("may_hook")
def may_hook(organisation: Organisation) -> bool:
    """Whether the reader may set up webhooks of an organisation."""
    return manage_webhooks(current_actor(), organisation)


def _index(city: str, form: Form[NewWebhook], topics: list[str]) -> str:
    work = current_work()
    organisation = organisations.find(work, city)
    rows = webhooks.of(work, organisation)
    return render_template(
        "webhooks/index.html", city=organisation, webhooks=rows, form=form, topics=list(Topic), chosen=topics
    )


@bp.get("/<city>/webhooks")
def index(city: str) -> Reply:
    """List an organisation's webhooks and offer to set one up."""
    return _index(city, Form(NewWebhook), [Topic.VERSION, Topic.REVIEW])


def _sent(form: Form[NewWebhook], topics: list[str]) -> NewWebhook:
    try:
        return NewWebhook.model_validate({**{k: v for k, v in form.sent.items() if k != "topics"}, "topics": topics})
    except ValidationError as error:
        found = {name.partition(".")[0]: code for name, code in codes(error).items()}
        raise Invalid(**found | ({} if topics else {"topics": "topic_needed"})) from error


@bp.post("/<city>/webhooks")
def create(city: str) -> Reply:
    """Set a webhook up and show its secret, this once."""
    topics, fields = request.form.getlist("topics"), MultiDict(request.form)
    fields.poplist("topics")
    form = Form(NewWebhook, fields)
    try:
        sent = _sent(form, topics)
        with transaction() as work:
            made = webhooks.create(work, organisations.find(work, city), sent, Rules.of(settings()))
            key = made.id
    except Invalid as error:
        return _index(city, form.refused(error), topics), 422
    return _with_secret(city, key)


def _with_secret(city: str, key: int) -> Response:
    """Show a webhook with its secret: the page itself is the answer, and no cache may keep it."""
    work = current_work()
    hook = webhooks.find(work, organisations.find(work, city), key)
    response = make_response(_page(work, hook, webhooks.secret_text(hook, settings().secret_key)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(work: Work, hook: Webhook, secret: str = "") -> str:
    return render_template(
        "webhooks/show.html",
        city=hook.organisation,
        webhook=hook,
        deliveries=webhooks.deliveries(work, hook),
        secret=secret,
        waiting=HookState.WAITING,
    )


@bp.get("/<city>/webhooks/<int:webhook>")
def show(city: str, webhook: int) -> Reply:
    """Show a webhook and its latest messages."""
    work = current_work()
    return _page(work, webhooks.find(work, organisations.find(work, city), webhook))


def _find(work: Work, city: str, webhook: int) -> Webhook:
    return webhooks.find(work, organisations.find(work, city), webhook)


def _back(city: str, webhook: int, said: str = "", refused: str = "") -> Response:
    flash(sentence(refused) if refused else flash_text(said), "danger" if refused else "success")
    return redirect(url_for(".show", city=city, webhook=webhook))


@bp.post("/<city>/webhooks/<int:webhook>/test")
def test(city: str, webhook: int) -> Reply:
    """Send a message that says nothing."""
    try:
        with transaction() as work:
            webhooks.test(work, _find(work, city, webhook))
    except Conflict as error:
        return _back(city, webhook, refused=error.code)
    return _back(city, webhook, "webhook_test")


@bp.post("/<city>/webhooks/<int:webhook>/deliveries/<int:delivery>/again")
def send_again(city: str, webhook: int, delivery: int) -> Reply:
    """Send a message once more."""
    try:
        with transaction() as work:
            webhooks.send_again(work, _find(work, city, webhook), delivery)
    except Conflict as error:
        return _back(city, webhook, refused=error.code)
    return _back(city, webhook, "webhook_again")


@bp.post("/<city>/webhooks/<int:webhook>/off")
def switch_off(city: str, webhook: int) -> Reply:
    """Tell it nothing any more."""
    with transaction() as work:
        webhooks.switch_off(work, _find(work, city, webhook))
    return _back(city, webhook, "webhook_off")


@bp.post("/<city>/webhooks/<int:webhook>/on")
def switch_on(city: str, webhook: int) -> Reply:
    """Tell it again, with one's own rights."""
    try:
        with transaction() as work:
            webhooks.switch_on(work, _find(work, city, webhook), Rules.of(settings()))
    except Invalid as error:
        return _back(city, webhook, refused=error.fields["url"])
    return _back(city, webhook, "webhook_on")


@bp.post("/<city>/webhooks/<int:webhook>/secret")
def renew_secret(city: str, webhook: int) -> Reply:
    """Make a new secret and show it, this once."""
    with transaction() as work:
        webhooks.renew_secret(work, _find(work, city, webhook))
    return _with_secret(city, webhook)


@bp.post("/<city>/webhooks/<int:webhook>/delete")
def remove(city: str, webhook: int) -> Reply:
    """Forget it and its messages."""
    with transaction() as work:
        webhooks.remove(work, _find(work, city, webhook))
    flash(flash_text("webhook_removed"), "success")
    return redirect(url_for(".index", city=city))
