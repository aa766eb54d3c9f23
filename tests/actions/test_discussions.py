"""What comments promise: their place, who reads them, and what stays of them."""

import pytest
from lxml.html import fragment_fromstring
from sqlalchemy import select

from hub.actions import discussions, library
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.accounts import User
from hub.store.discussions import Comment, Mention
from hub.store.entries import Entry, Version
from hub.work import Work
from tests import makers
from tests.makers import STEPS


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.published(work, makers.entry(work, visibility="public"))


def shown(entry: Entry) -> Version:
    assert entry.head is not None
    return entry.head


def remark(work: Work, entry: Entry, text: str = "Wer prüft das?", **given: object) -> Comment:
    return discussions.write(work, entry, shown(entry), text, **given)  # type: ignore[arg-type]


def readers(work: Work, entry: Entry) -> list[str]:
    """Return who sees a discussion: the city, the cooperation, the Land, the public."""
    persons = {
        "city": "freigabe@marburg.example",
        "ikz": "modellierung@fulda.example",
        "land": "foerderung@rp-giessen.example",
        "provider": "technik@rechenzentrum.example",
        "guest": "",
    }
    return [
        name
        for name, email in persons.items()
        if discussions.threads(makers.as_person(work, email), entry, shown(entry))
    ]


@pytest.mark.parametrize(
    ("audience", "seen_by"), [("city", ["city"]), ("ikz", ["city", "ikz"]), ("land", ["city", "ikz", "land"])]
)
def test_a_comment_is_read_by_its_audience_and_nobody_else(
    work: Work, entry: Entry, audience: str, seen_by: list[str]
) -> None:
    remark(work, entry, audience=audience)
    assert readers(work, entry) == seen_by


def test_a_reply_is_never_read_more_widely_than_what_it_answers(work: Work, entry: Entry) -> None:
    first = remark(work, entry, audience="city")
    reply = remark(work, entry, "Das Steueramt.", audience="land", reply_to=first)
    assert reply.audience == "city"


def test_a_comment_on_a_step_stays_with_it_in_the_next_version(work: Work, entry: Entry) -> None:
    remark(work, entry, element="step2")
    after = makers.version(work, entry, makers.bpmn(*STEPS, "Vorgang ablegen"))
    thread = discussions.threads(work, entry, after)[0]
    assert (thread.element_name, thread.outdated) == (STEPS[1], False)


def test_a_comment_on_a_step_that_is_gone_says_so(work: Work, entry: Entry) -> None:
    remark(work, entry, element="step4")
    after = makers.version(work, entry, makers.bpmn(*STEPS[:3]))
    assert discussions.threads(work, entry, after)[0].outdated


def test_a_comment_on_no_known_step_is_not_found(work: Work, entry: Entry) -> None:
    with pytest.raises(NotFound):
        remark(work, entry, element="nirgendwo")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_comment_is_refused(work: Work, entry: Entry, text: str) -> None:
    with pytest.raises(Invalid, match="comment_empty"):
        remark(work, entry, text)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "![x](data:text/html,x)"],
)
def test_what_is_stored_for_the_page_can_do_nothing(work: Work, entry: Entry, text: str) -> None:
    tree = fragment_fromstring(remark(work, entry, text).html, create_parent="div")
    assert tree.xpath("//script | //img | //@*[starts-with(name(), 'on')]") == []
    assert [target for target in tree.xpath("//@href | //@src") if not target.startswith(("https:", "/", "#"))] == []


def test_an_edited_comment_shows_what_it_said_before(work: Work, entry: Entry) -> None:
    made = remark(work, entry, "Erst so")
    discussions.edit(work, entry, made, "Dann so")
    work.session.expire(made)
    assert ("Dann so" in made.html, ["Erst so" in row.html for row in made.revisions]) == (True, [True])


