"""Signs of life from open editors, and who else is at it."""

from collections.abc import Iterable

from flask import Blueprint, request
from flask_babel import gettext as _

from hub.actions import editing, entries
from hub.extensions import csrf
from hub.http import current_work, transaction
from hub.web.shared import BERLIN

bp = Blueprint("editing", __name__)


def sentences(rows: Iterable[editing.Other]) -> list[str]:
    """Return who is editing since when, such as „Modellierung Fulda bearbeitet seit 10:14 Uhr“."""
    return [
        str(_("%(name)s bearbeitet seit %(time)s Uhr", name=row.name, time=f"{row.since.astimezone(BERLIN):%H:%M}"))
        for row in rows
    ]


@bp.post("/<city>/<slug>/editing")
def beat(city: str, slug: str) -> dict[str, list[str]]:
    """Note that an editor is open, or with `leave` that it was closed; answer who else is editing."""
    work = current_work()
    entry = entries.find(work, city, slug)
    if request.form.get("leave"):
        if editing.is_there(work, entry):
            with transaction() as writing:
                editing.leave(writing, entries.find(writing, city, slug))
        return {"others": []}
    if editing.is_to_be_written(work, entry):
        with transaction() as writing:
            editing.be_there(writing, entries.find(writing, city, slug))
    work = current_work()
    return {"others": sentences(editing.others(work, entries.find(work, city, slug)))}


# A page whose sign-in was renewed in another tab holds an old token; a sign of life that another site could send
# (the cookie is SameSite=Lax, so it cannot) would say no more than that somebody is editing.
csrf.exempt(beat)
