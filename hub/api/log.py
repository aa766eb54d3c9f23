"""The sealed log (Protokoll): its head, a check of the whole chain, and an excerpt; for whoever runs the hub."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.actions import log, log_pages
from hub.api.contract import Output, Routes, Stream
from hub.errors import NotFound
from hub.inputs import Input, Line, Number
from hub.policy.admin import administer
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Protokoll")


class WhichLines(Input):
    """Filters; empty means all. `kind` is the beginning of a kind, such as `account` or `version.published`."""

    kind: Annotated[Line, StringConstraints(max_length=40)] = ""
    actor: Number | None = None
    organisation: Number | None = None
    entry: Number | None = None
    since: Annotated[date | None, Field(ge=date(1990, 1, 1), le=date(2150, 12, 31))] = None
    until: Annotated[date | None, Field(ge=date(1990, 1, 1), le=date(2150, 12, 31))] = None


class HeadOut(Output):
    """The end of the chain, to be noted outside of the hub from time to time."""

    lines: int
    digest: str


class BreakOut(Output):
    """A place where the chain does not hold."""

    code: str
    """changed, erased_unsaid, unchained, gap, missing_event, head, unsealed"""
    position: int
    event: int | None


class VerifiedOut(Output):
    """What checking the chain found; it holds if `breaks` is empty."""

    holds: bool
    lines: int
    erased: int
    digest: str
    breaks: list[BreakOut]


def _check(work: Work) -> None:
    """Raise `NotFound` unless the caller runs the hub: everybody else learns nothing of it, as on the pages."""
    if not administer(work.actor):
        raise NotFound


@routes.get("/log/head", summary="Das Ende des Protokolls", returns=HeadOut, signed_in=True, scope=Scope.ADMIN)
def read_log_head(work: Work) -> HeadOut:
    """Return how many lines are sealed, and the digest of the last."""
    _check(work)
    position, digest = log.head(work)
    return HeadOut(lines=position, digest=digest)


@routes.get("/log/verification", summary="Das ganze Protokoll prüfen", returns=VerifiedOut, signed_in=True,
            scope=Scope.ADMIN)  # fmt: skip
def verify_log(work: Work) -> VerifiedOut:
    """Check every line of the chain now, and say where it does not hold."""
    _check(work)
    found = log_pages.verify(work)
    return VerifiedOut(
        holds=not found.breaks,
        lines=found.lines,
        erased=found.erased,
        digest=found.digest,
        breaks=[BreakOut(code=one.code, position=one.position, event=one.event_id) for one in found.breaks],
    )


@routes.get("/log/excerpt", summary="Ein versiegelter Auszug des Protokolls", query=WhichLines,
            media=("application/x-ndjson",), signed_in=True, scope=Scope.ADMIN)  # fmt: skip
def read_log_excerpt(work: Work, query: WhichLines) -> Stream:
    """Return the sealed lines that fit, one JSON a line, to be checked with nothing but SHA-256."""
    _check(work)
    wanted = log_pages.Wanted(query.kind, query.actor, query.organisation, query.entry, query.since, query.until)
    return Stream(log_pages.excerpt(work, wanted), "application/x-ndjson", "protokoll.jsonl")
