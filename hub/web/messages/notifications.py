"""Words for watching, notifications, guests, and who is editing."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "too_many_feeds": _l("Sie haben schon 20 private Feed-Adressen. Bitte widerrufen Sie zuerst eine davon."),
    "guest_link_ended": _l(
        "Dieser Link ist abgelaufen oder wurde widerrufen. Bitte fragen Sie die Stadt, die ihn Ihnen gegeben hat."
    ),
    "guest_too_often": _l(
        "In kurzer Zeit kamen sehr viele Kommentare über diesen Link. Bitte warten Sie eine Viertelstunde; "
        "Ihr Text steht noch im Feld."
    ),
    "expiry_past": _l("Bitte wählen Sie einen Tag in der Zukunft."),
    "expiry_far": _l("Ein Link gilt höchstens ein Jahr. Bitte wählen Sie einen früheren Tag."),
}

LABELS: dict[str, dict[str, object]] = {
    "topic": {
        "direct": _l("Persönlich: Erwähnungen, Bitten und Antworten, die Sie betreffen"),
        "comments": _l("Kommentare"),
        "versions": _l("Neue Versionen"),
        "proposals": _l("Änderungsvorschläge"),
        "reviews": _l("Prüfung und Freigabe"),
        "rest": _l("Sonstiges, zum Beispiel neue Einträge und geänderte Steckbriefe"),
    },
    "topic_short": {
        "direct": _l("Persönlich"),
        "comments": _l("Kommentare"),
        "versions": _l("Versionen"),
        "proposals": _l("Änderungsvorschläge"),
        "reviews": _l("Prüfung und Freigabe"),
        "rest": _l("Sonstiges"),
    },
    "way": {
        "hub": _l("nur im Hub"),
        "now": _l("im Hub und sofort per E-Mail"),
        "daily": _l("im Hub und in der Tagesübersicht"),
        "weekly": _l("im Hub und in der Wochenübersicht"),
        "never": _l("gar nicht"),
    },
    "weekday": {
        "0": _l("Montag"),
        "1": _l("Dienstag"),
        "2": _l("Mittwoch"),
        "3": _l("Donnerstag"),
        "4": _l("Freitag"),
        "5": _l("Samstag"),
        "6": _l("Sonntag"),
    },
    "reason": {
        "watch": _l("weil Sie beobachten"),
        "told": _l("weil es Sie betrifft"),
        "mentioned": _l("weil Sie erwähnt wurden"),
    },
    "event": {
        "comment.edited": _l("hat einen Kommentar geändert"),
        "comment.deleted": _l("hat einen Kommentar gelöscht"),
        "comment.reopened": _l("hat eine Diskussion wieder geöffnet"),
        "feed.created": _l("hat eine private Feed-Adresse angelegt"),
        "feed.revoked": _l("hat eine private Feed-Adresse widerrufen"),
        "guest.invited": _l("hat einen Gastzugang angelegt"),
        "guest.opened": _l("hat den Gastzugang geöffnet"),
        "guest.revoked": _l("hat einen Gastzugang widerrufen"),
    },
    "waiting": {
        "comment.mention": _l("Sie wurden erwähnt"),
        "comment.question": _l("Offene Frage an Ihre Stadt"),
    },
}

FLASHES: dict[str, object] = {
    "watching": _l("Sie beobachten das jetzt."),
    "watch_stopped": _l("Sie beobachten das nicht mehr."),
    "notifications_read": _l("Als gelesen markiert."),
    "notification_settings": _l("Ihre Einstellungen gelten ab sofort."),
    "feed_revoked": _l("Die Feed-Adresse gilt nicht mehr."),
    "mention_done": _l("Die Erwähnung ist erledigt."),
    "guest_revoked": _l("Der Gastzugang gilt nicht mehr."),
}

RIGHTS: dict[str, object] = {
    "watch": _l("Einträge, Leistungen und Städte beobachten"),
    "read_people": _l("Sehen, wer mitarbeitet und was beigetragen hat"),
    "invite_guest": _l("Gastzugänge für Fachämter anlegen und widerrufen"),
}
