"""The index lives and dies with the transaction of the data."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, select, text
from sqlalchemy.orm import Session

from hub import search
from hub.search import Document, Reader, Remark, Scope
from hub.search.checking import broken_full_text
from hub.search.tables import documents, state, texts, words
from tests.search.conftest import Make

GUEST = Reader()


def total(session: Session, words: str) -> int:
    return search.find(session, words, reader=GUEST).total


def test_what_is_committed_is_found_by_another_connection(engine: Engine, make: Make) -> None:
    with Session(engine) as writer, Session(engine) as other:
        search.put(writer, make(1, "Hundesteuer"))
        writer.commit()
        assert total(other, "Hundesteuer") == 1


def test_what_is_rolled_back_is_not_found(engine: Engine, make: Make) -> None:
    with Session(engine) as writer:
        search.put(writer, make(1, "Hundesteuer"))
        writer.rollback()
        assert total(writer, "Hundesteuer") == 0


def test_putting_again_replaces(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuer"))
    search.put(session, make(1, "Katzensteuer"))
    assert (total(session, "Hund"), total(session, "Katze")) == (0, 1)


def test_dropping_removes(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuer"))
    search.drop(session, 1)
    assert total(session, "Hundesteuer") == 0
    assert search.find(session, "", reader=GUEST).total == 0


def test_a_rebuild_shows_progress_and_loses_nothing(session: Session, make: Make) -> None:
    for number in range(1, 451):
        search.put(session, make(number, f"Hund {number}"))
    session.commit()
    seen: list[tuple[int, int]] = []

    def load(_session: Session, entry_ids: Sequence[int]) -> list[Document]:
        assert total(_session, "Hund") + len(entry_ids) >= 449
        return [make(number, f"Hund {number}") for number in entry_ids if number != 7]

    search.rebuild(session, list(range(1, 450)), load, lambda done, of: seen.append((done, of)))
    assert seen[-1] == (449, 449)
    assert total(session, "Hund") == 448
    assert not search.stale(session)


def test_an_index_of_another_analyser_says_so_and_mends_itself(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuer"))
    session.execute(state.update().values(analyser="0-other"))
    assert search.stale(session)
    search.rebuild(session, [1], lambda _session, _ids: [make(1, "Hundesteuer")])
    assert not search.stale(session)
    assert total(session, "Hund") == 1


def test_a_rebuild_learns_words_from_the_texts(session: Session, make: Make) -> None:
    found = [make(1, "Wisent füttern"), make(2, "Wisent zählen"), make(3, "Wisentschutz planen")]
    for _ in range(2):
        search.rebuild(session, [1, 2, 3], lambda _session, ids: [found[number - 1] for number in ids])
    assert total(session, "Schutz") == 1
    assert total(session, "Wisent") == 3


def test_a_published_entry_survives_a_rebuild_that_does_not_know_it(session: Session, make: Make) -> None:
    def load(inner: Session, entry_ids: Sequence[int]) -> list[Document]:
        search.put(inner, make(99, "Währenddessen veröffentlicht"))
        return [make(number, "Hund") for number in entry_ids]

    search.rebuild(session, [1], load)
    assert total(session, "währenddessen") == 1


def test_the_tables_come_and_go(engine: Engine) -> None:
    with engine.begin() as connection:
        search.drop_tables(connection)
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("search_")]
        search.create(connection)


def test_fts_and_rows_agree_after_many_changes(session: Session, make: Make) -> None:
    for turn in range(3):
        for number in range(1, 40):
            search.put(session, make(number, f"Hund {turn} {number}"))
        for number in range(1, 40, 3):
            search.drop(session, number)
    session.commit()
    connection = session.connection()
    count = connection.execute(documents.select()).fetchall()
    assert len(count) == len(connection.execute(texts.select()).fetchall()) == total(session, "Hund") == 26
    if connection.dialect.name == "sqlite":
        # Raises if index and content disagree.
        connection.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))


KILLED = """
    import sys
    from datetime import UTC, datetime
    from sqlalchemy import create_engine, text
    from sqlalchemy.orm import Session
    from hub import search
    from hub.search import Document, Scope
    engine = create_engine(sys.argv[1])
    number = 0
    while True:
        number += 1
        with Session(engine) as session:
            session.execute(text("INSERT INTO truth (id) VALUES (:number)"), {"number": number})
            if number % 3 == 0:
                session.execute(text("DELETE FROM truth WHERE id = :number"), {"number": number - 1})
                search.drop(session, number - 1)
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            search.put(session, Document(number, 1, 1, "public", Scope.BOTH, f"Hund {number}", moment))
            session.commit()
        print(number, flush=True)
