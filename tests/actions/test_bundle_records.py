"""What people did with an entry beside its versions travels in bundles: decisions, ratings, values, proposals, log."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hub.actions import (
    bundle_records,
    deciding,
    deviations,
    entries,
    findings,
    local_values,
    maturity,
    proposal_lists,
    proposals,
)
from hub.errors import NotFound
from hub.inputs.maturity import RatedCriterion
from hub.store.entries import EntryKind
from hub.store.maturity import MaturityLevel, Scale
from tests import bundles as made
from tests import makers
from tests.actions.test_findings import PAPER, decide
from tests.actions.test_local_values import TEXT, _define, _fill
from tests.clients import writing
from tests.conftest import open_copy

FULDA = "modellierung@fulda.example"
MARBURG = "modellierung@marburg.example"
TITLE = "Hundesteuer festsetzen"
Spoil = Callable[[dict[str, Any]], None]
SPOILT: list[tuple[Spoil, str]] = [
    (lambda told: told["decisions"][0].update(legal_basis=""), "ohne Rechtsgrundlage"),
    (lambda told: told["ratings"][0].update(actual=6), "außerhalb seiner Skala"),
    (lambda told: told["decisions"][0].update(version=99), "Version, die das Paket nicht nennt"),
    (lambda told: told["proposals"][0].update(theirs=None), "sagt nicht, was er anbietet"),
    (lambda told: told["log"][0].update(kind="<b>"), "ist nicht lesbar"),
]
ORIGIN, FORK = "hundesteuer-festsetzen", "hundesteuer-fulda"


@pytest.fixture
def here(app: Flask) -> Flask:
    """Return a hub in which an origin and its fork have been worked on in every way."""
    with writing(app) as work:
        people = {email: makers.as_person(work, email) for email in (FULDA, MARBURG)}
        marburg, fulda = people[MARBURG], people[FULDA]
        origin = makers.entry(work, PAPER, owner="marburg", title=TITLE)
        decide(marburg, origin, "justified", reason="Vordruck des Landes")
        assert origin.head is not None
        mark = RatedCriterion(actual=2, target=3, evidence="Im Portal gesehen", link="https://example.org/portal")
        maturity.rate(marburg, origin, origin.head, Scale.OLD, number=0, marks={1: mark}, note="Erste Sicht")
        owner = makers.organisation(work, "fulda")
        fork = entries.fork(fulda, origin, origin.head, owner, title="Hundesteuer Fulda", reason="Eigene Satzung")
        makers.version(work, fork, PAPER.replace(b"Angaben pr", b"Alle Angaben pr"))
        sent = proposals.between(fulda, fork, origin, title="Bitte übernehmen")
        proposals.send(fulda, sent)
        proposals.comment(marburg, sent, "Sehen wir uns an.")
        deciding.adopt_rest(marburg, sent, revision=sent.revision)
        assert deciding.merge(marburg, sent, "Übernommen", revision=sent.revision) is not None
        own = makers.content(PAPER.replace(b"Bescheid aus", b"Den Bescheid aus"))
        proposals.send(fulda, proposals.suggest(fulda, origin, origin.head, own, title="Genauer"))
        makers.version(work, fork, PAPER.replace(b"Angaben pr", b"In Fulda Angaben pr"))
        [line, *_rest] = deviations.of(fulda, fork).lines
        deviations.record(fulda, fork, line.change, reason="Satzung der Stadt", owner="Steueramt")
        text = makers.entry(work, TEXT, kind=EntryKind.DESIGN, owner="marburg", title="Hund online")
        _define(marburg, text)
        _fill(marburg, text, "25 €")
    return app


@pytest.fixture
def there(blank_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return another hub without entries."""
    with open_copy(blank_database, tmp_path, demo=False) as app:
        yield app


