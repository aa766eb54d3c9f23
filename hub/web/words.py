"""The coordination's word list, with a place to try how a search is understood."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import words
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.searches import TeachWords
from hub.store.words import WordRuleKind
from hub.web.forms import Form
from hub.web.messages import flash_text

bp = Blueprint("words", __name__, url_prefix="/search/words")
Reply = str | Response | tuple[str, int]


def _page(form: Form[TeachWords]) -> str:
    work = current_work()
    text = request.args.get("try", "")[:400]
    found, hints = words.understood(work, text) if text else ([], [])
    return render_template(
        "words/index.html",
        rules=words.rules(work),
        state=words.state(work),
        form=form,
        tried=text,
        understood=found,
        hints=hints,
    )


@bp.get("")
def index() -> Reply:
    """Show the rules and how a query would be understood."""
    return _page(Form(TeachWords))


@bp.post("")
def teach() -> Reply:
    """Add a rule, or show what is wrong with it."""
    form = Form(TeachWords, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            words.teach(work, WordRuleKind(sent.kind), sent.words.split("\n"), note=sent.note)
    except (Invalid, Conflict) as error:
        refusal = error if isinstance(error, Invalid) else Invalid(words=error.code)
        return _page(form.refused(refusal)), 422
    flash(flash_text("words_taught"), "success")
    return redirect(f"{url_for('.index')}?{urlencode({'try': sent.words.split(chr(10))[0]})}")


@bp.post("/<int:rule_id>/delete")
def forget(rule_id: int) -> Reply:
    """Take a rule out of force."""
    with transaction() as work:
        words.forget(work, words.find(work, rule_id))
    flash(flash_text("words_forgotten"), "success")
    return redirect(url_for(".index"))
