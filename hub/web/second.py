"""The second step of signing in, and signing in with a passkey alone."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.actions import factors, passkeys, steps
from hub.actions.passkeys import Site
from hub.errors import Conflict, Invalid
from hub.http import count_try, current_work, network, settings, transaction
from hub.inputs.factors import OneCode, PasskeyAnswer
from hub.store.factors import Method, StepKind
from hub.web import proving
from hub.web.forms import Form
from hub.web.login import start_session
from hub.web.shared import safe_next

bp = Blueprint("second", __name__)
Reply = str | BaseResponse | tuple[str, int]


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """A page in the middle of signing in is stored nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(form: Form[OneCode], status: int = 200) -> Reply:
    work = current_work()
    try:
        user_id = steps.look(work, StepKind.SECOND_FACTOR, session.get("step", "")).user_id
    except Conflict:
        return redirect(url_for("login.show"))
    held = factors.of(work, user_id or 0)
    return render_template("factors/second.html", form=form, held=held, passkeys_here=proving.passkey_site()), status


@bp.get("/login/second")
def show() -> Reply:
    """Ask for the second factor."""
    return _page(Form(OneCode))


@bp.post("/login/second")
def enter() -> Reply:
    """Take a one-time or recovery code and sign in."""
    token = session.get("step", "")
    step = steps.look(current_work(), StepKind.SECOND_FACTOR, token)
    form = Form(OneCode, request.form)
    try:
        sent = form.read()
        proving.count_code(step.user_id or 0)
        with transaction() as work:
            factors.use_code(work, step.user_id or 0, settings().secret_key, sent.code)
            steps.take(work, StepKind.SECOND_FACTOR, token)
    except Invalid as error:
        form.sent.clear()
        return _page(form.refused(error), 422)
    proving.forget_codes(step.user_id or 0)
    start_session(step.user_id or 0, Method.SECOND_FACTOR)
    return redirect(safe_next(step.data["next"]))


def _site() -> Site:
    site = proving.passkey_site()
    if site is None:
        raise Conflict("passkeys_off")
    return site


@bp.post("/login/passkey/options")
def ask() -> Response:
    """Tell the browser what to ask the device: for any passkey, or one of the person who is half signed in."""
    count_try(f"passkey:{network()}", *proving.PASSKEY_TRIES)
    user_id = None
    if "second" in request.args:
        user_id = steps.look(current_work(), StepKind.SECOND_FACTOR, session.get("step", "")).user_id
    with transaction() as work:
        asked = passkeys.ask(work, _site(), user_id)
    session["passkey"] = asked.token
    return Response(asked.options, mimetype="application/json")


@bp.post("/login/passkey")
def enter_passkey() -> Reply:
    """Sign in with what the device answered."""
    form = Form(PasskeyAnswer, request.form)
    sent = form.read()
    target = safe_next(sent.next)
    # Taken for good before the answer is looked at: one question, one answer.
    with transaction() as work:
        step = steps.take(work, StepKind.PASSKEY_SIGN_IN, session.pop("passkey", ""))
    with transaction() as work:
        user_id = passkeys.check(work, _site(), step, sent.answer).id
        if step.user_id is not None:
            target = safe_next(steps.take(work, StepKind.SECOND_FACTOR, session.get("step", "")).data["next"])
    start_session(user_id, Method.PASSKEY)
    return redirect(target)
