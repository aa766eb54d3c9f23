"""Words for accounts, organisations, entries, versions and comments."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "required": _l("Bitte füllen Sie dieses Feld aus."),
    "too_long": _l("Der Text ist zu lang. Bitte kürzen Sie ihn."),
    "not_valid": _l("Diese Angabe ist nicht gültig. Bitte prüfen Sie sie."),
    "not_a_number": _l("Bitte geben Sie eine Zahl ein."),
    "not_a_choice": _l("Bitte wählen Sie einen der angebotenen Werte."),
    "not_an_email": _l("Bitte geben Sie eine E-Mail-Adresse wie name@stadt.de ein."),
    "unknown_field": _l("Das Formular enthielt ein unbekanntes Feld. Bitte laden Sie die Seite neu."),
    "slug_taken": _l("Unter dieser Adresse gibt es bei Ihrer Stadt schon einen Eintrag. Bitte wählen Sie eine andere."),
    "slug_invalid": _l("Die Adresse darf nur Kleinbuchstaben a–z, Ziffern und Bindestriche enthalten."),
    "moved_on": _l(
        "Inzwischen hat jemand anderes eine neue Version gespeichert. Ihre Eingaben sind noch da: "
        "Bitte vergleichen Sie und speichern Sie danach auf dem neuen Stand."
    ),
    "same_as_newest": _l("Diese Version hat denselben Inhalt wie die neueste. Es gibt nichts wiederherzustellen."),
    "restore_again": _l(
        "Inzwischen hat jemand anderes eine neue Version gespeichert. Bitte sehen Sie sie an und stellen Sie dann "
        "noch einmal wieder her."
    ),
    "clash": _l(
        "Inzwischen hat jemand anderes dieselbe Stelle geändert. Ihre Zeichnung ist als Entwurf gesichert: Bitte "
        "entscheiden Sie dort, was gelten soll, oder zeichnen Sie hier weiter."
    ),
    "profile_moved_on": _l(
        "Inzwischen hat jemand anderes den Steckbrief geändert. Ihre Eingaben sind noch da: "
        "Bitte prüfen Sie die aktuellen Werte und speichern Sie dann erneut."
    ),
    "unchanged": _l("Der Inhalt ist derselbe wie in der letzten Version. Es gibt nichts zu speichern."),
    "archived": _l("Der Eintrag ist archiviert. Holen Sie ihn zuerst aus dem Archiv zurück."),
    "reason_needed": _l("Bitte nennen Sie den Grund der Abweichung, zum Beispiel die eigene Satzung."),
    "sign_in_failed": _l("E-Mail-Adresse oder Passwort stimmen nicht. Bitte prüfen Sie beides."),
    "locked": _l("Zu viele Versuche. Bitte warten Sie einige Minuten oder setzen Sie Ihr Passwort zurück."),
    "password_short": _l("Das Passwort braucht mindestens 12 Zeichen. Ein Satz ist ein gutes Passwort."),
    "password_common": _l(
        "Dieses Passwort ist leicht zu erraten. Bitte wählen Sie ein anderes, zum Beispiel vier Wörter, die nichts "
        "miteinander, mit Ihnen und mit Ihrer Stadt zu tun haben."
    ),
    "password_wrong": _l("Das bisherige Passwort stimmt nicht."),
    "password_mismatch": _l("Die beiden Passwörter sind nicht gleich."),
    "email_taken": _l("Für diese E-Mail-Adresse gibt es schon ein Konto."),
    "link_expired": _l("Dieser Link ist abgelaufen oder wurde schon benutzt. Bitte fordern Sie einen neuen an."),
    "last_admin": _l(
        "Eine Organisation braucht mindestens eine Administration. Bitte vergeben Sie die Rolle zuerst neu."
    ),
    "own_account": _l("Ihr eigenes Konto kann nur eine andere Administration schließen."),
    "account_closed": _l(
        "Zu dieser E-Mail-Adresse gehört ein geschlossenes Konto. Bitte wenden Sie sich an Ihre Administration."
    ),
    "already_member": _l("Diese Person hat die Rolle in Ihrer Organisation schon."),
    "already_invited": _l(
        "Für diese Adresse und Rolle ist schon eine Einladung offen. In der Liste können Sie sie noch einmal senden."
    ),
    "invitation_expired": _l(
        "Diese Einladung ist abgelaufen, zurückgezogen oder schon benutzt. Bitte lassen Sie sich neu einladen."
    ),
    "organisation_closed": _l("Diese Organisation ist stillgelegt."),
    "settings_moved_on": _l(
        "Inzwischen hat jemand anderes diese Angaben geändert. Ihre Eingaben sind noch da: "
        "Bitte vergleichen Sie sie mit dem aktuellen Stand und speichern Sie dann erneut."
    ),
    "address_taken": _l("Unter dieser Adresse gibt es schon eine Organisation. Bitte wählen Sie eine andere."),
    "address_reserved": _l("Diese Adresse braucht der Hub für eine eigene Seite. Bitte wählen Sie eine andere."),
    "not_a_web_address": _l("Bitte geben Sie die Adresse mit https:// am Anfang ein."),
    "comment_empty": _l("Bitte schreiben Sie einen Kommentar."),
    "ags": _l("Ein Amtlicher Gemeindeschlüssel hat acht Ziffern."),
    "resolved_reply": _l("Diese Diskussion ist erledigt. Öffnen Sie sie wieder, um zu antworten."),
    "file_missing": _l("Bitte wählen Sie eine Datei aus."),
    "file_too_large": _l("Die Datei ist zu groß."),
    "wrong_kind": _l("Diese Datei passt nicht zu dieser Art von Eintrag."),
}

LABELS: dict[str, dict[str, object]] = {
    "kind": {"process": _l("Prozessmodell"), "design": _l("Leistungsdesign")},
    "state": {
        "draft": _l("Entwurf"),
        "review_method": _l("In methodischer Prüfung"),
        "review_expert": _l("In fachlicher Prüfung"),
        "released": _l("Freigegeben"),
        "published": _l("Veröffentlicht"),
        "superseded": _l("Abgelöst"),
        "archived": _l("Archiviert"),
    },
    "visibility": {
        "city": _l("Nur eigene Stadt"),
        "ikz": _l("IKZ"),
        "land": _l("IKZ und Land"),
        "public": _l("Öffentlich"),
    },
    "nature": {"": _l("ohne Angabe"), "ist": _l("IST"), "soll": _l("SOLL")},
    "level": {
        "101": _l("Stamminformation (101)"),
        "102": _l("Referenzinformation (102)"),
        "103": _l("OZG-Referenzinformation (103)"),
        "104": _l("Lokalinformation (104)"),
        "105": _l("Musterinformation (105)"),
    },
    "licence": {
        "CC-BY-4.0": _l("CC BY 4.0 (Namensnennung)"),
        "CC0-1.0": _l("CC0 1.0 (ohne Bedingungen)"),
        "DL-DE-BY-2.0": _l("Datenlizenz Deutschland – Namensnennung 2.0"),
        "DL-DE-ZERO-2.0": _l("Datenlizenz Deutschland – Zero 2.0"),
    },
    "role": {
        "reader": _l("Lesen"),
        "modeller": _l("Modellierung"),
        "expert": _l("Fachexpertise"),
        "owner": _l("Prozessverantwortung"),
        "method_reviewer": _l("Methodenprüfung"),
        "approver": _l("Freigabe"),
        "coordinator": _l("IKZ-Koordination"),
        "land_reviewer": _l("Förderprüfung Land"),
        "data_protection": _l("Datenschutz"),
        "admin": _l("Administration"),
        "system_admin": _l("Systemadministration"),
    },
    "task": {
        "reader": _l("liest, sucht, lädt herunter, kommentiert"),
        "modeller": _l("legt Einträge an, zeichnet, lädt hoch, speichert Versionen, leitet ab"),
        "expert": _l("beurteilt und kommentiert aus der Sicht des Fachamts"),
        "owner": _l("verantwortet Inhalt und Steckbrief der Einträge, archiviert"),
        "method_reviewer": _l("prüft die Modellierung nach den gemeinsamen Regeln"),
        "approver": _l("gibt fachlich frei"),
        "coordinator": _l("betreut die gemeinsamen Einträge der Zusammenarbeit"),
        "land_reviewer": _l("liest, was für das Land veröffentlicht ist, und kommentiert dort"),
        "data_protection": _l("Ansprechstelle für Auskunft und Löschung"),
        "admin": _l("lädt ein, vergibt Rollen, schließt Konten der eigenen Organisation"),
        "system_admin": _l("legt Organisationen an, verwaltet alle Konten"),
    },
    "organisation": {
        "city": _l("Stadt"),
        "ikz": _l("IKZ-Geschäftsstelle"),
        "land": _l("Land"),
        "provider": _l("Dienstleister"),
    },
    "audience": {
        "city": _l("Intern: nur meine Organisation"),
        "ikz": _l("IKZ: alle beteiligten Städte"),
        "land": _l("IKZ und Land"),
    },
    "event": {
        "entry.created": _l("hat den Eintrag angelegt"),
        "entry.edited": _l("hat den Steckbrief geändert"),
        "entry.renamed": _l("hat den Eintrag umbenannt"),
        "entry.forked": _l("hat den Eintrag abgeleitet"),
        "entry.archived": _l("hat den Eintrag archiviert"),
        "entry.restored": _l("hat den Eintrag aus dem Archiv geholt"),
        "version.published": _l("hat eine Version gespeichert"),
        "comment.written": _l("hat kommentiert"),
        "comment.resolved": _l("hat eine Diskussion abgeschlossen"),
        "account.invited": _l("hat jemanden eingeladen"),
        "account.uninvited": _l("hat eine Einladung zurückgezogen"),
        "account.joined": _l("hat die Einladung angenommen"),
        "account.closed": _l("hat ein Konto geschlossen"),
        "account.reopened": _l("hat ein Konto wieder geöffnet"),
        "role.granted": _l("hat eine Rolle vergeben"),
        "role.revoked": _l("hat eine Rolle entzogen"),
        "organisation.created": _l("hat die Organisation angelegt"),
        "organisation.edited": _l("hat die Kontaktdaten geändert"),
        "organisation.renamed": _l("hat die Bezeichnung geändert"),
        "organisation.closed": _l("hat die Organisation stillgelegt"),
        "organisation.reopened": _l("hat die Organisation wieder aktiviert"),
    },
}

FLASHES: dict[str, object] = {
    "created": _l("Der Eintrag ist angelegt."),
    "published": _l(
        "Die neue Version ist gespeichert. Sie ist ein Entwurf, bis sie freigegeben und veröffentlicht wird."
    ),
    "merged": _l(
        "Inzwischen hatte jemand anderes gespeichert. Beide Änderungen vertragen sich "
        "und stehen zusammen in der neuen Version."
    ),
    "saved": _l("Ihre Änderungen sind gespeichert."),
    "forked": _l("Die Ableitung ist angelegt."),
    "archived": _l("Der Eintrag ist archiviert."),
    "restored": _l("Der Eintrag ist wieder da."),
    "comment": _l("Ihr Kommentar ist gespeichert."),
    "deleted": _l("Der Kommentar ist gelöscht."),
    "resolved": _l("Die Diskussion ist erledigt."),
    "reopened": _l("Die Diskussion ist wieder offen."),
}

RIGHTS: dict[str, object] = {
    "read": _l("Einträge lesen"),
    "read_drafts": _l("Entwürfe und alle früheren Versionen lesen"),
    "read_version": _l("Eine einzelne Version lesen"),
    "create": _l("Einträge anlegen"),
    "publish": _l("Neue Versionen speichern"),
    "edit": _l("Steckbrief, Adresse und Sichtbarkeit ändern"),
    "archive": _l("Einträge archivieren und zurückholen"),
    "fork": _l("Lesbare Einträge in eine Organisation ableiten"),
    "comment": _l("Lesbare Einträge kommentieren"),
    "read_comment": _l("Kommentare lesen"),
    "edit_comment": _l("Kommentare ändern und löschen"),
    "moderate_comment": _l("Kommentare entfernen, auch die anderer"),
    "resolve_comment": _l("Diskussionen abschließen und wieder öffnen"),
    "manage_accounts": _l("Mitglieder sehen und einladen"),
    "grant": _l("Rollen vergeben"),
    "revoke": _l("Rollen entziehen"),
    "close_account": _l("Konten schließen und wieder öffnen"),
    "edit_organisation": _l("Kontaktdaten der Organisation ändern"),
    "set_rules": _l("Prüfregeln für die Modelle einer Organisation wählen"),
    "create_organisation": _l("Organisationen anlegen, umbenennen und stilllegen"),
}
