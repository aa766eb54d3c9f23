"""Words for bundles."""

from flask_babel import lazy_gettext as _l

FLASHES: dict[str, object] = {"bundle_forgotten": _l("Die Datei ist gelöscht.")}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "bundle.made": _l("hat ein Mitnahmepaket erstellt"),
        "entry.imported": _l("hat aus einem Mitnahmepaket aufgenommen"),
        "log.brought": _l("hat den früheren Verlauf mitgebracht"),
    },
    "job_state": {
        "waiting": _l("wartet"),
        "running": _l("läuft"),
        "done": _l("fertig"),
        "failed": _l("fehlgeschlagen"),
    },
}

RIGHTS: dict[str, object] = {
    "export_organisation": _l("Alle lesbaren Einträge einer Organisation als Paket mitnehmen"),
    "export_hub": _l("Alle lesbaren Einträge des Hubs als Paket mitnehmen"),
    "import_bundle": _l("Ein Paket aus einem anderen Hub aufnehmen"),
}
