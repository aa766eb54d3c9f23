"""Signing in by an OpenID Connect provider, linking it to one's account, and its word that a session is over."""

import logging
from dataclasses import asdict

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from hub import letters
from hub.actions import factors, identities, openid, openid_http, passkeys
from hub.config.providers import Provider
from hub.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.http import count_try, current_actor, current_sign_in, current_work, network, settings, transaction
from hub.inputs.providers import LogoutToken
from hub.store.accounts import User
from hub.store.factors import Method
from hub.web.forms import Form
from hub.web.leaving import provider_named
from hub.web.login import start_session
from hub.web.messages import flash_text, sentence
from hub.web.shared import safe_next

bp = Blueprint("providers", __name__)
log = logging.getLogger(__name__)
PURPOSES = ("sign_in", "link", "again")
BAD_NOTICES = (60, 15 * 60)
"""Logout tokens from one network address that count for nothing, and in how many seconds."""


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Whatever passes here belongs to one browser at one moment."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(provider: Provider) -> str:
    """Return where the provider sends the browser: an address of each provider's own, against mix-up (RFC 9700)."""
    return settings().base_url + url_for(".callback", name=provider.name)


def _purpose() -> str:
    """Return what for the person goes to the provider; linking and proving need a sign-in here."""
    purpose = request.args.get("for", "sign_in")
    if purpose not in PURPOSES or (purpose != "sign_in" and not current_actor().signed_in):
        raise Forbidden
    return purpose


@bp.get("/login/with/<name>")
def begin(name: str) -> BaseResponse:
    """Send the browser to the provider.

    By a link, not a form: the pages' policy lets forms be sent to the hub only. What is to be remembered is kept in
    the signed cookie of this browser, so that nobody else's answer fits and nothing is written.
    """
    provider, purpose = provider_named(name), _purpose()
    here = current_sign_in()
    if purpose == "link" and (here is None or not factors.fresh(current_work(), here.id)):
        return redirect(url_for("factors.confirm", next=f"{request.path}?for=link"))
    try:
        address, question = openid.begin(provider, _back(provider), again=purpose == "again")
    except Conflict as error:
        return _refused(name, error)
    target = safe_next(request.args.get("next"))
    session["provider"] = {"name": name, "for": purpose, "next": target, **asdict(question)}
    return redirect(address)


def _refused(name: str, error: Conflict) -> BaseResponse:
    """Say on the page the person came from why it did not work, and to the operator what to mend."""
    log.warning("provider %s: %s (%s)", name, error.code, error.details.get("reason", "no further reason"))
    flash(sentence(error.code), "danger")
    return redirect(url_for("factors.show" if current_actor().signed_in else "login.show"))


@bp.get("/login/with/<name>/callback")
def callback(name: str) -> BaseResponse:
    """Take the provider's answer, once."""
    provider = provider_named(name)
    kept = session.pop("provider", None)
    if not isinstance(kept, dict) or kept["name"] != name:
        return _refused(name, openid_http.refused("this browser was not sent there, or began anew since"))
    purpose, target = kept["for"], safe_next(kept["next"])
    question = openid.Question(kept["state"], kept["nonce"], kept["verifier"], kept["again"])
    try:
        told = openid.finish(provider, _back(provider), question, request.args.to_dict())
        if purpose == "link":
            return _link(provider, told)
        if purpose == "again":
            return _prove(provider, told, target)
        identity_id, user_id = receive(provider, told)
    except Conflict as error:
        return _refused(name, error)
    start_session(
        user_id,
        Method.PROVIDER,
        note=lambda work, row: identities.note_sign_in(work, row, identity_id, told, settings().secret_key),
    )
    return redirect(target)


def receive(provider: Provider, told: openid.Told) -> tuple[int, int]:
    """Return (identity, account) of whom a provider vouches for, made if need be; raises `Conflict`."""
    for pair in identities.unknown_roles(current_work(), provider):
        log.warning("provider %s gives %s, which does not exist here", provider.name, pair)
    try:
        with transaction() as work:
            identity = identities.arrive(work, provider, told)
            return identity.id, identity.user_id
    except IntegrityError:
        # The same person came for the first time in two tabs at once, and the other tab was quicker.
        with transaction() as work:
            identity = identities.arrive(work, provider, told)
            return identity.id, identity.user_id


def _link(provider: Provider, told: openid.Told) -> BaseResponse:
    """Link the identity to the account that is signed in, whose owner proved a moment ago to be there."""
    here = current_sign_in()
    if here is None or not factors.fresh(current_work(), here.id):
        raise Conflict("provider_refused")
    user_id = here.user_id
    with transaction() as work:
        user = work.session.get_one(User, user_id)
        identities.link(work, user, provider, told)
        factors.tell(work, user, letters.factors_changed())
    flash(flash_text("identity_linked"), "success")
    return redirect(url_for("factors.show"))


def _prove(provider: Provider, told: openid.Told, target: str) -> BaseResponse:
    """Note that the person has proved anew who they are; only as themselves."""
    here = current_sign_in()
    if here is None:
        raise Conflict("provider_refused")
    sign_in_id, user_id = here.id, here.user_id
    with transaction() as work:
        identity = identities.find(work, provider, told)
        if identity is None or identity.user_id != user_id:
            raise Conflict("provider_refused")
        factors.note_proof(work, sign_in_id, Method.PROVIDER)
    return redirect(target)


@bp.post("/account/security/identities/<int:identity>/remove")
def unlink(identity: int) -> BaseResponse:
    """Take a provider away from one's account."""
    here = current_sign_in()
    if here is None:
        raise Forbidden
    if not factors.fresh(current_work(), here.id):
        return redirect(url_for("factors.confirm", next=url_for("factors.show")))
    user_id = here.user_id
    with transaction() as work:
        user = work.session.get_one(User, user_id)
        password = user.password_hash is not None and settings().local_passwords
        identities.unlink(work, user, identity, other_ways=password or bool(passkeys.of(work, user_id)))
        factors.tell(work, user, letters.factors_changed())
    flash(flash_text("identity_unlinked"), "success")
    return redirect(url_for("factors.show"))


@bp.post("/login/with/<name>/logout")
def end(name: str) -> Response:
    """End the sign-ins of a session that is over at the provider (Back-Channel Logout 1.0)."""
    provider = provider_named(name)
    try:
        sent = Form(LogoutToken, request.form).read()
        notice = openid.notice(provider, sent.logout_token)
        with transaction() as work:
            identities.end(work, provider, notice)
    except (Conflict, Invalid) as error:
        reason = error.details.get("reason", "used before") if isinstance(error, Conflict) else "no token"
        log.warning("provider %s: a logout token counts for nothing (%s)", name, reason)
        count_try(f"notice:{network()}", *BAD_NOTICES)
        return Response('{"error": "invalid_request"}', 400, mimetype="application/json")
    return Response(status=200)


# The provider sends it without a browser; the signature in the token is the permission.
csrf.exempt(end)
