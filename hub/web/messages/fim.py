"""Words for FIM profiles, activity groups and XProzess."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "rag_in_file": _l(
        "Diesen RAG-Typ nennt die BPMN-Datei selbst. Bitte ändern Sie ihn beim Bearbeiten der Zeichnung."
    ),
    "not_a_code": _l("Bitte geben Sie den Code aus der Codeliste ein, zum Beispiel 501: Ziffern, ohne Leerzeichen."),
    "not_a_day": _l("Bitte geben Sie ein Datum ein, zum Beispiel 2026-01-01."),
    "until_before_from": _l("Das Ende der Gültigkeit liegt vor ihrem Beginn. Bitte prüfen Sie beide Daten."),
    "person_role": _l("Bitte wählen Sie für jede beteiligte Stelle eine Rolle; Namen haben höchstens 300 Zeichen."),
    "basis_uri": _l("Bitte geben Sie die Fundstelle einer Rechtsgrundlage mit https:// am Anfang ein."),
    "nothing_chosen": _l("Bitte wählen Sie mindestens einen Prozess aus."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "fim.typed": _l("hat Aktivitätengruppen (RAG) zugeordnet"),
        "fim.profiled": _l("hat den FIM-Steckbrief bearbeitet"),
    },
    "fim_field": {
        "fim_key": _l("Leistungsschlüssel"),
        "fim_definition": _l("Definition"),
        "fim_triggers": _l("Auslöser"),
        "fim_results": _l("Ergebnis"),
        "fim_initiator": _l("Beteiligte Stelle mit der Rolle Initiator"),
        "fim_main_actor": _l("Beteiligte Stelle mit der Rolle Hauptakteur"),
        "fim_legal_bases": _l("Rechtsgrundlagen"),
        "fim_procedure": _l("Verfahrensart"),
        "fim_form": _l("Handlungsform"),
        "fim_valid_from": _l("Gültig ab"),
        "fim_status": _l("Freigabestatus"),
    },
    "fim_attribute": {
        "received": _l("empfangene Daten"),
        "provided": _l("bereitgestellte Daten"),
        "checks": _l("Art der formellen Prüfung"),
        "tools": _l("Hilfsmittel"),
        "decision": _l("Entscheidungsart"),
        "processing": _l("Bearbeitungsart"),
        "duty": _l("Mitwirkungspflicht"),
        "special": _l("Beschreibung der Fachaktivität"),
    },
}
