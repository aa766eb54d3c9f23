"""Media breaks: list with their decisions, decide, confirm that there are none."""

from datetime import datetime

from hub.actions import entries, findings
from hub.api.contract import Output, Routes
from hub.api.shapes import PersonOut, VersionRef, person, version_ref
from hub.errors import NotFound
from hub.inputs import Input, Line
from hub.inputs.findings import ConfirmFree
from hub.inputs.programs import DecideChosen
from hub.policy import findings as may
from hub.store.entries import Entry, EntryKind, Version
from hub.store.findings import Decision, MediaDecision
from hub.work import Work

routes = Routes("Medienbrüche")
ALL = "/entries/<city>/<slug>/media-breaks"


class OfVersion(Input):
    """Which version; the one shown by default without it."""

    version: Line = ""


class MediaDecisionOut(Output):
    """What was decided; reasons only for those who may read them."""

    decision: Decision
    reason: str
    legal_basis: str
    by: PersonOut | None
    at: datetime


class FindingOut(Output):
    """A media break of the version."""

    element: str
    element_key: str
    element_name: str
    rule: str
    severity: str
    text: str
    standing: Decision
    """What holds; `open` for as long as nobody decided otherwise."""
    seen: int
    """Number of the newest decision, to be sent back when deciding."""
    decision: MediaDecisionOut | None


class FindingList(Output):
    """The media breaks of a version."""

    version: VersionRef | None
    items: list[FindingOut]


def _shown(work: Work, city: str, slug: str, number: str) -> tuple[Entry, Version]:
    entry = entries.find(work, city, slug)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    return entry, entries.version(work, entry, number) if number else entries.current(work, entry)


def _decision(row: MediaDecision | None, *, reasons: bool) -> MediaDecisionOut | None:
    if row is None:
        return None
    return MediaDecisionOut(
        decision=Decision(row.decision),
        reason=row.reason if reasons else "",
        legal_basis=row.legal_basis if reasons else "",
        by=person(row.author) if reasons else None,
        at=row.decided_at,
    )


def _list(work: Work, entry: Entry, version: Version) -> FindingList:
    reasons = may.read_decisions(work.actor, entry)
    return FindingList(
        version=version_ref(version),
        items=[
            FindingOut(
                element=row.found.bpmn_id,
                element_key=row.found.element_key,
                element_name=row.element_name,
                rule=row.found.rule,
                severity=row.found.severity,
                text=row.found.text,
                standing=row.word,
                seen=row.seen,
                decision=_decision(row.decision, reasons=reasons),
            )
            for row in findings.of(work, entry, version)
        ],
    )


@routes.get(ALL, summary="Medienbrüche auflisten", query=OfVersion, returns=FindingList)
def list_media_breaks(work: Work, city: str, slug: str, query: OfVersion) -> FindingList:
    """Return the media breaks of a process version."""
    return _list(work, *_shown(work, city, slug, query.version))


@routes.post(
    f"{ALL}/decisions", summary="Über Medienbrüche entscheiden", body=DecideChosen, returns=FindingList, status=200
)
def decide_media_breaks(work: Work, city: str, slug: str, body: DecideChosen) -> FindingList:
    """Make one decision about the chosen findings; refused if somebody decided about one of them meanwhile."""
    entry, version = _shown(work, city, slug, body.version)
    chosen = [findings.Choice(row.element_key, row.rule, row.seen) for row in body.findings]
    findings.decide(
        work, entry, version, chosen, body.decision, reason=body.reason, legal_basis=body.legal_basis
    )  # fmt: skip
    return _list(work, entry, version)


@routes.post(f"{ALL}/confirm", summary="Bestätigen, dass es keine Medienbrüche gibt", body=ConfirmFree)
def confirm_media_free(work: Work, city: str, slug: str, body: ConfirmFree) -> None:
    """Confirm that a version has no media breaks."""
    entry, version = _shown(work, city, slug, body.version)
    findings.confirm(work, entry, version, note=body.note)


@routes.post(f"{ALL}/withdraw", summary="Die Bestätigung zurücknehmen", body=ConfirmFree)
def withdraw_media_free(work: Work, city: str, slug: str, body: ConfirmFree) -> None:
    """Take the confirmation of a version back, with a reason."""
    entry, version = _shown(work, city, slug, body.version)
    findings.withdraw(work, entry, version, note=body.note)
