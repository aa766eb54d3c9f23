"""Words for jobs, e-mails and the index, as those who run the hub read them."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "job_moved_on": _l("Der Auftrag hat inzwischen einen anderen Stand. Bitte laden Sie die Seite neu."),
    "mail_moved_on": _l("Die E-Mail ist inzwischen gesendet oder übergeben. Bitte laden Sie die Seite neu."),
}

FLASHES: dict[str, object] = {
    "job_retried": _l("Der Auftrag steht wieder in der Warteschlange."),
    "job_cancelled": _l("Der Auftrag ist abgebrochen. Was er schon erledigt hatte, bleibt."),
    "mail_retried": _l("Die E-Mail wird bald noch einmal gesendet."),
    "mail_deleted": _l("Die E-Mail ist gelöscht."),
    "notices_retried": _l("Die gescheiterten Benachrichtigungen werden bald noch einmal gesendet."),
    "index_rebuild": _l("Der Suchindex wird neu aufgebaut. Die Suche läuft währenddessen weiter."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "job.retried": _l("hat einen Auftrag erneut gestartet"),
        "job.cancelled": _l("hat einen Auftrag abgebrochen"),
        "mail.retried": _l("hat eine E-Mail erneut zum Versand gegeben"),
        "mail.deleted": _l("hat eine E-Mail aus der Warteschlange gelöscht"),
        "notices.retried": _l("hat gescheiterte Benachrichtigungen erneut zum Versand gegeben"),
        "index.rebuilt": _l("hat den Suchindex neu aufbauen lassen"),
    },
    "job": {
        "import": _l("Modelle aufnehmen"),
        "xprozess": _l("XProzess aufnehmen"),
        "bundle": _l("Mitnahmepaket erstellen"),
        "bundle_import": _l("Mitnahmepaket aufnehmen"),
        "evidence": _l("Nachweispaket erstellen"),
        "services": _l("Leistungskatalog aufnehmen"),
        "service_index": _l("Suchindex der Leistungen"),
    },
    "job_stand": {
        "waiting": _l("wartet"),
        "running": _l("läuft"),
        "done": _l("fertig"),
        "failed": _l("gescheitert"),
        "cancelled": _l("abgebrochen"),
    },
    "mail_state": {
        "waiting": _l("wartet"),
        "given_up": _l("aufgegeben"),
        "unsure": _l("übergeben, Ausgang unbekannt"),
    },
}
