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
