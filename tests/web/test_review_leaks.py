"""What is judged about an entry that somebody may not read does not exist for them: pages, lists, forms, numbers."""

import pytest
from flask import Flask

from hub.actions import discussions, duties, entries, releasing, votes
from hub.store.reviews import Adoption, Review
from tests import makers, reviewing
from tests.clients import ClientFor, words, writing
from tests.reviewing import COORDINATOR, FULDA, METHOD, OWNER, head

SECRET = "qfasubatu"
READERS = (
    FULDA,
    METHOD,
    COORDINATOR,
    "lesen@limburg.example",
    "admin@ikz.example",
    "foerderung@rp-giessen.example",
    "",
)
FORMS = ("", "/validity", "/duty", "/reminder", "/ozgplus", "/discussion", "/vote", "/reference", "/reference/answer",
         "/reference/withdraw", "/fork")  # fmt: skip


@pytest.fixture
def hub(app: Flask) -> Flask:
    """Return a hub with an entry that only Marburg may read, in review, with secret words in every reason."""
    with writing(app) as work:
        reviewing.staff(work)
        entry = reviewing.draft(work, title=f"Vorgang {SECRET}")
        entry.slug = "verborgen"
        version = reviewing.published(work, entry)
        votes.cast(
            makers.as_person(work, FULDA), entry, version, makers.organisation(work, "fulda"), Adoption.AS_IS, SECRET
        )
        votes.propose(makers.as_person(work, OWNER), entry, makers.organisation(work, "marburg"), SECRET)
        reviewing.change(work, entry, "Mahnen")
        discussions.write(makers.as_person(work, OWNER), entry, head(entry), SECRET)
        reviewing.passed(work, entry)
        duties.assign(makers.as_person(work, COORDINATOR), entry, due_on=releasing.today(work))
        entry.visibility = "city"
    return app


@pytest.mark.parametrize("reader", READERS)
def test_pages_and_lists_say_nothing_of_a_hidden_entry(hub: Flask, client_for: ClientFor, reader: str) -> None:
    client = client_for(reader)
    assert client.get("/marburg/verborgen/release").status_code == 404
    for path in (
        "/collaboration/reviews",
        "/collaboration/reviews/validity",
        "/collaboration/reviews/load",
        "/",
        "/library",
    ):
        answer = client.get(path)
        assert SECRET not in answer.get_data(as_text=True), path
    listed = client.get("/collaboration/reviews?state=review_expert")
    assert "Freigabe Marburg" not in (words(listed) if listed.status_code == 200 else "")


@pytest.mark.parametrize("reader", READERS)
def test_no_form_about_a_hidden_entry_answers_or_writes(hub: Flask, client_for: ClientFor, reader: str) -> None:
    client = client_for(reader)
    with writing(hub) as work:
        before = work.session.query(Review).count()
    token = client.token()
    body = {"csrf_token": token, "version": "1", "move": "approve", "city": "fulda", "adoption": "as_is",
            "comment": "1", "reference_reason": "x", "answer": "accept", "fork_reason": "x", "revision": "1",
            "valid_until": "2099-01-01", "review_on": "2099-01-01"}  # fmt: skip
    for form in FORMS:
        status = client.post(f"/marburg/verborgen/release{form}", data=body).status_code
        assert status == (404 if reader else 401), form
    with writing(hub) as work:
        assert work.session.query(Review).count() == before


def test_its_own_city_sees_all_of_it_so_that_these_tests_could_fail(hub: Flask, client_for: ClientFor) -> None:
    page = client_for(OWNER).get("/marburg/verborgen/release")
    assert page.status_code == 200
    assert page.get_data(as_text=True).count(SECRET) > 3
    assert SECRET in words(client_for(OWNER).get("/collaboration/reviews"))


def test_a_former_number_of_a_hidden_draft_leads_nobody_anywhere(hub: Flask, client_for: ClientFor) -> None:
    for reader in READERS:
        assert client_for(reader).get("/marburg/verborgen/versions/0.02").status_code == 404


def test_the_load_counts_only_what_the_coordination_may_read(hub: Flask) -> None:
    with writing(hub) as work:
        boss = makers.as_person(work, COORDINATOR)
        assert sum(row.could + row.asked + row.done for row in duties.load(boss)) == 0
        owner = makers.as_person(work, OWNER)
        assert [case.entry.slug for case in duties.open_cases(owner)] == ["verborgen"]
        assert entries.find(owner, "marburg", "verborgen").slug == "verborgen"
