"""Everything the hub stores about one person, for that person (Art. 15 and 20 DSGVO)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, Table, func, or_, select

from hub.actions import accounts
from hub.errors import NotFound
from hub.store import Base
from hub.store.accounts import FailedSignIn, User
from hub.store.personal import DIGESTED, REGISTER, Held
from hub.work import Work

FORM = "ikz-prozesshub/eigene-daten/1"


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds about the person."""

    held: Held
    rows: list[dict[str, Any]]
    """Rows about the person or written by them, whole but for secrets."""
    acted: list[dict[str, Any]]
    """Rows about something else in which the person only appears: which row, as what, and when."""


def collect(work: Work) -> list[Part]:
    """Return all parts that are not empty; raises `NotFound` for guests."""
    person = _me(work)
    found = (_part(work, held, person) for held in REGISTER)
    return [part for part in found if part.rows or part.acted]


def document(work: Work, parts: list[Part]) -> bytes:
    """Return `parts` as JSON, UTF-8, and note in the log that they were handed out."""
    person = _me(work)
    digested = {
        "failed_sign_ins": {
            "what": DIGESTED["failed_sign_ins"],
            "count": work.session.scalar(
                select(func.count())
                .select_from(FailedSignIn)
                .where(FailedSignIn.subject == accounts.digest(person.email))
            ),
        }
    }
    content = {
        "form": FORM,
        "made_at": work.now.isoformat(),
        "account": {"id": person.id, "name": person.name, "email": person.email},
        "tables": {
            part.held.table: {
                "what": part.held.what,
                "source": part.held.source,
                "rows": part.rows,
                "appears_in": part.acted,
            }
            for part in parts
        },
        "digests": digested,
    }
    work.record("account.exported", user_id=person.id)
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _me(work: Work) -> User:
    person = work.session.get(User, work.actor.user_id) if work.actor.user_id is not None else None
    if person is None:
        raise NotFound
    return person


def _part(work: Work, held: Held, person: User) -> Part:
    table = Base.metadata.tables[held.table]
    ways = [table.c[name] == person.id for name in held.own]
    if held.email:
        ways.append(table.c[held.email] == person.email)
    # Whole files are not read: what matters is that there is one, which its digest says.
    shown = [c for c in table.columns if c.name not in held.secrets and not isinstance(c.type, LargeBinary)]
    order = list(table.primary_key.columns)
    rows = work.session.execute(select(*shown).where(or_(*ways)).order_by(*order)).mappings() if ways else ()
    listed = [{str(name): _plain(value) for name, value in row.items()} for row in rows]
    return Part(held, listed, [row for name in held.acted for row in _appearances(work, table, name, person)])


def _appearances(work: Work, table: Table, column: str, person: User) -> list[dict[str, Any]]:
    """Return key and times of rows that name the person beside something that may be about others."""
    times = [c for c in table.columns if c.name.endswith(("_at", "_on")) or c.name == "at"]
    query = select(*table.primary_key.columns, *times).where(table.c[column] == person.id)
    rows = work.session.execute(query.order_by(*table.primary_key.columns)).mappings()
    return [{"as": column, **{str(name): _plain(value) for name, value in row.items()}} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
