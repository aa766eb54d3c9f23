"""Move a hub from one database to another, SQLite or PostgreSQL, and prove that both hold the same.

All of it is one snapshot of the source and one transaction on the target: either the target has everything and every
table has the same digest on both sides, or it has nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import JSON, BindParameter, Connection, Engine, Table, bindparam, delete, func, insert, select, text
from sqlalchemy import Text as TextType
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from hub import search
from hub.actions import indexing
from hub.keeping import manifest, tables
from hub.keeping.manifest import Contents, Refused
from hub.keeping.tables import Counted, Progress, quiet
from hub.policy import SYSTEM
from hub.search.tables import state as search_state
from hub.search.tables import words as search_words
from hub.store import schema
from hub.store.entries import Entry
from hub.work import Work

SAMPLES = 25
"""Searches whose results are compared on both sides."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved and compared."""

    contents: Contents
    searches: int
    """Sample searches that found the same entries on both sides."""


def move(source: Connection, target: Engine, tell: Progress = quiet) -> Moved:
    """Copy everything from `source`, which reads one snapshot, into the empty, migrated `target`.

    Raises `Refused`, and leaves the target empty, if anything differs in the end or does not fit.
    """
    newest = schema.known()[0]
    if (there := schema.revision(source)) != newest:
        raise Refused(
            f"Die Quelle hat den Stand {there or 'keines Hubs'}, dieses Programm {newest}. Zuerst: hub migrate"
        )
    postgresql = target.dialect.name == "postgresql"
    with target.connect() as connection:
        if postgresql:
            connection.begin()
            bonds = _drop_references(connection)
        else:
            # References point both ways between tables, so they are checked at the end; the pragma works only
            # outside a transaction.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            told, wrong = _copy(source, connection, tell)
            if wrong:
                raise Refused("Die Quelle ist beschädigt. " + "; ".join(wrong[:5]))
            if postgresql:
                for table, name, definition in bonds:
                    connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
                _set_sequences(connection)
            elif lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise Refused(f"{len(lost)} Zeilen verweisen ins Leere, die erste in der Tabelle {lost[0][0]}.")
            _index(source, connection, tell)
            found, damaged = manifest.contents(connection)
            if wrong := [*damaged, *manifest.differences(told, found)]:
                raise Refused("Die Seiten unterscheiden sich; das Ziel blieb leer. " + "; ".join(wrong[:5]))
            compared = _compare_searches(source, connection)
            connection.commit()
        except (DataError, IntegrityError) as error:
            connection.rollback()
            raise Refused(f"Eine Zeile passt nicht ins Ziel: {str(error.orig).strip()}") from error
        except BaseException:
            connection.rollback()
            raise
    target.dispose()
    return Moved(found, compared)


def expect_empty(connection: Connection) -> None:
    """Raise `Refused` if the target holds anything."""
    if there := tables.filled(connection):
        raise Refused(
            f"Das Ziel ist nicht leer: {', '.join(there[:3])} … Geändert wurde nichts. Nennen Sie eine leere Datenbank."
        )


def _copy(source: Connection, target: Connection, tell: Progress) -> tuple[Contents, list[str]]:
    """Copy all tables; return what the source holds, from the very rows that were copied, and what is damaged."""
    there = {table.name: table for table in tables.tables(target)}
    mine = tables.tables(source)
    if missing := sorted({table.name for table in mine} ^ there.keys()):
        raise Refused(f"Nur eine Seite hat die Tabellen {', '.join(missing)}: Sie gehören zu verschiedenen Fassungen.")
    counted: dict[str, Counted] = {}
    wrong: list[str] = []
    for table in mine:
        digest = tables.running(table)
        target.execute(delete(there[table.name]))  # what a migration put there
        passing = _passing(tables.rows(source, table), digest.add)
        _write(target, there[table.name], passing)
        counted[table.name] = digest.counted()
        wrong += [f"content {name}: is not what its name says" for name in digest.damaged]
        tell(table.name, digest.rows)
    held, damaged = manifest.log_of(source)
    wrong += damaged
    return Contents(source.dialect.name, schema.revision(source) or "", counted, *held), wrong


