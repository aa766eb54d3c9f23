"""Reuse on a map: from whose entry to which municipality; the ledger below it is its table twin."""

from collections.abc import Sequence

from flask_babel import gettext as _

from hub import charts
from hub.catalogue import places
from hub.charts import Chart, Dot, Way
from hub.store.reuse import Reuse
from hub.web.messages import label


def drawn(rows: Sequence[Reuse]) -> tuple[tuple[Chart, str] | None, list[str]]:
    """Return the map with its drawing, None without a known place, and the municipalities whose place is not known."""
    dots: dict[str, Dot] = {}
    ways: list[Way] = []
    nowhere: dict[str, None] = {}
    for row in rows:
        user, owner = name_of(row), row.entry.organisation
        end = _dot(dots, user, row.organisation.ags if row.organisation else row.ags)
        start = _dot(dots, owner.short_name, owner.ags)
        if end is None:
            nowhere[user] = None
        elif start is not None and start != end:
            words = f"{end.name}: {row.entry.title} ({owner.short_name}), {label(row.state, 'reuse_state')}"
            ways.append(Way(start, end, words))
    if not dots:
        return None, list(nowhere)
    chart = charts.points(
        _("Wer nutzt, was andere modelliert haben"),
        _("Linien führen von der Stadt des Eintrags zu der Kommune, die ihn nutzt. Alles steht auch in der Tabelle."),
        columns=(_("Kommune"), _("Eintrag"), _("Stand")),
        rows=[(name_of(row), row.entry.title, str(label(row.state, "reuse_state"))) for row in rows],
        dots=list(dots.values()),
        ways=ways,
        ground=[Dot(one.name, one.latitude, one.longitude, "") for one in places.districts()],
    )
    return (chart, charts.svg(chart)), list(nowhere)


def name_of(row: Reuse) -> str:
    """Return the using municipality's name."""
    return row.organisation.short_name if row.organisation else row.name


def _dot(dots: dict[str, Dot], name: str, key: str) -> Dot | None:
    found = places.place(key)
    if found is None:
        return None
    words = name if found.exact else _("%(name)s (Lage: %(district)s)", name=name, district=found.name)
    return dots.setdefault(name, Dot(name, found.latitude, found.longitude, words))
