"""The library's verbs: find, create, publish, restore, fork, edit, archive."""

from contextlib import suppress

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, lazyload

from hub import documents, policy
from hub.actions import addresses, fim_records, indexing, locking, media, profiles, releasing, verdicts
from hub.documents import Content
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs import EntryProfile
from hub.store.answers import answers
from hub.store.entries import (
    Alias,
    Blob,
    Element,
    Entry,
    EntryLegalBasis,
    EntryTag,
    Level,
    Version,
    VersionState,
)
from hub.store.organisations import Organisation
from hub.text.slug import slug as slug_of
from hub.work import Work

_AT = (
    select(Entry)
    .join(Organisation, Organisation.id == Entry.organisation_id)
    .where(Organisation.slug == bindparam("organisation"), Entry.slug == bindparam("slug"))
    .options(joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases))
)
_WORDS = union_all(
    select(literal(0), EntryTag.tag.label("word"), literal(0).label("position")).where(
        EntryTag.entry_id == bindparam("entry")
    ),
    select(literal(1), EntryLegalBasis.text, EntryLegalBasis.position).where(
        EntryLegalBasis.entry_id == bindparam("entry")
    ),
).order_by("position", "word")


class Moved(Exception):
    """The address is an old one; `entry` is where it leads now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.slug)
        self.entry = entry


def find(work: Work, organisation: str, slug: str) -> Entry:
    """Return the entry at an address; raises `NotFound`, or `Moved` for an address it once had."""
    entry = work.session.scalar(_AT, {"organisation": organisation, "slug": slug})
    if entry is None:
        moved = select(Alias.entry_id).join(Organisation).where(Organisation.slug == organisation, Alias.slug == slug)
        entry = work.session.scalar(select(Entry).where(Entry.id == moved.scalar_subquery()))
        if entry is not None and policy.read(work.actor, entry):
            raise Moved(entry)
    if entry is None or not policy.read(work.actor, entry):
        raise NotFound
    return entry


def keywords(work: Work, entry: Entry) -> tuple[list[str], list[str]]:
    """Return tags and legal bases of an entry as words, each in its order; one question, for pages that show both."""
    found = answers(work.session, _WORDS, entry=entry.id)
    return [word for which, word, _ in found if which == 0], [word for which, word, _ in found if which == 1]


def current(work: Work, entry: Entry) -> Version:
    """Return the version this actor reads by default: the newest, or for outsiders the published one."""
    version = policy.newest(work.actor, entry)
    if version is None:
        raise NotFound
    return version


def version(work: Work, entry: Entry, number: str) -> Version:
    """Return the version that has or once had that number, such as `0.02`; raises `NotFound` if unreadable."""
    major, dot, minor = number.partition(".")
    if not (dot and major.isdecimal() and minor.isdecimal() and len(number) < 12):
        raise NotFound
    query = select(Version).where(
        Version.entry_id == entry.id, Version.major == int(major), Version.minor == int(minor)
    )
    found = work.session.scalar(query) or releasing.by_former_number(work, entry, int(major), int(minor))
    if found is None or not policy.read_version(work.actor, entry, found):
        raise NotFound
    return found


def versions(work: Work, entry: Entry, *, limit: int = 50, offset: int = 0, before: int = 0) -> list[Version]:
    """Return the readable versions, newest first; those before the sequence number `before` if it is given."""
    query = select(Version).where(Version.entry_id == entry.id).order_by(Version.sequence.desc())
    if before:
        query = query.where(Version.sequence < before)
    if not policy.read_drafts(work.actor, entry):
        query = query.where(Version.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED]))
    return list(work.session.scalars(query.options(joinedload(Version.parent)).limit(limit).offset(offset)))


def content(work: Work, entry: Entry, shown: Version) -> Content:
    """Return the readable content of a version."""
    return documents.read(entry.kind, source(work, shown))


def source(work: Work, shown: Version) -> bytes:
    """Return the bytes of a version, exactly as they came."""
    return work.session.scalars(select(Blob.content).where(Blob.sha256 == shown.blob_sha256)).one()


def element_keys(work: Work, shown: Version) -> dict[str, str]:
    """Return BPMN id → stable key of a version's elements."""
    rows = work.session.execute(select(Element.bpmn_id, Element.key).where(Element.version_id == shown.id))
    return {row.bpmn_id: row.key for row in rows}


