"""Save although somebody else has published meanwhile: both changes together, or a clear clash and nothing lost."""

from collections.abc import Sequence

from hub import documents, policy
from hub.actions import entries, proposals
from hub.documents import Clash as Conflicting
from hub.documents import Content
from hub.errors import Conflict, Invalid
from hub.store.entries import Entry, Version
from hub.store.proposals import Proposal
from hub.work import Work


class Clash(Conflict):
    """Both sides changed the same thing; `sentences` say what, in German."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("moved_on")
        self.sentences = tuple(sentences)


def _told(conflict: Conflicting) -> str:
    """Say what was published and what somebody wanted instead, from the point of view of the person saving."""
    published = " ".join(change.sentence("de") for change in conflict.ours)
    wanted = " ".join(change.sentence("de") for change in conflict.theirs)
    return f"Gespeichert: {published or 'gelöscht.'} Ihre Fassung: {wanted or 'gelöscht.'}"


def publish(
    work: Work,
    entry: Entry,
    given: Content,
    message: str,
    *,
    started: Version,
    layout_generated: bool = False,
) -> tuple[Version, bool]:
    """Publish a content that began from `started`; return the version and whether it had to be merged.

    If somebody published in between and both changes go together, the result holds both. Otherwise, or if it is
    something else altogether, raises `Clash` and writes nothing; `keep` then saves what was sent.
    """
    work.require(policy.publish, entry)
    entries.lock(work, entry)
    head = entry.head
    if head is None or head.id == started.id or given.kind != entry.kind:
        made = entries.publish(work, entry, given, message, parent_id=started.id, layout_generated=layout_generated)
        return made, False
    three = entries.content(work, entry, started), entries.content(work, entry, head), given
    merged = documents.merge(entry.kind, *three)
    if merged.unrelated:
        raise Clash(["Ihre Fassung ist etwas anderes als die gespeicherte."])
    if merged.conflicts:
        raise Clash([_told(conflict) for conflict in merged.conflicts[:5]])
    if merged.data == three[1].source:
        raise Invalid(source="unchanged")
    result = documents.read(entry.kind, merged.data)
    return entries.publish(work, entry, result, message, parent_id=head.id), True


def keep(work: Work, entry: Entry, given: Content, message: str, *, started: Version) -> Proposal:
    """Keep a content that clashes as a draft of this person, whose page asks about every clash; the same one once."""
    title = " ".join(message.split())[:300]
    return proposals.suggest(work, entry, started, given, title=title)
