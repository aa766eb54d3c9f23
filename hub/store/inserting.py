"""Rows that may be there already, on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.store.base import Base


def insert_new(
    session: Session, model: type[Base], rows: Sequence[dict[str, Any]], *returning: str
) -> Sequence[Row[Any]]:
    """Insert the rows that no unique constraint forbids, leave the others as they are.

    Returns the columns `returning` of what was really inserted; nothing without such names.
    """
    if not rows:
        return []
    table = model.__table__
    if not isinstance(table, Table):  # the base of all models is no table
        raise TypeError(model)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).on_conflict_do_nothing()
    if not returning:
        session.execute(statement, list(rows))
        return []
    return session.execute(statement.returning(*(table.c[name] for name in returning)), list(rows)).all()
