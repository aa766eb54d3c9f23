"""The portfolio of services × cities, and its pictures with their downloads."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub import charts
from hub.actions import catalogue, portfolio
from hub.charts import Chart
from hub.errors import NotFound
from hub.http import current_work
from hub.store.findings import Standing
from hub.web import pictures
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import label
from hub.web.spreadsheets import csv_response

bp = Blueprint("portfolio", __name__)
LARGEST = 20_000
"""Services of one CSV file."""
VIEWS = (
    ("", _l("Leistungen und Städte")),
    ("progress", _l("Verlauf")),
    ("breaks", _l("Medienbrüche")),
    ("cities", _l("Städtevergleich")),
)
"""Pages of the overview: name of the picture and its word; the first is the portfolio itself."""


def _wanted() -> portfolio.Wanted:
    args = request.args
    page = args.get("page", "1")
    return portfolio.Wanted(
        text=args.get("q", "")[:200],
        field=args.get("field", ""),
        state=args.get("state", "") if args.get("state", "") in portfolio.STATES else "",
        media=args.get("media", "") if args.get("media", "") in list(Standing) else "",
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )


@bp.get("/services/portfolio")
@kept
def show() -> str:
    """Show services × cities, with filters in the address."""
    work = current_work()
    wanted = _wanted()
    found = portfolio.show(work, wanted)
    chart = pictures.states(work)
    return render_template(
        "portfolio/show.html",
        wanted=wanted,
        found=found,
        pages=Pages(found.page, found.page_count, found.total),
        options=catalogue.choices(work),
        states=pictures.state_words(),
        natures=portfolio.NATURES,
        chart=chart,
        drawing=charts.svg(chart),
        views=VIEWS,
    )


@bp.get("/services/portfolio/<picture>")
@kept
def view(picture: str) -> str:
    """Show one picture with its table."""
    if not any(picture == name for name, _word in VIEWS if name):
        raise NotFound
    chart = pictures.PICTURES[picture](current_work())
    return render_template("portfolio/view.html", chart=chart, drawing=charts.svg(chart), picture=picture, views=VIEWS)


def _chart(picture: str) -> Chart:
    make = pictures.PICTURES.get(picture)
    if make is None:
        raise NotFound
    return make(current_work())


@bp.get("/services/pictures/<picture>.csv")
def table(picture: str) -> Response:
    """Return the numbers of a picture as a file for spreadsheets."""
    chart = _chart(picture)
    return csv_response(f"{picture}.csv", chart.columns, chart.rows)


@bp.get("/services/pictures/<picture>.png")
def image(picture: str) -> Response:
    """Return a picture as a PNG."""
    response = Response(charts.png(_chart(picture)), mimetype="image/png")
    response.headers.set("Content-Disposition", "attachment", filename=f"{picture}.png")
    return response


@bp.get("/services/portfolio.csv")
def matrix() -> Response:
    """Return the portfolio as filtered, a row for each service and city that has something."""
    work = current_work()
    found = portfolio.show(work, _wanted(), size=LARGEST)
    words = pictures.state_words()
    header = (
        _("Leistungsschlüssel"), _("Leistung"), _("Themenfeld"), _("Stadt"), _("Einträge"), _("Stand"),
        _("Medienbrüche IST"), _("Medienbrüche SOLL"), _("medienbruchfrei"), _("Reifegrad 1.1"), _("Reifegrad 2.0"),
    )  # fmt: skip
    rows = [
        (
            line.service.key or "", line.service.title, line.service.field, city.short_name, cell.entry_count,
            words[cell.state], cell.open_breaks.get("ist", ""), cell.open_breaks.get("soll", ""),
            label(Standing.FREE, "media_status") if cell.free else "",
            *(cell.maturity.get(scale, ("", ""))[0] for scale in ("1.1", "2.0")),
        )
        for line in found.lines
        for city, cell in zip(found.cities, line.cells, strict=True)
        if cell is not None
    ]  # fmt: skip
    return csv_response("portfolio.csv", header, rows)
