"""Maturity (Reifegrad) of an entry's service: both scales side by side, ratings with evidence, other cities."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import entries, maturity
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs import Input
from hub.inputs.maturity import NameCriterion, RatedCriterion, RateMaturity
from hub.policy import maturity as may
from hub.store.entries import Entry, Version
from hub.store.maturity import MaturityRating, Scale
from hub.web import quality_pictures
from hub.web.entries import address, head
from hub.web.forms import Form, T
from hub.web.kept import kept
from hub.web.messages import flash_text, label
from hub.web.quality_pictures import drawn
from hub.work import Work

bp = Blueprint("maturity", __name__)
Reply = str | Response | tuple[str, int]


def _scale(text: str) -> Scale:
    try:
        return Scale(text)
    except ValueError as error:
        raise NotFound from error


@bp.get("/<city>/<slug>/maturity")
@kept
def index(city: str, slug: str) -> Reply:
    """Show how mature the service is on both scales, and how that came about."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.current(work, entry)
    cities = maturity.cities(work, entry)
    return render_template(
        "maturity/index.html",
        scales=[_told(work, entry, scale) for scale in Scale],
        cities=cities,
        city_charts=[drawn(quality_pictures.maturity_cities(cities, scale)) for scale in Scale],
        all_scales=list(Scale),
        may_rate=may.rate_maturity(work.actor, entry),
        may_read_evidence=may.read_evidence(work.actor, entry),
        may_name=may.name_criteria(work.actor),
        **head(work, entry, shown),
    )


def _told(work: Work, entry: Entry, scale: Scale) -> dict[str, Any]:
    """Return what the page shows of one scale."""
    ratings = maturity.ratings(work, entry, scale)
    newest = ratings[0] if ratings else None
    marks = {mark.position: mark for mark in newest.marks} if newest else {}
    return {
        "scale": scale,
        "newest": newest,
        "ratings": ratings,
        "criteria": [(criterion, marks.get(criterion.position)) for criterion in maturity.criteria(work, scale)],
        "history": drawn(quality_pictures.maturity_history(ratings, scale)),
        "deciding": maturity.deciding(newest) if newest else [],
    }


def _prefilled(work: Work, entry: Entry, scale: Scale) -> dict[str, str]:
    """Return the newest rating as a form shows it, to be changed where something changed."""
    ratings = maturity.ratings(work, entry, scale)
    filled = {"scale": str(scale), "number": str(maturity.newest_number(work, entry, scale))}
    filled["rated_on"] = work.now.date().isoformat()
    newest: MaturityRating | None = ratings[0] if ratings else None
    if newest is None:
        return filled
    for mark in newest.marks:
        for name in ("actual", "target", "evidence", "link"):
            value = getattr(mark, name)
            filled[f"{name}-{mark.position}"] = "" if value is None else str(value)
    if not newest.rated_criteria and newest.actual is not None:
        filled["actual"] = str(newest.actual)
    filled["target"] = "" if newest.target is None else str(newest.target)
    return filled


def _form_page(work: Work, entry: Entry, shown: Version, scale: Scale, form: Form[RateMaturity]) -> str:
    levels = [
        (str(level), f"{level} – {label(f'{scale}-{level}', 'maturity_level')}") for level in range(scale.highest + 1)
    ]
    return render_template(
        "maturity/rate.html",
        scale=scale,
        form=form,
        levels=levels,
        meanings=[(level, label(f"{scale}-{level}", "maturity_meaning")) for level, _word in levels],
        criteria=maturity.criteria(work, scale),
        **head(work, entry, shown),
    )


@bp.get("/<city>/<slug>/maturity/rate")
def form(city: str, slug: str) -> Reply:
    """Offer to rate the service on the scale named by `scale`."""
    work = current_work()
    entry = entries.find(work, city, slug)
    work.require(may.rate_maturity, entry)
    scale = _scale(request.args.get("scale", "2.0"))
    sent = Form(RateMaturity, _prefilled(work, entry, scale))
    return _form_page(work, entry, entries.current(work, entry), scale, sent)


@bp.post("/<city>/<slug>/maturity/rate")
def rate(city: str, slug: str) -> Reply:
    """Keep a rating, or show what is wrong with it; what was typed stays."""
    scale = _scale(request.form.get("scale", ""))
    typed = Form(RateMaturity, request.form)
    try:
        sent = _part(typed, RateMaturity, "")
        marks = {at: _part(typed, RatedCriterion, f"-{at}") for at in range(1, scale.criteria_count + 1)}
        with transaction() as work:
            entry = entries.find(work, city, slug)
            maturity.rate(
                work,
                entry,
                entries.current(work, entry),
                scale,
                number=sent.number,
                rated_on=sent.rated_on,
                actual=sent.actual,
                target=sent.target,
                note=sent.note,
                marks=marks,
            )
            target = address(entry, "maturity.index")
    except (Invalid, Conflict) as error:
        work = current_work()
        entry = entries.find(work, city, slug)
        work.require(may.rate_maturity, entry)
        if isinstance(error, Conflict):
            typed.sent["number"] = str(maturity.newest_number(work, entry, scale))
        typed.refused(error if isinstance(error, Invalid) else Invalid(note=error.code))
        return _form_page(work, entry, entries.current(work, entry), scale, typed), 422
    flash(flash_text("rated"), "success")
    return redirect(target)


def _part(typed: Form[Any], shape: type[T], ending: str) -> T:
    """Return the fields of `shape` whose names end in `ending`; refusals name the fields as they stand on the page."""
    fields = {name: typed.sent[f"{name}{ending}"] for name in shape.model_fields if f"{name}{ending}" in typed.sent}
    try:
        return Form(shape, fields).read()
    except Invalid as error:
        raise Invalid(**{f"{name}{ending}": code for name, code in error.fields.items()}) from error


@bp.get("/maturity/criteria")
def criteria() -> Reply:
    """Offer to name the criteria of both scales."""
    work = current_work()
    work.require(may.name_criteria)
    return _criteria_page(work, Form(Input))


def _criteria_page(work: Work, form: Form[Input]) -> str:
    scale = _scale(request.args.get("scale", "2.0"))
    known = maturity.criteria(work, scale)
    filled = {f"{name}-{row.position}": str(getattr(row, name)) for row in known for name in NameCriterion.model_fields}
    form.sent = {**filled, **form.sent}
    return render_template("maturity/criteria.html", scale=scale, scales=list(Scale), criteria=known, form=form)


@bp.post("/maturity/criteria")
def name_criteria() -> Reply:
    """Keep the names of the criteria of one scale."""
    scale = _scale(request.args.get("scale", "2.0"))
    typed: Form[Input] = Form(Input, request.form)
    try:
        named = {at: _part(typed, NameCriterion, f"-{at}") for at in range(1, scale.criteria_count + 1)}
        with transaction() as work:
            maturity.name_criteria(work, scale, named)
    except (Invalid, Conflict) as error:
        work = current_work()
        work.require(may.name_criteria)
        if isinstance(error, Conflict):
            for row in maturity.criteria(work, scale):
                typed.sent[f"revision-{row.position}"] = str(row.revision)
        typed.refused(error if isinstance(error, Invalid) else Invalid(names=error.code))
        return _criteria_page(work, typed), 422
    flash(flash_text("criteria_named"), "success")
    return redirect(url_for(".criteria", scale=str(scale)))
