"""Writing the index: in the transaction of the data, for one entry at a time or for all of them."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from hub.search import understanding
from hub.search.documents import Document, Remark
from hub.search.making import Made, Makers, made
from hub.search.streams import set_digest, told, vector
from hub.search.tables import GIN, documents, sets, state, texts, words
from hub.search.understanding import analyser_of
from hub.text.analyse import learn
from hub.text.lexicon import shipped

log = logging.getLogger(__name__)
BATCH = 400
"""Entries per transaction of a rebuild: others publish in between."""
PART = 50
"""Documents that are made and handed on in one go."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the index is made of."""

    generation: int
    """How often it was made anew."""
    analyser: str
    """How words were read."""
    entries: int
    documents: int
    words: int


Load = Callable[[Session, Sequence[int]], Iterable[Document]]
Progress = Callable[[int, int], None]


def stale(session: Session) -> bool:
    """Say whether the index was made by another analyser and has to be rebuilt."""
    return understanding.stale(session.connection())


def progress(session: Session) -> tuple[int, int]:
    """Return how many entries the last rebuild has done, and of how many."""
    row = session.connection().execute(select(state.c.done_count, state.c.total_count)).one()
    return row.done_count, row.total_count


def facts(session: Session) -> Facts:
    """Return what the index is made of."""
    connection = session.connection()
    row = connection.execute(select(state.c.generation, state.c.analyser)).one()
    counted = [
        select(func.count(func.distinct(documents.c.entry_id))).scalar_subquery(),
        select(func.count()).select_from(documents).scalar_subquery(),
        select(func.count()).select_from(words).scalar_subquery(),
    ]
    return Facts(row.generation, row.analyser, *connection.execute(select(*counted)).one())


def outdate(session: Session) -> None:
    """Have the whole index made anew by the worker; what is there goes on being found. Commits with the session."""
    _note(session.connection(), analyser="")


def put(session: Session, *found: Document) -> None:
    """Index an entry: `found` are all its documents and replace what was there. Commits with the session."""
    connection = session.connection()
    entries = {document.entry_id for document in found}
    _remove(connection, sorted(entries))
    generation = connection.execute(select(state.c.generation)).scalar_one()
    vectors = connection.dialect.name != "sqlite"
    _write(connection, [made(found, analyser_of(connection), vectors=vectors)], generation)


def tell(session: Session, entry_id: int, remark: Remark, versions: Collection[int]) -> bool:
    """Add a comment, newer than all others, to the entry's documents of these `versions`. Commits with the session.

    What is written is what `put` would write, but only the comment is read: a document has many steps and texts.
    False, and nothing is done, where it would not be the same: no such documents, or the index is just being made anew.
    """
    connection = session.connection()
    now = connection.execute(select(state.c.generation, state.c.analyser, state.c.learned, state.c.rules)).one()
    analyser = understanding.analyser(now.learned, now.rules)
    rows = connection.execute(
        select(documents, texts)
        .join(texts, texts.c.id == documents.c.id)
        .where(documents.c.entry_id == entry_id, documents.c.version_id.in_(versions))
    ).all()
    if not rows or now.analyser != analyser.version or any(row.generation != now.generation for row in rows):
        return False
    part = Made()
    for row in rows:
        new = told(row.body, row.payload, remark, analyser)
        part.rows.append(
            (row.entry_id, row.version_id, row.organisation_id, row.set_id, row.weight, row.updated_on, row.updated_at,
             row.title_key)
        )  # fmt: skip
        part.texts.append((row.title, row.names, row.steps, new.body, row.spelling, new.payload))
        if connection.dialect.name != "sqlite":
            part.vectors.append((vector(row.title, row.names, row.steps, new.body), vector(row.title, row.names)))
        part.words |= new.vocabulary
    _take_out(connection, [row.id for row in rows])
    _write(connection, [part], now.generation)
    return True


