"""Saved searches report what is new to their owner, and only that; the latest searches are everybody's own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.actions import searches
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.search import Reader
from hub.store.activity import Event
from hub.store.searches import SavedHit, SavedSearch
from hub.work import Work
from tests import makers

LIMBURG = "lesen@limburg.example"


def later(work: Work, minutes: int = 1) -> Work:
    return replace(work, now=work.now + timedelta(minutes=minutes))


def told(work: Work) -> list[dict[str, object]]:
    return [row.data for row in work.session.scalars(select(Event).where(Event.kind == "search.found"))]


def checked(work: Work, saved: SavedSearch) -> int:
    return searches.check(makers.as_hub(work), saved, Reader.of(work.actor))


def test_a_new_hit_is_told_to_the_owner_and_counted(work: Work) -> None:
    makers.entry(work, title="Hundesteuer anmelden")
    saved = searches.save(work, "Hund", {})
    soon = later(work)
    makers.entry(soon, title="Hundehaltung anzeigen")
    assert checked(soon, saved) == 1
    said = {"tell": [work.actor.user_id], "path": "/searches", "title": "Hund", "search_id": saved.id, "count": 1}
    assert told(work) == [said]
    assert [(row.search.id, row.new_count) for row in searches.mine(work)] == [(saved.id, 1)]


def test_what_was_there_before_is_not_new(work: Work) -> None:
    makers.entry(work, title="Hundesteuer anmelden")
    saved = searches.save(work, "Hund", {})
    assert checked(later(work), saved) == 0
    assert not told(work)


def test_an_owner_is_told_once_until_they_have_looked(work: Work) -> None:
    saved = searches.save(work, "Hund", {})
    for minute in (1, 2):
        makers.entry(later(work, minute), title=f"Hundesteuer {minute}")
        checked(later(work, minute), saved)
    assert len(told(work)) == 1
    assert searches.mine(work)[0].new_count == 2
    searches.look(later(work, 3), saved)
    assert searches.mine(work)[0].new_count == 0
    makers.entry(later(work, 4), title="Hundesteuer 4")
    checked(later(work, 4), saved)
    assert len(told(work)) == 2


def test_an_alert_never_speaks_of_what_its_owner_may_not_read(work: Work) -> None:
    saved = searches.save(work, "Geheimnis", {})
    makers.entry(later(work), title="Geheimnis der Nachbarstadt", owner="fulda", visibility="city")
    assert checked(later(work), saved) == 0


def test_an_alert_takes_a_query_at_its_word(work: Work) -> None:
    """A search page offers something similar where nothing matches; an alert must not."""
    saved = searches.save(work, "Hundesteur Zeppelin", {})
    makers.entry(later(work), title="Hundesteuer anmelden")
    assert checked(later(work), saved) == 0


def test_filters_are_part_of_a_saved_search(work: Work) -> None:
    saved = searches.save(work, "Hund", {"city": frozenset({"fulda"})})
    makers.entry(later(work), title="Hundesteuer Marburg")
    assert checked(later(work), saved) == 0
    makers.entry(later(work), title="Hundesteuer Fulda", owner="fulda")
    assert checked(later(work), saved) == 1


def test_a_search_is_due_when_something_has_happened_since(work: Work) -> None:
    saved = searches.save(work, "Hund", {})
    makers.entry(work, title="Katze")
    work.session.flush()
    assert saved.id in searches.due(work.session)
    checked(work, saved)
    assert saved.id not in searches.due(work.session)


def test_a_search_without_alert_is_never_due(work: Work) -> None:
    saved = searches.save(work, "Hund", {}, alert=False)
    makers.entry(work, title="Hundesteuer")
    work.session.flush()
    assert saved.id not in searches.due(work.session)
    searches.set_alert(work, saved, on=True)
    work.session.flush()
    assert searches.mine(work)[0].new_count == 0


def test_nobody_else_finds_a_saved_search(work: Work) -> None:
    saved = searches.save(work, "Hund", {})
    with pytest.raises(NotFound):
        searches.find(makers.as_person(work, LIMBURG), saved.id)


def test_a_removed_search_leaves_nothing_behind(work: Work) -> None:
    makers.entry(work, title="Hundesteuer")
    saved = searches.save(work, "Hund", {})
    searches.remove(work, saved)
    work.session.flush()
    assert not searches.mine(work)
    assert not work.session.scalars(select(SavedHit)).all()


def test_a_search_for_nothing_is_not_kept(work: Work) -> None:
    with pytest.raises(Invalid) as refused:
        searches.save(work, "  ", {})
    assert refused.value.fields == {"query": "search_empty"}


def test_there_is_an_end_to_saving(work: Work) -> None:
    for number in range(searches.MOST_SAVED):
        searches.save(work, f"Hund {number}", {})
    with pytest.raises(Conflict):
        searches.save(work, "Hund", {})


def test_guests_keep_nothing(hub_work: Work) -> None:
    with pytest.raises(Forbidden):
        searches.save(makers.as_person(hub_work, ""), "Hund", {})


def test_the_latest_searches_come_newest_first_each_once(work: Work) -> None:
    for minute, words in enumerate(("Hund", "Katze", "Hund")):
        searches.keep_recent(later(work, minute), words)
    work.session.flush()
    assert [row.query for row in searches.recent(work)] == ["Hund", "Katze"]


def test_only_the_latest_searches_are_remembered(work: Work) -> None:
    for minute in range(searches.MOST_RECENT + 5):
        searches.keep_recent(later(work, minute), f"Hund {minute}")
    kept = [row.query for row in searches.recent(work)]
    assert len(kept) == searches.MOST_RECENT
    assert "Hund 4" not in kept


def test_remembering_can_be_switched_off_and_on(work: Work) -> None:
    searches.keep_recent(work, "Hund")
    searches.set_recent(work, on=False)
    searches.keep_recent(work, "Katze")
    assert not searches.recent(work)
    searches.set_recent(work, on=True)
    searches.keep_recent(work, "Katze")
    work.session.flush()
    assert [row.query for row in searches.recent(work)] == ["Katze"]


def test_the_latest_searches_can_be_forgotten(work: Work) -> None:
    searches.keep_recent(work, "Hund")
    searches.forget_recent(work)
    assert not searches.recent(work)
