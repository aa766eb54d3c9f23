"""A statement of use from draft to decision, played by both sides; what is internal stays so."""

import copy
import hashlib
import io
import json
import random
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from hub.actions import grants, receipts, results, review_room, statement_changes, statements
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import EditPlan, EditReceipt, EditResult, EditStatement, WriteNote
from hub.store.accounts import Membership, Role, User
from hub.store.activity import Event
from hub.store.funding import Grant, GrantState
from hub.store.organisations import Organisation
from hub.store.statements import Receipt, Statement, StatementState
from hub.work import Work
from tests import makers
from tests.actions.test_grants import LAND, OWNER, facts, programme
from tests.clients import ClientFor, parsed, words, writing

SECOND = "zweite@rp-giessen.example"
FILE = "Beleg-Nr.;Datum;Art;Empf\u00e4nger;Grund;Betrag;Position\n"


def prepared(work: Work) -> Grant:
    """Make a running grant of Marburg with a proven result, receipts in balance and two reviewers."""
    programme(work)
    land = work.session.scalars(select(Organisation).where(Organisation.slug == "rp-giessen")).one()
    second = User(email=SECOND, name="Zweite Pr\u00fcfung", password_hash=None, created_at=work.now)
    second.memberships = [Membership(organisation=land, role=Role.LAND_REVIEWER, created_at=work.now)]
    work.session.add(second)
    work.session.flush()
    owner = makers.as_person(work, OWNER)
    grant = grants.create(owner, facts())
    for state in (GrantState.APPROVED, GrantState.RUNNING):
        grants.move(owner, grant, state, revision=grant.revision)
    grants.set_plan(
        owner, grant, EditPlan(revision=grant.revision, expenditure="Personal; 100,00", income="Zuwendung; 100,00")
    )
    entry = makers.published(work, makers.entry(work))
    result = results.add(owner, grant, EditResult(title="Prozess", organisation="marburg"))
    number = entry.published.number if entry.published else ""
    results.tie(owner, result, f"marburg/hundesteuer-anmelden/{number}", "", {})
    lines = FILE + "1;01.03.2026;Ausgabe;Druckerei;Druck;60,00;Personal\n2;2026-03-02;Ausgabe;Firma;Rest;40,00;\n"
    report = receipts.read_file(
        owner, grant, (lines + "3;03.03.2026;Einnahme;Land;Zuwendung;100,00;Zuwendung\n").encode()
    )
    assert report.faults == []
    return grant


def submitted(work: Work, grant: Grant, kind: str = "final") -> Statement:
    owner = makers.as_person(work, OWNER)
    made = statements.create(owner, grant, EditStatement.model_validate({"kind": kind}))
    statements.submit(owner, made, revision=made.revision)
    return made


@pytest.fixture
def grant(hub_work: Work) -> Grant:
    return prepared(hub_work)


def people(work: Work) -> tuple[Work, Work, Work]:
    return tuple(makers.as_person(work, who) for who in (OWNER, LAND, SECOND))  # type: ignore[return-value]


def test_a_final_statement_is_accepted_with_four_eyes(hub_work: Work, grant: Grant) -> None:
    owner, first, second = people(hub_work)
    made = submitted(hub_work, grant)
    assert (made.state, grant.state) == (StatementState.SUBMITTED, GrantState.REPORTED)
    review_room.begin(first, made)
    proposal = review_room.write(first, made, WriteNote(kind="proposal", text="Alles da", verdict="accepted"))
    assert proposal not in review_room.notes(owner, made)
    with pytest.raises(Forbidden):
        review_room.decide(first, made, proposal.id, "")
    with pytest.raises(NotFound):
        review_room.decide(owner, made, proposal.id, "")
    review_room.decide(second, made, proposal.id, "In Ordnung")
    assert (made.state, grant.state) == (StatementState.ACCEPTED, GrantState.ACCEPTED)
    with pytest.raises(Conflict, match="statement_decided"):
        review_room.decide(second, made, proposal.id, "")
    assert [row.kind for row in review_room.notes(owner, made)] == ["decision"]


