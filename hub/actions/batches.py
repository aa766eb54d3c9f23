"""Versions, contents and keys of many entries at once: one query each, however many there are."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from hub.store.entries import Blob, Element, Version
from hub.work import Work


def versions_of(work: Work, ids: Iterable[int]) -> dict[int, Version]:
    """Return versions by id; one query."""
    query = select(Version).where(Version.id.in_(sorted(ids))).options(lazyload(Version.author))
    return {row.id: row for row in work.session.scalars(query)}


def contents_of(work: Work, digests: Iterable[str]) -> dict[str, bytes]:
    """Return contents by digest; one query."""
    query = select(Blob.sha256, Blob.content).where(Blob.sha256.in_(sorted(digests)))
    return {row[0]: row[1] for row in work.session.execute(query)}


def keys_of(work: Work, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return version id → (part id → key); one query."""
    found: dict[int, dict[str, str]] = {}
    query = select(Element.version_id, Element.bpmn_id, Element.key).where(Element.version_id.in_(sorted(ids)))
    for version_id, id_, key in work.session.execute(query):
        found.setdefault(version_id, {})[id_] = key
    return found
