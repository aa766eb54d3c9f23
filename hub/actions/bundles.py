"""Take along: an entry, a city or the hub as a bundle that another hub can bring in. The format: docs/buendel.md."""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from hub import bpmn, policy
from hub.actions import (
    bundle_identity,
    bundle_proposals,
    bundle_records,
    bundle_reviews,
    entries,
    fim_exchange,
    fim_records,
    renderings,
)
from hub.actions.bundle_files import Reader, Writer, plain
from hub.errors import NotFound
from hub.policy import bundles as rights
from hub.store.accounts import User
from hub.store.activity import Job
from hub.store.bundles import BundlePiece, ForeignLink, ForeignPerson
from hub.store.discussions import Comment
from hub.store.entries import Alias, Element, Entry, EntryKind, Version
from hub.store.organisations import Organisation
from hub.text.slug import file_name
from hub.work import Work

ENDINGS = {EntryKind.PROCESS: "process.bpmn", EntryKind.DESIGN: "design.md"}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at is not None else None


def readable(work: Work, organisation: Organisation | None = None) -> list[int]:
    """Return the ids of the entries the actor may read, archived ones included, in the order they were made."""
    query = select(Entry.id).where(policy.read_visible(work.actor))
    if organisation is not None:
        query = query.where(Entry.organisation_id == organisation.id)
    return list(work.session.scalars(query.order_by(Entry.created_at, Entry.id)))


def stream(
    work: Work, entry_ids: Sequence[int], *, source: str, scope: str, done: Callable[[], None] = lambda: None
) -> Iterator[bytes]:
    """Yield a bundle of these entries as the actor may read them, needing the memory of one version at a time.

    `source` is the address of this hub, `scope` what was asked for; `done` is called after each entry. Same state, same
    reader, same bytes.
    """
    writer = Writer()
    owners: set[str] = set()
    places = []
    for entry_id in entry_ids:
        entry = work.session.get(Entry, entry_id)
        if entry is None or not policy.read(work.actor, entry):
            continue
        told = _Told(work, entry, owners)
        folder = f"entries/{entry.organisation.slug}/{entry.slug}"
        for path, data in told.files():
            writer.add(f"{folder}/{path}", data)
            if piece := writer.take():
                yield piece
        row = writer.add(f"{folder}/entry.json", plain(told.said(folder)))
        places.append({"uid": told.uid, "path": row["path"], "title": entry.title})
        done()
    found = work.session.scalars(select(Organisation).where(Organisation.slug.in_(sorted(owners))))
    rows = [_organisation(row) for row in sorted(found, key=lambda row: row.slug)]
    writer.add("organisations.json", plain(rows))
    yield writer.close({"source": source, "scope": scope, "organisations": "organisations.json", "entries": places})


def _organisation(row: Organisation) -> dict[str, str]:
    names = ("slug", "kind", "name", "short_name", "ags", "contact_email", "contact_phone", "website")
    return {name: getattr(row, name) for name in names}


