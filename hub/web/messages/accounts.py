"""Words for the life of an account."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "deletion_asked": _l("Ihr Antrag auf Löschung ist schon gestellt."),
    "request_decided": _l("Über diesen Antrag ist schon entschieden, oder er wurde zurückgezogen."),
    "account_open": _l("Dieses Konto ist noch offen. Bitte schließen Sie es zuerst."),
    "account_shut": _l("Dieses Konto ist geschlossen. Bitte öffnen Sie es zuerst wieder."),
    "pseudonymised": _l(
        "Dieses Konto ist gelöscht: Name und Adresse sind nicht mehr bekannt. Bitte laden Sie die Person neu ein."
    ),
    "same_email": _l("Diese Adresse gilt schon."),
    "email_from_provider": _l(
        "Ihre Adresse kommt von Ihrem Anmeldedienst. Bitte lassen Sie sie dort ändern; beim nächsten Anmelden gilt sie."
    ),
    "out_of_bounds": _l("Bitte geben Sie eine Zahl innerhalb der genannten Grenzen ein."),
    "confirm_final": _l("Bitte bestätigen Sie, dass das nicht rückgängig zu machen ist."),
}

LABELS: dict[str, dict[str, object]] = {
    "fate": {
        "replaced": _l("Name und Adresse werden ersetzt"),
        "deleted": _l("wird gelöscht"),
        "kept": _l("bleibt, ohne Ihren Namen"),
    },
    "account_stage": {
        "invited": _l("eingeladen"),
        "active": _l("offen"),
        "inactive": _l("lange nicht benutzt"),
        "closed": _l("geschlossen"),
        "pseudonymised": _l("gelöscht"),
    },
    "closing": {
        "administration": _l("von der Administration"),
        "idle": _l("weil es lange nicht benutzt wurde"),
        "request": _l("auf Antrag der Person"),
    },
    "deletion_request": {
        "open": _l("offen"),
        "granted": _l("entsprochen"),
        "refused": _l("abgelehnt"),
        "withdrawn": _l("zurückgezogen"),
    },
    "waiting": {"account.deletion": _l("Über einen Antrag auf Löschung entscheiden")},
    "event": {
        "account.deletion_asked": _l("hat die Löschung des Kontos beantragt"),
        "account.deletion_withdrawn": _l("hat den Antrag auf Löschung zurückgezogen"),
        "account.deletion_granted": _l("hat einem Antrag auf Löschung entsprochen"),
        "account.deletion_refused": _l("hat einen Antrag auf Löschung abgelehnt"),
        "account.pseudonymised": _l("hat ein Konto gelöscht"),
        "account.reminded": _l("hat an ein lange nicht benutztes Konto erinnert"),
        "account.exported": _l("hat eine Auskunft über die eigenen Daten erhalten"),
        "account.email_changed": _l("hat die eigene E-Mail-Adresse geändert"),
        "account.signed_out": _l("hat alle Anmeldungen eines Kontos beendet"),
        "account.factors_reset": _l("hat den zweiten Faktor eines Kontos entfernt"),
        "account.password_link_sent": _l("hat einen Link für ein neues Passwort gesendet"),
        "account.email_given": _l("hat die E-Mail-Adresse eines Kontos geändert"),
    },
}