def test_questions_are_answered_before_anything_is_accepted(hub_work: Work, grant: Grant) -> None:
    owner, first, second = people(hub_work)
    made = submitted(hub_work, grant)
    soon = (hub_work.now + timedelta(days=14)).date().isoformat()
    with pytest.raises(Invalid, match="note_needs_deadline"):
        review_room.write(first, made, WriteNote(kind="question", text="Warum?"))
    with pytest.raises(Invalid, match="deadline_past"):
        review_room.write(first, made, WriteNote(kind="question", text="Warum?", deadline="2020-01-01"))
    with pytest.raises(Forbidden):
        review_room.write(owner, made, WriteNote(kind="question", text="Und?", deadline=soon))
    asked = review_room.write(first, made, WriteNote(kind="question", text="Warum?", deadline=soon))
    assert made.state == StatementState.QUERY
    assert [row.kind for row in review_room.waiting(owner)] == ["review.answer"]
    proposal = review_room.write(first, made, WriteNote(kind="proposal", text="Ja", verdict="accepted"))
    with pytest.raises(Invalid, match="review_open_points"):
        review_room.decide(second, made, proposal.id, "")
    review_room.write(owner, made, WriteNote(kind="reply", text="Darum.", reply_to=asked.id))
    assert made.state == StatementState.IN_REVIEW
    review_room.settle(first, made, asked.id)
    review_room.decide(second, made, proposal.id, "")
    assert made.state == StatementState.ACCEPTED


def test_an_objection_leads_to_a_new_statement_and_the_old_one_stays(hub_work: Work, grant: Grant) -> None:
    owner, first, second = people(hub_work)
    old = submitted(hub_work, grant)
    frozen = statements.frozen_bytes(owner, old)
    proposal = review_room.write(first, old, WriteNote(kind="proposal", text="Fehlt", verdict="objection"))
    review_room.decide(second, old, proposal.id, "Bitte nachreichen")
    assert grant.state == GrantState.OBJECTED
    new = statements.create(owner, grant, EditStatement(), corrects=old)
    statements.edit(owner, new, EditStatement(revision=new.revision, kind="final", report="Neu",
                                              period_start="2026-02-01", period_end="2026-08-31"))  # fmt: skip
    statements.submit(owner, new, revision=new.revision)
    assert (new.state, new.number, grant.state) == (StatementState.RESUBMITTED, 2, GrantState.REPORTED)
    assert statements.frozen_bytes(owner, old) == frozen
    assert statements.frozen(owner, new)["statement"]["corrects"] == 1
    assert statement_changes.of(owner, old) is None
    changes = statement_changes.of(first, new)
    assert changes is not None
    assert changes.since == 1
    assert ("added", "Neu") in [(span.kind, span.text) for line in changes.report for span in line]


def test_every_figure_that_is_another_than_submitted_before_is_told(hub_work: Work, grant: Grant) -> None:
    before = statements.frozen(hub_work, submitted(hub_work, grant))
    assert statement_changes.between(before, before) == statement_changes.Changes(1, (), ())
    after = copy.deepcopy(before)
    after["balance"][0]["actual"] += 100
    after["receipts"][0]["amount"] += 100
    gone = after["receipts"].pop()
    after["results"][0]["evidence"] = []
    after["conditions"].append({"text": "Bericht", "due": None, "met_on": "2026-05-01", "note": ""})
    told = statement_changes.between(before, after).rows
    assert [(row.part, row.figure) for row in told] == [
        ("balance", "actual"), ("receipts", "amount"), ("receipts", "amount"), ("results", "cited"),
        ("conditions", "met_on"),
    ]  # fmt: skip
    assert (told[2].before, told[2].after) == (gone["amount"], None)
    assert told[3].after == ""
    assert told[4].after == "2026-05-01"


