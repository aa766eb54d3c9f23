"""Backups: one file with everything, made while people go on working, and trusted only after it was read back.

SQLite is copied with VACUUM INTO (measured beside the others: consistent, a fifth of the size, writers wait 51 ms at
most), PostgreSQL with pg_dump in a snapshot that is exported to it, so that the manifest speaks of exactly its rows.
"""

import hashlib
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from hub.config import VERSION
from hub.keeping import manifest, postgres, tables
from hub.keeping.manifest import Contents, Manifest, Refused
from hub.keeping.tables import Progress, quiet
from hub.keeping.workplace import workplace

NAME = re.compile(r"hub-\d{8}T\d{6}Z(-\d+)?\.zip")
"""How backups in a folder are called: by their moment, so that their order is that of time."""
MANIFEST = "manifest.json"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was read back and found whole."""

    file: Path
    manifest: Manifest


def make(url: URL, target: Path, *, at: datetime, tell: Progress = quiet) -> Backup:
    """Back the database at `url` up into `target`, a folder or the name of a new file; returns it verified.

    Until it is finished and verified, the file has a name that says so. Raises `Refused`, and leaves nothing behind.
    """
    file = _free_name(target, at) if target.is_dir() else target
    if file.exists():
        raise Refused(f"{file} gibt es schon. Nehmen Sie einen anderen Namen oder einen Ordner.")
    if not file.parent.is_dir():
        raise Refused(f"Den Ordner {file.parent} gibt es nicht.")
    with workplace(".hub-backup-", file.parent) as folder:
        try:
            copy = _copy_sqlite if url.get_backend_name() == "sqlite" else _copy_postgresql
            data, server, contents, wrong = copy(url, folder, tell)
            if wrong:
                raise Refused("Die Datenbank ist beschädigt; geschrieben wurde nichts. " + "; ".join(wrong[:5]))
            about = Manifest(
                at.astimezone(UTC).isoformat(timespec="seconds"), VERSION, server, contents, data.name,
                data.stat().st_size, _sha256(data),
            )  # fmt: skip
            made = folder / "backup.zip"
            _pack(made, about, data)
            data.unlink()
            if found := [*read_back(made, folder)]:
                raise Refused("Die Sicherung ließ sich nicht zurücklesen. " + "; ".join(found[:5]))
        except (OSError, sqlite3.Error) as error:
            raise Refused(f"Die Sicherung ließ sich nicht schreiben: {error}") from error
        made.chmod(made.stat().st_mode & 0o770)  # everything is in it: nobody but the account, and its group by umask
        made.replace(file)
    sync(file.parent)
    return Backup(file, about)


def _free_name(folder: Path, at: datetime) -> Path:
    name = f"hub-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next(file for one in names if not (file := folder / f"{one}.zip").exists())


def _copy_sqlite(url: URL, folder: Path, tell: Progress) -> tuple[Path, str, Contents, list[str]]:
    source, copy = Path(url.database or ""), folder / "hub.sqlite3"
    if not source.is_file():
        raise Refused(f"Unter {source} ist keine Datenbank.")
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    sync(copy)
    with opened(copy) as checked:
        return copy, f"SQLite {sqlite3.sqlite_version}", *look(checked, tell)


def _copy_postgresql(url: URL, folder: Path, tell: Progress) -> tuple[Path, str, Contents, list[str]]:
    copy = folder / "hub.dump"
    with snapshot(url) as connection:
        name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        server = connection.execute(text("SHOW server_version")).scalar_one()
        postgres.dump(url, copy, snapshot=name, schema=schema)
        sync(copy)
        return copy, f"PostgreSQL {server}", *look(connection, tell)


@contextmanager
def snapshot(url: URL) -> Iterator[Connection]:
    """Yield a connection that reads the database at `url` as it is at this moment, whatever is written meanwhile."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # The driver begins a transaction for writing only; one for reading holds the snapshot.
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """Yield a reading connection to a SQLite file that nobody else uses."""
    engine: Engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def look(connection: Connection, tell: Progress = quiet) -> tuple[Contents, list[str]]:
    """Return what a database holds, and everything that is wrong with it."""
    wrong: list[str] = []
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        wrong += [f"file: {line}" for line in pages if line != "ok"]
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        wrong += [f"table {row[0]}: a row points at nothing in {row[2]}" for row in lost]
    contents, damaged = manifest.contents(connection, tell)
    return contents, wrong + damaged


def _pack(target: Path, about: Manifest, data: Path) -> None:
    # A dump of PostgreSQL is compressed already.
    method = zipfile.ZIP_DEFLATED if data.suffix == ".sqlite3" else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method, compresslevel=4, allowZip64=True) as archive:
        archive.writestr(MANIFEST, about.text())
        archive.write(data, data.name)
    sync(target)


def about(file: Path) -> Manifest:
    """Return the manifest of a backup; raises `Refused` for what is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return manifest.read(archive.read(MANIFEST))
    except (OSError, zipfile.BadZipFile, KeyError, NotImplementedError) as error:
        raise Refused(f"{file} ist keine Sicherung eines Hubs, oder sie ist beschädigt.") from error


def unpack(file: Path, folder: Path) -> Path:
    """Take the data out of a backup into `folder`; raises `Refused` if they are not what the manifest says."""
    told = about(file)
    data = folder / Path(told.name).name
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(file) as archive, archive.open(told.name) as inside, data.open("wb") as out:
            while piece := inside.read(_PIECE):
                digest.update(piece)
                out.write(piece)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise Refused(f"{file} ist beschädigt: {error}") from error
    if digest.hexdigest() != told.sha256:
        raise Refused(f"{file} ist beschädigt: Die Daten sind nicht die, von denen das Manifest spricht.")
    sync(data)
    return data


def read_back(file: Path, folder: Path, tell: Progress = quiet) -> Iterator[str]:
    """Yield what is wrong with a backup, comparing every row with its manifest; `folder` needs room for the data.

    The rows of a PostgreSQL dump can only be compared by restoring it (`restoring.restore` does); here it is unpacked
    as a whole and held against its digest. Raises `Refused` if the file cannot be read at all.
    """
    told = about(file)
    data = unpack(file, folder)
    if told.contents.database == "sqlite":
        with opened(data) as connection:
            found, wrong = look(connection, tell)
        yield from wrong
        yield from manifest.differences(told.contents, found)
    else:
        postgres.read_through(data)
    data.unlink()


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of a folder, and nothing else; return what was deleted."""
    found = sorted(file for file in folder.iterdir() if NAME.fullmatch(file.name))
    gone = found[: max(0, len(found) - keep)]
    for file in gone:
        file.unlink()
    return gone


def filled(url: URL) -> list[str]:
    """Return which tables of the database at `url` hold rows; none if there is no database yet."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return []
    with snapshot(url) as connection:
        return tables.filled(connection)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
