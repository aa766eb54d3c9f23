"""Comments of a bundle on their way in."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from hub.actions import discussions
from hub.actions.bundle_people import account
from hub.errors import Invalid
from hub.inputs.bundles import ToldComment
from hub.store.discussions import Comment, CommentRevision
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.text import markdown
from hub.work import Work


def bring(work: Work, entry: Entry, said: Sequence[ToldComment], owner_of: Callable[[str], Organisation]) -> int:
    """Add the comments that are not here yet; return how many. Those here stay as they are; raises `Invalid`."""
    pairs = select(Version.sequence, Version.id).where(Version.entry_id == entry.id)
    every = {row.sequence: row.id for row in work.session.execute(pairs)}
    # A comment is known by author and moment; several of one moment by their order.
    query = select(Comment.id, Comment.created_at, Comment.author_id).where(Comment.entry_id == entry.id)
    here: dict[tuple[datetime, int | None], deque[int]] = {}
    for row in work.session.execute(query.order_by(Comment.id)):
        here.setdefault((row.created_at, row.author_id), deque()).append(row.id)
    ids: list[int] = []
    added = 0
    for at, told in enumerate(said):
        author = account(work, told.author)
        if known := here.get((told.created_at, author)):
            ids.append(known.popleft())
            continue
        if told.version not in every or (told.thread is not None and not 0 <= told.thread < at):
            raise Invalid(
                file="Nicht aufgenommen: ein Kommentar gehört zu einer Version oder einem Faden, den das Paket nicht "
                "nennt."
            )
        made = _comment(work, told, author)
        made.entry_id, made.version_id = entry.id, every[told.version]
        made.thread_id = ids[told.thread] if told.thread is not None else None
        made.organisation_id = owner_of(told.organisation).id
        work.session.add(made)
        work.session.flush()
        ids.append(made.id)
        added += 1
    return added


def _comment(work: Work, told: ToldComment, author: int | None) -> Comment:
    made = Comment(
        about_version=told.about_version,
        element_key=told.element_key,
        author_id=author,
        audience=told.audience,
        text=told.text,
        # Never the bundle's own HTML: it is rendered here, by the sanitiser of this hub.
        html=discussions.preview(told.text) if told.text else "",
        rendered_by=markdown.RENDERER,
        created_at=told.created_at,
        edited_at=told.edited_at,
        deleted_at=told.deleted_at,
        resolved_at=told.resolved_at,
        resolved_by_id=account(work, told.resolved_by),
    )
    made.revisions = [
        CommentRevision(html=markdown.clean(old.html), replaced_at=old.replaced_at) for old in told.revisions
    ]
    return made
