"""The rules that find media breaks: read by all, tried out by all, extended by the coordination."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import bpmn
from hub.actions import media_effect, media_rules
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs.findings import ChangeMediaRule, ChangeMediaWords
from hub.policy import findings as may
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("media_rules", __name__, url_prefix="/media-rules")
Reply = str | Response | tuple[str, int]
TRIED = 2000
"""Longest text of the test box."""


def _tried() -> str:
    return request.values.get("try", "")[:TRIED]


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "de"


@bp.get("")
@kept
def index() -> Reply:
    """Show all rules, a box to try a text, and what the cooperation has added."""
    work = current_work()
    current = media_rules.current(work)
    additions = media_rules.additions(work)
    tried = _tried()
    return render_template(
        "media_rules/index.html",
        rules=list(current.rules.rules.values()),
        known=bpmn.media_rules().rules,
        off=[rule for id_, rule in bpmn.media_rules().rules.items() if id_ not in current.rules.rules],
        additions=additions,
        own=media_rules.own_words(additions),
        history=media_rules.history(work),
        tried=tried,
        reasons=bpmn.explain(tried, current.rules),
        may_edit=may.edit_media_rules(work.actor),
        language=_language(),
    )


def _lines(values: tuple[str, ...]) -> str:
    return "\n".join(values)


def _rule_form(work: Work, rule: str) -> Form[ChangeMediaRule]:
    current = media_rules.current(work)
    own = media_rules.additions(work).of(rule)
    return Form(
        ChangeMediaRule,
        {
            "rule": rule,
            "number": str(current.number),
            "lexemes": _lines(own.lexemes),
            "weak": _lines(own.weak),
            "not_with": _lines(own.not_with),
            "severity": own.severity,
            "de": own.de,
            "remedy_de": own.remedy_de,
            "off": "" if own.on else "1",
        },
    )


@bp.get("/edit")
def edit() -> Reply:
    """Offer to extend the rule named by `rule`, or a new one."""
    work = current_work()
    work.require(may.edit_media_rules)
    rule = request.args.get("rule", "")
    if rule and rule not in bpmn.media_rules().rules and rule not in media_rules.additions(work).rules:
        raise NotFound
    return _edit_page(_rule_form(work, rule))


def _edit_page(form: Form[ChangeMediaRule], effect: media_effect.Effect | None = None) -> str:
    rule = form.sent.get("rule", "")
    rules, tried = None, _tried()
    if effect is not None and tried:
        rules = media_rules.checked(_wanted(current_work(), form.read()))
    return render_template(
        "media_rules/edit.html",
        form=form,
        base=bpmn.media_rules().rules.get(rule),
        effect=effect,
        tried=tried,
        reasons=bpmn.explain(tried, rules) if rules is not None else [],
        language=_language(),
    )


def _wanted(work: Work, sent: ChangeMediaRule) -> bpmn.Additions:
    return media_rules.edited(work, sent.rule, sent.addition())


@bp.post("/edit")
def change() -> Reply:
    """Show what a changed rule would do, or make it hold, as the button says; what was typed stays."""
    form = Form(ChangeMediaRule, {key: value for key, value in request.form.items() if key not in ("deed", "try")})
    work = current_work()
    work.require(may.edit_media_rules)
    try:
        sent = form.read()
        wanted = _wanted(work, sent)
        if request.form.get("deed") != "save":
            return _edit_page(form, media_effect.effect(work, wanted))
        with transaction() as held:
            media_rules.change(held, _wanted(held, sent), number=sent.number, message=sent.message)
    except (Invalid, Conflict) as error:
        if isinstance(error, Conflict):
            form.sent["number"] = str(media_rules.current(current_work()).number)
        return _edit_page(form.refused(error if isinstance(error, Invalid) else Invalid(message=error.code))), 422
    flash(flash_text("media_rules_saved"), "success")
    return redirect(url_for(".index"))


@bp.get("/words")
def words() -> Reply:
    """Offer to extend the false friends and the names of digital ways."""
    work = current_work()
    work.require(may.edit_media_rules)
    own = media_rules.additions(work)
    sent = {
        "number": str(media_rules.current(work).number),
        "friends": _lines(own.friends),
        "digital": _lines(own.digital),
    }
    return _words_page(Form(ChangeMediaWords, sent))


def _words_page(form: Form[ChangeMediaWords], effect: media_effect.Effect | None = None) -> str:
    base = bpmn.media_rules()
    return render_template(
        "media_rules/words.html", form=form, effect=effect, friends=base.friends, digital=base.digital
    )


@bp.post("/words")
def change_words() -> Reply:
    """Show what changed words would do, or make them hold, as the button says; what was typed stays."""
    form = Form(ChangeMediaWords, {key: value for key, value in request.form.items() if key != "deed"})
    work = current_work()
    work.require(may.edit_media_rules)
    try:
        sent = form.read()
        own = media_rules.additions(work)
        wanted = bpmn.Additions(sent.words("friends"), sent.words("digital"), own.rules)
        media_rules.checked(wanted)
        if request.form.get("deed") != "save":
            return _words_page(form, media_effect.effect(work, wanted))
        with transaction() as held:
            rules = media_rules.additions(held).rules
            given = bpmn.Additions(sent.words("friends"), sent.words("digital"), rules)
            media_rules.change(held, given, number=sent.number, message=sent.message)
    except (Invalid, Conflict) as error:
        if isinstance(error, Conflict):
            form.sent["number"] = str(media_rules.current(current_work()).number)
        return _words_page(form.refused(error if isinstance(error, Invalid) else Invalid(message=error.code))), 422
    flash(flash_text("media_rules_saved"), "success")
    return redirect(url_for(".index"))
