"""Ways to a proposal: offer a fork to a relative, take a newer origin over, suggest a change, edit the result."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hub import bpmn, documents, policy
from hub.actions import deciding, entries, library, lineage, proposals
from hub.documents import Content
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, settings, transaction
from hub.inputs.proposals import MergeDrawing, OfferProposal, ReviseProposal, SuggestChange, SuggestDrawing
from hub.policy import proposals as rights
from hub.store.entries import Entry, EntryKind, Version
from hub.store.proposals import Proposal, Way
from hub.web import uploads
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.messages import flash_text, sentence
from hub.web.proposals import NUMBER, content, find, where
from hub.work import Work

bp = Blueprint("proposing", __name__)
Reply = str | Response | tuple[str, int] | tuple[dict[str, Any], int]


def _is_draft() -> bool:
    return request.form.get("deed") == "draft"


def _form_without(*names: str) -> dict[str, str]:
    return {key: value for key, value in request.form.items() if key not in names}


# Offer a fork to a relative


@bp.get("/<city>/<slug>/offer")
def offer(city: str, slug: str) -> Reply:
    """Show to which relatives this entry's changes can be offered."""
    work = current_work()
    source = entries.find(work, city, slug)
    if not work.actor.cooperates or not policy.read_drafts(work.actor, source):
        raise NotFound
    relatives = lineage.relatives(work, source)
    chosen = request.args.get("target", "") or next((row.path for row in relatives if row.behind), "")
    return _offer_page(work, source, Form(OfferProposal, {"target": chosen, "title": source.title})), 200


def _offer_page(work: Work, source: Entry, form: Form[OfferProposal]) -> str:
    values = head(work, source, entries.current(work, source))
    relatives = lineage.relatives(work, source)
    choices = [
        (
            row.path,
            f"{row.entry.organisation.short_name}: {row.entry.title}",
            _apart(row.behind, row.ahead),
        )
        for row in relatives
    ]
    return render_template("proposals/offer.html", form=form, choices=choices, **values)


def _apart(missing: int, own: int) -> str:
    """Return what an offer to a relative would bring, and what it meets there."""
    brings = (
        ngettext("Eine Version von hier fehlt dort", "%(num)d Versionen von hier fehlen dort", missing)
        if missing
        else _("Dort fehlt keine Version von hier")
    )
    meets = ngettext("dort gibt es eine eigene", "dort gibt es %(num)d eigene", own) if own else ""
    return f"{brings}; {meets}." if meets else f"{brings}."


@bp.post("/<city>/<slug>/offer")
def send_offer(city: str, slug: str) -> Reply:
    """Open the proposal, or show what is wrong with it."""
    form = Form(OfferProposal, _form_without("deed"))
    try:
        sent = form.read()
        owner, _slash, name = sent.target.partition("/")
        with transaction() as work:
            source = entries.find(work, city, slug)
            target = entries.find(work, owner, name)
            made = proposals.between(work, source, target, title=sent.title, description=sent.description)
            if made.opened_at is None and not _is_draft():
                proposals.send(work, made)
            goal = where(made)
    except Invalid as error:
        work = current_work()
        source = entries.find(work, city, slug)
        fields = {"target" if name == "source" else name: code for name, code in error.fields.items()}
        return _offer_page(work, source, form.refused(Invalid(**fields))), 422
    flash(flash_text("proposal_drafted" if _is_draft() else "proposal_sent"), "success")
    return redirect(goal)


@bp.post("/<city>/<slug>/take")
def take(city: str, slug: str) -> Reply:
    """Open the takeover of the origin's newest version, or lead to the one that is open."""
    try:
        with transaction() as work:
            target = entries.find(work, city, slug)
            origin = library.origin(work, target)
            if origin is None:
                raise NotFound
            made = proposals.between(work, origin.entry, target, title=_take_title(origin))
            if made.opened_at is None:
                proposals.send(work, made)
            proposals.update(work, made)
            goal = where(made)
    except Invalid as error:
        flash(" ".join(sentence(code) for code in error.fields.values()), "info")
        return redirect(url_for("entries.show", city=city, slug=slug))
    return redirect(goal)