def test_what_was_frozen_never_changes_whatever_happens_to_the_data(hub_work: Work, grant: Grant) -> None:
    owner = makers.as_person(hub_work, OWNER)
    made = submitted(hub_work, grant, "interim")
    before = statements.frozen_bytes(owner, made)
    assert hashlib.sha256(before).hexdigest() == made.frozen_sha256
    row = receipts.listing(owner, grant)[0]
    receipts.drop(owner, grant, row.id, revision=row.revision)
    grants.edit(owner, grant, facts(revision=grant.revision, title="Anderer Titel"))
    with pytest.raises(Conflict):
        statements.edit(owner, made, EditStatement(revision=made.revision, report="Anders"))
    with pytest.raises(Conflict):
        statements.discard(owner, made)
    assert statements.frozen_bytes(owner, made) == before
    content = json.loads(before)
    assert content["grant"]["title"] == "Prozesse"
    assert [paid["amount"] for paid in content["receipts"]] == [6000, 4000, 10000]


def test_a_final_statement_needs_balance_evidence_and_a_report(hub_work: Work, grant: Grant) -> None:
    owner = makers.as_person(hub_work, OWNER)
    row = receipts.listing(owner, grant)[0]
    receipts.save(
        owner, grant,
        EditReceipt(revision=row.revision, number="1", day="2026-03-01", party="D", reason="D", amount="59,99"), row.id,
    )  # fmt: skip
    results.add(owner, grant, EditResult(title="Ohne Beleg", organisation="marburg"))
    made = statements.create(owner, grant, EditStatement(kind="final", report=" "))
    statements.edit(owner, made, EditStatement(revision=made.revision, kind="final"))
    assert statements.blockers(owner, made) == [
        "statement_needs_report", "statement_needs_period", "statement_needs_evidence", "statement_out_of_balance",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        statements.submit(owner, made, revision=made.revision)
    with pytest.raises(Conflict, match="statement_open"):
        statements.create(owner, grant, EditStatement())


def test_the_authority_reads_what_was_cited_and_nothing_else(hub_work: Work, grant: Grant) -> None:
    _owner, first, _second = people(hub_work)
    made = submitted(hub_work, grant, "interim")
    shown = results.listing(hub_work, grant)[0].evidence[0].version
    assert review_room.version(first, made, shown.id) is shown
    later = makers.version(hub_work, shown.entry, makers.bpmn("Entwurf"))
    with pytest.raises(NotFound):
        review_room.version(first, made, later.id)
    assert review_room.cited(first, shown)
    assert not review_room.cited(first, later)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("4;gestern;Ausgabe;A;B;1,00;", "kein Tag"),
        ("4;01.01.2026;Ausgabe;A;B;1,005;", "mehr als zwei Stellen"),
        ("4;01.01.2026;Ausgabe;A;B;viel;", "kein Betrag"),
        ("4;01.01.2026;Spende;A;B;1,00;", "keine Art"),
        ("4;01.01.2026;Ausgabe;;B;1,00;", "Empf\u00e4nger"),
        ("4;01.01.2026;Ausgabe;A;B;1,00;Reisen", "nicht im Finanzierungsplan"),
    ],
)
def test_one_bad_line_stops_the_whole_file_and_is_named(hub_work: Work, grant: Grant, line: str, said: str) -> None:
    owner = makers.as_person(hub_work, OWNER)
    report = receipts.read_file(owner, grant, f"{FILE}9;01.01.2026;Ausgabe;A;B;1,00;\n{line}\n".encode("cp1252"))
    assert [at for at, _ in report.faults] == [3]
    assert said in report.faults[0][1]
    assert len(receipts.listing(owner, grant)) == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "leer"),
        (b"a;b;c\n1;2;3\n", "Kopfzeile"),
        (b"PK\x03\x04kaputt", "Excel"),
        ((FILE + "".join(f"{n};01.01.2026;;A;B;1,00;\n" for n in range(20_001))).encode(), "mehr als 20.000"),
    ],
)
def test_what_is_no_list_of_receipts_is_refused(hub_work: Work, grant: Grant, data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        receipts.read_file(makers.as_person(hub_work, OWNER), grant, data)


def test_a_sample_is_reproducible_and_holds_the_dearest() -> None:
    dice = random.Random(7)
    rows = [(str(number), dice.randint(1, 10**7)) for number in range(500)]
    first = review_room.drawn(rows, 10, "start")
    assert first == review_room.drawn(list(reversed(rows)), 10, "start")
    assert len(first) == 50
    assert max(rows, key=lambda row: row[1])[0] in first
    assert first != review_room.drawn(rows, 10, "anders")
    amounts = dict(rows)
    assert sum(amounts[number] for number in first) / 50 > sum(amounts.values()) / 500
    assert review_room.drawn([], 10, "x") == []
    assert review_room.drawn(rows[:1], 1, "x") == ["0"]


def test_a_partner_writes_receipts_of_its_own_and_cannot_take_over_those_of_another_city(
    hub_work: Work, grant: Grant
) -> None:
    owner, partner = makers.as_person(hub_work, OWNER), makers.as_person(hub_work, "modellierung@fulda.example")

    def sent(number: str, organisation: str, row: Receipt | None = None) -> EditReceipt:
        return EditReceipt(revision=row.revision if row else 0, number=number, day="2026-03-04", party="Fremd",
                           reason="Fremd", amount="1,00", organisation=organisation)  # fmt: skip

    whole = receipts.listing(owner, grant)[0]
    leading = receipts.save(owner, grant, sent("8", "marburg"))
    own = receipts.save(partner, grant, sent("9", "fulda"))
    for row in (whole, leading):
        before = (row.number, row.party, row.amount, row.organisation_id, row.revision)
        for city in ("fulda", "marburg", ""):
            with pytest.raises(Forbidden):
                receipts.save(partner, grant, sent(row.number, city, row), row.id)
        hub_work.session.flush()
        hub_work.session.expire(row)
        assert (row.number, row.party, row.amount, row.organisation_id, row.revision) == before
        with pytest.raises(Forbidden):
            receipts.drop(partner, grant, row.id, revision=row.revision)
    for city in ("marburg", ""):
        with pytest.raises(Forbidden):
            receipts.save(partner, grant, sent("9", city, own), own.id)
    assert receipts.save(partner, grant, sent("9a", "fulda", own), own.id).number == "9a"
    assert receipts.save(owner, grant, sent("9b", "fulda", own), own.id).number == "9b"


@pytest.fixture
def playing(app: Flask) -> Flask:
    with writing(app) as work:
        prepared(work)
    return app


def test_both_sides_play_it_on_the_pages_and_every_look_is_logged(playing: Flask, client_for: ClientFor) -> None:
    city, land, second = client_for(OWNER), client_for(LAND), client_for(SECOND)
    place = "/funding/prozesse/statements"
    assert city.send(place, kind="final").location == f"{place}/1"
    draft = city.get(f"{place}/1")
    assert "Beleg: Marburg" in words(draft)
    assert land.get("/funding/review/prozesse/1").status_code == 404
    revision = parsed(draft).xpath("//input[@name='revision']/@value")[0]
    typed = {"revision": revision, "kind": "final", "period_start": "2026-02-01", "period_end": "2026-08-31"}
    empty = city.send(f"{place}/1/submit", **typed, report=" ")
    assert (empty.status_code, "Sachbericht" in words(empty)) == (422, True)
    stale = city.send(f"{place}/1/submit", **{**typed, "revision": "99"}, report="Getippt und nicht gespeichert")
    assert (stale.status_code, "Getippt und nicht gespeichert" in words(stale)) == (409, True)
    typed["report"] = "Getippt und nicht gespeichert"
    assert city.send(f"{place}/1/submit", **typed).location == "/funding/review/prozesse/1"
    assert city.send(f"{place}/1/submit", **typed).location == "/funding/review/prozesse/1"
    room = "/funding/review/prozesse/1"
    assert "Prozesse" in words(land.get("/funding/review"))
    assert "Druckerei" in words(land.get(room))
    assert "Getippt und nicht gespeichert" in words(land.get(room))
    land.send(f"{room}/begin")
    land.send(f"{room}/notes", kind="note", text="Geheimer Vermerk", internal="1")
    land.send(f"{room}/notes", kind="proposal", text="Ok", verdict="accepted")
    land.send(f"{room}/checklist", key="vollstaendig", answer="yes", note="ja")
    land.send(f"{room}/sample", percent="10")
    assert "Geheimer Vermerk" in words(second.get(room))
    assert "Geheimer Vermerk" not in words(city.get(room))
    assert "Startwert" not in words(city.get(room))
    for page in ("/marburg", "/", "/funding/prozesse", "/marburg/feed.atom"):
        assert "Pr\u00fcfvermerk" not in city.get(page).get_data(as_text=True)
    version = parsed(land.get(room)).xpath("//a[contains(@href, '/versions/')]/@href")[0]
    shown = land.get(version)
    assert "stimmt mit der eingereichten \u00fcberein" in words(shown)
    assert "zum ersten Mal vorgelegt" in words(shown)
    source = land.get(f"{version}/source")
    assert hashlib.sha256(source.data).hexdigest() == source.headers["X-Content-SHA256"]
    assert land.get(f"{version}/diagram").mimetype == "image/svg+xml"
    assert land.get(f"{room}/versions/999").status_code == 404
    frozen = city.get(f"{room}/frozen.json")
    assert frozen.status_code == 200
    deciding = parsed(second.get(room)).xpath("//form[contains(@action, '/decide')]/@action")
    assert len(deciding) == 1
    assert parsed(land.get(room)).xpath("//form[contains(@action, '/decide')]") == []
    second.send(deciding[0], reason="")
    assert "Anerkannt" in words(city.get(room))
    with writing(playing) as work:
        looked = [row.data["what"] for row in work.session.scalars(select(Event).where(Event.kind == "grant.viewed"))]
    assert {"statement", "refused:version-999"} < set(looked)
    assert any(what.startswith("version-") for what in looked)


def test_the_page_tells_what_is_other_than_submitted_before(playing: Flask, client_for: ClientFor) -> None:
    with writing(playing) as work:
        owner, first, second = people(work)
        grant = work.session.scalars(select(Grant)).one()
        old = submitted(work, grant)
        proposal = review_room.write(first, old, WriteNote(kind="proposal", text="Fehlt", verdict="objection"))
        review_room.decide(second, old, proposal.id, "Bitte nachreichen")
        cited = results.listing(owner, grant)[0].evidence[0].version
        result = results.add(owner, grant, EditResult(title="Noch ein Ergebnis", organisation="marburg"))
        results.tie(owner, result, f"marburg/{cited.entry.slug}/{cited.number}", "", {})
        new = statements.create(owner, grant, EditStatement(), corrects=old)
        sent = EditStatement(revision=new.revision, report=f"{old.report}\n\nEin neuer Absatz.",
                             period_start="2026-02-01", period_end="2026-08-31")  # fmt: skip
        statements.edit(owner, new, sent)
        statements.submit(owner, new, revision=new.revision)
    land = client_for(LAND)
    told = parsed(land.get("/funding/review/prozesse/2")).xpath("//section[.//h2[contains(., 'Seit Nachweis 1')]]")
    assert len(told) == 1
    assert "Noch ein Ergebnis" in told[0].text_content()
    assert "Ein neuer Absatz." in [each.text_content() for each in told[0].iter("ins")]
    assert "Seit Nachweis" not in words(land.get("/funding/review/prozesse/1"))


def test_receipts_go_out_to_excel_and_come_back_the_same(playing: Flask, client_for: ClientFor) -> None:
    client = client_for(OWNER)
    book = client.get("/funding/prozesse/receipts.xlsx").data
    assert load_workbook(io.BytesIO(book)).worksheets[0]["F2"].value == 60.0
    answer = client.send("/funding/prozesse/receipts/file", file=(io.BytesIO(book), "belege.xlsx"))
    assert "0 neu, 0 ge\u00e4ndert, 3 unver\u00e4ndert" in words(answer)
    table = client.get("/funding/prozesse/receipts.csv").data
    answer = client.send("/funding/prozesse/receipts/file", file=(io.BytesIO(table), "belege.csv"))
    assert "0 neu, 0 ge\u00e4ndert, 3 unver\u00e4ndert" in words(answer)
    bad = client.send("/funding/prozesse/receipts/file", file=(io.BytesIO(b"x"), "belege.csv"))
    assert bad.status_code == 422
    assert "Kopfzeile" in words(bad)
