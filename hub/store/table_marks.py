"""SQLite: a mark for each table that every change of one of its rows renews, so that an answer need not be asked again.

Triggers keep the marks in the transaction that writes, whoever writes; no program can forget one. The marks are
random, so that a database restored from a backup never shows one that stood for something else. What is not surely
covered (a virtual table, a view, a table without its triggers, a function that differs each time) counts as changed.
PostgreSQL has no such marks: its writers would wait for each other at the row of the table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from hub.shelf import Shelf
from hub.store.marks import commit_mark

TABLE = "table_marks"
"""Made by hand in migration 0021: `name` and `mark`."""

_DEEDS = ("INSERT", "UPDATE", "DELETE")
_WORD = re.compile(r"\w+")
_UNSURE = frozenset(
    {"random", "randomblob", "current_timestamp", "current_date", "current_time", "now", "strftime", "julianday",
     "date", "time", "datetime", "unixepoch", "changes", "total_changes", "last_insert_rowid", "pragma_table_info"}
)  # fmt: skip
"""Words of statements whose answer may differ though no table has changed."""


def install(connection: Connection) -> None:
    """Give every table of a SQLite database its triggers, after a migration; does nothing where there are no marks.

    A migration that rebuilds a table loses the triggers with it, so this is done after all of them, every time.
    """
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    if TABLE not in {name for name, _sql in found}:
        return
    virtual = tuple(f"{name}_" for name, sql in found if (sql or "").upper().startswith("CREATE VIRTUAL"))
    connection.exec_driver_sql(f"DELETE FROM {TABLE}")  # noqa: S608 - a name of our own
    for name, sql in found:
        if name == TABLE or name.startswith("sqlite_") or (sql or "").upper().startswith("CREATE VIRTUAL"):
            continue
        if virtual and name.startswith(virtual):
            continue  # holds what a virtual table writes past all triggers
        connection.exec_driver_sql(f"INSERT INTO {TABLE} VALUES (?, randomblob(8))", (name,))  # noqa: S608 - as above
        for deed in _DEEDS:
            connection.exec_driver_sql(
                f'CREATE TRIGGER IF NOT EXISTS "marked_{name}_{deed.lower()}" AFTER {deed} ON "{name}" '  # noqa: S608
                f"BEGIN UPDATE {TABLE} SET mark = randomblob(8) WHERE name = '{name}'; END"
            )


def remove(connection: Connection) -> None:
    """Take all triggers away again."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'marked!_%' ESCAPE '!'"
    for (name,) in connection.exec_driver_sql(query).fetchall():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


@dataclass(frozen=True, slots=True)
class State:
    """What a database was like at one commit: its schema, and the mark of each covered table."""

    schema: int
    marks: Mapping[str, bytes]
    covered: frozenset[str]
    """Tables that have all their triggers."""
    there: frozenset[str]
    """Everything a statement may read from."""

    def unchanged(self, statement: str, since: "State") -> bool:
        """Whether the marks vouch for it that `statement` is answered as it was at `since`."""
        if self.schema != since.schema:
            return False
        tables = tables_of(statement, self.covered, self.there)
        return tables is not None and all(self.marks.get(name) == since.marks.get(name, b"") for name in tables)


_STATES: Shelf[tuple[str, object], State] = Shelf(4)
"""Database and commit mark → what it was like; every page that is looked at after a commit wants to know."""
_SCHEMAS: Shelf[tuple[str, int, int], tuple[frozenset[str], frozenset[str]]] = Shelf(4)
"""Database, its file and the number of its schema → covered tables and everything there is."""


def state(session: Session, mark: object) -> State | None:
    """Return the state at the commit mark that was read before; None where no tables are marked."""
    bind = session.get_bind()
    path = bind.engine.url.database or ""
    if mark is None or bind.dialect.name != "sqlite":
        return None
    known = _STATES.get((path, mark))
    if known is None:
        cursor = session.connection().connection.cursor()
        try:
            schema = int(cursor.execute("PRAGMA schema_version").fetchone()[0])
            form = (path, Path(path).stat().st_ino, schema)
            covered, there = _SCHEMAS.get(form) or _relations(cursor)
            if TABLE not in there:
                return None
            cursor.execute(f"SELECT name, mark FROM {TABLE}")  # noqa: S608 - a name of our own
            known = State(schema, dict(cursor.fetchall()), covered, there)
        finally:
            cursor.close()
        if commit_mark(session) == mark:
            _SCHEMAS.put(form, (covered, there))
            _STATES.put((path, mark), known)
    return known


def _relations(cursor: Any) -> tuple[frozenset[str], frozenset[str]]:
    cursor.execute("SELECT type, name FROM sqlite_master")
    rows = cursor.fetchall()
    triggers = {name for kind, name in rows if kind == "trigger"}
    there = frozenset(name.lower() for kind, name in rows if kind in ("table", "view"))
    whole = (name for name in there if all(f"marked_{name}_{deed.lower()}" in triggers for deed in _DEEDS))
    return frozenset(whole), there


@lru_cache(maxsize=4_000)
def tables_of(statement: str, covered: frozenset[str], there: frozenset[str]) -> tuple[str, ...] | None:
    """Return the tables whose marks vouch for the answer of a statement, None where marks cannot.

    Whatever a statement reads it names; so all its words are looked at, quoted or not, and rather too many tables.
    """
    words = {word.lower() for word in _WORD.findall(statement)}
    named = words & there
    if not named or not named <= covered or words & _UNSURE or any(word.startswith("sqlite_") for word in words):
        return None
    return tuple(sorted(named))
