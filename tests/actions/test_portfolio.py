"""The portfolio and the landscape: right numbers, and only those the reader may read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.actions import landscape, portfolio, renderings, services
from hub.actions.portfolio import Wanted
from hub.inputs.services import NewService
from hub.store.entries import Entry, Version
from hub.store.findings import MediaFinding, MediaNumbers, Standing
from hub.store.maturity import MaturityLevel, MaturityRating
from hub.work import Work
from tests import makers

DOG, MOVE = "99102013002000", "99115005104000"
CALLER = makers.bpmn().replace(
    b'<task id="step1" name="Anmeldung entgegennehmen">',
    b'<callActivity id="step1" name="Aufruf" calledElement="other">',
).replace(b"</task>", b"</callActivity>", 1)  # fmt: skip
CALLED = makers.bpmn("Zahlung einziehen").replace(b'<process id="process"', b'<process id="other"').replace(
    b'bpmnElement="process"', b'bpmnElement="other"'
)  # fmt: skip


@pytest.fixture(autouse=True)
def _catalogue(hub_work: Work) -> None:
    for key, name, field in ((DOG, "Hundesteuer", "Engagement & Hobby"), (MOVE, "Umzug", "Bauen & Wohnen")):
        services.add(hub_work, NewService(key=key, name=name, field=field, situation="Lage"))


def numbers(work: Work, version: Version | None, *, open_high: int, status: str = Standing.OPEN) -> None:
    assert version is not None
    work.session.merge(
        MediaNumbers(
            version_id=version.id, rules_version="1", computed_at=work.now, status=status, open_high=open_high,
            open_medium=0, open_note=0, justified_high=0, justified_medium=0, settled=0, hand_overs=4,
            broken_hand_overs=1, tasks=4, automated_tasks=1,
            confirmed_at=work.now if status == Standing.FREE else None,
        )
    )  # fmt: skip
    work.session.flush()


def rated(work: Work, entry: Entry, scale: str, actual: int, target: int) -> None:
    rating = MaturityRating(
        entry_id=entry.id, scale=scale, number=1, version_id=entry.head_id or 0, rated_on=work.now.date(),
        actual=actual, target=target, rated_criteria=1, created_at=work.now,
    )  # fmt: skip
    work.session.add(rating)
    work.session.flush()
    work.session.add(
        MaturityLevel(
            entry_id=entry.id,
            scale=scale,
            rating_id=rating.id,
            actual=actual,
            target=target,
            complete=True,
            rated_on=work.now.date(),
        )
    )
    work.session.flush()


def cell(work: Work, name: str, city: str) -> portfolio.Cell | None:
    found = portfolio.show(work, Wanted())
    line = next((line for line in found.lines if line.service.name == name), None)
    place = [row.slug for row in found.cities].index(city)
    return line.cells[place] if line else None


def test_a_cell_says_what_a_city_has_and_how_far_it_is(hub_work: Work):
    ist = makers.published(hub_work, makers.entry(hub_work, service_key=DOG, nature="ist"))
    soll = makers.entry(hub_work, service_key=DOG, nature="soll")
    numbers(hub_work, ist.head, open_high=5)
    numbers(hub_work, soll.head, open_high=0, status=Standing.FREE)
    rated(hub_work, soll, "1.1", 2, 4)
    rated(hub_work, soll, "2.0", 3, 7)
    found = cell(hub_work, "Hundesteuer", "marburg")
    assert found is not None
    assert (found.entry_count, found.state, found.free) == (2, "published", True)
    assert found.open_breaks == {"ist": 5, "soll": 0}
    assert found.maturity == {"1.1": (2, 4), "2.0": (3, 7)}
    assert cell(hub_work, "Hundesteuer", "fulda") is None
    assert cell(hub_work, "Umzug", "marburg") is None


@pytest.mark.parametrize(
    ("person", "visible", "state"),
    [
        ("modellierung@marburg.example", 3, "published"),
        ("modellierung@fulda.example", 2, "published"),
        ("foerderung@rp-giessen.example", 1, "published"),
        ("", 1, "published"),
    ],
)
def test_numbers_are_only_those_of_what_the_reader_may_read(hub_work: Work, person: str, visible: int, state: str):
    makers.entry(hub_work, service_key=DOG, visibility="city", title="Intern")
    shared = makers.entry(hub_work, service_key=DOG, visibility="ikz", title="Geteilt")
    public = makers.published(hub_work, makers.entry(hub_work, service_key=DOG, visibility="public", title="Offen"))
    released = public.published
    makers.version(hub_work, public, makers.bpmn("Geheimer Entwurf"))
    for version in (shared.head, public.head):
        numbers(hub_work, version, open_high=9)
    numbers(hub_work, released, open_high=1)
    for version in (shared.head, released):
        assert version is not None
        hub_work.session.add(
            MediaFinding(
                version_id=version.id, position=0, bpmn_id="step1", element_key="k", rule="MB-03", severity="H",
                text="x",
                text_digest="0" * 64, origin="name",
            )
        )  # fmt: skip
    rated(hub_work, shared, "2.0", 4, 7)
    reader = makers.as_person(hub_work, person)
    marburg = makers.organisation(hub_work, "marburg").id
    found = cell(reader, "Hundesteuer", "marburg")
    assert found is not None
    assert found.entry_count == visible
    assert found.maturity == ({"2.0": (4, 7)} if visible > 1 else {})
    assert found.open_breaks == ({"": 9} if visible > 1 else {"": 1})
    assert sum(number for _city, _state, number in portfolio.by_state(reader)) == visible
    assert landscape.by_field(reader) == [("Engagement & Hobby", marburg, 1)]
    assert [(area.name, area.service_count) for area in landscape.areas(reader)] == [("Engagement & Hobby", 1)]
    (share,) = portfolio.shares(reader)
    assert share.entry_count == visible
    # Insiders see the draft of the public entry, in which nothing was found yet.
    assert portfolio.by_rule(reader) == [("MB-03", marburg, 1)]
    assert portfolio.months(reader)[-1].versions == (visible + 1 if visible > 1 else 1)


def test_a_rating_of_a_draft_is_not_told_outside(hub_work: Work):
    public = makers.published(hub_work, makers.entry(hub_work, service_key=DOG, visibility="public"))
    makers.version(hub_work, public, makers.bpmn("Entwurf"))
    rated(hub_work, public, "2.0", 5, 7)
    guest = cell(makers.as_person(hub_work, ""), "Hundesteuer", "marburg")
    insider = cell(makers.as_person(hub_work, "modellierung@fulda.example"), "Hundesteuer", "marburg")
    assert guest is not None
    assert insider is not None
    assert (guest.maturity, insider.maturity) == ({}, {"2.0": (5, 7)})


def test_filters_narrow_the_portfolio(hub_work: Work):
    dog = makers.published(hub_work, makers.entry(hub_work, service_key=DOG))
    move = makers.entry(hub_work, service_key=MOVE)
    numbers(hub_work, dog.head, open_high=0, status=Standing.FREE)
    numbers(hub_work, move.head, open_high=3)
    for wanted, names in (
        (Wanted(), ["Hundesteuer", "Umzug"]),
        (Wanted(text="hunde"), ["Hundesteuer"]),
        (Wanted(field="Bauen & Wohnen"), ["Umzug"]),
        (Wanted(state="published"), ["Hundesteuer"]),
        (Wanted(state="draft"), ["Umzug"]),
        (Wanted(media="open"), ["Umzug"]),
        (Wanted(media="free"), ["Hundesteuer"]),
        (Wanted(page=99), ["Hundesteuer", "Umzug"]),
    ):
        assert [line.service.name for line in portfolio.show(hub_work, wanted).lines] == names


def test_shares_are_of_what_can_be_counted(hub_work: Work):
    one = makers.published(hub_work, makers.entry(hub_work, service_key=DOG))
    makers.entry(hub_work, service_key=MOVE)
    numbers(hub_work, one.head, open_high=0)
    (share,) = portfolio.shares(hub_work)
    assert (share.entry_count, share.service_count) == (2, 2)
    assert (share.published, share.unbroken, share.automated) == (0.5, 1.0, 0.25)


def test_months_have_no_gaps_and_services_stay_digital(hub_work: Work):
    entry = makers.entry(hub_work, service_key=DOG)
    first, second = entry.head, makers.version(hub_work, entry, makers.bpmn("Neu"))
    assert first is not None
    first.created_at = datetime(2026, 1, 15, tzinfo=UTC)
    second.created_at = datetime(2026, 3, 15, tzinfo=UTC)
    numbers(hub_work, second, open_high=0, status=Standing.FREE)
    hub_work.session.get_one(MediaNumbers, second.id).confirmed_at = datetime(2026, 3, 20, tzinfo=UTC)
    hub_work.session.flush()
    now = replace(hub_work, now=datetime(2026, 4, 1, tzinfo=UTC))
    told = [(month.name, month.versions, month.digital_services) for month in portfolio.months(now)]
    assert told == [("01/2026", 1, 0), ("02/2026", 0, 0), ("03/2026", 1, 1), ("04/2026", 0, 1)]


def rendered(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    renderings.keep(work, entry.head.blob_sha256, renderings.missing(work, entry.head.blob_sha256))
    work.session.flush()


def test_a_call_leads_to_the_entry_that_holds_the_called_process(hub_work: Work):
    caller = makers.entry(hub_work, CALLER, title="Hund anmelden")
    callee = makers.entry(hub_work, CALLED, title="Zahlung", visibility="city")
    for entry in (caller, callee):
        rendered(hub_work, entry)
    (call,) = landscape.calls(hub_work)
    assert (call.caller, call.activity, call.called, list(call.callees)) == (caller, "Aufruf", "other", [callee])
    (outside,) = landscape.calls(makers.as_person(hub_work, "modellierung@fulda.example"))
    assert list(outside.callees) == []
