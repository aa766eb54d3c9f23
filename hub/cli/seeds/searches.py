"""Sample searches that role accounts keep, with something new, and a rule of the coordination."""

from datetime import timedelta

from sqlalchemy import select

from hub.actions import searches, words
from hub.http import actor_of
from hub.store.accounts import User
from hub.store.searches import SavedHit
from hub.store.words import WordRuleKind
from hub.work import Work

FULDA, OFFICE = "modellierung@fulda.example", "koordination@ikz.example"


def plant(work: Work) -> None:
    """Let Fulda keep a search whose hits it has not seen for a week, and the office teach the search a word."""
    work.session.flush()
    fulda = _as(work, FULDA)
    saved = searches.save(fulda, "SEPA-Mandat", {"kind": frozenset({"process"})}, name="Neues zum SEPA-Mandat")
    saved.created_at = saved.looked_at = work.now - timedelta(days=7)
    seen = select(SavedHit).where(SavedHit.search_id == saved.id).order_by(SavedHit.entry_id)
    for hit in list(work.session.scalars(seen))[1:]:
        hit.found_at = saved.looked_at
    searches.save(fulda, "paragraph:GewO", {}, name="Alles zur Gewerbeordnung", alert=False)
    for query in ("Hundesteuer", "Bescheid bekannt geben", "§ 14 GewO"):
        searches.keep_recent(fulda, query)
    words.teach(
        _as(work, OFFICE), WordRuleKind.SAME, ["Hundekontrolle", "Hundebestandsaufnahme"], note="Nachfrage aus Fulda"
    )


def _as(work: Work, email: str) -> Work:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    return Work(work.session, actor_of(work.session, user_id), work.now)
