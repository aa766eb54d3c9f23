"""Proposals between the sample cities: one to decide, one merged, and what it brings into two inboxes."""

from sqlalchemy import select

from hub import documents
from hub.actions import deciding, entries, proposals
from hub.actions.deciding import Choice
from hub.http import actor_of
from hub.store.accounts import User
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.proposals import Verdict
from hub.work import Work


def plant(work: Work) -> None:
    """Add the proposals; the sample library and its accounts must be there."""
    _merged_suggestion(work)
    _open_offer(work)
    _open_suggestion(work)


def _as(work: Work, email: str) -> Work:
    user_id = work.session.scalar(select(User.id).where(User.email == email))
    return Work(work.session, actor_of(work.session, user_id), work.now)


def _entry(work: Work, city: str, slug: str) -> Entry:
    query = select(Entry).join(Organisation, Organisation.id == Entry.organisation_id)
    return work.session.scalars(query.where(Organisation.slug == city, Entry.slug == slug)).one()


def _newest(work: Work, entry: Entry) -> Version:
    return work.session.get_one(Version, entry.head_id)


def _changed(work: Work, entry: Entry, *pairs: tuple[str, str]) -> documents.Content:
    """Return the newest content of a process with names exchanged."""
    text = entries.source(work, _newest(work, entry)).decode()
    for old, new in pairs:
        text = text.replace(f'name="{old}"', f'name="{new}"')
    return documents.read(entry.kind, text.encode())


def _merged_suggestion(work: Work) -> None:
    """Fulda suggested two changes to Wetzlar, which took them over; they are now new to the forks of two cities.

    One of them clashes with what Gießen has done: there the tax tag is ordered from a provider.
    """
    fulda, wetzlar = _as(work, "modellierung@fulda.example"), _as(work, "modellierung@wetzlar.example")
    target = _entry(work, "wetzlar", "hundesteuer-soll")
    given = _changed(
        work,
        target,
        ("Angaben nachfordern", "Angaben elektronisch nachfordern"),
        ("Steuermarke ausgeben", "Steuermarke ausgeben oder zusenden"),
    )
    made = proposals.suggest(
        fulda,
        target,
        _newest(work, target),
        given,
        title="Nachforderung elektronisch, Steuermarke auf Wunsch per Post",
        description="In Fulda fragen wir fehlende Angaben über das Nutzerkonto nach. Viele möchten die Marke zugesandt "
        "bekommen.",
    )
    proposals.send(fulda, made)
    remark = "Gilt die elektronische Nachforderung auch ohne Nutzerkonto?"
    proposals.comment(wetzlar, made, remark)
    proposals.comment(fulda, made, "Nein, dann bleibt es beim Brief. Der Schritt ist derselbe.")
    deciding.adopt_rest(wetzlar, made, revision=made.revision)
    deciding.merge(wetzlar, made, "Vorschlag aus Fulda übernommen", revision=made.revision)


def _open_offer(work: Work) -> None:
    """Marburg offers its direct debit back to Fulda, where it came from; one change is decided already."""
    marburg, fulda = _as(work, "modellierung@marburg.example"), _as(work, "modellierung@fulda.example")
    source = _entry(work, "marburg", "gewerbe-anmelden-soll-marburg")
    target = _entry(work, "fulda", "gewerbe-anmelden-soll")
    made = proposals.between(
        marburg,
        source,
        target,
        title="Gebühr per SEPA-Lastschrift einziehen",
        description="Das Mandat über das Online-Banking ersetzt die Vorabzahlung. Der Schritt lässt sich in allen "
        "Städten nutzen, die das gleiche Finanzverfahren haben.",
    )
    proposals.send(marburg, made)
    now = deciding.state(fulda, made)
    renamed = next(item for item in now.review.items if item.after == "Stadt Marburg")
    reason = "Der Pool heißt in Fulda weiter „Stadt Fulda“."
    deciding.decide(fulda, made, [Choice(renamed.change, Verdict.DECLINE, reason=reason)], revision=made.revision)
    proposals.comment(fulda, made, "Geht das Mandat auch ohne Online-Banking?", change=now.review.items[0].change)


def _open_suggestion(work: Work) -> None:
    """Fulda suggests to Wetzlar what nobody has decided yet."""
    fulda = _as(work, "modellierung@fulda.example")
    target = _entry(work, "wetzlar", "hundesteuer-soll")
    given = _changed(work, target, ("Rasse prüfen", "Rasse anhand der Rassenliste prüfen"))
    made = proposals.suggest(
        fulda,
        target,
        _newest(work, target),
        given,
        title="Rassenliste nennen",
        description="Damit klar ist, dass hier keine Begutachtung gemeint ist.",
    )
    proposals.send(fulda, made)
