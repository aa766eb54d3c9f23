"""Maturity on both scales: rated with evidence, kept with its history, never converted."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.actions import maturity
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.maturity import NameCriterion, RatedCriterion
from hub.store.entries import Entry, EntryKind
from hub.store.maturity import MaturityRating, Scale
from hub.work import Work
from tests import makers


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.entry(work, kind=EntryKind.DESIGN)


def rate(work: Work, entry: Entry, scale: Scale = Scale.OLD, **given: Any) -> MaturityRating:
    assert entry.head is not None
    values = {"number": maturity.newest_number(work, entry, scale), **given}
    return maturity.rate(work, entry, entry.head, scale, **values)


def marks(*actual: int | None) -> dict[int, RatedCriterion]:
    return {at: RatedCriterion(actual=level) for at, level in enumerate(actual, 1)}


def test_the_lowest_criterion_decides(work: Work, entry: Entry) -> None:
    rating = rate(work, entry, marks=marks(3, 2, 4))
    assert (rating.actual, rating.rated_criteria, maturity.deciding(rating)) == (2, 3, [2])


def test_the_two_scales_stand_side_by_side_and_are_never_converted(work: Work, entry: Entry) -> None:
    rate(work, entry, Scale.OLD, actual=3)
    assert set(maturity.of(work, [entry.id])[entry.id]) == {Scale.OLD}
    rate(work, entry, Scale.NEW, actual=6, target=7)
    levels = maturity.of(work, [entry.id])[entry.id]
    assert (levels[Scale.OLD].actual, levels[Scale.NEW].actual, levels[Scale.NEW].target) == (3, 6, 7)


def test_a_rating_is_complete_only_with_all_criteria(work: Work, entry: Entry) -> None:
    rate(work, entry, marks=marks(*[3] * 9))
    assert not maturity.of(work, [entry.id])[entry.id][Scale.OLD].complete
    rate(work, entry, marks=marks(*[3] * 10))
    assert maturity.of(work, [entry.id])[entry.id][Scale.OLD].complete


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({}, "actual", "maturity_empty"),
        ({"actual": 5}, "actual", "not_a_level"),
        ({"marks": marks(5)}, "actual-1", "not_a_level"),
        ({"marks": marks(2), "actual": 3}, "actual", "maturity_twice"),
        ({"actual": 3, "target": 2}, "target", "target_below"),
        ({"marks": {1: RatedCriterion(actual=3, target=1)}}, "target-1", "target_below"),
        ({"actual": 1, "rated_on": date(2999, 1, 1)}, "rated_on", "date_in_future"),
    ],
)
def test_nonsense_is_refused_at_its_field(
    work: Work, entry: Entry, wrong: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as error:
        rate(work, entry, **wrong)
    assert dict(error.value.fields) == {field: code}
    assert maturity.ratings(work, entry, Scale.OLD) == []


def test_a_criterion_the_scale_does_not_have_is_not_found(work: Work, entry: Entry) -> None:
    with pytest.raises(NotFound):
        rate(work, entry, marks={11: RatedCriterion(actual=1)})
    rate(work, entry, Scale.NEW, marks={11: RatedCriterion(actual=1)})


def test_a_new_rating_leaves_the_old_ones_as_they_were(work: Work, entry: Entry) -> None:
    rate(work, entry, actual=1, note="Erste Aufnahme")
    rate(work, entry, marks={1: RatedCriterion(actual=2, evidence="Onlinedienst live", link="https://stadt.example/x")})
    found = maturity.ratings(work, entry, Scale.OLD)
    assert [(row.number, row.actual, row.note) for row in found] == [(2, 2, ""), (1, 1, "Erste Aufnahme")]
    assert [(mark.evidence, mark.link) for mark in found[0].marks] == [("Onlinedienst live", "https://stadt.example/x")]


def test_a_rating_for_an_earlier_day_does_not_become_the_level_of_today(work: Work, entry: Entry) -> None:
    rate(work, entry, actual=3)
    rate(work, entry, actual=1, rated_on=work.now.date() - timedelta(days=400))
    assert maturity.of(work, [entry.id])[entry.id][Scale.OLD].actual == 3
    assert [row.actual for row in maturity.ratings(work, entry, Scale.OLD)] == [3, 1]


def test_two_people_cannot_rate_over_each_other(work: Work, entry: Entry) -> None:
    rate(work, entry, actual=1)
    with pytest.raises(Conflict, match="rated_meanwhile"):
        rate(work, entry, number=0, actual=2)


def test_a_reader_or_another_city_does_not_rate(work: Work, entry: Entry) -> None:
    with pytest.raises(Forbidden):
        rate(makers.as_person(work, "modellierung@fulda.example"), entry, actual=1)


def test_the_comparison_of_cities_holds_only_what_one_may_read(work: Work) -> None:
    mine = makers.entry(work, service="Hundesteuer", title="Unseres")
    shared = makers.entry(work, owner="fulda", service="Hundesteuer", title="Geteilt")
    hidden = makers.entry(work, owner="fulda", service="Hundesteuer", title="Verborgen", visibility="city")
    for entry in (mine, shared, hidden):
        rate(makers.as_hub(work), entry, actual=2)
    assert [row.entry.title for row in maturity.cities(work, mine)] == ["Geteilt", "Unseres"]


def test_criteria_are_numbered_until_the_coordination_names_them_with_a_source(work: Work) -> None:
    office = makers.as_person(work, "koordination@ikz.example")
    assert [row.name for row in maturity.criteria(work, Scale.NEW)] == [""] * 13
    with pytest.raises(Forbidden):
        maturity.name_criteria(work, Scale.NEW, {1: NameCriterion(name="Zugang")})
    assert maturity.name_criteria(office, Scale.NEW, {1: NameCriterion(name="Zugang"), 2: NameCriterion()}) == 1
    first = maturity.criteria(work, Scale.NEW)[0]
    assert (first.name, first.official) == ("Zugang", False)
    named = NameCriterion(name="Zugang", source="Leitfaden, Abschnitt 2", revision=first.revision)
    maturity.name_criteria(office, Scale.NEW, {1: named})
    assert maturity.criteria(work, Scale.NEW)[0].official


def test_two_coordinators_cannot_name_over_each_other(work: Work) -> None:
    office = makers.as_person(work, "koordination@ikz.example")
    maturity.name_criteria(office, Scale.OLD, {1: NameCriterion(name="Zugang")})
    with pytest.raises(Conflict, match="criteria_changed"):
        maturity.name_criteria(office, Scale.OLD, {1: NameCriterion(name="Eingang")})
    with pytest.raises(NotFound):
        maturity.name_criteria(office, Scale.OLD, {11: NameCriterion(name="Zu viel")})


def test_the_database_refuses_a_level_outside_the_scale(hub_work: Work) -> None:
    entry = makers.entry(hub_work)
    rating = rate(hub_work, entry, actual=4)
    rating.actual = 5
    with pytest.raises(IntegrityError), hub_work.session.begin_nested():
        hub_work.session.flush()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    levels=st.dictionaries(st.integers(1, 13), st.integers(0, 7), min_size=1, max_size=13),
    days=st.lists(st.integers(0, 30), min_size=1, max_size=4),
)
def test_whatever_is_rated_the_level_of_today_is_the_lowest_of_the_latest_day(
    work: Work, levels: dict[int, int], days: list[int]
) -> None:
    with work.session.begin_nested() as nested:
        entry = makers.entry(work)
        for step, ago in enumerate(days):
            given_marks = {at: RatedCriterion(actual=min(7, level + step)) for at, level in levels.items()}
            rate(work, entry, Scale.NEW, marks=given_marks, rated_on=work.now.date() - timedelta(days=ago))
        rows = list(work.session.scalars(select(MaturityRating).where(MaturityRating.entry_id == entry.id)))
        latest = max(rows, key=lambda row: (row.rated_on, row.number))
        level = maturity.of(work, [entry.id])[entry.id][Scale.NEW]
        assert level.rating_id == latest.id
        assert level.actual == min(mark.actual for mark in latest.marks if mark.actual is not None)
        nested.rollback()
