"""PostgreSQL's own programs for dumping and restoring.

They get the address in their environment and never in a list of processes, where everybody on the machine could read
the password.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL

from hub.keeping.manifest import Refused


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL; raises `Refused` where there is none."""
    if found := shutil.which(name):
        return found
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].partition(".")[0])
    )
    if not versions:
        raise Refused(
            f"Das Programm {name} fehlt. Installieren Sie den Client von PostgreSQL (Debian: postgresql-client)."
        )
    return str(versions[-1])


def environment(url: URL) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find the database at `url` (libpq, section 34.15)."""
    told = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or url.query.get("port", "")),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
        **{f"PG{name.upper()}": str(value) for name, value in url.query.items() if name.startswith("ssl")},
    }
    return os.environ | {name: value for name, value in told.items() if value}


def run(url: URL, name: str, *arguments: str) -> str:
    """Run a program on the database at `url` and return what it printed; raises `Refused` with what went wrong."""
    done = subprocess.run(
        [program(name), *arguments], env=environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"{name} ist gescheitert: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def dump(url: URL, file: Path, *, snapshot: str, schema: str) -> None:
    """Write the database into `file`, as it was in an exported snapshot."""
    run(
        url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--schema={schema}", "--no-owner",
        "--no-privileges", f"--file={file}",
    )  # fmt: skip


def load(url: URL, file: Path) -> None:
    """Bring a dump into an empty schema, all of it or nothing."""
    listed = run(url, "pg_restore", "--list", str(file))
    # The schema itself is there already, with its owner and rights.
    wanted = [line for line in listed.splitlines() if not _is_schema(line.split())]
    contents = file.with_suffix(".list")
    contents.write_text("\n".join(wanted), encoding="utf-8")
    run(
        url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--use-list={contents}", f"--dbname={url.database}", str(file),
    )  # fmt: skip
    contents.unlink()


def read_through(file: Path) -> None:
    """Unpack a whole dump without a database; raises `Refused` if it is damaged."""
    done = subprocess.run(
        [program("pg_restore"), f"--file={os.devnull}", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"Der Abzug in der Sicherung ist beschädigt: {done.stderr.strip()}")


def _is_schema(words: Sequence[str]) -> bool:
    """Return whether a line of a dump's list, such as „6; 2615 2200 SCHEMA - public owner“, speaks of a schema."""
    return words[3:4] == ["SCHEMA"] or words[3:6] == ["COMMENT", "-", "SCHEMA"]
