"""Service designs: the guided form, what happens when two people saved, the picture of the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub import design, documents
from hub.actions import designs, entries, local_values, saving
from hub.actions.designs import Answers
from hub.design import Design, Field, FieldKind, Part
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_actor, current_work, settings, transaction
from hub.inputs import PublishVersion
from hub.store.entries import Entry, EntryKind, Version
from hub.web.design_parts import design_parts
from hub.web.entries import address, head
from hub.web.files import answer, name_of
from hub.web.forms import Form
from hub.web.messages import flash_text
from hub.web.versions import editable, kept_as_draft
from hub.work import Work

bp = Blueprint("designs", __name__)
Reply = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class FieldAsked:
    """One field as the form shows it; `more` is what a list holds besides its usual values."""

    id: str
    row: Field
    value: str
    items: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class PartAsked:
    """One section as the form shows it; `ticks` for a checklist."""

    id: str
    row: Part
    value: str
    ticks: tuple[design.Tick, ...] = ()
    rest: str = ""


def field_id(name: str) -> str:
    """Return the name of a field's input."""
    return f"f-{design.section_key(name)}"


bp.add_app_template_global(field_id, "design_field_id")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def given_answers(form: MultiDict[str, str], current: Design) -> Answers:
    """Return what a sent form says; fields it does not hold stay out, so that `current` keeps them."""
    known = design.schema()
    fields: dict[str, str] = {}
    for name, row in known.fields.items():
        if row.kind == FieldKind.LIST:
            chosen = [*form.getlist(field_id(name)), *design.list_items(form.get(f"{field_id(name)}-more", ""))]
            fields[name] = _list(current.fields.get(name, ""), [item.strip() for item in chosen if item.strip()])
        elif field_id(name) in form:
            fields[name] = form[field_id(name)]
    others = [name for name in current.fields if name not in known.fields]
    fields |= {name: form[f"x-{at}"] for at, name in enumerate(others) if f"x-{at}" in form}
    sections = {
        key: _lines(form[f"s-{key}"])
        for key in dict.fromkeys([*known.sections, *(row.key for row in current.sections)])
        if f"s-{key}" in form
    }
    for key, part in known.sections.items():
        if part.items and f"s-{key}-rest" in form:
            ticks = [
                design.Tick(item, _state(form.get(f"s-{key}-{at}", "")), form.get(f"s-{key}-{at}-evidence", "").strip())
                for at, item in enumerate(part.items)
            ]
            sections[key] = design.write_checklist(ticks, _lines(form[f"s-{key}-rest"]).strip())
    return Answers(
        form.get("title", "").strip() or current.title, _lines(form.get("intro", current.intro)), fields, sections
    )


def _list(before: str, chosen: list[str]) -> str:
    """Return a list as it was, without what is no longer chosen and with what is new at its end."""
    wanted = {item.lower(): item for item in chosen}
    kept = [item for item in design.list_items(before) if item.lower() in wanted]
    known = {item.lower() for item in kept}
    fresh = [item for key, item in wanted.items() if key not in known]
    if not fresh and len(kept) == len(design.list_items(before)):
        return before
    return "; ".join([*kept, *fresh])


def _state(text: str) -> str:
    return text if text in ("done", "none") else "open"


