"""Every row of every table, in an order and a form that SQLite and PostgreSQL share, so that both can be compared.

Tables are read as the database has them, not as the program knows them: a backup of an older hub is checked by the
same rule. The search index is left out, since it holds nothing that is not elsewhere.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    cast,
    select,
    type_coerce,
)

NOT_DATA = ("search_", "alembic_version", "sqlite_", "table_marks")
"""How tables begin that are made anew or speak of the database itself."""
MADE_FILLED = ("compatibility",)
"""Tables that have rows in a hub nobody has used yet: migrations put them there."""
AT_ONCE = 500
LARGE_AT_ONCE = 2
"""Rows fetched at once from a table with contents: each may be 20 MB."""

Progress = Callable[[str, int], None]


def quiet(_table: str, _rows: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a table has, and the SHA-256 of all of them in the order of their keys."""

    rows: int
    sha256: str


@dataclass(slots=True)
class Running:
    """The digest of one table while its rows go by; `damaged` names contents that are not what their name says."""

    columns: Sequence[str]
    json_at: frozenset[int]
    content_at: tuple[int, int] | None
    rows: int = 0
    damaged: list[str] = field(default_factory=list)
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, row: Sequence[Any]) -> None:
        """Take in the next row."""
        plain = [
            json.loads(value) if at in self.json_at and value is not None else _plain(value)
            for at, value in enumerate(row)
        ]
        if self.content_at is not None and plain[self.content_at[0]] != plain[self.content_at[1]]:
            self.damaged.append(str(plain[self.content_at[0]]))
        self._hash.update(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
        self._hash.update(b"\n")
        self.rows += 1

    def counted(self) -> Counted:
        """Return what came out."""
        return Counted(self.rows, self._hash.hexdigest())


def _plain(value: object) -> object:
    """Return a value of a column as JSON has it; bytes by their digest, times in UTC."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def tables(connection: Connection) -> list[Table]:
    """Return the tables with data, those that others point at first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(NOT_DATA))
    return sorted(found.tables.values(), key=lambda table: table.name)


def ordered_columns(table: Table) -> list[Any]:
    """Return the columns by name: tables that were rebuilt by a migration have them in another order."""
    return sorted(table.columns, key=lambda column: column.name)


def running(table: Table) -> Running:
    """Return an empty digest for the rows of `table`."""
    columns = ordered_columns(table)
    names = [column.name for column in columns]
    content = (names.index("sha256"), names.index("content")) if table.name == "blobs" else None
    return Running(names, frozenset(at for at, one in enumerate(columns) if isinstance(one.type, JSON)), content)


def rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Yield the rows of `table` in the order of its key, columns by name, JSON as text; memory stays flat."""
    postgresql = connection.dialect.name == "postgresql"
    columns = [
        (cast(column, Text) if postgresql else type_coerce(column, Text)) if isinstance(column.type, JSON) else column
        for column in ordered_columns(table)
    ]
    # Bytes in order, whatever the language of the database: so SQLite sorts.
    order = [
        column.collate("C") if postgresql and isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]
    query = select(*columns).order_by(*order)
    options = {"stream_results": True, "yield_per": at_once(table)}
    with connection.execute(query, execution_options=options) as found:
        for row in found:
            yield tuple(row)


def at_once(table: Table) -> int:
    """Return how many rows of `table` to hold in memory."""
    return LARGE_AT_ONCE if any(isinstance(column.type, LargeBinary) for column in table.columns) else AT_ONCE


def digests(connection: Connection, tell: Progress = quiet) -> tuple[dict[str, Counted], list[str]]:
    """Return rows and digest of every table, and the names of contents that are damaged."""
    found: dict[str, Counted] = {}
    damaged: list[str] = []
    for table in tables(connection):
        digest = running(table)
        for row in rows(connection, table):
            digest.add(row)
        found[table.name] = digest.counted()
        damaged += digest.damaged
        tell(table.name, digest.rows)
    return found, damaged


def filled(connection: Connection) -> list[str]:
    """Return the names of tables that hold rows somebody put there."""
    return [
        table.name
        for table in tables(connection)
        if table.name not in MADE_FILLED and connection.execute(select(table).limit(1)).first()
    ]
