"""Comments: on the entry, a version, a step or a section."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import policy
from hub.actions import blocking, discussions, entries, travelling
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs import EditComment, SettleThread, WriteComment
from hub.store.discussions import Audience
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.messages import flash_text, label
from hub.work import Work

bp = Blueprint("discussions", __name__)
Reply = str | Response | tuple[str, int]


def _page(work: Work, city: str, slug: str, form: Form[WriteComment], status: int = 200) -> tuple[str, int]:
    entry = entries.find(work, city, slug)
    number = request.args.get("version", "")
    shown = entries.version(work, entry, number) if number else entries.current(work, entry)
    found = discussions.with_reasons(work, discussions.threads(work, entry, shown))
    elsewhere = travelling.elsewhere(work, entry, shown)
    about = form.sent.get("element", "") or request.args.get("element", "")
    return (
        render_template(
            "discussions/index.html",
            form=form,
            threads=[row for row in found if not about or row.element_id == about],
            about=about,
            last_seen=travelling.last_seen(work, entry, [row.first.element_key for row in found if row.outdated]),
            elsewhere=[row for row in elsewhere if not about or row.element_id == about],
            answered=_answered(elsewhere),
            blocking={row.id for row in blocking.blocking_threads(work, entry)},
            about_name=next((p for key, p in discussions.part_names(work, shown) if key == about), ""),
            parts=discussions.part_names(work, shown),
            may_remove=lambda remark: policy.moderate_comment(work.actor, remark),
            audiences=[(value, label(value, "audience")) for value in policy.audiences(work.actor)],
            **head(work, entry, shown),
        ),
        status,
    )


def _answered(rows: Sequence[travelling.Elsewhere]) -> dict[str, travelling.Elsewhere]:
    """Return BPMN id → the newest answered discussion about the same element in a related entry."""
    return {row.element_id: row for row in reversed(rows) if row.answered}


@bp.get("/<city>/<slug>/discussion")
def index(city: str, slug: str) -> Reply:
    """Show the discussions this reader may see."""
    return _page(current_work(), city, slug, Form(WriteComment))


@bp.post("/<city>/<slug>/discussion")
def write(city: str, slug: str) -> Reply:
    """Add a comment or reply."""
    form = Form(WriteComment, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            shown = entries.version(work, entry, sent.version) if sent.version else entries.current(work, entry)
            first = discussions.find(work, entry, sent.reply_to) if sent.reply_to else None
            remark = discussions.write(
                work,
                entry,
                shown,
                sent.text,
                audience=sent.audience,
                element=sent.element or None,
                about_version=sent.about_version,
                reply_to=first,
                organisation_id=sent.organisation,
            )
            target = address(entry, "discussions.index", _anchor=f"comment-{remark.id}")
    except (Invalid, Conflict) as error:
        fields = error if isinstance(error, Invalid) else Invalid(text=error.code)
        return _page(current_work(), city, slug, form.refused(fields), 422)
    flash(flash_text("comment"), "success")
    return redirect(target)


@bp.get("/<city>/<slug>/discussion/<int:comment>/edit")
def edit(city: str, slug: str, comment: int) -> Reply:
    """Show a comment's text for editing."""
    work = current_work()
    entry = entries.find(work, city, slug)
    remark = discussions.find(work, entry, comment)
    form = Form(EditComment, {"text": remark.text})
    values = head(work, entry, entries.current(work, entry))
    return render_template("discussions/edit.html", form=form, remark=remark, **values)


@bp.post("/<city>/<slug>/discussion/<int:comment>/edit")
def save(city: str, slug: str, comment: int) -> Reply:
    """Save the changed text; the old one stays in the history."""
    form = Form(EditComment, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            discussions.edit(work, entry, discussions.find(work, entry, comment), sent.text)
            target = address(entry, "discussions.index", _anchor=f"comment-{comment}")
    except Invalid as error:
        work = current_work()
        entry = entries.find(work, city, slug)
        values = head(work, entry, entries.current(work, entry))
        remark = discussions.find(work, entry, comment)
        return render_template("discussions/edit.html", form=form.refused(error), remark=remark, **values), 422
    flash(flash_text("saved"), "success")
    return redirect(target)


@bp.post("/<city>/<slug>/discussion/<int:comment>/<any(delete,resolve,reopen):deed>")
def act(city: str, slug: str, comment: int, deed: str) -> Reply:
    """Delete a comment, or close or reopen its thread."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        remark = discussions.find(work, entry, comment)
        if deed == "delete":
            discussions.delete(work, entry, remark)
        else:
            settle = discussions.resolve if deed == "resolve" else discussions.reopen
            settle(work, entry, remark, Form(SettleThread, request.form).read().reason)
        target = address(entry, "discussions.index", _anchor=f"comment-{comment}")
    flash(flash_text({"delete": "deleted", "resolve": "resolved", "reopen": "reopened"}[deed]), "success")
    return redirect(target)


@bp.post("/preview")
def preview() -> Response | tuple[str, int]:
    """Return what a comment will look like."""
    if not current_work().actor.signed_in:
        return "", 403
    return Response(discussions.preview(request.form.get("text", "")), mimetype="text/html")


@bp.get("/<city>/<slug>/discussion/people")
def people(city: str, slug: str) -> list[dict[str, str]]:
    """Suggest people to mention who may read the entry's discussion."""
    work = current_work()
    entries.find(work, city, slug)
    if not work.actor.roles:
        return []
    audience = request.args.get("audience", Audience.IKZ)
    if audience not in list(Audience):
        audience = Audience.IKZ
    found = discussions.mentionable(
        work, audience, min(work.actor.organisation_ids), prefix=request.args.get("q", "")[:100]
    )
    return [{"text": user.name, "name": f"[{user.name}]"} for user in found[:10]]
