"""The tables of the search index, on SQLite (FTS5) and PostgreSQL (tsvector).

They hold nothing that is not elsewhere: `rebuild` makes them anew. Alembic's migration calls `create` and `drop`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, Text, text

from hub.store.base import NAMING

metadata = MetaData(naming_convention=NAMING)
_Big = BigInteger().with_variant(Integer(), "sqlite")

sets = Table(
    "search_sets",
    metadata,
    # The number is a digest of the facets: equal facets are one row, and a number never changes its meaning.
    Column("id", _Big, primary_key=True, autoincrement=False),
    Column("facets", Text, nullable=False),
)
documents = Table(
    "search_documents",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("entry_id", Integer, nullable=False),
    Column("version_id", Integer, nullable=False),
    Column("set_id", _Big, nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("updated_on", Integer, nullable=False),  # days since 0001-01-01, for seit: and bis:
    Column("updated_at", _Big, nullable=False),  # seconds since 1970, for sorting
    Column("title_key", String(80), nullable=False),
    Column("generation", Integer, nullable=False),
    Index("ix_search_documents_entry_id", "entry_id"),
    Index("ix_search_documents_set_id", "set_id"),
)
texts = Table(
    "search_texts",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("steps", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("spelling", Text, nullable=False),
    Column("payload", Text, nullable=False),
    # Whether the writer writes the row of SQLite's full-text index, too; else the trigger does, for workers that are
    # older than this column.
    Column("paired", Integer, nullable=False, server_default="0"),
)
words = Table(
    "search_words",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("word", String(60), nullable=False, unique=True),
    Column("shown", String(60), nullable=False),
    Column("frequency", Integer, nullable=False, server_default="1"),
)
state = Table(
    "search_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("analyser", String(60), nullable=False, server_default=""),
    Column("learned", Text, nullable=False, server_default=""),
    Column("rules", Text, nullable=False, server_default=""),
    Column("before", Text, nullable=False, server_default=""),  # earlier readings parts of the index still have
    Column("wording", _Big, nullable=False, server_default="0"),  # moves when the coordination changes its words
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("done_count", Integer, nullable=False, server_default="0"),
    Column("total_count", Integer, nullable=False, server_default="0"),
)

_SQLITE = (
    """CREATE VIRTUAL TABLE search_fts USING fts5(title, names, steps, body, content='search_texts', content_rowid='id',
       columnsize=0, tokenize="ascii tokenchars '_~'")""",
    # A statement that fires a trigger has FTS5 flush what it has gathered, row by row; so rows are written without.
    """CREATE TRIGGER search_texts_inserted AFTER INSERT ON search_texts WHEN new.paired = 0 BEGIN
       INSERT INTO search_fts(rowid, title, names, steps, body)
       VALUES (new.id, new.title, new.names, new.steps, new.body); END""",
    """CREATE TRIGGER search_texts_deleted AFTER DELETE ON search_texts BEGIN
       INSERT INTO search_fts(search_fts, rowid, title, names, steps, body)
       VALUES ('delete', old.id, old.title, old.names, old.steps, old.body); END""",
)
GIN = {
    f"ix_search_documents_{column}": f"CREATE INDEX IF NOT EXISTS ix_search_documents_{column} ON search_documents "
    f"USING gin ({column}) WITH (fastupdate = off)"
    for column in ("words", "heading")
}
"""Name of an index of PostgreSQL → the statement that makes it."""
_POSTGRESQL = (
    "ALTER TABLE search_documents ADD COLUMN words tsvector NOT NULL",
    "ALTER TABLE search_documents ADD COLUMN heading tsvector NOT NULL",
    "ALTER TABLE search_documents ALTER COLUMN words SET STORAGE EXTERNAL",
    *GIN.values(),
)


def create(connection: Connection) -> None:
    """Create all search tables, empty."""
    metadata.create_all(connection)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))
    connection.execute(state.insert().values(id=1))


def drop(connection: Connection) -> None:
    """Drop all search tables; the hub's data stay untouched."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE IF EXISTS search_fts"))
    metadata.drop_all(connection)
