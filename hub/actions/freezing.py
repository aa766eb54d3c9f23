"""What a statement of use says at one moment, as plain data that can be frozen and checked years later."""

from typing import Any

from sqlalchemy import select

from hub.actions import deadlines, efficiency, evidence_facts, grants, receipts, results, reuse
from hub.store.entries import Entry, Version
from hub.store.funding import Grant, GrantCondition
from hub.store.reuse import Reuse
from hub.store.statements import Statement
from hub.work import Work


def freeze(work: Work, statement: Statement) -> tuple[dict[str, Any], list[Version]]:
    """Return what a statement says now, as plain data, and the versions it cites."""
    grant = statement.grant
    listed = results.listing(work, grant)
    cited: dict[int, Version] = {row.version_id: row.version for result in listed for row in result.evidence}
    paid = receipts.listing(work, grant)
    ledger_rows, by_year = efficiency.of_grant(work, grant)
    plan = grants.plan(work, grant)
    balance = receipts.balance(plan, paid)
    items = {row.id: row.title for row in plan}
    content: dict[str, Any] = {
        "form": "ikz-prozesshub/nachweis/1",
        "grant": _grant(grant),
        "statement": {
            "number": statement.number,
            "kind": statement.kind,
            "corrects": statement.corrects.number if statement.corrects else None,
            "period": [_day(statement.period_start), _day(statement.period_end)],
            "submitted_at": work.now.isoformat(),
        },
        "report": statement.report,
        "results": [
            {
                "position": result.position,
                "title": result.title,
                "target": result.target,
                "criterion": result.criterion,
                "organisation": result.organisation.name,
                "due": _day(result.due),
                "share": result.share,
                "state": result.state,
                "evidence": [
                    {
                        **evidence_facts.of(work, row.version.entry, row.version),
                        "version": row.version_id,
                        "note": row.note,
                        "tied_at": row.added_at.isoformat(),
                    }
                    for row in result.evidence
                ],
            }
            for result in listed
        ],
        "conditions": [
            {"text": row.text, "due": _day(row.due), "met_on": _day(row.met_on), "note": row.note}
            for row in work.session.scalars(
                select(GrantCondition).where(GrantCondition.grant_id == grant.id).order_by(GrantCondition.id)
            )
        ],
        "reuse": [_reuse(row) for row in _reuses(work, list(cited.values()))],
        "ledger": [
            {
                "organisation": row.organisation.name,
                "service": row.service.name,
                "key": row.service.key or "",
                "year": row.year,
                "cases": row.cases,
                "minutes_before": row.minutes_before,
                "minutes_after": row.minutes_after,
                "hourly_rate": row.hourly_rate,
                "material_before": row.material_before,
                "material_after": row.material_after,
                "running_after": row.running_after,
                "once_saved": row.once_saved,
                "cost_before": row.cost_before,
                "cost_after": row.cost_after,
                "low": row.low,
                "high": row.high,
                "method": row.method,
                "sources": row.sources,
                "note": row.note,
            }
            for row in ledger_rows
        ],
        "rules": [
            {
                "rule": light.rule,
                "colour": light.colour,
                "code": light.code,
                "needed": light.needed,
                "found": str(light.found) if light.found is not None else None,
            }
            for light in efficiency.lights(grant, by_year, work.now.date())
        ],
        "balance": [
            {"title": row.title, "side": row.side, "planned": row.planned, "actual": row.actual} for row in balance
        ],
        "receipts": [
            {
                "number": row.number,
                "day": _day(row.day),
                "side": row.side,
                "party": row.party,
                "reason": row.reason,
                "amount": row.amount,
                "item": items.get(row.plan_item_id or 0, ""),
                "organisation": row.organisation.name if row.organisation else "",
            }
            for row in paid
        ],
        "deadlines": [{"kind": row.kind, "day": _day(row.day), "text": row.text} for row in deadlines.of(work, grant)],
    }
    return content, list(cited.values())


def _grant(grant: Grant) -> dict[str, Any]:
    names = ("title", "about", "reference", "distinction", "benefit", "transfer", "contact", "authority_contact",
             "amount", "own_share", "slug")  # fmt: skip
    days = ("transfer_from", "notice_date", "period_start", "period_end", "purpose_end", "interim_due", "report_due")
    return {
        **{name: getattr(grant, name) for name in names},
        **{name: _day(getattr(grant, name)) for name in days},
        "programme": grant.programme.name,
        "programme_rules": {
            name: getattr(grant.programme, name)
            for name in ("least_partners", "least_years", "least_saving", "retention_years")
        },
        "organisation": grant.organisation.name,
        "authority": grant.authority.name if grant.authority else "",
        "partners": [
            {"name": row.organisation.name if row.organisation else row.name, "share": row.share}
            for row in grant.partners
        ],
    }


def _reuses(work: Work, versions: list[Version]) -> list[Reuse]:
    entry_ids = sorted({version.entry_id for version in versions})
    found = [
        row
        for entry_id in entry_ids
        if (entry := work.session.get(Entry, entry_id)) is not None
        for row in reuse.of_entry(work, entry)
    ]
    return [row for row in found if row.confirmed_at is not None or row.organisation_id is None]


def _reuse(row: Reuse) -> dict[str, Any]:
    return {
        "organisation": row.organisation.name if row.organisation else row.name,
        "entry": f"{row.entry.organisation.slug}/{row.entry.slug}",
        "title": row.entry.title,
        "number": row.version.number,
        "state": row.state,
        "since": _day(row.since),
        "until": _day(row.until),
        "deviation": row.deviation,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
