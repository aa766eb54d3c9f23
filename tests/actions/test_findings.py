"""Media breaks are found, decided by people, carried along and counted."""

import pytest

from hub.actions import entries, findings, media
from hub.actions.findings import Choice
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.entries import Entry
from hub.store.findings import Decision, Standing
from hub.work import Work
from tests import makers

PAPER = makers.bpmn("Bescheid ausdrucken", "Angaben prüfen")
BASIS = "§\u00a05 HundeStS"


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.entry(work, PAPER)


def heavy(work: Work, entry: Entry) -> list[findings.Finding]:
    assert entry.head is not None
    return findings.open_heavy(work, entry, entry.head)


def choices(found: list[findings.Finding]) -> list[Choice]:
    return [Choice(one.found.element_key, one.found.rule, one.seen) for one in found]


def decide(work: Work, entry: Entry, decision: str, *, reason: str = "Geprüft", legal_basis: str = BASIS) -> int:
    assert entry.head is not None
    found = [one for one in findings.of(work, entry, entry.head) if one.found.rule == "MB-03"]
    return findings.decide(work, entry, entry.head, choices(found), decision, reason=reason, legal_basis=legal_basis)


def test_a_print_out_is_an_open_heavy_finding_until_somebody_decides(work: Work, entry: Entry) -> None:
    assert [(one.found.rule, one.found.text, one.element_name) for one in heavy(work, entry)] == [
        ("MB-03", "ausdrucken", "Bescheid ausdrucken")
    ]
    decide(work, entry, "justified")
    assert heavy(work, entry) == []


