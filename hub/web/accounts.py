"""One's own account: profile, password, sessions."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import letters
from hub.actions import accounts, factors
from hub.errors import Forbidden, Invalid
from hub.http import current_sign_in, current_work, network, settings, transaction
from hub.inputs import ChangePassword, OwnProfile
from hub.store.accounts import User
from hub.web.forms import Form
from hub.web.leaving import leave
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("accounts", __name__)
Reply = str | Response | tuple[str, int]


def _me(work: Work) -> User:
    if work.actor.user_id is None:
        raise Forbidden
    return work.session.get_one(User, work.actor.user_id)


def _page(profile: Form[OwnProfile] | None = None, password: Form[ChangePassword] | None = None) -> str:
    work = current_work()
    me = _me(work)
    here = current_sign_in()
    return render_template(
        "accounts/show.html",
        me=me,
        profile=profile or Form(OwnProfile, {"name": me.name, "locale": me.locale}),
        password=password or Form(ChangePassword),
        sign_ins=accounts.sign_ins(work),
        here_id=here.id if here else None,
        passwords_here=settings().local_passwords,
    )


@bp.get("/account")
def show() -> Reply:
    """Show the account."""
    return _page()


@bp.post("/account/profile")
def save_profile() -> Reply:
    """Change name and language."""
    _me(current_work())
    form = Form(OwnProfile, request.form)
    try:
        sent = form.read()
    except Invalid as error:
        return _page(profile=form.refused(error)), 422
    with transaction() as work:
        accounts.edit_profile(work, name=sent.name, locale=sent.locale)
    session["language"] = sent.locale
    flash(flash_text("saved"), "success")
    return redirect(url_for(".show"))


def _check_current(email: str, stored: str | None, password: str) -> None:
    """Raise `Invalid` for a wrong password; guessing here is counted like guessing at the door."""
    try:
        with transaction() as work:
            accounts.attempt(work, email, network())
    except Invalid as error:
        raise Invalid(current=error.fields["email"]) from error
    if not accounts.password_matches(stored, password):
        raise Invalid(current="password_wrong")
    with transaction() as work:
        accounts.forget_attempts(work, email, network())


@bp.post("/account/password")
def save_password() -> Reply:
    """Change the password and end all other sign-ins."""
    work = current_work()
    me = _me(work)
    if not settings().local_passwords:
        raise Forbidden
    form = Form(ChangePassword, request.form)
    try:
        sent = form.read()
        _check_current(me.email, me.password_hash, sent.current)
        accounts.check_new_password(work, sent.password, name=me.name, email=me.email)
        if sent.password != sent.again:
            raise Invalid(again="password_mismatch")
    except Invalid as error:
        form.sent.clear()
        return _page(password=form.refused(error)), 422
    here = current_sign_in()
    hashed = accounts.hash_password(sent.password)
    with transaction() as work:
        accounts.change_password(work, hashed, keep_sign_in_id=here.id if here else None)
        factors.tell(work, _me(work), letters.password_changed())
    flash(_("Ihr neues Passwort gilt. Alle anderen Anmeldungen wurden beendet."), "success")
    return redirect(url_for(".show"))


@bp.post("/account/sign-ins/<int:sign_in>/end")
def end(sign_in: int) -> Reply:
    """End one sign-in."""
    _me(current_work())
    with transaction() as work:
        accounts.sign_out(work, sign_in)
    flash(_("Die Anmeldung ist beendet."), "success")
    return redirect(url_for(".show"))


@bp.post("/account/sign-ins/end")
def end_all() -> Reply:
    """Sign out everywhere, here too."""
    user_id = _me(current_work()).id
    with transaction() as work:
        accounts.sign_out_everywhere(work, user_id=user_id)
    leave()
    flash(_("Sie sind auf allen Geräten abgemeldet."), "success")
    return redirect(url_for("login.show"))
