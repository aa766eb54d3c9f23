"""The page „Freigabe“ of an entry: where a version stands, what blocks it, what somebody may do next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import blocking, cases, discussions, duties, releasing, reviews, verdicts, votes
from hub.actions.cases import Case, Move
from hub.actions.schedule import months_after
from hub.errors import Conflict, Forbidden, Invalid
from hub.http import current_work, transaction
from hub.inputs import Input
from hub.inputs.reviews import (
    AnswerReference,
    AssignReview,
    BlockApproval,
    CastVote,
    ClaimOzgPlus,
    ConfirmValidity,
    ExplainFork,
    MoveVersion,
    ProposeReference,
)
from hub.policy import reviews as policy
from hub.store.discussions import Audience
from hub.store.entries import Entry, Version, VersionState
from hub.store.reviews import Adoption, Review, Stage
from hub.web.entries import head
from hub.web.forms import Form
from hub.web.library import organisation
from hub.web.messages import SENTENCES, flash_text
from hub.work import Work

bp = Blueprint("reviews", __name__)
Reply = str | Response | tuple[str, int]

STEPS = (
    VersionState.DRAFT,
    VersionState.REVIEW_METHOD,
    VersionState.REVIEW_EXPERT,
    VersionState.RELEASED,
    VersionState.PUBLISHED,
)
FORMS: dict[str, type[Input]] = {
    "move": MoveVersion,
    "confirm": ConfirmValidity,
    "assign": AssignReview,
    "vote": CastVote,
    "propose": ProposeReference,
    "answer": AnswerReference,
    "fork": ExplainFork,
    "ozgplus": ClaimOzgPlus,
    "block": BlockApproval,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, as the page shows it."""

    state: VersionState
    standing: str
    """`done`, `here`, `ahead`."""
    rows: Sequence[Review]
    """The verdicts that brought the version past it."""


def _steps(case: Case) -> list[Step]:
    held, state = case.standing, VersionState(case.version.state)
    at = STEPS.index(state) if state in STEPS else len(STEPS)
    rows: dict[VersionState, list[Review]] = {
        VersionState.REVIEW_METHOD: held.of(Stage.METHOD),
        VersionState.REVIEW_EXPERT: held.of(Stage.EXPERT),
    }
    return [
        Step(step, "done" if place < at else "here" if place == at else "ahead", rows.get(step, []))
        for place, step in enumerate(STEPS)
    ]


def _page(work: Work, entry: Entry, refused: dict[str, Form[Any]] | None = None, trouble: str = "") -> str:
    case = cases.of(work, entry)
    version = case.version
    turns = cases.turns(work, case)
    found = blocking.blockers(work, entry, version)
    forms = {name: Form(shape) for name, shape in FORMS.items()} | (refused or {})
    published = entry.published
    release = releasing.release_of(work, entry.published_id)
    day = releasing.today(work)
    judged = reviews.judged_version(case, published)
    threads = discussions.threads(work, entry, version) if policy.block_approval(work.actor, entry) else []
    held_up = blocking.holding_up(work, entry)
    blocked = {row.comment.id for row in held_up}
    wanted = votes.proposal(work, entry)
    assigns = case.stage in case.duties and policy.assign_review(work.actor, entry)
    return render_template(
        "reviews/show.html",
        **head(work, entry, version),
        case=case,
        steps=_steps(case),
        turns={str(move): turn for move, turn in turns.items() if move != Move.CONFIRM},
        blockers=found,
        profile_digest=verdicts.profile_digest(entry),
        against={str(move): blocking.against(found, move) for move in turns},
        forms=forms,
        trouble=trouble,
        duty=case.duties.get(case.stage),
        asked=duties.names(work, reviews.reviewers(case)) if case.stage in case.duties else {},
        candidates=duties.candidates(work, case) if assigns else [],
        may_assign=assigns,
        numbers=_numbers(work, entry, version),
        release=release,
        due=release is not None and releasing.is_due(release, day),
        expired=release is not None and releasing.has_expired(release, day),
        outdated=release is not None and releasing.outdated_fields(entry, release),
        may_confirm=published is not None and policy.set_validity(work.actor, entry),
        day=day,
        next_until=months_after(day, case.agreed.valid_months),
        next_review=months_after(day, case.agreed.valid_months - case.agreed.lead_months),
        ozgplus=blocking.claims_ozgplus(work, entry),
        may_claim=policy.claim_ozgplus(work.actor, entry),
        open_threads=[
            row for row in threads if row.open and row.first.audience != Audience.CITY and row.first.id not in blocked
        ],
        held_up=held_up,
        judged=judged,
        cities=votes.cities(work) if judged is not None else [],
        voted=votes.current(work, judged) if judged is not None else {},
        may_vote=votes.may_vote_for(work, entry) if judged is not None else [],
        using=votes.users(work, entry),
        may_propose=votes.may_propose_for(work, entry) if wanted is None else [],
        proposal=wanted,
        may_answer=votes.may_answer_for(work, entry, wanted) if wanted is not None else [],
        history=list(reversed(case.history)),
        names=duties.names(work, [row.deputy_for_id for row in case.history if row.deputy_for_id is not None]),
        former=releasing.former_numbers(work, entry),
        is_reference=entry.level in policy.REFERENCE,
    )


