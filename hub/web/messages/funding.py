"""Words for grants, results, statements of use, reuse and the efficiency ledger."""

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, object]] = {
    "grant_state": {
        "applied": _l("Beantragt"),
        "approved": _l("Bewilligt"),
        "running": _l("Laufend"),
        "extended": _l("Verlängert"),
        "reported": _l("Nachweis eingereicht"),
        "in_review": _l("In Prüfung"),
        "accepted": _l("Anerkannt"),
        "accepted_with_conditions": _l("Anerkannt mit Auflagen"),
        "objected": _l("Beanstandet"),
        "closed": _l("Abgeschlossen"),
        "revoked": _l("Widerrufen"),
        "withdrawn": _l("Zurückgezogen"),
    },
    "result_state": {
        "open": _l("Offen"),
        "in_work": _l("In Arbeit"),
        "submitted": _l("Eingereicht"),
        "in_review": _l("In Prüfung"),
        "accepted": _l("Anerkannt"),
        "to_improve": _l("Nachzubessern"),
    },
    "statement_kind": {"interim": _l("Zwischennachweis"), "final": _l("Schlussnachweis")},
    "statement_state": {
        "draft": _l("Entwurf"),
        "submitted": _l("Eingereicht"),
        "in_review": _l("In Prüfung"),
        "query": _l("Rückfrage"),
        "objection": _l("Beanstandung"),
        "resubmitted": _l("Nachgereicht"),
        "accepted": _l("Anerkannt"),
        "accepted_with_conditions": _l("Anerkannt mit Auflagen"),
    },
    "reuse_state": {
        "planned": _l("Geplant"),
        "adapting": _l("In Anpassung"),
        "live": _l("Produktiv"),
        "ended": _l("Eingestellt"),
    },
    "ledger_method": {
        "measured": _l("gemessen"),
        "counted": _l("ausgezählt"),
        "estimated": _l("geschätzt"),
        "taken_over": _l("von einer anderen Stadt übernommen"),
    },
}

RIGHTS: dict[str, object] = {
    "edit_programme": _l("Förderprogramme anlegen und ändern"),
    "read_grant": _l("Fördervorhaben mit Entwürfen lesen"),
    "create_grant": _l("Fördervorhaben anlegen"),
    "manage_grant": _l("Fördervorhaben, Ergebnisse und Nachweise bearbeiten"),
    "contribute": _l("Belege, Nachweisversionen und Zahlen einer Stadt beitragen"),
    "review_grant": _l("Rahmen und Eingereichtes eines Fördervorhabens prüfen"),
    "read_statement": _l("Eingereichte Verwendungsnachweise lesen"),
    "read_note": _l("Nicht interne Prüfvermerke lesen"),
    "answer_review": _l("Rückfragen und Beanstandungen beantworten"),
    "review_statement": _l("Verwendungsnachweise prüfen"),
    "decide_statement": _l("Über Verwendungsnachweise entscheiden (vier Augen)"),
    "record_reuse": _l("Nachnutzung erfassen"),
    "confirm_reuse": _l("Nachnutzung bestätigen"),
    "keep_ledger": _l("Zahlen im Effizienzbuch pflegen"),
    "read_ledger": _l("Effizienzbuch aller Städte lesen"),
}
