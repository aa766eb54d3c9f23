"""Words for running the hub."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "not_sealed_yet": _l("Diese Zeile ist noch nicht versiegelt. Bitte versuchen Sie es in einer Minute noch einmal."),
    "already_erased": _l("Der Inhalt dieser Zeile ist schon gelöscht."),
    "erasure_stays": _l("Diese Zeile sagt, was gelöscht wurde. Sie muss bleiben, damit die Kette hält."),
    "read_only": _l("Der Hub wird gerade gewartet. Ihr Text ist noch da: Bitte senden Sie ihn später noch einmal."),
}

LABELS: dict[str, dict[str, object]] = {
    "setting": {
        "accounts.idle": _l("Konten schließen, wenn sie so lange nicht benutzt wurden"),
        "accounts.reminder": _l("So lange vorher daran erinnern"),
        "accounts.pseudonymise": _l("Geschlossene Konten löschen nach"),
        "retention.sign_ins": _l("Abgelaufene Anmeldungen löschen nach"),
        "retention.failed_sign_ins": _l("Abgewiesene Anmeldeversuche löschen nach"),
        "retention.sign_in_steps": _l("Angefangene Anmeldungen löschen nach"),
        "retention.password_resets": _l("Abgelaufene Links für neue Passwörter löschen nach"),
        "retention.email_changes": _l("Abgelaufene Wünsche nach einer neuen E-Mail-Adresse löschen nach"),
        "retention.invitations": _l("Erledigte Einladungen löschen nach"),
        "retention.notifications": _l("Gelesene Benachrichtigungen löschen nach"),
        "retention.recent_searches": _l("Letzte Suchen löschen nach"),
        "retention.feed_tokens": _l("Widerrufene Feed-Adressen löschen nach"),
        "retention.tokens": _l("Widerrufene und abgelaufene Tokens löschen nach"),
        "retention.mails": _l("Gesendete E-Mails löschen nach"),
        "retention.guest_links": _l("Beendete Links für Fachstellen löschen nach"),
        "retention.jobs": _l("Abgeschlossene Aufträge löschen nach"),
        "retention.fim_uploads": _l("Hochgeladene FIM-Dateien löschen nach"),
        "retention.service_imports": _l("Nicht übernommene Leistungskataloge löschen nach"),
        "retention.drafts": _l("Nie abgeschickte Vorschläge löschen nach"),
        "retention.deletion_requests": _l("Entschiedene Löschanträge löschen nach"),
        "retention.runs": _l("Berichte über das Löschen löschen nach"),
        "retention.log": _l("Inhalt von Protokollzeilen löschen nach"),
    },
    "unit_of_time": {"days": _l("Tage"), "months": _l("Monate")},
    "retention_rule": {
        "sign_ins": _l("Anmeldungen"),
        "failed_sign_ins": _l("Abgewiesene Anmeldeversuche"),
        "sign_in_steps": _l("Angefangene Anmeldungen"),
        "password_resets": _l("Links für neue Passwörter"),
        "email_changes": _l("Gewünschte E-Mail-Adressen"),
        "invitations": _l("Einladungen"),
        "notifications": _l("Benachrichtigungen"),
        "recent_searches": _l("Letzte Suchen"),
        "feed_tokens": _l("Feed-Adressen"),
        "tokens": _l("Tokens"),
        "mails": _l("E-Mails"),
        "guest_links": _l("Links für Fachstellen"),
        "jobs": _l("Aufträge"),
        "fim_uploads": _l("FIM-Dateien"),
        "service_imports": _l("Leistungskataloge"),
        "drafts": _l("Nie abgeschickte Vorschläge"),
        "deletion_requests": _l("Löschanträge"),
        "runs": _l("Berichte"),
        "log": _l("Inhalte von Protokollzeilen"),
        "accounts_reminded": _l("Erinnerungen an lange nicht benutzte Konten"),
        "accounts_closed": _l("Geschlossene Konten"),
        "closed_accounts": _l("Gelöschte Konten"),
    },
    "log_break": {
        "changed": _l("Der Inhalt des Ereignisses wurde geändert."),
        "erased_unsaid": _l("Der Inhalt wurde gelöscht, aber das Protokoll sagt nicht, von wem."),
        "unchained": _l("Die Zeile schließt nicht an die vorige an: Sie wurde geändert, verschoben oder eingefügt."),
        "gap": _l("Das Siegel fehlt."),
        "missing_event": _l("Das Ereignis fehlt."),
        "head": _l("Die Kette endet nicht, wo sie soll: Am Ende fehlen Zeilen oder wurden welche angefügt."),
        "unsealed": _l("Das Ereignis wurde nie versiegelt."),
    },
    "event": {
        "maintenance.begun": _l("hat den Wartungsmodus eingeschaltet"),
        "maintenance.ended": _l("hat den Wartungsmodus beendet"),
        "setting.changed": _l("hat eine Einstellung geändert"),
        "log.erased": _l("hat den Inhalt von Ereignissen gelöscht"),
        "barrier.reported": _l("hat eine Barriere gemeldet"),
        "retention.kept": _l("hat nach den Fristen gelöscht"),
    },
}

RIGHTS: dict[str, object] = {
    "administer": _l("Den Hub verwalten: Konten, Protokoll, Einstellungen, Löschung, Wartung"),
}