"""


@pytest.mark.slow
def test_killed_in_the_middle_the_index_agrees_with_the_data(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE truth (id int primary key)"))
    script = tmp_path / "writer.py"
    script.write_text(textwrap.dedent(KILLED))
    url = engine.url.render_as_string(hide_password=False)
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script), url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    ) as writer:
        assert writer.stdout is not None
        said = 0
        while said < 40:
            said = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        said = max([said, *(int(line) for line in writer.stdout if line.strip())])
    fresh = create_engine(engine.url)
    with Session(fresh) as session:
        kept = list(session.execute(text("SELECT id FROM truth ORDER BY id")).scalars())
        assert max(kept) >= said
        assert sorted(search.newest(session, "Hund", reader=GUEST, limit=10 * said)) == kept
        assert total(session, "Hund") == len(kept)
        if engine.dialect.name == "sqlite":
            session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))
    fresh.dispose()


def test_a_further_comment_is_written_as_if_everything_had_been_read_again(session: Session, make: Make) -> None:
    said = [
        Remark(3, 1, "Wer prüft die Hundehalterhaftpflicht? Bitte ins Fachverfahren eintragen.", ikz=True),
        Remark(7, 1, "", ikz=True),
        Remark(9, 2, "Der Steuerbescheid kommt zu spät (§ 14 GewO).", land=True),
    ]
    inside = {"visibility": "ikz", "scope": Scope.INTERNAL, "version_id": 2, "legal_bases": ("§ 14 GewO",)}
    outside = {"scope": Scope.EXTERNAL, "version_id": 1, "legal_bases": ("§ 14 GewO",)}

    def both(remarks: Sequence[Remark]) -> list[Document]:
        return [
            make(1, "Hundesteuer", "Antrag prüfen", "Bescheid erstellen", remarks=tuple(remarks), **inside),
            make(1, "Hundesteuer", "Antrag prüfen", remarks=tuple(one for one in remarks if one.land), **outside),
        ]

    def held() -> list[tuple[object, ...]]:
        """Return all that is stored but the numbers of the rows."""
        columns = [column for column in (*documents.c, *texts.c) if column.name not in ("id", "paired")]
        joined = select(*columns).join_from(documents, texts, texts.c.id == documents.c.id)
        return [tuple(row) for row in session.execute(joined.order_by(documents.c.version_id))]

    search.rebuild(session, [1], lambda _session, _ids: both([]))
    for remark in said:
        assert search.tell(session, 1, remark, {1, 2} if remark.land else {2})
    added = held()
    offered = session.execute(select(words.c.word).order_by(words.c.word)).scalars().all()
    reader = Reader(frozenset({1}), cooperates=True)
    assert search.find(session, "Steuerbescheid", reader=reader).total == 1
    search.put(session, *both(said))
    assert held() == added
    assert session.execute(select(words.c.word).order_by(words.c.word)).scalars().all() == offered
    assert not broken_full_text(session.connection())


def test_a_comment_is_not_added_to_what_another_analyser_wrote(session: Session, make: Make) -> None:
    remark = Remark(1, 1, "Wer prüft das?", ikz=True)
    assert not search.tell(session, 1, remark, {100})
    search.rebuild(session, [1], lambda _session, _ids: [make(1, "Hundesteuer")])
    session.execute(state.update().values(generation=state.c.generation + 1))
    assert not search.tell(session, 1, remark, {100})
    session.execute(state.update().values(generation=state.c.generation - 1, analyser="another"))
    assert not search.tell(session, 1, remark, {100})
