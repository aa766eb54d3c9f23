"""The page „Freigabe“ and the lists of reviews, as each person sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from lxml.html import HtmlElement

from hub.actions import blocking, discussions, entries, releasing, reviews, schedule
from hub.actions.cases import Move
from hub.store.accounts import Role
from hub.store.entries import Entry
from hub.work import Work
from tests import makers, reviewing
from tests.clients import Client, ClientFor, words, writing
from tests.reviewing import APPROVER, COORDINATOR, FULDA, METHOD, MODELLER, OWNER, WETZLAR, head

PAGE = "/marburg/hundesteuer-anmelden/release"


@pytest.fixture
def hub(app: Flask) -> Flask:
    """Return a hub with reviewers and one complete draft of Marburg."""
    with writing(app) as work:
        reviewing.staff(work)
        reviewing.draft(work)
    return app


@contextmanager
def entry_of(app: Flask) -> Iterator[tuple[Work, Entry]]:
    """Do something to the entry as the hub itself."""
    with writing(app) as work:
        yield work, entries.find(work, "marburg", "hundesteuer-anmelden")


def buttons(tree: HtmlElement) -> list[str]:
    """Return the moves that the page offers as buttons."""
    return [str(value) for value in tree.xpath("//button[@name='move']/@value")]


def make(client: Client, move: str, **fields: object) -> int:
    """Make a move with the version that the page shows."""
    tree = client.page(PAGE)
    shown = tree.xpath("//form[@action=$page]//input[@name='version']/@value", page=PAGE)
    version = shown[0] if shown else "1"
    return client.send(PAGE, move=move, version=str(version), **fields).status_code


def state(app: Flask) -> tuple[str, str]:
    """Return number and state of the newest version."""
    with entry_of(app) as (_work, entry):
        return head(entry).number, head(entry).state


def test_four_people_publish_and_each_sees_only_their_own_next_step(hub: Flask, client_for: ClientFor) -> None:
    people = {email: client_for(email) for email in (MODELLER, METHOD, APPROVER, COORDINATOR)}
    way = [(MODELLER, "submit"), (METHOD, "pass"), (APPROVER, "approve"), (COORDINATOR, "publish")]
    for actor, wanted in way:
        offers = {email: buttons(client.page(PAGE)) for email, client in people.items()}
        assert wanted in offers[actor]
        assert [email for email, moves in offers.items() if wanted in moves] == [actor]
        assert make(people[actor], wanted, reason="In Ordnung") == 302
    assert state(hub) == ("1.00", "published")
    text = words(people[MODELLER].get(PAGE))
    for told in ("Methodisch geprüft", "Fachlich freigegeben", "Methodenprüfung IKZ", "In Ordnung", "Gültig bis"):
        assert told in text


def test_whoever_wrote_it_is_told_why_there_is_no_button(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.give(work, MODELLER, "marburg", Role.APPROVER)
        reviewing.passed(work, entry)
    author = client_for(MODELLER)
    page = author.page(PAGE)
    assert "approve" not in buttons(page)
    assert "Vier-Augen-Prinzip" in page.text_content()
    with entry_of(hub) as (_work, entry):
        version = head(entry).id
    answer = author.send(PAGE, move="approve", version=str(version), reason="Mein eigenes Werk")
    assert answer.status_code == 403
    assert "Vier-Augen-Prinzip" in words(answer)
    assert "Mein eigenes Werk" in answer.get_data(as_text=True), "what was typed stays"
    assert state(hub) == ("0.02", "review_expert")


def test_a_second_click_says_that_it_was_done_and_does_nothing(hub: Flask, client_for: ClientFor) -> None:
    client = client_for(MODELLER)
    with entry_of(hub) as (_work, entry):
        version = str(head(entry).id)
    assert client.send(PAGE, move="submit", version=version).status_code == 302
    again = client.send(PAGE, move="submit", version=version)
    assert again.status_code == 422
    assert "Inzwischen hat jemand anderes" in words(again)
    assert state(hub) == ("0.02", "review_method")


def test_what_is_missing_is_named_with_the_way_there_and_blocks_the_button(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (_work, entry):
        entry.responsible = ""
        entry.legal_bases = []
    client = client_for(MODELLER)
    page = client.page(PAGE)
    assert buttons(page) == []
    text = page.text_content()
    assert "Es ist keine Rechtsgrundlage genannt." in text
    assert "Es ist nicht genannt, wer verantwortlich ist." in text
    assert page.xpath("//section[.//h3[@id='missing']]//a[@href='/marburg/hundesteuer-anmelden/profile']")
    with entry_of(hub) as (_work, entry):
        version = str(head(entry).id)
    assert client.send(PAGE, move="submit", version=version).status_code == 422
    assert state(hub) == ("0.02", "draft")


def test_sending_back_without_a_reason_is_refused_and_nothing_typed_is_lost(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.submit(work, entry)
    client = client_for(METHOD)
    assert make(client, "send_back", reason=" ") == 422
    assert make(client, "send_back", reason="Das Gateway hat keine Frage.") == 302
    assert "Das Gateway hat keine Frage." in words(client_for(MODELLER).get(PAGE))


def test_the_number_of_a_draft_leads_to_its_release(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        entry.visibility = "public"
        reviewing.published(work, entry)
    client = client_for()
    answer = client.get("/marburg/hundesteuer-anmelden/versions/0.02")
    assert (answer.status_code, answer.location) == (301, "/marburg/hundesteuer-anmelden/versions/1.00")
    assert client.get("/marburg/hundesteuer-anmelden/versions/0.01").status_code == 404


def test_a_release_can_keep_its_number_when_the_change_is_editorial(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.published(work, entry)
        reviewing.change(work, entry, "Mahnen")
        reviewing.approved(work, entry)
    client = client_for(COORDINATOR)
    page = client.page(PAGE)
    assert page.xpath("//input[@name='editorial']")
    assert make(client, "publish", editorial="1", valid_from="2026-12-01") == 302
    assert state(hub) == ("1.01", "published")
    with entry_of(hub) as (work, entry):
        release = releasing.release_of(work, entry.published_id)
        assert release is not None
        assert release.valid_from == date(2026, 12, 1)


def test_validity_is_confirmed_by_the_owner_and_refused_for_impossible_dates(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        version = str(reviewing.published(work, entry).id)
    client = client_for(OWNER)
    until = schedule.months_after(date.today(), 18)  # noqa: DTZ011 - a day far enough away
    wrong = client.send(f"{PAGE}/validity", version=version, valid_until=until.isoformat(), review_on="2999-01-01")
    assert wrong.status_code == 422
    assert "vor dem Ende" in words(wrong)
    right = client.send(f"{PAGE}/validity", version=version, valid_until=until.isoformat(), review_on=until.isoformat())
    assert right.status_code == 302
    assert f"{until:%d.%m.%Y}" in words(client.get(PAGE))
    assert client_for(MODELLER).send(
        f"{PAGE}/validity", version=version, valid_until=until.isoformat(), review_on=until.isoformat()
    ).status_code == 403  # fmt: skip


def test_cities_say_what_they_do_and_a_reference_model_comes_of_it(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        version = str(reviewing.published(work, entry).id)
    fulda, owner = client_for(FULDA), client_for(OWNER)
    vote = {"version": version, "city": "fulda"}
    assert fulda.send(f"{PAGE}/vote", adoption="not_here", **vote).status_code == 422
    assert fulda.send(f"{PAGE}/vote", adoption="adapted", vote_reason="Andere Gebühr", **vote).status_code == 302
    assert "Andere Gebühr" in words(owner.get(PAGE))
    assert fulda.send(f"{PAGE}/vote", adoption="as_is", version=version, city="wetzlar").status_code == 403
    assert owner.send(f"{PAGE}/reference", city="marburg", reference_reason="Zwei Städte").status_code == 302
    assert "Zum Referenzmodell machen" in words(fulda.get(PAGE))
    assert client_for(WETZLAR).send(f"{PAGE}/reference/answer", city="wetzlar", answer="accept").status_code == 403
    assert fulda.send(f"{PAGE}/reference/answer", city="fulda", answer="accept").status_code == 302
    with entry_of(hub) as (_work, entry):
        assert entry.level == "102"


def test_a_discussion_holds_up_the_approval_until_it_is_lifted(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.passed(work, entry)
        remark = discussions.write(makers.as_person(work, FULDA), entry, head(entry), "Stimmt die Frist?").id
    expert, approver = client_for(FULDA), client_for(APPROVER)
    assert expert.send(f"{PAGE}/discussion", comment=str(remark)).status_code == 302
    page = approver.page(PAGE)
    assert "approve" not in buttons(page)
    assert "Eine Diskussion hält die Freigabe auf." in page.text_content()
    assert approver.send(f"{PAGE}/discussion", deed="lift", comment=str(remark)).status_code == 403
    assert expert.send(f"{PAGE}/discussion", deed="lift", comment=str(remark)).status_code == 302
    assert "approve" in buttons(approver.page(PAGE))


def test_ozgplus_is_claimed_by_the_owner(hub: Flask, client_for: ClientFor) -> None:
    assert client_for(MODELLER).send(f"{PAGE}/ozgplus", claim="1").status_code == 403
    assert client_for(OWNER).send(f"{PAGE}/ozgplus", claim="1").status_code == 302
    with entry_of(hub) as (work, entry):
        assert blocking.claims_ozgplus(work, entry)
    assert client_for(OWNER).send(f"{PAGE}/ozgplus").status_code == 302


def test_a_fork_s_reason_is_given_on_the_page(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        modeller = makers.as_person(work, "modellierung@fulda.example")
        fulda = makers.organisation(work, "fulda")
        fork = entries.fork(modeller, entry, head(entry), fulda, title="Hundesteuer Fulda", reason="x")
        fork.fork_reason, fork.responsible = "", "Steueramt"
        revision = str(fork.revision)
    client, page = client_for("modellierung@fulda.example"), "/fulda/hundesteuer-fulda/release"
    assert "Warum weicht die Ableitung ab?" in words(client.get(page))
    assert client.send(f"{page}/fork", fork_reason="Eigene Satzung", revision=revision).status_code == 302
    assert "submit" in buttons(client.page(page))


def test_guests_and_the_land_learn_nothing_of_the_way_to_a_release(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        entry.visibility = "public"
        reviewing.published(work, entry)
    for email in ("", "foerderung@rp-giessen.example", "technik@rechenzentrum.example"):
        client = client_for(email)
        assert client.get("/marburg/hundesteuer-anmelden").status_code == 200
        assert client.get(PAGE).status_code == 404
        assert "Freigabe" not in [link.text for link in client.page("/marburg/hundesteuer-anmelden").xpath("//nav//a")]
    assert client_for("foerderung@rp-giessen.example").get("/collaboration/reviews").status_code == 404
    assert client_for("").get("/collaboration/reviews").status_code == 302


def test_the_list_shows_what_waits_for_whom_and_nothing_unreadable(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.submit(work, entry)
        hidden = reviewing.draft(work, title="Nur für Marburg")
        reviewing.submit(work, hidden)
        hidden.visibility = "city"
    text = words(client_for(METHOD).get("/collaboration/reviews"))
    assert "Methodisch prüfen: Hundesteuer anmelden" in text
    assert "Nur für Marburg" not in text
    assert "Nur für Marburg" in words(client_for(MODELLER).get("/collaboration/reviews"))
    filtered = words(client_for(METHOD).get("/collaboration/reviews?city=fulda&state=review_expert"))
    assert "Nichts in Prüfung." in filtered


def test_the_coordination_assigns_and_reminds_many_at_once(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.submit(work, entry)
        other = reviewing.draft(work, title="Zweiter")
        reviewing.submit(work, other)
        ids, person = [str(entry.id), str(other.id)], str(reviewing.person(work, METHOD))
        wrong = str(reviewing.person(work, APPROVER))
    boss = client_for(COORDINATOR)
    token = boss.token()

    def send(**fields: str) -> str:
        answer = boss.post(
            "/collaboration/reviews", data={"csrf_token": token, "entry": ids, **fields}, follow_redirects=True
        )
        return words(answer)

    assert "Erledigt. (2)" in send(deed="assign", assignee=person)
    assert send(deed="assign", assignee=wrong).count("darf diese Version nicht prüfen") == 2
    assert "Erledigt. (2)" in send(deed="due", due_on="2099-01-01")
    assert "01.01.2099" in words(boss.get("/collaboration/reviews"))
    assert "Erledigt. (2)" in send(deed="remind")
    assert boss.send("/collaboration/reviews", deed="remind").status_code == 422
    assert client_for(OWNER).send("/collaboration/reviews", deed="remind", entry=ids[0]).status_code == 403
    assert "Methodenprüfung IKZ" in words(boss.get("/collaboration/reviews/load"))
    assert client_for(OWNER).get("/collaboration/reviews/load").status_code == 403


def test_the_rules_are_set_by_the_coordination_and_refuse_nonsense(hub: Flask, client_for: ClientFor) -> None:
    boss, page = client_for(COORDINATOR), "/collaboration/reviews/rules"
    fields = {"valid_months": "12", "lead_months": "1", "review_days": "14", "revision": "0"}
    assert boss.send(page, quorum="9", **fields).status_code == 422
    assert boss.send(page, quorum="3", **fields).status_code == 302
    stale = boss.send(page, quorum="2", **fields)
    assert stale.status_code == 422
    assert "Inzwischen hat jemand anderes" in words(stale)
    assert client_for(MODELLER).send(page, quorum="1", **fields).status_code == 403
    assert "3" in words(client_for(MODELLER).get(page))


def test_deputies_are_entered_by_oneself_and_seen_by_those_concerned(hub: Flask, client_for: ClientFor) -> None:
    with writing(hub) as work:
        deputy = str(reviewing.person(work, MODELLER))
        absent = str(reviewing.person(work, APPROVER))
    client, page = client_for(APPROVER), "/marburg/deputies"
    days = {"starts_on": "2026-01-01", "ends_on": "2099-01-01"}
    assert client.send(page, user=absent, deputy=absent, **days).status_code == 422
    assert client.send(page, user=absent, deputy=deputy, **days).status_code == 302
    assert "vertritt Freigabe Marburg zwei" in words(client_for(MODELLER).get(page))
    assert "Es ist keine Vertretung eingetragen." in words(client_for(OWNER).get(page))
    assert client_for(FULDA).get(page).status_code == 404
    assert client_for(OWNER).send(f"{page}/1/end").status_code == 404
    assert client.send(f"{page}/1/end").status_code == 302


def test_every_move_that_is_no_button_is_refused_when_it_is_sent(hub: Flask, client_for: ClientFor) -> None:
    people = {email: client_for(email) for email in (MODELLER, APPROVER, METHOD, FULDA, COORDINATOR)}
    tokens = {email: client.token() for email, client in people.items()}
    ways = (reviewing.submit, lambda work, entry: reviews.pass_method(
        makers.as_person(work, METHOD), entry, head(entry)))  # fmt: skip
    for way in ways:
        with entry_of(hub) as (work, entry):
            way(work, entry)
            version, before = str(head(entry).id), head(entry).state
        for email, client in people.items():
            for move in {str(move) for move in Move} - set(buttons(client.page(PAGE))):
                body = {"csrf_token": tokens[email], "move": move, "version": version, "reason": "Versuch"}
                assert client.post(PAGE, data=body).status_code in (403, 422), (before, email, move)
        with entry_of(hub) as (_work, entry):
            assert head(entry).state == before


def test_a_verdict_on_a_profile_that_changed_meanwhile_is_refused(hub: Flask, client_for: ClientFor) -> None:
    with entry_of(hub) as (work, entry):
        reviewing.passed(work, entry)
        version = str(head(entry).id)
    approver = client_for(APPROVER)
    seen = str(approver.page(PAGE).xpath("//input[@name='profile']/@value")[0])
    with entry_of(hub) as (work, entry):
        changed = makers.profile(**{**reviewing.COMPLETE, "legal_bases": "§ 9 HStS"})
        entries.edit(makers.as_person(work, MODELLER), entry, changed, revision=entry.revision)
    answer = approver.send(PAGE, move="approve", version=version, profile=seen)
    assert answer.status_code == 422
    assert "Inzwischen hat jemand anderes" in words(answer)
    assert make(approver, "approve") == 302
