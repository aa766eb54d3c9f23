"""Where the hub holds personal data, and what becomes of it: the register that deleting and informing are made from.

Every column that refers to an account or holds an address stands here exactly once; a test compares this with the
tables. The processing record's deletion concept (`docs/datenschutz/loeschkonzept.md`) is written from it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a row when its account is pseudonymised."""

    REPLACED = "replaced"
    """The row stays with made-up values in place of name and address."""
    DELETED = "deleted"
    KEPT = "kept"
    """The row stays and speaks of the pseudonym from then on: decisions and contributions remain traceable."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds of people."""

    table: str
    what: str
    """What it is, in German, for the person and for the deletion concept."""
    source: str
    """How it came into the hub, in German."""
    fate: Fate
    own: tuple[str, ...] = ()
    """Columns with the number of the account that the row is about, or whose owner wrote it."""
    acted: tuple[str, ...] = ()
    """Columns with the number of an account that did something to a row that is about something else."""
    email: str = ""
    """Column with an e-mail address by which rows of a person are found."""
    office: tuple[str, ...] = ()
    """Columns with addresses of offices; where a person stands there, whoever keeps the page changes it."""
    texts: tuple[str, ...] = ()
    """Columns with free text that may name somebody; it stays as written, deciders are shown where a name occurs."""
    details: tuple[str, ...] = ()
    """Further columns with an address of a person in a row that is found otherwise."""
    secrets: tuple[str, ...] = ()
    """Columns that are given to nobody, not even to their owner: digests of keys."""
    rule: str = ""
    """The deadline of `hub.actions.retention` that deletes rows in time; empty: none."""
    until: str = ""
    """Why and until when rows stay that no deadline deletes, in German."""

    @property
    def columns(self) -> frozenset[str]:
        """All columns this entry speaks of."""
        found = (*self.own, *self.acted, *self.office, *self.details, *self.texts)
        return frozenset((*found, self.email) if self.email else found)


_TYPED = "eigene Eingabe"
_DONE = "entsteht durch die eigene Handlung im Hub"
_HUB = "vom Hub angelegt"
_WITH_ENTRY = "so lange wie der Eintrag, zu dem es gehört"
_WITH_GRANT = "so lange wie das Fördervorhaben, mindestens bis zum Ende der Aufbewahrungsfrist"
_WITH_ACCOUNT = "so lange wie das Konto"


def _kept(table: str, what: str, *, own: tuple[str, ...] = (), acted: tuple[str, ...] = (),
          texts: tuple[str, ...] = (), until: str = _WITH_ENTRY) -> Held:  # fmt: skip
    return Held(table, what, _DONE, Fate.KEPT, own=own, acted=acted, texts=texts, until=until)


def _private(table: str, what: str, *, rule: str = "", secrets: tuple[str, ...] = (), source: str = _TYPED) -> Held:
    until = "" if rule else _WITH_ACCOUNT
    return Held(table, what, source, Fate.DELETED, own=("user_id",), rule=rule, until=until, secrets=secrets)


