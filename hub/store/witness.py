"""Whether the database would still answer the same: what was asked for something, to be asked once more.

Whatever is made from nothing but answers of the database is still good for as long as the same questions, asked in
the same order, have the same answers; for each question depends on the answers before it alone. Asking again is
cheap, since nothing is built, compiled or made into objects; and as the questions carry the rights of who asks, an
answer that holds is never more than that person may read now.
"""

import marshal
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from sys import intern
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Session

from hub.shelf import Shelf
from hub.store.marks import commit_mark
from hub.store.table_marks import State, state

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST = 80
"""What takes more questions is made anew."""


class Asked:
    """The questions asked so far for one thing, each with a digest of its answer, written down as they come."""

    __slots__ = ("_questions", "_whole")

    def __init__(self) -> None:
        self._questions: list[tuple[str, Any, bytes]] = []
        self._whole = True

    def note(self, statement: str, parameters: Any, rows: Sequence[Any]) -> None:
        """Add a question, as the driver got it, with all rows of its answer."""
        # Held once, however many pages ask it: some are thousands of characters long.
        self._questions.append((intern(statement), parameters, _digest(rows)))

    def include(self, others: "Asked | Witness") -> None:
        """Add questions that somebody else has asked for a part of this thing."""
        self._questions.extend(others._questions)
        self._whole = self._whole and getattr(others, "_whole", True)

    def spoil(self) -> None:
        """Say that more was done than asking, or that an answer is not known."""
        self._whole = False

    def witness(self, session: Session, mark: object) -> "Witness | None":
        """Return who can tell whether all of it still holds; None where nothing can be asked again.

        The caller makes sure that nothing was committed since `mark`, which was read before the first question.
        """
        if not self._whole or not 0 < len(self._questions) <= MOST:
            return None
        return Witness(self._questions, state(session, mark))


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


class Witness:
    """Questions with digests of their answers, and what the database was like when they were given."""

    __slots__ = ("_questions", "_state")

    def __init__(self, questions: Sequence[tuple[str, Any, bytes]], at: State | None) -> None:
        self._questions, self._state = tuple(questions), at

    def holds(self, session: Session, mark: object) -> bool:
        """Whether the database answers as it did; `mark` is that of the last commit before.

        Asked are only questions about tables that have changed since this was last found to be so.
        """
        before, now = self._state, state(session, mark)
        cursor = session.connection().connection.cursor()
        try:
            for statement, parameters, digest in self._questions:
                if before is not None and now is not None and now.unchanged(statement, before):
                    continue
                cursor.execute(statement, parameters)
                if _digest(cursor.fetchall()) != digest:
                    return False
        finally:
            cursor.close()
        self._state = now
        return True


def watch(engine: Engine) -> None:
    """Let `asked` see the statements of `engine` and their answers."""

    @event.listens_for(engine, "after_cursor_execute")
    def note(
        _connection: Any, cursor: Any, statement: str, parameters: Any, context: DefaultExecutionContext, several: bool
    ) -> None:
        asked = _ASKED.get()
        if asked is None or statement == "BEGIN":
            return
        if several or not statement.startswith(("SELECT", "WITH")) or cursor.description is None:
            asked.spoil()
            return
        # The rows are taken from the driver here, once, and handed on to whoever asked.
        rows = cursor.fetchall()
        asked.note(statement, parameters, rows)
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)

    @event.listens_for(engine, "handle_error")
    def fail(_context: ExceptionContext) -> None:
        if (asked := _ASKED.get()) is not None:
            asked.spoil()


@contextmanager
def asked() -> Iterator[Asked]:
    """Write down the questions asked inside, and their answers; they count for whoever asks around it, too."""
    found, around = Asked(), _ASKED.get()
    token = _ASKED.set(found)
    try:
        yield found
    finally:
        _ASKED.reset(token)
        if around is not None:
            around.include(found)


class Remembered(Generic[K, V]):
    """Values made from nothing but a key and answers of the database, kept for as long as the answers hold.

    The values must not belong to a session. A page that is made with one bears witness to its answers as well.
    """

    __slots__ = ("_shelf",)

    def __init__(self, most: int) -> None:
        self._shelf: Shelf[tuple[K, Engine], tuple[object, V, Witness]] = Shelf(most)

    def get(self, session: Session, mark: object, key: K, make: Callable[[], V]) -> V:
        """Return what `make` makes or has made; `mark` was read before the first question, None: always make it."""
        if mark is None:
            return make()
        place = (key, session.get_bind().engine)
        if (known := self._shelf.get(place)) is not None:
            known_at, value, known_by = known
            if known_at == mark or known_by.holds(session, mark):
                self._shelf.put(place, (mark, value, known_by))
                if (around := _ASKED.get()) is not None:
                    around.include(known_by)
                return value
        with asked() as questions:
            value = make()
        told = questions.witness(session, mark)
        # Only now is it certain that value and witness tell of the same state.
        if told is not None and commit_mark(session) == mark:
            self._shelf.put(place, (mark, value, told))
        return value


def _digest(rows: Any) -> bytes:
    try:
        plain = marshal.dumps(rows, 2)
    except ValueError:  # PostgreSQL's driver returns moments, which `marshal` does not know
        plain = repr(rows).encode("utf-8", "surrogatepass")
    return blake2b(plain, digest_size=20).digest()
