"""Signing in, out, and choosing a new password."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from hub import letters
from hub.actions import accounts, factors, steps
from hub.errors import Invalid, NotFound, Paused
from hub.http import (
    COOKIE_TOKEN,
    count_try,
    current_actor,
    current_maintenance,
    current_sign_in,
    current_work,
    guarded,
    network,
    now,
    settings,
    transaction,
)
from hub.inputs import AskForReset, NewPassword, SignInForm
from hub.policy import GUEST
from hub.store.accounts import SignIn, User
from hub.store.factors import Method, StepKind
from hub.web import proving
from hub.web.forms import Form
from hub.web.leaving import farewell, leave
from hub.web.shared import safe_next
from hub.work import Work

bp = Blueprint("login", __name__)
Reply = str | Response | tuple[str, int]

ASKED_FROM_NETWORK = (30, 15 * 60)
"""Requests for a new password from one network address, and in how many seconds."""
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


def start_session(user_id: int, method: Method, *, note: Callable[[Work, SignIn], None] | None = None) -> None:
    """Sign a person in on this browser: a new token, and nothing kept from before.

    `note` adds, in the same transaction, what else is to be known of the sign-in.
    """
    before = current_sign_in()
    before_id = before.id if before else None
    kept = {name: session[name] for name in ("theme", "language") if name in session}
    with transaction() as work:
        row, token = accounts.sign_in(
            work,
            user_id,
            method,
            browser=browser_name(),
            address=network_address(),
            lasts=timedelta(seconds=settings().session_seconds),
            replaces_id=before_id,
        )
        accounts.forget_attempts(work, work.session.get_one(User, user_id).email, network())
        if note is not None:
            note(work, row)
    session.clear()
    session.update(kept)
    session[COOKIE_TOKEN] = token
    g.came_in = user_id
    session.permanent = True


def admit(user_id: int, target: str) -> Response:
    """Sign in whoever knew the password, or ask for the second factor if there is one; return the way on."""
    if not factors.of(current_work(), user_id).any:
        start_session(user_id, Method.PASSWORD)
        return redirect(target)
    with transaction() as work:
        token = steps.begin(work, StepKind.SECOND_FACTOR, user_id=user_id, next=target)
    session["step"] = token
    return redirect(url_for("second.show"))


def _page(form: Form[SignInForm], status: int = 200) -> Reply:
    demo = accounts.demo_accounts(current_work()) if settings().demo else []
    page = render_template(
        "login/show.html",
        form=form,
        demo=demo,
        demo_password=DEMO_PASSWORD,
        passkeys_here=proving.passkey_site(),
        providers=settings().providers,
        passwords_here=settings().local_passwords,
        target=safe_next(form.sent.get("next")),
    )
    return page, status


def _need_passwords() -> None:
    """Raise `NotFound` where people sign in by providers only."""
    if not settings().local_passwords:
        raise NotFound


@bp.before_app_request
def note_seen() -> None:
    """Note every ten minutes that this sign-in is in use, so that the list of one's sign-ins is of any use.

    The one thing a GET writes: nothing a person sees or does depends on it, and it has its own short transaction.
    A database that cannot write just now must not keep anybody from reading.
    """
    sign_in = current_sign_in() if request.endpoint != "static" else None
    if sign_in is None or sign_in.seen_at > now() - accounts.SEEN_EVERY or current_maintenance() is not None:
        return
    # Read now: the transaction forgets what was loaded, and the row may be gone by then.
    sign_in_id, user_id = sign_in.id, sign_in.user_id
    try:
        with transaction() as work:
            accounts.note_seen(work, sign_in_id, user_id)
    except (OperationalError, Paused):
        current_app.logger.warning("the use of a sign-in could not be noted")


@bp.get("/login")
def show() -> Reply:
    """Ask who it is."""
    if current_actor().signed_in:
        return redirect(safe_next(request.args.get("next")))
    if COOKIE_TOKEN in session:  # of a sign-in that has ended
        leave()
    return _page(Form(SignInForm, {"next": request.args.get("next", "")}))


@bp.post("/login")
def sign_in() -> Reply:
    """Sign in, or say that it did not work without saying why."""
    _need_passwords()
    form = Form(SignInForm, request.form)
    try:
        sent = form.read()
    except Invalid as error:
        form.sent.pop("password", None)
        return _page(form.refused(error), 422)
    try:
        with transaction() as work:
            accounts.attempt(work, sent.email, network())
        user_id = accounts.verify(current_work(), sent.email, sent.password).id
    except Invalid as error:
        if "sign_in_failed" in error.fields.values():
            with transaction() as work:
                accounts.note_failure(work, sent.email, network())
        form.sent.pop("password", None)
        return _page(form.refused(error), 422)
    return admit(user_id, safe_next(sent.next))


@bp.post("/logout")
def sign_out() -> Reply:
    """End this browser's sign-in, and lead on to its end at the provider it came from."""
    row = current_sign_in()
    onward = None
    if row is not None:
        sign_in_id = row.id
        onward = farewell(sign_in_id)
        with transaction() as work:
            accounts.sign_out(work, sign_in_id)
    leave()
    if onward is not None:
        # A page and no redirect: the policy of pages lets no form end up on another site.
        g.actor = GUEST
        return render_template("login/ended.html", label_of_provider=onward[0], address=onward[1])
    flash(_("Sie sind abgemeldet."), "success")
    return redirect(url_for("library.start"))


@bp.get("/login/reset")
def ask() -> Reply:
    """Ask for the address to send a link to."""
    _need_passwords()
    return render_template("login/ask.html", form=Form(AskForReset))


@bp.post("/login/reset")
def send_reset() -> Reply:
    """Send the link if there is such an account; the answer is the same if not."""
    _need_passwords()
    form = Form(AskForReset, request.form)
    try:
        sent = form.read()
    except Invalid as error:
        return render_template("login/ask.html", form=form.refused(error)), 422
    count_try(f"ask-for-reset:{network()}", *ASKED_FROM_NETWORK)
    with transaction() as work:
        accounts.ask_for_reset(work, sent.email, letters.reset())
    return render_template("login/asked.html")


@bp.get("/login/reset/<token>")
def choose(token: str) -> Reply:
    """Show the form for the new password."""
    _need_passwords()
    with guarded():
        accounts.find_reset(current_work(), token)
    return render_template("login/choose.html", form=Form(NewPassword), token=token)


@bp.post("/login/reset/<token>")
def reset(token: str) -> Reply:
    """Set the new password and sign in."""
    _need_passwords()
    with guarded():
        person = accounts.find_reset(current_work(), token).user
    form = Form(NewPassword, request.form)
    try:
        sent = form.read()
        accounts.check_new_password(current_work(), sent.password, name=person.name, email=person.email)
        if sent.password != sent.again:
            raise Invalid(again="password_mismatch")
    except Invalid as error:
        form.sent.clear()
        return render_template("login/choose.html", form=form.refused(error), token=token), 422
    hashed = accounts.hash_password(sent.password)
    with guarded(), transaction() as work:
        user = accounts.reset_password(work, token, hashed)
        factors.tell(work, user, letters.password_changed())
        accounts.forget_attempts(work, user.email, network())
        user_id = user.id
    answer = admit(user_id, url_for("library.start"))
    flash(_("Ihr neues Passwort gilt. Alle anderen Anmeldungen wurden beendet."), "success")
    return answer