def test_a_deleted_comment_leaves_no_word_behind(work: Work, entry: Entry) -> None:
    made = remark(work, entry, "Geheim")
    discussions.edit(work, entry, made, "Auch geheim")
    work.session.expire(made)
    discussions.delete(work, entry, made)
    work.session.flush()
    assert (made.text, made.html, list(made.revisions), made.deleted_at) == ("", "", [], work.now)


def test_a_deleted_comment_with_answers_keeps_its_place(work: Work, entry: Entry) -> None:
    first = remark(work, entry)
    remark(work, entry, "Das Steueramt.", reply_to=first)
    discussions.delete(work, entry, first)
    assert len(discussions.threads(work, entry, shown(entry))) == 1


def test_a_deleted_comment_without_answers_leaves_a_trace_but_no_open_question(work: Work, entry: Entry) -> None:
    made = remark(work, entry, element="step1")
    discussions.delete(work, entry, made)
    work.session.flush()
    found = discussions.threads(work, entry, shown(entry))
    assert [(thread.first.id, thread.open) for thread in found] == [(made.id, False)]
    assert discussions.open_counts(found) == {}


def test_nobody_edits_what_another_wrote(work: Work, entry: Entry) -> None:
    made = remark(work, entry)
    with pytest.raises(Forbidden):
        discussions.edit(makers.as_person(work, "freigabe@marburg.example"), entry, made, "Anders")


def test_an_administrator_of_the_author_s_city_can_remove_a_comment(work: Work, entry: Entry) -> None:
    made = remark(work, entry)
    with pytest.raises(Forbidden):
        discussions.delete(makers.as_person(work, "modellierung@fulda.example"), entry, made)
    discussions.delete(makers.as_person(work, "admin@marburg.example"), entry, made)
    assert made.deleted_at is not None


def test_a_resolved_discussion_takes_no_answer_until_it_is_reopened(work: Work, entry: Entry) -> None:
    first = remark(work, entry)
    discussions.resolve(work, entry, first)
    with pytest.raises(Conflict, match="resolved_reply"):
        remark(work, entry, "Noch etwas", reply_to=first)
    discussions.reopen(work, entry, first)
    assert remark(work, entry, "Noch etwas", reply_to=first).thread_id == first.id


def test_markers_count_open_discussions_of_a_step(work: Work, entry: Entry) -> None:
    remark(work, entry, element="step1")
    discussions.resolve(work, entry, remark(work, entry, element="step1"))
    remark(work, entry)
    assert discussions.open_counts(discussions.threads(work, entry, shown(entry))) == {"step1": 1}


def test_only_those_who_may_read_a_comment_are_mentioned(work: Work, entry: Entry) -> None:
    made = remark(work, entry, "@[Freigabe Marburg] und @[Modellierung Fulda], bitte ansehen.", audience="city")
    names = select(User.name).join(Mention, Mention.user_id == User.id).where(Mention.comment_id == made.id)
    assert list(work.session.scalars(names)) == ["Freigabe Marburg"]


def test_a_guest_cannot_comment(work: Work, entry: Entry) -> None:
    with pytest.raises(Forbidden):
        remark(makers.as_person(work, ""), entry)


def test_nobody_speaks_for_another_city(work: Work, entry: Entry) -> None:
    with pytest.raises(Forbidden):
        remark(work, entry, organisation_id=makers.organisation(work, "fulda").id)


def test_a_comment_of_another_entry_is_not_found_here(work: Work, entry: Entry) -> None:
    made = remark(work, entry)
    other = makers.entry(work, title="Anderer Vorgang")
    with pytest.raises(NotFound):
        discussions.find(work, other, made.id)


def test_the_number_of_comments_is_the_reader_s_own(work: Work, entry: Entry) -> None:
    remark(work, entry, audience="city")
    remark(work, entry, audience="ikz")
    fulda = makers.as_person(work, "modellierung@fulda.example")
    assert (library.counts(work, entry).comments, library.counts(fulda, entry).comments) == (2, 1)