def _take_title(origin: library.Origin) -> str:
    return str(_("Neuerungen aus %(city)s übernehmen", city=origin.entry.organisation.short_name))


# Suggest a change without a fork


def _readable(work: Work, city: str, slug: str) -> tuple[Entry, Version]:
    entry = entries.find(work, city, slug)
    work.require(rights.propose, entry)
    if entry.head is None:
        raise NotFound
    return entry, entry.head


@bp.get("/<city>/<slug>/suggest")
def suggest(city: str, slug: str) -> Reply:
    """Open the drawing tool on the newest version, or a form for a file or text with `way=file`."""
    work = current_work()
    entry, newest = _readable(work, city, slug)
    return _suggest_page(work, entry, newest, Form(SuggestChange, {"parent": str(newest.id)})), 200


def _suggest_page(work: Work, entry: Entry, newest: Version, form: Form[SuggestChange]) -> str:
    drawn = entry.kind == EntryKind.PROCESS and request.args.get("way") != "file" and request.method == "GET"
    if entry.kind == EntryKind.DESIGN:
        form.sent.setdefault("source", entries.source(work, newest).decode("utf-8-sig"))
    name = "proposals/draw.html" if drawn else "proposals/suggest.html"
    return render_template(
        name,
        form=form,
        action=address(entry, "proposing.suggest_drawing"),
        source=address(entry, "files.view", number=newest.number),
        base=newest.id,
        purpose="suggest",
        proposal=None,
        **head(work, entry, newest),
    )


@bp.post("/<city>/<slug>/suggest")
def send_suggestion(city: str, slug: str) -> Reply:
    """Open a suggestion with an uploaded or typed content."""
    form = Form(SuggestChange, _form_without("deed"))
    try:
        sent = form.read()
        work = current_work()
        entry, _newest = _readable(work, city, slug)
        base = _started_from(work, entry, sent.parent)
        given, _generated = uploads.given(entry.kind, sent.source, request.files.get("file"))
        goal = _open(city, slug, base.id, given, sent.title, sent.description)
    except Invalid as error:
        work = current_work()
        entry, newest = _readable(work, city, slug)
        return _suggest_page(work, entry, newest, form.refused(error)), 422
    flash(flash_text("proposal_drafted" if _is_draft() else "proposal_sent"), "success")
    return redirect(goal)


def _started_from(work: Work, entry: Entry, version_id: int) -> Version:
    found = work.session.get(Version, version_id)
    if found is None or found.entry_id != entry.id or not policy.read_version(work.actor, entry, found):
        raise NotFound
    return found


