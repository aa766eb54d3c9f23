"""A PostgreSQL server of the tests' own: a temporary cluster on a free port, gone afterwards.

Needs the server's programs (Debian: `postgresql`). Set `TEST_POSTGRESQL_URL` to use a running server instead; the tests
then create and drop databases there.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from tests.needs import need


def _programs() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    return versions[-1].parent if versions else None


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _run(*command: str, user: str | None) -> None:
    """Run a program of the server, which refuses to run as root, as the system's user `postgres`."""
    group = pwd.getpwnam(user).pw_gid if user else None
    done = subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


@contextmanager
def server() -> Iterator[URL]:
    """Run a server and yield the URL of its first database; skips the test (fails in CI) where there is none."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield make_url(given)
        return
    programs = _programs()
    need(programs is not None, "PostgreSQL's server programs (Debian package postgresql)")
    assert programs is not None
    user = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    port = _free_port()
    try:
        if user:
            shutil.chown(home, user)
        data = str(home / "data")
        _run(
            str(programs / "initdb"),
            "-D",
            data,
            "-U",
            "hub",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            user=user,
        )
        # Durability is not what these tests are about; speed is.
        options = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start", user=user)
        try:
            yield URL.create("postgresql+psycopg", "hub", host="127.0.0.1", port=port, database="postgres")
        finally:
            _run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop", user=user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def replica(of: URL) -> Iterator[URL]:
    """Run a streaming replica of the server at `of`, which must be one of the tests' own; yield its URL."""
    programs = _programs()
    need(programs is not None, "PostgreSQL's server programs (Debian package postgresql)")
    assert programs is not None
    user = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="hub-replica-"))
    port = _free_port()
    data = str(home / "data")
    try:
        if user:
            shutil.chown(home, user)
        source = ("-h", "127.0.0.1", "-p", str(of.port), "-U", str(of.username))
        _run(str(programs / "pg_basebackup"), *source, "-D", data, "-R", "-X", "stream", "-c", "fast", user=user)
        options = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off"
        _run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start", user=user)
        try:
            yield of.set(port=port)
        finally:
            _run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop", user=user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def pause(at: URL, *, stop: bool) -> None:
    """Let a replica stop replaying what arrives, or go on."""
    admin = create_engine(at, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_wal_replay_pause()" if stop else "SELECT pg_wal_replay_resume()"))
    admin.dispose()


@contextmanager
def database(at: URL, name: str, *, template: str = "template1") -> Iterator[URL]:
    """Create the database `name` on a server, empty or as a copy of `template`, yield its URL, and drop it."""
    admin = create_engine(at, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield at.set(database=name)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()
