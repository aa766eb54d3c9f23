"""The plan of the cooperation: what is planned is assigned, what is drafted moves by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from lxml.html import HtmlElement

from hub.actions import board, entries, releasing, reviews, votes
from hub.actions.board import Column
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.coordination import Plan
from hub.store.reviews import Adoption
from hub.work import Work
from tests import makers, reviewing
from tests.clients import ClientFor, words, writing
from tests.reviewing import COORDINATOR, FULDA, MODELLER, OWNER
from tests.web.test_queries import counted

PAGE = "/collaboration/board"


@pytest.fixture
def hub(app: Flask) -> Flask:
    """Return a hub with the people who plan and review."""
    with writing(app) as work:
        reviewing.staff(work)
    return app


@pytest.fixture
def planner(hub_work: Work) -> Work:
    """Return work of the coordination."""
    reviewing.staff(hub_work)
    return makers.as_person(hub_work, COORDINATOR)


def column_of(work: Work, title: str, city: str) -> str:
    """Return the column of the one card of a service in a city."""
    found = [c for c in board.cards(work) if c.title == title and c.organisation and c.organisation.slug == city]
    assert len(found) == 1
    return str(found[0].column)


def cell(tree: HtmlElement, column: str, city: str) -> str:
    """Return the words of one cell."""
    return str(
        tree.xpath("//td[@data-column=$column and @data-city=$city]", column=column, city=city)[0].text_content()
    )


def test_a_card_moves_on_by_itself_from_plan_to_use(planner: Work) -> None:
    title = reviewing.COMPLETE["service"]
    board.add(planner, title, reviewing.COMPLETE["service_key"], city="marburg")
    assert column_of(planner, title, "marburg") == Column.PLANNED
    entry = reviewing.draft(planner)
    assert column_of(planner, title, "marburg") == Column.DRAFT
    reviewing.submit(planner, entry)
    assert column_of(planner, title, "marburg") == Column.REVIEW
    reviews.withdraw(makers.as_person(planner, MODELLER), entry, reviewing.head(entry))
    reviewing.approved(planner, entry)
    assert column_of(planner, title, "marburg") == Column.RELEASED
    reviews.publish(planner, entry, reviewing.head(entry))
    assert column_of(planner, title, "marburg") == Column.IN_USE


def test_the_coordination_plans_and_a_city_takes_what_nobody_has(planner: Work) -> None:
    plan = board.add(planner, "Fundsache Anzeige")
    other, modeller = makers.as_person(planner, FULDA), makers.as_person(planner, MODELLER)
    for somebody in (other, modeller):
        with pytest.raises(Forbidden):
            board.add(somebody, "Melderegisterauskunft")
    with pytest.raises(Forbidden, match="take_plan"):
        board.assign(other, plan.id, revision=1, city="marburg")
    with pytest.raises(Forbidden):
        board.assign(modeller, plan.id, revision=1, city="marburg")
    board.assign(other, plan.id, revision=1, city="fulda")
    assert column_of(planner, "Fundsache Anzeige", "fulda") == Column.PLANNED
    with pytest.raises(Conflict, match="plan_moved_on"):
        board.assign(makers.as_person(planner, OWNER), plan.id, revision=1, city="marburg")
    board.assign(other, plan.id, revision=2)
    assert plan.organisation_id is None


def test_a_service_is_planned_once_in_a_place(planner: Work) -> None:
    board.add(planner, "Fundsache Anzeige", city="fulda")
    free = board.add(planner, "Fundsache Anzeige")
    with pytest.raises(Conflict, match="planned_already"):
        board.add(planner, "Fundsache Anzeige", city="fulda")
    with pytest.raises(Conflict, match="planned_already"):
        board.add(planner, "Fundsache Anzeige")
    with pytest.raises(Conflict, match="planned_already"):
        board.assign(planner, free.id, revision=1, city="fulda")


def test_a_plan_wants_a_service_a_known_city_and_a_day_to_come(planner: Work) -> None:
    with pytest.raises(Invalid, match="service"):
        board.add(planner, "")
    with pytest.raises(Invalid, match="not_a_choice"):
        board.add(planner, "Fundsache Anzeige", city="atlantis")
    with pytest.raises(Invalid, match="in_the_past"):
        board.add(planner, "Fundsache Anzeige", due_on=releasing.today(planner) - timedelta(days=1))


def test_a_late_plan_says_so_until_the_review_begins(planner: Work) -> None:
    plan = board.add(planner, reviewing.COMPLETE["service"], reviewing.COMPLETE["service_key"], city="marburg")
    plan.due_on = releasing.today(planner) - timedelta(days=1)
    assert [card.late for card in board.cards(planner)] == [True]
    entry = reviewing.draft(planner)
    assert [card.late for card in board.cards(planner)] == [True]
    reviewing.submit(planner, entry)
    assert [card.late for card in board.cards(planner)] == [False]


def test_the_balance_counts_what_each_city_did_and_the_reader_may_read(planner: Work) -> None:
    entry = reviewing.draft(planner)
    version = reviewing.published(planner, entry)
    fulda = makers.organisation(planner, "fulda")
    modeller = makers.as_person(planner, "modellierung@fulda.example")
    entries.fork(modeller, entry, version, fulda, title="Hundesteuer Fulda", reason="Satzung")
    votes.cast(makers.as_person(planner, FULDA), entry, version, fulda, Adoption.AS_IS)
    hidden = reviewing.draft(planner, title="Verborgen", visibility="city")
    found = {row.city.slug: row for row in board.balances(planner)}
    marburg, ikz = found["marburg"], found["ikz"]
    assert (marburg.drafted, marburg.revised, marburg.reviewed, marburg.adopted) == (1, 1, 1, 0)
    assert (ikz.reviewed, found["fulda"].drafted, found["fulda"].adopted) == (1, 0, 2)
    own = {row.city.slug: row for row in board.balances(makers.as_person(planner, OWNER))}
    assert own["marburg"].drafted == 2, hidden.title


def test_the_page_shows_the_board_and_offers_only_what_may_be_done(hub: Flask, client_for: ClientFor) -> None:
    boss, owner, reader = client_for(COORDINATOR), client_for(OWNER), client_for("lesen@limburg.example")
    assert boss.send(PAGE, service="Fundsache Anzeige", note="Wer beginnt?").status_code == 302
    assert "Fundsache Anzeige" in cell(owner.page(PAGE), "planned", "")
    assert owner.page(PAGE).xpath("//li[@draggable='true']//select[@name='city']/option/@value") == ["", "marburg"]
    assert reader.page(PAGE).xpath("//li[@draggable='true']") == []
    assert not owner.page(PAGE).xpath("//form[@action='/collaboration/board']//input[@name='service']")
    answer = owner.send(f"{PAGE}/1", city="marburg", revision="1", due_on="2099-05-01")
    assert answer.status_code == 302
    assert "01.05.2099" in cell(owner.page(PAGE), "planned", "marburg")
    stale = boss.send(f"{PAGE}/1", city="fulda", revision="1")
    assert stale.status_code == 422
    assert "Inzwischen hat jemand anderes" in words(stale)
    foreign = owner.send(f"{PAGE}/1", city="fulda", revision="2")
    assert foreign.status_code == 403
    assert "nur an Ihre eigene Stadt" in words(foreign)
    assert owner.send(f"{PAGE}/1/drop", revision="2").status_code == 403
    assert boss.send(f"{PAGE}/1/drop", revision="2").status_code == 302
    assert "Fundsache" not in words(boss.get(PAGE))


def test_what_was_typed_stays_when_a_plan_is_refused(hub: Flask, client_for: ClientFor) -> None:
    boss = client_for(COORDINATOR)
    answer = boss.send(PAGE, service="Fundsache Anzeige", note="Meine Notiz", due_on="2001-01-01")
    assert answer.status_code == 422
    assert "Meine Notiz" in answer.get_data(as_text=True)


def test_the_board_filters_by_city_and_keeps_what_nobody_has(hub: Flask, client_for: ClientFor) -> None:
    with writing(hub) as work:
        boss = makers.as_person(work, COORDINATOR)
        board.add(boss, "Fundsache Anzeige")
        board.add(boss, "Melderegisterauskunft Erteilung", city="fulda")
        reviewing.draft(work)
    text = words(client_for(FULDA).get(f"{PAGE}?city=fulda"))
    assert "Fundsache Anzeige" in text
    assert "Melderegisterauskunft" in text
    assert "Hundesteuer Festsetzung" not in text


def test_the_board_is_for_the_cooperation_and_hides_what_a_city_keeps_to_itself(
    hub: Flask, client_for: ClientFor
) -> None:
    with writing(hub) as work:
        reviewing.draft(work, title="Verborgen", visibility="city", service="Verborgene Leistung", service_key="")
        with pytest.raises(NotFound):
            board.assign(makers.as_person(work, "foerderung@rp-giessen.example"), 1, revision=1)
        assert work.session.query(Plan).count() == 0
    assert "Verborgene Leistung" in words(client_for(OWNER).get(PAGE))
    assert "Verborgene Leistung" not in words(client_for(COORDINATOR).get(PAGE))
    for path in (PAGE, f"{PAGE}/balance"):
        assert client_for("foerderung@rp-giessen.example").get(path).status_code == 404
        assert client_for("").get(path).status_code == 302
        assert client_for(COORDINATOR).get(path).status_code == 200


def test_lists_and_board_ask_the_same_number_of_questions_however_much_there_is(
    hub: Flask, client_for: ClientFor
) -> None:
    pages = ("/collaboration/reviews", "/collaboration/reviews/load", "/collaboration/reviews/validity", PAGE,
             f"{PAGE}/balance")  # fmt: skip
    client, asked = client_for(COORDINATOR), []
    for _round in range(2):
        with writing(hub) as work:
            for _number in range(3):
                reviewing.submit(work, reviewing.draft(work))
                reviewing.published(work, reviewing.draft(work))
        counts = []
        for path in pages:
            client.get(path)
            with counted(hub) as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
        asked.append(counts)
    assert asked[1] == asked[0]
    assert max(asked[0]) < 40
