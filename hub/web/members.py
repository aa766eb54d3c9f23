"""The people of an organisation: list, roles, invitations, closing an account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import letters, policy
from hub.actions import invitations, members, organisations
from hub.errors import Conflict, Invalid
from hub.http import actor_of, current_actor, current_work, database, settings, transaction
from hub.inputs import ChangeRole, InvitePerson
from hub.store.accounts import Role, User
from hub.store.organisations import Organisation
from hub.web.forms import Form
from hub.web.messages import label, sentence
from hub.work import Work

bp = Blueprint("members", __name__)
Reply = str | Response | tuple[str, int]


def _organisation(work: Work, slug: str) -> Organisation:
    organisation = organisations.find(work, slug)
    work.require(policy.manage_accounts, organisation)
    return organisation


@bp.get("/<city>/members")
def index(city: str) -> Reply:
    """List the people of an organisation and the invitations nobody has used yet."""
    work = current_work()
    organisation = _organisation(work, city)
    return render_template(
        "members/index.html",
        city=organisation,
        people=members.people(work, organisation),
        invitations=invitations.pending(work, organisation),
        held=members.held,
        history=members.history(work, organisation),
        now=work.now,
    )


def _invitation_page(city: str, form: Form[InvitePerson]) -> str:
    work = current_work()
    organisation = _organisation(work, city)
    roles = [(role.value, label(role, "role"), label(role, "task")) for role in members.grantable(work, organisation)]
    return render_template("members/new.html", city=organisation, form=form, roles=roles)


@bp.get("/<city>/members/new")
def new(city: str) -> Reply:
    """Ask whom to invite."""
    return _invitation_page(city, Form(InvitePerson))


@bp.post("/<city>/members/new")
def invite(city: str) -> Reply:
    """Invite a person."""
    _organisation(current_work(), city)
    form = Form(InvitePerson, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            organisation = _organisation(work, city)
            letter = letters.invitation(organisation)
            link = invitations.invite(work, organisation, letter, email=sent.email, name=sent.name, role=sent.role)
    except Invalid as error:
        return _invitation_page(city, form.refused(error)), 422
    _say_invited(sent.email, link)
    return redirect(url_for(".index", city=city))


def _say_invited(email: str, link: str) -> None:
    if settings().mail_host:
        flash(_("Die Einladung an %(email)s ist unterwegs.", email=email), "success")
    else:
        # Nobody would ever get the link otherwise. Where mail is sent, only the mailbox shows it.
        flash(
            _(
                "Dieser Hub versendet keine E-Mails. Bitte geben Sie %(email)s diesen Link selbst weiter: %(link)s",
                email=email,
                link=link,
            ),
            "warning",
        )


@bp.post("/<city>/members/invitations/<int:invitation>/again")
def send_again(city: str, invitation: int) -> Reply:
    """Send an invitation once more."""
    with transaction() as work:
        organisation = _organisation(work, city)
        found = invitations.find_pending(work, organisation, invitation)
        email = found.email
        link = invitations.send_again(work, organisation, found, letters.invitation(organisation))
    _say_invited(email, link)
    return redirect(url_for(".index", city=city))


@bp.post("/<city>/members/invitations/<int:invitation>/withdraw")
def withdraw(city: str, invitation: int) -> Reply:
    """End an invitation."""
    with transaction() as work:
        organisation = _organisation(work, city)
        invitations.withdraw(work, organisation, invitations.find_pending(work, organisation, invitation))
    flash(_("Die Einladung ist zurückgezogen."), "success")
    return redirect(url_for(".index", city=city))


@bp.get("/<city>/members/<int:person>")
def show(city: str, person: int) -> Reply:
    """Show one person's roles here and what can be done about them."""
    work = current_work()
    organisation = _organisation(work, city)
    found = members.find(work, organisation, person)
    held = members.held(found, organisation)
    roles = [row.role for row in held]
    return render_template(
        "members/show.html",
        city=organisation,
        person=found,
        held=[(row, policy.revoke(work.actor, organisation, Role(row.role))) for row in held],
        free=[(role.value, label(role, "role")) for role in members.grantable(work, organisation) if role not in roles],
        may_close=policy.close_account(work.actor, found) and found.id != work.actor.user_id,
        form=Form(ChangeRole),
    )


def _find(work: Work, city: str, person: int) -> tuple[Organisation, User]:
    organisation = _organisation(work, city)
    return organisation, members.find(work, organisation, person)


@bp.post("/<city>/members/<int:person>/roles")
def add_role(city: str, person: int) -> Reply:
    """Give one more role."""
    sent = Form(ChangeRole, request.form).read()
    with transaction() as work:
        organisation, found = _find(work, city, person)
        members.add_role(work, organisation, found, sent.role)
    flash(_("Die Rolle ist vergeben und gilt sofort."), "success")
    return redirect(url_for(".show", city=city, person=person))


@bp.post("/<city>/members/<int:person>/roles/remove")
def remove_role(city: str, person: int) -> Reply:
    """Take a role away; who has none left here leaves the list."""
    sent = Form(ChangeRole, request.form).read()
    try:
        with transaction() as work:
            organisation, found = _find(work, city, person)
            members.remove_role(work, organisation, found, sent.role)
            stays = bool(members.held(found, organisation))
    except Conflict as error:
        flash(sentence(error.code), "danger")
        return redirect(url_for(".show", city=city, person=person))
    flash(_("Die Rolle ist entzogen. Das gilt sofort."), "success")
    # Asked anew: the roles this request began with may include the one that was just given up.
    if not policy.manage_accounts(actor_of(database(), current_actor().user_id), organisation):
        return redirect(url_for("library.city", city=city))
    return redirect(url_for(".show", city=city, person=person) if stays else url_for(".index", city=city))


@bp.post("/<city>/members/<int:person>/close")
def close(city: str, person: int) -> Reply:
    """Close an account."""
    try:
        with transaction() as work:
            members.close(work, _find(work, city, person)[1])
    except Conflict as error:
        flash(sentence(error.code), "danger")
    else:
        flash(_("Das Konto ist geschlossen, alle Anmeldungen sind beendet."), "success")
    return redirect(url_for(".show", city=city, person=person))


@bp.post("/<city>/members/<int:person>/reopen")
def reopen(city: str, person: int) -> Reply:
    """Open an account again."""
    with transaction() as work:
        members.reopen(work, _find(work, city, person)[1], letters.reopened())
    flash(_("Das Konto ist wieder offen. Die Person erhält einen Link, um ein Passwort zu wählen."), "success")
    return redirect(url_for(".show", city=city, person=person))
