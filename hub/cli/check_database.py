"""Whether the database keeps what it has confirmed, lets nobody else in, and has room for all processes."""

import stat
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text

from hub.cli.findings import Found, Level, judge
from hub.config import Settings
from hub.store.health import sqlite_file

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def check(engine: Engine, settings: Settings) -> Iterator[Found]:
    """Look at the settings of the database itself."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield from _sqlite(engine, connection)
        else:
            yield from _postgresql(connection, settings)


def _sqlite(engine: Engine, connection: Connection) -> Iterator[Found]:
    found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
    yield judge(
        "Datenbank", found == {"journal_mode": "wal", "synchronous": 2}, "SQLite schreibt mit WAL und ganz sicher",
        f"SQLite läuft nicht mit WAL und synchronous=FULL ({found}). Liegt die Datei auf einem Netzlaufwerk?",
    )  # fmt: skip
    file = sqlite_file(engine)
    if file is not None:
        yield judge(
            "Datenbank", not file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH), "die Datei ist nicht für alle lesbar",
            f"{file} ist für alle Konten des Rechners offen. Ändern Sie das: chmod o-rwx {file}",
        )  # fmt: skip


def _postgresql(connection: Connection, settings: Settings) -> Iterator[Found]:
    def setting(name: str) -> str:
        return str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name}))

    version = int(setting("server_version_num")) // 10_000
    yield judge("Datenbank", version >= 14, f"PostgreSQL {version}", f"PostgreSQL {version} ist zu alt, nötig ist 14.")
    yield judge(
        "Datenbank", setting("server_encoding") == "UTF8", "Zeichensatz UTF8",
        f"Zeichensatz {setting('server_encoding')}. Legen Sie die Datenbank mit ENCODING 'UTF8' an.",
    )  # fmt: skip
    off = [name for name in DURABLE if setting(name) == "off"]
    yield judge(
        "Datenbank", not off, "Bestätigtes übersteht einen Stromausfall",
        f"Bestätigtes kann verloren gehen: {', '.join(off)} ist aus.",
    )  # fmt: skip
    # A thread holds one connection; the probes and the look at the replica have one each.
    each = min(settings.threads + 2, settings.database_pool + settings.database_overflow)
    most = settings.workers * each + 2
    there = int(setting("max_connections"))
    yield judge(
        "Datenbank", settings.pooler or most <= there, f"höchstens {most} von {there} Verbindungen von diesem Rechner",
        f"Dieser Rechner kann {most} Verbindungen öffnen, erlaubt sind {there}. "
        "Erhöhen Sie max_connections oder setzen Sie PgBouncer davor.",
    )  # fmt: skip
    ways = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    here = "SELECT inet_client_addr() IS NULL OR host(inet_client_addr()) IN ('127.0.0.1', '::1')"
    near = connection.scalar(text(here))
    yield judge(
        "Datenbank", bool(near or connection.scalar(text(ways))),
        "die Verbindung ist verschlüsselt oder verlässt den Rechner nicht",
        "Die Verbindung ist unverschlüsselt. Hängen Sie ?sslmode=verify-full an HUB_DATABASE_URL.",
    )  # fmt: skip
    yield judge(
        "Datenbank", setting("is_superuser") == "off", "das Konto hat keine Rechte über den Hub hinaus",
        "Das Datenbankkonto ist Superuser. Nehmen Sie eines, dem nur die Datenbank des Hubs gehört.",
        otherwise=Level.NOTE,
    )  # fmt: skip
