"""What is under review in the whole cooperation: lists, load, validity, and the rules agreed on."""

from datetime import date
from typing import Literal

from hub.actions import duties, releasing, verdicts
from hub.actions.cases import Case
from hub.actions.schedule import months_after
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, PersonOut, VersionRef, entry_ref, person, version_ref
from hub.inputs import Input, Line
from hub.inputs.reviews import ChangeReviewRules
from hub.store.reviews import ReviewRules, Stage
from hub.work import Work

routes = Routes("Prüfungen aller Städte")
AHEAD = 3
"""Months ahead in which a validity that ends is listed."""
RULES = "/reviews/rules"


class WhichReviews(Input):
    """Filters of the list; empty means all."""

    organisation: Line = ""
    state: Literal["", "review_method", "review_expert", "released"] = ""


class OpenReview(Output):
    """A version on its way to publication."""

    entry: EntryRef
    version: VersionRef | None
    stage: Stage
    due_on: date | None
    assignee: PersonOut | None


class OpenReviews(Output):
    """Everything that is under review and readable, the soonest due first."""

    items: list[OpenReview]


class LoadOut(Output):
    """How much one person has to review."""

    person: PersonOut
    asked: int
    could: int
    overdue: int
    done: int
    """Verdicts in the last 90 days."""


class LoadList(Output):
    """The load of everybody who reviews, the heaviest first."""

    items: list[LoadOut]


class ExpiryOut(Output):
    """A release that is due for another look soon."""

    entry: EntryRef
    version: VersionRef | None
    valid_until: date
    review_on: date
    expired: bool


class ExpiryList(Output):
    """Releases due within three months, soonest first."""

    items: list[ExpiryOut]


class ReviewRulesOut(Output):
    """What the cooperation agreed on."""

    quorum: int
    """Cities that must approve a reference model."""
    valid_months: int
    lead_months: int
    review_days: int


def _open(case: Case) -> OpenReview:
    duty = case.duties.get(case.stage)
    return OpenReview(
        entry=entry_ref(case.entry),
        version=version_ref(case.version),
        stage=case.stage,
        due_on=duties.due(case),
        assignee=None if duty is None else person(duty.assignee),
    )


@routes.get("/reviews", summary="Offene Prüfungen auflisten", query=WhichReviews, returns=OpenReviews, signed_in=True)
def list_reviews(work: Work, query: WhichReviews) -> OpenReviews:
    """List what is under review and readable."""
    work.require_cooperation()
    found = duties.open_cases(work, city=query.organisation, stage=query.state)
    return OpenReviews(items=[_open(case) for case in found])


@routes.get("/reviews/load", summary="Wer hat wie viel zu prüfen? (Koordination)", returns=LoadList, signed_in=True)
def read_review_load(work: Work) -> LoadList:
    """Return how much each person has to review."""
    return LoadList(
        items=[
            LoadOut(
                person=PersonOut(id=row.person.id, name=row.person.name),
                asked=row.asked,
                could=row.could,
                overdue=row.overdue,
                done=row.done,
            )
            for row in duties.load(work)
        ]
    )


@routes.get("/reviews/validity", summary="Bald ablaufende Gültigkeiten", returns=ExpiryList, signed_in=True)
def list_expiring(work: Work) -> ExpiryList:
    """List the releases whose validity ends soon or has ended."""
    work.require_cooperation()
    day = releasing.today(work)
    return ExpiryList(
        items=[
            ExpiryOut(
                entry=entry_ref(row.entry),
                version=version_ref(row.version),
                valid_until=row.valid_until,
                review_on=row.review_on,
                expired=releasing.has_expired(row, day),
            )
            for row in duties.expiring(work, months_after(day, AHEAD))
        ]
    )


def _rules(agreed: ReviewRules) -> ReviewRulesOut:
    return ReviewRulesOut(
        quorum=agreed.quorum,
        valid_months=agreed.valid_months,
        lead_months=agreed.lead_months,
        review_days=agreed.review_days,
    )


@routes.get(RULES, summary="Vereinbarte Regeln der Prüfung lesen", returns=ReviewRulesOut, signed_in=True)
def read_review_rules(work: Work) -> ReviewRulesOut:
    """Return what the cooperation agreed on."""
    work.require_cooperation()
    return _rules(verdicts.rules(work))


@routes.put(
    RULES, summary="Regeln der Prüfung vereinbaren (Koordination)", body=ChangeReviewRules, returns=ReviewRulesOut
)
def set_review_rules(work: Work, body: ChangeReviewRules) -> ReviewRulesOut:
    """Agree on other rules; what was released stays released."""
    return _rules(verdicts.set_rules(work, **body.model_dump(), revision=verdicts.rules(work).revision))
