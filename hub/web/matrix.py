"""The matrix of cities: one process, step by step, in every city."""

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from hub import policy
from hub.actions import entries, matrix
from hub.actions.matrix import Cell, Column, Matrix
from hub.errors import NotFound
from hub.http import current_work
from hub.store.entries import Entry
from hub.web.entries import address
from hub.web.kept import kept
from hub.web.messages import label
from hub.web.spreadsheets import csv_response
from hub.work import Work

bp = Blueprint("matrix", __name__)
SYMBOLS = {"same": "=", "changed": "≠", "missing": "−", "extra": "+", "open": "?", "": ""}


@bp.get("/collaboration/matrix")
@kept
def listing() -> str:
    """Offer what can be compared across cities."""
    work = _work()
    return render_template(
        "matrix/listing.html", offers=matrix.offers(work), services=matrix.services(work), address=address
    )


def _work() -> Work:
    work = current_work()
    work.require_cooperation()
    return work


@bp.get("/collaboration/matrix/service/<int:service>")
def of_service(service: int) -> Redirect:
    """Lead to the matrix of the process that stands for a service."""
    found = matrix.reference(_work(), service)
    return redirect(address(found, "matrix.show"))


@bp.get("/collaboration/matrix/<city>/<slug>")
@kept
def show(city: str, slug: str) -> str:
    """Show the matrix of a process."""
    entry, found = _matrix(city, slug)
    return render_template("matrix/show.html", entry=entry, found=found, symbols=SYMBOLS, link=link, address=address)


def _matrix(city: str, slug: str) -> tuple[Entry, Matrix]:
    work = _work()
    entry = entries.find(work, city, slug)
    if not policy.read(work.actor, entry):
        raise NotFound
    return entry, matrix.build(work, entry)


def link(found: Matrix, column: Column, cell: Cell) -> str:
    """Return the address of the comparison, at the first change of this step."""
    origin, entry = found.origin, column.entry
    pair = {
        "from": f"{origin.organisation.slug}/{origin.slug}/{found.version.number}",
        "to": f"{entry.organisation.slug}/{entry.slug}/{column.version.number}",
    }
    place = f"#change-{cell.place}" if cell.place is not None else ""
    return address(entry, "compare.show", **pair) + place


@bp.get("/collaboration/matrix/<city>/<slug>/matrix.csv")
def download(city: str, slug: str) -> Response:
    """Return the matrix as a table for a spreadsheet."""
    entry, found = _matrix(city, slug)
    cities = [f"{column.entry.organisation.short_name} {column.version.number}" for column in found.columns]
    return csv_response(
        f"{entry.organisation.slug}-{entry.slug}-vergleich.csv",
        [_("Zuständigkeit"), _("Schritt"), *cities],
        _cells(found),
    )


def _cells(found: Matrix) -> Iterator[list[str]]:
    for lane, rows in found.groups:
        for row in rows:
            yield [lane, row.step.name, *(_words(cell) for cell in row.cells)]
    yield ["", _("gleich in Prozent"), *(str(column.share) for column in found.columns)]


def _words(cell: Cell) -> str:
    if not cell.state:
        return ""
    told = " ".join(cell.told)
    words = f"{label(cell.state, 'cell')}: {told}" if told else label(cell.state, "cell")
    return f"{words} ({_('Grund')}: {cell.reason})" if cell.reason else words
