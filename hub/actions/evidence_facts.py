"""What holds of one immutable version: the facts that are frozen with a citation and shown to reviewers."""

from typing import Any

from sqlalchemy import select

from hub.actions import entries, findings, local_values, maturity
from hub.policy import SYSTEM
from hub.store.entries import Entry, EntryKind, Version
from hub.store.maturity import MaturityRating
from hub.store.reviews import Review
from hub.work import Work


def of(work: Work, entry: Entry, version: Version) -> dict[str, Any]:
    """Return the facts of a version as plain data: identity, digests, approvals, media breaks with decisions, maturity.

    People appear by organisation and role of the verdict, not by name: what is frozen is kept for years.
    """
    reader = Work(work.session, SYSTEM, work.now)
    facts: dict[str, Any] = {
        "entry": f"{entry.organisation.slug}/{entry.slug}",
        "title": entry.title,
        "organisation": entry.organisation.name,
        "kind": entry.kind,
        "number": version.number,
        "state": version.state,
        "published_at": version.created_at.isoformat(),
        "sha256": version.blob_sha256,
        "fingerprint": version.fingerprint,
        "size": len(entries.source(work, version)),
        "values": _values(reader, entry, version),
        "approvals": _approvals(work, version),
        "maturity": _maturity(work, version),
    }
    if entry.kind == EntryKind.PROCESS:
        found = findings.of(reader, entry, version)
        facts["media_breaks"] = {
            severity: sum(1 for row in found if row.found.severity == severity and row.open)
            for severity in ("H", "M", "N")
        }
        facts["findings"] = [
            {
                "rule": row.found.rule,
                "element": row.found.bpmn_id,
                "name": row.element_name,
                "severity": row.found.severity,
                "text": row.found.text,
                "decision": row.word.value,
                "reason": row.decision.reason if row.decision else "",
                "legal_basis": row.decision.legal_basis if row.decision else "",
            }
            for row in found
        ]
    return facts


def _values(work: Work, entry: Entry, version: Version) -> list[dict[str, str]]:
    """Return the slots that stand in the version's text, and what its city has filled in at this moment.

    The text itself is frozen with its slots, as it was approved.
    """
    standing = set(local_values.named(work, version))
    rows = [row for row in local_values.lines(work, entry, version) if row.name in standing] if standing else []
    city = entry.organisation
    told = local_values.Filling(rows, city).values
    cells = {row.name: row.cells.get(city.id, local_values.Cell()).current for row in rows}
    return [
        {
            "slot": row.name,
            "label": row.slot.label if row.slot else row.name,
            "city": city.name,
            "value": told.get(row.name, ""),
            "legal_basis": cell.legal_basis if (cell := cells[row.name]) else "",
        }
        for row in rows
    ]


def _approvals(work: Work, version: Version) -> list[dict[str, Any]]:
    query = select(Review).where(Review.version_id == version.id).order_by(Review.id)
    return [
        {
            "verdict": row.verdict,
            "stage": row.stage,
            "organisation": row.organisation.name if row.organisation else "",
            "at": row.created_at.isoformat(),
            "sha256": row.sha256,
            "reason": row.reason,
        }
        for row in work.session.scalars(query)
    ]


def _maturity(work: Work, version: Version) -> list[dict[str, Any]]:
    """Return the newest rating of each scale that was given to the entry up to now."""
    newest: dict[str, MaturityRating] = {}
    query = select(MaturityRating).where(MaturityRating.entry_id == version.entry_id).order_by(MaturityRating.number)
    for row in work.session.scalars(query):
        newest[row.scale] = row
    levels = maturity.of(work, [version.entry_id]).get(version.entry_id, {})
    return [
        {
            "scale": str(scale),
            "actual": level.actual,
            "target": level.target,
            "complete": level.complete,
            "rated_on": newest[scale].rated_on.isoformat(),
            "of_this_version": newest[scale].version_id == version.id,
        }
        for scale, level in sorted(levels.items())
    ]
