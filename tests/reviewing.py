"""People who review, and the way of a version through their hands, for several test files."""

import pytest
from sqlalchemy import select

from hub.actions import reviews, verdicts
from hub.errors import Conflict, Forbidden
from hub.store.accounts import Membership, Role, User
from hub.store.activity import Event
from hub.store.entries import Entry, Version
from hub.store.reviews import Review
from hub.work import Work
from tests import makers

STAFF: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("prozesse@marburg.example", "Prozessverantwortung Marburg", "marburg", (Role.OWNER, Role.APPROVER)),
    ("amt@marburg.example", "Freigabe Marburg zwei", "marburg", (Role.APPROVER,)),
    ("freigabe@fulda.example", "Freigabe Fulda", "fulda", (Role.APPROVER, Role.OWNER)),
    ("freigabe@wetzlar.example", "Freigabe Wetzlar", "wetzlar", (Role.APPROVER, Role.OWNER)),
    ("methode@ikz.example", "Methodenprüfung IKZ", "ikz", (Role.METHOD_REVIEWER,)),
    ("methode2@ikz.example", "Zweite Methodenprüfung", "ikz", (Role.METHOD_REVIEWER,)),
)
MODELLER, OWNER, APPROVER = "modellierung@marburg.example", "prozesse@marburg.example", "amt@marburg.example"
METHOD, FULDA, WETZLAR = "methode@ikz.example", "freigabe@fulda.example", "freigabe@wetzlar.example"
COORDINATOR = "koordination@ikz.example"

COMPLETE = {
    "title": "Hundesteuer anmelden",
    "service": "Hundesteuer Festsetzung",
    "service_key": "99102013002000",
    "legal_bases": "§ 1 HStS",
    "responsible": "Steueramt",
}
"""A profile with everything that a release needs."""

FOUND = (
    "Anmeldung entgegennehmen", "Angaben prüfen", "Steuer festsetzen", "Bescheid bereitstellen",
)  # fmt: skip


def staff(work: Work) -> None:
    """Add the people of `STAFF` to a hub that has organisations."""
    for email, name, slug, roles in STAFF:
        if work.session.scalar(select(User.id).where(User.email == email)) is not None:
            continue
        user = User(email=email, name=name, created_at=work.now)
        place = makers.organisation(work, slug)
        user.memberships = [Membership(organisation=place, role=role, created_at=work.now) for role in roles]
        work.session.add(user)
    work.session.flush()


def give(work: Work, email: str, slug: str, *roles: Role) -> None:
    """Give somebody further roles."""
    user = work.session.scalars(select(User).where(User.email == email)).one()
    place = makers.organisation(work, slug)
    for role in roles:
        work.session.add(Membership(user_id=user.id, organisation_id=place.id, role=role, created_at=work.now))
    work.session.flush()
    work.session.expire(user, ["memberships"])


def person(work: Work, email: str) -> int:
    """Return somebody's id."""
    return work.session.scalars(select(User.id).where(User.email == email)).one()


def draft(work: Work, email: str = MODELLER, **given: str) -> Entry:
    """Add a complete entry of Marburg whose content `email` wrote."""
    wanted: dict[str, str] = {**COMPLETE, **given}
    entry = makers.entry(work, None, **wanted)  # type: ignore[arg-type]  # fields of a profile only
    change(work, entry, "Steuer berechnen", email=email)
    return entry


def change(work: Work, entry: Entry, *steps: str, email: str = MODELLER, note: str = "", data: bytes = b"") -> Version:
    """Let somebody write the next version."""
    from hub.actions import entries

    content = makers.content(data or makers.bpmn(*FOUND, *steps, note=note))
    who = makers.as_person(work, email)
    return entries.publish(who, entry, content, "Überarbeitet", parent_id=entry.head_id or 0)


def head(entry: Entry) -> Version:
    """Return the newest version, which must be there."""
    assert entry.head is not None
    return entry.head


def submit(work: Work, entry: Entry, email: str = MODELLER) -> Version:
    """Submit the newest version."""
    reviews.submit(makers.as_person(work, email), entry, head(entry))
    return head(entry)


def passed(work: Work, entry: Entry, email: str = METHOD) -> Version:
    """Submit and pass the method review."""
    submit(work, entry)
    reviews.pass_method(makers.as_person(work, email), entry, head(entry))
    return head(entry)


def approved(work: Work, entry: Entry, *emails: str) -> Version:
    """Go on to the approval."""
    passed(work, entry)
    for email in emails or (APPROVER,):
        reviews.approve(makers.as_person(work, email), entry, head(entry))
    return head(entry)


def published(work: Work, entry: Entry, *emails: str) -> Version:
    """Go the whole way."""
    version = approved(work, entry, *emails)
    reviews.publish(makers.as_person(work, COORDINATOR), entry, version)
    return version


def history(work: Work, entry: Entry) -> list[tuple[str, str]]:
    """Return (verdict, stage) of the whole history, oldest first."""
    query = select(Review).where(Review.entry_id == entry.id).order_by(Review.id)
    return [(row.verdict, row.stage) for row in work.session.scalars(query)]


def profile_now(entry: Entry) -> str:
    """Return the digest of the judged profile as it is now."""
    return verdicts.profile_digest(entry)


def tells(work: Work, kind: str) -> set[str]:
    """Return the names of whom the newest event of a kind tells."""
    event = work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).one()
    return set(work.session.scalars(select(User.name).where(User.id.in_(event.data["tell"]))))


def refused(work: Work, email: str, deed: str, entry: Entry, *rest: str) -> str:
    """Return why somebody may not do something to the newest version."""
    with pytest.raises((Forbidden, Conflict)) as error:
        getattr(reviews, deed)(makers.as_person(work, email), entry, head(entry), *rest)
    return str(error.value)