_ACCOUNT = (
    Held("users", "Konto: Name, dienstliche E-Mail-Adresse, Sprache, Zeitpunkt der letzten Nutzung",
         "Einladung durch die Administration, eigene Eingabe", Fate.REPLACED, own=("id",), details=("email",),
         secrets=("password_hash",), rule="closed_accounts"),
    Held("memberships", "Rollen in Organisationen", "von einer Administration vergeben", Fate.KEPT,
         own=("user_id",), acted=("granted_by_id",),
         until="bleiben am pseudonymisierten Konto, damit Entscheidungen einer Stelle zugeordnet bleiben"),
    Held("sign_ins", "Anmeldungen: Browser, gekürzte Netzadresse, Zeitpunkte", _HUB, Fate.DELETED, own=("user_id",),
         details=("browser", "address"), secrets=("token_digest",), rule="sign_ins"),
    _private(
        "identities",
        "Verknüpfungen mit Anmeldediensten: Dienst und Kennung der Person dort",
        source="Anmeldung über einen Anmeldedienst",
    ),
    _private("one_time_codes", "Einmalcode-App", secrets=("sealed_secret",), source="Einrichtung durch die Person"),
    _private("recovery_codes", "Wiederherstellungscodes", secrets=("code_digest",), source=_HUB),
    _private(
        "passkeys",
        "Passkeys mit selbst gewähltem Namen",
        secrets=("credential_digest", "credential_id", "public_key", "user_handle"),
        source="Einrichtung durch die Person",
    ),
    _private(
        "sign_in_steps",
        "Angefangene Anmeldungen",
        rule="sign_in_steps",
        secrets=("token_digest", "data"),
        source=_HUB,
    ),
    _private("password_resets", "Angeforderte neue Passwörter", rule="password_resets", secrets=("token_digest",)),
    Held("email_changes", "Gewünschte neue E-Mail-Adressen", _TYPED, Fate.DELETED, own=("user_id",),
         details=("email",), secrets=("token_digest",), rule="email_changes"),
    _private("webhooks", "Webhooks, die mit den Rechten des Kontos arbeiten", secrets=("salt",)),
    Held("invitations", "Einladungen: Name und E-Mail-Adresse der eingeladenen Person",
         "Eingabe einer Administration", Fate.DELETED, acted=("invited_by_id",), email="email",
         secrets=("token_digest",), rule="invitations"),
    Held("lifecycles", "Lebenslauf des Kontos: Erinnerung, Schließung, Pseudonym", _HUB, Fate.KEPT, own=("user_id",),
         until="bleibt, damit die Löschung nachweisbar ist; enthält weder Namen noch Adresse"),
    Held("deletion_requests", "Anträge auf Löschung mit Begründung und Entscheidung", _TYPED, Fate.KEPT,
         own=("user_id",), acted=("decided_by_id",), texts=("reason", "answer"), rule="deletion_requests"),
    Held("foreign_people", "E-Mail-Adressen zu Namen, die mit einem Mitnahmepaket aus einem anderen Hub kamen",
         "Mitnahmepaket eines anderen Hubs", Fate.DELETED, own=("user_id",), email="email", until=_WITH_ACCOUNT),
    Held("mails", "E-Mails an die Person im Postausgang", _HUB, Fate.DELETED, email="recipient",
         rule="mails"),
)  # fmt: skip

_PRIVATE = (
    _private("watches", "Beobachtete Einträge, Leistungen und Städte"),
    _private("notification_plans", "Zeiten der Zusammenfassungen"),
    _private("notification_choices", "Gewählte Wege der Benachrichtigung"),
    _private("notifications", "Benachrichtigungen", rule="notifications", source=_HUB),
    _private("deliveries", "Versandstand der E-Mails zu Benachrichtigungen", rule="notifications", source=_HUB),
    _private("feed_tokens", "Persönliche Feed-Adressen", rule="feed_tokens", secrets=("token_digest",)),
    _private("tokens", "Tokens für Programme", rule="tokens", secrets=("token_digest",)),
    _private("saved_searches", "Gespeicherte Suchen"),
    _private("recent_searches", "Letzte Suchen", rule="recent_searches", source=_HUB),
    _private("recent_searches_off", "Wunsch, letzte Suchen nicht zu speichern"),
    _private("editings", "Hinweis, dass gerade ein Editor offen ist", source=_HUB),
    _private("mentions", "Nennungen mit @ in Kommentaren anderer", source="Kommentar einer anderen Person"),
    _private("fim_uploads", "Hochgeladene, noch nicht übernommene FIM-Dateien", rule="fim_uploads"),
)

