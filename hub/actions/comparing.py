"""Compare two versions, of one entry or of two, in sentences people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub import bpmn, design
from hub.actions import entries
from hub.documents import Content, DesignContent, ProcessContent
from hub.errors import Invalid, NotFound
from hub.store.entries import Entry, Version
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Difference:
    """One change as a page shows it."""

    kind: str
    sentence: str
    old_id: str | None
    new_id: str | None
    before: str
    after: str
    words: tuple[design.Span, ...] = ()
    """Of a design: the text with what went and what came."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes between two versions; `layout_count` tells how many only move things."""

    differences: Sequence[Difference]
    cosmetic: bool
    unrelated: bool

    @property
    def layout_count(self) -> int:
        """Number of changes that only concern the drawing."""
        return sum(row.kind == "layout" for row in self.differences)


def side(work: Work, entry: Entry, text: str) -> tuple[Entry, Version]:
    """Return what `0.02` or `stadt/eintrag/0.02` names; raises `NotFound`."""
    parts = text.strip("/").split("/")
    if len(parts) == 1:
        return entry, entries.version(work, entry, parts[0])
    if len(parts) != 3:
        raise NotFound
    other = entries.find(work, parts[0], parts[1])
    return other, entries.version(work, other, parts[2])


def parent(work: Work, entry: Entry, shown: Version) -> tuple[Entry, Version]:
    """Return what `shown` was made from, as far as it may be read; itself for a first version."""
    made_from = shown.parent
    if made_from is None:
        return entry, shown
    owner = entry if made_from.entry_id == entry.id else work.session.get_one(Entry, made_from.entry_id)
    try:
        return owner, entries.version(work, entries.find(work, owner.organisation.slug, owner.slug), made_from.number)
    except NotFound:
        return entry, shown


def compare(work: Work, old_entry: Entry, old: Version, new_entry: Entry, new: Version, lang: str = "de") -> Comparison:
    """Return what changed from `old` to `new`; raises `Invalid` for two different kinds of entries."""
    if old_entry.kind != new_entry.kind:
        raise Invalid(source="wrong_kind")
    if old.blob_sha256 == new.blob_sha256:
        return Comparison((), cosmetic=True, unrelated=False)
    return _kept(entries.content(work, old_entry, old), entries.content(work, new_entry, new), lang)


@lru_cache(maxsize=64)
def _kept(old: Content, new: Content, lang: str) -> Comparison:
    if isinstance(old, ProcessContent) and isinstance(new, ProcessContent):
        found = bpmn.diff(old.model, new.model)
        rows = tuple(
            Difference(
                change.kind,
                change.sentence(lang),
                change.old_id,
                change.new_id,
                _text(change.before),
                _text(change.after),
            )
            for change in found.changes
        )
        return Comparison(rows, found.is_cosmetic, found.unrelated)
    if isinstance(old, DesignContent) and isinstance(new, DesignContent):
        parts = design.diff(old.design, new.design)
        rows = tuple(
            Difference(
                part.kind,
                part.sentence(lang),
                part.old_id,
                part.new_id,
                part.before,
                part.after,
                tuple(part.words()) if part.kind == "changed" else (),
            )
            for part in parts
        )
        return Comparison(rows, not rows, unrelated=False)
    raise Invalid(source="wrong_kind")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(item) for item in value)
    return str(value)
