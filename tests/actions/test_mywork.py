"""What waits for a person: everything that every noun knows of, the urgent first, asked in few questions."""

from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from sqlalchemy import update

from hub import actions
from hub.actions import discussions, entries, mywork, questions
from hub.store.discussions import Comment
from hub.store.entries import Entry
from hub.work import Work
from tests import makers

FULDA, OWNER = "modellierung@fulda.example", "freigabe@marburg.example"


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.entry(work, visibility="ikz")


def kinds(work: Work, email: str) -> list[str]:
    return [row.kind for row in mywork.waiting(makers.as_person(work, email)) if row.kind.startswith("comment.")]


def ask(work: Work, entry: Entry, text: str, email: str = FULDA, **given: object) -> Comment:
    person = makers.as_person(work, email)
    return discussions.write(person, entry, entries.current(person, entry), text, **given)  # type: ignore[arg-type]


def test_every_noun_in_which_something_can_wait_is_asked() -> None:
    modules = [import_module(f"hub.actions.{found.name}") for found in iter_modules(actions.__path__)]
    offered = {
        function
        for module in modules
        if module is not mywork
        and (function := vars(module).get("waiting")) is not None
        and getattr(function, "__module__", "") == module.__name__
    }
    assert offered == set(mywork.WAITERS)


def test_a_mention_waits_until_it_is_answered(work: Work, entry: Entry) -> None:
    first = ask(work, entry, "@[Freigabe Marburg], gilt das noch?")
    assert "comment.mention" in kinds(work, OWNER)
    ask(work, entry, "Ja.", OWNER, reply_to=first)
    assert kinds(work, OWNER) == []


def test_a_mention_waits_no_longer_once_it_is_seen_to_or_the_thread_is_closed(work: Work, entry: Entry) -> None:
    first = ask(work, entry, "@[Freigabe Marburg], zur Kenntnis", reply_to=ask(work, entry, "Frage"))
    person = makers.as_person(work, OWNER)
    questions.settle_mention(person, first)
    assert "comment.mention" not in kinds(work, OWNER)
    again = ask(work, entry, "@[Freigabe Marburg], noch eine")
    assert "comment.mention" in kinds(work, OWNER)
    discussions.resolve(makers.as_person(work, FULDA), entry, again)
    assert "comment.mention" not in kinds(work, OWNER)


def test_a_question_of_another_city_waits_for_the_writers_until_one_of_them_answers(work: Work, entry: Entry) -> None:
    first = ask(work, entry, "Wie lange dauert das bei Ihnen?")
    assert kinds(work, "modellierung@marburg.example") == ["comment.question"]
    assert kinds(work, "admin@marburg.example") == []
    assert kinds(work, FULDA) == []
    ask(work, entry, "Zwei Tage", "modellierung@marburg.example", reply_to=first)
    assert kinds(work, "modellierung@marburg.example") == []


def test_nothing_waits_that_one_may_not_read(work: Work, entry: Entry) -> None:
    ask(work, entry, "@[Modellierung Fulda] bitte", OWNER)
    assert kinds(work, FULDA) == ["comment.mention"]
    entry.visibility = "city"
    work.session.flush()
    assert kinds(work, FULDA) == []


def test_what_is_overdue_comes_first_then_what_is_due_sooner(work: Work, entry: Entry) -> None:
    for days, text in ((1, "neu"), (9, "alt"), (4, "mittel")):
        remark = ask(work, entry, f"@[Freigabe Marburg] {text}")
        work.session.execute(
            update(Comment).where(Comment.id == remark.id).values(created_at=work.now - timedelta(days=days))
        )
    work.session.expire_all()
    person = makers.as_person(work, OWNER)
    found = [row for row in mywork.waiting(person) if row.kind == "comment.mention"]
    assert [row.detail.split()[-1] for row in found] == ["alt", "mittel", "neu"]
    assert [mywork.overdue(row, work.now.date()) for row in found] == [True, False, False]


def test_the_reasons_of_closing_and_opening_stay_with_a_thread(work: Work, entry: Entry) -> None:
    first = ask(work, entry, "Rechtsgrundlage fehlt")
    discussions.resolve(work, entry, first, "Ergänzt in 0.02")
    discussions.reopen(work, entry, first, "Doch nicht")
    [thread] = discussions.with_reasons(work, discussions.threads(work, entry, entries.current(work, entry)))
    assert [(row.closed, row.reason) for row in thread.resolutions] == [
        (True, "Ergänzt in 0.02"),
        (False, "Doch nicht"),
    ]


def test_closing_what_is_closed_says_nothing_twice(work: Work, entry: Entry) -> None:
    first = ask(work, entry, "Frage")
    discussions.resolve(work, entry, first)
    discussions.resolve(work, entry, first)
    [thread] = discussions.with_reasons(work, discussions.threads(work, entry, entries.current(work, entry)))
    assert len(thread.resolutions) == 1
