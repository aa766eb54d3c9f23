"""Words for saved searches, latest searches and the coordination's word list."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "search_empty": _l("Bitte geben Sie ein Suchwort ein oder wählen Sie einen Filter, bevor Sie die Suche speichern."),
    "too_many_searches": _l("Sie haben schon 50 Suchen gespeichert. Bitte löschen Sie zuerst eine davon."),
    "words_few": _l("Bitte geben Sie mindestens zwei Wörter ein, jedes in einer eigenen Zeile."),
    "words_split_few": _l(
        "Bitte geben Sie in der ersten Zeile das Wort ein und in den nächsten seine Teile, mindestens zwei."
    ),
    "words_many": _l("Höchstens 12 Wörter passen in eine Regel. Bitte teilen Sie sie auf."),
    "words_long": _l("Ein Wort darf höchstens 60 Zeichen haben."),
    "words_single": _l("Bei dieser Art von Regel steht in jeder Zeile genau ein Wort, ohne Leerzeichen und Ziffern."),
    "words_short": _l("Ein Wortteil braucht mindestens vier Buchstaben, sonst steckt er zufällig in vielen Wörtern."),
    "word_rule_known": _l("Diese Regel gibt es schon."),
    "word_rules_full": _l(
        "Es gibt schon 2.000 Regeln. Bitte nehmen Sie zuerst solche zurück, die niemand mehr braucht."
    ),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "search.saved": _l("hat eine Suche gespeichert"),
        "search.removed": _l("hat eine gespeicherte Suche gelöscht"),
        "search.found": _l("hat neue Treffer einer gespeicherten Suche gefunden"),
        "words.taught": _l("hat der Suche Wörter beigebracht"),
        "words.forgotten": _l("hat eine Wortregel der Suche zurückgenommen"),
    },
    "word_rule": {
        "same": _l("Gleiche Bedeutung"),
        "related": _l("Verwandter Begriff"),
        "apart": _l("Nicht dasselbe"),
        "whole": _l("Wort nicht zerlegen"),
        "split": _l("Wort so zerlegen"),
        "part": _l("Wortteil"),
    },
}

FLASHES: dict[str, object] = {
    "search_saved": _l("Die Suche ist gespeichert."),
    "search_removed": _l("Die gespeicherte Suche ist gelöscht."),
    "searches_forgotten": _l("Ihre letzten Suchen sind gelöscht."),
    "recent_off": _l("Ihre Suchen werden nicht mehr gemerkt, die bisherigen sind gelöscht."),
    "recent_on": _l("Ihre letzten Suchen werden wieder gemerkt. Nur Sie sehen sie."),
    "words_taught": _l("Die Regel gilt ab der nächsten Suche."),
    "words_forgotten": _l("Die Regel gilt nicht mehr."),
}

RIGHTS: dict[str, object] = {
    "save_search": _l("Suchen speichern und neue Treffer gemeldet bekommen"),
    "teach_words": _l("Synonyme und Wortregeln der Suche pflegen"),
}
