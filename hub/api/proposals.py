"""Proposals: list, read with every change, open, decide, merge, answer, withdraw, and talk about them."""

from datetime import datetime
from typing import Literal

from flask import url_for

from hub.actions import contents, deciding, entries, library, proposal_lists, proposals
from hub.actions.merging import Item
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import EntryRef, PersonOut, VersionRef, address_of, entry_ref, person, version_ref
from hub.documents import Content
from hub.errors import Invalid, NotFound
from hub.http import current_work, settings
from hub.inputs.programs import DecideProposal, SendOffer, SendRevision, SendSuggestion
from hub.inputs.proposals import AnswerProposal, CommentProposal, DescribeProposal, MergeProposal, Revision
from hub.store.entries import Version
from hub.store.proposals import Proposal, ProposalDecision, ProposalState, Verdict, Way
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Vorschläge")
ALL = "/entries/<city>/<slug>/proposals"
ONE = f"{ALL}/<int:proposal>"


class Which(paging.Paged):
    """Filters of the list: `in` to, `out` from one's own organisations, `mine` opened by the caller."""

    scope: Literal["", "in", "out", "mine"] = ""
    state: Literal["", "active", "draft", "open", "merged", "declined", "withdrawn"] = ""


class ProposalOut(Output):
    """A proposal; `revision` is what every deed on it names."""

    id: int
    target: EntryRef
    source: EntryRef | None
    """The entry it comes from; null for a suggestion with content of its own."""
    way: Way
    state: ProposalState
    title: str
    description: str
    answer: str
    revision: int
    organisation: str
    opened_by: PersonOut | None
    base: VersionRef | None
    ours: VersionRef | None
    theirs: VersionRef | None
    result: VersionRef | None
    created_at: datetime
    updated_at: datetime
    opened_at: datetime | None
    decided_at: datetime | None
    ahead: int | None
    """Versions of the offered side that the target does not have; null once the proposal is closed."""
    behind: int | None
    """Versions of the target that the offered side does not have; null once the proposal is closed."""
    url: str


class ProposalList(Output):
    """A page of proposals, those changed last first."""

    items: list[ProposalOut]
    next: str | None


class DecisionOut(Output):
    """What was decided about a change."""

    verdict: Verdict
    value: str
    reason: str
    decided_by: PersonOut | None
    decided_at: datetime


class ChangeOut(Output):
    """One change to decide about, or a clash; `change` stays the same for as long as it does the same thing."""

    change: str
    kind: str
    sentence: str
    clash: bool
    place: str
    element_key: str
    before: str
    after: str
    verdicts: list[Verdict]
    worded: bool
    decision: DecisionOut | None


class Changes(Output):
    """Everything to decide, what the target changed itself, and every reason not to merge now."""

    revision: int
    items: list[ChangeOut]
    ours: list[str]
    same: int
    blockers: list[str]


class RemarkOut(Output):
    """A remark on a proposal or one of its changes."""

    id: int
    text: str
    change: str
    subject: str
    author: PersonOut | None
    organisation: str
    created_at: datetime


class Remarks(Output):
    """All remarks, oldest first."""

    items: list[RemarkOut]


def _shown(found: Proposal) -> ProposalOut:
    return _told(found, proposal_lists.apart(current_work(), [found]).get(found.id))


def _told(found: Proposal, apart: proposal_lists.Apart | None) -> ProposalOut:
    target = found.target
    return ProposalOut(
        id=found.id,
        target=entry_ref(target),
        source=None if found.source is None else entry_ref(found.source),
        way=Way(found.way),
        state=ProposalState(found.state),
        title=found.title,
        description=found.description,
        answer=found.answer,
        revision=found.revision,
        organisation=found.organisation.slug,
        opened_by=person(found.opened_by),
        base=version_ref(found.base),
        ours=version_ref(found.ours),
        theirs=version_ref(found.theirs),
        result=version_ref(found.result),
        created_at=found.created_at,
        updated_at=found.updated_at,
        opened_at=found.opened_at,
        decided_at=found.decided_at,
        ahead=None if apart is None else apart.ahead,
        behind=None if apart is None else apart.behind,
        url=url_for("proposals.show", city=target.organisation.slug, slug=target.slug, proposal=found.id),
    )


def _list(work: Work, query: Which, **which: object) -> ProposalList:
    page = paging.number(query, "page", 1, 100_000)
    found = proposal_lists.listing(work, scope=query.scope, state=query.state, page=page, size=query.limit, **which)  # type: ignore[arg-type]
    rows = found.rows if page == found.page else []
    more = found.page < found.page_count
    return ProposalList(
        items=[_told(row, found.apart.get(row.id)) for row in rows], next=paging.cursor(page=page + 1) if more else None
    )


def _find(work: Work, city: str, slug: str, proposal: int) -> Proposal:
    return proposals.find(work, entries.find(work, city, slug), proposal)


@routes.get("/proposals", summary="Vorschläge aller Städte auflisten", query=Which, returns=ProposalList)
def list_proposals(work: Work, query: Which) -> ProposalList:
    """List the proposals the caller may read."""
    return _list(work, query)


