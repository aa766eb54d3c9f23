"""Sample funding: the programmes of the domain, two worked grants with results, and who reuses what."""

import tomllib
from typing import Any

from sqlalchemy import select

from hub.actions import efficiency, evidence_facts, grant_files, grants, programmes, results, reuse
from hub.config import ROOT
from hub.inputs.funding import EditCondition, EditGrant, EditLedgerRow, EditPlan, EditProgramme, EditResult, RecordReuse
from hub.store.entries import Entry
from hub.store.funding import GrantState, ResultState
from hub.store.organisations import Organisation
from hub.work import Work

FILE = ROOT / "processes" / "funding.toml"


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
