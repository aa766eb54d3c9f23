"""Proposals: lists, the page with its changes, and the deeds on it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import bpmn, documents, policy
from hub.actions import deciding, entries, inbox, previewing, proposal_lists, proposals
from hub.actions.deciding import State
from hub.documents import ProcessContent
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs import Input
from hub.inputs.proposals import AnswerProposal, CommentProposal, DescribeProposal, MergeProposal, Revision
from hub.policy import proposals as rights
from hub.store.entries import Entry, EntryKind
from hub.store.proposals import Proposal, Way
from hub.web import files, proposal_rows
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import flash_text, sentence
from hub.work import Work

bp = Blueprint("proposals", __name__)
Reply = str | Response | tuple[str, int]
NUMBER = "/<city>/<slug>/proposals/<int:proposal>"


@bp.get("/collaboration/proposals")
@kept
def listing() -> Reply:
    """List the proposals this reader may see, across all cities."""
    work = current_work()
    work.require_cooperation()
    scope, state = request.args.get("scope", ""), request.args.get("state", "active")
    found = proposal_lists.listing(work, scope=scope, state=state, page=_page_number())
    pages = Pages(found.page, found.page_count, found.total)
    return render_template(
        "proposals/listing.html", found=found, pages=pages, scope=scope, state=state, address=address
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


@bp.get("/<city>/<slug>/proposals")
@kept
def index(city: str, slug: str) -> Reply:
    """List the proposals to and from an entry."""
    work = current_work()
    entry = entries.find(work, city, slug)
    found = proposal_lists.listing(work, entry=entry, page=_page_number())
    return render_template(
        "proposals/index.html",
        found=found,
        pages=Pages(found.page, found.page_count, found.total),
        declined=inbox.declined_from(work, entry) if work.actor.cooperates else [],
        **head(work, entry, entries.current(work, entry)),
    )


def find(work: Work, city: str, slug: str, number: int) -> tuple[Entry, Proposal]:
    """Return a readable proposal with its target; an old address or a strange number raises as everywhere."""
    entry = entries.find(work, city, slug)
    return entry, proposals.find(work, entry, number)


def where(proposal: Proposal, endpoint: str = "proposals.show", **values: Any) -> str:
    """Return the address of one of a proposal's pages."""
    return address(proposal.target, endpoint, proposal=proposal.id, **values)


@bp.get(NUMBER)
@kept
def show(city: str, slug: str, proposal: int) -> Reply:
    """Show a proposal: what it does, what was decided, and what would come of it."""
    work = current_work()
    _entry, found = find(work, city, slug, proposal)
    return page(work, found, deciding.state(work, found))


def page(
    work: Work,
    proposal: Proposal,
    now: State,
    *,
    sent: Mapping[str, Mapping[str, str]] | None = None,
    errors: Mapping[str, str] | None = None,
    forms: Mapping[str, Form[Any]] | None = None,
) -> str:
    """Return the page; `sent` and `errors` are what was typed about changes and what is wrong with it, by digest."""
    actor, target = work.actor, proposal.target
    remarks = proposals.comments(work, proposal)
    known = {item.change for item in now.review.items}
    before = entries.source(work, proposal.ours)
    forms = forms or {}
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        entry=target,
        now=now,
        language="en" if str(get_locale()) == "en" else "de",
        groups=proposal_rows.groups(now, remarks, sent or {}, errors or {}),
        errors=errors or {},
        summary=proposal_rows.summary(now),
        marks=proposal_rows.marks(work, now) if target.kind == EntryKind.PROCESS else [],
        remarks=[remark for remark in remarks if remark.change not in known],
        preview=previewing.preview(work, target.organisation, target.kind, before, now.review.result.data),
        moved=proposals.moved_on(proposal),
        may_decide=rights.decide_proposal(actor, proposal) and proposal.active,
        may_edit_proposal=rights.edit_proposal(actor, proposal),
        may_comment_proposal=rights.comment_proposal(actor, proposal),
        may_publish=policy.publish(actor, target),
        comment_form=forms.get("comment", Form(CommentProposal)),
        merge_form=forms.get("merge", Form(MergeProposal, {"message": _message(proposal)})),
        answer_form=forms.get("answer", Form(AnswerProposal)),
        describe_form=forms.get(
            "describe", Form(DescribeProposal, {"title": proposal.title, "description": proposal.description})
        ),
        where=where,
        address=address,
    )


