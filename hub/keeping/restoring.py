"""Bring a backup back: checked before it is touched, complete or not at all, and the old state kept aside if wanted."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from hub.keeping import backups, manifest, postgres
from hub.keeping.manifest import Manifest, Refused
from hub.keeping.tables import Progress, quiet
from hub.keeping.workplace import workplace
from hub.store import schema


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where the former state went; empty if there was none."""

    manifest: Manifest
    aside: str
    behind: bool
    """Whether the form is older than the program's: `hub migrate` brings it up."""


def restore(file: Path, url: URL, *, replace: bool, at: datetime, tell: Progress = quiet) -> Restored:
    """Bring the backup in `file` back into the database at `url`, and compare every row with the manifest.

    The hub must be stopped. Raises `Refused`, with the database as it was before: for a damaged file, a form newer than
    this program, a target that holds something (unless `replace`), one that is in use, or of the other kind.
    """
    told = backups.about(file)
    known = schema.known()
    if told.contents.revision not in known:
        raise Refused(
            f"Die Sicherung hat den Stand {told.contents.revision}, den dieses Programm ({known[0]}) nicht "
            "kennt: Sie ist neuer. Installieren Sie die neuere Fassung und stellen Sie damit wieder her."
        )
    if told.contents.database != url.get_backend_name():
        raise Refused(
            f"Die Sicherung stammt aus {told.contents.database}, das Ziel ist {url.get_backend_name()}. Stellen Sie "
            "sie in einer Datenbank ihrer Art wieder her und ziehen Sie dann um: hub move"
        )
    if not replace and (there := backups.filled(url)):
        raise Refused(
            f"Das Ziel ist nicht leer ({', '.join(there[:3])} …). Mit --replace wird es beiseitegelegt und bleibt "
            "erhalten; ohne wird nichts überschrieben."
        )
    bring = _sqlite if told.contents.database == "sqlite" else _postgresql
    aside = bring(file, told, url, f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}", tell)
    return Restored(told, aside, told.contents.revision != known[0])


def _sqlite(file: Path, told: Manifest, url: URL, moment: str, tell: Progress) -> str:
    target = Path(url.database or "").resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with workplace(".hub-restore-", target.parent) as work:
        data = backups.unpack(file, work)
        with backups.opened(data) as connection:
            found, wrong = backups.look(connection, tell)
        if wrong := [*wrong, *manifest.differences(told.contents, found)]:
            raise Refused("Die Sicherung ist beschädigt; geändert wurde nichts. " + "; ".join(wrong[:5]))
        data.chmod(0o600)
        if target.exists():
            data.chmod(target.stat().st_mode & 0o777)
            if os.geteuid() == 0:
                shutil.chown(data, target.stat().st_uid, target.stat().st_gid)
        aside = _set_aside(target, moment)
        data.replace(target)
    backups.sync(target.parent)
    return aside


def _set_aside(target: Path, moment: str) -> str:
    """Give the present file another name, once nobody has it open; return that name."""
    if not target.exists():
        return ""
    with closing(sqlite3.connect(target, timeout=2, isolation_level=None)) as connection:
        try:
            # Leaving WAL needs the file for oneself and empties it: whoever still has it open would go on
            # writing into the old state, unseen.
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise Refused(
                f"{target} ist in Benutzung. Halten Sie Webserver und Hintergrunddienst an, dann noch einmal."
            ) from error
    aside = target.with_name(f"{target.name}.before-{moment}")
    target.replace(aside)
    return str(aside)


def _postgresql(file: Path, told: Manifest, url: URL, moment: str, tell: Progress) -> str:
    schema = _alone(url)
    aside = f"{schema}_before_{moment.lower()}" if backups.filled(url) else ""
    old = aside or f"{schema}_empty_{moment.lower()}"
    with workplace(".hub-restore-", file.parent) as work:
        data = backups.unpack(file, work)
        with _swapped(url, schema, old):
            postgres.load(url, data)
            with backups.snapshot(url) as connection:
                found, wrong = backups.look(connection, tell)
            if wrong := [*wrong, *manifest.differences(told.contents, found)]:
                raise Refused("Was wiederhergestellt wurde, ist nicht, was das Manifest sagt. " + "; ".join(wrong[:5]))
    if not aside:
        _execute(url, f'DROP SCHEMA "{old}" CASCADE')
    return f"schema {aside}" if aside else ""


def _alone(url: URL) -> str:
    """Return the name of the schema in use; raises `Refused` while others are connected to the database."""
    for patience in (0.1, 0.4, 1.0, 0.0):  # a connection that was just closed is still listed for a moment
        with backups.snapshot(url) as connection:
            others = connection.execute(text(_OTHERS)).scalar_one()
            schema = str(connection.execute(text("SELECT current_schema()")).scalar_one())
        if not others:
            return schema
        time.sleep(patience)
    raise Refused(
        f"{others} Verbindungen benutzen die Datenbank. Halten Sie den Hub auf allen Rechnern an: Webserver und "
        "Hintergrunddienste."
    )


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


@contextmanager
def _swapped(url: URL, schema: str, old: str) -> Iterator[None]:
    """Put an empty schema in place of the present one; if anything goes wrong inside, the former one comes back."""
    _execute(url, f'ALTER SCHEMA "{schema}" RENAME TO "{old}"', f'CREATE SCHEMA "{schema}"')
    try:
        yield
    except BaseException:
        _execute(url, f'DROP SCHEMA "{schema}" CASCADE', f'ALTER SCHEMA "{old}" RENAME TO "{schema}"')
        raise


def _execute(url: URL, *statements: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
