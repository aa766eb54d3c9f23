"""Words for media breaks, decisions about them and the rules that find them."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "finding_needed": _l("Bitte wählen Sie mindestens einen Befund aus."),
    "decision_reason_needed": _l("Bitte schreiben Sie in einem Satz, warum. Andere Städte lesen die Begründung mit."),
    "legal_basis_needed": _l(
        "Bitte nennen Sie die Rechtsgrundlage, die den Schritt erzwingt, zum Beispiel „§ 1 Abs. 3 GewAnzV“."
    ),
    "decided_meanwhile": _l(
        "Inzwischen hat jemand anderes über einen dieser Befunde entschieden. Ihre Eingaben sind noch da: "
        "Bitte sehen Sie die neue Entscheidung an und senden Sie dann erneut."
    ),
    "breaks_open": _l("Es sind noch Befunde der Schwere H oder M offen. Bitte entscheiden Sie zuerst über jeden."),
    "breaks_justified": _l(
        "Einige Befunde sind als unvermeidbar begründet. Dann lautet der Stand „nur begründete Medienbrüche“; "
        "„medienbruchfrei“ lässt sich dafür nicht bestätigen."
    ),
    "rule_id": _l("Eine Regel heißt zum Beispiel MB-90: Großbuchstaben, Bindestrich, zwei oder drei Ziffern."),
    "media_rules_changed": _l(
        "Inzwischen hat jemand anderes die Regeln geändert. Ihre Eingaben sind noch da: "
        "Bitte sehen Sie die neuen Regeln an und speichern Sie dann erneut."
    ),
    "media_rules_same": _l("Ihre Eingaben ändern nichts an den Regeln."),
    "media_rules_message": _l("Bitte schreiben Sie in einem Satz, warum Sie die Regeln ändern."),
    "not_confirmed": _l("Für diese Version gibt es keine Bestätigung, die Sie zurücknehmen könnten."),
}

LABELS: dict[str, dict[str, object]] = {
    "media_status": {
        "unchecked": _l("nicht geprüft"),
        "open": _l("Medienbrüche offen"),
        "justified": _l("nur begründete Medienbrüche"),
        "free": _l("medienbruchfrei"),
    },
    "media_decision": {
        "open": _l("offen"),
        "fixed": _l("behoben"),
        "justified": _l("begründet unvermeidbar"),
        "no-break": _l("kein Medienbruch"),
    },
    "media_severity": {
        "H": _l("verhindert OZGplus"),
        "M": _l("muss begründet werden"),
        "N": _l("Hinweis"),
    },
    "break_mark": {
        "break-H": _l("Medienbruch, verhindert OZGplus"),
        "break-M": _l("Medienbruch, muss begründet werden"),
        "break-N": _l("Hinweis auf einen Medienbruch"),
        "break-settled": _l("Medienbruch entschieden"),
    },
    "media_origin": {
        "name": _l("im Namen"),
        "condition": _l("in der Bedingung"),
        "system": _l("IT-System"),
        "channel": _l("Kanal"),
        "structure": _l("im Ablauf"),
        "annotation": _l("in der Anmerkung"),
        "documentation": _l("in der Beschreibung"),
    },
    "event": {
        "finding.decided": _l("hat über Medienbrüche entschieden"),
        "finding.confirmed": _l("hat „medienbruchfrei“ bestätigt"),
        "finding.withdrawn": _l("hat die Bestätigung „medienbruchfrei“ zurückgenommen"),
        "media_rules.changed": _l("hat die Regeln für Medienbrüche geändert"),
    },
    "media_outcome": {
        "hit": _l("löst einen Befund aus"),
        "friend": _l("falscher Freund"),
        "free": _l("der Satz sagt, dass es keinen Medienbruch gibt"),
        "past": _l("der Satz spricht von früher"),
        "denied": _l("verneint"),
        "context": _l("aufgehoben durch ein anderes Wort"),
        "weaker": _l("zählt nur, wenn sonst nichts gefunden wird"),
    },
    "waiting": {
        "finding.again": _l("Medienbrüche neu entscheiden: Der Text hat sich geändert"),
        "finding.inherited": _l("Übernommene Entscheidungen über Medienbrüche bestätigen"),
        "finding.unconfirmed": _l("Kein offener Medienbruch: „medienbruchfrei“ bestätigen"),
    },
}

FLASHES: dict[str, object] = {
    "decided": _l("Ihre Entscheidung ist gespeichert."),
    "confirmed_free": _l("Diese Version gilt jetzt als medienbruchfrei."),
    "withdrawn": _l("Die Bestätigung ist zurückgenommen."),
    "media_rules_saved": _l("Die Regeln sind gespeichert. Der Hub prüft jetzt alle Modelle neu."),
}

RIGHTS: dict[str, object] = {
    "read_decisions": _l("Begründungen zu Medienbrüchen lesen"),
    "decide_findings": _l("Über Medienbrüche entscheiden"),
    "confirm_media_free": _l("„Medienbruchfrei“ bestätigen"),
    "edit_media_rules": _l("Regeln für Medienbrüche erweitern"),
}