@routes.get(ALL, summary="Vorschläge eines Eintrags auflisten", query=Which, returns=ProposalList)
def list_entry_proposals(work: Work, city: str, slug: str, query: Which) -> ProposalList:
    """List the proposals to and from an entry."""
    return _list(work, query, entry=entries.find(work, city, slug))


@routes.get(ONE, summary="Einen Vorschlag lesen", returns=ProposalOut)
def read_proposal(work: Work, city: str, slug: str, proposal: int) -> ProposalOut:
    """Return a proposal without its changes."""
    return _shown(_find(work, city, slug, proposal))


def _change(item: Item, decided: ProposalDecision | None) -> ChangeOut:
    return ChangeOut(
        change=item.change,
        kind=item.kind,
        sentence=item.german,
        clash=item.clash,
        place=item.place,
        element_key=item.element_key,
        before=item.before,
        after=item.after,
        verdicts=list(item.verdicts),
        worded=item.worded,
        decision=None
        if decided is None
        else DecisionOut(
            verdict=Verdict(decided.verdict),
            value=decided.value,
            reason=decided.reason,
            decided_by=person(decided.decided_by),
            decided_at=decided.decided_at,
        ),
    )


def _changes(now: deciding.State) -> Changes:
    return Changes(
        revision=now.proposal.revision,
        items=[_change(item, now.decisions.get(item.change)) for item in now.review.items],
        ours=[change.sentence("de") for change in now.review.ours],
        same=now.review.same,
        blockers=list(now.blockers),
    )


@routes.get(f"{ONE}/changes", summary="Die Änderungen eines Vorschlags lesen", returns=Changes)
def read_proposal_changes(work: Work, city: str, slug: str, proposal: int) -> Changes:
    """Return every change with the verdicts it allows and what was decided."""
    return _changes(deciding.state(work, _find(work, city, slug, proposal)))


