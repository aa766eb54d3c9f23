"""Words for slots and local values."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "slot_name": _l(
        "Ein Platzhalter besteht aus Kleinbuchstaben a–z, Ziffern und Bindestrichen und beginnt mit einem Buchstaben, "
        "zum Beispiel „gebuehr“."
    ),
    "slot_fee": _l("Bitte geben Sie einen Betrag in Euro an, zum Beispiel „30,00 EUR“ oder „gebührenfrei“."),
    "slot_moved_on": _l(
        "Inzwischen hat jemand anderes diesen Platzhalter beschrieben. Ihre Eingaben sind noch da: "
        "Bitte vergleichen Sie sie mit dem aktuellen Stand und speichern Sie dann erneut."
    ),
    "value_moved_on": _l(
        "Inzwischen hat jemand anderes diesen Wert Ihrer Stadt eingetragen. Ihre Eingabe ist noch da: "
        "Bitte vergleichen Sie und speichern Sie dann erneut."
    ),
}

LABELS: dict[str, dict[str, object]] = {
    "slot": {
        "fee": _l("Gebühr"),
        "by_law": _l("Satzung"),
        "system": _l("IT-Verfahren"),
        "unit": _l("Zuständige Stelle"),
        "deadline": _l("Frist"),
        "contact": _l("Kontakt"),
        "text": _l("Text"),
    },
    "event": {
        "slot.described": _l("hat einen Platzhalter beschrieben"),
        "slot.filled": _l("hat einen örtlichen Wert eingetragen"),
    },
    "waiting": {"slot.missing": _l("Örtliche Werte ergänzen")},
}

FLASHES: dict[str, object] = {
    "slot_described": _l("Der Platzhalter ist beschrieben."),
    "slot_filled": _l("Der Wert Ihrer Stadt ist gespeichert."),
}

RIGHTS: dict[str, object] = {
    "define_slots": _l("Platzhalter für örtliche Werte beschreiben"),
    "fill_slots": _l("Örtliche Werte der eigenen Stadt eintragen"),
}
