"""The efficiency ledger, recomputed by hand: sums to the cent, nothing twice, rules with their reasons."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from hub.actions import efficiency, grants
from hub.actions.efficiency import Figures, Sum, Wanted
from hub.errors import Conflict, Forbidden, Invalid
from hub.inputs.funding import EditLedgerRow
from hub.store.efficiency import LedgerRow
from hub.store.funding import Grant
from hub.store.services import Service
from hub.work import Work
from tests import makers
from tests.actions.test_grants import OWNER, facts, programme

GIVEN = {
    "organisation": "marburg",
    "service": "Hundesteuer",
    "year": "2026",
    "cases": "3100",
    "minutes_before": "28,5",
    "minutes_after": "11",
    "hourly_rate": "58,00",
    "material_before": "1,90",
    "material_after": "0,10",
    "running_after": "4.200,00",
    "low": "80",
    "high": "110",
    "source_cases": "Fachverfahren",
    "source_minutes": "Zeitaufnahme",
    "source_rate": "Satzung",
}


def row(**given_: object) -> EditLedgerRow:
    return EditLedgerRow.model_validate({**GIVEN, **given_})


@pytest.fixture
def ledger(hub_work: Work) -> Work:
    """Return work of a process owner of Marburg, with services to keep figures of."""
    for name in ("Hundesteuer", "Wohngeld", "Gewerbe"):
        hub_work.session.add(Service(name=name))
    hub_work.session.flush()
    return makers.as_person(hub_work, OWNER)


def test_a_year_is_computed_as_by_hand(ledger: Work) -> None:
    made = efficiency.save(ledger, row())
    # 3100 x (28.5 min x 58.00 EUR / 60 + 1.90 EUR) = 3100 x 29.45 EUR = 91,295.00 EUR
    assert made.cost_before == 9_129_500
    # 3100 x (11 min x 58.00 EUR / 60 + 0.10 EUR) + 4,200 EUR = 32,963.33 + 310 + 4,200 = 37,473.33 EUR
    assert made.cost_after == 3_747_333
    found = efficiency.sums(ledger)["2026"]
    assert found.saving == 5_382_167
    assert round(float(found.percent or 0), 2) == 58.95
    assert (found.low, found.high) == (4_305_733, 5_920_383)


def test_a_second_row_of_the_same_city_service_and_year_is_refused(ledger: Work) -> None:
    first = efficiency.save(ledger, row())
    with pytest.raises(Invalid, match="ledger_twice"):
        efficiency.save(ledger, row(cases="1"))
    second = efficiency.save(ledger, row(year="2027"))
    with pytest.raises(Invalid, match="ledger_twice"):
        efficiency.save(ledger, row(revision=second.revision), second.id)
    efficiency.save(ledger, row(revision=first.revision, cases="10"), first.id)
    with pytest.raises(Conflict, match="ledger_moved_on"):
        efficiency.save(ledger, row(revision=1, cases="11"), first.id)


def test_other_cities_figures_are_read_but_not_kept(ledger: Work, hub_work: Work) -> None:
    made = efficiency.save(ledger, row())
    fulda = makers.as_person(hub_work, "modellierung@fulda.example")
    assert efficiency.find(fulda, made.id) is made
    with pytest.raises(Forbidden):
        efficiency.save(fulda, row(revision=made.revision, organisation="fulda"), made.id)
    with pytest.raises(Forbidden):
        efficiency.listing(makers.as_person(hub_work, "foerderung@rp-giessen.example"))


AMOUNTS = st.integers(min_value=0, max_value=10_000)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["marburg", "fulda", "ikz"]), st.sampled_from(["Hundesteuer", "Wohngeld", "Gewerbe"]),
        st.integers(min_value=2024, max_value=2027), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS,
    ),
    max_size=12,
    unique_by=lambda made: made[:3],
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_every_cut_of_the_ledger_adds_up_to_the_same_sum(
    ledger: Work, hub_work: Work, made: list[tuple[str, str, int, int, int, int, int, int]]
) -> None:
    hub_work.session.execute(delete(LedgerRow))
    expected = [0, 0, 0]
    for city, service, year, cases, before, after, rate, once in made:
        efficiency.save(
            hub_work,
            row(
                organisation=city, service=service, year=year, cases=cases, minutes_before=before, minutes_after=after,
                hourly_rate=rate, once_saved=once, material_before="0", material_after="0", running_after="0",
            ),
        )  # fmt: skip
        for at, minutes in ((0, before), (1, after)):
            expected[at] += int(Fraction(cases * minutes * rate, 6000) + Fraction(1, 2))
        expected[2] += once
    for by in ("year", "organisation", "service"):
        total = efficiency.total(efficiency.sums(hub_work, by=by).values())
        assert [total.before, total.after, total.once, total.rows] == [*expected, len(made)]
    parts = [efficiency.total(efficiency.sums(hub_work, Wanted(organisation=city)).values()) for city in
             ("marburg", "fulda", "ikz", "wetzlar")]  # fmt: skip
    assert efficiency.total(parts).saving == expected[0] - expected[1]


@pytest.fixture
def grant(hub_work: Work, ledger: Work) -> Grant:
    programme(hub_work)
    made = grants.create(ledger, facts(purpose_end="2031-02-01"))
    made.programme.least_partners, made.programme.least_years, made.programme.least_saving = 3, 5, 15
    return made


def colours(grant: Grant, by_year: dict[str, Sum], today: date = date(2026, 6, 1)) -> dict[str, tuple[str, str]]:
    return {light.rule: (light.colour, light.code) for light in efficiency.lights(grant, by_year, today)}


@pytest.mark.parametrize(
    ("after", "low", "expected"),
    [
        (8500, 1500, ("green", "met")),
        (8500, 1499, ("yellow", "unsure")),
        (8501, 1499, ("red", "missed")),
        (12000, -3000, ("red", "missed")),
    ],
)
def test_the_saving_is_green_only_if_its_lower_end_reaches_the_rule(
    grant: Grant, after: int, low: int, expected: tuple[str, str]
) -> None:
    years = {"2026": Sum(10_000, after, 0, low, 2000, 1), "2027": Sum(10_000, 1000, 0, 9000, 9000, 1)}
    assert colours(grant, years)["saving"] == expected


def test_without_figures_the_light_is_grey_and_two_partners_are_too_few(grant: Grant) -> None:
    assert colours(grant, {}) == {
        "partners": ("red", "missed"),
        "years": ("yellow", "agreed"),
        "saving": ("grey", "no_figures"),
    }
    assert colours(grant, {}, date(2031, 3, 1))["years"] == ("green", "met")
    grant.purpose_end = date(2029, 1, 31)
    assert colours(grant, {})["years"] == ("red", "missed")


def test_only_rows_credited_to_the_grant_count_for_it(ledger: Work, grant: Grant) -> None:
    efficiency.save(ledger, row(grant=grant.slug))
    efficiency.save(ledger, row(service="Wohngeld"))
    rows, by_year = efficiency.of_grant(ledger, grant)
    assert (len(rows), by_year["2026"].saving) == (1, 5_382_167)
    with pytest.raises(Invalid, match="not_a_partner"):
        efficiency.save(makers.as_hub(ledger), row(grant=grant.slug, organisation="wetzlar"))


def test_assumptions_change_the_answer_and_nothing_else(ledger: Work) -> None:
    made = efficiency.save(ledger, row())
    tried = efficiency.what_if([made], cases=50, time=100, rate=6000)
    assert tried.before == Figures(1550, 2850, 1100, 6000, 190, 10, 420_000).cost_before() == 4_712_000
    assert made.cost_before == 9_129_500
