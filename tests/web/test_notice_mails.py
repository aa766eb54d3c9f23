"""E-mails about notifications, sent to a real mail server that is slow, down, or dies at the wrong moment."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.actions import deliveries, discussions, entries, notifications, telling, watching
from hub.cli import following, post
from hub.config import Settings
from hub.store.accounts import User
from hub.store.activity import Event, Mail
from hub.store.discussions import Comment
from hub.store.entries import Entry
from hub.store.notifications import Delivery, DeliveryState, Notification, Subject, Topic, Way
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.web.steps import Mailbox, mail_server

FULDA, MARBURG = "modellierung@fulda.example", "modellierung@marburg.example"


def follow(app: Flask) -> None:
    with app.app_context():
        while following.follow_events():
            pass


def deliver(app: Flask, settings: Settings) -> int:
    """Let the worker send notifications until nothing is due; returns how often it did something."""
    count = 0
    with app.app_context():
        while post.deliver_notices(app, settings):
            count += 1
    return count


def due_now(app: Flask) -> None:
    """Let time pass: every e-mail that waits is due."""
    with writing(app) as work:
        work.session.execute(update(Delivery).values(next_try_at=work.now - timedelta(seconds=1)))


def states(app: Flask) -> list[str]:
    with writing(app) as work:
        return list(work.session.scalars(select(Delivery.state).order_by(Delivery.id)))


def say(
    app: Flask,
    text: str = "Wie lange dauert die **Prüfung**?",
    *,
    title: str = "Hundesteuer anmelden",
    way: Way | None = Way.NOW,
) -> None:
    """Let Marburg comment on its entry, which Fulda watches with e-mails at once."""
    with writing(app) as work:
        author = makers.as_person(work, MARBURG)
        entry = work.session.scalar(select(Entry).where(Entry.title == title)) or makers.entry(work, title=title)
        fulda = makers.as_person(work, FULDA)
        watching.begin(fulda, Subject.ENTRY, entry.id)
        notifications.choose(work, fulda.actor.user_id or 0, {Topic.COMMENTS: way} if way else {})
        discussions.write(author, entry, entries.current(author, entry), text)
    follow(app)


@pytest.fixture
def mail(app: Flask) -> Iterator[tuple[Mailbox, Settings]]:
    with mail_server(app) as found:
        yield found


def body(message: Any) -> str:
    return str(message.get_content())


def test_a_comment_arrives_with_its_words_a_link_and_a_way_to_end_it(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app)
    deliver(app, settings)
    [message] = mailbox.messages
    text = body(message)
    assert message["To"] == FULDA
    assert message["Subject"] == "Modellierung Marburg hat kommentiert: Hundesteuer anmelden"
    assert "Guten Tag Modellierung Fulda," in text
    assert "„Wie lange dauert die Prüfung?“" in text
    assert re.search(rf"{settings.base_url}/marburg/hundesteuer-anmelden/discussion#comment-\d+", text)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{settings.base_url}/unsubscribe/[\w.=-]+>", message["List-Unsubscribe"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert states(app) == [DeliveryState.SENT]


def test_what_was_written_in_german_reads_so_in_every_line(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app, "Prüfung nach § 14 GewO: 5 < 7 & „gut“?", title="Gewerbe & Gäste <neu>")
    deliver(app, settings)
    text = body(mailbox.messages[0])
    assert "Gewerbe & Gäste <neu> (Universitätsstadt Marburg)" in text
    assert "Prüfung nach § 14 GewO: 5 < 7 & „gut“?" in text
    assert "&amp;" not in text
    assert "&#" not in text


def test_a_digest_holds_all_news_of_an_entry_together(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    for title in ("Erster Vorgang", "Zweiter Vorgang", "Erster Vorgang"):
        say(app, f"Frage zu {title}", title=title)
    with writing(app) as work:
        fulda = makers.as_person(work, FULDA)
        notifications.choose(work, fulda.actor.user_id or 0, {Topic.COMMENTS: Way.DAILY})
    assert deliver(app, settings) == 0
    due_now(app)
    deliver(app, settings)
    [message] = mailbox.messages
    text = body(message)
    assert message["Subject"] == "Tagesübersicht: 3 Neuigkeiten"
    assert len(re.findall(r"^Erster Vorgang \(", text, re.MULTILINE)) == 1
    assert text.index("Erster Vorgang (") < text.index("Zweiter Vorgang (")
    assert text.count("„Frage zu Erster Vorgang“") == 2


def test_a_server_that_is_down_delays_and_loses_nothing(app: Flask):
    with mail_server(app) as (_mailbox, settings):
        pass
    say(app)
    assert deliver(app, settings) == 1
    with writing(app) as work:
        row = work.session.scalars(select(Delivery)).one()
        assert (row.state, row.tries) == (DeliveryState.WAITING, 1)
        assert row.next_try_at > work.now
        assert "ConnectionRefusedError" in row.failure
    due_now(app)
    with mail_server(app) as (mailbox, back):
        deliver(app, back)
        assert len(mailbox.messages) == 1
    assert states(app) == [DeliveryState.SENT]


def test_the_pauses_grow_to_an_hour_and_the_last_try_ends_it():
    pauses = [deliveries.pause(tries).total_seconds() for tries in range(1, deliveries.MOST_TRIES)]
    assert pauses[:3] == [30, 60, 120]
    assert max(pauses) == 3600
    assert 5 * 86400 * 0.9 < sum(pauses) < 6 * 86400


def test_a_dead_server_holds_up_one_message_and_not_each(app: Flask):
    with mail_server(app) as (_mailbox, settings):
        pass
    for title in ("Erster Vorgang", "Zweiter Vorgang"):
        say(app, title=title)
    with writing(app) as work:
        other = makers.as_person(work, "koordination@ikz.example")
        note = work.session.scalars(select(Notification).limit(1)).one()
        copy = Notification(
            user_id=other.actor.user_id, event_id=note.event_id, entry_id=note.entry_id, topic=note.topic,
            reason=note.reason, created_at=work.now,
        )  # fmt: skip
        work.session.add(copy)
        work.session.flush()
        row = Delivery(notification_id=copy.id, user_id=copy.user_id, way=Way.NOW, next_try_at=work.now)
        work.session.add(row)
    assert deliver(app, settings) == 1


class Picky(Mailbox):
    """A mail server that answers the text itself with an error, as often as it is told to."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            self.refusals -= 1
            return "451 Please try again"
        return await super().handle_DATA(server, session, envelope)


