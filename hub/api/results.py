"""Promised results of a grant and the immutable versions that prove them."""

from datetime import date, datetime
from typing import Any

from hub.actions import evidence_facts, grants, results
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import Decimal, EntryRef, VersionRef, decimal, entry_ref, version_ref
from hub.inputs.funding import TieEvidence
from hub.inputs.money import SendResult, SendResultMove
from hub.store.funding import Evidence, Result, ResultState
from hub.work import Work

routes = Routes("Ergebnisse")
ALL = "/grants/<grant>/results"
ONE = f"{ALL}/<int:position>"


class EvidenceOut(Output):
    """A version that proves a result, with what was true of it when it was tied."""

    id: int
    entry: EntryRef
    version: VersionRef | None
    sha256: str
    facts: dict[str, Any]
    note: str
    added_at: datetime


class ResultOut(Output):
    """A promised result; `moves` are the states the caller may bring it to."""

    position: int
    title: str
    target: str
    criterion: str
    organisation: str
    due: date | None
    share: Decimal
    state: ResultState
    revision: int
    moves: list[ResultState]
    evidence: list[EvidenceOut]


class ResultList(Output):
    """The results in their order, and what of the grant is spread over them."""

    items: list[ResultOut]
    spread: Decimal
    rest: Decimal


def _evidence(row: Evidence) -> EvidenceOut:
    return EvidenceOut(
        id=row.id,
        entry=entry_ref(row.version.entry),
        version=version_ref(row.version),
        sha256=row.sha256,
        facts=row.facts or {},
        note=row.note,
        added_at=row.added_at,
    )


def _shown(work: Work, row: Result) -> ResultOut:
    work.session.flush()
    return ResultOut(
        position=row.position,
        title=row.title,
        target=row.target,
        criterion=row.criterion,
        organisation=row.organisation.slug,
        due=row.due,
        share=decimal(row.share),
        state=ResultState(row.state),
        revision=row.revision,
        moves=list(results.moves(work, row)),
        evidence=[_evidence(one) for one in row.evidence],
    )


def _find(work: Work, grant: str, position: int) -> Result:
    return results.find(work, grants.own(work, grant), position)


@routes.get(ALL, summary="Ergebnisse auflisten", returns=ResultList, signed_in=True)
def list_results(work: Work, grant: str) -> ResultList:
    """List the promised results of a grant with their evidence."""
    found = grants.own(work, grant)
    rows = results.listing(work, found)
    shares = results.shares(found, rows)
    return ResultList(
        items=[_shown(work, row) for row in rows], spread=decimal(shares.spread), rest=decimal(shares.rest)
    )


@routes.get(ONE, summary="Ein Ergebnis lesen", returns=ResultOut, signed_in=True)
def read_result(work: Work, grant: str, position: int) -> ResultOut:
    """Return a promised result with its evidence."""
    return _shown(work, _find(work, grant, position))


@routes.post(ALL, summary="Ein Ergebnis anlegen", body=SendResult, returns=ResultOut)
def add_result(work: Work, grant: str, body: SendResult) -> Made:
    """Add a promised result at the end."""
    found = grants.own(work, grant)
    made = results.add(work, found, body)
    return Made(_shown(work, made), "read_result", {"grant": found.slug, "position": made.position})


@routes.put(ONE, summary="Ein Ergebnis ändern", body=SendResult, returns=ResultOut)
def edit_result(work: Work, grant: str, position: int, body: SendResult) -> ResultOut:
    """Replace what is promised; 409 `result_moved_on` while the authority reviews it and once it was accepted."""
    found = grants.own(work, grant)
    row = results.find(work, found, position)
    results.edit(work, found, row, body.model_copy(update={"revision": body.revision or row.revision}))
    return _shown(work, row)


@routes.post(
    f"{ONE}/moves", summary="Ein Ergebnis in den nächsten Stand bringen", body=SendResultMove, returns=ResultOut,
    status=200, match=ONE,
)  # fmt: skip
def move_result(work: Work, grant: str, position: int, body: SendResultMove) -> ResultOut:
    """Bring a result to one of its `moves`."""
    row = _find(work, grant, position)
    results.move(work, row, body.after, revision=row.revision, reason=body.reason)
    return _shown(work, row)


@routes.post(
    f"{ONE}/evidence", summary="Eine freigegebene Version als Beleg verknüpfen", body=TieEvidence, returns=ResultOut,
    status=200,
)  # fmt: skip
def tie_evidence(work: Work, grant: str, position: int, body: TieEvidence) -> ResultOut:
    """Tie the result to an approved version, named as `stadt/eintrag/1.00`."""
    row = _find(work, grant, position)
    entry, version = results.cited(work, body.version)
    results.tie(work, row, body.version, body.note, evidence_facts.of(work, entry, version))
    return _shown(work, row)


@routes.delete(f"{ONE}/evidence/<int:evidence>", summary="Einen Beleg lösen", match="")
def untie_evidence(work: Work, grant: str, position: int, evidence: int) -> None:
    """Take a version away again, as long as the result was not submitted."""
    results.untie(work, _find(work, grant, position), evidence)