def create(
    work: Work,
    organisation: Organisation,
    given: Content,
    profile: EntryProfile,
    *,
    message: str = "",
    slug: str = "",
    layout_generated: bool = False,
    sample: bool = False,
) -> Entry:
    """Add an entry with its first version 0.01; raises `Invalid` for an address that is taken."""
    work.require(policy.create, organisation)
    entry = Entry(
        organisation=organisation,
        kind=given.kind,
        slug=addresses.find_free(work, organisation.id, slug or slug_of(profile.title), fixed=bool(slug)),
        title=profile.title,
        created_by_id=work.actor.user_id,
        created_at=work.now,
        updated_at=work.now,
        sample=sample,
    )
    work.session.add(entry)
    profiles.apply(work, entry, profile)
    work.session.flush()
    work.record("entry.created", entry, title=entry.title)
    _append(work, entry, given, message or "Erste Fassung", parent=None, layout_generated=layout_generated)
    return entry


def publish(
    work: Work,
    entry: Entry,
    given: Content,
    message: str,
    *,
    parent_id: int,
    layout_generated: bool = False,
    restored_from: Version | None = None,
    merged_from: Version | None = None,
) -> Version:
    """Publish `given` as the next version; `merged_from` is a second one it stands on.

    `parent_id` is the version the author started from: if somebody published in between, this raises
    `Conflict("moved_on")` and nothing is written; equal bytes raise `Invalid(source="unchanged")`.
    """
    work.require(policy.publish, entry)
    lock(work, entry)
    if given.kind != entry.kind:
        raise Invalid(source="wrong_kind")
    entry.expect_head(parent_id)
    if entry.head is not None and entry.head.blob_sha256 == given.sha256:
        raise Invalid(source="unchanged")
    before = entry.head
    made = _append(
        work,
        entry,
        given,
        message,
        parent=before,
        layout_generated=layout_generated,
        restored_from=restored_from,
        merged_from=merged_from,
    )
    if before is not None:
        verdicts.follow_version(work, entry, before, made)
    return made


lock = locking.lock


def restore(work: Work, entry: Entry, old: Version, message: str, *, parent_id: int) -> Version:
    """Publish the content of `old` again as the next version."""
    return publish(work, entry, content(work, entry, old), message, parent_id=parent_id, restored_from=old)


def fork(work: Work, entry: Entry, origin: Version, organisation: Organisation, *, title: str, reason: str) -> Entry:
    """Give `organisation` its own entry that starts as `origin`: same content, same element keys, no copy.

    Raises `Invalid(reason="reason_needed")` without a reason for the deviation.
    """
    work.require(policy.fork, entry, organisation)
    if not policy.read_version(work.actor, entry, origin):
        raise NotFound
    if not reason.strip():
        raise Invalid(reason="reason_needed")
    made = Entry(
        organisation=organisation,
        kind=entry.kind,
        slug=addresses.find_free(work, organisation.id, slug_of(title)),
        title=title,
        summary=entry.summary,
        about=entry.about,
        service_id=entry.service_id,
        service_note=entry.service_note,
        level=Level.LOCAL,
        nature=entry.nature,
        licence=entry.licence,
        visibility="ikz" if entry.visibility in ("public", "land") else entry.visibility,
        forked_from_id=origin.id,
        fork_reason=reason.strip(),
        created_by_id=work.actor.user_id,
        created_at=work.now,
        updated_at=work.now,
        tags=[EntryTag(tag=tag.tag) for tag in entry.tags],
        legal_bases=[EntryLegalBasis(position=row.position, text=row.text) for row in entry.legal_bases],
    )
    work.session.add(made)
    work.session.flush()
    fim_records.copy(work, entry, made)
    first = _new_version(
        work,
        made,
        sha256=origin.blob_sha256,
        fingerprint=origin.fingerprint,
        # No title: whoever reads the fork one day need not be one of the origin's readers.
        message=f"Abgeleitet von {entry.organisation.short_name}, Version {origin.number}",
        parent=origin,
    )
    work.session.execute(
        Element.__table__.insert().from_select(  # type: ignore[attr-defined]  # a Table at run time
            ["version_id", "bpmn_id", "key", "kind", "name"],
            select(literal(first.id), Element.bpmn_id, Element.key, Element.kind, Element.name).where(
                Element.version_id == origin.id
            ),
        )
    )
    media.inherit(work, made, entry)
    indexing.index(work, made)
    work.record("entry.forked", made, origin_id=entry.id, origin_version=origin.number, title=made.title)
    return made


