"""One's own second factor and passkeys, and proving again who one is before they change."""

from base64 import b64encode
from io import BytesIO

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub import letters
from hub.actions import accounts, factors, identities, passkeys, steps
from hub.actions.passkeys import Site
from hub.config.providers import Provider
from hub.errors import Conflict, Forbidden, Invalid
from hub.http import count_try, current_actor, current_sign_in, current_work, network, settings, transaction
from hub.inputs.factors import Confirm, NamePasskey, NewPasskey, OneCode
from hub.store.accounts import User
from hub.store.factors import Method, StepKind
from hub.web import proving
from hub.web.forms import Form
from hub.web.messages import flash_text, sentence
from hub.web.shared import safe_next
from hub.work import Work

bp = Blueprint("factors", __name__)
Reply = str | BaseResponse | tuple[str, int]

OPEN = ("factors.", "second.", "login.", "providers.", "pages.", "static")
"""Beginnings of the endpoints that people use who have yet to set up the factor their role needs."""


@bp.before_app_request
def lead_to_set_up() -> Reply | None:
    """Lead whoever needs a second factor and has none to the page where it is set up, before anything else.

    Whoever came by a provider has proved there what the provider asks for.
    """
    roles = factors.roles_named(settings().second_factor_roles)
    here = current_sign_in() if roles and not (request.endpoint or "").startswith(OPEN) else None
    if here is None or not factors.required(current_actor(), roles):
        return None
    proof = factors.proof(current_work().session, here.id)
    if (proof is not None and proof.method == Method.PROVIDER) or factors.of(current_work(), here.user_id).any:
        return None
    if request.method != "GET" or request.path.startswith("/api/"):
        raise Forbidden("second_factor")
    return redirect(url_for("factors.show"))


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Secrets are shown once and stored nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _me(work: Work) -> User:
    if work.actor.user_id is None:
        raise Forbidden
    return work.session.get_one(User, work.actor.user_id)


def _ask_again(target: str) -> BaseResponse | None:
    """Return the way to the page that asks again who it is; None if that was proved a moment ago."""
    here = current_sign_in()
    if here is None:
        raise Forbidden
    if factors.fresh(current_work(), here.id):
        return None
    return redirect(url_for(".confirm", next=target))


def _overview(**more: object) -> str:
    work = current_work()
    me = _me(work)
    return render_template(
        "factors/show.html",
        **{
            "me": me,
            "held": factors.of(work, me.id),
            "passkeys_here": proving.passkey_site(),
            "needed": factors.required(work.actor, factors.roles_named(settings().second_factor_roles)),
            "identities": identities.of(work, me.id),
            "providers": settings().providers,
            "recovery": [],
            "form": Form(NewPasskey),
            **more,
        },
    )


@bp.get("/account/security")
def show() -> Reply:
    """Show what is set up."""
    return _overview()


# Proving again who one is


def _own_providers(work: Work, user_id: int) -> list[Provider]:
    """Return the providers at which the person can prove anew who they are."""
    issuers = {row.issuer for row in identities.of(work, user_id)}
    return [row for row in settings().providers if row.issuer in issuers]


def _confirm_page(form: Form[Confirm], status: int = 200) -> Reply:
    work = current_work()
    me = _me(work)
    held = factors.of(work, me.id)
    page = render_template(
        "factors/confirm.html", form=form, me=me, held=held, passkeys_here=proving.passkey_site(),
        target=safe_next(form.sent.get("next")), providers=_own_providers(work, me.id),
        passwords_here=settings().local_passwords,
    )  # fmt: skip
    return page, status


@bp.get("/account/confirm")
def confirm() -> Reply:
    """Ask again who it is: for the second factor if there is one, else for the password."""
    return _confirm_page(Form(Confirm, {"next": request.args.get("next", "")}))


@bp.post("/account/confirm")
def enter() -> Reply:
    """Take the password or code, and go on."""
    work = current_work()
    me, here = _me(work), current_sign_in()
    user_id, email, stored = me.id, me.email, me.password_hash
    held = factors.of(work, user_id).any
    form = Form(Confirm, request.form)
    try:
        sent = form.read()
        if held:
            proving.count_code(user_id)
            with transaction() as work:
                factors.use_code(work, user_id, settings().secret_key, sent.code)
            proving.forget_codes(user_id)
        else:
            with transaction() as work:
                accounts.attempt(work, email, network())
            if not settings().local_passwords or not accounts.password_matches(stored, sent.password):
                raise Invalid(email="password_again_wrong")
            with transaction() as work:
                accounts.forget_attempts(work, email, network())
    except Invalid as error:
        form.sent.pop("password", None)
        fields = {"password" if name == "email" else name: code for name, code in error.fields.items()}
        return _confirm_page(form.refused(Invalid(**fields)), 422)
    with transaction() as work:
        factors.note_proof(work, here.id if here else 0, Method.SECOND_FACTOR if held else Method.PASSWORD)
    return redirect(safe_next(sent.next))


@bp.post("/account/confirm/passkey/options")
def ask_confirm() -> Response:
    """Tell the browser to ask for one of the person's passkeys."""
    user_id = _me(current_work()).id
    count_try(f"passkey:{network()}", *proving.PASSKEY_TRIES)
    with transaction() as work:
        asked = passkeys.ask(work, _site(), user_id)
    session["passkey"] = asked.token
    return Response(asked.options, mimetype="application/json")


