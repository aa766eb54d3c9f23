"""The way of a version to its release: where it stands, what blocks it, who may do what, and every deed of it."""

from datetime import date, datetime

from hub.actions import blocking, cases, duties, organisations, releasing, reviews, verdicts, votes
from hub.actions.cases import Move
from hub.api.contract import Output, Routes
from hub.api.shapes import PersonOut, VersionRef, person, version_ref
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
from hub.store.entries import Entry
from hub.store.reviews import Adoption, Stage, Verdict
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Prüfung und Freigabe")
ONE = "/entries/<city>/<slug>/release"


class MoveOut(Output):
    """A move of the version; open if the caller may make it now, else a code says why not."""

    move: Move
    open: bool
    obstacle: str
    """Empty, `no_right`, or a code of what speaks against this person."""
    blockers: list[str]
    """Codes of what stands in the way of this move."""


class BlockerOut(Output):
    """Something that stands in the way."""

    code: str
    moves: list[Move]
    details: list[str]
    count: int


class VerdictOut(Output):
    """One row of the history."""

    verdict: Verdict
    stage: Stage
    number: str
    organisation: str | None
    by: PersonOut | None
    deputy_for: PersonOut | None
    reason: str
    at: datetime


class ValidityOut(Output):
    """How long the published version is valid."""

    version: VersionRef | None
    valid_from: date
    valid_until: date
    review_on: date


class DutyOut(Output):
    """The open review: until when, and who was asked."""

    stage: Stage
    due_on: date
    assignee: PersonOut | None


class VoteOut(Output):
    """What a city says to the release."""

    organisation: str
    adoption: Adoption
    reason: str


class ReleaseOut(Output):
    """Where the newest version stands on its way to publication."""

    version: VersionRef | None
    profile: str
    """Digest of the judged part of the profile, for `profile` of a move."""
    moves: list[MoveOut]
    blockers: list[BlockerOut]
    duties: list[DutyOut]
    validity: ValidityOut | None
    votes: list[VoteOut]
    ozgplus: bool
    history: list[VerdictOut]


def _shown(work: Work, entry: Entry) -> ReleaseOut:
    work.session.flush()
    case = cases.of(work, entry)
    found = blocking.blockers(work, entry, case.version)
    release = releasing.release_of(work, entry.published_id)
    judged = reviews.judged_version(case, entry.published)
    return ReleaseOut(
        version=version_ref(case.version),
        profile=verdicts.profile_digest(entry),
        moves=[
            MoveOut(
                move=move,
                open=turn.open,
                obstacle="no_right" if turn.voice is None else turn.obstacle,
                blockers=[one.code for one in blocking.against(found, move)],
            )
            for move, turn in cases.turns(work, case).items()
        ],
        blockers=[
            BlockerOut(code=row.code, moves=sorted(row.moves), details=list(map(str, row.details)), count=row.count)
            for row in found
        ],
        duties=[
            DutyOut(stage=Stage(stage), due_on=duty.due_on, assignee=person(duty.assignee))
            for stage, duty in sorted(case.duties.items())
        ],
        validity=None
        if release is None
        else ValidityOut(
            version=version_ref(entry.published),
            valid_from=release.valid_from,
            valid_until=release.valid_until,
            review_on=release.review_on,
        ),
        votes=[]
        if judged is None
        else [
            VoteOut(organisation=vote.organisation.slug, adoption=Adoption(vote.adoption), reason=vote.reason)
            for _key, vote in sorted(votes.current(work, judged).items())
        ],
        ozgplus=blocking.claims_ozgplus(work, entry),
        history=[
            VerdictOut(
                verdict=Verdict(row.verdict),
                stage=Stage(row.stage),
                number=row.number,
                organisation=row.organisation.slug if row.organisation is not None else None,
                by=person(row.user),
                deputy_for=person(row.deputy_for),
                reason=row.reason,
                at=row.created_at,
            )
            for row in case.history
        ],
    )


@routes.get(ONE, summary="Den Stand der Freigabe lesen", returns=ReleaseOut, signed_in=True)
def read_release(work: Work, city: str, slug: str) -> ReleaseOut:
    """Return where the newest version stands, what blocks it, and what the caller may do."""
    return _shown(work, reviews.find_entry(work, city, slug))


@routes.post(
    f"{ONE}/moves", summary="Einreichen, prüfen, freigeben, veröffentlichen …", body=MoveVersion, returns=ReleaseOut,
    status=200, scope=Scope.REVIEW,
)  # fmt: skip
def make_move(work: Work, city: str, slug: str, body: MoveVersion) -> ReleaseOut:
    """Make one move with the version `version` (its id): the same ones the page offers, with the same refusals."""
    entry = reviews.find_entry(work, city, slug)
    reviews.make(work, entry, reviews.find_version(work, entry, body.version), body)
    return _shown(work, entry)


