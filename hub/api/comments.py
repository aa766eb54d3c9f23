"""Comments: list, read, write, answer, edit, delete, resolve and reopen."""

from datetime import datetime

from hub.actions import discussions, entries, questions
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import PersonOut, address_of, page_of, person
from hub.errors import NotFound
from hub.inputs import EditComment, SettleThread, WriteComment
from hub.store.discussions import Audience, Comment
from hub.store.entries import Entry
from hub.work import Work

routes = Routes("Diskussion")
ONE = "/entries/<city>/<slug>/comments/<int:comment>"


class CommentOut(Output):
    """A comment; `thread_id` is the first one of its thread, null for a first one."""

    id: int
    thread_id: int | None
    text: str
    html: str
    author: PersonOut | None
    organisation: str
    audience: Audience
    element: str | None
    """BPMN id or section key in the version shown by default; null if it is gone or the whole is meant."""
    about_version: bool
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    resolved: bool
    url: str


class CommentList(Output):
    """A page of comments, oldest first."""

    items: list[CommentOut]
    next: str | None


def _shown(entry: Entry, remark: Comment, element: str | None) -> CommentOut:
    return CommentOut(
        id=remark.id,
        thread_id=remark.thread_id,
        text=remark.text,
        html=remark.html,
        author=person(remark.author),
        organisation=remark.organisation.slug,
        audience=Audience(remark.audience),
        element=element,
        about_version=remark.about_version,
        created_at=remark.created_at,
        edited_at=remark.edited_at,
        deleted=remark.deleted_at is not None,
        resolved=remark.resolved_at is not None,
        url=page_of(entry, "discussions.index", _anchor=f"comment-{remark.id}"),
    )


@routes.get("/entries/<city>/<slug>/comments", summary="Beiträge auflisten", query=paging.Paged, returns=CommentList)
def list_comments(work: Work, city: str, slug: str, query: paging.Paged) -> CommentList:
    """List the comments the caller may read, oldest first, answers included."""
    entry = entries.find(work, city, slug)
    version, after = entries.current(work, entry), paging.number(query, "after", 0)
    found = discussions.in_order(work, entry, version, after_id=after, limit=query.limit + 1)
    more = len(found) > query.limit
    found = found[: query.limit]
    return CommentList(
        items=[_shown(entry, remark, element) for remark, element in found],
        next=paging.cursor(after=found[-1][0].id) if more else None,
    )


def _one(work: Work, entry: Entry, comment: int) -> CommentOut:
    version = entries.current(work, entry)
    rows = discussions.in_order(work, entry, version, after_id=comment - 1, limit=1)
    if not rows or rows[0][0].id != comment:
        raise NotFound
    return _shown(entry, *rows[0])


@routes.get(ONE, summary="Einen Beitrag lesen", returns=CommentOut)
def read_comment(work: Work, city: str, slug: str, comment: int) -> CommentOut:
    """Return a comment the caller may read."""
    return _one(work, entries.find(work, city, slug), comment)


@routes.post(
    "/entries/<city>/<slug>/comments", summary="Einen Beitrag oder eine Antwort schreiben", body=WriteComment,
    returns=CommentOut,
)  # fmt: skip
def write_comment(work: Work, city: str, slug: str, body: WriteComment) -> Made:
    """Write about the entry, one of its versions, or an element; `reply_to` is the id of a comment to answer."""
    entry = entries.find(work, city, slug)
    version = entries.version(work, entry, body.version) if body.version else entries.current(work, entry)
    first = discussions.find(work, entry, body.reply_to) if body.reply_to is not None else None
    made = discussions.write(
        work,
        entry,
        version,
        body.text,
        audience=body.audience,
        element=body.element or None,
        about_version=body.about_version,
        reply_to=first,
        organisation_id=body.organisation,
    )
    work.session.flush()
    return Made(_one(work, entry, made.id), "read_comment", {**address_of(entry), "comment": made.id})


@routes.put(ONE, summary="Einen eigenen Beitrag ändern", body=EditComment, returns=CommentOut)
def edit_comment(work: Work, city: str, slug: str, comment: int, body: EditComment) -> CommentOut:
    """Change the text; what it said before stays in the comment's history."""
    entry = entries.find(work, city, slug)
    discussions.edit(work, entry, discussions.find(work, entry, comment), body.text)
    return _one(work, entry, comment)


@routes.delete(ONE, summary="Einen Beitrag löschen")
def delete_comment(work: Work, city: str, slug: str, comment: int) -> None:
    """Remove a comment's words; that there was one stays visible."""
    entry = entries.find(work, city, slug)
    discussions.delete(work, entry, discussions.find(work, entry, comment))


@routes.post(
    f"{ONE}/resolve", summary="Eine Diskussion schließen", body=SettleThread, returns=CommentOut, status=200, match=ONE
)
def resolve_comment(work: Work, city: str, slug: str, comment: int, body: SettleThread) -> CommentOut:
    """Close a thread, with a reason."""
    entry = entries.find(work, city, slug)
    discussions.resolve(work, entry, discussions.find(work, entry, comment), body.reason)
    return _one(work, entry, comment)


@routes.post(
    f"{ONE}/reopen", summary="Eine Diskussion wieder öffnen", body=SettleThread, returns=CommentOut, status=200,
    match=ONE,
)  # fmt: skip
def reopen_comment(work: Work, city: str, slug: str, comment: int, body: SettleThread) -> CommentOut:
    """Open a closed thread again, with a reason."""
    entry = entries.find(work, city, slug)
    discussions.reopen(work, entry, discussions.find(work, entry, comment), body.reason)
    return _one(work, entry, comment)


@routes.post(f"{ONE}/seen", summary="Eine Erwähnung als erledigt vermerken")
def settle_mention(work: Work, city: str, slug: str, comment: int) -> None:
    """Note that the caller has seen to being named in a comment, without an answer."""
    entry = entries.find(work, city, slug)
    questions.settle_mention(work, discussions.find(work, entry, comment))
