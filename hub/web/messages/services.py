"""Words for the catalogue of services."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "key_taken": _l(
        "Diesen Leistungsschlüssel hat schon eine andere Leistung. Bitte prüfen Sie ihn, oder führen Sie beide "
        "zusammen."
    ),
    "service_type": _l("Diesen Leistungstyp gibt es nicht. Möglich sind zum Beispiel 1, 2/3, 4a oder 5."),
    "ozg_id": _l("Eine OZG-ID besteht nur aus Ziffern, zum Beispiel 10294."),
    "service_moved_on": _l(
        "Inzwischen hat jemand anderes diese Leistung geändert. Ihre Eingaben sind noch da: "
        "Bitte vergleichen Sie sie mit dem aktuellen Stand und speichern Sie dann erneut."
    ),
    "no_such_service": _l(
        "Diese Leistung ist nicht im Katalog. Bitte geben Sie den Leistungsschlüssel oder den genauen Namen ein."
    ),
    "same_service": _l("Das ist dieselbe Leistung. Bitte wählen Sie die andere, die bleiben soll."),
    "already_ordered": _l(
        "Dieser Katalog ist schon eingelesen. Laden Sie die Datei neu hoch, um sie noch einmal zu lesen."
    ),
    "nothing_to_undo": _l("An diesem Import gibt es nichts rückgängig zu machen."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "service.created": _l("hat eine Leistung angelegt"),
        "service.edited": _l("hat eine Leistung geändert"),
        "service.merged": _l("hat zwei Leistungen zusammengeführt"),
        "services.imported": _l("hat einen Leistungskatalog eingelesen"),
        "services.restored": _l("hat einen Import des Leistungskatalogs rückgängig gemacht"),
    },
    "key_level": {
        "LO": _l("Leistungsobjekt"),
        "LOV": _l("Leistungsobjekt mit Verrichtung"),
        "LOVD": _l("Leistungsobjekt mit Verrichtung und Detail"),
    },
    "service_type": {
        "1": _l("Bund regelt und vollzieht"),
        "2": _l("Bund regelt, Land oder Kommune vollzieht"),
        "3": _l("Bund regelt, Land oder Kommune vollzieht"),
        "2/3": _l("Bund regelt, Land oder Kommune vollzieht"),
        "4": _l("Land regelt, Land oder Kommune vollzieht"),
        "5": _l("Kommune regelt und vollzieht"),
    },
}

FLASHES: dict[str, object] = {
    "service_created": _l("Die Leistung ist angelegt."),
    "service_saved": _l("Die Leistung ist gespeichert."),
    "service_merged": _l("Die Leistungen sind zusammengeführt; Einträge und Adressen führen hierher."),
    "similar_there": _l(
        "Es gibt schon sehr ähnliche Modelle. Unter „Mehr – Ähnliche Modelle“ sehen Sie, welche und warum."
    ),
    "import_undone": _l("Der Import ist rückgängig gemacht."),
}

RIGHTS: dict[str, object] = {
    "edit_services": _l("Leistungskatalog pflegen: ändern, zusammenführen, Kataloge einlesen"),
}