def test_a_message_that_the_server_refuses_is_sent_again_later(app: Flask):
    say(app)
    with mail_server(app, Picky(1)) as (mailbox, settings):
        deliver(app, settings)
        assert (len(mailbox.messages), states(app)) == (0, [DeliveryState.WAITING])
        due_now(app)
        deliver(app, settings)
        assert (len(mailbox.messages), states(app)) == (1, [DeliveryState.SENT])


class Killed(BaseException):
    """Stands for the process dying at once."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets the worker die when it calls one function of `deliveries`."""

    def arrange(name: str) -> None:
        def die(*_given: object) -> None:
            raise Killed

        monkeypatch.setattr(deliveries, name, die)

    return arrange


@pytest.mark.parametrize(("dies_in", "arrives"), [("bundle", 1), ("hand_over", 1), ("sent", 1)])
def test_a_crash_before_or_after_sending_neither_loses_nor_doubles(
    app: Flask, mail: tuple[Mailbox, Settings], dying: Any, monkeypatch: pytest.MonkeyPatch, dies_in: str, arrives: int
):
    mailbox, settings = mail
    say(app)
    dying(dies_in)
    with pytest.raises(Killed):
        deliver(app, settings)
    monkeypatch.undo()
    for _ in range(3):
        due_now(app)
        deliver(app, settings)
    assert len(mailbox.messages) == arrives


