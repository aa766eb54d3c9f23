"""Whether this program may run on a database: it must know every migration the database cannot do without."""

from enum import StrEnum
from functools import lru_cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from hub.config import ROOT, BadSetting
from hub.store.operations import Compatibility


class Fit(StrEnum):
    """How a database stands to this program."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "older"
    """Migrations are missing: the program would miss columns."""
    NEWER = "newer"
    """A newer program has added to it; everything this one needs is still there."""
    INCOMPATIBLE = "incompatible"
    """A newer program has changed what this one relies on."""


@lru_cache(maxsize=1)
def known() -> tuple[str, ...]:
    """Return the migrations this program brings along, newest first."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def revision(connection: Connection) -> str | None:
    """Return the migration a database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def fit(connection: Connection) -> Fit:
    """Return whether this program may run on a database."""
    found = revision(connection)
    if found is None:
        return Fit.EMPTY
    if found == known()[0]:
        return Fit.CURRENT
    if found in known():
        return Fit.OLDER
    oldest = connection.execute(select(Compatibility.oldest)).scalar()
    return Fit.NEWER if oldest in known() else Fit.INCOMPATIBLE


def require_unicode(connection: Connection) -> None:
    """Raise `BadSetting` for a PostgreSQL database whose encoding cannot hold every letter."""
    if connection.dialect.name != "postgresql":
        return
    found = connection.execute(text("SHOW server_encoding")).scalar_one()
    if found != "UTF8":
        raise BadSetting(
            f"Die Datenbank hat den Zeichensatz {found}; der Hub braucht UTF8. Legen Sie sie neu an: "
            "createdb --owner=hub --encoding=UTF8 --template=template0 --locale=C.UTF-8 hub"
        )


def require_fit(connection: Connection) -> Fit:
    """Return how a database stands to this program; raises `BadSetting` if it must not run on it."""
    found = fit(connection)
    if found in (Fit.EMPTY, Fit.OLDER):
        raise BadSetting(
            "Die Datenbank ist älter als dieses Programm. Bringen Sie sie auf den neuesten Stand: hub migrate"
        )
    if found is Fit.INCOMPATIBLE:
        raise BadSetting(
            "Die Datenbank ist neuer als dieses Programm und verträgt sich nicht mehr mit ihm. "
            "Installieren Sie die neuere Fassung des Programms."
        )
    return found
