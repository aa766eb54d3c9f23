"""Save a drawing although somebody else has published meanwhile: both changes together, or a clear clash."""

from collections.abc import Sequence

from hub import bpmn, documents, policy
from hub.actions import entries
from hub.documents import Content, ProcessContent
from hub.errors import Conflict
from hub.store.entries import Entry, Version
from hub.work import Work


class Clash(Conflict):
    """Both sides changed the same thing; `sentences` say what, in German."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("moved_on")
        self.sentences = tuple(sentences)


def _told(conflict: bpmn.Conflict) -> str:
    """Say what was published and what the drawing says instead, from the point of view of the person drawing."""
    published = " ".join(change.sentence("de") for change in conflict.ours)
    drawn = " ".join(change.sentence("de") for change in conflict.theirs)
    return f"Veröffentlicht: {published or 'gelöscht.'} Ihre Zeichnung: {drawn or 'gelöscht.'}"


def publish_drawing(
    work: Work, entry: Entry, given: Content, message: str, *, started: Version
) -> tuple[Version, bool]:
    """Publish a drawing that began from `started`; return the version and whether it had to be merged.

    If somebody published in between and both changes go together, the result holds both.
    Otherwise raises `Clash` and writes nothing.
    """
    work.require(policy.publish, entry)
    entries.lock(work, entry)
    head = entry.head
    if head is None or head.id == started.id:
        return entries.publish(work, entry, given, message, parent_id=started.id), False
    base, ours = entries.content(work, entry, started), entries.content(work, entry, head)
    if not (
        isinstance(base, ProcessContent) and isinstance(ours, ProcessContent) and isinstance(given, ProcessContent)
    ):
        raise Conflict("moved_on")
    merged = bpmn.merge(base.model, ours.model, given.model)
    if merged.conflicts:
        raise Clash([_told(conflict) for conflict in merged.conflicts[:5]])
    made = entries.publish(work, entry, documents.read(entry.kind, merged.data), message, parent_id=head.id)
    return made, True
