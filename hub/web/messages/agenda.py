"""Words for the agenda of a meeting."""

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, object]] = {
    "agenda": {
        "decide": _l("Zu entscheiden: Referenzmodelle"),
        "proposals": _l("Offene Vorschläge"),
        "reviews": _l("Laufende Prüfungen"),
        "deviations": _l("Abgelaufene Abweichungen"),
        "follow_up": _l("Wiedervorlagen der nächsten drei Monate"),
        "deadlines": _l("Fristen der Förderung"),
    }
}