def test_all_the_work_arrives_and_leaves_again_as_the_same_bundle(here: Flask, there: Flask):
    data = made.taken(here)
    assert [row for row in made.brought(there, data) if row["outcome"] != "read"] == []
    assert made.files(made.taken(there)) == made.files(data)
    assert {row["outcome"] for row in made.brought(there, data)} == {"skipped"}
    assert {row["outcome"] for row in made.brought(here, made.taken(there))} == {"skipped"}
    with made.reading(there) as work:
        origin = entries.find(work, "marburg", ORIGIN)
        [first, second] = sorted(proposal_lists.listing(work, entry=origin).rows, key=lambda row: row.title)
        assert (first.state, first.title, second.state) == ("merged", "Bitte übernehmen", "open")
        assert first.source is not None
        assert (first.result_id, first.source.organisation.slug) == (origin.head_id, "fulda")
        assert [row.text for row in proposals.comments(work, first)] == ["Sehen wir uns an."]
        # What is still open can be decided here.
        deciding.adopt_rest(work, second, revision=second.revision)
        assert deciding.merge(work, second, "Übernommen", revision=second.revision) is not None
        level = work.session.get_one(MaturityLevel, (origin.id, "1.1"))
        assert (level.actual, level.target) == (2, 3)
        version = entries.version(work, origin, "0.01")
        assert [row.reason for row in findings.history(work, origin)] == ["Vordruck des Landes"]
        assert findings.open_heavy(work, origin, version) == []
        fork = entries.find(work, "fulda", FORK)
        assert [line.recorded.owner for line in deviations.of(work, fork).lines if line.recorded] == ["Steueramt"]
        design = entries.find(work, "marburg", "hund-online")
        shown = entries.current(work, design)
        values = local_values.filling(work, design, shown, "marburg").values
        assert "25" in local_values.filled_source(work, design, shown, values).decode()
        kinds = [line.kind for line in bundle_records.brought(work, origin)]
        assert {"finding.decided", "maturity.rated", "proposal.opened"} & set(kinds)


def test_a_proposal_comes_with_its_second_side(here: Flask, there: Flask):
    data = made.taken(here)
    [row] = made.brought(there, made.only_entries(data, FORK))
    assert "Vorschläge, deren andere Seite" in " ".join(row["notes"])
    made.brought(there, data)
    with made.reading(there) as work:
        fork = entries.find(work, "fulda", FORK)
        assert [found.title for found in proposal_lists.listing(work, entry=fork).rows] == ["Bitte übernehmen"]


def test_bundles_of_before_still_arrive_and_what_came_later_is_added(here: Flask, there: Flask):
    data = made.taken(here)

    def before(inside: dict[str, bytes]) -> None:
        for path in [name for name in inside if name.endswith("/entry.json")]:
            told = json.loads(inside[path])
            del told["records"]
            inside[path] = json.dumps(told).encode()

    assert {row["outcome"] for row in made.brought(there, made.rebuilt(data, before))} == {"read"}
    rows = made.brought(there, data)
    assert all("Angaben zur Arbeit" in row["text"] for row in rows)
    assert made.files(made.taken(there)) == made.files(data)


def test_guests_learn_nothing_of_the_work(here: Flask):
    with writing(here) as work:
        entry = entries.find(work, "marburg", ORIGIN)
        entry.visibility = "public"
        makers.published(work, entry)
    inside = made.files(made.taken(here, ""))
    assert not any("proposals/" in name for name in inside)
    assert all("records" not in json.loads(text) for name, text in inside.items() if name.endswith("/entry.json"))


def test_work_that_makes_no_sense_leaves_nothing_behind(here: Flask, there: Flask):
    path = f"entries/marburg/{ORIGIN}/entry.json"
    data = made.taken(here)
    for spoil, said in SPOILT:

        def change(inside: dict[str, bytes], spoil: Spoil = spoil) -> None:
            told = json.loads(inside[path])
            spoil(told["records"])
            inside[path] = json.dumps(told).encode()

        [row] = [row for row in made.brought(there, made.rebuilt(data, change)) if row["outcome"] == "refused"]
        assert said in row["text"]
        with made.reading(there) as work, pytest.raises(NotFound):
            entries.find(work, "marburg", ORIGIN)
