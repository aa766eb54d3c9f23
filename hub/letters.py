"""The letters with a link that the hub sends, in the sender's language."""

from flask_babel import gettext as _

from hub.actions.accounts import Letter
from hub.http import settings
from hub.store.organisations import Organisation


def reset() -> Letter:
    """Return the letter for somebody who forgot the password."""
    return Letter(
        subject=_("Neues Passwort für den IKZ-Prozesshub"),
        text=_(
            "Guten Tag {name},\n\nfür Ihr Konto im IKZ-Prozesshub wurde ein neues Passwort angefordert. "
            "Bitte öffnen Sie innerhalb von zwei Stunden diesen Link:\n\n{link}\n\n"
            "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.\n"
        ),
        link=f"{settings().base_url}/login/reset/{{token}}",
    )


def reopened() -> Letter:
    """Return the letter for somebody whose account was opened again."""
    return Letter(
        subject=_("Ihr Konto im IKZ-Prozesshub ist wieder offen"),
        text=_(
            "Guten Tag {name},\n\nIhr Konto im IKZ-Prozesshub ist wieder offen. "
            "Bitte wählen Sie innerhalb von zwei Stunden über diesen Link ein Passwort:\n\n{link}\n\n"
            "Ist der Link abgelaufen, fordern Sie auf der Anmeldeseite mit „Passwort vergessen?“ einen neuen an.\n"
        ),
        link=f"{settings().base_url}/login/reset/{{token}}",
    )


def invitation(organisation: Organisation) -> Letter:
    """Return the letter for somebody who is invited to an organisation."""
    return Letter(
        subject=_("Einladung in den IKZ-Prozesshub: %(organisation)s", organisation=organisation.short_name),
        text=_(
            "Guten Tag {name},\n\n%(organisation)s lädt Sie in den IKZ-Prozesshub ein, die gemeinsame "
            "Prozessbibliothek der interkommunalen Zusammenarbeit. Bitte nehmen Sie die Einladung innerhalb von "
            "14 Tagen über diesen Link an:\n\n{link}\n\n"
            "Der Link gilt einmal und nur für Sie. Wenn Sie die Einladung nicht erwartet haben, brauchen Sie nichts "
            "zu tun.\n",
            organisation=organisation.name,
        ),
        link=f"{settings().base_url}/invitation/{{token}}",
    )


def factors_changed() -> Letter:
    """Return the letter for somebody whose way of signing in has changed."""
    return Letter(
        subject=_("Ihre Anmeldung im IKZ-Prozesshub wurde geändert"),
        text=_(
            "Guten Tag {name},\n\nbei Ihrem Konto im IKZ-Prozesshub wurde geändert, womit Sie sich anmelden "
            "(Einmalcodes, Passkeys oder Wiederherstellungscodes). Was gilt, sehen Sie hier:\n\n{link}\n\n"
            "Wenn Sie das nicht waren, ändern Sie bitte sofort Ihr Passwort und wenden Sie sich an Ihre "
            "Administration.\n"
        ),
        link=f"{settings().base_url}/account/security",
    )


def password_changed() -> Letter:
    """Return the letter for somebody whose password has changed, in case it was not them (ASVS 5.0, 6.3.7)."""
    return Letter(
        subject=_("Ihr Passwort im IKZ-Prozesshub wurde geändert"),
        text=_(
            "Guten Tag {name},\n\nfür Ihr Konto im IKZ-Prozesshub gilt ein neues Passwort. Alle anderen Anmeldungen "
            "wurden beendet.\n\nWenn Sie das nicht waren, fordern Sie bitte sofort ein neues an und wenden Sie sich an "
            "Ihre Administration:\n\n{link}\n"
        ),
        link=f"{settings().base_url}/login/reset",
    )


def confirm_email() -> Letter:
    """Return the letter to a new address, whose owner must open the link."""
    return Letter(
        subject=_("Neue E-Mail-Adresse für Ihr Konto im IKZ-Prozesshub"),
        text=_(
            "Guten Tag {name},\n\nfür Ihr Konto im IKZ-Prozesshub soll künftig diese Adresse gelten. Bitte bestätigen "
            "Sie das innerhalb von 24 Stunden über diesen Link:\n\n{link}\n\n"
            "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Dann bleibt alles, wie es ist.\n"
        ),
        link=f"{settings().base_url}/account/email/{{token}}",
    )


