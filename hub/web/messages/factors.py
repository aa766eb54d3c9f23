"""Words for second factors, passkeys and the steps of signing in."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "step_expired": _l("Diese Anmeldung hat zu lange gedauert. Bitte beginnen Sie noch einmal von vorn."),
    "code_wrong": _l(
        "Dieser Code gilt nicht oder wurde schon benutzt. Bitte geben Sie den Code ein, den die App gerade zeigt."
    ),
    "codes_there": _l("Einmalcodes sind schon eingerichtet. Entfernen Sie sie zuerst, um neu zu beginnen."),
    "codes_none": _l("Die Einrichtung der Einmalcodes wurde nicht begonnen. Bitte beginnen Sie noch einmal."),
    "passkey_refused": _l(
        "Dieser Passkey wurde nicht angenommen. Bitte versuchen Sie es noch einmal oder wählen Sie einen anderen Weg."
    ),
    "passkey_there": _l("Dieser Passkey ist schon eingerichtet."),
    "too_many_passkeys": _l("Sie haben schon 20 Passkeys. Bitte entfernen Sie zuerst einen davon."),
    "password_again_wrong": _l("Das Passwort stimmt nicht. Bitte prüfen Sie es."),
    "passkey_last_way": _l(
        "Ohne diesen Passkey könnten Sie sich nicht mehr anmelden. Richten Sie zuerst einen weiteren ein."
    ),
    "passkeys_off": _l("Unter dieser Adresse lassen sich keine Passkeys nutzen."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "factor.added": _l("hat einen zweiten Faktor eingerichtet"),
        "factor.removed": _l("hat einen zweiten Faktor entfernt"),
        "factor.renewed": _l("hat neue Wiederherstellungscodes erzeugt"),
    },
}

FLASHES: dict[str, object] = {
    "codes_on": _l("Einmalcodes sind eingerichtet. Bei der nächsten Anmeldung werden Sie danach gefragt."),
    "codes_off": _l("Einmalcodes sind entfernt."),
    "passkey_on": _l("Der Passkey ist eingerichtet."),
    "passkey_off": _l("Der Passkey ist entfernt."),
}
