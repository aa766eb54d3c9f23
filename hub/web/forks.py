"""Forks and the family tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import entries, family_picture, library, lineage
from hub.actions.ancestry import Distance
from hub.errors import Invalid
from hub.http import current_work, transaction
from hub.inputs import ForkEntry
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.messages import flash_text
from hub.web.ways_in import own_organisations
from hub.work import Work

bp = Blueprint("forks", __name__)
Reply = str | Response | tuple[str, int]


@dataclass(slots=True)
class Node:
    """One entry of the tree, as the tree macro shows it."""

    text: str
    url: str
    note: str
    current: bool
    children: list["Node"] = field(default_factory=list)


def _node(relative: library.Relative, entry: Entry, apart: Mapping[int, Distance]) -> Node:
    shown = relative.entry.head or relative.entry.published
    note = f"{relative.entry.organisation.short_name}, {shown.number if shown else ''}"
    if (found := apart.get(relative.entry.id)) is not None:
        own, missing = found.ahead, found.behind
        note += f" ({_('eigene Versionen: %(own)s, fehlende des Ursprungs: %(missing)s', own=own, missing=missing)})"
    return Node(
        relative.entry.title,
        address(relative.entry),
        note,
        relative.entry.id == entry.id,
        [_node(child, entry, apart) for child in relative.children],
    )


@bp.get("/<city>/<slug>/family")
@kept
def family(city: str, slug: str) -> Reply:
    """Show all forks of the family, as a picture and as a list."""
    work = current_work()
    entry = entries.find(work, city, slug)
    tree = library.family(work, entry)
    picture = family_picture.draw(tree, entry.id, address=address)
    apart = lineage.distances(work, tree) if work.actor.cooperates else {}
    values = head(work, entry, entries.current(work, entry))
    return render_template("forks/family.html", tree=[_node(tree, entry, apart)], picture=picture, **values)


@bp.get("/<city>/<slug>/fork")
def new(city: str, slug: str) -> Reply:
    """Show the form for a fork."""
    work = current_work()
    entry = entries.find(work, city, slug)
    cities = own_organisations(work)
    shown = _version(work, entry)
    form = Form(ForkEntry, {"organisation": cities[0].slug, "title": entry.title})
    return render_template("forks/new.html", form=form, cities=cities, **head(work, entry, shown))


def _version(work: Work, entry: Entry) -> Version:
    number = request.args.get("version", "")
    return entries.version(work, entry, number) if number else entries.current(work, entry)


@bp.post("/<city>/<slug>/fork")
def fork(city: str, slug: str) -> Reply:
    """Make the fork, or show what is missing."""
    form = Form(ForkEntry, request.form)
    try:
        sent = form.read()
        work = current_work()
        chosen = next((row for row in own_organisations(work) if row.slug == sent.organisation), None)
        if chosen is None:
            raise Invalid(organisation="not_a_choice")
        with transaction() as work:
            entry = entries.find(work, city, slug)
            made = entries.fork(
                work,
                entry,
                _version(work, entry),
                work.session.get_one(Organisation, chosen.id),
                title=sent.title,
                reason=sent.reason,
            )
            target = address(made)
    except Invalid as error:
        work = current_work()
        entry = entries.find(work, city, slug)
        values = head(work, entry, _version(work, entry))
        form.refused(error)
        return render_template("forks/new.html", form=form, cities=own_organisations(work), **values), 422
    flash(flash_text("forked"), "success")
    return redirect(target)