def _numbers(work: Work, entry: Entry, version: Version) -> tuple[str, str]:
    """Return the numbers a release would get: a whole one, and that of an editorial change."""
    whole = releasing.next_number(work, entry, version, editorial=False)
    kept = releasing.next_number(work, entry, version, editorial=True)
    return f"{whole[0]}.{whole[1]:02}", f"{kept[0]}.{kept[1]:02}"


@bp.get("/<city>/<slug>/release")
def show(city: str, slug: str) -> Reply:
    """Show where the newest version stands on its way to publication."""
    work = current_work()
    return _page(work, reviews.find_entry(work, city, slug))


def _do(city: str, slug: str, name: str, deed: Callable[[Work, Entry, Any], str], anchor: str | None = None) -> Reply:
    """Do one deed of the page from its form, or show the page again with what was typed and why not."""
    form = Form(FORMS[name], request.form)
    try:
        sent = form.read()
        with transaction() as work:
            done = deed(work, reviews.find_entry(work, city, slug), sent)
            target = url_for(".show", city=city, slug=slug, _anchor=anchor)
    except (Invalid, Conflict, Forbidden) as error:
        code = str(error.args[0]) if error.args else ""
        if isinstance(error, Forbidden) and code not in SENTENCES:
            raise
        work = current_work()
        entry = reviews.find_entry(work, city, slug)
        if isinstance(error, Invalid):
            return _page(work, entry, {name: form.refused(error)}), 422
        status = 403 if isinstance(error, Forbidden) else 422
        return _page(work, entry, {name: form}, trouble=code), status
    flash(flash_text(done), "success")
    return redirect(target)


def _make(work: Work, entry: Entry, sent: MoveVersion) -> str:
    reviews.make(work, entry, reviews.find_version(work, entry, sent.version), sent)
    return f"move_{sent.move}"


@bp.post("/<city>/<slug>/release")
def move(city: str, slug: str) -> Reply:
    """Make one move with the version that was on the screen."""
    return _do(city, slug, "move", _make)


@bp.post("/<city>/<slug>/release/validity")
def confirm(city: str, slug: str) -> Reply:
    """Confirm that the published version is still valid, with new dates."""

    def deed(work: Work, entry: Entry, sent: ConfirmValidity) -> str:
        version = reviews.find_version(work, entry, sent.version)
        dates = {"valid_until": sent.valid_until, "review_on": sent.review_on}
        reviews.confirm(work, entry, version, **dates, note=sent.note)
        return "confirmed"

    return _do(city, slug, "confirm", deed, "validity")


