"""The register of deviations: where forks go their own way, why, who answers for it, and until when."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from hub.actions import deviations, entries
from hub.api import paging
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, PersonOut, entry_ref, person
from hub.inputs import Line
from hub.inputs.proposals import RecordDeviation
from hub.store.proposals import Deviation
from hub.work import Work

routes = Routes("Abweichungen")
ONE = "/entries/<city>/<slug>/deviations"


class DeviationNote(Output):
    """Why it is done otherwise, who answers for it, and until when."""

    reason: str
    owner: str
    expires_on: date | None
    overdue: bool
    by: PersonOut | None
    at: datetime


class DeviationOut(Output):
    """One way in which a fork differs: its own, or a change of the origin it declined."""

    change: str
    kind: Literal["own", "declined"]
    sentence: str
    place: str
    note: DeviationNote | None
    """Null while nobody has given a reason."""


class ForkDeviations(Output):
    """A fork with everything it does otherwise than its origin."""

    fork: EntryRef
    origin: EntryRef
    deviations: list[DeviationOut]


class DeviationList(Output):
    """A page of the register, by organisation and title."""

    items: list[ForkDeviations]
    next: str | None


class WhichDeviations(paging.Paged):
    """Filters of the register; `organisation` is a slug. What differs is worked out for the asked page only."""

    limit: Annotated[int, Field(ge=1, le=deviations.PAGE)] = deviations.PAGE
    organisation: Line = ""
    show: Literal["", "overdue", "unexplained", "declined"] = ""


def _note(work: Work, row: Deviation | None) -> DeviationNote | None:
    if row is None:
        return None
    return DeviationNote(
        reason=row.reason,
        owner=row.owner,
        expires_on=row.expires_on,
        overdue=deviations.overdue(work, row),
        by=person(row.decided_by),
        at=row.decided_at,
    )


def _fork(work: Work, found: deviations.Fork) -> ForkDeviations:
    return ForkDeviations(
        fork=entry_ref(found.entry),
        origin=entry_ref(found.origin),
        deviations=[
            DeviationOut(
                change=line.change,
                kind="declined" if line.kind == "declined" else "own",
                sentence=line.sentence(),
                place=line.place,
                note=_note(work, line.recorded),
            )
            for line in found.lines
        ],
    )


@routes.get("/deviations", summary="Register der Abweichungen", query=WhichDeviations, returns=DeviationList,
            signed_in=True)  # fmt: skip
def list_deviations(work: Work, query: WhichDeviations) -> DeviationList:
    """List the readable forks with what they do otherwise than their origins."""
    work.require_cooperation()
    page = paging.number(query, "page", 1, 100_000)
    found = deviations.register(work, city=query.organisation, show=query.show, page=page, size=query.limit)
    rows = found.rows if page == found.page else []
    more = page < found.page_count
    return DeviationList(items=[_fork(work, row) for row in rows], next=paging.cursor(page=page + 1) if more else None)


@routes.get(ONE, summary="Abweichungen einer Ableitung lesen", returns=ForkDeviations,
            signed_in=True)  # fmt: skip
def read_deviations(work: Work, city: str, slug: str) -> ForkDeviations:
    """Return what one fork does otherwise than its origin."""
    work.require_cooperation()
    return _fork(work, deviations.of(work, entries.find(work, city, slug)))


@routes.post(
    ONE, summary="Eine Abweichung begründen", body=RecordDeviation, returns=ForkDeviations,
    status=200, match=ONE,
)  # fmt: skip
def record_deviation(work: Work, city: str, slug: str, body: RecordDeviation) -> ForkDeviations:
    """Give a deviation its reason, who answers for it, and until when it holds."""
    entry = entries.find(work, city, slug)
    deviations.record(work, entry, body.change, reason=body.reason, owner=body.owner, expires_on=body.expires_on)
    return _fork(work, deviations.of(work, entry))