class _Told:
    """One entry as its reader may take it along."""

    def __init__(self, work: Work, entry: Entry, owners: set[str]) -> None:
        self.work, self.entry, self.owners = work, entry, owners
        self.uid = bundle_identity.uid(work, entry.id)
        query = select(Version).where(Version.entry_id == entry.id).order_by(Version.sequence)
        found = work.session.scalars(query.options(joinedload(Version.author)))
        self.versions = [row for row in found if policy.read_version(work.actor, entry, row)]
        # Addresses of people stay within the cooperation; names are on the pages anyway.
        self.with_email = work.actor.system or work.actor.cooperates
        owners.add(entry.organisation.slug)

    def _folder(self, row: Version) -> str:
        return f"versions/{row.sequence:04}"

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files of every version: content as it came, picture, text, profile, element keys; and XProzess."""
        kind = EntryKind(self.entry.kind)
        for row in self.versions:
            folder = self._folder(row)
            yield f"{folder}/{ENDINGS[kind]}", entries.source(self.work, row)
            if kind == EntryKind.PROCESS:
                yield f"{folder}/diagram.svg", renderings.of(self.work, row.blob_sha256, "svg").encode()
                model = renderings.model(self.work, row.blob_sha256)
                yield f"{folder}/text.txt", bpmn.describe(model, "de").as_text().encode()
            yield f"{folder}/profile.json", row.profile.encode()
            query = select(Element.bpmn_id, Element.key).where(Element.version_id == row.id).order_by(Element.bpmn_id)
            yield f"{folder}/elements.json", plain({row.bpmn_id: row.key for row in self.work.session.execute(query)})
        yield from bundle_proposals.files(self.work, self.entry, ENDINGS[kind])
        newest = self.versions[-1] if self.versions else None
        if newest is not None and kind == EntryKind.PROCESS:
            yield "xprozess.xml", fim_exchange.export(self.work, self.entry, newest, address=f"urn:uid:{self.uid}")

    def said(self, folder: str) -> dict[str, Any]:
        """Return what entry.json holds; paths in it are those of the archive."""
        entry, sequences = self.entry, {row.id: row.sequence for row in self.versions}
        if not self.versions:
            raise NotFound
        aliases = select(Alias.slug).where(Alias.entry_id == entry.id).order_by(Alias.id)
        maker = self.work.session.get(User, entry.created_by_id) if entry.created_by_id else None
        return {
            "uid": self.uid,
            "kind": entry.kind,
            "organisation": entry.organisation.slug,
            "slug": entry.slug,
            "aliases": list(self.work.session.scalars(aliases)),
            "profile": self._profile(),
            "fim": fim_records.snapshot(self.work, entry),
            "created_by": self._person(maker),
            "created_at": _iso(entry.created_at),
            "updated_at": _iso(entry.updated_at),
            "archived_at": _iso(entry.archived_at),
            "forked_from": self._ref(entry.forked_from_id, "forked_from", self._first_id()),
            "head": sequences.get(entry.head_id or 0, self.versions[-1].sequence),
            "published": sequences.get(entry.published_id or 0),
            "versions": [self._version(row, folder) for row in self.versions],
            "comments": self._comments(),
            **(self._inner(sequences, folder) if policy.read_drafts(self.work.actor, entry) else {}),
        }

    def _inner(self, sequences: dict[int, int], folder: str) -> dict[str, Any]:
        """Return what is for whoever reads drafts: it speaks of every version."""
        work, entry, ending = self.work, self.entry, ENDINGS[EntryKind(self.entry.kind)]
        return {
            "approvals": bundle_reviews.told(work, entry, sequences, self._person, self.owners),
            "records": {
                **bundle_records.told(work, entry, sequences, self._person, self.owners),
                "proposals": bundle_proposals.told(
                    work, entry, self._person, self.owners, folder=folder, ending=ending
                ),
                "deviations": bundle_proposals.told_deviations(work, entry, self._person),
            },
        }

    def _first_id(self) -> int:
        query = select(Version.id).where(Version.entry_id == self.entry.id).order_by(Version.sequence).limit(1)
        return self.work.session.scalars(query).one()

    def _profile(self) -> dict[str, Any]:
        entry = self.entry
        names = (
            "title", "summary", "about", "service_note", "level", "nature", "contact", "responsible", "licence",
            "visibility", "sample", "fork_reason",
        )  # fmt: skip
        service = {"name": entry.service.name, "key": entry.service.key or ""} if entry.service else None
        return {
            **{name: getattr(entry, name) for name in names},
            "service": service,
            "tags": [row.tag for row in entry.tags],
            "legal_bases": [row.text for row in entry.legal_bases],
        }

    def _person(self, user: User | None) -> dict[str, str] | None:
        if user is None:
            return None
        if not self.with_email:
            return {"name": user.name}
        foreign = self.work.session.get(ForeignPerson, user.id)
        email = foreign.email if foreign is not None else user.email
        return {"name": user.name, "email": email} if email else {"name": user.name}

    def _ref(self, version_id: int | None, role: str, holder_id: int) -> dict[str, Any] | None:
        """Return the version a tie leads to, also one that has not arrived in this hub."""
        if version_id is None:
            query = select(ForeignLink).where(ForeignLink.version_id == holder_id, ForeignLink.role == role)
            link = self.work.session.scalar(query)
            return {"uid": link.uid, "sequence": link.sequence} if link is not None else None
        row = self.work.session.execute(
            select(Version.entry_id, Version.sequence).where(Version.id == version_id)
        ).one()
        known = self.uid if row.entry_id == self.entry.id else bundle_identity.uid(self.work, row.entry_id)
        return {"uid": known, "sequence": row.sequence}

    def _version(self, row: Version, folder: str) -> dict[str, Any]:
        at = f"{folder}/{self._folder(row)}"
        return {
            "sequence": row.sequence,
            "major": row.major,
            "minor": row.minor,
            "state": row.state,
            "message": row.message,
            "author": self._person(row.author),
            "created_at": _iso(row.created_at),
            "parent": self._ref(row.parent_id, "parent", row.id),
            "merged_from": self._ref(row.merged_from_id, "merged_from", row.id),
            "restored_from": self._ref(row.restored_from_id, "restored_from", row.id),
            "layout_generated": row.layout_generated,
            "content": f"{at}/{ENDINGS[EntryKind(self.entry.kind)]}",
            "sha256": row.blob_sha256,
            "profile": f"{at}/profile.json",
            "elements": f"{at}/elements.json",
        }

    def _comments(self) -> list[dict[str, Any]]:
        query = (
            select(Comment, Version.sequence)
            .join(Version, Version.id == Comment.version_id)
            .where(Comment.entry_id == self.entry.id, policy.read_comment_visible(self.work.actor))
            .options(
                joinedload(Comment.author),
                joinedload(Comment.resolved_by),
                joinedload(Comment.organisation),
                selectinload(Comment.revisions),
            )
            .order_by(Comment.created_at, Comment.id)
        )
        said: list[dict[str, Any]] = []
        places: dict[int, int] = {}
        for row, sequence in self.work.session.execute(query).unique():
            if row.thread_id is not None and row.thread_id not in places:
                continue
            places[row.id] = len(said)
            self.owners.add(row.organisation.slug)
            said.append(
                {
                    "thread": places[row.thread_id] if row.thread_id is not None else None,
                    "author": self._person(row.author),
                    "organisation": row.organisation.slug,
                    "audience": row.audience,
                    "version": sequence,
                    "about_version": row.about_version,
                    "element_key": row.element_key,
                    "text": row.text,
                    "created_at": _iso(row.created_at),
                    "edited_at": _iso(row.edited_at),
                    "deleted_at": _iso(row.deleted_at),
                    "resolved_at": _iso(row.resolved_at),
                    "resolved_by": self._person(row.resolved_by),
                    "revisions": [{"html": old.html, "replaced_at": _iso(old.replaced_at)} for old in row.revisions],
                }
            )
        return said


def start(work: Work, organisation: Organisation | None) -> Job:
    """Note for the worker to make a bundle of an organisation, or without one of the whole hub."""
    if organisation is None:
        work.require(rights.export_hub)
    else:
        work.require(rights.export_organisation, organisation)
    job = Job(
        kind="bundle",
        user_id=work.actor.user_id,
        organisation_id=organisation.id if organisation is not None else None,
        total_count=len(readable(work, organisation)),
        options={"name": organisation.slug if organisation is not None else "hub"},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    work.record("bundle.made", organisation_id=job.organisation_id, count=job.total_count)
    return job


def start_import(work: Work, data: bytes, name: str) -> Job:
    """Note a bundle for the worker to bring in; raises `Invalid` unless it is whole and unchanged."""
    work.require(rights.import_bundle)
    count = len(Reader(io.BytesIO(data)).manifest.entries)
    sha256 = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, sha256)
    job = Job(
        kind="bundle_import",
        user_id=work.actor.user_id,
        total_count=count,
        blob_sha256=sha256,
        options={"name": file_name(name)},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    return job


def find_job(work: Work, job_id: int) -> Job:
    """Return one of the actor's own bundles, in or out; raises `NotFound`."""
    job = work.session.get(Job, job_id)
    if job is None or job.kind not in ("bundle", "bundle_import") or job.user_id != work.actor.user_id:
        raise NotFound
    if work.actor.user_id is None:
        raise NotFound
    return job


