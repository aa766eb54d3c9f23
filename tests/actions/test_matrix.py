"""The matrix of cities and the register of deviations: who does which step how, and why."""

from datetime import timedelta

import pytest

from hub.actions import deviations, entries, inbox, matrix
from hub.errors import Forbidden, Invalid, NotFound
from hub.store.entries import Entry, EntryKind
from hub.work import Work
from tests import makers
from tests.proposing import BASE, FULDA, changed, forked
from tests.timing import takes_less_than


@pytest.fixture
def fulda(work: Work) -> Work:
    """Return work of a modeller of Fulda."""
    return makers.as_person(work, FULDA)


@pytest.fixture
def origin(work: Work) -> Entry:
    """Return an entry of Marburg."""
    return makers.entry(work, BASE, title="Hundesteuer")


def states(found: matrix.Matrix) -> dict[str, list[str]]:
    """Return step → state in every column."""
    return {row.step.name: [cell.state for cell in row.cells] for _, rows in found.groups for row in rows}


def test_every_step_says_for_every_city_whether_it_is_same_changed_missing_or_extra(work: Work, origin: Entry):
    fulda, giessen = forked(work, origin, "fulda"), forked(work, origin, "giessen")
    makers.version(work, fulda, changed(BASE, ("Antrag prüfen", "Antrag in Fulda prüfen")))
    makers.version(work, giessen, makers.bpmn("Antrag prüfen", note="Alt").replace(b'"end"', b'"end"'))
    makers.version(work, giessen, makers.bpmn("Antrag prüfen", "Bescheid erlassen", "Akte anlegen", note="Alt"))
    found = matrix.build(work, origin)
    assert [column.entry.organisation.slug for column in found.columns] == ["fulda", "giessen"]
    assert states(found) == {
        "Anmeldung eingegangen": ["same", "same"],
        "Antrag prüfen": ["changed", "same"],
        "Bescheid erlassen": ["same", "same"],
        "Akte anlegen": ["", "extra"],
        "Steuer festgesetzt": ["same", "same"],
    }
    assert [column.share for column in found.columns] == [75, 80]


def test_a_step_that_is_gone_is_missing(work: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, makers.bpmn("Antrag prüfen", note="Alt"))
    assert states(matrix.build(work, origin))["Bescheid erlassen"] == ["missing"]


def test_the_reason_stands_in_the_cell_and_the_forks_reason_otherwise(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag in Fulda prüfen")))
    (line,) = deviations.of(fulda, fork).lines

    def reason() -> str:
        rows = [row for _, rows in matrix.build(work, origin).groups for row in rows]
        return next(row.cells[0].reason for row in rows if row.step.name == "Antrag prüfen")

    assert reason() == "Eigene Satzung"
    deviations.record(fulda, fork, line.change, reason="Zwei Ämter", owner="Steueramt")
    assert reason() == "Zwei Ämter"


def test_who_models_the_same_service_independently_is_compared_too(work: Work, origin: Entry):
    makers.entry(work, BASE, owner="wetzlar", title="Eigenes", service="Hundesteuer")
    origin.service = makers.entry(work, BASE, title="x", service="Hundesteuer").service
    work.session.flush()
    found = matrix.build(work, origin)
    assert [(column.entry.organisation.slug, column.forked) for column in found.columns] == [("wetzlar", False)]
    assert "Wetzlar" not in found.without
    assert "Limburg" in found.without
    assert matrix.reference(work, origin.service_id or 0).service_id == origin.service_id


def test_what_may_not_be_read_is_no_column(work: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    fork.visibility = "city"
    work.session.flush()
    found = matrix.build(work, origin)
    assert found.columns == []
    assert "Fulda" in found.without
    assert origin.organisation.short_name not in found.without


def test_designs_have_no_matrix(work: Work):
    with pytest.raises(NotFound):
        matrix.build(work, makers.entry(work, kind=EntryKind.DESIGN))


def test_five_cities_with_sixty_steps_take_less_than_a_second(work: Work):
    steps = [f"Schritt {number}" for number in range(60)]
    origin = makers.entry(work, makers.bpmn(*steps), title="Lang")
    for at, city in enumerate(("fulda", "giessen", "wetzlar", "limburg")):
        own = [f"{step} anders" if number % (at + 3) == 0 else step for number, step in enumerate(steps)]
        makers.version(work, forked(work, origin, city), makers.bpmn(*own))
    assert takes_less_than(1, lambda: matrix.build(work, origin))
    found = matrix.build(work, origin)
    assert found.step_count == 62


def test_every_deviation_is_listed_with_what_was_declined(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    (item,) = inbox.one(fulda, fork).review.items
    inbox.decline(fulda, fork, item.change, "Satzung")
    found = deviations.of(fulda, fork)
    assert sorted(line.kind for line in found.lines) == ["declined", "own"]
    assert [row.entry for row in deviations.register(work, city="fulda").rows] == [fork]
    only = deviations.register(work, show="unexplained").rows
    assert [[line.kind for line in row.lines] for row in only] == [["own"]]


def test_an_expired_deviation_is_overdue_and_waits_for_the_city(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    (line,) = deviations.of(fulda, fork).lines
    past = deviations.today(work) - timedelta(days=1)
    row = deviations.record(fulda, fork, line.change, reason="Bis zur neuen Satzung", expires_on=past)
    assert deviations.overdue(work, row)
    assert [found.entry for found in deviations.waiting(fulda)] == [fork]
    assert deviations.waiting(work) == []
    assert [row.entry for row in deviations.register(work, show="overdue").rows] == [fork]
    deviations.record(fulda, fork, line.change, reason="Verlängert", expires_on=deviations.today(work))
    assert deviations.waiting(fulda) == []


def test_deviations_are_explained_by_the_own_city_with_a_reason(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    (line,) = deviations.of(work, fork).lines
    with pytest.raises(Forbidden):
        deviations.record(work, fork, line.change, reason="Fremd")
    with pytest.raises(Invalid):
        deviations.record(fulda, fork, line.change, reason=" ")
    with pytest.raises(Invalid):
        deviations.record(fulda, fork, "0" * 64, reason="Grund")


def test_an_original_has_no_deviations(work: Work, origin: Entry):
    with pytest.raises(NotFound):
        deviations.of(work, origin)
    assert entries.current(work, origin) is origin.head