def test_what_the_worker_stores_is_what_a_page_computes_before(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    before = findings.of(work, entry, entry.head)
    media.refresh(makers.as_hub(work), entry.head)
    assert findings.of(work, entry, entry.head) == before
    assert before


def test_a_reader_of_another_city_decides_nothing(work: Work, entry: Entry) -> None:
    stranger = makers.as_person(work, "modellierung@fulda.example")
    assert heavy(stranger, entry)
    with pytest.raises(Forbidden):
        decide(stranger, entry, "no-break")


def test_a_justified_break_needs_a_reason_and_a_legal_basis(work: Work, entry: Entry) -> None:
    with pytest.raises(Invalid) as without_reason:
        decide(work, entry, "justified", reason=" ")
    with pytest.raises(Invalid) as without_basis:
        decide(work, entry, "justified", legal_basis="")
    assert dict(without_reason.value.fields) == {"reason": "decision_reason_needed"}
    assert dict(without_basis.value.fields) == {"legal_basis": "legal_basis_needed"}


def test_nothing_chosen_and_a_finding_the_version_does_not_have_are_refused(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    with pytest.raises(Invalid):
        findings.decide(work, entry, entry.head, [], "no-break", reason="Geprüft")
    with pytest.raises(NotFound):
        findings.decide(work, entry, entry.head, [Choice("nowhere", "MB-03", 0)], "no-break", reason="Geprüft")


def test_two_people_cannot_decide_over_each_other(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    seen = choices(heavy(work, entry))
    findings.decide(work, entry, entry.head, seen, "no-break", reason="Nur ein Entwurf")
    with pytest.raises(Conflict, match="decided_meanwhile"):
        findings.decide(work, entry, entry.head, seen, "justified", reason="Doch", legal_basis=BASIS)


def test_what_was_decided_before_stays_in_the_history(work: Work, entry: Entry) -> None:
    decide(work, entry, "no-break", reason="Nur ein Entwurf")
    decide(work, entry, "open", reason="")
    assert [(row.decision, row.reason) for row in findings.history(work, entry)] == [
        ("open", ""),
        ("no-break", "Nur ein Entwurf"),
    ]
    assert len(heavy(work, entry)) == 1


def test_a_decision_goes_along_with_the_next_version(work: Work, entry: Entry) -> None:
    decide(work, entry, "justified")
    makers.version(work, entry, makers.bpmn("Bescheid ausdrucken", "Angaben gründlich prüfen"))
    assert heavy(work, entry) == []


def test_a_decision_is_asked_again_when_the_words_changed(work: Work, entry: Entry) -> None:
    decide(work, entry, "justified")
    makers.version(work, entry, makers.bpmn("Bescheid kuvertieren", "Angaben prüfen"))
    (again,) = heavy(work, entry)
    assert again.earlier is not None
    assert (again.earlier.decision, again.earlier.text) == (Decision.JUSTIFIED, "ausdrucken")


def test_a_fork_starts_with_the_decisions_of_its_origin_and_may_change_them(work: Work, entry: Entry) -> None:
    decide(work, entry, "justified", reason="Urkunde auf Sicherheitspapier")
    assert entry.head is not None
    there = makers.as_person(work, "modellierung@fulda.example")
    fork = entries.fork(
        there, entry, entry.head, makers.organisation(there, "fulda"), title="Fork", reason="Eigene Satzung"
    )
    assert fork.head is not None
    (taken,) = [one for one in findings.of(there, fork, fork.head) if one.found.rule == "MB-03"]
    assert taken.decision is not None
    assert taken.decision.taken_over_from is not None
    assert taken.inherited
    assert (taken.decision.reason, taken.decision.taken_over_from.slug) == ("Urkunde auf Sicherheitspapier", "marburg")
    decide(there, fork, "justified", reason="Gilt bei uns auch")
    (own,) = [one for one in findings.of(there, fork, fork.head) if one.found.rule == "MB-03"]
    assert not own.inherited


def test_what_the_origin_decides_after_the_fork_does_not_reach_it(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    there = makers.as_person(work, "modellierung@fulda.example")
    fork = entries.fork(
        there, entry, entry.head, makers.organisation(there, "fulda"), title="Fork", reason="Eigene Satzung"
    )
    decide(work, entry, "justified")
    assert len(heavy(there, fork)) == 1


def test_the_figures_follow_the_decisions(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    before = media.refresh(makers.as_hub(work), entry.head)
    assert (before.open_high, before.justified_high, before.status) == (1, 0, Standing.OPEN)
    decide(work, entry, "justified")
    after = findings.numbers(work, [entry.head.id])[entry.head.id]
    assert (after.open_high, after.justified_high, after.status) == (0, 1, Standing.JUSTIFIED)


def test_free_of_media_breaks_is_said_only_once_a_person_confirmed_it(work: Work) -> None:
    entry = makers.entry(work, makers.bpmn("Angaben prüfen"))
    assert entry.head is not None
    assert media.refresh(makers.as_hub(work), entry.head).status == Standing.UNCHECKED
    owner = makers.as_person(work, "freigabe@marburg.example")
    findings.confirm(owner, entry, entry.head)
    row = findings.numbers(work, [entry.head.id])[entry.head.id]
    assert (row.status, row.confirmed_by_id) == (Standing.FREE, owner.actor.user_id)


def test_a_confirmation_is_about_exactly_one_content(work: Work) -> None:
    entry = makers.entry(work, makers.bpmn("Angaben prüfen"))
    assert entry.head is not None
    first = entry.head
    owner = makers.as_person(work, "freigabe@marburg.example")
    findings.confirm(owner, entry, first)
    second = makers.version(work, entry, makers.bpmn("Angaben genau prüfen"))
    assert media.refresh(makers.as_hub(work), second).status == Standing.UNCHECKED
    third = entries.restore(work, entry, first, "Zurück", parent_id=second.id)
    assert media.refresh(makers.as_hub(work), third).status == Standing.FREE


def test_nobody_confirms_what_has_open_or_only_justified_breaks(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    owner = makers.as_person(work, "freigabe@marburg.example")
    with pytest.raises(Conflict, match="breaks_open"):
        findings.confirm(owner, entry, entry.head)
    decide(work, entry, "justified")
    with pytest.raises(Conflict, match="breaks_justified"):
        findings.confirm(owner, entry, entry.head)
    with pytest.raises(Forbidden):
        findings.confirm(work, entry, entry.head)


def test_a_confirmation_can_be_taken_back_with_a_reason(work: Work) -> None:
    entry = makers.entry(work, makers.bpmn("Angaben prüfen"))
    assert entry.head is not None
    owner = makers.as_person(work, "freigabe@marburg.example")
    with pytest.raises(Conflict, match="not_confirmed"):
        findings.withdraw(owner, entry, entry.head, note="Irrtum")
    findings.confirm(owner, entry, entry.head)
    with pytest.raises(Invalid):
        findings.withdraw(owner, entry, entry.head, note="")
    findings.withdraw(owner, entry, entry.head, note="Der Ausdruck wurde vergessen")
    assert findings.numbers(work, [entry.head.id])[entry.head.id].status == Standing.UNCHECKED


def test_an_older_version_keeps_the_figures_of_its_own_time(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    first = entry.head
    makers.version(work, entry, makers.bpmn("Bescheid ausdrucken", "Angaben gründlich prüfen"))
    decide(work, entry, "justified")
    assert media.refresh(makers.as_hub(work), first).open_high == 1


def test_waiting_lists_decisions_to_make_again_inherited_ones_and_what_can_be_confirmed(
    work: Work, entry: Entry
) -> None:
    hub = makers.as_hub(work)
    decide(work, entry, "justified")
    assert findings.waiting(work) == []
    version = makers.version(work, entry, makers.bpmn("Bescheid kuvertieren", "Angaben prüfen"))
    media.refresh(hub, version)
    assert [(row.kind, row.entry, row.count) for row in findings.waiting(work)] == [("finding.again", entry, 1)]
    decide(work, entry, "justified")
    there = makers.as_person(work, "modellierung@fulda.example")
    fork = entries.fork(
        there, entry, version, makers.organisation(there, "fulda"), title="Fork", reason="Eigene Satzung"
    )
    assert fork.head is not None
    media.refresh(hub, fork.head)
    assert [(row.kind, row.entry) for row in findings.waiting(there)] == [("finding.inherited", fork)]
    clean = makers.entry(work, makers.bpmn("Angaben prüfen"), nature="soll", title="Sauber")
    assert clean.head is not None
    media.refresh(hub, clean.head)
    owner = makers.as_person(work, "freigabe@marburg.example")
    assert [(row.kind, row.entry) for row in findings.waiting(owner)] == [("finding.unconfirmed", clean)]


def test_versions_without_figures_by_the_rules_of_today_are_found(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    hub = makers.as_hub(work)
    assert media.behind(hub, limit=5) == [entry.head.id]
    assert media.behind(hub, limit=5, without={entry.head.id}) == []
    media.refresh(hub, entry.head)
    assert media.behind(hub, limit=5) == []


def test_what_comes_in_by_a_merge_brings_its_decisions_but_settles_nothing_that_was_here(
    work: Work, entry: Entry
) -> None:
    assert entry.head is not None
    before = entry.head
    hub = makers.as_hub(work)
    there = makers.as_person(work, "modellierung@fulda.example")
    city = makers.organisation(there, "fulda")
    fork = entries.fork(there, entry, before, city, title="Fork", reason="Eigene Satzung")
    longer = makers.bpmn("Bescheid ausdrucken", "Angaben prüfen", "Antrag faxen")
    theirs = makers.version(there, fork, longer)
    chosen = choices(heavy(there, fork))
    assert len(chosen) == 2
    findings.decide(there, fork, theirs, chosen, "justified", reason="In Fulda nötig", legal_basis=BASIS)
    made = entries.publish(hub, entry, makers.content(longer), "Übernommen", parent_id=before.id, merged_from=theirs)
    held = {one.found.rule: one for one in findings.of(work, entry, made) if one.found.severity == "H"}
    assert held["MB-03"].open
    assert held["MB-06"].inherited


def test_a_merge_brings_no_decisions_its_reader_may_not_read(work: Work, entry: Entry) -> None:
    assert entry.head is not None
    there = makers.as_person(work, "modellierung@fulda.example")
    other = makers.entry(there, makers.bpmn("Antrag faxen"), owner="fulda", visibility="city")
    assert other.head is not None
    findings.decide(there, other, other.head, choices(heavy(there, other)), "no-break", reason="Nur intern besprochen")
    assert media.inherit(work, entry, other) == 0
