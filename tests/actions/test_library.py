"""What looking around promises: filters, order, pages, families, activity."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from hub.actions import entries, library
from hub.actions.library import Relative, Wanted
from hub.store.entries import Entry, EntryKind, Version
from hub.store.services import Service
from hub.work import Work
from tests import makers


def titles(work: Work, **wanted: object) -> list[str]:
    return [entry.title for entry in library.browse(work, Wanted(**wanted)).entries]  # type: ignore[arg-type]


def fork(work: Work, origin: Entry, owner: str, title: str) -> Entry:
    head, city = cast(Version, origin.head), makers.organisation(work, owner)
    return entries.fork(makers.as_hub(work), origin, head, city, title=title, reason="Eigene Satzung")


@pytest.fixture
def shelf(work: Work) -> Work:
    """Fill the library with entries that differ in one filter each."""
    makers.published(work, makers.entry(work, title="A veröffentlicht", nature="soll", level="103"))
    makers.entry(work, title="B Entwurf", nature="ist", service="Hundesteuer", service_key="99102003000000")
    makers.entry(work, title="C aus Fulda", owner="fulda")
    makers.entry(work, title="D Design", kind=EntryKind.DESIGN)
    moved = makers.published(work, makers.entry(work, title="E weiter"))
    makers.version(work, moved, makers.bpmn("Weiter"))
    return work


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["A veröffentlicht", "B Entwurf", "C aus Fulda", "D Design", "E weiter"]),
        ({"city": "fulda"}, ["C aus Fulda"]),
        ({"kind": "design"}, ["D Design"]),
        ({"nature": "soll"}, ["A veröffentlicht"]),
        ({"level": "103"}, ["A veröffentlicht"]),
        ({"state": "published"}, ["A veröffentlicht", "E weiter"]),
        ({"state": "draft"}, ["B Entwurf", "C aus Fulda", "D Design", "E weiter"]),
        ({"service": "99102003000000"}, ["B Entwurf"]),
        ({"service": "Hundesteuer"}, ["B Entwurf"]),
        ({"city": "nirgendwo"}, []),
        ({"kind": "process", "city": "marburg", "nature": "ist"}, ["B Entwurf"]),
    ],
)
def test_a_filter_leaves_exactly_what_it_says(shelf: Work, wanted: dict[str, str], found: list[str]) -> None:
    assert titles(shelf, sort="title", **wanted) == found


def test_an_unknown_order_is_the_usual_one(shelf: Work) -> None:
    assert titles(shelf, sort="egal") == titles(shelf, sort="updated")


def test_the_newest_change_comes_first(work: Work) -> None:
    for days, title in ((3, "alt"), (1, "neu"), (2, "mittel")):
        makers.entry(work, title=title).updated_at = work.now - timedelta(days=days)
    assert titles(work) == ["neu", "mittel", "alt"]


def test_pages_hold_every_entry_exactly_once(work: Work) -> None:
    made = {makers.entry(work, title=f"Gleich {number % 3}").id for number in range(library.PAGE * 2 + 3)}
    pages = [library.browse(work, Wanted(sort="title", page=number)) for number in (1, 2, 3)]
    shown = [entry.id for page in pages for entry in page.entries]
    assert (sorted(shown), pages[0].page_count, pages[0].total) == (sorted(made), 3, len(made))


def test_a_page_beyond_the_last_one_is_the_last_one(shelf: Work) -> None:
    assert library.browse(shelf, Wanted(page=99)).page == 1


def test_counts_by_city_count_what_may_be_read(work: Work) -> None:
    makers.entry(work, owner="fulda", visibility="city")
    makers.entry(work, owner="fulda")
    fulda = makers.organisation(work, "fulda").id
    assert library.count_by_city(work).get(fulda) == 1
    assert library.count_by_city(makers.as_person(work, "")).get(fulda) is None


def test_a_family_is_told_from_every_member_alike(work: Work) -> None:
    origin = makers.entry(work, owner="fulda", title="Ursprung")
    child = fork(work, origin, "marburg", "Kind")
    grandchild = fork(work, child, "wetzlar", "Enkel")
    fork(work, origin, "giessen", "Geschwister")
    told = {_told(library.family(work, member)) for member in (origin, child, grandchild)}
    assert told == {"Ursprung(Kind(Enkel()) Geschwister())"}


def test_a_hidden_member_of_a_family_is_left_out_and_its_forks_move_up(work: Work) -> None:
    origin = makers.entry(work, owner="fulda", title="Ursprung")
    hidden = fork(work, origin, "wetzlar", "Verborgen")
    hidden.visibility = "city"
    child = fork(work, hidden, "marburg", "Kind")
    assert _told(library.family(work, child)) == "Ursprung(Kind())"


def _told(member: Relative) -> str:
    return f"{member.entry.title}({' '.join(_told(child) for child in member.children)})"


def test_a_fork_says_when_its_origin_moved_on(work: Work) -> None:
    origin = makers.entry(work, owner="fulda")
    child = fork(work, origin, "marburg", "Kind")
    assert cast(library.Origin, library.origin(work, child)).moved_on is False
    makers.version(work, origin, makers.bpmn("Weiter"))
    work.session.expire_all()
    assert cast(library.Origin, library.origin(work, child)).moved_on is True


def test_forks_are_counted_as_far_as_they_may_be_read(work: Work) -> None:
    origin = makers.entry(work, owner="fulda")
    fork(work, origin, "marburg", "Kind")
    fork(work, origin, "wetzlar", "Verborgen").visibility = "city"
    work.session.flush()
    assert library.counts(work, origin).forks == 1


def test_outsiders_learn_of_no_event(work: Work) -> None:
    makers.published(work, makers.entry(work, visibility="public"))
    assert library.activity(makers.as_person(work, "")) == []
    assert library.activity(makers.as_person(work, "foerderung@rp-giessen.example")) == []


def test_events_of_a_city_s_own_entry_are_its_own(work: Work) -> None:
    entry = makers.entry(work, visibility="city", title="Intern")
    entries.publish(work, entry, makers.content(makers.bpmn("Neu")), "Neu", parent_id=entry.head_id or 0)
    fulda = makers.as_person(work, "modellierung@fulda.example")
    assert "Intern" in [entry.title for _event, entry in library.activity(work)]
    assert "Intern" not in [entry.title for _event, entry in library.activity(fulda)]


def test_one_service_is_shared_by_all_entries_that_name_its_key(work: Work) -> None:
    for name in ("Hundesteuer", "Hundesteuer anmelden"):
        makers.entry(work, service=name, service_key="99 102 003 000 000")
    assert len(list(work.session.scalars(select(Service)))) == 1
