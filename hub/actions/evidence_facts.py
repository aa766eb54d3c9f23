"""What holds of one immutable version: the facts that are kept beside a citation and shown to reviewers."""

from typing import Any

from hub import bpmn
from hub.actions import entries, renderings
from hub.store.entries import Entry, EntryKind, Version
from hub.work import Work


def of(work: Work, entry: Entry, version: Version) -> dict[str, Any]:
    """Return the facts of a version as plain data that can be frozen: identity, digests, media breaks."""
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
    }
    if entry.kind == EntryKind.PROCESS:
        model = renderings.model(work, version.blob_sha256)
        facts["media_breaks"] = _media(model)
    return facts


def _media(model: bpmn.Model) -> dict[str, int]:
    found = bpmn.media_breaks(model)
    return {severity: sum(1 for row in found if str(row.severity) == severity) for severity in ("H", "M", "N")}
