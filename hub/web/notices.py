"""Events in words: who did what, to what, and where to look, for pages, e-mails and feeds."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from hub.store.activity import Event
from hub.store.discussions import Comment
from hub.store.entries import Entry
from hub.text import markdown
from hub.web.entries import address
from hub.web.messages import label

EXCERPT = 240


def who(event: Event) -> str:
    """Return the name of who did it: a person, a guest by their link's name, or the hub."""
    if event.actor is not None:
        return event.actor.name
    guest = event.data.get("guest")
    return str(_("Gast: %(name)s", name=guest) if isinstance(guest, str) else _("Hub"))


def sentence(event: Event) -> str:
    """Return who did what, such as „Modellierung Fulda hat eine Version gespeichert (0.02)“."""
    number = event.data.get("number")
    return f"{who(event)} {label(event.kind, 'event')}" + (f" ({number})" if isinstance(number, str) else "")


def title(event: Event, entry: Entry | None) -> str:
    """Return what it happened to."""
    if entry is not None:
        return entry.title
    told = event.data.get("title", "")
    return told if isinstance(told, str) else ""


def excerpt(comment: Comment | None) -> str:
    """Return the beginning of a comment as plain text; nothing for other news."""
    if comment is None or comment.deleted_at is not None:
        return ""
    text = markdown.to_text(comment.html)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def path(event: Event, entry: Entry | None) -> str:
    """Return the address within the hub where one sees what happened.

    An event may name it itself: `record(..., path="/…")`.
    """
    own = event.data.get("path")
    if isinstance(own, str) and own.startswith("/") and not own.startswith("//"):
        return own
    if entry is None:
        return url_for("notifications.index")
    return address(entry, **_place(event))


def _place(event: Event) -> dict[str, Any]:
    noun, _dot, _deed = event.kind.partition(".")
    comment_id, number = event.data.get("comment_id"), event.data.get("number")
    if isinstance(proposal_id := event.data.get("proposal_id"), int):
        return {"endpoint": "proposals.show", "proposal": proposal_id}
    if isinstance(comment_id, int):
        return {"endpoint": "discussions.index", "_anchor": f"comment-{comment_id}"}
    if noun == "version" and isinstance(number, str):
        return {"endpoint": "versions.show", "number": number}
    return {}
