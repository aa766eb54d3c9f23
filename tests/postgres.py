"""A PostgreSQL server of the tests' own: a temporary cluster on a free port, gone afterwards.

Needs the server's programs (Debian: `postgresql`). Set `TEST_POSTGRESQL_URL` to use a running server instead; the tests
then create and drop databases there.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.needs import need


def _programs() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    return versions[-1].parent if versions else None


def free_port() -> int:
    """Return a port nobody listens on."""
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


class Cluster:
    """A server with its own files, which can be stopped as if the power had failed, and started again."""

    def __init__(
        self, home: Path, programs: Path, options: str = "", *, listen: str = "127.0.0.1", prefix: Sequence[str] = ()
    ) -> None:
        self.home, self.programs, self.listen, self.prefix = home, programs, listen, list(prefix)
        self.user = "postgres" if os.geteuid() == 0 else None
        self.port = free_port()
        self.data = home / "data"
        self.options = f"-p {self.port} -h {listen} -k {home} {options}"
        self.url = URL.create("postgresql+psycopg", "hub", host=listen, port=self.port, database="postgres")
        if self.user:
            shutil.chown(home, self.user)

    def create(self) -> None:
        """Make an empty cluster."""
        self.run("initdb", "-D", str(self.data), "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        if self.listen != "127.0.0.1":
            with (self.data / "pg_hba.conf").open("a") as rules:
                rules.write("host all,replication all samenet trust\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = str(self.home / "log")
        self.run("pg_ctl", "-D", str(self.data), "-o", self.options, "-l", log, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is a crash, `fast` an orderly end."""
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """End its first process with SIGKILL, as the kernel does when memory runs out; `restart` brings it back."""
        os.kill(self.pid, signal.SIGKILL)

    def kill_a_process(self, chance: random.Random) -> bool:
        """End one of its other processes with SIGKILL: the server throws everybody out and recovers by itself."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        if listed:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(listed)), signal.SIGKILL)
        return bool(listed)

    @property
    def pid(self) -> int:
        """Its first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def restart(self, seconds: float = 180) -> None:
        """Start it after `kill`; what it left behind must have ended first."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.start()
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def wait_until_quiet(self, seconds: float = 180) -> None:
        """Wait until it has recovered from a killed process: a connection is accepted, and not thrown out again."""
        admin = create_engine(self.url, poolclass=NullPool)
        end = time.monotonic() + seconds
        while True:
            try:
                with admin.connect() as connection:
                    connection.execute(text("SELECT 1"))
                    time.sleep(1)
                    connection.execute(text("SELECT 1"))
            except DBAPIError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as the user it runs as."""
        if self.prefix and self.user:  # another network is entered as root, the server refuses to be root
            _run(*self.prefix, "runuser", "-u", self.user, "--", str(self.programs / program), *arguments, user=None)
        else:
            _run(*self.prefix, str(self.programs / program), *arguments, user=self.user)


@contextmanager
def cluster(options: str = "", *, listen: str = "127.0.0.1", prefix: Sequence[str] = ()) -> Iterator[Cluster]:
    """Yield a running server of one's own; skips the test (fails in CI) where there are no programs for one."""
    programs = _programs()
    need(programs is not None, "PostgreSQL's server programs (Debian package postgresql)")
    assert programs is not None
    home = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    try:
        made = Cluster(home, programs, options, listen=listen, prefix=prefix)
        made.create()
        made.start()
        try:
            yield made
        finally:
            with suppress(RuntimeError):  # a test may have stopped it
                made.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server(*, synchronous: bool = False) -> Iterator[URL]:
    """Run a server and yield the URL of its first database; skips the test (fails in CI) where there is none.

    With `synchronous` it flushes each commit before acknowledging it, as servers do unless told otherwise.
    """
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield make_url(given)
        return
    # Durability is not what these tests are about; speed is.
    commits = "on" if synchronous else "off"
    with cluster(f"-c fsync=off -c synchronous_commit={commits} -c full_page_writes=off") as made:
        yield made.url


@contextmanager
def replica(of: URL) -> Iterator[URL]:
    """Run a streaming replica of the server at `of`, which must be one of the tests' own; yield its URL."""
    programs = _programs()
    need(programs is not None, "PostgreSQL's server programs (Debian package postgresql)")
    assert programs is not None
    user = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="hub-replica-"))
    port = free_port()
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