@bp.post("/account/confirm/passkey")
def enter_passkey() -> Reply:
    """Take the device's answer, and go on."""
    here = current_sign_in()
    user_id = _me(current_work()).id
    with transaction() as work:
        step = steps.take(work, StepKind.PASSKEY_SIGN_IN, session.pop("passkey", ""))
    with transaction() as work:
        if step.user_id != user_id:
            raise Conflict("step_expired")
        passkeys.check(work, _site(), step, request.form.get("answer", ""))
        factors.note_proof(work, here.id if here else 0, Method.PASSKEY)
    return redirect(safe_next(request.form.get("next")))


# One-time codes


def _picture(text: str) -> str:
    """Return a picture of `text` to scan, as an address that holds its own data."""
    data = BytesIO()
    segno.make(text, error="m").save(data, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(data.getvalue()).decode()}"


def _codes_page(form: Form[OneCode], status: int = 200) -> Reply:
    work = current_work()
    me = _me(work)
    secret = factors.pending_secret(work, me, settings().secret_key)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    picture = _picture(factors.address(secret, me))
    return render_template("factors/codes.html", form=form, secret=groups, picture=picture), status


@bp.post("/account/security/codes")
def begin_codes() -> Reply:
    """Make a secret for an app."""
    if away := _ask_again(url_for(".show")):
        return away
    with transaction() as work:
        factors.begin_codes(work, _me(work), settings().secret_key)
    return redirect(url_for(".codes"))


@bp.get("/account/security/codes")
def codes() -> Reply:
    """Show the secret to scan, and ask for a first code."""
    return _ask_again(url_for(".codes")) or _codes_page(Form(OneCode))


@bp.post("/account/security/codes/confirm")
def confirm_codes() -> Reply:
    """Put one-time codes in force."""
    if away := _ask_again(url_for(".codes")):
        return away
    form = Form(OneCode, request.form)
    try:
        sent = form.read()
        proving.count_code(_me(current_work()).id)
        with transaction() as work:
            me = _me(work)
            first = factors.of(work, me.id).recovery_count == 0
            factors.confirm_codes(work, me, settings().secret_key, sent.code)
            fresh = factors.renew_recovery(work, me) if first else []
            factors.tell(work, me, letters.factors_changed())
    except Invalid as error:
        return _codes_page(form.refused(error), 422)
    flash(flash_text("codes_on"), "success")
    return _overview(recovery=fresh) if fresh else redirect(url_for(".show"))


@bp.post("/account/security/codes/remove")
def remove_codes() -> Reply:
    """Take one-time codes out of force."""
    if away := _ask_again(url_for(".show")):
        return away
    with transaction() as work:
        factors.remove_codes(work, _me(work))
        factors.tell(work, _me(work), letters.factors_changed())
    flash(flash_text("codes_off"), "success")
    return redirect(url_for(".show"))


@bp.post("/account/security/recovery")
def renew_recovery() -> Reply:
    """Make new recovery codes and show them this once."""
    if away := _ask_again(url_for(".show")):
        return away
    with transaction() as work:
        me = _me(work)
        if not factors.of(work, me.id).any:
            raise Conflict("codes_none")
        fresh = factors.renew_recovery(work, me)
        factors.tell(work, me, letters.factors_changed())
    return _overview(recovery=fresh)


# Passkeys


def _site() -> Site:
    site = proving.passkey_site()
    if site is None:
        raise Conflict("passkeys_off")
    return site


@bp.post("/account/security/passkeys/options")
def ask_new() -> Response:
    """Tell the browser what passkey to make."""
    _me(current_work())
    if away := _ask_again(url_for(".show")):
        return Response(away.location, 403, mimetype="text/plain")
    with transaction() as work:
        asked = passkeys.ask_new(work, _me(work), _site())
    session["passkey"] = asked.token
    return Response(asked.options, mimetype="application/json")


@bp.post("/account/security/passkeys")
def add_passkey() -> Reply:
    """Keep a passkey that the device made."""
    if away := _ask_again(url_for(".show")):
        return away
    form = Form(NewPasskey, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            step = steps.take(work, StepKind.PASSKEY_SET_UP, session.pop("passkey", ""))
        with transaction() as work:
            me = _me(work)
            first = factors.of(work, me.id).recovery_count == 0
            passkeys.add(work, me, _site(), step, sent.answer, sent.name)
            fresh = factors.renew_recovery(work, me) if first else []
            factors.tell(work, me, letters.factors_changed())
    except Invalid as error:
        return _overview(form=form.refused(error)), 422
    flash(flash_text("passkey_on"), "success")
    return _overview(recovery=fresh) if fresh else redirect(url_for(".show"))


@bp.post("/account/security/passkeys/<int:passkey>/name")
def rename_passkey(passkey: int) -> Reply:
    """Give a passkey another name."""
    sent = Form(NamePasskey, request.form).read()
    with transaction() as work:
        passkeys.rename(work, _me(work), passkey, sent.name)
    flash(flash_text("saved"), "success")
    return redirect(url_for(".show"))


@bp.post("/account/security/passkeys/<int:passkey>/remove")
def remove_passkey(passkey: int) -> Reply:
    """Forget a passkey."""
    if away := _ask_again(url_for(".show")):
        return away
    try:
        with transaction() as work:
            me = _me(work)
            password = me.password_hash is not None and settings().local_passwords
            provided = {row.issuer for row in identities.of(work, me.id)} & {row.issuer for row in settings().providers}
            passkeys.remove(work, me, passkey, other_ways=password or bool(provided))
            factors.tell(work, me, letters.factors_changed())
    except Conflict as error:
        flash(sentence(error.code), "danger")
    else:
        flash(flash_text("passkey_off"), "success")
    return redirect(url_for(".show"))
