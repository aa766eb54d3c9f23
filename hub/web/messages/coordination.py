"""Words for the plan of the cooperation."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "planned_already": _l("Diese Leistung ist dort schon geplant."),
    "nobody_cites": _l("Diese Stelle nennt niemand. Bitte schreiben Sie zum Beispiel § 14 GewO."),
    "plan_moved_on": _l("Inzwischen hat jemand anderes diese Karte geändert. Bitte sehen Sie sich den neuen Stand an."),
    "take_plan": _l("Zuweisen können Sie nur an Ihre eigene Stadt. Für andere Städte tut das die IKZ-Koordination."),
    "plan_services": _l("Planen kann die IKZ-Koordination."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "plan.added": _l("hat eine Leistung eingeplant"),
        "plan.assigned": _l("hat eine geplante Leistung zugewiesen"),
        "plan.dropped": _l("hat eine geplante Leistung gestrichen"),
    },
    "column": {
        "planned": _l("Geplant"),
        "draft": _l("In Entwurf"),
        "review": _l("In Prüfung"),
        "released": _l("Freigegeben"),
        "in_use": _l("In Nutzung"),
    },
    "column_why": {
        "planned": _l("Ziehen Sie Karten zwischen den Städten oder nutzen Sie „Zuweisen“."),
        "draft": _l("Beginnt, wenn die Stadt einen Eintrag anlegt."),
        "review": _l("Beginnt mit dem Einreichen."),
        "released": _l("Beginnt mit der letzten Freigabe."),
        "in_use": _l("Beginnt mit der Veröffentlichung oder einer bestätigten Nachnutzung."),
    },
}

FLASHES: dict[str, object] = {
    "plan_added": _l("Die Leistung ist eingeplant."),
    "plan_assigned": _l("Die Karte ist zugewiesen."),
    "plan_dropped": _l("Die geplante Leistung ist gestrichen."),
}

RIGHTS: dict[str, object] = {
    "plan_services": _l("Leistungen einplanen und streichen"),
    "take_plan": _l("Geplante Leistungen für eine Stadt übernehmen und zurückgeben"),
}
