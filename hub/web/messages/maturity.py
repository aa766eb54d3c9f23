"""Words for the maturity (Reifegrad) of services."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "not_an_address": _l(
        "Bitte geben Sie die Adresse mit https:// am Anfang ein, oder eine Adresse im Hub mit / am Anfang."
    ),
    "date_in_future": _l("Dieser Tag liegt in der Zukunft. Bitte nennen Sie den Tag, für den die Bewertung gilt."),
    "not_a_level": _l("Diese Stufe gibt es im gewählten Reifegradmodell nicht."),
    "maturity_empty": _l("Bitte bewerten Sie mindestens ein Kriterium oder nennen Sie eine Gesamtstufe."),
    "maturity_twice": _l(
        "Die Gesamtstufe folgt aus den bewerteten Kriterien: Das niedrigste entscheidet. "
        "Bitte lassen Sie das Feld „Gesamtstufe heute“ leer oder bewerten Sie keine einzelnen Kriterien."
    ),
    "target_below": _l("Das Ziel liegt unter dem heutigen Stand. Bitte prüfen Sie beide Stufen."),
    "rated_meanwhile": _l(
        "Inzwischen hat jemand anderes bewertet. Ihre Eingaben sind noch da: "
        "Bitte sehen Sie die neue Bewertung an und speichern Sie dann erneut."
    ),
    "criteria_changed": _l(
        "Inzwischen hat jemand anderes diese Kriterien geändert. Ihre Eingaben sind noch da: "
        "Bitte vergleichen Sie und speichern Sie dann erneut."
    ),
}

LABELS: dict[str, dict[str, object]] = {
    "maturity_scale": {
        "1.1": _l("Reifegradmodell 1.1 (Stufen 0 bis 4)"),
        "2.0": _l("Reifegradmodell 2.0 (Stufen 0 bis 7)"),
    },
    "maturity_level": {
        "1.1-0": _l("Offline"),
        "1.1-1": _l("Information"),
        "1.1-2": _l("Formular-Assistent"),
        "1.1-3": _l("Online-Leistung"),
        "1.1-4": _l("Online-Transaktion"),
        "2.0-0": _l("nur offline"),
        "2.0-1": _l("Zugang (Frontend)"),
        "2.0-2": _l("Zugang (Frontend)"),
        "2.0-3": _l("Zugang (Frontend)"),
        "2.0-4": _l("Bearbeitung in der Verwaltung"),
        "2.0-5": _l("Bearbeitung in der Verwaltung"),
        "2.0-6": _l("Bearbeitung in der Verwaltung"),
        "2.0-7": _l("Ende-zu-Ende digital"),
    },
    "maturity_meaning": {
        "1.1-0": _l("Auf der Website der Behörde steht nichts zur Leistung."),
        "1.1-1": _l("Auf der Website der Behörde stehen Informationen zur Leistung."),
        "1.1-2": _l("Eine Hilfe beim Ausfüllen ist da, ein Online-Antrag nicht."),
        "1.1-3": _l("Der Antrag gelingt mit allen Nachweisen online."),
        "1.1-4": _l("Die Leistung läuft vollständig digital; Nachweise muss niemand ein zweites Mal bringen."),
        "2.0-0": _l("Die Leistung gibt es nur offline."),
        "2.0-1": _l("Stufen 1 bis 3 beschreiben den Zugang für die Antragstellenden."),
        "2.0-2": _l("Stufen 1 bis 3 beschreiben den Zugang für die Antragstellenden."),
        "2.0-3": _l("Stufen 1 bis 3 beschreiben den Zugang für die Antragstellenden."),
        "2.0-4": _l("Stufen 4 bis 6 beschreiben Abläufe, Daten und Bearbeitung in der Verwaltung."),
        "2.0-5": _l("Stufen 4 bis 6 beschreiben Abläufe, Daten und Bearbeitung in der Verwaltung."),
        "2.0-6": _l("Stufen 4 bis 6 beschreiben Abläufe, Daten und Bearbeitung in der Verwaltung."),
        "2.0-7": _l("Die Leistung läuft von Ende zu Ende digital."),
    },
    "event": {
        "maturity.rated": _l("hat den Reifegrad bewertet"),
        "criteria.named": _l("hat Kriterien des Reifegradmodells benannt"),
    },
}

FLASHES: dict[str, object] = {
    "rated": _l("Die Bewertung ist gespeichert."),
    "criteria_named": _l("Die Namen der Kriterien sind gespeichert."),
}

RIGHTS: dict[str, object] = {
    "read_evidence": _l("Anmerkungen und Belege zum Reifegrad lesen"),
    "rate_maturity": _l("Reifegrad bewerten"),
    "name_criteria": _l("Kriterien der Reifegradmodelle benennen"),
}
