"""Answering an invitation: the only page where an account comes into being."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import accounts, invitations
from hub.errors import Invalid, NotFound
from hub.http import current_sign_in, current_work, guarded, settings, transaction
from hub.inputs import AcceptInvitation
from hub.store.accounts import Invitation
from hub.store.factors import Method
from hub.web.forms import Form
from hub.web.leaving import leave
from hub.web.login import start_session

bp = Blueprint("invitations", __name__)
Reply = str | Response | tuple[str, int]


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """A page whose address opens an account is stored nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _new_page(invitation: Invitation, token: str, form: Form[AcceptInvitation]) -> str:
    return render_template(
        "invitations/new.html",
        invitation=invitation,
        token=token,
        form=form,
        providers=settings().providers,
        passwords_here=settings().local_passwords,
    )


@bp.get("/invitation/<token>")
def show(token: str) -> Reply:
    """Ask for name and password, or let the person with an account confirm."""
    work = current_work()
    with guarded():
        invitation = invitations.find(work, token)
    account = invitations.account_of(work, invitation)
    if account is None:
        form = Form(AcceptInvitation, {"name": invitation.name})
        return _new_page(invitation, token, form)
    mine = account.id == work.actor.user_id
    return render_template("invitations/confirm.html", invitation=invitation, token=token, mine=mine)


@bp.post("/invitation/<token>")
def accept_as_new(token: str) -> Reply:
    """Make the account and sign in."""
    if not settings().local_passwords:
        raise NotFound
    with guarded():
        invitation = invitations.find(current_work(), token)
    form = Form(AcceptInvitation, request.form)
    try:
        sent = form.read()
        accounts.check_new_password(current_work(), sent.password, name=sent.name, email=invitation.email)
        if sent.password != sent.again:
            raise Invalid(again="password_mismatch")
    except Invalid as error:
        form.sent.pop("password", None)
        form.sent.pop("again", None)
        return _new_page(invitation, token, form.refused(error)), 422
    hashed = accounts.hash_password(sent.password)
    with transaction() as work:
        user_id = invitations.accept_as_new(work, token, name=sent.name, password_hash=hashed).id
    start_session(user_id, Method.PASSWORD)
    flash(_("Willkommen im IKZ-Prozesshub. Ihr Konto ist eingerichtet, Sie sind angemeldet."), "success")
    return redirect(url_for("library.start"))


@bp.post("/invitation/<token>/confirm")
def accept(token: str) -> Reply:
    """Take the role over into the account that is signed in."""
    with guarded(), transaction() as work:
        slug = invitations.accept(work, token).slug
    flash(_("Die Einladung ist angenommen. Ihre neue Rolle gilt sofort."), "success")
    return redirect(url_for("library.city", city=slug))


@bp.post("/invitation/<token>/other")
def other(token: str) -> Reply:
    """Sign out here and sign in as the invited person."""
    row = current_sign_in()
    if row is not None:
        with transaction() as work:
            accounts.sign_out(work, row.id)
    leave()
    return redirect(url_for("login.show", next=url_for(".show", token=token)))