@routes.post(
    f"{ONE}/validity", summary="Gültigkeit bestätigen", body=ConfirmValidity, returns=ReleaseOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def confirm_validity(work: Work, city: str, slug: str, body: ConfirmValidity) -> ReleaseOut:
    """Confirm that the published version is still valid, with new dates."""
    entry = reviews.find_entry(work, city, slug)
    version = reviews.find_version(work, entry, body.version)
    reviews.confirm(
        work, entry, version, valid_until=body.valid_until, review_on=body.review_on, note=body.note
    )  # fmt: skip
    return _shown(work, entry)


@routes.post(
    f"{ONE}/duty", summary="Eine Prüfung zuweisen", body=AssignReview, returns=ReleaseOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def assign_review(work: Work, city: str, slug: str, body: AssignReview) -> ReleaseOut:
    """Ask somebody to do the open review, or set its date."""
    entry = reviews.find_entry(work, city, slug)
    duties.assign(work, entry, assignee_id=body.assignee, due_on=body.due_on)
    return _shown(work, entry)


@routes.post(f"{ONE}/reminder", summary="An die Prüfung erinnern", scope=Scope.REVIEW)
def remind_reviewer(work: Work, city: str, slug: str) -> None:
    """Remind whoever has to review; once a day is enough, further reminders do nothing."""
    duties.remind(work, reviews.find_entry(work, city, slug))


@routes.post(
    f"{ONE}/ozgplus", summary="OZGplus beanspruchen", body=ClaimOzgPlus, returns=ReleaseOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def claim_ozgplus(work: Work, city: str, slug: str, body: ClaimOzgPlus) -> ReleaseOut:
    """Claim that the entry is an OZGplus service, or drop the claim."""
    entry = reviews.find_entry(work, city, slug)
    (blocking.claim if body.claim else blocking.drop_claim)(work, entry)
    return _shown(work, entry)


@routes.post(
    f"{ONE}/discussions", summary="Eine Diskussion die Freigabe aufhalten lassen", body=BlockApproval,
    returns=ReleaseOut, status=200, scope=Scope.REVIEW,
)  # fmt: skip
def block_approval(work: Work, city: str, slug: str, body: BlockApproval) -> ReleaseOut:
    """Let a discussion hold up the approval, or no longer."""
    entry = reviews.find_entry(work, city, slug)
    (blocking.block if body.deed == "block" else blocking.lift)(work, entry, body.comment)
    return _shown(work, entry)


@routes.post(
    f"{ONE}/votes", summary="Für eine Stadt abstimmen", body=CastVote, returns=ReleaseOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def cast_vote(work: Work, city: str, slug: str, body: CastVote) -> ReleaseOut:
    """Say for a city whether it takes the release over."""
    entry = reviews.find_entry(work, city, slug)
    place = organisations.find(work, body.city)
    votes.cast(
        work, entry, reviews.find_version(work, entry, body.version), place, Adoption(body.adoption), body.vote_reason
    )
    return _shown(work, entry)


@routes.post(f"{ONE}/reference", summary="Als Referenz vorschlagen", body=ProposeReference, scope=Scope.REVIEW)
def propose_reference(work: Work, city: str, slug: str, body: ProposeReference) -> None:
    """Propose to make the entry a reference model."""
    votes.propose(
        work, reviews.find_entry(work, city, slug), organisations.find(work, body.city), body.reference_reason
    )


@routes.post(
    f"{ONE}/reference/answer", summary="Auf einen Referenzvorschlag antworten", body=AnswerReference,
    scope=Scope.REVIEW,
)  # fmt: skip
def answer_reference(work: Work, city: str, slug: str, body: AnswerReference) -> None:
    """Accept or decline that the entry becomes a reference model."""
    entry, place = reviews.find_entry(work, city, slug), organisations.find(work, body.city)
    votes.answer(work, entry, place, accept=body.answer == "accept", reason=body.reference_reason)


@routes.post(f"{ONE}/reference/withdraw", summary="Einen Referenzvorschlag zurückziehen", scope=Scope.REVIEW)
def withdraw_reference(work: Work, city: str, slug: str) -> None:
    """Take one's own proposal of a reference back."""
    votes.withdraw(work, reviews.find_entry(work, city, slug))


@routes.post(f"{ONE}/fork", summary="Eine Abweichung begründen", body=ExplainFork, returns=ReleaseOut, status=200)
def explain_fork(work: Work, city: str, slug: str, body: ExplainFork) -> ReleaseOut:
    """Say why the fork deviates from its origin."""
    entry = reviews.find_entry(work, city, slug)
    reviews.explain_fork(work, entry, body.fork_reason, revision=body.revision)
    return _shown(work, entry)