def email_taken() -> Letter:
    """Return the letter to an address that somebody wanted to use though it has an account."""
    return Letter(
        subject=_("Diese Adresse hat schon ein Konto im IKZ-Prozesshub"),
        text=_(
            "Guten Tag,\n\njemand wollte diese Adresse für ein anderes Konto im IKZ-Prozesshub verwenden. Zu ihr "
            "gehört aber schon ein Konto, deshalb ist nichts geschehen. Waren Sie das selbst, wenden Sie sich bitte an "
            "Ihre Administration.\n"
        ),
        link="",
    )


def email_changed() -> Letter:
    """Return the letter that tells of a changed address."""
    return Letter(
        subject=_("Die E-Mail-Adresse Ihres Kontos im IKZ-Prozesshub wurde geändert"),
        text=_(
            "Guten Tag {name},\n\ndie E-Mail-Adresse Ihres Kontos im IKZ-Prozesshub wurde geändert. Sie melden sich ab "
            "jetzt mit der neuen Adresse an.\n\n"
            "Wenn Sie das nicht waren, wenden Sie sich bitte sofort an Ihre Administration.\n"
        ),
        link="",
    )


def deletion_granted() -> Letter:
    """Return the last letter to somebody whose account was deleted; `{answer}` is what the administration wrote."""
    return Letter(
        subject=_("Ihr Konto im IKZ-Prozesshub ist gelöscht"),
        text=_(
            "Guten Tag {name},\n\nIhrem Antrag wurde entsprochen: Ihr Konto im IKZ-Prozesshub ist gelöscht. Ihr Name "
            "und Ihre E-Mail-Adresse sind entfernt. Was Sie beigetragen haben, bleibt unter „Gelöschtes Konto“ "
            "erhalten.\n\n{answer}\n\nDiese Nachricht ist die letzte an diese Adresse.\n"
        ),
        link="",
    )


def deletion_refused() -> Letter:
    """Return the letter to somebody whose request for deletion was refused."""
    return Letter(
        subject=_("Ihr Antrag auf Löschung im IKZ-Prozesshub"),
        text=_(
            "Guten Tag {name},\n\nIhrem Antrag, Ihr Konto im IKZ-Prozesshub zu löschen, konnte nicht entsprochen "
            "werden:\n\n{answer}\n\nSie können sich an die Datenschutzbeauftragte oder den Datenschutzbeauftragten "
            "wenden oder sich bei der Aufsichtsbehörde beschweren. Wie das geht, steht hier: %(url)s\n",
            url=f"{settings().base_url}/datenschutz",
        ),
        link="",
    )


def unused() -> Letter:
    """Return the letter to somebody whose account was not used for long."""
    return Letter(
        subject=_("Ihr Konto im IKZ-Prozesshub wird bald geschlossen"),
        text=_(
            "Guten Tag {name},\n\nSie haben Ihr Konto im IKZ-Prozesshub lange nicht benutzt. Deshalb wird es in "
            "einigen Wochen geschlossen. Soll es offen bleiben, melden Sie sich bitte einmal an:\n\n%(url)s\n\n"
            "Was Sie beigetragen haben, bleibt in jedem Fall erhalten.\n",
            url=f"{settings().base_url}/login",
        ),
        link="",
    )


def factors_reset() -> Letter:
    """Return the letter that tells of second factors taken away."""
    return Letter(
        subject=_("Zweiter Faktor Ihres Kontos im IKZ-Prozesshub entfernt"),
        text=_(
            "Guten Tag {name},\n\ndie Administration hat den zweiten Faktor und die Passkeys Ihres Kontos im "
            "IKZ-Prozesshub entfernt und alle Anmeldungen beendet. Sie melden sich mit Ihrem Passwort an und richten "
            "danach einen neuen zweiten Faktor ein.\n\n"
            "Wenn Sie das nicht veranlasst haben, wenden Sie sich bitte sofort an Ihre Administration.\n"
        ),
        link="",
    )
