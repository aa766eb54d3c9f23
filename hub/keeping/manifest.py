"""What a backup says about itself: when, of which program, which form, how many rows, which digests."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from hub.actions import log
from hub.keeping import tables
from hub.keeping.tables import Counted, Progress, quiet
from hub.policy import SYSTEM
from hub.store import schema
from hub.work import Work

FORMAT = 1


class Refused(Exception):
    """It was not done, and nothing was changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: its form, rows and digests of all tables, and where its sealed log ends."""

    database: str
    """`sqlite` or `postgresql`."""
    revision: str
    tables: Mapping[str, Counted]
    log_position: int
    log_digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first file of a backup."""

    made_at: str
    program: str
    server: str
    """Version of the database server or library that wrote the data."""
    contents: Contents
    name: str
    """The file with the data, its size in bytes and SHA-256."""
    size: int
    sha256: str

    def text(self) -> bytes:
        """Return it as JSON."""
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read(data: bytes) -> Manifest:
    """Return the manifest in `data`; raises `Refused` if it is none this program can read."""
    try:
        told: dict[str, Any] = json.loads(data)
        if told.pop("format") != FORMAT:
            raise Refused("Die Sicherung stammt von einer neueren Fassung. Stellen Sie sie mit jener wieder her.")
        inside = told.pop("contents")
        counted = {name: Counted(**row) for name, row in inside.pop("tables").items()}
        return Manifest(contents=Contents(tables=counted, **inside), **told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("Das Manifest der Sicherung ist nicht lesbar: Die Datei ist beschädigt.") from error


def contents(connection: Connection, tell: Progress = quiet) -> tuple[Contents, list[str]]:
    """Return what a database holds, and a sentence on each thing in it that is damaged."""
    found, damaged = tables.digests(connection, tell)
    wrong = [f"content {name}: is not what its name says" for name in damaged]
    (position, digest), broken = log_of(connection)
    about = Contents(connection.dialect.name, schema.revision(connection) or "", found, position, digest)
    return about, wrong + broken


def log_of(connection: Connection) -> tuple[tuple[int, str], list[str]]:
    """Return where the sealed log ends (line, digest) after verifying all of it, and where it does not hold."""
    if not inspect(connection).has_table("log_head"):
        return (0, log.START), []
    with Session(bind=connection) as session:
        held = log.verify(Work(session, SYSTEM, datetime.now(UTC)))
    return (held.position, held.digest), [f"log, line {one.position}: {one.code}" for one in held.breaks]


def differences(told: Contents, found: Contents) -> list[str]:
    """Return a sentence on each thing in which two databases differ; whether one is SQLite does not count."""
    wrong: list[str] = []
    if told.revision != found.revision:
        wrong.append(f"form: {told.revision} was expected, {found.revision} is there")
    for name in sorted(set(told.tables) | set(found.tables)):
        expected, there = told.tables.get(name), found.tables.get(name)
        if expected is None or there is None:
            wrong.append(f"table {name}: is only on one side")
        elif expected.rows != there.rows:
            wrong.append(f"table {name}: {expected.rows} rows were expected, {there.rows} are there")
        elif expected.sha256 != there.sha256:
            wrong.append(f"table {name}: the content differs")
    if (told.log_position, told.log_digest) != (found.log_position, found.log_digest):
        wrong.append(f"log: ends at line {found.log_position}, expected was {told.log_position}")
    return wrong
