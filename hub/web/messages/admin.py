"""Words for running the hub."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "read_only": _l("Der Hub wird gerade gewartet. Ihr Text ist noch da: Bitte senden Sie ihn später noch einmal."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "maintenance.begun": _l("hat den Wartungsmodus eingeschaltet"),
        "maintenance.ended": _l("hat den Wartungsmodus beendet"),
        "setting.changed": _l("hat eine Einstellung geändert"),
        "log.erased": _l("hat den Inhalt von Ereignissen gelöscht"),
        "retention.kept": _l("hat nach den Fristen gelöscht"),
    },
}

RIGHTS: dict[str, object] = {
    "administer": _l("Den Hub verwalten: Konten, Protokoll, Einstellungen, Löschung, Wartung"),
}
