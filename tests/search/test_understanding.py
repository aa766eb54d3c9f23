"""Rules of the coordination in the index: nothing is missed while it is being rebuilt."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hub import search
from hub.search import Document, Reader, understanding
from hub.store.base import Base
from hub.store.words import WordRule, WordRuleKind
from tests.search.conftest import Make

GUEST = Reader()


def teach(session: Session, kind: WordRuleKind, *words: str) -> None:
    Base.metadata.create_all(session.connection())
    session.add(WordRule(kind=kind, words="\n".join(words), created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.flush()
    understanding.taught(session.connection())
    session.commit()


def totals(session: Session, *queries: str) -> list[int]:
    return [search.find(session, words, reader=GUEST).total for words in queries]


def test_a_splitting_rule_is_in_the_index_after_the_rebuild(session: Session, make: Make) -> None:
    found = [make(1, "Xylorat einberufen"), make(2, "Hundesteuer")]
    search.put(session, *found[:1])
    search.put(session, *found[1:])
    session.commit()
    teach(session, WordRuleKind.SPLIT, "Xylorat", "Xylo", "Rat")
    assert search.stale(session)
    search.rebuild(session, [1, 2], lambda _session, ids: [found[number - 1] for number in ids])
    assert not search.stale(session)
    assert totals(session, "Xylo", "Xylorat", "Hund") == [1, 1, 1]


def test_both_halves_of_the_index_are_found_while_it_is_being_rebuilt(session: Session, make: Make) -> None:
    known = {number: make(number, f"Xylorat {number}") for number in range(1, 151)}
    for document in known.values():
        search.put(session, document)
    session.commit()
    teach(session, WordRuleKind.SPLIT, "Xylorat", "Xylo", "Rat")
    seen = []

    def load(inner: Session, ids: Sequence[int]) -> list[Document]:
        # What is being replaced at this moment is out of sight of this very transaction only.
        seen.append(totals(inner, "Xylorat")[0] + len(ids))
        return [known[number] for number in ids]

    search.rebuild(session, list(known), load, size=50)
    assert seen == [150] * len(seen)
    assert len(seen) > 1


def test_a_rebuild_that_was_stopped_misses_nothing_either(session: Session, make: Make) -> None:
    known = {number: make(number, f"Xylorat {number}") for number in range(1, 151)}
    for document in known.values():
        search.put(session, document)
    session.commit()
    teach(session, WordRuleKind.SPLIT, "Xylorat", "Xylo", "Rat")

    class Stopped(Exception):
        """The power went out."""

    def load(_session: Session, ids: Sequence[int]) -> list[Document]:
        if 150 in ids:
            raise Stopped
        return [known[number] for number in ids]

    with pytest.raises(Stopped):
        search.rebuild(session, list(known), load, size=50)
    session.rollback()
    assert totals(session, "Xylorat") == [150]
    assert search.stale(session)
    search.rebuild(session, list(known), lambda _session, ids: [known[number] for number in ids])
    assert totals(session, "Xylorat") == [150]
    assert not search.stale(session)


def test_another_process_reads_new_rules_with_its_next_query(engine: Engine, make: Make) -> None:
    with Session(engine) as one, Session(engine) as other:
        search.put(one, make(1, "Schankerlaubnis"))
        one.commit()
        other.rollback()
        teach(one, WordRuleKind.SAME, "Kneipenschein", "Schankerlaubnis")
        assert totals(other, "Kneipenschein") == [1]
