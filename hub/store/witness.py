"""Whether the database would still answer the same: what was asked for something, to be asked once more.

Whatever is made from nothing but answers of the database is still good for as long as the same questions, asked in
the same order, have the same answers; for each question depends on the answers before it alone. Asking again is
cheap, since nothing is built, compiled or made into objects; and as the questions carry the rights of who asks, an
answer that holds is never more than that person may read now.
"""

import marshal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

Question = tuple[str, Any]
"""A statement with its parameters, as the driver gets them."""

MOST = 80
"""What takes more questions is made anew."""

_ASKED: ContextVar[list[Question | None] | None] = ContextVar("asked", default=None)


class Witness:
    """Questions and a digest of their answers."""

    __slots__ = ("_digest", "_questions")

    def __init__(self, questions: Sequence[Question], digest: bytes) -> None:
        self._questions, self._digest = tuple(questions), digest

    def holds(self, session: Session) -> bool:
        """Whether the database answers as it did."""
        return _answers(session, self._questions) == self._digest


def watch(engine: Engine) -> None:
    """Let `asked` see the statements of `engine`."""

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, several: bool) -> None:
        asked = _ASKED.get()
        if asked is not None and statement != "BEGIN":
            asked.append(None if several or not statement.startswith(("SELECT", "WITH")) else (statement, parameters))


@contextmanager
def asked() -> Iterator[list[Question | None]]:
    """Collect the questions asked inside; None stands for what was more than a question."""
    found: list[Question | None] = []
    token = _ASKED.set(found)
    try:
        yield found
    finally:
        _ASKED.reset(token)


def witness(session: Session, found: Sequence[Question | None]) -> Witness | None:
    """Return a witness of what was asked in the transaction of `session`; None where nothing can be asked again.

    The caller makes sure that nothing was written since the first question.
    """
    questions = [one for one in found if one is not None]
    if not questions or len(questions) < len(found) or len(found) > MOST:
        return None
    return Witness(questions, _answers(session, questions))


def _answers(session: Session, questions: Sequence[Question]) -> bytes:
    cursor = session.connection().connection.cursor()
    digest = blake2b(digest_size=20)
    try:
        for statement, parameters in questions:
            cursor.execute(statement, parameters)
            digest.update(_plain(cursor.fetchall()))
    finally:
        cursor.close()
    return digest.digest()


def _plain(rows: Any) -> bytes:
    try:
        return marshal.dumps(rows, 2)
    except ValueError:  # PostgreSQL's driver returns moments, which `marshal` does not know
        return repr(rows).encode("utf-8", "surrogatepass")
