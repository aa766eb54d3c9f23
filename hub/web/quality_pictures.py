"""Media breaks and maturity of one entry as charts; each stands above the table that says the same in numbers."""

from collections.abc import Sequence

from flask_babel import format_date
from flask_babel import gettext as _

from hub import charts
from hub.actions.maturity import CityRow as RatedCity
from hub.actions.media_views import CityRow, Peer, Point
from hub.charts import Chart
from hub.store.maturity import MaturityRating, Scale


def drawn(chart: Chart | None) -> tuple[Chart, str] | None:
    """Return a chart with its drawing for a page, None for none."""
    return (chart, charts.svg(chart)) if chart is not None else None


def trend(points: Sequence[Point]) -> Chart | None:
    """Return open media breaks from version to version; None with fewer than two versions to compare."""
    known = [(point.version.number, point.numbers) for point in points if point.numbers is not None]
    if len(known) < 2:
        return None
    high, medium, justified = _("offen, Schwere H"), _("offen, Schwere M"), _("begründet")
    rows = [
        row
        for number, found in known
        for row in (
            (number, high, found.open_high),
            (number, medium, found.open_medium),
            (number, justified, found.justified_count),
        )
    ]
    first, last = known[0], known[-1]
    return charts.lines(
        _("Medienbrüche von Version zu Version"),
        _(
            "%(before)s offene Medienbrüche in Version %(first)s, %(after)s in Version %(last)s.",
            before=first[1].open_count,
            first=first[0],
            after=last[1].open_count,
            last=last[0],
        ),
        time=_("Version"),
        series=_("Zahl der"),
        value=_("Medienbrüche"),
        rows=rows,
        times=[number for number, _found in known],
        names=[high, medium, justified],
    )


def cities(found: Sequence[CityRow]) -> Chart | None:
    """Return open media breaks of a service city by city, as is beside to be; None with fewer than two models."""
    is_, to_be = _("IST"), _("SOLL")
    rows = [
        (row.organisation.short_name, name, float(fewest))
        for row in found
        for name, peers in ((is_, row.ist), (to_be, row.soll))
        if (fewest := _fewest(peers)) is not None
    ]
    if len(rows) < 2:
        return None
    return charts.bars(
        _("Offene Medienbrüche je Stadt"),
        _("Offene Befunde der Schwere H und M im IST und im SOLL; bei mehreren Modellen einer Stadt das beste."),
        category=_("Stadt"),
        series=_("Modell"),
        value=_("offene Medienbrüche"),
        rows=rows,
        categories=[row.organisation.short_name for row in found],
        names=[is_, to_be],
    )


def _fewest(peers: Sequence[Peer]) -> int | None:
    return min((peer.numbers.open_count for peer in peers if peer.numbers is not None), default=None)


def maturity_history(ratings: Sequence[MaturityRating], scale: Scale) -> Chart | None:
    """Return how the level changed from rating to rating; None with fewer than two."""
    if len(ratings) < 2:
        return None
    now, target = _("heute"), _("Ziel")
    days: dict[str, MaturityRating] = {}
    for rating in reversed(ratings):
        days[format_date(rating.rated_on, "dd.MM.yyyy")] = rating
    rows = [
        (day, name, level)
        for day, rating in days.items()
        for name, level in ((now, rating.actual), (target, rating.target))
        if level is not None
    ]
    newest = ratings[0]
    return charts.lines(
        _("Verlauf im Reifegradmodell %(scale)s", scale=scale.value),
        _(
            "Zuletzt Stufe %(level)s von %(highest)s.",
            level="–" if newest.actual is None else newest.actual,
            highest=scale.highest,
        ),
        time=_("Stand"),
        series=_("Stufe"),
        value=_("Stufe"),
        rows=rows,
        times=list(days),
        names=[now, target],
    )


def maturity_cities(found: Sequence[RatedCity], scale: Scale) -> Chart | None:
    """Return the levels of a service city by city on one scale; None with fewer than two cities."""
    now, target = _("heute"), _("Ziel")
    best: dict[str, tuple[int, int | None]] = {}
    for row in found:
        level = row.levels.get(scale)
        if level is not None and level.actual is not None:
            known = best.get(row.organisation.short_name)
            if known is None or level.actual > known[0]:
                best[row.organisation.short_name] = (level.actual, level.target)
    if len(best) < 2:
        return None
    rows = [
        (city, name, float(level))
        for city, levels in best.items()
        for name, level in zip((now, target), levels, strict=True)
        if level is not None
    ]
    return charts.bars(
        _("Reifegradmodell %(scale)s: Städte im Vergleich", scale=scale.value),
        _("Stufe heute und Ziel; bei mehreren Einträgen einer Stadt die höchste."),
        category=_("Stadt"),
        series=_("Stufe"),
        value=_("Stufe"),
        rows=rows,
        categories=list(best),
        names=[now, target],
    )
