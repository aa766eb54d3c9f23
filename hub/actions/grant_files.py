"""What belongs to a grant beside its results: conditions of the notice and documents."""

import hashlib
import mimetypes

from sqlalchemy import select

from hub.actions import entries, grants
from hub.errors import NotFound
from hub.inputs.funding import AddDocument, EditCondition
from hub.policy import funding as may
from hub.store.entries import Blob
from hub.store.funding import Grant, GrantCondition, GrantDocument
from hub.text.slug import file_name
from hub.work import Work


def conditions(work: Work, grant: Grant) -> list[GrantCondition]:
    """Return the conditions, those due soonest first."""
    query = select(GrantCondition).where(GrantCondition.grant_id == grant.id)
    return list(
        work.session.scalars(query.order_by(GrantCondition.due.is_(None), GrantCondition.due, GrantCondition.id))
    )


def condition(work: Work, grant: Grant, number: int) -> GrantCondition:
    """Return one condition of a grant; raises `NotFound`."""
    row = work.session.get(GrantCondition, number)
    if row is None or row.grant_id != grant.id:
        raise NotFound
    return row


def add_condition(work: Work, grant: Grant, sent: EditCondition) -> GrantCondition:
    """Add a condition of the notice."""
    work.require(may.manage_grant, grant)
    row = GrantCondition(grant_id=grant.id, text=sent.text, due=sent.due, met_on=sent.met_on, note=sent.note)
    work.session.add(row)
    work.session.flush()
    grants.record(work, "grant.condition_added", grant)
    return row


def meet_condition(work: Work, grant: Grant, number: int, *, met: bool) -> None:
    """Mark a condition as met today, or as open again; raises `NotFound`."""
    work.require(may.manage_grant, grant)
    row = condition(work, grant, number)
    row.met_on = work.now.date() if met else None
    row.revision += 1
    grants.record(work, "grant.condition_met" if met else "grant.condition_opened", grant, condition=number)


def documents(work: Work, grant: Grant) -> list[GrantDocument]:
    """Return the documents, newest first."""
    query = select(GrantDocument).where(GrantDocument.grant_id == grant.id).order_by(GrantDocument.id.desc())
    return list(work.session.scalars(query))


def add_document(work: Work, grant: Grant, sent: AddDocument, filename: str, data: bytes) -> GrantDocument:
    """Add a file; it is kept byte for byte and never changed."""
    work.require(may.manage_grant, grant)
    digest = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, digest)
    name = file_name(filename)
    row = GrantDocument(
        grant_id=grant.id,
        title=sent.title,
        kind=sent.kind,
        filename=name,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        blob_sha256=digest,
        user_id=work.actor.user_id,
        added_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    grants.record(work, "grant.document_added", grant, document=row.id, sha256=digest)
    return row


def document(work: Work, grant: Grant, number: int) -> tuple[GrantDocument, bytes]:
    """Return a document of a grant and its bytes; raises `NotFound`."""
    row = work.session.get(GrantDocument, number)
    if row is None or row.grant_id != grant.id:
        raise NotFound
    return row, work.session.scalars(select(Blob.content).where(Blob.sha256 == row.blob_sha256)).one()
