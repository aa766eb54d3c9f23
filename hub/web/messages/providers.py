"""Words for signing in by OpenID Connect providers."""

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "provider_unreachable": _l(
        "Der Anmeldedienst ist gerade nicht erreichbar. Bitte versuchen Sie es in einigen Minuten noch einmal oder "
        "wählen Sie einen anderen Weg."
    ),
    "provider_refused": _l(
        "Die Anmeldung beim Anmeldedienst wurde abgebrochen oder ist nicht gültig. Bitte beginnen Sie noch einmal."
    ),
    "provider_misconfigured": _l(
        "Der Hub und der Anmeldedienst passen nicht zusammen; ein neuer Versuch hilft nicht. Bitte sagen Sie der "
        "Stelle Bescheid, die den Hub betreibt, oder wählen Sie einen anderen Weg."
    ),
    "provider_groups": _l(
        "Der Anmeldedienst hat Ihre Gruppen nicht mitgeteilt, weil es zu viele sind. Ihre Rollen sind unverändert. "
        "Bitte wenden Sie sich an Ihre IT oder wählen Sie einen anderen Weg."
    ),
    "provider_unproven": _l(
        "Der Anmeldedienst hat keine bestätigte E-Mail-Adresse übermittelt. Bitte wenden Sie sich an Ihre IT. Haben "
        "Sie schon ein Konto, melden Sie sich wie bisher an und verknüpfen Sie es unter „Sicherheit der Anmeldung“."
    ),
    "provider_link_first": _l(
        "Zu Ihrer E-Mail-Adresse gibt es schon ein Konto. Bitte melden Sie sich einmal wie bisher an und verknüpfen "
        "Sie es unter „Mein Konto“, „Sicherheit der Anmeldung“."
    ),
    "provider_no_account": _l(
        "Für den Hub ist Ihnen noch keine Rolle zugeordnet. Bitte wenden Sie sich an die Administration Ihrer "
        "Organisation."
    ),
    "identity_taken": _l("Diese Anmeldung ist schon mit einem anderen Konto verknüpft."),
    "identity_last_way": _l(
        "Ohne diese Verknüpfung könnten Sie sich nicht mehr anmelden. Richten Sie zuerst einen Passkey oder ein "
        "Passwort ein."
    ),
}

LABELS: dict[str, dict[str, object]] = {
    "event": {
        "account.provided": _l("hat sich zum ersten Mal über einen Anmeldedienst angemeldet"),
        "identity.linked": _l("hat einen Anmeldedienst verknüpft"),
        "identity.unlinked": _l("hat die Verknüpfung mit einem Anmeldedienst gelöst"),
    },
}

FLASHES: dict[str, object] = {
    "identity_linked": _l("Der Anmeldedienst ist verknüpft."),
    "identity_unlinked": _l("Die Verknüpfung ist gelöst. Rollen, die aus ihr kamen, gelten nicht mehr."),
}
