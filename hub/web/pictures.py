"""The pictures of the portfolio as charts: their German words around the numbers of `hub.actions`."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from hub import charts
from hub.actions import landscape, media_rules, portfolio
from hub.charts import Chart, Link
from hub.store.entries import Entry
from hub.store.organisations import Organisation
from hub.work import Work


def state_words() -> dict[str, str]:
    """Return the word for each of `portfolio.STATES`."""
    return {
        "draft": _("Entwurf"),
        "review": _("In Prüfung"),
        "released": _("Freigegeben"),
        "published": _("Veröffentlicht"),
    }


def _names(cities: Sequence[Organisation]) -> dict[int, str]:
    return {city.id: city.short_name for city in cities}


def states(work: Work) -> Chart:
    """Return how far the entries of each city are."""
    names, words = _names(portfolio.cities(work)), state_words()
    rows = [(names[key], words[state], number) for key, state, number in portfolio.by_state(work) if key in names]
    total = sum(number for _city, _state, number in rows)
    done = sum(number for _city, state, number in rows if state == words["published"])
    return charts.stacked(
        _("Stand der Einträge je Stadt"),
        _("Veröffentlicht: %(done)s von %(total)s Einträgen.", done=done, total=total),
        category=_("Stadt"),
        series=_("Stand"),
        value=_("Einträge"),
        rows=rows,
        categories=list(names.values()),
        names=list(words.values()),
    )


def progress(work: Work) -> Chart:
    """Return what came about month by month."""
    found = portfolio.months(work)
    made, released, digital = (
        _("neue Versionen"),
        _("davon inzwischen freigegeben"),
        _("medienbruchfreie Leistungen, zusammen"),
    )
    rows = [
        row
        for month in found
        for row in (
            (month.name, made, month.versions),
            (month.name, released, month.released),
            (month.name, digital, month.digital_services),
        )
    ]
    summary = (
        _(
            "Neue Versionen im Monat %(month)s: %(versions)s. Bestätigt medienbruchfreie Leistungen: %(digital)s.",
            versions=found[-1].versions,
            month=found[-1].name,
            digital=found[-1].digital_services,
        )
        if found
        else _("Noch gibt es keine Versionen.")
    )
    return charts.lines(
        _("Verlauf über die letzten Monate"),
        summary,
        time=_("Monat"),
        series=_("Zahl der"),
        value=_("Anzahl"),
        rows=rows,
        times=[month.name for month in found],
        names=[made, released, digital],
    )


def breaks(work: Work) -> Chart:
    """Return which media breaks are found where, by rule."""
    names = _names(portfolio.cities(work))
    rules = media_rules.current(work).rules.rules
    counted = [
        (f"{rule} {rules[rule].label() if rule in rules else ''}".strip(), names[key], number)
        for rule, key, number in portfolio.by_rule(work)
        if key in names
    ]
    sums: dict[str, int] = {}
    for rule, _city, number in counted:
        sums[rule] = sums.get(rule, 0) + number
    most = sorted(sums, key=lambda rule: (-sums[rule], rule))
    summary = (
        _("Am häufigsten: %(rule)s, %(count)s-mal.", rule=most[0], count=sums[most[0]])
        if most
        else _("In den Modellen, die Sie lesen dürfen, ist noch kein Medienbruch gefunden.")
    )
    return charts.heat_map(
        _("Medienbrüche nach Regel und Stadt"),
        summary,
        row=_("Regel"),
        column=_("Stadt"),
        value=_("gefunden"),
        rows=counted,
        row_names=most,
        column_names=list(names.values()),
    )


def cities(work: Work) -> Chart:
    """Return how the cities stand beside each other."""
    names = _names(portfolio.cities(work))
    found = [row for row in portfolio.shares(work) if row.organisation_id in names]
    words = (_("veröffentlichte Einträge"), _("Prozesse ohne offenen Medienbruch"), _("automatisierte Aufgaben"))
    rows = [
        (names[row.organisation_id], word, value)
        for row in found
        for word, value in zip(words, (row.published, row.unbroken, row.automated), strict=True)
        if value is not None
    ]
    order = [name for name in names.values() if any(city == name for city, _word, _value in rows)]
    return charts.bars(
        _("Die Städte im Vergleich"),
        _("Anteile; eine Stadt ohne ausgewertete Prozesse hat keinen Balken."),
        category=_("Stadt"),
        series=_("Anteil"),
        value=_("Anteil"),
        rows=rows,
        categories=order,
        names=list(words),
        form=".0%",
    )


def fields(work: Work) -> Chart:
    """Return for how many services of each Themenfeld each city has something."""
    names = _names(portfolio.cities(work))
    nowhere = _("ohne Themenfeld")
    rows = [(name or nowhere, names[key], number) for name, key, number in landscape.by_field(work) if key in names]
    row_names = sorted({name for name, _city, _number in rows}, key=lambda name: (name == nowhere, name))
    return charts.heat_map(
        _("Leistungen mit Modell oder Design je Themenfeld"),
        _("Belegte Themenfelder: %(count)s.", count=len(row_names)),
        row=_("Themenfeld"),
        column=_("Stadt"),
        value=_("Leistungen"),
        rows=rows,
        row_names=row_names,
        column_names=list(names.values()),
    )


def title_of(entry: Entry) -> str:
    """Return an entry as a picture names it."""
    city = entry.organisation.short_name
    return entry.title if city in entry.title else f"{entry.title} ({city})"


def calls(work: Work) -> Chart:
    """Return which process calls which, as far as both are in the hub."""
    links = [
        Link(title_of(call.caller), title_of(callee), call.activity)
        for call in landscape.calls(work)
        for callee in call.callees
    ]
    return charts.network(
        _("Prozesse, die andere aufrufen"),
        _("Aufrufe von links nach rechts: %(count)s.", count=len(links)),
        columns=(_("Prozess"), _("Aufruf im Schritt"), _("aufgerufener Prozess")),
        links=links,
    )


PICTURES: dict[str, Callable[[Work], Chart]] = {
    "states": states,
    "progress": progress,
    "breaks": breaks,
    "cities": cities,
    "fields": fields,
    "calls": calls,
}
"""Name in an address → what makes the picture."""
