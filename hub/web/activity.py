"""What happened, as pages: in one entry, in one city, by one person, and in what one watches."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from hub.actions import activity, bundle_records, entries
from hub.errors import Forbidden
from hub.http import current_work
from hub.web import notices
from hub.web.entries import head
from hub.web.library import organisation

bp = Blueprint("activity", __name__)


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 12 else None


@bp.get("/activity")
def near() -> str:
    """Show what happened in what one watches."""
    work = current_work()
    if not work.actor.signed_in:
        raise Forbidden
    found = activity.of(work, activity.near(work), before=_before())
    return render_template("activity/page.html", found=found, title=_("Was geschehen ist"), city=None, notices=notices)


@bp.get("/<city>/activity")
def of_organisation(city: str) -> str:
    """Show what happened in one organisation."""
    work = current_work()
    owner = organisation(work, city)
    found = activity.of(work, activity.of_organisation(owner), before=_before())
    return render_template("activity/page.html", found=found, title=owner.name, city=owner, notices=notices)


@bp.get("/<city>/<slug>/activity")
def of_entry(city: str, slug: str) -> str:
    """Show what happened in one entry."""
    work = current_work()
    entry = entries.find(work, city, slug)
    found = activity.of(work, activity.of_entry(entry), before=_before())
    values = head(work, entry, entries.current(work, entry))
    earlier = bundle_records.brought(work, entry)[::-1][:200]
    people = bundle_records.names(work, earlier)
    return render_template(
        "activity/entry.html", found=found, notices=notices, earlier=earlier, people=people, **values
    )


@bp.get("/people/<int:person>")
def of_person(person: int) -> str:
    """Show who somebody is and what they contributed; inside the cooperation only."""
    work = current_work()
    found_person = activity.person(work, person)
    found = activity.of(work, activity.of_person(found_person.user), before=_before(), limit=20)
    return render_template("activity/person.html", person=found_person, found=found, notices=notices)
