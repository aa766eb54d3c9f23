"""Every city fills the slots of a shared text; nothing is lost, and the text itself is never touched."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.actions import entries, local_values
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.local_values import DefineSlot, FillSlot
from hub.store.entries import EntryKind
from hub.work import Work
from tests import makers

TEXT = b"# Hund anmelden\n\n## Zahlung\n\nEs kostet {{gebuehr}} nach {{satzung}}.\n"


def _entry(work: Work, **given: str):
    return makers.entry(work, TEXT, kind=EntryKind.DESIGN, **given)


def _define(work: Work, entry, name: str = "gebuehr", **given):
    shape = {"name": name, "kind": "fee", "label": "Gebühr", "required": True, **given}
    return local_values.define(work, entry, DefineSlot.model_validate(shape))


def _fill(work: Work, entry, value: str, **given):
    shape = {"organisation": "marburg", "slot": "gebuehr", "value": value, **given}
    return local_values.fill(work, entry, FillSlot.model_validate(shape))


def _text(work: Work, entry, wanted: str = "") -> str:
    shown = entries.current(work, entry)
    found = local_values.filling(work, entry, shown, wanted)
    return local_values.filled_source(work, entry, shown, found.values).decode().split("\n")[4]


def test_each_city_reads_its_own_value_and_the_file_stays_as_it_is(work: Work):
    entry = _entry(work)
    before = entries.source(work, entry.head)
    _define(work, entry, unit="im Jahr")
    _fill(work, entry, "30 EUR")
    fulda = makers.as_person(work, "modellierung@fulda.example")
    _fill(fulda, entry, "45 EUR", organisation="fulda")
    assert _text(work, entry) == "Es kostet 30 EUR\u00a0im Jahr nach {{satzung}}."
    assert _text(fulda, entry) == "Es kostet 45 EUR\u00a0im Jahr nach {{satzung}}."
    assert _text(work, entry, "fulda") == _text(fulda, entry)
    assert _text(work, entry, "raw") == "Es kostet {{gebuehr}} nach {{satzung}}."
    assert entries.source(work, entry.head) == before


def test_a_city_without_a_value_reads_the_standard_or_the_placeholder(work: Work):
    entry = _entry(work)
    _define(work, entry)
    assert _text(work, entry) == "Es kostet {{gebuehr}} nach {{satzung}}."
    _define(work, entry, standard="gebührenfrei", revision=1)
    assert _text(work, entry) == "Es kostet gebührenfrei nach {{satzung}}."


def test_values_follow_each_other_and_none_is_lost(work: Work):
    entry = _entry(work)
    slot = _define(work, entry)
    _fill(work, entry, "30 EUR", legal_basis="§ 5")
    _fill(work, entry, "35 EUR", seen=1)
    _fill(work, entry, "", seen=2)
    rows = local_values.history(work, slot, makers.organisation(work, "marburg"))
    assert [(row.sequence, row.value) for row in rows] == [(3, ""), (2, "35 EUR"), (1, "30 EUR")]
    assert rows[2].author is not None
    assert "{{gebuehr}}" in _text(work, entry)


def test_two_colleagues_do_not_overwrite_each_other(work: Work):
    entry = _entry(work)
    _define(work, entry)
    _fill(work, entry, "30 EUR")
    with pytest.raises(Conflict) as refused:
        _fill(work, entry, "31 EUR")
    assert refused.value.code == "value_moved_on"
    with pytest.raises(Conflict):
        _define(work, entry, label="Anders")


def test_a_value_holds_from_its_day_on(work: Work):
    entry = _entry(work)
    _define(work, entry)
    _fill(work, entry, "30 EUR")
    _fill(work, entry, "40 EUR", valid_from=date(2030, 1, 1), seen=1)
    assert "30 EUR" in _text(work, entry)
    # New Year in Germany is an hour before New Year in UTC.
    late = replace(work, now=datetime(2029, 12, 31, 23, 30, tzinfo=UTC))
    assert "40 EUR" in _text(late, entry)
    (line,) = [row for row in local_values.lines(work, entry, entry.head) if row.name == "gebuehr"]
    (cell,) = line.cells.values()
    assert cell.coming is not None
    assert cell.coming.value == "40 EUR"


def test_a_later_row_for_an_earlier_day_does_not_win_over_what_holds(work: Work):
    entry = _entry(work)
    _define(work, entry)
    _fill(work, entry, "40 EUR", valid_from=date(2024, 1, 1))
    _fill(work, entry, "20 EUR", valid_from=date(2020, 1, 1), seen=1)
    assert "40 EUR" in _text(work, entry)


@pytest.mark.parametrize("value", ["teuer", "30 Dollar"])
def test_a_fee_must_be_an_amount(work: Work, value: str):
    entry = _entry(work)
    _define(work, entry)
    with pytest.raises(Invalid) as refused:
        _fill(work, entry, value)
    assert refused.value.fields == {"value": "slot_fee"}


def test_nobody_fills_in_for_another_city_or_describes_what_is_not_theirs(work: Work):
    entry = _entry(work)
    _define(work, entry)
    fulda = makers.as_person(work, "modellierung@fulda.example")
    with pytest.raises(Forbidden):
        _fill(fulda, entry, "1 EUR")
    with pytest.raises(Forbidden):
        _define(fulda, entry, "satzung")
    with pytest.raises(NotFound):
        _fill(work, entry, "x", slot="gibt-es-nicht")


def test_a_fork_uses_the_description_and_values_of_its_origin(work: Work):
    entry = _entry(work)
    _define(work, entry)
    fulda = makers.as_person(work, "modellierung@fulda.example")
    forked = entries.fork(
        fulda, entry, entry.head, makers.organisation(work, "fulda"), title="Hund", reason="Eigene Satzung"
    )
    _fill(fulda, forked, "45 EUR", organisation="fulda")
    assert "45 EUR" in _text(fulda, forked)
    assert "45 EUR" in _text(fulda, entry, "fulda")


def test_the_origin_stays_closed_to_those_who_may_not_read_it(work: Work):
    entry = _entry(work, visibility="ikz")
    _define(work, entry)
    fulda = makers.as_person(work, "modellierung@fulda.example")
    forked = entries.fork(fulda, entry, entry.head, makers.organisation(work, "fulda"), title="Hund", reason="Satzung")
    entry.visibility = "city"
    work.session.flush()
    assert local_values.described(fulda, forked) == {}
    assert set(local_values.described(work, entry)) == {"gebuehr"}


def test_what_is_missing_waits_for_the_city_that_began(work: Work):
    entry = _entry(work)
    _define(work, entry)
    _define(work, entry, "satzung", kind="by_law", label="Satzung")
    fulda = makers.as_person(work, "modellierung@fulda.example")
    assert [row.detail for row in local_values.waiting(work)] == ["Gebühr, Satzung"]
    assert local_values.waiting(fulda) == []
    _fill(fulda, entry, "45 EUR", organisation="fulda")
    assert [(row.kind, row.detail) for row in local_values.waiting(fulda)] == [("slot.missing", "Satzung")]


def test_the_table_goes_into_a_spreadsheet_without_becoming_a_formula(work: Work):
    entry = _entry(work)
    _define(work, entry, kind="text")
    _fill(work, entry, "=1+1")
    lines = local_values.write_csv(*local_values.table(work, entry, entry.head)).decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Platzhalter;Bezeichnung;Einheit;Standard;Fulda;")
    assert "'=1+1" in lines[1]
    assert lines[2].startswith("satzung;;;")


def test_the_words_of_a_model_are_filled_in_too(work: Work):
    entry = makers.entry(work, makers.bpmn("Gebühr {{gebuehr}} einziehen"))
    _define(work, entry)
    _fill(work, entry, "30 €")
    shown = entries.current(work, entry)
    found = local_values.filling(work, entry, shown)
    assert b"Geb\xc3\xbchr 30 &#8364; einziehen" in local_values.filled_source(work, entry, shown, found.values)
