"""One's own data: what is stored about me, a new address, and the wish to be deleted."""

import io
import zipfile

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import letters
from hub.actions import accounts, emails, lifecycle, own_data
from hub.errors import Conflict, Forbidden, Invalid
from hub.http import count_try, current_work, settings, transaction
from hub.inputs.accounts import AskForDeletion, ExportOwnData, NewEmail
from hub.store.accounts import User
from hub.web.forms import Form
from hub.web.messages import sentence
from hub.work import Work

bp = Blueprint("own_data", __name__)
Reply = str | Response | tuple[str, int]

TRIES, WITHIN = 5, 3600
"""New addresses one may ask for within so many seconds; each asks for the password, which must not be guessed here."""


def _me(work: Work) -> User:
    if work.actor.user_id is None:
        raise Forbidden
    return work.session.get_one(User, work.actor.user_id)


def _page(email: Form[NewEmail] | None = None, deletion: Form[AskForDeletion] | None = None) -> str:
    work = current_work()
    me = _me(work)
    return render_template(
        "own_data/show.html",
        me=me,
        parts=own_data.collect(work),
        email=email or Form(NewEmail),
        pending=emails.pending(work),
        deletion=deletion or Form(AskForDeletion),
        wish=lifecycle.own_request(work),
    )


@bp.get("/account/data")
def show() -> Reply:
    """Show what is stored about me, and what I can do about it."""
    return _page()


@bp.post("/account/data/export")
def export() -> Reply:
    """Hand everything out that is stored about me, as JSON alone or with a page to read."""
    _me(current_work())
    sent = Form(ExportOwnData, request.form).read()
    with transaction() as work:
        parts = own_data.collect(work)
        document = own_data.document(work, parts)
        me = _me(work)
        page = render_template("own_data/document.html", me=me, parts=parts, made_at=work.now, operator=settings())
    day = f"{work.now:%Y-%m-%d}"
    if sent.form == "json":
        return _file(document, "application/json", f"meine-daten-{day}.json")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("meine-daten.json", document)
        archive.writestr("meine-daten.html", page)
    return _file(packed.getvalue(), "application/zip", f"meine-daten-{day}.zip")


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype=media_type, headers=headers)


@bp.post("/account/email")
def ask_for_email() -> Reply:
    """Send a link to the new address, if the password is right."""
    me = _me(current_work())
    count_try(f"email-change:{me.id}", TRIES, WITHIN)
    form = Form(NewEmail, request.form)
    try:
        sent = form.read()
        if me.password_hash is None:
            raise Invalid(email="email_from_provider")
        if not accounts.password_matches(me.password_hash, sent.current):
            raise Invalid(current="password_wrong")
        with transaction() as work:
            link = emails.ask(work, sent.email, confirm=letters.confirm_email(), taken=letters.email_taken())
    except Invalid as error:
        form.sent.pop("current", None)
        return _page(email=form.refused(error)), 422
    flash(_("Bitte öffnen Sie den Link, der an %(email)s unterwegs ist. Erst dann gilt sie.", email=sent.email))
    if not settings().mail_host and link:
        flash(_("Dieser Hub versendet keine E-Mails. Ihr Link: %(link)s", link=link), "warning")
    return redirect(url_for(".show"))


@bp.get("/account/email/<token>")
def confirm_page(token: str) -> Reply:
    """Ask whether the new address shall hold."""
    return render_template("own_data/confirm.html", found=emails.find(current_work(), token), token=token)


@bp.post("/account/email/<token>")
def confirm(token: str) -> Reply:
    """Let the new address hold."""
    with transaction() as work:
        emails.confirm(work, token, letters.email_changed())
    flash(_("Ihre neue E-Mail-Adresse gilt. Melden Sie sich ab jetzt mit ihr an."), "success")
    return redirect(url_for("accounts.show" if current_work().actor.signed_in else "login.show"))


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Store pages with personal data, or with a token in their address, nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/deletion")
def ask_for_deletion() -> Reply:
    """Ask for one's own account to be deleted."""
    _me(current_work())
    form = Form(AskForDeletion, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            lifecycle.ask_for_deletion(work, sent.reason)
    except Invalid as error:
        return _page(deletion=form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "warning")
        return redirect(url_for(".show"))
    flash(_("Ihr Antrag ist gestellt. Die Administration des Hubs entscheidet und schreibt Ihnen."), "success")
    return redirect(url_for(".show"))


@bp.post("/account/deletion/withdraw")
def withdraw() -> Reply:
    """Take the request back."""
    _me(current_work())
    with transaction() as work:
        lifecycle.withdraw_request(work)
    flash(_("Ihr Antrag ist zurückgezogen. Ihr Konto bleibt, wie es ist."), "success")
    return redirect(url_for(".show"))