def jobs(work: Work) -> list[Job]:
    """Return the actor's own bundles, in and out, newest first."""
    query = select(Job).where(Job.user_id == work.actor.user_id, Job.kind.in_(["bundle", "bundle_import"]))
    return list(work.session.scalars(query.order_by(Job.id.desc()).limit(30)))


def size(work: Work, job: Job) -> int:
    """Return the bytes of a finished bundle, 0 if it was thrown away."""
    query = select(func.coalesce(func.sum(func.length(BundlePiece.content)), 0))
    return int(work.session.scalars(query.where(BundlePiece.job_id == job.id)).one())


def pieces(work: Work, job: Job) -> Iterator[bytes]:
    """Yield a finished bundle piece by piece; raises `NotFound` if there is none (any more)."""
    query = select(BundlePiece.position).where(BundlePiece.job_id == job.id).order_by(BundlePiece.position)
    places = list(work.session.scalars(query))
    if job.state != "done" or not places:
        raise NotFound
    return _pieces(work, job.id, places)


def _pieces(work: Work, job_id: int, places: Sequence[int]) -> Iterator[bytes]:
    for position in places:
        query = select(BundlePiece.content).where(BundlePiece.job_id == job_id, BundlePiece.position == position)
        yield work.session.scalars(query).one()


def keep_piece(work: Work, job_id: int, position: int, content: bytes) -> None:
    """Store a stretch of a bundle."""
    work.session.add(BundlePiece(job_id=job_id, position=position, content=content))
    work.session.flush()


def forget(work: Work, job_ids: Sequence[int]) -> None:
    """Throw the files of these jobs away; what they were about stays."""
    work.session.execute(delete(BundlePiece).where(BundlePiece.job_id.in_(list(job_ids))))