@routes.post(
    f"{ONE}/decisions", summary="Über Änderungen entscheiden", body=DecideProposal, returns=Changes, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def decide_proposal(work: Work, city: str, slug: str, proposal: int, body: DecideProposal) -> Changes:
    """Keep decisions: adopt, adapt, decline with a reason, later; for a clash also both."""
    found, revision = _find(work, city, slug, proposal), body.revision
    now = deciding.state(work, found)
    if body.decisions or not body.rest:
        choices = [deciding.Choice(row.change, row.verdict, row.value, row.reason) for row in body.decisions]
        now = deciding.decide(work, found, choices, revision=revision)
        revision = found.revision
    if body.rest:
        now = deciding.adopt_rest(work, found, revision=revision)
    return _changes(now)


@routes.post(
    f"{ONE}/merge", summary="Entschiedenes übernehmen", body=MergeProposal, returns=ProposalOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def merge_proposal(work: Work, city: str, slug: str, proposal: int, body: MergeProposal) -> ProposalOut:
    """Bring what was decided into the target; what is left for later stays open."""
    found = _find(work, city, slug, proposal)
    deciding.merge(work, found, body.message, revision=body.revision)
    return _shown(found)


def _opened(work: Work, made: Proposal, *, draft: bool) -> Made:
    if made.opened_at is None and not draft:
        proposals.send(work, made)
    return Made(_shown(made), "read_proposal", {**address_of(made.target), "proposal": made.id})


@routes.post(
    "/entries/<city>/<slug>/offers", summary="Änderungen einem Verwandten anbieten", body=SendOffer,
    returns=ProposalOut,
)  # fmt: skip
def offer_proposal(work: Work, city: str, slug: str, body: SendOffer) -> Made:
    """Propose the newest version of this entry to a relative, such as the origin of a fork."""
    owner, _slash, name = body.target.partition("/")
    source, target = entries.find(work, city, slug), entries.find(work, owner, name)
    made = proposals.between(work, source, target, title=body.title, description=body.description)
    return _opened(work, made, draft=body.draft)


@routes.post(
    "/entries/<city>/<slug>/takeover", summary="Neuerungen des Originals übernehmen", returns=ProposalOut, status=200
)
def take_over_origin(work: Work, city: str, slug: str) -> ProposalOut:
    """Open the takeover of the origin's newest version, or return the one that is open, brought up to date."""
    target = entries.find(work, city, slug)
    origin = library.origin(work, target)
    if origin is None:
        raise NotFound
    title = f"Neuerungen aus {origin.entry.organisation.short_name} übernehmen"
    made = proposals.between(work, origin.entry, target, title=title)
    if made.opened_at is None:
        proposals.send(work, made)
    proposals.update(work, made)
    return _shown(made)


def _read(kind: str, data: bytes) -> Content:
    return contents.given(kind, data, field="source", limit=settings().model_limit)[0]


def _read_suggestion(work: Work, city: str, slug: str, body: SendSuggestion) -> Content:
    return _read(entries.find(work, city, slug).kind, body.data())


@routes.post(
    ALL, summary="Eine Änderung vorschlagen", body=SendSuggestion, returns=ProposalOut, prepare=_read_suggestion
)
def suggest_change(work: Work, city: str, slug: str, body: SendSuggestion, prepared: Content) -> Made:
    """Suggest a content made from the version `parent` (its id), without a fork."""
    target = entries.find(work, city, slug)
    base = work.session.get(Version, body.parent)
    if base is None or base.entry_id != target.id:
        raise Invalid(parent="not_valid")
    made = proposals.suggest(work, target, base, prepared, title=body.title, description=body.description)
    return _opened(work, made, draft=body.draft)


def _read_revision(work: Work, city: str, slug: str, proposal: int, body: SendRevision) -> Content:
    return _read(_find(work, city, slug, proposal).target.kind, body.data())


@routes.post(
    f"{ONE}/content", summary="Den Inhalt eines Vorschlags erneuern", body=SendRevision, returns=ProposalOut,
    status=200, prepare=_read_revision,
)  # fmt: skip
def revise_proposal(
    work: Work, city: str, slug: str, proposal: int, body: SendRevision, prepared: Content
) -> ProposalOut:
    """Replace the content of a suggestion."""
    found = _find(work, city, slug, proposal)
    proposals.revise(work, found, prepared, revision=body.revision)
    return _shown(found)


@routes.put(ONE, summary="Titel und Beschreibung ändern", body=DescribeProposal, returns=ProposalOut, match="")
def describe_proposal(work: Work, city: str, slug: str, proposal: int, body: DescribeProposal) -> ProposalOut:
    """Change title and description."""
    found = _find(work, city, slug, proposal)
    proposals.describe(work, found, title=body.title, description=body.description, revision=body.revision)
    return _shown(found)


@routes.post(f"{ONE}/send", summary="Einen Entwurf absenden", body=Revision, returns=ProposalOut, status=200)
def send_proposal(work: Work, city: str, slug: str, proposal: int, body: Revision) -> ProposalOut:
    """Open a draft, so that the target's city sees it; also one that was returned, declined or withdrawn."""
    found = _find(work, city, slug, proposal)
    proposals.send(work, found, revision=body.revision)
    return _shown(found)


@routes.post(f"{ONE}/withdraw", summary="Einen Vorschlag zurückziehen", body=Revision, returns=ProposalOut, status=200)
def withdraw_proposal(work: Work, city: str, slug: str, proposal: int, body: Revision) -> ProposalOut:
    """Withdraw a proposal."""
    found = _find(work, city, slug, proposal)
    proposals.withdraw(work, found, revision=body.revision)
    return _shown(found)


@routes.post(f"{ONE}/update", summary="Auf den neuesten Stand bringen", returns=ProposalOut, status=200)
def update_proposal(work: Work, city: str, slug: str, proposal: int) -> ProposalOut:
    """Pin the newest versions of both sides; decisions stay where the change is still the same."""
    found = _find(work, city, slug, proposal)
    proposals.update(work, found)
    return _shown(found)


@routes.post(
    f"{ONE}/decline", summary="Als Ganzes ablehnen", body=AnswerProposal, returns=ProposalOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def decline_proposal(work: Work, city: str, slug: str, proposal: int, body: AnswerProposal) -> ProposalOut:
    """Decline as a whole, with a reason."""
    found = _find(work, city, slug, proposal)
    proposals.decline(work, found, body.reason, revision=body.revision)
    return _shown(found)


@routes.post(
    f"{ONE}/return", summary="Mit einer Frage zurückgeben", body=AnswerProposal, returns=ProposalOut, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def return_proposal(work: Work, city: str, slug: str, proposal: int, body: AnswerProposal) -> ProposalOut:
    """Return to the proposer with a question."""
    found = _find(work, city, slug, proposal)
    proposals.give_back(work, found, body.reason, revision=body.revision)
    return _shown(found)


def _remarks(work: Work, found: Proposal) -> Remarks:
    return Remarks(
        items=[
            RemarkOut(
                id=row.id,
                text=row.text,
                change=row.change,
                subject=row.subject,
                author=person(row.author),
                organisation=row.organisation.slug,
                created_at=row.created_at,
            )
            for row in proposals.comments(work, found)
        ]
    )


@routes.get(f"{ONE}/comments", summary="Bemerkungen zu einem Vorschlag lesen", returns=Remarks)
def read_proposal_comments(work: Work, city: str, slug: str, proposal: int) -> Remarks:
    """Return all remarks on a proposal."""
    return _remarks(work, _find(work, city, slug, proposal))


@routes.post(
    f"{ONE}/comments", summary="Etwas zu einem Vorschlag sagen", body=CommentProposal, returns=Remarks, status=200
)
def comment_proposal(work: Work, city: str, slug: str, proposal: int, body: CommentProposal) -> Remarks:
    """Add a remark on the proposal, or on the change with that digest."""
    found = _find(work, city, slug, proposal)
    item = deciding.state(work, found).review.item(body.change) if body.change else None
    proposals.comment(work, found, body.text, change=body.change, subject=item.german if item else "")
    return _remarks(work, found)
