"""Sample watches, a discussion with mentions, a guest link with a comment, and what the role accounts heard of it."""

from datetime import timedelta

from sqlalchemy import select

from hub.actions import blocking, discussions, entries, guests, telling, watching
from hub.http import actor_of
from hub.policy import GUEST
from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.guests import GuestLink
from hub.store.notifications import Notification, Subject
from hub.work import Work

MARBURG, FULDA, LIMBURG = "modellierung@marburg.example", "modellierung@fulda.example", "modellierung@limburg.example"
WETZLAR, OFFICE = "modellierung@wetzlar.example", "koordination@ikz.example"
PERMIT = "Ordnungsamt Marburg, Fachprüfung"


def plant(work: Work) -> None:
    """Let role accounts watch and talk, a fortnight ago and lately, and tell them as the worker would."""
    before = set(work.session.scalars(select(Event.id)))
    dogs, mandate = _entry(work, "wetzlar/hundesteuer-soll"), _entry(work, "marburg/sepa-mandat-soll")
    fork = _entry(work, "limburg/hundesteuer-soll-limburg")
    for email, entry in ((FULDA, dogs), (LIMBURG, dogs), (MARBURG, fork), (FULDA, mandate)):
        watching.begin(_as(work, email), Subject.ENTRY, entry.id)
    watching.begin(_as(work, OFFICE), Subject.ORGANISATION, dogs.organisation_id)
    _talk(work, dogs, mandate)
    _guest(work, mandate)
    work.session.flush()
    told = select(Event).where(Event.id.not_in(before)).order_by(Event.id)
    for event in work.session.scalars(told):
        subject = telling.about(work, event)
        named = telling.mentioned(work, subject)
        telling.tell(work, subject, telling.recipients(work, subject, named))
        watching.begin_for(work, event, named)
    # Some have looked at the first of it already.
    seen = select(Notification).join(Event).where(Event.happened_at < work.now - timedelta(days=5))
    for note in work.session.scalars(seen.order_by(Notification.id).limit(3)):
        note.read_at = work.now - timedelta(days=4)


def _talk(work: Work, dogs: Entry, mandate: Entry) -> None:
    limburg, wetzlar = _as(work, LIMBURG, days=9), _as(work, WETZLAR, days=8)
    step = "Activity_VollstaendigkeitPruefen"
    first = discussions.write(
        limburg,
        dogs,
        entries.current(limburg, dogs),
        "Prüfen Sie die Vollständigkeit auch, wenn der Onlinedienst die Angaben schon geprüft hat?",
        element=step,
    )
    discussions.write(
        wetzlar,
        dogs,
        entries.current(wetzlar, dogs),
        "Ja, aber nur die Angaben zur Hunderasse; alles andere prüft der Dienst.",
        reply_to=first,
    )
    discussions.resolve(_as(work, LIMBURG, days=8), dogs, first, "Geklärt, Limburg übernimmt das so")
    office = _as(work, OFFICE, days=10)
    question = discussions.write(
        office,
        mandate,
        entries.current(office, mandate),
        "@[Modellierung Marburg] Gilt die Aufbewahrungsfrist für das Mandat auch nach dessen Widerruf? "
        "Das sollte vor der Freigabe im Modell stehen.",
    )
    blocking.block(office, mandate, question.id)
    fulda = _as(work, FULDA, days=1)
    discussions.write(
        fulda,
        mandate,
        entries.current(fulda, mandate),
        "Wie kommt das Mandat bei Ihnen in das Kassenverfahren, über eine Schnittstelle oder von Hand?",
    )


def _guest(work: Work, mandate: Entry) -> None:
    marburg = _as(work, MARBURG, days=3)
    guests.create(
        marburg, mandate, name=PERMIT, audience="ikz", version=None, expires_at=work.now + timedelta(days=guests.DAYS)
    )
    link = work.session.scalars(select(GuestLink).where(GuestLink.name == PERMIT)).one()
    at = work.now - timedelta(days=2)
    guests.comment(
        Work(work.session, GUEST, at),
        link,
        "Fachlich in Ordnung. Bitte den Hinweis auf die Vorabankündigung ergänzen.",
        element=None,
    )


def _as(work: Work, email: str, *, days: int = 0) -> Work:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    return Work(work.session, actor_of(work.session, user_id), work.now - timedelta(days=days))


def _entry(work: Work, address: str) -> Entry:
    return entries.find(work, *address.split("/"))