def test_a_message_with_unknown_end_is_named_in_the_next_one(
    app: Flask, mail: tuple[Mailbox, Settings], dying: Any, monkeypatch: pytest.MonkeyPatch
):
    mailbox, settings = mail
    say(app)
    dying("sent")
    with pytest.raises(Killed):
        deliver(app, settings)
    monkeypatch.undo()
    with writing(app) as work:
        work.session.execute(update(Delivery).values(done_at=work.now - timedelta(hours=1)))
    say(app, "Noch eine Frage")
    deliver(app, settings)
    say(app, "Und noch eine")
    deliver(app, settings)
    told = ["ungewiss" in body(message) for message in mailbox.messages]
    assert told == [False, True, False]


def test_a_letter_about_an_account_is_not_doubled_by_a_crash_either(
    app: Flask, mail: tuple[Mailbox, Settings], monkeypatch: pytest.MonkeyPatch
):
    mailbox, settings = mail
    with writing(app) as work:
        work.session.add(
            Mail(recipient=FULDA, subject="Neues Passwort", text="Link", created_at=work.now, next_try_at=work.now)
        )

    def die(*given: Any) -> tuple[post.Outcome, str]:
        send(*given)
        raise Killed

    send = post.send
    monkeypatch.setattr(post, "send", die)
    with app.app_context(), pytest.raises(Killed):
        post.deliver_mail(settings)
    monkeypatch.undo()
    with writing(app) as work:
        work.session.execute(update(Mail).values(next_try_at=work.now - timedelta(seconds=1)))
    with app.app_context():
        assert not post.deliver_mail(settings)
    assert len(mailbox.messages) == 1


def test_what_the_reader_may_not_read_any_more_is_not_sent(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app, "Vertrauliches")
    with writing(app) as work:
        work.session.execute(update(Entry).values(visibility="city"))
    deliver(app, settings)
    assert mailbox.messages == []
    assert states(app) == [DeliveryState.DROPPED]


def test_a_comment_that_was_deleted_or_read_meanwhile_is_not_sent(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app, "Gelöscht")
    say(app, "Gelesen")
    say(app, "Neu")
    with writing(app) as work:
        remarks = {row.text: row for row in work.session.scalars(select(Comment))}
        author = makers.as_person(work, MARBURG)
        discussions.delete(author, remarks["Gelöscht"].entry, remarks["Gelöscht"])
        read = select(Notification).where(Notification.comment_id == remarks["Gelesen"].id)
        work.session.scalars(read).one().read_at = work.now
    deliver(app, settings)
    [message] = mailbox.messages
    assert "„Neu“" in body(message)
    assert "Gelesen" not in body(message)