def _message(proposal: Proposal) -> str:
    """Return the note a merged version begins with; no title, whoever reads it need not read the proposal."""
    if proposal.way == Way.SUGGEST and proposal.opened_at is None:
        return proposal.title  # one's own unsaved version: its title is the note it was to be saved with
    if proposal.source is None or proposal.theirs is None:
        return str(_("Änderungsvorschlag von %(city)s übernommen", city=proposal.organisation.short_name))
    city, number = proposal.source.organisation.short_name, proposal.theirs.number
    return str(_("Übernommen von %(city)s, Version %(number)s", city=city, number=number))


Deed = Callable[[Work, Proposal, Any], str]


def perform(city: str, slug: str, number: int, shape: type[Input], deed: Deed, refused: str = "") -> Reply:
    """Do something to a proposal and show it again; a stale form shows the page as it is now, with what was typed.

    `deed` returns the code of the confirmation. `refused` names the form on the page that shows what was wrong.
    """
    form: Form[Any] = Form(shape, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            _entry, proposal = find(work, city, slug, number)
            said = deed(work, proposal, sent)
            target = where(proposal)
    except Conflict as error:
        return _stale(city, slug, number, error, forms={refused: form} if refused else None)
    except Invalid as error:
        if not refused:
            flash(" ".join(sentence(code) for code in error.fields.values()), "warning")
            return redirect(url_for("proposals.show", city=city, slug=slug, proposal=number))
        work = current_work()
        _entry, proposal = find(work, city, slug, number)
        now = deciding.state(work, proposal)
        return page(work, proposal, now, forms={refused: form.refused(error)}), 422
    flash(flash_text(said), "success")
    return redirect(target)


def _stale(
    city: str,
    slug: str,
    number: int,
    error: Conflict,
    *,
    forms: Mapping[str, Form[Any]] | None = None,
    choices: Mapping[str, str] | None = None,
) -> Reply:
    """Show the page as it is now, with what was typed in `forms` or chosen in `choices`; newest versions are pinned."""
    if error.code in ("proposal_behind", "moved_on"):
        with transaction() as work:
            _entry, proposal = find(work, city, slug, number)
            proposals.update(work, proposal)
    flash(sentence(error.code), "warning")
    work = current_work()
    _entry, proposal = find(work, city, slug, number)
    if not proposal.active or (forms is None and choices is None):
        return redirect(where(proposal))
    now = deciding.state(work, proposal)
    sent = proposal_rows.read_choices(choices, now)[1] if choices is not None else None
    return page(work, proposal, now, sent=sent, forms=forms), 409


@bp.post(f"{NUMBER}/decide")
def decide(city: str, slug: str, proposal: int) -> Reply:
    """Keep the decisions of the form, and do what the pressed button says besides."""
    deed = request.form.get("deed", "")
    place = request.form.get("place")
    try:
        sent = Form(Revision, {"revision": request.form.get("revision", "")}).read()
        with transaction() as work:
            _entry, found = find(work, city, slug, proposal)
            choices, _typed = proposal_rows.read_choices(request.form, deciding.state(work, found))
            now = deciding.decide(work, found, choices, revision=sent.revision)
            if deed == "rest" or place is not None:
                deciding.adopt_rest(work, found, revision=now.proposal.revision, place=place)
            target = where(found)
    except Conflict as error:
        return _stale(city, slug, proposal, error, choices=request.form)
    except Invalid as error:
        work = current_work()
        _entry, found = find(work, city, slug, proposal)
        now = deciding.state(work, found)
        _choices, typed = proposal_rows.read_choices(request.form, now)
        return page(work, found, now, sent=typed, errors=error.fields), 422
    flash(flash_text("choices_kept"), "success")
    return redirect(f"{target}#changes")


@bp.post(f"{NUMBER}/merge")
def merge(city: str, slug: str, proposal: int) -> Reply:
    """Bring what was decided into the target."""

    def deed(work: Work, found: Proposal, sent: MergeProposal) -> str:
        made = deciding.merge(work, found, sent.message, revision=sent.revision)
        if made is None:
            return "all_declined"
        return "merged_in_part" if found.active else "proposal_merged"

    return perform(city, slug, proposal, MergeProposal, deed, "merge")


@bp.post(f"{NUMBER}/<any(send,withdraw,update):act>")
def act(city: str, slug: str, proposal: int, act: str) -> Reply:
    """Send, withdraw, or bring up to date."""

    def deed(work: Work, found: Proposal, sent: Revision) -> str:
        if act == "send":
            proposals.send(work, found, revision=sent.revision)
            return "proposal_sent"
        if act == "withdraw":
            proposals.withdraw(work, found, revision=sent.revision)
            return "proposal_withdrawn"
        proposals.update(work, found)
        return "brought_up_to_date"

    return perform(city, slug, proposal, Revision, deed)


@bp.post(f"{NUMBER}/<any(decline,return):verdict>")
def answer(city: str, slug: str, proposal: int, verdict: str) -> Reply:
    """Decline as a whole, or return with a question."""

    def deed(work: Work, found: Proposal, sent: AnswerProposal) -> str:
        if verdict == "decline":
            proposals.decline(work, found, sent.reason, revision=sent.revision)
            return "proposal_declined"
        proposals.give_back(work, found, sent.reason, revision=sent.revision)
        return "proposal_returned"

    return perform(city, slug, proposal, AnswerProposal, deed, "answer")


@bp.post(f"{NUMBER}/describe")
def describe(city: str, slug: str, proposal: int) -> Reply:
    """Change title and description."""

    def deed(work: Work, found: Proposal, sent: DescribeProposal) -> str:
        proposals.describe(work, found, title=sent.title, description=sent.description, revision=sent.revision)
        return "saved"

    return perform(city, slug, proposal, DescribeProposal, deed, "describe")


@bp.post(f"{NUMBER}/comments")
def comment(city: str, slug: str, proposal: int) -> Reply:
    """Add a remark on the proposal or one of its changes."""

    def deed(work: Work, found: Proposal, sent: CommentProposal) -> str:
        item = deciding.state(work, found).review.item(sent.change) if sent.change else None
        proposals.comment(work, found, sent.text, change=sent.change, subject=item.german if item else "")
        return "comment"

    return perform(city, slug, proposal, CommentProposal, deed, "comment")


SIDES = ("base", "ours", "theirs", "result")


def content(work: Work, proposal: Proposal, side: str) -> bytes:
    """Return the bytes of one side, or of the result of the decisions so far."""
    if side == "result":
        return deciding.state(work, proposal).review.result.data
    base, ours, theirs = deciding.sides(work, proposal)
    return {"base": base, "ours": ours, "theirs": theirs}[side].content.source


@bp.get(f"{NUMBER}/<any(base,ours,theirs,result):side>.<any(view,source,svg):form>")
def side(city: str, slug: str, proposal: int, side: str, form: str) -> Response:
    """Return one side of a proposal: for drawing in a browser, as a file, or as a picture."""
    work = current_work()
    entry, known = find(work, city, slug, proposal)
    data = content(work, known, side)
    found = documents.read(entry.kind, data)
    name = f"{entry.organisation.slug}-{entry.slug}-{known.id}-{side}"
    if form == "source":
        media_type, ending = documents.MEDIA[found.kind]
        return files.answer(data, media_type, f"{name}.{ending}", "")
    if not isinstance(found, ProcessContent):
        raise NotFound
    if form == "svg":
        drawn = bpmn.draw(found.model, theme="auto").encode()
        return files.answer(drawn, "image/svg+xml", f"{name}.svg", "", attachment=False)
    return files.answer(bpmn.viewable(found.model), "application/xml", f"{name}.bpmn", "", attachment=False)
