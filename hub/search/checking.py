"""Whether the index says of an entry what its data say: what is stored is compared with what would be written now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from hub.search.documents import Document
from hub.search.streams import set_digest, streams, title_key
from hub.search.tables import documents, sets, texts
from hub.search.understanding import analyser_of

_PARTS = ("title", "names", "steps", "body", "spelling", "payload")


def strangers(connection: Connection, entry_ids: Sequence[int]) -> list[int]:
    """Return the entries the index holds although they are not among `entry_ids`, in order."""
    found = set(connection.execute(select(documents.c.entry_id).distinct()).scalars())
    return sorted(found - set(entry_ids))


def differences(connection: Connection, entry_id: int, expected: Sequence[Document]) -> list[str]:
    """Return in what the index of one entry differs from `expected`, such as `title`; empty if in nothing."""
    query = select(documents, *(texts.c[part].label(f"text_{part}") for part in _PARTS), sets.c.facets)
    query = query.outerjoin(texts, texts.c.id == documents.c.id).outerjoin(sets, sets.c.id == documents.c.set_id)
    there = {row.version_id: row for row in connection.execute(query.where(documents.c.entry_id == entry_id))}
    wanted = {document.version_id: document for document in expected}
    wrong = [f"version {number} is missing" for number in wanted if number not in there]
    wrong += [f"version {number} should not be there" for number in there if number not in wanted]
    analyser = analyser_of(connection)
    for number in wanted.keys() & there.keys():
        document, row = wanted[number], there[number]
        made = streams(document, analyser)
        facet_id, facets = set_digest(document.facets)
        pairs = [(part, getattr(row, f"text_{part}"), getattr(made, part)) for part in _PARTS]
        pairs += [
            ("organisation", row.organisation_id, document.organisation_id),
            ("facets", (row.set_id, row.facets), (facet_id, facets)),
            ("weight", row.weight, document.weight),
            ("day", row.updated_on, document.updated_at.toordinal()),
            ("moment", row.updated_at, int(document.updated_at.timestamp())),
            ("sorting", row.title_key, title_key(document.title)),
        ]
        wrong += [f"version {number}: {name}" for name, stored, now in pairs if stored != now]
    return wrong


def broken_full_text(connection: Connection) -> bool:
    """Say whether SQLite's full-text table contradicts the texts it was made from; PostgreSQL keeps none apart."""
    if connection.dialect.name != "sqlite":
        return False
    rows = connection.execute(text("SELECT count(*) FROM search_texts")).scalar_one()
    there = connection.execute(text("SELECT count(*) FROM search_fts WHERE search_fts MATCH 'x_all'")).scalar_one()
    return bool(rows != there)
