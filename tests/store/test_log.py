"""The log's chain: whatever is changed, removed, moved or added afterwards is found, and where."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from hub.actions import log
from hub.cli import following, worker
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.activity import Event
from hub.store.seals import LogHead, Seal
from hub.work import Work, writing


@pytest.fixture
def sealed(both: Flask) -> Iterator[Session]:
    """Return a session on a hub with twelve sealed events, free to break what it likes."""
    with both.app_context():
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, datetime.now(UTC))
            for number in range(12):
                work.record(
                    "entry.edited", organisation_id=1, title=f"Titel {number} \u2013 Gr\u00f6\u00dfe", number=number
                )
        while following.follow_events():
            pass
        session = db.session()
        session.rollback()
        # Whoever forges rows in the database does not let references stop them.
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(text("PRAGMA defer_foreign_keys=ON" if sqlite else "SET session_replication_role = replica"))
        yield session
        session.rollback()
        db.session.remove()


def verified(session: Session) -> log.Verified:
    session.flush()
    session.expire_all()
    return log.verify(Work(session, SYSTEM, datetime.now(UTC)))


def at(session: Session, position: int) -> int:
    return session.scalars(select(Seal.event_id).where(Seal.position == position)).one()


def test_a_sealed_line_is_canonical_json_of_what_it_says(sealed: Session) -> None:
    found = list(log.lines(Work(sealed, SYSTEM, datetime.now(UTC))))
    assert len(found) == 12
    assert [log.canonical(json.loads(line.text)) for line in found] == [line.text for line in found]


def _forge(column: str, value: object) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        session.execute(update(Event).where(Event.id == at(session, 5)).values({column: value}))

    return change


def _swap(session: Session) -> None:
    first, second = at(session, 5), at(session, 6)
    for position, event_id in ((5, -1), (6, first), (5, second)):
        session.execute(update(Seal).where(Seal.position == position).values(event_id=event_id))


def _drop_seal(session: Session) -> None:
    session.execute(delete(Seal).where(Seal.position == 5))


def _drop_both(session: Session) -> None:
    event_id = at(session, 5)
    session.execute(delete(Seal).where(Seal.position == 5))
    session.execute(delete(Event).where(Event.id == event_id))


def _new_digest(session: Session) -> None:
    """Change an event and give it a digest that fits: then the next line no longer does."""
    _forge("kind", "entry.archived")(session)
    line = next(line for line in log.lines(Work(session, SYSTEM, datetime.now(UTC))) if line.position == 5)
    import hashlib

    digest = hashlib.sha256(line.text).hexdigest()
    session.execute(update(Seal).where(Seal.position == 5).values(digest=digest))


def _cut_tail(session: Session) -> None:
    last = at(session, 12)
    session.execute(delete(Seal).where(Seal.position == 12))
    session.execute(delete(Event).where(Event.id == last))


def _erase_in_silence(session: Session) -> None:
    session.execute(update(Event).where(Event.id == at(session, 5)).values(data=log.ERASED))


TAMPERED: dict[str, tuple[Callable[[Session], None], set[tuple[str, int]]]] = {
    "kind": (_forge("kind", "entry.archived"), {("unchained", 5)}),
    "actor": (_forge("actor_id", 1), {("unchained", 5)}),
    "entry": (_forge("entry_id", 77), {("unchained", 5)}),
    "time": (_forge("happened_at", datetime.now(UTC) - timedelta(days=3)), {("unchained", 5)}),
    "data": (_forge("data", {"title": "Anders"}), {("changed", 5)}),
    "order": (_swap, {("changed", 5), ("unchained", 5), ("changed", 6), ("unchained", 6)}),
    "seal removed": (_drop_seal, {("gap", 5), ("unsealed", 0)}),
    "both removed": (_drop_both, {("gap", 5)}),
    "digest made to fit": (_new_digest, {("unchained", 6)}),
    "tail cut off": (_cut_tail, {("head", 12)}),
    "erased in silence": (_erase_in_silence, {("erased_unsaid", 5)}),
}


def test_an_untouched_log_holds_and_ends_at_its_head(sealed: Session) -> None:
    found = verified(sealed)
    assert (found.breaks, found.lines, found.erased) == ([], 12, 0)
    assert (found.position, found.digest) == log.head(Work(sealed, SYSTEM, datetime.now(UTC)))


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found_and_placed(sealed: Session, what: str) -> None:
    tamper, expected = TAMPERED[what]
    tamper(sealed)
    assert {(found.code, found.position) for found in verified(sealed).breaks} == expected


def test_a_removed_event_is_told_from_a_removed_seal(sealed: Session) -> None:
    sealed.execute(delete(Event).where(Event.id == at(sealed, 5)))
    assert {(found.code, found.position) for found in verified(sealed).breaks} == {("missing_event", 5)}


def test_an_event_slipped_in_as_done_is_found(sealed: Session) -> None:
    now = datetime.now(UTC)
    sealed.add(Event(kind="entry.edited", data={}, happened_at=now - timedelta(days=9), done_at=now))
    assert {found.code for found in verified(sealed).breaks} == {"unsealed"}


def test_erasing_for_data_protection_keeps_the_chain_and_is_logged(sealed: Session) -> None:
    work = Work(sealed, SYSTEM, datetime.now(UTC))
    event = sealed.get_one(Event, at(sealed, 5))
    log.erase(work, [event], "Art. 17 DSGVO")
    sealed.flush()
    log.seal(work, sealed.scalars(select(Event).where(Event.kind == "log.erased")))
    found = verified(sealed)
    assert (found.breaks, found.erased, found.lines) == ([], 1, 13)
    assert "Titel" not in str(sealed.get_one(Event, at(sealed, 5)).data)


def test_events_older_than_the_seals_are_sealed_by_the_worker(sealed: Session) -> None:
    sealed.execute(delete(Seal))
    sealed.execute(delete(LogHead))
    sealed.commit()
    assert worker.seal_backlog()
    assert not worker.seal_backlog()
    assert verified(db.session()).breaks == []


def test_two_workers_at_once_make_one_chain(both: Flask) -> None:
    import threading

    with both.app_context():
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, datetime.now(UTC))
            for number in range(60):
                work.record("entry.edited", organisation_id=1, number=number)
        db.session.remove()

    def run() -> None:
        with both.app_context():
            while following.follow_events():
                pass
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with both.app_context():
        while following.follow_events():
            pass
        found = verified(db.session())
        assert (found.breaks, found.lines) == ([], 60)
        db.session.remove()
