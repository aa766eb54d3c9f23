"""All accounts of the hub: find, close, reopen, delete, and help people who cannot get in."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from hub import letters, policy
from hub.actions import directory, emails, lifecycle, members
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.accounts import GiveEmail, PseudonymiseAccount
from hub.store.accounts import Role, User
from hub.store.lifecycle import Stage
from hub.store.organisations import Organisation
from hub.web.forms import Form
from hub.web.library import Pages
from hub.web.messages import label, sentence
from hub.work import Work

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
Reply = str | Response | tuple[str, int]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@bp.get("")
def index() -> str:
    """List accounts; the address holds the filters."""
    work, args = current_work(), request.args
    wanted = directory.Wanted(
        words=args.get("q", "")[:200],
        stage=args.get("stage", ""),
        organisation=_number(args.get("organisation", "")),
        role=args.get("role", ""),
        page=_number(args.get("page", "")) or 1,
    )
    shelf = directory.listing(work, wanted)
    organisations = work.session.scalars(select(Organisation).order_by(Organisation.name)).all()
    return render_template(
        "admin/accounts/index.html",
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        filters=Form(GiveEmail, args),
        organisations=organisations,
        stages=[(stage.value, label(stage, "account_stage")) for stage in Stage if stage != Stage.INVITED],
        roles=[(role.value, label(role, "role")) for role in Role],
        invitations=directory.invited(work),
        requests=[row for row in lifecycle.requests(work) if row.state == "open"],
    )


def _page(person: int, email: Form[GiveEmail] | None = None, sure: Form[PseudonymiseAccount] | None = None) -> str:
    work = current_work()
    found = directory.account(work, person)
    shown = found.stage == Stage.CLOSED
    return render_template(
        "admin/accounts/show.html",
        found=found,
        person=found.person,
        own=found.person.id == work.actor.user_id,
        may_close=policy.close_account(work.actor, found.person),
        email=email or Form(GiveEmail),
        sure=sure or Form(PseudonymiseAccount),
        remains=lifecycle.remains(work, found.person) if shown else [],
    )


@bp.get("/<int:person>")
def show(person: int) -> str:
    """Show one account and what can be done about it."""
    return _page(person)


def _do(person: int, deed: Callable[[Work, User], object], done: str) -> Reply:
    try:
        with transaction() as work:
            deed(work, directory.find(work, person))
    except Conflict as error:
        flash(sentence(error.code), "danger")
    else:
        flash(done, "success")
    return redirect(url_for(".show", person=person))


@bp.post("/<int:person>/close")
def close(person: int) -> Reply:
    """Close an account."""
    return _do(person, members.close, _("Das Konto ist geschlossen, alle Anmeldungen sind beendet."))


@bp.post("/<int:person>/reopen")
def reopen(person: int) -> Reply:
    """Open an account again."""
    return _do(
        person,
        lambda work, found: members.reopen(work, found, letters.reopened()),
        _("Das Konto ist wieder offen. Die Person erhält einen Link, um ein Passwort zu wählen."),
    )


@bp.post("/<int:person>/sign-ins/end")
def end_sign_ins(person: int) -> Reply:
    """End all sign-ins of somebody."""
    return _do(person, directory.end_sign_ins, _("Alle Anmeldungen der Person sind beendet."))


@bp.post("/<int:person>/factors/reset")
def reset_factors(person: int) -> Reply:
    """Take second factors away from somebody who lost them."""
    return _do(
        person,
        lambda work, found: directory.reset_factors(work, found, letters.factors_reset()),
        _("Zweiter Faktor und Passkeys sind entfernt. Die Person ist benachrichtigt."),
    )


@bp.post("/<int:person>/password")
def send_password_link(person: int) -> Reply:
    """Send somebody the link to a new password."""
    return _do(
        person,
        lambda work, found: directory.send_password_link(work, found, letters.reset()),
        _("Der Link für ein neues Passwort ist unterwegs."),
    )


@bp.post("/<int:person>/email")
def give_email(person: int) -> Reply:
    """Set somebody's address, with a reason."""
    form = Form(GiveEmail, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            found = directory.find(work, person)
            emails.give(work, found, sent.email, sent.reason, letters.email_changed())
    except Invalid as error:
        return _page(person, email=form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "danger")
        return redirect(url_for(".show", person=person))
    flash(_("Die neue Adresse gilt. Beide Adressen erhalten einen Hinweis."), "success")
    return redirect(url_for(".show", person=person))


@bp.post("/<int:person>/pseudonymise")
def pseudonymise(person: int) -> Reply:
    """Take name and address of a closed account away for good."""
    form = Form(PseudonymiseAccount, request.form)
    try:
        if not form.read().sure:
            raise Invalid(sure="confirm_final")
    except Invalid as error:
        directory.find(current_work(), person)
        return _page(person, sure=form.refused(error)), 422
    return _do(person, lifecycle.pseudonymise, _("Das Konto ist gelöscht: Name und Adresse sind entfernt."))
