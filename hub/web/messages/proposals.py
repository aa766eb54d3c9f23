"""Words for proposals, the inbox and deviations."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "same_entry": _l(
        "Ein Eintrag kann sich nicht selbst etwas vorschlagen. Bitte wählen Sie einen verwandten Eintrag."
    ),
    "source_hidden": _l(
        "Dieser Eintrag ist nur für Ihre Stadt sichtbar; die andere Stadt könnte den Vorschlag nicht lesen. "
        "Bitte ändern Sie zuerst die Sichtbarkeit im Steckbrief."
    ),
    "not_related": _l(
        "Die beiden Einträge haben keine gemeinsame Vorgeschichte. Sie können stattdessen eine Änderung vorschlagen."
    ),
    "same_content": _l("Beide Seiten haben denselben Inhalt. Es gibt nichts vorzuschlagen."),
    "nothing_new": _l("Auf dieser Seite gibt es nichts, was die andere nicht schon hat."),
    "proposal_moved_on": _l(
        "Inzwischen hat sich dieser Vorschlag geändert. Bitte sehen Sie ihn so an, wie er jetzt ist, und entscheiden "
        "Sie dann."
    ),
    "proposal_behind": _l(
        "Inzwischen gibt es eine neuere Version. Der Vorschlag ist jetzt auf dem neuen Stand; Ihre Entscheidungen "
        "gelten weiter, soweit sich die Änderungen nicht geändert haben. Bitte prüfen Sie das Ergebnis."
    ),
    "proposal_closed": _l("Dieser Vorschlag ist schon abgeschlossen oder noch nicht so weit."),
    "target_archived": _l("Der Eintrag, in den die Änderungen sollen, ist archiviert."),
    "unrelated": _l(
        "Die beiden Seiten haben kaum etwas gemeinsam. Wahrscheinlich ist das ein anderer Prozess; so lässt er sich "
        "nicht zusammenführen."
    ),
    "open_clashes": _l("Es gibt Widersprüche, die noch niemand entschieden hat."),
    "open_changes": _l("Es gibt Änderungen, die noch niemand entschieden hat."),
    "to_adapt": _l(
        "Mindestens eine Änderung wollen Sie im Zeichenwerkzeug anpassen. Öffnen Sie dazu „Ergebnis bearbeiten“."
    ),
    "nothing_to_merge": _l("Bisher ist nichts zum Übernehmen ausgewählt; alles ist für später vorgemerkt."),
    "change_gone": _l("Diese Änderung gibt es nicht mehr. Bitte laden Sie die Seite neu."),
    "decline_reason": _l("Bitte nennen Sie den Grund. Die anderen Städte lesen ihn."),
    "answer_needed": _l("Bitte schreiben Sie, warum. Die vorschlagende Stadt liest das."),
    "deviation_gone": _l("Diese Abweichung gibt es nicht mehr. Bitte laden Sie die Seite neu."),
}

LABELS: dict[str, dict[str, object]] = {
    "proposal": {
        "draft": _l("Entwurf"),
        "open": _l("offen"),
        "merged": _l("übernommen"),
        "declined": _l("abgelehnt"),
        "withdrawn": _l("zurückgezogen"),
    },
    "way": {"offer": _l("Rückführung"), "take": _l("Übernahme"), "suggest": _l("Änderungsvorschlag")},
    "verdict": {
        "adopt": _l("übernehmen"),
        "adapt": _l("anpassen"),
        "both": _l("beides"),
        "decline": _l("ablehnen"),
        "later": _l("später"),
    },
    "change": {
        "added": _l("neu"),
        "removed": _l("entfallen"),
        "renamed": _l("umbenannt"),
        "retyped": _l("andere Art"),
        "moved": _l("verschoben"),
        "moved-lane": _l("Zuständigkeit"),
        "moved-scope": _l("verschoben"),
        "reconnected": _l("Ablauf"),
        "property": _l("Eigenschaft"),
        "documentation": _l("Beschreibung"),
        "extension": _l("Zusatzangabe"),
        "layout": _l("Anordnung"),
        "changed": _l("geändert"),
        "conflict": _l("Widerspruch"),
    },
    "cell": {
        "same": _l("gleich"),
        "changed": _l("geändert"),
        "missing": _l("entfällt"),
        "extra": _l("zusätzlich"),
        "open": _l("nicht vergleichbar"),
    },
    "figure": {
        "error": _l("Fehler nach den Prüfregeln"),
        "warning": _l("Warnungen nach den Prüfregeln"),
        "hint": _l("Hinweise nach den Prüfregeln"),
        "breaks": _l("Medienbrüche"),
    },
    "event": {
        "proposal.opened": _l("hat einen Vorschlag gemacht"),
        "proposal.reopened": _l("hat einen Vorschlag wieder vorgelegt"),
        "proposal.updated": _l("hat einen Vorschlag auf den neuen Stand gebracht"),
        "proposal.commented": _l("hat einen Vorschlag kommentiert"),
        "proposal.decided": _l("hat über Änderungen entschieden"),
        "proposal.merged": _l("hat einen Vorschlag übernommen"),
        "proposal.merged_in_part": _l("hat einen Vorschlag zum Teil übernommen"),
        "proposal.declined": _l("hat einen Vorschlag abgelehnt"),
        "proposal.returned": _l("hat einen Vorschlag zurückgegeben"),
        "proposal.withdrawn": _l("hat einen Vorschlag zurückgezogen"),
        "deviation.recorded": _l("hat eine Abweichung begründet"),
    },
    "waiting": {
        "proposal.open": _l("Vorschlag entscheiden"),
        "proposal.returned": _l("Vorschlag kam zurück"),
        "proposal.draft": _l("Vorschlag noch nicht gesendet"),
        "upstream.newer": _l("Neues aus dem Ursprung"),
        "deviation.overdue": _l("Abweichung prüfen"),
    },
}

FLASHES: dict[str, object] = {
    "proposal_sent": _l("Ihr Vorschlag ist gesendet."),
    "proposal_drafted": _l("Ihr Vorschlag ist als Entwurf gespeichert. Nur Sie sehen ihn, bis Sie ihn senden."),
    "proposal_withdrawn": _l("Der Vorschlag ist zurückgezogen."),
    "brought_up_to_date": _l("Der Vorschlag ist auf dem neuen Stand."),
    "choices_kept": _l("Ihre Entscheidungen sind gespeichert."),
    "proposal_merged": _l("Übernommen: Die neue Version hat beide Seiten als Vorgänger."),
    "merged_in_part": _l(
        "Der entschiedene Teil steht in einer neuen Version. Was Sie für später vorgemerkt haben, bleibt im Vorschlag."
    ),
    "all_declined": _l("Der Vorschlag ist abgeschlossen; es wurde nichts übernommen."),
    "proposal_declined": _l("Der Vorschlag ist abgelehnt."),
    "proposal_returned": _l("Der Vorschlag ist zurückgegeben."),
    "clash_kept": _l(
        "Inzwischen hat jemand anderes dieselbe Stelle geändert. Ihre Fassung ist als Entwurf gesichert: Bitte "
        "entscheiden Sie hier, was gelten soll."
    ),
    "inbox_adopted": _l("Übernommen ist alles, was eigene Abweichungen nicht berührt."),
    "inbox_nothing": _l("Es gab nichts zu übernehmen, was eigene Abweichungen nicht berührt."),
    "change_declined": _l("Die Änderung ist abgelehnt und wird erst wieder angeboten, wenn sie sich ändert."),
    "deviation_recorded": _l("Die Abweichung ist begründet."),
}

RIGHTS: dict[str, object] = {
    "propose": _l("Änderungen an lesbaren Einträgen vorschlagen"),
    "read_proposal": _l("Vorschläge lesen"),
    "edit_proposal": _l("Vorschläge ändern, senden und zurückziehen"),
    "decide_proposal": _l("Über Vorschläge entscheiden"),
    "comment_proposal": _l("Vorschläge kommentieren"),
    "record_deviation": _l("Abweichungen vom Ursprung begründen und befristen"),
}
