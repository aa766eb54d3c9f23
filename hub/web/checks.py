"""What the rules find in a model, and which rules an organisation wants."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import bpmn, policy
from hub.actions import checking, entries
from hub.errors import Invalid, NotFound
from hub.http import current_work, transaction
from hub.store.entries import EntryKind
from hub.store.organisations import Organisation
from hub.web.entries import head
from hub.web.kept import kept
from hub.web.library import organisation
from hub.web.messages import flash_text

bp = Blueprint("checks", __name__)
_NAME = re.compile(r"\{\w+\}")
"""Stands in a rule's sentence for what a finding is about."""
Reply = str | Response | tuple[str, int]


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "de"


@bp.get("/<city>/<slug>/checks")
@kept
def index(city: str, slug: str) -> Reply:
    """Show what the rules find in the newest readable version, or in the one named by `version`."""
    work = current_work()
    entry = entries.find(work, city, slug)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    number = request.args.get("version", "")
    shown = entries.version(work, entry, number) if number else entries.current(work, entry)
    found = checking.findings(work, entry, shown)
    marks: dict[str, int] = {}
    for finding in found:
        if finding.element_id:
            marks[finding.element_id] = marks.get(finding.element_id, 0) + 1
    return render_template(
        "checks/index.html",
        findings=found,
        language=_language(),
        markers=[{"element": key, "findings": count} for key, count in marks.items()],
        may_set=policy.set_rules(work.actor, entry.organisation),
        **head(work, entry, shown),
    )


@bp.get("/<city>/rules")
def rules(city: str) -> Reply:
    """Show all rules and how this organisation has set them."""
    work = current_work()
    found = organisation(work, city)
    work.require(policy.set_rules, found)
    return _rules_page(found, checking.settings(work, found.id), {}), 200


def _rules_page(found: Organisation, chosen: dict[str, str], errors: dict[str, str]) -> str:
    groups: dict[str, list[bpmn.Rule]] = {}
    for rule in bpmn.RULES.values():
        groups.setdefault(rule.group, []).append(rule)
    return render_template(
        "checks/rules.html",
        city=found,
        groups=groups,
        chosen=chosen,
        errors=errors,
        language=_language(),
        without_names=lambda text: _NAME.sub("…", text),
    )


@bp.post("/<city>/rules")
def set_rules(city: str) -> Reply:
    """Keep the settings."""
    chosen = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        with transaction() as work:
            checking.set_rules(work, organisation(work, city), chosen)
    except Invalid as error:
        return _rules_page(organisation(current_work(), city), chosen, dict(error.fields)), 422
    flash(flash_text("saved"), "success")
    return redirect(url_for(".rules", city=city))
