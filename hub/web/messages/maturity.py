"""Words for the maturity (Reifegrad) of services."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {}

LABELS: dict[str, dict[str, object]] = {
    "maturity_scale": {
        "1.1": _l("Reifegradmodell 1.1 (Stufen 0 bis 4)"),
        "2.0": _l("Reifegradmodell 2.0 (Stufen 0 bis 7)"),
    },
    "event": {
        "maturity.rated": _l("hat den Reifegrad bewertet"),
        "criteria.named": _l("hat Kriterien des Reifegradmodells benannt"),
    },
}

FLASHES: dict[str, object] = {"rated": _l("Die Bewertung ist gespeichert.")}

RIGHTS: dict[str, object] = {
    "rate_maturity": _l("Reifegrad bewerten"),
    "name_criteria": _l("Kriterien der Reifegradmodelle benennen"),
}
