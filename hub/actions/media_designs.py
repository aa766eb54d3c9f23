"""Service designs have the figures of the SOLL process they name."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from hub.actions import designs, media
from hub.errors import NotFound
from hub.store.entries import Entry, EntryKind, Version, Visibility
from hub.store.findings import MediaNumbers
from hub.work import Work

_WIDTH = list(Visibility)
_COPIED = [
    column.name
    for column in MediaNumbers.__table__.columns
    if column.name not in ("version_id", "of_version_id", "computed_at")
]


def pinned(work: Work, entry: Entry, version: Version) -> Version | None:
    """Return the version of the SOLL process a design names, None if it names none this actor may read."""
    if entry.kind != EntryKind.DESIGN:
        return None
    try:
        links = designs.links(work, designs.text(work, entry, version))
    except NotFound:
        return None
    for link in links:
        if link.field == "SOLL-Prozess" and link.entry is not None and link.entry.kind == EntryKind.PROCESS:
            return link.version
    return None


def refresh(work: Work, version: Version) -> MediaNumbers | None:
    """Store a design's figures; None, and nothing stored, if it names no process that its readers may read."""
    entry = version.entry
    source = pinned(work, entry, version)
    known = work.session.get(MediaNumbers, version.id)
    if source is None or not _as_wide(entry, version, source):
        if known is not None:
            work.session.delete(known)
            work.session.flush()
        return None
    figures = work.session.get(MediaNumbers, source.id) or media.refresh(work, source)
    copied = {name: getattr(figures, name) for name in _COPIED}
    kept = work.session.merge(
        MediaNumbers(version_id=version.id, of_version_id=source.id, computed_at=work.now, **copied)
    )
    work.session.flush()
    return kept


def _as_wide(entry: Entry, version: Version, source: Version) -> bool:
    """Return whether whoever reads the design may also read the process: figures must not tell of what is hidden."""
    process = source.entry
    if _WIDTH.index(Visibility(process.visibility)) < _WIDTH.index(Visibility(entry.visibility)):
        return False
    if process.visibility == Visibility.CITY and process.organisation_id != entry.organisation_id:
        return False
    return source.public or not version.public


def behind(work: Work, *, limit: int, without: Collection[int] = ()) -> list[int]:
    """Return newest and published versions of designs whose figures are missing, old, or no longer for everybody."""
    own, source = aliased(MediaNumbers), aliased(MediaNumbers)
    process, shown = aliased(Entry), aliased(Version)
    hidden = and_(process.visibility == Visibility.CITY, process.organisation_id != Entry.organisation_id)
    query = (
        select(Version.id)
        .join(Entry, or_(Entry.head_id == Version.id, Entry.published_id == Version.id))
        .outerjoin(own, own.version_id == Version.id)
        .outerjoin(source, source.version_id == own.of_version_id)
        .outerjoin(shown, shown.id == own.of_version_id)
        .outerjoin(process, process.id == shown.entry_id)
        .where(
            Entry.kind == EntryKind.DESIGN,
            Entry.archived_at.is_(None),
            or_(own.version_id.is_(None), source.computed_at > own.computed_at, hidden),
            Version.id.not_in(list(without)),
        )
    )
    return list(work.session.scalars(query.distinct().order_by(Version.id).limit(limit)))