_WORK = (
    _kept("events", "Protokoll: was die Person wann getan hat", own=("actor_id",), texts=("data",),
          until="10 Jahre, bei zitierten Einträgen bis zum Ende der Aufbewahrungsfrist; danach ohne Inhalt"),
    Held("jobs", "Aufträge an den Hintergrunddienst, etwa Importe", _DONE, Fate.KEPT, own=("user_id",),
         texts=("options", "report"), rule="jobs"),
    Held("service_imports", "Übernahmen in den Leistungskatalog", _DONE, Fate.KEPT, own=("user_id",),
         rule="service_imports"),
    _kept("entries", "Angelegte Einträge; Ansprechstelle und verantwortliche Stelle im Steckbrief",
          own=("created_by_id",),
          texts=("contact", "responsible", "about", "summary", "fork_reason")),
    _kept("versions", "Veröffentlichte Versionen mit Änderungshinweis und damaligem Steckbrief", own=("author_id",),
          texts=("message", "profile")),
    _kept("comments", "Kommentare", own=("author_id",), acted=("resolved_by_id",), texts=("text", "html")),
    _kept("comment_revisions", "Frühere Fassungen von Kommentaren", texts=("html",)),
    _kept("resolutions", "Abgeschlossene und wieder geöffnete Diskussionen", own=("user_id",), texts=("reason",)),
    _kept("guest_comments", "Name der Fachstelle an Kommentaren ohne Konto", texts=("name",)),
    Held("guest_links", "Links, mit denen Fachstellen ohne Konto kommentieren", _DONE, Fate.KEPT,
         own=("created_by_id",), texts=("name",), secrets=("token_digest",), rule="guest_links"),
    _kept("proposals", "Vorschläge zwischen Städten", own=("opened_by_id",), acted=("decided_by_id",),
          texts=("title", "description", "answer")),
    _kept("proposal_decisions", "Entscheidungen über einzelne Änderungen", own=("decided_by_id",),
          texts=("reason", "value")),
    _kept("proposal_comments", "Kommentare zu Vorschlägen", own=("author_id",), texts=("text",)),
    _kept("deviations", "Begründete Abweichungen", own=("decided_by_id",), texts=("reason", "owner")),
    _kept("reviews", "Prüfungen und Freigaben", own=("user_id",), acted=("deputy_for_id",), texts=("reason",)),
    _kept("review_duties", "Zugewiesene Prüfungen", own=("assignee_id",)),
    _kept("votes", "Stimmen zur gemeinsamen Referenz", own=("user_id",), texts=("reason",)),
    _kept("approval_blocks", "Einwände, die eine Freigabe aufhalten", own=("set_by_id",), acted=("lifted_by_id",)),
    _kept("deputies", "Vertretungen", own=("user_id", "deputy_id"), acted=("set_by_id",)),
    _kept("reference_proposals", "Vorschläge als gemeinsame Referenz", own=("proposed_by_id",),
          acted=("answered_by_id",), texts=("reason", "answer_reason")),
    _kept("plans", "Geplante Modelle", own=("created_by_id",), texts=("note",)),
    _kept("slots", "Stellen für örtliche Werte", own=("author_id",)),
    _kept("local_values", "Örtliche Werte", own=("author_id",), texts=("value",)),
    _kept("maturity_ratings", "Bewertungen des Reifegrads", own=("author_id",), texts=("note",)),
    _kept("maturity_criteria", "Geänderte Kriterien des Reifegrads", acted=("changed_by_id",)),
    _kept("media_decisions", "Entscheidungen über Medienbrüche", own=("author_id",), texts=("reason",)),
    _kept("media_confirmations", "Bestätigte Medienbruchfreiheit", own=("author_id",), texts=("note",)),
    _kept("media_numbers", "Kennzahlen zu Medienbrüchen", acted=("confirmed_by_id",)),
    _kept("media_rule_sets", "Fassungen der Regeln zu Medienbrüchen", own=("author_id",), texts=("message",)),
    _kept("word_rules", "Wörter der Suche", own=("author_id",), texts=("note",)),
    _kept("ozgplus_claims", "Erklärungen zu OZGplus", own=("claimed_by_id",)),
)  # fmt: skip

