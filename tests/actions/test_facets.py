"""What one filters by follows what people decide, without a new version, and leaks no grant."""

from datetime import date

import pytest
from sqlalchemy import select

from hub.actions import facets, finding
from hub.store.entries import Entry, EntryKind
from hub.store.findings import MediaNumbers, Standing
from hub.store.funding import Evidence, Grant, Programme, Result
from hub.store.maturity import MaturityLevel, MaturityRating
from hub.work import Work
from tests import makers


def counts(work: Work, facet: str, **chosen: str) -> dict[str, int]:
    filters = {name: frozenset({value}) for name, value in chosen.items()}
    return finding.find(work, "", filters=filters, sort="updated", page=1).result.facets.get(facet, {})


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.entry(work, title="Hundesteuer anmelden", service="Hundesteuer", visibility="ikz")


def test_the_status_of_media_breaks_is_filtered_on(work: Work, entry: Entry) -> None:
    numbers = work.session.scalar(select(MediaNumbers).where(MediaNumbers.version_id == entry.head_id))
    if numbers is None:
        values = dict.fromkeys(
            ("open_high", "open_medium", "open_note", "justified_high", "justified_medium", "settled", "hand_overs",
             "broken_hand_overs", "tasks", "automated_tasks"), 0,
        )  # fmt: skip
        numbers = MediaNumbers(version_id=entry.head_id, rules_version="test", computed_at=work.now, **values)
        work.session.add(numbers)
    numbers.status = Standing.FREE
    facets.refile(work, [entry.id])
    assert counts(work, "media") == {"free": 1}
    assert (
        finding.find(work, "Hund", filters={"media": frozenset({"open"})}, sort="relevance", page=1).result.total == 0
    )


def test_the_maturity_is_filtered_on(work: Work, entry: Entry) -> None:
    rating = MaturityRating(
        entry_id=entry.id, scale="2.0", number=1, version_id=entry.head_id or 0, rated_on=date(2026, 1, 1), actual=4,
        rated_criteria=13, created_at=work.now,
    )  # fmt: skip
    work.session.add(rating)
    work.session.flush()
    work.session.add(
        MaturityLevel(entry_id=entry.id, scale="2.0", rating_id=rating.id, actual=4, complete=True,
                      rated_on=date(2026, 1, 1))
    )  # fmt: skip
    facets.refile(work, [entry.id])
    assert counts(work, "maturity") == {"2.0-4": 1}


def test_basic_services_of_a_design_are_filtered_on(work: Work) -> None:
    design = b"# Hundesteuer online\n\nBasisdienste: BundID, ePayBL\n\n## Zielbild\n\nAlles online."
    makers.entry(work, design, kind=EntryKind.DESIGN, title="Hundesteuer online")
    assert counts(work, "basic") == {"BundID": 1, "ePayBL": 1}


@pytest.fixture
def grant(work: Work, entry: Entry) -> Grant:
    programme = Programme(slug="p", name="Programm", funder="Land", created_at=work.now)
    city = makers.organisation(work, "marburg")
    paid = Grant(slug="v", title="Vorhaben", programme=programme, organisation_id=city.id, created_at=work.now,
                 updated_at=work.now)  # fmt: skip
    result = Result(grant=paid, position=1, title="Ergebnis", organisation_id=city.id)
    work.session.add_all([programme, paid, result])
    work.session.flush()
    work.session.add(Evidence(result_id=result.id, version_id=entry.head_id or 0, sha256="0" * 64, added_at=work.now))
    facets.refile(work, [entry.id])
    return paid


@pytest.mark.usefixtures("grant")
def test_a_grant_is_counted_for_those_who_may_read_it(work: Work) -> None:
    assert counts(work, "grant") == {"v": 1}
    assert finding.find(work, "", filters={"grant": frozenset({"v"})}, sort="updated", page=1).result.total == 1


@pytest.mark.usefixtures("grant")
def test_nobody_else_learns_of_a_grant_from_filters(work: Work) -> None:
    stranger = makers.as_person(work, "modellierung@fulda.example")
    assert counts(stranger, "grant") == {}
    assert finding.find(stranger, "", filters={"grant": frozenset({"v"})}, sort="updated", page=1).result.total == 0
