"""Words for grants, results, statements of use, reuse and the efficiency ledger."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "money": _l("Bitte geben Sie einen Betrag wie 100.000,00 ein."),
    "money_cents": _l("Ein Betrag hat höchstens zwei Stellen nach dem Komma. Bitte runden Sie auf ganze Cent."),
    "money_negative": _l("Dieser Betrag kann nicht negativ sein."),
    "day": _l("Bitte geben Sie einen Tag wie 30.06.2026 ein."),
    "day_far": _l("Dieser Tag liegt zu weit weg. Bitte prüfen Sie das Jahr."),
    "period_backwards": _l("Das Ende liegt vor dem Anfang. Bitte prüfen Sie beide Tage."),
    "plan_balance": _l("Einnahmen und Ausgaben sind nicht gleich hoch. Ein Finanzierungsplan muss aufgehen."),
    "programme_moved_on": _l(
        "Inzwischen hat jemand anderes das Programm geändert. Ihre Eingaben sind noch da: Bitte prüfen Sie sie und "
        "speichern Sie dann erneut."
    ),
    "grant_moved_on": _l(
        "Inzwischen hat jemand anderes das Fördervorhaben geändert. Ihre Eingaben sind noch da: Bitte prüfen Sie den "
        "aktuellen Stand und speichern Sie dann erneut."
    ),
    "grant_closed": _l("Das Fördervorhaben ist beendet. Sein Rahmen kann nicht mehr geändert werden."),
    "grant_needs_reference": _l("Zur Bewilligung fehlt das Aktenzeichen."),
    "grant_needs_authority": _l("Zur Bewilligung fehlt die Bewilligungsbehörde."),
    "grant_needs_notice": _l("Zur Bewilligung fehlt das Datum des Zuwendungsbescheids."),
    "grant_needs_amount": _l("Zur Bewilligung fehlt der Betrag der Zuwendung."),
    "grant_needs_period": _l("Zur Bewilligung fehlt der Bewilligungszeitraum."),
    "grant_needs_report_due": _l("Zur Bewilligung fehlt die Frist für den Verwendungsnachweis."),
    "move_needs_reason": _l("Bitte nennen Sie den Grund für diesen Schritt."),
    "extension_needs_day": _l("Bitte nennen Sie ein neues Ende, das nach dem bisherigen liegt."),
    "not_a_partner": _l("Zuständig kann nur die federführende Stadt oder ein Partner des Vorhabens sein."),
    "shares_too_much": _l("Die Anteile der Ergebnisse sind zusammen höher als die Zuwendung. Bitte prüfen Sie sie."),
    "result_moved_on": _l(
        "Das Ergebnis wurde inzwischen geändert oder liegt der Behörde vor. Ihre Eingaben sind noch da: Bitte prüfen "
        "Sie den aktuellen Stand."
    ),
    "result_needs_evidence": _l(
        "Vor dem Einreichen braucht das Ergebnis mindestens eine freigegebene Version als Beleg."
    ),
    "evidence_twice": _l("Diese Version ist schon als Beleg verknüpft."),
    "version_address": _l(
        "Diese Version gibt es nicht. Bitte geben Sie die Adresse wie marburg/sepa-mandat-soll/1.00 ein."
    ),
    "version_not_approved": _l("Diese Version ist noch nicht freigegeben. Belege sind nur freigegebene Versionen."),
    "version_unknown": _l("Diese Version gibt es nicht. Bitte geben Sie eine Nummer wie 1.00 ein."),
    "reuse_twice": _l("Diese Nachnutzung ist schon erfasst. Bitte ändern Sie den vorhandenen Eintrag."),
    "reuse_needs_city": _l("Bitte wählen Sie eine Stadt oder nennen Sie die Kommune."),
    "reuse_moved_on": _l(
        "Inzwischen hat jemand anderes diese Nachnutzung geändert. Ihre Eingaben sind noch da: Bitte prüfen Sie sie."
    ),
    "reuse_cannot_follow": _l("Dieser Stand kann auf den bisherigen nicht folgen."),
    "minutes": _l("Bitte geben Sie eine Zeit in Minuten wie 12,5 ein."),
    "ledger_twice": _l(
        "Für diese Stadt, Leistung und dieses Jahr gibt es schon eine Zeile. Bitte ändern Sie die vorhandene."
    ),
    "ledger_moved_on": _l(
        "Inzwischen hat jemand anderes diese Zeile geändert. Ihre Eingaben sind noch da: Bitte prüfen Sie sie und "
        "speichern Sie dann erneut."
    ),
    "service_unknown": _l(
        "Diese Leistung steht nicht im Verzeichnis. Bitte wählen Sie eine aus oder legen Sie sie an."
    ),
    "receipt_moved_on": _l(
        "Inzwischen hat jemand anderes diesen Beleg geändert. Ihre Eingaben sind noch da: Bitte prüfen Sie sie und "
        "speichern Sie dann erneut."
    ),
    "receipt_twice": _l("Diese Belegnummer gibt es in diesem Vorhaben schon. Bitte wählen Sie eine andere."),
    "statement_open": _l("Es gibt schon einen Entwurf. Bitte reichen Sie ihn ein oder verwerfen Sie ihn zuerst."),
    "statement_not_now": _l("Im jetzigen Stand des Vorhabens kann kein Nachweis begonnen werden."),
    "statement_moved_on": _l("Der Nachweis hat sich inzwischen geändert. Bitte prüfen Sie den aktuellen Stand."),
    "statement_decided": _l("Über diesen Nachweis ist schon entschieden."),
    "statement_needs_report": _l("Der Sachbericht fehlt."),
    "statement_needs_period": _l("Der Zeitraum des Nachweises fehlt."),
    "statement_needs_results": _l("Das Vorhaben hat noch keine Ergebnisse."),
    "statement_needs_evidence": _l("Für den Schlussnachweis braucht jedes Ergebnis mindestens einen Beleg."),
    "statement_needs_receipts": _l("Für den Schlussnachweis fehlt die Belegliste."),
    "statement_out_of_balance": _l("Einnahmen und Ausgaben der Belegliste sind nicht gleich hoch."),
    "note_needs_deadline": _l("Bitte nennen Sie eine Frist."),
    "deadline_past": _l("Diese Frist liegt nicht in der Zukunft. Bitte wählen Sie einen späteren Tag."),
    "note_needs_verdict": _l("Bitte wählen Sie, was Sie vorschlagen."),
    "review_open_points": _l("Es sind noch Rückfragen oder Beanstandungen offen. Bitte erledigen Sie sie zuerst."),
    "fork_unknown": _l("Diese Ableitung gibt es bei der nachnutzenden Stadt nicht. Bitte prüfen Sie die Adresse."),
}

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
    "deadline": {
        "interim_due": _l("Zwischennachweis"),
        "period_end": _l("Ende des Bewilligungszeitraums"),
        "report_due": _l("Verwendungsnachweis"),
        "purpose_end": _l("Ende der Zweckbindung"),
        "retention_end": _l("Ende der Aufbewahrung"),
        "condition": _l("Auflage"),
        "result": _l("Ergebnis"),
    },
    "document_kind": {
        "application": _l("Antrag"),
        "notice": _l("Zuwendungsbescheid"),
        "decision": _l("Beschluss"),
        "contract": _l("Vereinbarung"),
        "report": _l("Bericht"),
        "other": _l("Sonstiges"),
    },
    "note_kind": {
        "note": _l("Prüfvermerk"),
        "question": _l("Rückfrage"),
        "objection": _l("Beanstandung"),
        "reply": _l("Antwort"),
        "proposal": _l("Entscheidungsvorschlag"),
        "decision": _l("Entscheidung"),
    },
    "checklist_answer": {
        "open": _l("offen"),
        "yes": _l("ja"),
        "no": _l("nein"),
        "not_applicable": _l("trifft nicht zu"),
    },
    "waiting": {
        "reuse.confirm": _l("Nachnutzung bestätigen"),
        "review.statement": _l("Nachweis prüfen"),
        "review.answer": _l("Der Behörde antworten"),
        "deadline.interim_due": _l("Zwischennachweis einreichen"),
        "deadline.period_end": _l("Bewilligungszeitraum endet"),
        "deadline.report_due": _l("Verwendungsnachweis einreichen"),
        "deadline.purpose_end": _l("Zweckbindung endet"),
        "deadline.condition": _l("Auflage erfüllen"),
        "deadline.result": _l("Ergebnis liefern"),
    },
    "event": {
        "programme.created": _l("hat ein Förderprogramm angelegt"),
        "programme.edited": _l("hat ein Förderprogramm geändert"),
        "grant.created": _l("hat ein Fördervorhaben angelegt"),
        "grant.edited": _l("hat ein Fördervorhaben geändert"),
        "grant.moved": _l("hat den Stand eines Fördervorhabens geändert"),
        "grant.planned": _l("hat den Finanzierungsplan geändert"),
        "grant.deadline": _l("erinnert an eine Frist"),
        "grant.condition_added": _l("hat eine Auflage erfasst"),
        "grant.condition_met": _l("hat eine Auflage als erfüllt vermerkt"),
        "grant.condition_opened": _l("hat eine Auflage wieder geöffnet"),
        "grant.document_added": _l("hat ein Dokument abgelegt"),
        "grant.result_added": _l("hat ein Ergebnis angelegt"),
        "grant.result_edited": _l("hat ein Ergebnis geändert"),
        "grant.result_moved": _l("hat den Stand eines Ergebnisses geändert"),
        "grant.evidence_tied": _l("hat eine Version als Beleg verknüpft"),
        "grant.evidence_untied": _l("hat einen Beleg gelöst"),
        "grant.receipt_added": _l("hat einen Beleg erfasst"),
        "grant.receipt_changed": _l("hat einen Beleg geändert"),
        "grant.receipt_dropped": _l("hat einen Beleg gestrichen"),
        "grant.receipts_read": _l("hat Belege aus einer Datei übernommen"),
        "grant.statement_begun": _l("hat einen Nachweis begonnen"),
        "grant.statement_edited": _l("hat einen Nachweis bearbeitet"),
        "grant.statement_discarded": _l("hat einen Entwurf verworfen"),
        "grant.statement_submitted": _l("hat einen Nachweis eingereicht"),
        "grant.note_written": _l("hat einen Prüfvermerk geschrieben"),
        "grant.question_written": _l("hat eine Rückfrage gestellt"),
        "grant.objection_written": _l("hat beanstandet"),
        "grant.reply_written": _l("hat geantwortet"),
        "grant.note_settled": _l("hat einen Punkt erledigt"),
        "grant.decided": _l("hat über einen Nachweis entschieden"),
        "grant.checked": _l("hat eine Prüffrage beantwortet"),
        "grant.sample_drawn": _l("hat eine Stichprobe gezogen"),
        "grant.pack_made": _l("hat ein Nachweispaket erstellt"),
        "grant.viewed": _l("hat Eingereichtes angesehen"),
        "ledger.entered": _l("hat Zahlen im Effizienzbuch erfasst"),
        "ledger.changed": _l("hat Zahlen im Effizienzbuch geändert"),
        "ledger.dropped": _l("hat eine Zeile im Effizienzbuch gestrichen"),
        "reuse.recorded": _l("hat eine Nachnutzung erfasst"),
        "reuse.changed": _l("hat eine Nachnutzung geändert"),
        "reuse.confirmed": _l("hat eine Nachnutzung bestätigt"),
    },
    "ledger_method": {
        "measured": _l("gemessen"),
        "counted": _l("ausgezählt"),
        "estimated": _l("geschätzt"),
        "taken_over": _l("von einer anderen Stadt übernommen"),
    },
}

FLASHES: dict[str, object] = {
    "review_begun": _l("Die Prüfung hat begonnen."),
    "review_settled": _l("Der Punkt ist erledigt."),
    "review_decided": _l("Die Entscheidung ist festgehalten."),
    "review_answered": _l("Die Antwort ist festgehalten."),
    "review_drawn": _l("Die Stichprobe ist gezogen."),
}

RIGHTS: dict[str, object] = {
    "edit_programme": _l("Förderprogramme anlegen und ändern"),
    "read_programmes": _l("Förderprogramme mit ihren Regeln lesen"),
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