def edit(work: Work, entry: Entry, profile: EntryProfile, *, revision: int, slug: str = "") -> None:
    """Change the profile, and the address if `slug` is given; the old address keeps leading here.

    Raises `Conflict("profile_moved_on")` if somebody edited in between.
    """
    work.require(policy.edit, entry)
    lock(work, entry)
    if entry.revision != revision:
        raise Conflict("profile_moved_on")
    if slug and slug != entry.slug:
        old = entry.slug
        entry.slug = addresses.find_free(work, entry.organisation_id, slug, fixed=True, own=entry.id)
        work.session.add(Alias(organisation_id=entry.organisation_id, slug=old, entry_id=entry.id))
        work.record("entry.renamed", entry, before=old, after=entry.slug)
    before = verdicts.judged(entry)
    profiles.apply(work, entry, profile)
    entry.revision += 1
    entry.updated_at = work.now
    work.session.flush()
    judged = verdicts.follow_edit(work, entry, before)
    indexing.index(work, entry)
    work.record("entry.edited", entry, title=entry.title, judged=judged)


def archive(work: Work, entry: Entry) -> None:
    """Take an entry out of the library without deleting anything."""
    work.require(policy.archive, entry)
    entry.archived_at = work.now
    indexing.index(work, entry)
    work.record("entry.archived", entry, title=entry.title)


def unarchive(work: Work, entry: Entry) -> None:
    """Bring an archived entry back."""
    work.require(policy.archive, entry)
    entry.archived_at = None
    indexing.index(work, entry)
    work.record("entry.restored", entry, title=entry.title)


def publish_sample(work: Work, entry: Entry) -> None:
    """Mark a shipped sample as published 1.00; only the hub itself does this, and nobody approved it."""
    if not work.actor.system or not entry.sample or entry.head is None:
        raise Forbidden("publish_sample")
    told = "Mit dem Hub ausgeliefert; niemand hat dieses Beispiel geprüft."
    releasing.put_out(work, entry, entry.head, editorial=False, reason=told)


def put_blob(work: Work, data: bytes, sha256: str) -> None:
    """Store bytes once under their digest, also if somebody stores the same ones at the same moment."""
    if work.session.scalar(select(Blob.sha256).where(Blob.sha256 == sha256)) is None:
        with suppress(IntegrityError), work.session.begin_nested():
            work.session.add(Blob(sha256=sha256, size=len(data), content=data))


def _append(
    work: Work,
    entry: Entry,
    given: Content,
    message: str,
    *,
    parent: Version | None,
    layout_generated: bool = False,
    restored_from: Version | None = None,
    merged_from: Version | None = None,
) -> Version:
    previous, previous_keys = None, {}
    if parent is not None:
        previous, previous_keys = content(work, entry, parent), element_keys(work, parent)
    keys = given.keys(previous, previous_keys)
    if merged_from is not None:
        other = content(work, entry, merged_from)
        keys = documents.shared_keys(given, keys, previous_keys, other, element_keys(work, merged_from))
    put_blob(work, given.source, given.sha256)
    made = _new_version(work, entry, sha256=given.sha256, fingerprint=given.fingerprint, message=message, parent=parent)
    made.layout_generated = layout_generated
    made.restored_from_id = restored_from.id if restored_from else None
    made.merged_from_id = merged_from.id if merged_from else None
    rows = [
        {"version_id": made.id, "bpmn_id": part.id, "key": keys[part.id], "kind": part.kind, "name": part.name}
        for part in given.parts()
        if part.id in keys
    ]
    if rows:
        work.session.execute(Element.__table__.insert(), rows)  # type: ignore[attr-defined]  # a Table at run time
    if merged_from is not None:
        media.inherit(work, entry, merged_from.entry, without=set(previous_keys.values()))
    indexing.index(work, entry, given)
    work.record("version.published", entry, number=made.number, title=entry.title, sha256=given.sha256)
    return made


def _new_version(
    work: Work, entry: Entry, *, sha256: str, fingerprint: str, message: str, parent: Version | None
) -> Version:
    major, minor = entry.next_number()
    made = Version(
        entry_id=entry.id,
        sequence=(entry.head.sequence if entry.head else 0) + 1,
        major=major,
        minor=minor,
        state=VersionState.DRAFT,
        parent_id=parent.id if parent else None,
        blob_sha256=sha256,
        message=message.strip(),
        author_id=work.actor.user_id,
        created_at=work.now,
        profile=profiles.snapshot(work, entry),
        fingerprint=fingerprint,
    )
    work.session.add(made)
    work.session.flush()
    entry.head = made
    entry.updated_at = work.now
    work.session.flush()
    return made
