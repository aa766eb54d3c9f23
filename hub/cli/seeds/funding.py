"""Sample funding: the programmes of the domain, two worked grants with results, and who reuses what."""

import tomllib
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hub.actions import (
    efficiency,
    evidence_facts,
    grant_files,
    grants,
    programmes,
    receipts,
    report_draft,
    results,
    reuse,
    review_room,
    statements,
)
from hub.config import ROOT
from hub.http import actor_of
from hub.inputs.funding import (
    EditCondition,
    EditGrant,
    EditLedgerRow,
    EditPlan,
    EditProgramme,
    EditResult,
    EditStatement,
    RecordReuse,
    WriteNote,
)
from hub.store.accounts import User
from hub.store.entries import Entry
from hub.store.funding import Grant, GrantState, ResultState
from hub.store.organisations import Organisation
from hub.store.reuse import Reuse
from hub.work import Work

FILE = ROOT / "processes" / "funding.toml"
REVIEWED = "Gemeinsame Prozesse der fünf Städte: vom Antrag bis zum Bescheid"
RECEIPTS = (
    "2025-001;12.05.2025;Ausgabe;Beratung für Prozessmanagement;Methodische Begleitung, Auftakt;9.520,00;"
    "Methodische Begleitung",
    "2025-002;30.09.2025;Ausgabe;Personalamt Wetzlar;Personal April bis September 2025;18.240,50;Personal",
    "2025-003;17.11.2025;Ausgabe;Volkshochschule;BPMN-Schulung für die fünf Städte;2.975,00;Schulung",
    "2025-004;31.12.2025;Ausgabe;Personalamt Wetzlar;Personal Oktober bis Dezember 2025;9.120,25;Personal",
    "2025-005;15.07.2025;Einnahme;Regierungspräsidium Gießen;Zuwendung, erster Abruf;32.000,00;Zuwendung",
)
"""Lines of the sample list of receipts."""
OUTLOOK = (
    "Der Referenzprozess Bewohnerparkausweis wird später fertig als geplant, weil die Satzungen der fünf Städte erst "
    "abgestimmt werden. Die Ausgaben liegen deshalb unter dem Plan; eine Verlängerung ist nicht nötig."
)
"""What the city writes where the draft asks it to."""


def plant(work: Work) -> None:
    """Load programmes, grants and reuse from `processes/funding.toml`."""
    facts = tomllib.loads(FILE.read_text("utf-8"))
    for row in facts["programme"]:
        questions = "\n".join(row.pop("checklist"))
        programmes.create(work, EditProgramme.model_validate({**row, "checklist": questions}))
    for row in facts["grant"]:
        _grant(work, row)
    for row in facts["reuse"]:
        entry = _entry(work, row.pop("entry"))
        reuse.record(work, entry, RecordReuse.model_validate(row))
    slugs = {grant.title: grant.slug for grant in grants.listing(work)}
    for row in facts["ledger"]:
        row["grant"] = slugs[row.pop("grant_title")]
        efficiency.save(work, EditLedgerRow.model_validate(row))
    _reviewed(work, grants.find(work, slugs[REVIEWED]))


def _reviewed(work: Work, grant: Grant) -> None:
    """Let the leading city submit an interim statement, and the authority begin to review it with a question."""
    city, land = (_as(work, email) for email in (grant.contact, grant.authority_contact))
    lines = "Beleg-Nr.;Datum;Art;Empfänger;Grund;Betrag;Position\n" + "\n".join(RECEIPTS)
    receipts.read_file(city, grant, lines.encode())
    for row in work.session.scalars(select(Reuse).where(Reuse.state == "live")):
        if row.organisation is not None:
            reuse.confirm(
                _as(work, f"modellierung@{row.organisation.slug}.example"), row.entry, row, revision=row.revision
            )
    report = report_draft.of(city, grant).replace(report_draft.OUTLOOK, OUTLOOK)
    statement = statements.create(city, grant, EditStatement(kind="interim", report=report))
    statements.submit(city, statement, revision=statement.revision)
    review_room.begin(land, statement)
    note = WriteNote(kind="note", text="Belege liegen vollständig vor, Stichprobe folgt.", internal=True)
    review_room.write(land, statement, note)
    text = "Bitte erläutern Sie, welche Städte den Prozess schon im Echtbetrieb nutzen."
    due = (work.now + timedelta(days=21)).date()
    review_room.write(land, statement, WriteNote(kind="question", text=text, deadline=due))


def _as(work: Work, email: str) -> Work:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    return Work(work.session, actor_of(work.session, user_id), work.now)


def _grant(work: Work, facts: dict[str, Any]) -> None:
    rows, conditions, plan, states = (facts.pop(name, []) for name in ("result", "condition", "plan", "states"))
    grant = grants.create(work, EditGrant.model_validate(facts))
    grant.sample = True
    grants.set_plan(work, grant, EditPlan(revision=grant.revision, **plan))
    for state in states:
        grants.move(work, grant, GrantState(state), revision=grant.revision, reason="Beispiel")
    for row in conditions:
        grant_files.add_condition(work, grant, EditCondition.model_validate(row))
    for row in rows:
        cited = row.pop("evidence", [])
        result = results.add(work, grant, EditResult.model_validate(row))
        for address in cited:
            entry, version = results.cited(work, address)
            results.tie(work, result, address, "", evidence_facts.of(work, entry, version))
        if cited:
            results.move(work, result, ResultState.IN_WORK, revision=result.revision)


def _entry(work: Work, address: str) -> Entry:
    city, slug = address.split("/")
    query = select(Entry).join(Organisation, Organisation.id == Entry.organisation_id)
    return work.session.scalars(query.where(Organisation.slug == city, Entry.slug == slug)).one()