_GRANTS = (
    Held("grants", "Fördervorhaben: Ansprechstellen", _TYPED, Fate.KEPT,
         texts=("contact", "authority_contact", "about"), until=_WITH_GRANT),
    _kept("grant_documents", "Unterlagen zum Fördervorhaben", own=("user_id",), texts=("title", "filename"),
          until=_WITH_GRANT),
    _kept("grant_moves", "Zustandswechsel von Fördervorhaben", own=("user_id",), texts=("reason",),
          until=_WITH_GRANT),
    _kept("evidence", "Zuordnung von Versionen zu Ergebnissen", own=("user_id",), texts=("note",),
          until=_WITH_GRANT),
    _kept("statements", "Verwendungsnachweise", own=("submitted_by_id",), texts=("report",), until=_WITH_GRANT),
    _kept("receipts", "Belegliste: Zahlungsempfänger und -pflichtige", own=("user_id",), texts=("party", "reason"),
          until=_WITH_GRANT),
    _kept("checklist_answers", "Antworten in Prüflisten", own=("user_id",), texts=("note",), until=_WITH_GRANT),
    _kept("review_notes", "Prüfvermerke, Fragen, Beanstandungen, Antworten", own=("author_id",),
          texts=("text", "html"), until=_WITH_GRANT),
    _kept("review_samples", "Gezogene Stichproben", own=("user_id",), until=_WITH_GRANT),
    _kept("ledger_rows", "Zahlen zur Wirtschaftlichkeit", own=("user_id",), texts=("note", "sources"),
          until=_WITH_GRANT),
    _kept("reuses", "Nachnutzungen mit Ansprechstelle", own=("recorded_by_id",), acted=("confirmed_by_id",),
          texts=("contact", "deviation")),
    _kept("reuse_moves", "Zustandswechsel von Nachnutzungen", own=("user_id",), texts=("note",)),
)  # fmt: skip

_RUNNING = (
    Held("organisations", "Kontaktdaten der Organisationen", "Eingabe der Administration", Fate.KEPT,
         office=("contact_email", "contact_phone"), until="so lange wie die Organisation"),
    _kept("hub_settings", "Wer eine Einstellung geändert hat", acted=("changed_by_id",),
          until="bis zur nächsten Änderung der Einstellung"),
    _kept("maintenance", "Wer den Wartungsmodus eingeschaltet hat", acted=("set_by_id",), texts=("note",),
          until="bis zum Ende der Wartung"),
)  # fmt: skip

REGISTER: tuple[Held, ...] = (*_ACCOUNT, *_PRIVATE, *_WORK, *_GRANTS, *_RUNNING)
"""Every table that holds personal data, in the order people are told."""

DIGESTED: dict[str, str] = {
    "failed_sign_ins": "Abgewiesene Anmeldeversuche: nur eine Prüfsumme des Kontonamens oder der Netzadresse",
    "limits": "Zähler gegen zu viele Versuche: nur eine Prüfsumme",
    "seen_tokens": "Verbrauchte Anmeldeschlüssel: nur eine Prüfsumme",
}
"""Tables with nothing but digests of personal data → what they are."""

ANSWERS: dict[str, str] = {
    "repeatables": "Antworten an Programme, damit ein wiederholter Aufruf nichts doppelt tut; einen Tag lang",
}
"""Tables with answers as they were given, deleted after a day and with the account → what they are."""

CARRIED: dict[str, str] = {
    "proofs": "sign_ins",
    "provided_sign_ins": "sign_ins",
    "provided_roles": "memberships",
}
"""Tables whose rows belong to one row of another table and are deleted with it → that table."""

BYTES: dict[str, str] = {
    "blobs": "Hochgeladene Dateien und eingereichte Nachweise, wie sie sind (Verfasserangaben im Modell inbegriffen)",
    "bundle_pieces": "Fertige Mitnahmepakete und Nachweispakete mit den Namen der Beteiligten",
}
"""Tables with whole files, which are never changed → what they are."""