def test_a_person_who_reads_english_gets_english_around_what_others_wrote(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    with writing(app) as work:
        work.session.execute(update(User).where(User.email == FULDA).values(locale="en"))
    say(app)
    deliver(app, settings)
    assert "„Wie lange dauert die Prüfung?“" in body(mailbox.messages[0])


def unsubscribe_path(mailbox: Mailbox, settings: Settings) -> str:
    address = mailbox.messages[-1]["List-Unsubscribe"].strip("<>")
    return str(address.removeprefix(settings.base_url))


def chosen(app: Flask) -> Way:
    with writing(app) as work:
        return notifications.choices(work, makers.as_person(work, FULDA).actor.user_id or 0)[Topic.COMMENTS]


def test_one_click_in_the_mail_program_ends_the_mails_without_a_sign_in(
    app: Flask, guest: Client, mail: tuple[Mailbox, Settings], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    mailbox, settings = mail
    say(app)
    deliver(app, settings)
    path = unsubscribe_path(mailbox, settings)
    answer = guest.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert chosen(app) == Way.HUB
    say(app, "Noch eine Frage", way=None)
    deliver(app, settings)
    assert len(mailbox.messages) == 1


def test_opening_the_link_changes_nothing_and_the_page_says_what_it_did_and_undoes_it(
    app: Flask, guest: Client, mail: tuple[Mailbox, Settings]
):
    mailbox, settings = mail
    say(app)
    deliver(app, settings)
    path = unsubscribe_path(mailbox, settings)
    assert "Kommentare" in words(guest.get(path))
    assert chosen(app) == Way.NOW
    done = guest.send(path)
    assert "Sie erhalten dazu keine E-Mails mehr." in words(done)
    assert "Fulda" not in words(done)
    undo = re.findall(r'action="(/unsubscribe/undo/[^"]+)"', done.get_data(as_text=True))[0]
    assert chosen(app) == Way.HUB
    assert "Es gilt wieder" in words(guest.send(undo))
    assert chosen(app) == Way.NOW


@pytest.mark.parametrize("signed", ["falsch", "WzEsImFsbCJd.falsch", "WzEsImFsbCJd"])
def test_an_address_the_hub_did_not_sign_ends_nothing(app: Flask, guest: Client, signed: str):
    assert guest.get(f"/unsubscribe/{signed}").status_code == 404
    assert guest.post(f"/unsubscribe/{signed}").status_code in (401, 404)
    assert guest.post(f"/unsubscribe/undo/{signed}").status_code in (401, 404)


def test_the_address_of_one_purpose_is_none_for_the_other(app: Flask, guest: Client, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app)
    deliver(app, settings)
    signed = unsubscribe_path(mailbox, settings).rpartition("/")[2]
    assert guest.send(f"/unsubscribe/undo/{signed}").status_code in (401, 404)


def test_a_digest_over_the_change_of_clocks_is_sent_once_a_day(app: Flask, mail: tuple[Mailbox, Settings]):
    mailbox, settings = mail
    say(app)
    with writing(app) as work:
        user_id = makers.as_person(work, FULDA).actor.user_id or 0
        notifications.choose(work, user_id, {Topic.COMMENTS: Way.DAILY})
        before = datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
        at = type(work)(work.session, work.actor, before)
        notifications.choose(at, user_id, {Topic.COMMENTS: Way.DAILY})
        due = work.session.scalars(select(Delivery.next_try_at)).one()
    # Seven o'clock in Berlin is 5:00 UTC on the day before and 6:00 UTC on the day the clocks go back.
    assert due == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    due_now(app)
    deliver(app, settings)
    assert len(mailbox.messages) == 1
    due_now(app)
    assert deliver(app, settings) == 0


def test_events_are_followed_although_one_of_them_cannot_be_told(app: Flask, monkeypatch: pytest.MonkeyPatch):
    say(app)
    with writing(app) as work:
        broken = work.record("entry.edited", work.session.scalars(select(Entry)).one(), tell="niemand")
        work.session.flush()
        broken_id = broken.id
        work.record("entry.archived", work.session.scalars(select(Entry)).one())
    monkeypatch.setattr(telling, "about", _fails_for(broken_id, telling.about))
    follow(app)
    with writing(app) as work:
        assert work.session.scalars(select(Event.id).where(Event.done_at.is_(None))).all() == []


def _fails_for(event_id: int, about: Any) -> Any:
    def asked(work: Any, event: Event) -> Any:
        if event.id == event_id:
            raise ValueError(event_id)
        return about(work, event)

    return asked


def unread(client: Client) -> str:
    """Return what the bell says to a screen reader."""
    return str(client.page("/notifications").xpath("normalize-space(//a[contains(@class, 'bell')])"))


def test_the_page_shows_what_was_told_and_marks_it_on_the_way(app: Flask, client_for: ClientFor):
    say(app)
    fulda = client_for(FULDA)
    assert unread(fulda).endswith("Benachrichtigungen, 1 ungelesen")
    shown = fulda.page("/notifications").xpath("//form[contains(., 'hat kommentiert')]/@action")
    answer = fulda.send(shown[0])
    assert re.fullmatch(r"/marburg/hundesteuer-anmelden/discussion#comment-\d+", answer.location)
    assert unread(fulda).endswith("Benachrichtigungen")
    assert client_for(MARBURG).send(shown[0]).status_code == 404
