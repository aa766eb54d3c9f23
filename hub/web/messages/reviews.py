"""Words for review, approval, validity, deputies and votes."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "review_moved_on": _l(
        "Inzwischen hat jemand anderes diese Version weitergebracht. Bitte sehen Sie sich den neuen Stand an."
    ),
    "not_newest": _l("Es gibt eine neuere Version. Bitte reichen Sie diese ein."),
    "blocked": _l("Das geht noch nicht. Was fehlt, steht unter „Was noch fehlt“."),
    "review_reason_needed": _l("Bitte schreiben Sie den Grund dazu, damit die anderen ihn lesen können."),
    "own_work": _l(
        "Vier-Augen-Prinzip: Sie haben diesen Stand selbst bearbeitet oder eingereicht. Das Urteil gibt jemand anderes."
    ),
    "own_method_review": _l(
        "Vier-Augen-Prinzip: Sie haben die methodische Prüfung gemacht. Die fachliche Freigabe gibt jemand anderes."
    ),
    "already_approved": _l("Sie haben diese Version schon freigegeben. Eine weitere Freigabe gibt jemand anderes."),
    "city_approved": _l("Ihre Stadt hat diese Version schon freigegeben. Jetzt ist eine andere Stadt am Zug."),
    "nothing_missing": _l("Es fehlt keine Freigabe mehr."),
    "own_city_first": _l(
        "Zuständig ist die Freigabe der Stadt, der das Modell gehört. Eine andere Stadt springt erst ein, "
        "wenn dort niemand frei ist."
    ),
    "method_reviewer_first": _l(
        "Zuständig ist die Methodenprüfung. Die IKZ-Koordination springt erst ein, wenn dort niemand frei ist."
    ),
    "not_in_review": _l("Diese Version ist gerade nicht in Prüfung."),
    "may_not_review": _l("Diese Person darf diese Version nicht prüfen. Bitte wählen Sie eine andere."),
    "in_the_past": _l("Dieser Tag liegt in der Vergangenheit. Bitte wählen Sie einen späteren."),
    "review_after_end": _l("Die Wiedervorlage muss vor dem Ende der Gültigkeit liegen."),
    "ends_before_start": _l("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide."),
    "not_a_member": _l("Diese Person gehört nicht zu Ihrer Organisation."),
    "own_deputy": _l("Niemand kann sich selbst vertreten. Bitte wählen Sie eine andere Person."),
    "deputy_ended": _l("Diese Vertretung ist schon beendet."),
    "block_internal": _l(
        "Diese Diskussion ist intern. Was andere freigeben, kann nur eine Diskussion aufhalten, die sie lesen können."
    ),
    "not_blocking": _l("Diese Diskussion hält die Freigabe nicht auf."),
    "lift_block": _l("Aufheben kann das nur, wer es gesetzt hat, oder die IKZ-Koordination."),
    "not_released": _l("Diese Version ist nicht freigegeben. Dazu kann keine Stadt Stellung nehmen."),
    "vote_reason_needed": _l("Bitte schreiben Sie dazu, was Sie anpassen oder warum es bei Ihnen nicht geht."),
    "already_reference": _l("Dieses Modell ist schon ein Referenzmodell."),
    "not_in_use": _l("Erst wenn zwei Städte das Modell nutzen, kann es ein Referenzmodell werden."),
    "proposal_open": _l("Es gibt schon einen offenen Vorschlag, das Modell zum Referenzmodell zu machen."),
    "no_fork": _l("Dieser Eintrag ist keine Ableitung."),
    "no_review_chosen": _l("Bitte wählen Sie mindestens eine Zeile aus."),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "review.submitted": _l("hat zur Prüfung eingereicht"),
        "review.withdrawn": _l("hat aus der Prüfung zurückgezogen"),
        "review.passed": _l("hat methodisch geprüft"),
        "review.approved": _l("hat fachlich freigegeben"),
        "review.sent_back": _l("hat zurückgegeben"),
        "review.revoked": _l("hat die Freigabe zurückgenommen"),
        "review.voided": _l("hat etwas geändert, dadurch gilt eine Prüfung nicht mehr"),
        "review.carried": _l("hat nur die Darstellung geändert, die Prüfungen gelten weiter"),
        "review.assigned": _l("hat eine Prüfung zugewiesen"),
        "review.reminded": _l("hat an eine Prüfung erinnert"),
        "review.due": _l("erinnert: eine Prüfung ist fällig"),
        "review.blocked": _l("lässt eine Diskussion die Freigabe aufhalten"),
        "review.unblocked": _l("hält die Freigabe nicht mehr auf"),
        "version.released": _l("hat eine freigegebene Version veröffentlicht"),
        "version.superseded": _l("hat eine Version abgelöst"),
        "version.archived": _l("hat eine Version archiviert"),
        "version.confirmed": _l("hat die Gültigkeit bestätigt"),
        "version.voted": _l("hat für die Stadt Stellung genommen"),
        "validity.due": _l("erinnert: eine Veröffentlichung ist zur Wiedervorlage fällig"),
        "ozgplus.claimed": _l("beansprucht OZGplus"),
        "ozgplus.dropped": _l("beansprucht OZGplus nicht mehr"),
        "reference.proposed": _l("schlägt das Modell als Referenzmodell vor"),
        "reference.accepted": _l("hat das Modell zum Referenzmodell gemacht"),
        "reference.declined": _l("hat das Referenzmodell abgelehnt"),
        "reference.withdrawn": _l("hat den Vorschlag für ein Referenzmodell zurückgezogen"),
        "deputy.appointed": _l("hat eine Vertretung eingetragen"),
        "deputy.ended": _l("hat eine Vertretung beendet"),
        "review_rules.set": _l("hat die Regeln für Freigaben geändert"),
    },
    "waiting": {
        "review.method": _l("Methodisch prüfen"),
        "review.expert": _l("Fachlich prüfen und freigeben"),
        "review.publish": _l("Freigegebene Version veröffentlichen"),
        "review.returned": _l("An Sie zurückgegeben"),
        "release.vote": _l("Für Ihre Stadt Stellung nehmen"),
        "reference.proposed": _l("Über ein Referenzmodell entscheiden"),
        "validity.due": _l("Gültigkeit prüfen und bestätigen"),
    },
    "verdict": {
        "submitted": _l("Zur Prüfung eingereicht"),
        "withdrawn": _l("Zurückgezogen"),
        "passed": _l("Methodisch geprüft"),
        "sent_back": _l("Zurückgegeben"),
        "approved": _l("Fachlich freigegeben"),
        "carried": _l("Gilt weiter"),
        "voided": _l("Gilt nicht mehr"),
        "revoked": _l("Freigabe zurückgenommen"),
        "published": _l("Veröffentlicht"),
        "superseded": _l("Abgelöst"),
        "confirmed": _l("Gültigkeit bestätigt"),
        "archived": _l("Archiviert"),
    },
    "stage": {"": "", "method": _l("Methodische Prüfung"), "expert": _l("Fachliche Prüfung")},
    "move": {
        "submit": _l("Zur Prüfung einreichen"),
        "withdraw": _l("Aus der Prüfung zurückziehen"),
        "pass": _l("Methodisch in Ordnung, weiter zur fachlichen Prüfung"),
        "approve": _l("Fachlich freigeben"),
        "send_back": _l("Zurückgeben"),
        "revoke": _l("Freigabe zurücknehmen"),
        "publish": _l("Veröffentlichen"),
        "supersede": _l("Veröffentlichung beenden"),
        "reinstate": _l("Wieder veröffentlichen"),
        "archive": _l("Diese Version archivieren"),
        "confirm": _l("Gültigkeit bestätigen"),
    },
    "adoption": {
        "as_is": _l("übernehmbar"),
        "adapted": _l("mit Anpassung"),
        "not_here": _l("bei uns nicht"),
    },
    "blocker": {
        "title_missing": _l("Der Titel fehlt."),
        "service_missing": _l("Der Leistungsschlüssel fehlt, und es steht nicht da, warum es keinen gibt."),
        "level_missing": _l("Die Detaillierungsstufe fehlt."),
        "legal_basis_missing": _l("Es ist keine Rechtsgrundlage genannt."),
        "responsible_missing": _l("Es ist nicht genannt, wer verantwortlich ist."),
        "licence_missing": _l("Die Lizenz fehlt."),
        "message_missing": _l("Diese Version hat keinen Änderungshinweis."),
        "fork_reason_missing": _l("Die Ableitung begründet noch nicht, warum sie vom Ursprung abweicht."),
        "hidden_from_reviewers": _l(
            "Der Eintrag ist nur für die eigene Stadt sichtbar. Die Methodenprüfung der IKZ könnte ihn nicht lesen: "
            "Bitte stellen Sie die Sichtbarkeit auf „IKZ“."
        ),
        "engine_errors": _l("Das Modell hat Fehler nach den Prüfregeln."),
        "main_actor_missing": _l("Das Modell nennt keinen Hauptakteur: Es hat weder Pool noch Bahn."),
        "media_breaks": _l("Der Eintrag beansprucht OZGplus, hat aber schwere Medienbrüche."),
        "discussion_open": _l("Eine Diskussion hält die Freigabe auf."),
        "method_missing": _l("Die methodische Prüfung fehlt."),
        "approvals_missing": _l("Es fehlen fachliche Freigaben."),
    },
}

FLASHES: dict[str, object] = {
    "move_submit": _l("Eingereicht. Die Prüfenden sind benachrichtigt."),
    "move_withdraw": _l("Zurückgezogen. Die Version ist wieder ein Entwurf."),
    "move_pass": _l("Methodisch geprüft. Jetzt ist die fachliche Prüfung am Zug."),
    "move_approve": _l("Ihre Freigabe ist eingetragen."),
    "move_send_back": _l("Zurückgegeben. Der Grund steht im Verlauf."),
    "move_revoke": _l("Die Freigabe ist zurückgenommen. Die Version ist wieder ein Entwurf."),
    "move_publish": _l("Die Version ist veröffentlicht."),
    "move_supersede": _l("Die Veröffentlichung ist beendet."),
    "move_reinstate": _l("Die Version ist wieder veröffentlicht."),
    "move_archive": _l("Die Version ist archiviert."),
    "confirmed": _l("Die Gültigkeit ist bestätigt."),
    "assigned": _l("Gespeichert. Die Person ist benachrichtigt."),
    "reminded": _l("Die Erinnerung ist unterwegs."),
    "reminded_before": _l("Heute wurde schon erinnert. Morgen geht es wieder."),
    "voted": _l("Die Stellungnahme Ihrer Stadt ist eingetragen."),
    "proposed_reference": _l("Der Vorschlag ist gestellt. Jetzt entscheidet die andere Stadt."),
    "answered_reference": _l("Ihre Antwort ist eingetragen."),
    "blocked_approval": _l("Die Diskussion hält die Freigabe jetzt auf."),
    "lifted_block": _l("Die Diskussion hält die Freigabe nicht mehr auf."),
    "deputy_appointed": _l("Die Vertretung ist eingetragen."),
    "deputy_gone": _l("Die Vertretung ist beendet."),
    "bulk_done": _l("Erledigt."),
}

RIGHTS: dict[str, object] = {
    "submit_review": _l("Versionen zur Prüfung einreichen und zurückziehen"),
    "review_method": _l("Methodisch prüfen"),
    "approve": _l("Fachlich freigeben"),
    "revoke_approval": _l("Eine Freigabe vor der Veröffentlichung zurücknehmen"),
    "release": _l("Freigegebenes veröffentlichen und eine Veröffentlichung beenden"),
    "set_validity": _l("Gültigkeit festlegen und bestätigen"),
    "claim_ozgplus": _l("OZGplus beanspruchen"),
    "assign_review": _l("Prüfungen zuweisen, Fristen setzen, erinnern"),
    "block_approval": _l("Mit einer Diskussion die Freigabe aufhalten"),
    "vote": _l("Für eine Stadt zu einer Veröffentlichung Stellung nehmen"),
    "speak_on_reference": _l("Referenzmodelle vorschlagen und darüber entscheiden"),
    "appoint_deputies": _l("Vertretungen für andere eintragen"),
    "see_review_load": _l("Die Prüflast aller sehen"),
    "set_review_rules": _l("Die Regeln für Freigaben festlegen"),
}
