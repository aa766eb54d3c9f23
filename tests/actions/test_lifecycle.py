"""The life of an account: asked, decided, closed, pseudonymised; what is gone, and what holds all the same."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from hub.actions import accounts, discussions, invitations, lifecycle, log, members, own_data, settings
from hub.actions.accounts import Letter
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.http import actor_of
from hub.policy import SYSTEM
from hub.store import Base
from hub.store.accounts import Membership, Role, User
from hub.store.activity import Event, Mail
from hub.store.discussions import Comment
from hub.store.factors import Method
from hub.store.lifecycle import Closing, Lifecycle, RequestState, Stage
from hub.store.notifications import FeedToken, Watch
from hub.store.personal import REGISTER
from hub.store.seals import Seal
from hub.store.searches import RecentSearch, SavedSearch
from hub.work import Work
from tests import makers

NAME, EMAIL = "Fachstelle Zwickelbaum-Örtlich", "zwickelbaum@marburg.example"
LETTER = Letter("Betreff", "Guten Tag {name}: {answer}", "")
SYSTEM_ADMIN = "admin@ikz.example"


@pytest.fixture
def person(hub_work: Work) -> User:
    """Return an account that has done and kept a lot, in everything people can do without a browser."""
    user = User(email=EMAIL, name=NAME, password_hash="x", created_at=hub_work.now, last_seen_at=hub_work.now)
    user.memberships = [
        Membership(organisation=makers.organisation(hub_work, "marburg"), role=role, created_at=hub_work.now)
        for role in (Role.MODELLER, Role.ADMIN)
    ]
    hub_work.session.add(user)
    hub_work.session.flush()
    return user


@pytest.fixture
def me(hub_work: Work, person: User) -> Work:
    return Work(hub_work.session, actor_of(hub_work.session, person.id), hub_work.now)


@pytest.fixture
def admin(hub_work: Work) -> Work:
    return makers.as_person(hub_work, SYSTEM_ADMIN)


@pytest.fixture
def busy(hub_work: Work, me: Work, person: User) -> User:
    """Give the person traces of every kind: an entry, comments, a mention, news, searches, letters, invitations."""
    entry = makers.entry(hub_work, title="Hundesteuer", visibility="ikz")
    shown = makers.version(hub_work, entry, makers.bpmn("Neu"))
    shown.author_id = person.id
    discussions.write(me, entry, shown, "Wer prüft das?")
    other = makers.as_person(hub_work, "modellierung@fulda.example")
    remark = discussions.write(other, entry, shown, f"Das weiß @[{NAME}] bestimmt.")
    discussions.edit(other, entry, remark, f"Das weiß @[{NAME}] ganz bestimmt.")
    session = hub_work.session
    session.add_all(
        [
            Watch(user_id=person.id, subject="entry", subject_id=entry.id, created_at=hub_work.now),
            FeedToken(user_id=person.id, token_digest="1" * 64, name="Büro", created_at=hub_work.now),
            RecentSearch(user_id=person.id, query="hundesteuer", searched_at=hub_work.now),
            SavedSearch(
                user_id=person.id, name="Hunde", query="hund", filters={}, created_at=hub_work.now,
                looked_at=hub_work.now,
            ),
            Mail(
                recipient=EMAIL, subject="Neues", text=f"Guten Tag {NAME}", created_at=hub_work.now,
                next_try_at=hub_work.now, sent_at=hub_work.now,
            ),
        ]
    )  # fmt: skip
    accounts.sign_in(
        hub_work, person.id, Method.PASSWORD, browser="Firefox", address="10.0.0.0", lasts=timedelta(hours=1)
    )
    accounts.note_failure(hub_work, EMAIL, "10.0.0.1")
    accounts.send_reset(hub_work, person, LETTER)
    fulda = makers.organisation(hub_work, "fulda")
    invitations.invite(hub_work, fulda, LETTER, email=EMAIL, name=NAME, role=Role.READER)
    hub_work.record("account.imported", who=NAME, address=EMAIL, organisation_id=fulda.id)
    session.flush()
    return person


def dump(work: Work) -> str:
    """Return everything in the database as text, the tables behind the search index included."""
    work.session.flush()
    connection = work.session.connection()
    lines = []
    for name in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608 - names from the schema
            cells = (c.decode("utf-8", "ignore") if isinstance(c, bytes) else str(c) for c in row)
            lines.append(f"{name}: {' | '.join(cells)}".replace("\n", " "))
    return "\n".join(lines)


def _closed(work: Work, person: User) -> User:
    members.close(work, person)
    return person


def test_after_pseudonymising_neither_name_nor_address_is_anywhere(admin: Work, busy: User) -> None:
    before = dump(admin)
    words = {"zwickelbaum", EMAIL, NAME.lower(), accounts.digest(EMAIL)}
    assert {word for word in words if word in before.lower()} == words
    lifecycle.pseudonymise(admin, _closed(admin, busy))
    after = dump(admin).lower()
    left = [line[:200] for line in after.splitlines() for word in words if word in line]
    assert left == []
    assert "gelöschtes konto 1" in after


def test_what_the_person_did_stays_and_speaks_of_the_pseudonym(admin: Work, me: Work, busy: User) -> None:
    lifecycle.pseudonymise(admin, _closed(admin, busy))
    comment = admin.session.scalars(select(Comment).where(Comment.author_id == busy.id)).one()
    assert (comment.text, comment.author.name if comment.author else "") == ("Wer prüft das?", "Gelöschtes Konto 1")
    mention = admin.session.scalars(select(Comment).where(Comment.text.contains("ganz bestimmt"))).one()
    assert "@Gelöschtes Konto 1" in mention.html
    assert "@Gelöschtes Konto 1" in mention.revisions[0].html
    assert {row.role for row in busy.memberships} == {Role.MODELLER, Role.ADMIN}
    assert busy.email == "geloescht-1@konto.invalid"
    with pytest.raises(Invalid):
        accounts.verify(admin, EMAIL, "x")


def test_everything_private_is_gone_by_the_register(admin: Work, busy: User) -> None:
    lifecycle.pseudonymise(admin, _closed(admin, busy))
    left = {
        held.table
        for held in REGISTER
        if held.fate == "deleted"
        for column in held.own
        if admin.session.scalar(
            select(Base.metadata.tables[held.table])
            .where(Base.metadata.tables[held.table].c[column] == busy.id)
            .limit(1)
        )
    }
    assert left == set()


def test_the_log_still_verifies_and_says_what_was_erased(admin: Work, hub_work: Work, busy: User) -> None:
    log.seal(hub_work, hub_work.session.scalars(select(Event)).all())
    assert log.verify(hub_work).breaks == []
    lifecycle.pseudonymise(admin, _closed(admin, busy))
    sealed = select(Seal.event_id)
    log.seal(hub_work, hub_work.session.scalars(select(Event).where(Event.id.not_in(sealed))).all())
    found = log.verify(hub_work)
    assert (found.breaks, found.erased) == ([], 1)


def test_pseudonyms_are_numbered_and_given_once(admin: Work, person: User) -> None:
    first = lifecycle.pseudonymise(admin, _closed(admin, person))
    again = lifecycle.pseudonymise(admin, person)
    other = admin.session.scalars(select(User).where(User.email == "lesen@limburg.example")).one()
    second = lifecycle.pseudonymise(admin, _closed(admin, other))
    assert (first.pseudonym, again.pseudonym, second.pseudonym) == (1, 1, 2)
    assert other.name == "Gelöschtes Konto 2"


def test_an_open_account_is_not_pseudonymised_and_a_pseudonym_never_opened_again(admin: Work, person: User) -> None:
    with pytest.raises(Conflict, match="account_open"):
        lifecycle.pseudonymise(admin, person)
    lifecycle.pseudonymise(admin, _closed(admin, person))
    with pytest.raises(Conflict, match="pseudonymised"):
        members.reopen(admin, person, LETTER)


def test_only_who_may_close_an_account_may_pseudonymise_it(work: Work, admin: Work, person: User) -> None:
    _closed(admin, person)
    with pytest.raises(Forbidden):
        lifecycle.pseudonymise(work, person)


def test_a_request_for_deletion_is_asked_once_and_may_be_withdrawn(me: Work) -> None:
    request = lifecycle.ask_for_deletion(me, "Ich wechsle die Stelle.")
    with pytest.raises(Conflict, match="deletion_asked"):
        lifecycle.ask_for_deletion(me, "")
    lifecycle.withdraw_request(me)
    assert request.state == RequestState.WITHDRAWN
    with pytest.raises(NotFound):
        lifecycle.withdraw_request(me)
    assert lifecycle.ask_for_deletion(me, "").state == RequestState.OPEN


def test_a_granted_request_closes_pseudonymises_and_tells_the_person_a_last_time(
    me: Work, admin: Work, person: User
) -> None:
    request = lifecycle.ask_for_deletion(me, "")
    accounts.post(admin, LETTER, recipient=EMAIL, name=NAME, token="")  # no mail server has taken it yet
    assert [row.kind for row in lifecycle.waiting(admin)] == ["account.deletion"]
    assert lifecycle.waiting(me) == []
    life = lifecycle.grant(admin, request, "Ihr Konto ist gelöscht.", LETTER)
    assert (life.closed_for, lifecycle.stage(person, life)) == (Closing.REQUEST, Stage.PSEUDONYMISED)
    told = admin.session.scalars(select(Mail).where(Mail.recipient == EMAIL)).one()
    assert told.text == f"Guten Tag {NAME}: Ihr Konto ist gelöscht."
    with pytest.raises(Conflict, match="request_decided"):
        lifecycle.refuse(admin, request, "Doch nicht", LETTER)


def test_a_refusal_needs_a_reason_and_reaches_the_person(me: Work, admin: Work, person: User) -> None:
    request = lifecycle.ask_for_deletion(me, "")
    with pytest.raises(Invalid, match="required"):
        lifecycle.refuse(admin, request, " ", LETTER)
    lifecycle.refuse(admin, request, "Eine Prüfung läuft noch.", LETTER)
    assert (person.active, request.state) == (True, RequestState.REFUSED)
    assert "Eine Prüfung läuft noch." in admin.session.scalars(select(Mail.text).where(Mail.recipient == EMAIL)).one()


def test_only_the_administration_of_the_hub_decides(me: Work, work: Work) -> None:
    request = lifecycle.ask_for_deletion(me, "")
    for deed in (lambda: lifecycle.requests(me), lambda: lifecycle.grant(work, request, "", LETTER)):
        with pytest.raises(Forbidden):
            deed()


def test_the_last_administration_of_the_hub_stays(hub_work: Work, admin: Work) -> None:
    request = lifecycle.ask_for_deletion(admin, "")
    other = Work(hub_work.session, SYSTEM, hub_work.now)
    with pytest.raises(Conflict, match="last_admin"):
        lifecycle.grant(other, request, "", LETTER)


def test_an_unused_account_is_reminded_closed_and_pseudonymised_in_time(hub_work: Work, person: User) -> None:
    def later(months: float) -> Work:
        return Work(hub_work.session, SYSTEM, hub_work.now + months * settings.MONTH)

    def look(months: float) -> tuple[bool, ...]:
        at = later(months)
        steps = (lifecycle.unused, lifecycle.overdue, lifecycle.forgotten)
        return tuple(person.id in step(at) for step in steps)

    assert look(10.9) == (False, False, False)
    assert look(11.1) == (True, False, False)
    lifecycle.remind(later(11.1), person.id, LETTER)
    life = hub_work.session.get_one(Lifecycle, person.id)
    assert lifecycle.stage(person, life) == Stage.INACTIVE
    assert look(11.5) == (False, False, False)
    assert look(12.2) == (False, True, False)
    assert lifecycle.close_unused(later(12.2), person.id)
    assert (life.closed_for, lifecycle.stage(person, life)) == (Closing.IDLE, Stage.CLOSED)
    assert look(24) == (False, False, False)
    assert look(24.3) == (False, False, True)


def test_who_comes_back_after_the_reminder_is_left_alone(hub_work: Work, person: User) -> None:
    late = Work(hub_work.session, SYSTEM, hub_work.now + timedelta(days=340))
    lifecycle.remind(late, person.id, LETTER)
    person.last_seen_at = late.now + timedelta(days=1)
    assert person.id in lifecycle.used_again(late)
    lifecycle.forget_reminder(late, person.id)
    much_later = Work(hub_work.session, SYSTEM, late.now + timedelta(days=60))
    assert person.id not in lifecycle.overdue(much_later)


def test_the_last_administration_is_not_closed_for_want_of_use(hub_work: Work) -> None:
    top = hub_work.session.scalars(select(User).where(User.email == SYSTEM_ADMIN)).one()
    late = Work(hub_work.session, SYSTEM, hub_work.now + timedelta(days=400))
    assert not lifecycle.close_unused(late, top.id)
    assert top.active


def test_deciders_see_where_free_text_names_the_person(admin: Work, busy: User) -> None:
    entry = makers.entry(admin, title="Zweiter", contact=f"Ansprechstelle: {NAME}")
    assert entry.contact
    found = {held.table: count for held, count in lifecycle.remains(admin, busy)}
    assert found["entries"] == 1
    assert found["events"] == 1


def test_own_data_name_source_time_and_everything_the_register_knows(me: Work, busy: User) -> None:
    parts = own_data.collect(me)
    document = json.loads(own_data.document(me, parts))
    tables = document["tables"]
    expected = {"users", "memberships", "sign_ins", "password_resets", "invitations", "mails", "watches", "feed_tokens",
                "saved_searches", "recent_searches", "mentions", "comments", "versions", "events"}  # fmt: skip
    assert expected <= set(tables)
    assert all(part["source"] and part["what"] for part in tables.values())
    assert tables["comments"]["rows"][0]["text"] == "Wer prüft das?"
    assert tables["users"]["rows"][0]["email"] == EMAIL
    assert document["digests"]["failed_sign_ins"]["count"] == 1
    assert "token_digest" not in json.dumps(document)
    assert "password_hash" not in json.dumps(document)
    assert document["made_at"]


def test_own_data_hold_nothing_of_others(me: Work, hub_work: Work, busy: User) -> None:
    other = makers.as_person(hub_work, "modellierung@fulda.example")
    entry = makers.entry(hub_work, title="Fremdes", visibility="ikz")
    assert entry.head is not None
    discussions.write(other, entry, entry.head, "Fremdes Geheimwort Quittenbrot")
    assert "Quittenbrot" not in own_data.document(me, own_data.collect(me)).decode()


def test_guests_have_no_data(hub_work: Work) -> None:
    with pytest.raises(NotFound):
        own_data.collect(Work(hub_work.session, actor_of(hub_work.session, None), hub_work.now))
