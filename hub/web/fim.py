"""FIM on an entry: report, activity groups, profile, and the process as XProzess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import format_date, get_locale
from pydantic import ValidationError
from werkzeug.wrappers import Response

from hub import bpmn, policy, xprozess
from hub.actions import entries, fim, fim_exchange, fim_forms, fim_records
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, settings, streamed, transaction
from hub.inputs.fim import ActivityForm, BasisDetail, FimProfileForm, Person
from hub.store.entries import Entry, EntryKind, Version
from hub.web.entries import address, head
from hub.web.files import answer, name_of
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import organisation
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("fim", __name__)
Reply = str | Response | tuple[str, int]
SPARE = 3
"""Empty rows for further people."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the selects of an activity group offer."""

    types: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    roles: list[tuple[str, str]]
    kinds: list[tuple[str, str]]


def _choices() -> Choices:
    return Choices(
        [("0", "–"), *((str(code), f"RAG {code} – {word}") for code, word in bpmn.RAG_TYPES.items())],
        [(code, f"{code} – {word}") for code, word in xprozess.STATUSES.items()],
        list(xprozess.ROLES.items()),
        list(xprozess.KINDS_OF_BASIS.items()),
    )


def _process(city: str, slug: str) -> tuple[Work, Entry, Version]:
    work = current_work()
    entry = entries.find(work, city, slug)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    return work, entry, entries.current(work, entry)


@bp.get("/<city>/<slug>/fim")
@kept
def index(city: str, slug: str) -> Reply:
    """Show whether a process keeps the FIM conventions, and its activity groups."""
    work, entry, _shown = _process(city, slug)
    number = request.args.get("version", "")
    shown = entries.version(work, entry, number) if number else entries.current(work, entry)
    rows = fim.groups(work, entry, shown)
    profile = fim_records.profile(work, entry)
    return render_template(
        "fim/index.html",
        report=fim.report(work, entry, shown),
        groups=rows,
        profile=profile,
        triggers="; ".join(map(fim_forms.told, profile.triggers)) if profile else "",
        results="; ".join(map(fim_forms.told, profile.results)) if profile else "",
        valid=[_day(day) for day in (profile.state.valid_from, profile.state.valid_until)] if profile else [],
        status=xprozess.status_word(profile.state.status) if profile else "",
        markers=[{"element": row.element_id, "badge": row.badge} for row in rows if row.badge],
        language="en" if str(get_locale()) == "en" else "de",
        **head(work, entry, shown),
    )


def _day(text: str) -> str:
    """Return a day of the profile (`2019-12-31`) as people write it; what is none stays as another hub sent it."""
    try:
        return str(format_date(date.fromisoformat(text), "dd.MM.yyyy"))
    except ValueError:
        return text


@bp.get("/<city>/<slug>/fim/profile")
def profile(city: str, slug: str) -> Reply:
    """Show the form of the FIM profile."""
    work, entry, shown = _process(city, slug)
    work.require(policy.edit, entry)
    now = fim_records.profile(work, entry)
    return _profile_page(work, entry, shown, Form(FimProfileForm, fim_forms.profile_fields(entry, now)))


def _profile_page(work: Work, entry: Entry, shown: Version, form: Form[FimProfileForm]) -> str:
    now = fim_records.profile(work, entry)
    people = sum(name.startswith("person-") for name in form.sent)
    used = max((at + 1 for at in range(people) if form.sent.get(f"person-{at}")), default=0)
    return render_template(
        "fim/profile.html",
        form=form,
        choices_of=_choices(),
        people=range(used + SPARE),
        unknown=xprozess.status_word(now.state.status)
        if now and xprozess.status_word(now.state.status).startswith("unbekannt")
        else "",
        missing=fim.missing_fields(entry, now),
        **head(work, entry, shown),
    )


@bp.post("/<city>/<slug>/fim/profile")
def save_profile(city: str, slug: str) -> Reply:
    """Save the FIM profile, or show what is wrong with it."""
    sent = {name: value for name, value in request.form.items() if name != "csrf_token"}
    form = Form(FimProfileForm, sent)
    try:
        told = _read_profile(sent)
        with transaction() as work:
            entry = entries.find(work, city, slug)
            now = fim_records.profile(work, entry)
            fim.set_profile(work, entry, fim_forms.profile(told, now), revision=told.revision)
            target = address(entry, "fim.index")
    except (Invalid, Conflict) as error:
        work, entry, shown = _process(city, slug)
        work.require(policy.edit, entry)
        if isinstance(error, Conflict):
            form.sent["revision"] = str(entry.revision)
            error = Invalid(definition=error.code)
        return _profile_page(work, entry, shown, form.refused(error)), 422
    flash(flash_text("saved"), "success")
    return redirect(target)