@bp.post("/<city>/<slug>/release/duty")
def assign(city: str, slug: str) -> Reply:
    """Ask somebody to do the open review, or set its date."""

    def deed(work: Work, entry: Entry, sent: AssignReview) -> str:
        duties.assign(work, entry, assignee_id=sent.assignee, due_on=sent.due_on)
        return "assigned"

    return _do(city, slug, "assign", deed)


@bp.post("/<city>/<slug>/release/reminder")
def remind(city: str, slug: str) -> Reply:
    """Remind whoever has to review."""
    with transaction() as work:
        sent = duties.remind(work, reviews.find_entry(work, city, slug))
    flash(flash_text("reminded" if sent else "reminded_before"), "success" if sent else "info")
    return redirect(url_for(".show", city=city, slug=slug))


@bp.post("/<city>/<slug>/release/ozgplus")
def ozgplus(city: str, slug: str) -> Reply:
    """Claim that the entry is an OZGplus service, or drop the claim."""

    def deed(work: Work, entry: Entry, sent: ClaimOzgPlus) -> str:
        (blocking.claim if sent.claim else blocking.drop_claim)(work, entry)
        return "saved"

    return _do(city, slug, "ozgplus", deed, "ozgplus")


@bp.post("/<city>/<slug>/release/discussion")
def hold_up(city: str, slug: str) -> Reply:
    """Let a discussion hold up the approval, or no longer."""

    def deed(work: Work, entry: Entry, sent: BlockApproval) -> str:
        (blocking.block if sent.deed == "block" else blocking.lift)(work, entry, sent.comment)
        return "blocked_approval" if sent.deed == "block" else "lifted_block"

    return _do(city, slug, "block", deed, "discussions")


@bp.post("/<city>/<slug>/release/vote")
def vote(city: str, slug: str) -> Reply:
    """Say for one's city whether it takes the release over."""

    def deed(work: Work, entry: Entry, sent: CastVote) -> str:
        version, place = reviews.find_version(work, entry, sent.version), organisation(work, sent.city)
        try:
            votes.cast(work, entry, version, place, Adoption(sent.adoption), sent.vote_reason)
        except Invalid as error:
            raise Invalid(vote_reason=error.fields["reason"]) from error
        return "voted"

    return _do(city, slug, "vote", deed, "votes")


@bp.post("/<city>/<slug>/release/reference")
def propose(city: str, slug: str) -> Reply:
    """Propose to make the entry a reference model."""

    def deed(work: Work, entry: Entry, sent: ProposeReference) -> str:
        votes.propose(work, entry, organisation(work, sent.city), sent.reference_reason)
        return "proposed_reference"

    return _do(city, slug, "propose", deed, "reference")


@bp.post("/<city>/<slug>/release/reference/answer")
def answer(city: str, slug: str) -> Reply:
    """Accept or decline that the entry becomes a reference model."""

    def deed(work: Work, entry: Entry, sent: AnswerReference) -> str:
        place = organisation(work, sent.city)
        votes.answer(work, entry, place, accept=sent.answer == "accept", reason=sent.reference_reason)
        return "answered_reference"

    return _do(city, slug, "answer", deed, "reference")


@bp.post("/<city>/<slug>/release/reference/withdraw")
def withdraw_proposal(city: str, slug: str) -> Reply:
    """Take one's own proposal back."""
    with transaction() as work:
        votes.withdraw(work, reviews.find_entry(work, city, slug))
    flash(flash_text("saved"), "success")
    return redirect(url_for(".show", city=city, slug=slug, _anchor="reference"))


@bp.post("/<city>/<slug>/release/fork")
def explain_fork(city: str, slug: str) -> Reply:
    """Say why the fork deviates from its origin."""

    def deed(work: Work, entry: Entry, sent: ExplainFork) -> str:
        reviews.explain_fork(work, entry, sent.fork_reason, revision=sent.revision)
        return "saved"

    return _do(city, slug, "fork", deed)
