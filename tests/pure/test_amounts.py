"""Amounts and days as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.inputs.funding import EditResult, cents
from hub.inputs.refusals import code as code_of


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("100.000,00 €", 10_000_000),
        ("100.000,00\u00a0EUR", 10_000_000),
        ("100000", 10_000_000),
        ("1234,5", 123_450),
        ("1234.50", 123_450),
        ("1.234", 123_400),
        ("0,01", 1),
        ("-12,30", -1230),
        ("\u221212,30", -1230),
        ("", 0),
        ("  ", 0),
    ],
)
def test_an_amount_is_read_the_way_people_write_it(typed: str, amount: int) -> None:
    assert cents(typed) == amount


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("zehn", "money"),
        ("1,2,3", "money"),
        ("1.23.456,00", "money"),
        ("10,005", "money_cents"),
        ("NaN", "money"),
        ("1e9", "money"),
        ("999999999999999,00", "money"),
        ("9" * 40, "money"),
        ("1." * 40, "money"),
        ("1.234,5" + "0" * 30, "money"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        cents(typed)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_no_cent_is_lost_between_showing_and_reading(amount: int) -> None:
    euros, rest = divmod(abs(amount), 100)
    sign = "-" if amount < 0 else ""
    assert cents(f"{sign}{euros:,}".replace(",", ".") + f",{rest:02}") == amount
    assert cents(f"{sign}{euros}.{rest:02}") == amount


@pytest.mark.parametrize(("typed", "day"), [("2026-06-30", date(2026, 6, 30)), ("30.06.2026", date(2026, 6, 30))])
def test_a_day_may_be_typed_in_both_ways(typed: str, day: date) -> None:
    assert EditResult(title="x", organisation="marburg", due=typed).due == day


@pytest.mark.parametrize(("typed", "code"), [("31.02.2026", "day"), ("gestern", "day"), ("30.06.0026", "day_far")])
def test_a_day_that_is_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        EditResult(title="x", organisation="marburg", due=typed)
    assert code_of(dict(error.value.errors()[0])) == code


def test_a_share_below_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="money_negative"):
        EditResult(title="x", organisation="marburg", share="-1,00")