def _read_profile(sent: Mapping[str, str]) -> FimProfileForm:
    """Return the form with its rows of people and legal bases; raises `Invalid` on the field that is wrong."""
    rows: dict[str, list[dict[str, str]]] = {"people": [], "bases": []}
    for at in range(200):
        if sent.get(f"person-{at}", "").strip():
            rows["people"].append({"name": sent[f"person-{at}"], "role": sent.get(f"role-{at}", "")})
        if sent.get(f"basis-{at}", "").strip():
            rows["bases"].append(
                {"name": sent[f"basis-{at}"], "kind": sent.get(f"kind-{at}", ""), "uri": sent.get(f"uri-{at}", "")}
            )
    plain = {name: value for name, value in sent.items() if "-" not in name}
    base = Form(FimProfileForm, plain)
    read = base.read()
    try:
        people = tuple(Person.model_validate(row) for row in rows["people"])
    except ValidationError as error:
        raise Invalid(people="person_role") from error
    try:
        bases = tuple(BasisDetail.model_validate(row) for row in rows["bases"])
    except ValidationError as error:
        raise Invalid(bases="basis_uri") from error
    return read.model_copy(update={"people": people, "bases": bases})


@bp.get("/<city>/<slug>/fim/activities")
def activities(city: str, slug: str) -> Reply:
    """Show the list in which each activity gets its type; `suggest` fills empty ones with suggestions."""
    work, entry, shown = _process(city, slug)
    work.require(policy.edit, entry)
    return _list_page(work, entry, shown, {}, {})


def _list_page(work: Work, entry: Entry, shown: Version, sent: Mapping[str, str], errors: Mapping[str, str]) -> str:
    rows = fim.groups(work, entry, shown)
    suggesting = request.args.get("suggest") == "1"
    chosen = {
        row.element_id: sent.get(f"type-{row.element_id}")
        or str(row.activity.type or (row.suggestion if suggesting and row.suggestion else 0))
        for row in rows
    }
    return render_template(
        "fim/activities.html",
        groups=rows,
        chosen=chosen,
        errors=errors,
        suggesting=suggesting,
        revision=entry.revision,
        choices_of=_choices(),
        types=bpmn.RAG_TYPES,
        **head(work, entry, shown),
    )


@bp.post("/<city>/<slug>/fim/activities")
def save_activities(city: str, slug: str) -> Reply:
    """Save the types of all activities in the list."""
    sent = {name: value for name, value in request.form.items() if name.startswith("type-")}
    try:
        if not all(value.isascii() and value.isdigit() and len(value) == 1 for value in sent.values()):
            raise Invalid(type="not_a_choice")
        revision = request.form.get("revision", type=int) or 0
        with transaction() as work:
            entry = entries.find(work, city, slug)
            wanted = {name.removeprefix("type-"): int(value) for name, value in sent.items()}
            fim.set_types(work, entry, wanted, revision=revision)
            target = address(entry, "fim.index")
    except (Invalid, Conflict) as error:
        work, entry, shown = _process(city, slug)
        work.require(policy.edit, entry)
        fields = {"type": error.code} if isinstance(error, Conflict) else error.fields
        return _list_page(work, entry, shown, sent, fields), 422
    flash(flash_text("saved"), "success")
    return redirect(target)


@bp.get("/<city>/<slug>/fim/activities/<path:element>")
def activity(city: str, slug: str, element: str) -> Reply:
    """Show the form of one activity group."""
    work, entry, shown = _process(city, slug)
    work.require(policy.edit, entry)
    row = fim.group(work, entry, shown, element)
    fields = fim_forms.activity_fields(row.activity, entry.revision)
    if not row.activity.type and row.suggestion:
        fields["type"] = str(row.suggestion)
    return _activity_page(work, entry, shown, row, Form(ActivityForm, fields))


def _activity_page(work: Work, entry: Entry, shown: Version, row: fim.Group, form: Form[ActivityForm]) -> str:
    return render_template(
        "fim/activity.html",
        group=row,
        form=form,
        choices_of=_choices(),
        types=bpmn.RAG_TYPES,
        known={kind: list(xprozess.choices(kind).items()) for kind in ("check", "decision", "participation")},
        **head(work, entry, shown),
    )


@bp.post("/<city>/<slug>/fim/activities/<path:element>")
def save_activity(city: str, slug: str, element: str) -> Reply:
    """Save one activity group, or show what is wrong with it."""
    form = Form(ActivityForm, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            row = fim.group(work, entry, entries.current(work, entry), element)
            fim.set_group(work, entry, fim_forms.activity(sent, row.activity), revision=sent.revision)
            target = address(entry, "fim.index")
    except (Invalid, Conflict) as error:
        work, entry, shown = _process(city, slug)
        work.require(policy.edit, entry)
        row = fim.group(work, entry, shown, element)
        if isinstance(error, Conflict):
            form.sent["revision"] = str(entry.revision)
            error = Invalid(type=error.code)
        return _activity_page(work, entry, shown, row, form.refused(error)), 422
    flash(flash_text("saved"), "success")
    return redirect(target)


@bp.get("/<city>/<slug>/versions/<number>/xprozess.xml")
def export(city: str, slug: str, number: str) -> Response:
    """Return one process version as an XProzess message."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    data = fim_exchange.export(work, entry, shown, address=settings().base_url + address(entry))
    return answer(data, "application/xml", name_of(entry, shown, "xprozess.xml"), "")


@bp.get("/<city>/xprozess.xml")
def export_all(city: str) -> Response:
    """Return an organisation's published processes as one XProzess message."""
    work = current_work()
    found = organisation(work, city)
    pieces = fim_exchange.export_all(work, found, address=f"{settings().base_url}/{found.slug}")
    response = Response(streamed(pieces), mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-xprozess.xml"'
    return response
