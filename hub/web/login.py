"""Signing in, out, and choosing a new password."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from hub.actions import accounts
from hub.errors import Invalid
from hub.http import COOKIE_TOKEN, current_actor, current_sign_in, current_work, now, settings, transaction
from hub.inputs import AskForReset, NewPassword, SignInForm
from hub.web import letters
from hub.web.forms import Form
from hub.web.shared import safe_next

bp = Blueprint("login", __name__)
Reply = str | Response | tuple[str, int]

DEMO_PASSWORD = "prozesshub-demo"  # noqa: S105 - published on purpose, demo mode runs on loopback only


def network_address() -> str:
    """Return the caller's address, shortened as data protection wants it (last octet, or last 80 bits)."""
    address = request.remote_addr or ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join([*address.split(".")[:3], "0"]) if address.count(".") == 3 else address


def browser_name() -> str:
    """Return a coarse description such as „Firefox unter Windows“."""
    agent = request.user_agent.string
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in agent), _("Unbekannter Browser"))
    system = next((name for mark, name in systems if mark in agent), "")
    return _("%(browser)s unter %(system)s", browser=browser, system=system) if system else browser


def start_session(user_id: int) -> None:
    """Sign a person in on this browser: a new token, and nothing kept from before."""
    before = current_sign_in()
    before_id = before.id if before else None
    kept = {name: session[name] for name in ("theme", "language") if name in session}
    with transaction() as work:
        token = accounts.sign_in(
            work,
            user_id,
            browser=browser_name(),
            address=network_address(),
            lasts=timedelta(seconds=settings().session_seconds),
            replaces_id=before_id,
        )
    session.clear()
    session.update(kept)
    session[COOKIE_TOKEN] = token
    session.permanent = True


def _page(form: Form[SignInForm], status: int = 200) -> Reply:
    demo = accounts.demo_accounts(current_work()) if settings().demo else []
    return render_template("login/show.html", form=form, demo=demo, demo_password=DEMO_PASSWORD), status


@bp.before_app_request
def note_seen() -> None:
    """Note every ten minutes that this sign-in is in use, so that the list of one's sign-ins is of any use.

    The one thing a GET writes: nothing a person sees or does depends on it, and it has its own short transaction.
    A database that cannot write just now must not keep anybody from reading.
    """
    sign_in = current_sign_in() if request.endpoint != "static" else None
    if sign_in is None or sign_in.seen_at > now() - accounts.SEEN_EVERY:
        return
    # Read now: the transaction forgets what was loaded, and the row may be gone by then.
    sign_in_id, user_id = sign_in.id, sign_in.user_id
    try:
        with transaction() as work:
            accounts.note_seen(work, sign_in_id, user_id)
    except OperationalError:
        current_app.logger.warning("the use of a sign-in could not be noted")


@bp.get("/login")
def show() -> Reply:
    """Ask who it is."""
    if current_actor().signed_in:
        return redirect(safe_next(request.args.get("next")))
    return _page(Form(SignInForm, {"next": request.args.get("next", "")}))


@bp.post("/login")
def sign_in() -> Reply:
    """Sign in, or say that it did not work without saying why."""
    form = Form(SignInForm, request.form)
    address = request.remote_addr or ""
    try:
        sent = form.read()
    except Invalid as error:
        form.sent.pop("password", None)
        return _page(form.refused(error), 422)
    try:
        user = accounts.verify(current_work(), sent.email, sent.password, address)
    except Invalid as error:
        if "sign_in_failed" in error.fields.values():
            with transaction() as work:
                accounts.note_failure(work, sent.email, address)
        form.sent.pop("password", None)
        return _page(form.refused(error), 422)
    start_session(user.id)
    return redirect(safe_next(sent.next))


@bp.post("/logout")
def sign_out() -> Reply:
    """End this browser's sign-in."""
    row = current_sign_in()
    if row is not None:
        with transaction() as work:
            accounts.sign_out(work, row.id)
    session.pop(COOKIE_TOKEN, None)
    flash(_("Sie sind abgemeldet."), "success")
    return redirect(url_for("library.start"))


@bp.get("/login/reset")
def ask() -> Reply:
    """Ask for the address to send a link to."""
    return render_template("login/ask.html", form=Form(AskForReset))


@bp.post("/login/reset")
def send_reset() -> Reply:
    """Send the link if there is such an account; the answer is the same if not."""
    form = Form(AskForReset, request.form)
    try:
        sent = form.read()
    except Invalid as error:
        return render_template("login/ask.html", form=form.refused(error)), 422
    with transaction() as work:
        accounts.ask_for_reset(work, sent.email, letters.reset())
    return render_template("login/asked.html")


@bp.get("/login/reset/<token>")
def choose(token: str) -> Reply:
    """Show the form for the new password."""
    accounts.find_reset(current_work(), token)
    return render_template("login/choose.html", form=Form(NewPassword), token=token)


@bp.post("/login/reset/<token>")
def reset(token: str) -> Reply:
    """Set the new password and sign in."""
    form = Form(NewPassword, request.form)
    try:
        sent = form.read()
        accounts.check_new_password(sent.password)
        if sent.password != sent.again:
            raise Invalid(again="password_mismatch")
    except Invalid as error:
        form.sent.clear()
        return render_template("login/choose.html", form=form.refused(error), token=token), 422
    hashed = accounts.hash_password(sent.password)
    with transaction() as work:
        user_id = accounts.reset_password(work, token, hashed).id
    start_session(user_id)
    flash(_("Ihr neues Passwort gilt. Alle anderen Anmeldungen wurden beendet."), "success")
    return redirect(url_for("library.start"))
