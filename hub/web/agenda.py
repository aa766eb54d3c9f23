"""The agenda of the next meeting: a page to print, a PDF, a calendar file."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template, request, url_for

from hub.actions import agenda, evidence_print
from hub.actions.evidence_parts import Chapter, Part
from hub.actions.schedule import BERLIN
from hub.errors import NotFound
from hub.http import current_work, now
from hub.web.messages import LABELS

bp = Blueprint("agenda", __name__)
SATURDAY = 5


def _meeting() -> tuple[datetime, str]:
    """Return when and where the meeting is, as asked for; without a day, the first working day in a week at ten."""
    day, time = request.args.get("day", ""), request.args.get("time", "10:00")
    try:
        start = datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        start = now().astimezone(BERLIN).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
        start += timedelta(days=max(0, 7 - start.weekday()) if start.weekday() >= SATURDAY else 0)
    return start.replace(tzinfo=BERLIN), " ".join(request.args.get("place", "").split())[:120]


def _words() -> dict[str, str]:
    return {kind: str(word) for kind, word in LABELS["agenda"].items()}


@bp.get("/collaboration/agenda")
def show() -> str:
    """Show the agenda."""
    start, place = _meeting()
    return render_template("agenda/show.html", items=agenda.of(current_work()), start=start, place=place)


@bp.get("/collaboration/agenda.pdf")
def pdf() -> Response:
    """Return the agenda as tagged PDF."""
    start, place = _meeting()
    items = agenda.of(current_work())
    if not items:
        raise NotFound
    words = _words()
    chapters = [
        Chapter(
            f"{at}. {words[item.kind]} ({item.minutes} Minuten)",
            [
                Part(
                    "table",
                    rows=[
                        ["Stadt", "Punkt", "fällig"],
                        *(
                            [point.organisation, point.text, f"{point.due:%d.%m.%Y}" if point.due else "–"]
                            for point in item.points
                        ),
                    ],
                )
            ],
        )
        for at, item in enumerate(items, 1)
    ]
    subtitle = f"{start:%d.%m.%Y, %H:%M} Uhr" + (f", {place}" if place else "")
    titles = evidence_print.Titles("Agenda der Koordination", subtitle, "IKZ-Prozesshub")
    data = evidence_print.pdf(titles, chapters, {}, at=int(now().timestamp()))
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"agenda-{start:%Y-%m-%d}.pdf")
    return response


@bp.get("/collaboration/agenda.ics")
def calendar() -> Response:
    """Return the meeting with its agenda as a calendar file."""
    start, place = _meeting()
    url = url_for(".show", _external=True)
    data = agenda.calendar(agenda.of(current_work()), _words(), start, place, url, now())
    response = Response(data, mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"agenda-{start:%Y-%m-%d}.ics")
    return response
