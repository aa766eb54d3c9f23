"""Words for tokens of programs."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "token_past": _l("Dieser Tag ist vorbei. Bitte wählen Sie einen Tag ab heute."),
    "token_too_long": _l("Ein Token gilt höchstens ein Jahr. Bitte wählen Sie einen früheren Tag."),
    "too_many_tokens": _l("Sie haben schon 20 gültige Tokens. Bitte widerrufen Sie zuerst eines davon."),
    "scope_needed": _l("Bitte wählen Sie mindestens einen Bereich."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "token.created": _l("hat ein Token für Programme angelegt"),
        "token.revoked": _l("hat ein Token für Programme widerrufen"),
    },
    "scope": {
        "read": _l("Lesen: alles, was Sie selbst lesen dürfen"),
        "write": _l("Schreiben: anlegen, ändern, diskutieren"),
        "review": _l("Prüfen: Vorschläge, Prüfungen und Freigaben entscheiden"),
        "admin": _l("Verwalten: Mitglieder, Konten und Organisationen"),
    },
}

FLASHES: dict[str, object] = {
    "token_revoked": _l("Das Token ist widerrufen. Programme, die es nutzen, kommen nicht mehr hinein."),
}