def _passing(rows: Iterable[Sequence[Any]], add: Callable[[Sequence[Any]], None]) -> Iterator[Sequence[Any]]:
    for row in rows:
        add(row)
        yield row


def _write(target: Connection, table: Table, rows: Iterator[Sequence[Any]]) -> None:
    columns = tables.ordered_columns(table)
    if target.dialect.name == "postgresql":
        names = ", ".join(f'"{column.name}"' for column in columns)
        cursor = target.connection.cursor()
        try:
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        except target.dialect.loaded_dbapi.DataError as error:
            # Where it is, such as „line 7, column title“, but not the value: it may be personal.
            said, _, place = str(error).partition("\nCONTEXT:")
            raise Refused(f"Eine Zeile passt nicht ins Ziel: {said}, {place.strip().rpartition(':')[0]}") from error
        return
    values: dict[str, BindParameter[Any]] = {column.name: bindparam(column.name) for column in columns}
    for column in columns:
        if isinstance(column.type, JSON):  # it comes as text and stays as it is
            values[column.name] = bindparam(column.name, type_=TextType)
    statement = insert(table).values(values)
    for some in _batches(rows, tables.at_once(table)):
        target.execute(statement, [dict(zip(values, row, strict=True)) for row in some])


def _drop_references(connection: Connection) -> list[tuple[str, str, str]]:
    """Drop all foreign keys until everything is there; return table, name and definition of each."""
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
        )
    ).all()
    for table, name, _ in found:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [(table, name, definition) for table, name, definition in found]


def _set_sequences(connection: Connection) -> None:
    """Let every counter go on after the highest number."""
    for table in tables.tables(connection):
        for column in table.primary_key.columns:
            counter = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            ).scalar()
            if counter is not None:
                top = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
                told = {"counter": counter, "next": top + 1}
                connection.execute(text("SELECT setval(CAST(:counter AS regclass), :next, false)"), told)


def _index(source: Connection, target: Connection, tell: Progress) -> None:
    """Make the search index anew from the data, with the words and parts the source has learned."""
    kept = [column for column in search_state.columns if column.name not in ("id", "generation")]
    target.execute(search_state.update().values(**{**source.execute(select(*kept)).mappings().one(), "before": ""}))
    target.execute(delete(search_words))
    rows = source.execute(select(search_words).order_by(search_words.c.id)).mappings()
    for some in _batches(rows, tables.AT_ONCE):
        target.execute(insert(search_words), [dict(row) for row in some])
    if target.dialect.name == "postgresql":
        target.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('search_words', 'id'), "
                "(SELECT coalesce(max(id), 0) + 1 FROM search_words), false)"
            )
        )
    with Session(bind=target, join_transaction_mode="create_savepoint") as session:
        ids = list(session.scalars(select(Entry.id).where(Entry.archived_at.is_(None)).order_by(Entry.id)))
        work = Work(session, SYSTEM, datetime.now(UTC))
        for batch in _batches(ids, 50):
            search.put(session, *indexing.load(work, batch))
            session.flush()
            session.expunge_all()
        session.commit()
    tell("search index", len(ids))


def _compare_searches(source: Connection, target: Connection) -> int:
    """Search both sides for the words of some titles; raises `Refused` if anything is found on one side only."""
    query = select(Entry.title).where(Entry.archived_at.is_(None)).order_by(Entry.id)
    titles = source.execute(query).scalars().all()
    step = max(1, len(titles) // SAMPLES)
    wanted = [words[-1] if at % 2 else words[0] for at, title in enumerate(titles[::step]) if (words := title.split())]
    for one in wanted:
        here, there = _hits(source, one), _hits(target, one)
        if here != there:
            raise Refused(f"Die Suche nach „{one}“ findet hier {json.dumps(here)} und dort {json.dumps(there)}.")
    return len(wanted)


def _hits(connection: Connection, words: str) -> list[int]:
    """Return everything found; which of two equally good ones comes first depends on the database."""
    with Session(bind=connection) as session:
        return sorted(set(search.newest(session, words, reader=search.Reader.of(SYSTEM), limit=5_000)))


T = TypeVar("T")


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
