"""One's own tokens: make, see the text once, revoke."""

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from hub.actions import tokens
from hub.errors import Forbidden, Invalid
from hub.http import current_work, now, transaction
from hub.inputs.refusals import codes
from hub.inputs.tokens import NewToken
from hub.store.tokens import Scope
from hub.web.forms import Form
from hub.web.messages import flash_text
from hub.web.shared import BERLIN

bp = Blueprint("tokens", __name__)
Reply = str | Response | tuple[str, int]
USUAL = timedelta(days=90)


def _page(form: Form[NewToken], *, scopes: list[str], made: str = "", name: str = "") -> str:
    work = current_work()
    if not work.actor.signed_in:
        raise Forbidden
    today = now().astimezone(BERLIN).date()
    return render_template(
        "accounts/tokens.html",
        form=form,
        tokens=tokens.own(work),
        scopes=list(Scope),
        chosen=scopes,
        made=made,
        made_name=name,
        first=today.isoformat(),
        last=(today + tokens.LONGEST).isoformat(),
    )


def _usual() -> Form[NewToken]:
    day = now().astimezone(BERLIN).date() + USUAL
    return Form(NewToken, {"expires_on": day.isoformat()})


@bp.get("/account/tokens")
def index() -> Reply:
    """List one's valid tokens and offer to make one."""
    return _page(_usual(), scopes=[Scope.READ])


@bp.post("/account/tokens")
def create() -> Reply:
    """Make a token and show its text, this once: the page itself is the answer and no cache may keep it."""
    chosen = request.form.getlist("scopes")
    form = Form(NewToken, {"name": request.form.get("name", ""), "expires_on": request.form.get("expires_on", "")})
    try:
        try:
            sent = NewToken.model_validate({**form.sent, "scopes": chosen})
        except ValidationError as error:
            found = {name.partition(".")[0]: code for name, code in codes(error).items()}
            raise Invalid(**found | ({} if chosen else {"scopes": "scope_needed"})) from error
        with transaction() as work:
            _made, text = tokens.create(work, sent.name, sent.scopes, sent.expires_on)
    except Invalid as error:
        return _page(form.refused(error), scopes=chosen), 422
    response = make_response(_page(_usual(), scopes=[Scope.READ], made=text, name=sent.name))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/tokens/<int:token>/revoke")
def revoke(token: int) -> Reply:
    """End a token at once."""
    with transaction() as work:
        tokens.revoke(work, tokens.find(work, token))
    flash(flash_text("token_revoked"), "success")
    return redirect(url_for(".index"))