def _asked(found: Answers, percent: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the steps of the form with their questions; what the schema does not know comes last."""
    known = design.schema()
    steps = []
    for step in known.steps:
        fields, parts = known.of_step(step.key)
        steps.append(
            {
                "key": step.key,
                "title": step.title,
                "lead": step.lead,
                "percent": percent[step.key],
                "fields": [_field(row, found.fields.get(row.name, "")) for row in fields],
                "parts": [_part(row, found.sections.get(row.key, "")) for row in parts],
            }
        )
    return steps


def _field(row: Field, value: str) -> FieldAsked:
    if row.kind != FieldKind.LIST:
        return FieldAsked(field_id(row.name), row, value)
    items = tuple(design.list_items(value))
    usual = {choice.lower() for choice in row.choices}
    more = "; ".join(item for item in items if item.lower() not in usual)
    return FieldAsked(field_id(row.name), row, value, tuple(item.lower() for item in items), more)


def _part(row: Part, text: str) -> PartAsked:
    if not row.items:
        return PartAsked(f"s-{row.key}", row, text)
    ticks, rest = design.checklist(text, row.items)
    return PartAsked(f"s-{row.key}", row, text, tuple(ticks), rest)


def _page(
    work: Work,
    entry: Entry,
    started: Version,
    found: Answers,
    *,
    message: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    current = designs.text(work, entry, started)
    complete = design.completeness(design.read(designs.written(current, found)))
    known = design.schema()
    form = Form(PublishVersion, {"title": found.title, "intro": found.intro, "message": message})
    form.sent |= {f"s-{key}": text for key, text in found.sections.items()}
    others = [name for name in current.fields if name not in known.fields]
    form.errors = {field_id(key) if key in known.fields else key: told for key, told in (errors or {}).items()}
    return render_template(
        "designs/form.html",
        form=form,
        labels={field_id(name): _(row.label) for name, row in known.fields.items()}
        | {"message": _("Änderungshinweis"), "title": _("Überschrift")},
        steps=_asked(found, complete.steps),
        others=[(f"x-{at}", name, found.fields.get(name, current.fields[name])) for at, name in enumerate(others)],
        own_sections=[row for row in current.sections if row.key not in known.sections],
        complete=complete,
        models=designs.offered_models(work, entry),
        started=started,
        user_id=current_actor().user_id,
        **head(work, entry, entry.head or started),
    )


@bp.get("/<city>/<slug>/design")
def edit(city: str, slug: str) -> Reply:
    """Show the guided form, filled from the newest version."""
    work = current_work()
    entry, newest = editable(work, city, slug)
    return _page(work, entry, newest, designs.answers(designs.text(work, entry, newest)))


@bp.post("/<city>/<slug>/design")
def save(city: str, slug: str) -> Reply:
    """Publish what the form says, merged with what others published meanwhile; or show what is in the way."""
    work = current_work()
    entry, _newest = editable(work, city, slug)
    parent = request.form.get("parent", "")
    started = designs.started_from(work, entry, int(parent) if parent.isdecimal() and len(parent) < 18 else 0)
    current = designs.text(work, entry, started)
    message = request.form.get("message", "")
    found = given_answers(request.form, current)
    source = designs.written(current, found)
    if "look" in request.form:
        return _page(work, entry, started, found, message=message)
    try:
        wanted = Form(PublishVersion, {"message": message, "parent": str(started.id)}).read()
        given = documents.read(EntryKind.DESIGN, source)
        if wrong := {
            key: told
            for key, told in designs.refused_in_form(design.read(source)).items()
            if _touched(key, found, current)
        }:
            raise Invalid(**wrong)
        with transaction() as work:
            entry = entries.find(work, city, slug)
            started = designs.started_from(work, entry, started.id)
            made, merged = saving.publish(work, entry, given, wanted.message, started=started)
            target = address(entry, "versions.show", number=made.number)
    except saving.Clash:
        flash(flash_text("clash_kept"), "warning")
        return redirect(kept_as_draft(city, slug, given, wanted.message, started.id))
    except (Invalid, Conflict) as error:
        work = current_work()
        entry, _newest = editable(work, city, slug)
        errors = dict(error.fields) if isinstance(error, Invalid) else {"message": error.code}
        if "source" in errors:
            errors["message"] = errors.pop("source")
        started = designs.started_from(work, entry, started.id)
        return _page(work, entry, started, found, message=message, errors=errors), 422
    flash(flash_text("merged" if merged else "published"), "success")
    return redirect(target)


def _touched(name: str, found: Answers, current: Design) -> bool:
    """Say whether a value was changed here: an old fault must not keep anybody from saving something else."""
    return found.fields.get(name) != current.fields.get(name)


@bp.get("/<city>/<slug>/versions/<number>/document.html")
def html(city: str, slug: str, number: str) -> Response:
    """Return a design as one page to keep or to send: text, way, figures, with the values of a city."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    if entry.kind != EntryKind.DESIGN:
        raise NotFound
    filling = local_values.filling(work, entry, shown, request.args.get("values", ""))
    language = "en" if str(get_locale()) == "en" else "de"
    page = render_template(
        "designs/document.html",
        entry=entry,
        shown=shown,
        filling=filling,
        language=language,
        link=settings().base_url + address(entry, "versions.show", number=shown.number),
        **design_parts(work, entry, shown, filling),
    )
    return answer(page.encode(), "text/html; charset=utf-8", name_of(entry, shown, "html"), "")


@bp.get("/<city>/<slug>/versions/<number>/journey.svg")
def journey(city: str, slug: str, number: str) -> Response:
    """Return the way from application to decision as a picture; `narrow` puts one station in a row."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    if entry.kind != EntryKind.DESIGN:
        raise NotFound
    way = designs.reading(work, entry, shown).journey
    columns = 1 if request.args.get("narrow") == "1" else 4
    language = "en" if str(get_locale()) == "en" else "de"
    svg = design.draw_journey(way, columns=columns, lang=language)
    # The process it refers to may get other rights or a newer version; so nothing keeps it for long.
    return answer(svg.encode(), "image/svg+xml", name_of(entry, shown, "svg"), "", attachment=False)