def drop(session: Session, entry_id: int) -> None:
    """Take an entry out of the index. Commits with the session."""
    _remove(session.connection(), [entry_id])


def refile(session: Session, entry_id: int, changed: Callable[[int], Mapping[str, tuple[str, ...]]]) -> None:
    """Change facets of an entry's documents; `changed` is asked with the version of each. Commits with the session."""
    connection = session.connection()
    query = select(documents.c.id, documents.c.version_id, sets.c.id, sets.c.facets)
    rows = connection.execute(query.join(sets, sets.c.id == documents.c.set_id).where(documents.c.entry_id == entry_id))
    for number, version_id, set_id, known in rows.all():
        facets = {name: tuple(values) for name, values in json.loads(known).items()} | dict(changed(version_id))
        digest, text_of = set_digest(facets)
        if digest != set_id:
            _write_sets(connection, {digest: text_of})
            connection.execute(update(documents).where(documents.c.id == number).values(set_id=digest))


def _remove(connection: Connection, entry_ids: Sequence[int]) -> None:
    ids = connection.execute(select(documents.c.id).where(documents.c.entry_id.in_(entry_ids))).scalars().all()
    if ids:
        _take_out(connection, ids)


def _take_out(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(delete(texts).where(texts.c.id.in_(ids)))
    connection.execute(delete(documents).where(documents.c.id.in_(ids)))


def _write(connection: Connection, parts: Iterable[Made], generation: int, counted: Counter[str] | None = None) -> None:
    """Write `parts`, each as it comes; `counted` gathers in how many documents of a rebuild each word is."""
    sqlite = connection.dialect.name == "sqlite"
    whole = Made()
    rows: list[Row] = []
    for part in parts:
        if not part.rows:
            continue
        numbers = _numbers(connection, len(part.rows), rows[-1][0] if rows else None)
        numbered = [(number, *row, generation) for number, row in zip(numbers, part.rows, strict=True)]
        (_write_words_sqlite if sqlite else _write_postgresql)(connection, numbered, part)
        rows += numbered
        whole.texts += part.texts if sqlite else ()
        whole.sets |= part.sets
        if counted is not None:
            new = {word: shown for word, shown in part.words.items() if word not in counted}
            counted.update(part.counted)
        else:
            new = part.words
        whole.words |= new
    if not rows:
        return
    if sqlite:
        _write_sqlite(connection, rows, whole)
    _write_sets(connection, whole.sets)
    _write_words(connection, whole.words)


def _numbers(connection: Connection, count: int, last: int | None) -> Sequence[int]:
    """Return numbers for new documents: those after the highest, under SQLite's writer lock, or PostgreSQL's own."""
    if connection.dialect.name == "sqlite":
        if last is None:
            last = connection.execute(select(func.coalesce(func.max(documents.c.id), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    next_number = "SELECT nextval(pg_get_serial_sequence('search_documents', 'id')) FROM generate_series(1, :count)"
    return connection.execute(text(next_number), {"count": count}).scalars().all()


_COLUMNS = "id, entry_id, version_id, organisation_id, set_id, weight, updated_on, updated_at, title_key, generation"
Row = tuple[int, int, int, int, int, int, int, int, str, int]


def _write_sets(connection: Connection, found: Mapping[int, str]) -> None:
    if not found:
        return
    known = set(connection.execute(select(sets.c.id).where(sets.c.id.in_(found))).scalars())
    missing = [{"id": number, "facets": found[number]} for number in sorted(found) if number not in known]
    if missing:
        connection.execute(
            text("INSERT INTO search_sets (id, facets) VALUES (:id, :facets) ON CONFLICT (id) DO NOTHING"),
            missing,
        )


# Many rows at once go past SQLAlchemy, which would take as long as the database itself.


def _write_words_sqlite(connection: Connection, rows: Sequence[Row], part: Made) -> None:
    """Write rows of the full-text index by themselves: between other statements FTS5 would flush what it gathers."""
    connection.exec_driver_sql(
        "INSERT INTO search_fts (rowid, title, names, steps, body) VALUES (?, ?, ?, ?, ?)",
        [(row[0], *texts_of[:4]) for row, texts_of in zip(rows, part.texts, strict=True)],
    )


def _write_sqlite(connection: Connection, rows: Sequence[Row], whole: Made) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO search_documents ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        list(rows),
    )
    connection.exec_driver_sql(
        "INSERT INTO search_texts (id, title, names, steps, body, spelling, payload, paired) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        [(row[0], *texts_of) for row, texts_of in zip(rows, whole.texts, strict=True)],
    )


def _write_postgresql(connection: Connection, rows: Sequence[Row], part: Made) -> None:
    cursor = connection.connection.cursor()
    # The vectors stand in the narrow table: what matches is then counted without touching the texts.
    with cursor.copy(f"COPY search_documents ({_COLUMNS}, words, heading) FROM STDIN") as copy:
        for row, vectors in zip(rows, part.vectors, strict=True):
            copy.write_row((*row, *vectors))
    with cursor.copy("COPY search_texts (id, title, names, steps, body, spelling, payload) FROM STDIN") as copy:
        for row, texts_of in zip(rows, part.texts, strict=True):
            copy.write_row((row[0], *texts_of))


_WORDS_SQLITE = "INSERT INTO search_words (word, shown) VALUES (?, ?) ON CONFLICT (word) DO NOTHING"
_WORDS_POSTGRESQL = text(
    "INSERT INTO search_words (word, shown) SELECT n.word, n.shown "
    "FROM unnest(CAST(:words AS text[]), CAST(:shown AS text[])) AS n (word, shown) "
    "WHERE NOT EXISTS (SELECT 1 FROM search_words k WHERE k.word = n.word) ON CONFLICT (word) DO NOTHING"
)


def forget(session: Session, name: str) -> None:
    """Take the words of a name out of the vocabulary if no document has them any more, and out of what is left behind.

    To be called when the documents were written anew without it. FTS5 keeps deleted words in old segments until they
    are merged (SQLite 3.42 could do without); merging all of them takes seconds in a large hub and happens rarely.
    """
    connection = session.connection()
    for word in dict.fromkeys(re.findall(r"\w{3,}", name)):
        pattern = f"%{word}%"
        there = or_(*(column.ilike(pattern) for column in (texts.c.payload, texts.c.body, texts.c.names)))
        if connection.execute(select(texts.c.id).where(there).limit(1)).first() is None:
            like = or_(words.c.shown.ilike(pattern), words.c.word.ilike(pattern))
            connection.execute(delete(words).where(like))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_fts(search_fts) VALUES ('optimize')")


def _write_words(connection: Connection, new: Mapping[str, str]) -> None:
    """Add new words to the vocabulary. It only grows until the next rebuild; what is offered is checked."""
    if not new:
        return
    ordered = sorted(new)  # always in the same order, so that two writers cannot wait for each other
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_WORDS_SQLITE, [(word, new[word]) for word in ordered])
    else:
        connection.execute(_WORDS_POSTGRESQL, {"words": ordered, "shown": [new[word] for word in ordered]})


def rebuild(
    session: Session, entry_ids: Sequence[int], load: Load, tell: Progress | None = None, *, size: int = BATCH
) -> None:
    """Make the whole index anew while others search and publish.

    `load` returns the documents of some entries, read in the same transaction in which they are indexed. Commits the
    session after every batch of `size` entries; stopped in the middle, everything is still found, and the next rebuild
    starts anew.
    """
    connection = session.connection()
    newest_word = connection.execute(select(func.coalesce(func.max(words.c.id), 0))).scalar_one()
    learned = learn(_known_texts(connection), shipped())
    analyser, generation = understanding.turn(connection, " ".join(sorted(learned)))
    _note(connection, total_count=len(entry_ids))
    _gather(connection)
    told, vectors = understanding.told(connection), connection.dialect.name != "sqlite"
    session.commit()
    counted: Counter[str] = Counter()
    with Makers(analyser, told, vectors=vectors, many=len(entry_ids)) as makers:
        for start in range(0, len(entry_ids), size):
            batch = entry_ids[start : start + size]
            connection = session.connection()
            _remove(connection, batch)
            loaded = list(load(session, batch))
            parts = (loaded[at : at + PART] for at in range(0, len(loaded), PART))
            _write(connection, makers.each(parts), generation, counted)
            done = min(start + size, len(entry_ids))
            _note(connection, done_count=done)
            session.commit()
            if tell is not None:
                tell(done, len(entry_ids))
    connection = session.connection()
    _sweep(connection, generation, counted, newest_word)
    understanding.turned(connection, analyser)
    session.commit()
    _settle(session)
    log.info("search index rebuilt", extra={"entries": len(entry_ids), "learned": len(learned)})


def _gather(connection: Connection) -> None:
    """Prepare for many rows at once.

    FTS5 collects segments instead of merging them after every batch. PostgreSQL collects entries of its GIN indexes
    in a list; for a first build, when there is nothing to be found yet, they are made at the end in one go.
    """
    if connection.dialect.name == "sqlite":
        _configure(connection, automerge=0, crisismerge=64, hashsize=16_777_216)
    elif connection.execute(select(documents.c.id).limit(1)).first() is None:
        for name in GIN:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    else:
        for name in GIN:
            connection.exec_driver_sql(f"ALTER INDEX IF EXISTS {name} SET (fastupdate = on)")


def _settle(session: Session) -> None:
    """Finish what `_gather` began, in short transactions where others wait for the lock."""
    if session.get_bind().dialect.name == "sqlite":
        merged = 2
        while merged > 1:
            connection = session.connection()
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql("INSERT INTO search_fts(search_fts, rank) VALUES ('merge', -1000)")
            merged = connection.exec_driver_sql("SELECT total_changes()").scalar_one() - before
            session.commit()
        _configure(session.connection(), automerge=4, crisismerge=16, hashsize=1_048_576)
        session.commit()
        return
    for name, statement in GIN.items():
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"ALTER INDEX {name} SET (fastupdate = off)")
        connection.exec_driver_sql("SELECT gin_clean_pending_list(%s::regclass)", (name,))
        session.commit()


def _configure(connection: Connection, **values: int) -> None:
    for name, value in values.items():
        connection.exec_driver_sql("INSERT INTO search_fts(search_fts, rank) VALUES (?, ?)", (name, value))


def _known_texts(connection: Connection) -> Iterable[str]:
    rows = connection.execute(select(words.c.shown, words.c.frequency).where(words.c.frequency > 1))
    for shown, frequency in rows:
        for _ in range(min(frequency, 3)):
            yield shown


def _note(connection: Connection, **values: Any) -> None:
    connection.execute(update(state).values(**values))


def _sweep(connection: Connection, generation: int, counted: Counter[str], newest_word: int) -> None:
    """Remove what no entry stands behind any more and write down how often each word occurs."""
    old = connection.execute(select(documents.c.entry_id).where(documents.c.generation < generation)).scalars().all()
    for start in range(0, len(old), BATCH):
        _remove(connection, old[start : start + BATCH])
    connection.execute(delete(sets).where(sets.c.id.not_in(select(documents.c.set_id))))
    if counted:
        # Words that came in meanwhile belong to entries published meanwhile.
        before = connection.execute(select(words.c.word).where(words.c.id <= newest_word)).scalars()
        gone = [{"b_word": word} for word in before if word not in counted]
        if gone:
            connection.execute(delete(words).where(words.c.word == bindparam("b_word")), gone)
        connection.execute(
            update(words).where(words.c.word == bindparam("b_word")).values(frequency=bindparam("b_count")),
            [{"b_word": word, "b_count": count} for word, count in counted.items()],
        )
