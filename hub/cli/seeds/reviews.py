"""Sample entries in each state of review, with verdicts of the role accounts, votes of the cities and a deputy.

Every step is done by the person who may do it, through the same actions as on the pages.
"""

from datetime import timedelta

from sqlalchemy import select

from hub import documents
from hub.actions import blocking, deputies, discussions, duties, entries, releasing, reviews, votes
from hub.http import actor_of
from hub.store.accounts import User
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.reviews import Adoption, Duty
from hub.work import Work

METHOD, COORDINATOR = "methode@ikz.example", "koordination@ikz.example"


def _as(work: Work, email: str) -> Work:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    return Work(work.session, actor_of(work.session, user_id), work.now)


def _id(work: Work, email: str) -> int:
    return work.session.scalars(select(User.id).where(User.email == email)).one()


def _entry(work: Work, address: str) -> tuple[Entry, Version]:
    city, _slash, slug = address.partition("/")
    entry = entries.find(work, city, slug)
    return entry, entries.current(work, entry)


def _submitted(work: Work, address: str, *, note: str = "", passed: str = "") -> tuple[Entry, Version]:
    """Let the city's modeller submit, and with `passed` the method reviewer pass it with that comment."""
    entry, version = _entry(work, address)
    reviews.submit(_as(work, f"modellierung@{entry.organisation.slug}.example"), entry, version, note)
    if passed:
        reviews.pass_method(_as(work, METHOD), entry, version, passed)
    return entry, version


def _changed(work: Work, entry: Entry, before: str, after: str, message: str) -> Version:
    """Let the city's modeller write a next version in which one text of the file is another."""
    head = entries.current(work, entry)
    data = entries.source(work, head).replace(before.encode(), after.encode(), 1)
    author = _as(work, f"modellierung@{entry.organisation.slug}.example")
    return entries.publish(author, entry, documents.read(entry.kind, data), message, parent_id=head.id)


def plant(work: Work) -> None:
    """Bring sample entries onto their way to publication."""
    _in_method_review(work)
    _in_expert_review(work)
    _sent_back(work)
    _approved(work)
    _published(work)
    _voted(work)
    organisation = work.session.scalars(select(Organisation).where(Organisation.slug == "wetzlar")).one()
    day = releasing.today(work)
    deputies.appoint(
        _as(work, "freigabe@wetzlar.example"),
        organisation,
        user_id=_id(work, "freigabe@wetzlar.example"),
        deputy_id=_id(work, "modellierung@wetzlar.example"),
        starts_on=day + timedelta(days=20),
        ends_on=day + timedelta(days=34),
    )


def _in_method_review(work: Work) -> None:
    entry, _version = _submitted(work, "wetzlar/sondernutzung-ist", note="Erste Aufnahme des heutigen Ablaufs.")
    due = releasing.today(work) + timedelta(days=5)
    duties.assign(_as(work, COORDINATOR), entry, assignee_id=_id(work, METHOD), due_on=due)


def _in_expert_review(work: Work) -> None:
    entry, _version = _submitted(work, "giessen/geburtsurkunde-ist", passed="Namen und Gateways folgen den Regeln.")
    duty = work.session.scalars(select(Duty).where(Duty.entry_id == entry.id, Duty.closed_at.is_(None))).one()
    duty.due_on = releasing.today(work) - timedelta(days=2)
    entry, version = _submitted(work, "giessen/geburtsurkunde-design", passed="Vollständig nach der Vorlage.")
    reviews.approve(_as(work, "freigabe@giessen.example"), entry, version, "Aus Sicht des Standesamts richtig.")
    remark = discussions.write(
        _as(work, "freigabe@fulda.example"),
        entry,
        version,
        "Gilt die Gebühr auch, wenn mehrere Urkunden zugleich bestellt werden? Das sollte vor der Freigabe klar sein.",
    )
    blocking.block(_as(work, "freigabe@fulda.example"), entry, remark.id)


def _sent_back(work: Work) -> None:
    entry, version = _submitted(work, "marburg/gewerbe-anmelden-soll-marburg")
    reason = "Bitte benennen Sie das Ereignis am Ende als Zustand, zum Beispiel „Gewerbeanzeige bescheinigt“."
    reviews.send_back(_as(work, METHOD), entry, version, reason)


def _approved(work: Work) -> None:
    entry, version = _submitted(work, "giessen/hundesteuer-soll-giessen", passed="In Ordnung.")
    reviews.approve(_as(work, "freigabe@giessen.example"), entry, version, "Entspricht unserer Hundesteuersatzung.")
    # The height of a pool is layout only: both verdicts go on to the new version.
    _changed(work, entry, 'height="776"', 'height="780"', "Darstellung: unterer Rand des Pools")


def _published(work: Work) -> None:
    coordinator = _as(work, COORDINATOR)
    day = releasing.today(work)
    entry, version = _submitted(work, "fulda/wohngeld-ist-fulda", passed="In Ordnung.")
    reviews.approve(_as(work, "freigabe@fulda.example"), entry, version, "So läuft es heute mit der Scanfabrik.")
    # Valid for eleven and a half months already, so that it is due for another look.
    started = day - timedelta(days=346)
    reviews.publish(coordinator, entry, version, valid_from=started, note="Stand der Erhebung")
    entry, version = _submitted(work, "limburg/wohnsitz-anmelden-ist", passed="In Ordnung.")
    reviews.approve(_as(work, "freigabe@limburg.example"), entry, version)
    reviews.publish(coordinator, entry, version)
    before, after = "Einzugsbestätigung auf Papier prüfen", "Wohnungsgeberbestätigung auf Papier prüfen"
    _changed(work, entry, before, after, "Name des Nachweises wie in § 19 BMG")
    _entry_again, version = _submitted(work, "limburg/wohnsitz-anmelden-ist", passed="Nur ein Name geändert.")
    reviews.approve(_as(work, "freigabe@limburg.example"), entry, version, "Richtig, so heißt sie im Gesetz.")
    reviews.publish(coordinator, entry, version)


def _voted(work: Work) -> None:
    said = (
        ("wetzlar/hundesteuer-soll", "giessen", Adoption.ADAPTED, "Eigene Satzung mit Ermäßigung für Assistenzhunde."),
        ("wetzlar/hundesteuer-soll", "fulda", Adoption.AS_IS, ""),
        ("fulda/gewerbe-anmelden-soll", "giessen", Adoption.AS_IS, ""),
        ("fulda/gewerbe-anmelden-soll", "wetzlar", Adoption.NOT_HERE, "Unserem Fachverfahren fehlt die Schnittstelle."),
        ("limburg/wohnsitz-anmelden-ist", "wetzlar", Adoption.AS_IS, ""),
    )  # fmt: skip
    for address, city, adoption, reason in said:
        entry, _version = _entry(work, address)
        if entry.published is not None:
            place = work.session.scalars(select(Organisation).where(Organisation.slug == city)).one()
            votes.cast(_as(work, f"freigabe@{city}.example"), entry, entry.published, place, adoption, reason)
    entry, _version = _entry(work, "limburg/wohnsitz-anmelden-ist")
    limburg = work.session.scalars(select(Organisation).where(Organisation.slug == "limburg")).one()
    reason = "Limburg und Wetzlar melden gleich an; das Modell kann für beide gelten."
    votes.propose(_as(work, "modellierung@limburg.example"), entry, limburg, reason)