def _open(city: str, slug: str, base_id: int, given: Content, title: str, description: str) -> str:
    """Open a suggestion in one transaction; return its address."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        base = work.session.get_one(Version, base_id)
        made = proposals.suggest(work, entry, base, given, title=title, description=description)
        if made.opened_at is None and not _is_draft():
            proposals.send(work, made)
        return where(made)


def _refusal(error: Invalid | Conflict) -> tuple[dict[str, Any], int]:
    """Answer the drawing tool with what is wrong, in sentences."""
    fields = dict(error.fields) if isinstance(error, Invalid) else {"message": error.code}
    errors = {name: sentence(code) for name, code in fields.items()}
    return {"errors": errors}, 409 if isinstance(error, Conflict) else 422


def reapplied(original: bytes, before: str, after: str) -> Content:
    """Return the original with what was drawn put onto it; raises `Invalid` on `after`."""
    try:
        data = bpmn.reapply(original, before.encode(), after.encode())
    except bpmn.Unreadable as error:
        raise Invalid(after=error.sentence("de")) from error
    return documents.read(EntryKind.PROCESS, data, field="after", limit=settings().model_limit)


@bp.post("/<city>/<slug>/suggest/drawing")
def suggest_drawing(city: str, slug: str) -> Reply:
    """Open a suggestion with what was drawn; answers the drawing tool with JSON."""
    try:
        sent = Form(SuggestDrawing, _form_without("deed")).read()
        work = current_work()
        entry, _newest = _readable(work, city, slug)
        base = _started_from(work, entry, sent.parent)
        given = reapplied(entries.source(work, base), sent.before, sent.after)
        goal = _open(city, slug, base.id, given, sent.title, sent.description)
    except (Invalid, Conflict) as error:
        return _refusal(error)
    flash(flash_text("proposal_drafted" if _is_draft() else "proposal_sent"), "success")
    return {"url": goal}, 201


# Edit what a proposal offers, or the result of its merge


@bp.get(f"{NUMBER}/<any(draw,revise):purpose>")
def edit(city: str, slug: str, proposal: int, purpose: str) -> Reply:
    """Open the result of the decisions (`draw`) or the suggestion itself (`revise`) for editing."""
    work = current_work()
    entry, found = find(work, city, slug, proposal)
    work.require(rights.decide_proposal if purpose == "draw" else rights.edit_proposal, found)
    if not found.active or (purpose == "revise" and found.way != Way.SUGGEST):
        raise Conflict("proposal_closed")
    return _edit_page(work, entry, found, purpose, Form(MergeDrawing, {}))


def _edit_page(work: Work, entry: Entry, proposal: Proposal, purpose: str, form: Form[Any]) -> str:
    side = "result" if purpose == "draw" else "theirs"
    if entry.kind == EntryKind.DESIGN:
        form.sent.setdefault("source", content(work, proposal, side).decode("utf-8-sig"))
    return render_template(
        "proposals/draw.html" if entry.kind == EntryKind.PROCESS else "proposals/suggest.html",
        form=form,
        action=where(
            proposal,
            "proposing.save_drawing" if entry.kind == EntryKind.PROCESS else "proposing.save_text",
            purpose=purpose,
        ),
        source=where(proposal, "proposals.side", side=side, form="view"),
        base=f"{proposal.id}-{proposal.revision}",
        purpose=purpose,
        proposal=proposal,
        where=where,
        **head(work, entry, proposal.ours),
    )


def _save(
    city: str, slug: str, number: int, purpose: str, given: Content, message: str, revision: int
) -> tuple[str, str]:
    """Keep what was edited; return the address to go to and the code of the confirmation."""
    with transaction() as work:
        _entry, proposal = find(work, city, slug, number)
        if purpose == "revise":
            proposals.revise(work, proposal, given, revision=revision)
            return where(proposal), "saved"
        made = deciding.merge_edited(work, proposal, given, message, revision=revision)
        if made is None:
            return where(proposal), "all_declined"
        return where(proposal), "merged_in_part" if proposal.active else "proposal_merged"


@bp.post(f"{NUMBER}/<any(draw,revise):purpose>/drawing")
def save_drawing(city: str, slug: str, proposal: int, purpose: str) -> Reply:
    """Keep what was drawn; answers the drawing tool with JSON."""
    try:
        values = {"message": "–", **_form_without("deed")} if purpose == "revise" else _form_without("deed")
        sent = Form(MergeDrawing, values).read()
        work = current_work()
        _entry, found = find(work, city, slug, proposal)
        if sent.revision != found.revision:
            raise Conflict("proposal_moved_on")
        original = content(work, found, "result" if purpose == "draw" else "theirs")
        given = reapplied(original, sent.before, sent.after)
        goal, said = _save(city, slug, proposal, purpose, given, sent.message, sent.revision)
    except (Invalid, Conflict) as error:
        return _refusal(error)
    flash(flash_text(said), "success")
    return {"url": goal}, 201


@bp.post(f"{NUMBER}/<any(draw,revise):purpose>/text")
def save_text(city: str, slug: str, proposal: int, purpose: str) -> Reply:
    """Keep a typed or uploaded content."""
    form = Form(ReviseProposal, _form_without("deed", "message"))
    message = request.form.get("message", "")
    try:
        sent = form.read()
        work = current_work()
        entry, _found = find(work, city, slug, proposal)
        given, _generated = uploads.given(entry.kind, sent.source, request.files.get("file"))
        goal, said = _save(city, slug, proposal, purpose, given, message, sent.revision)
    except (Invalid, Conflict) as error:
        work = current_work()
        entry, found = find(work, city, slug, proposal)
        if isinstance(error, Conflict):
            error = Invalid(source=error.code)
            form.sent["revision"] = str(found.revision)
        return _edit_page(work, entry, found, purpose, form.refused(error)), 422
    flash(flash_text(said), "success")
    return redirect(goal)
