"""Words for webhooks and their messages."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "webhook_url": _l(
        "Das ist keine vollständige Adresse. Bitte geben Sie sie wie https://empfang.example.org/hub ein, "
        "ohne Anmeldedaten, Leerzeichen und Sprungmarke."
    ),
    "webhook_https": _l("Die Adresse muss mit https:// beginnen."),
    "webhook_port": _l("Dieser Port ist nicht erlaubt. Üblich ist 443; andere gibt der Betrieb des Hubs frei."),
    "webhook_host": _l("Dieser Rechner ist nicht freigegeben. Bitte wenden Sie sich an den Betrieb des Hubs."),
    "webhook_address": _l("Die Adresse liegt nicht im öffentlichen Internet. Der Hub schickt nichts in interne Netze."),
    "webhook_off": _l("Der Webhook ist ausgeschaltet. Bitte schalten Sie ihn zuerst ein."),
    "too_many_webhooks": _l("Es gibt schon 20 Webhooks. Bitte löschen Sie zuerst einen, den niemand mehr braucht."),
    "topic_needed": _l("Bitte wählen Sie mindestens ein Thema."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "webhook.created": _l("hat einen Webhook eingerichtet"),
        "webhook.renewed": _l("hat das Geheimnis eines Webhooks erneuert"),
        "webhook.switched_off": _l("hat einen Webhook ausgeschaltet"),
        "webhook.switched_on": _l("hat einen Webhook eingeschaltet"),
        "webhook.removed": _l("hat einen Webhook gelöscht"),
        "webhook.stopped": _l("hat einen Webhook abgeschaltet, weil er nicht mehr zu erreichen ist"),
        "webhook.test": _l("Probenachricht"),
    },
    "webhook_reach": {
        "own": _l("Einträge der eigenen Organisation"),
        "all": _l("Alle Einträge, die Sie lesen dürfen"),
    },
    "webhook_topic": {
        "entry": _l("Einträge angelegt, geändert, abgeleitet, archiviert"),
        "version": _l("Versionen und ihre Gültigkeit"),
        "proposal": _l("Vorschläge"),
        "review": _l("Prüfungen und Freigaben"),
        "comment": _l("Kommentare"),
        "finding": _l("Medienbrüche und Reifegrad"),
        "reuse": _l("Nachnutzung"),
    },
    "webhook_off": {
        "hand": _l("von Hand ausgeschaltet"),
        "failing": _l("abgeschaltet: fünf Tage lang nicht zu erreichen"),
        "gone": _l("abgeschaltet: Der Empfänger will nichts mehr (410)"),
        "owner": _l("abgeschaltet: Das Konto, mit dessen Rechten er arbeitet, darf das nicht mehr"),
    },
    "webhook_state": {
        "waiting": _l("wartet"),
        "sent": _l("angekommen"),
        "dropped": _l("nicht gesendet: nicht (mehr) lesbar"),
        "failed": _l("aufgegeben"),
    },
    "webhook_failure": {
        "not_allowed": _l("Die Adresse führt nicht ins öffentliche Internet oder ist nicht freigegeben."),
        "unknown_name": _l("Der Rechnername ist unbekannt."),
        "certificate": _l("Das Zertifikat des Empfängers ist nicht gültig."),
        "too_slow": _l("Der Empfänger hat nicht innerhalb von 5 Sekunden geantwortet."),
        "unreachable": _l("Der Empfänger ist nicht zu erreichen."),
        "redirected": _l("Der Empfänger leitet weiter; der Hub folgt dem nicht. Bitte tragen Sie das Ziel ein."),
        "refused": _l("Der Empfänger hat die Nachricht nicht angenommen."),
    },
}

FLASHES: dict[str, object] = {
    "webhook_test": _l("Die Probenachricht ist unterwegs. Laden Sie die Seite gleich neu."),
    "webhook_again": _l("Die Nachricht geht noch einmal hinaus, unter derselben Kennung."),
    "webhook_off": _l("Der Webhook ist ausgeschaltet."),
    "webhook_on": _l("Der Webhook ist eingeschaltet und arbeitet ab jetzt mit Ihren Rechten."),
    "webhook_removed": _l("Der Webhook ist gelöscht."),
}

RIGHTS: dict[str, object] = {
    "manage_webhooks": _l("Webhooks einer Organisation einrichten und ihre Nachrichten sehen"),
}
