"""Behind PgBouncer in transaction mode, where each transaction may run on another connection."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import URL, text

from hub.app import create_app
from hub.config import Settings
from hub.extensions import db
from tests import makers, postgres
from tests.clients import Client, ClientFor, writing
from tests.conftest import KEY, fill_with_people
from tests.needs import need

pytestmark = pytest.mark.postgres


@pytest.fixture
def pooled(postgres_server: URL) -> Iterator[Flask]:
    """Return a hub that reaches its database through two connections of PgBouncer."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    need(program is not None, "pgbouncer", package="pgbouncer")
    root = os.geteuid() == 0
    with postgres.database(postgres_server, "hub_pooled") as url, tempfile.TemporaryDirectory() as name:
        with closing(socket.socket()) as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        home = Path(name)
        home.chmod(0o755)
        file = home / "pgbouncer.ini"
        file.write_text(
            f"[databases]\nhub_pooled = host=127.0.0.1 port={url.port} user={url.username}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\n"
            f"default_pool_size = 2\nmax_client_conn = 50\nunix_socket_dir =\n"
        )
        direct = Settings(url.render_as_string(hide_password=False), KEY, testing=True)
        made = create_app(direct)
        with made.app_context():
            upgrade()
            fill_with_people(db.session())
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        user = "postgres" if root else None
        group = pwd.getpwnam("postgres").pw_gid if root else None
        running = subprocess.Popen(
            [str(program), "-q", str(file)], user=user, group=group, extra_groups=[] if root else None, cwd="/"
        )
        try:
            through = url.set(port=port).render_as_string(hide_password=False)
            app = create_app(Settings(through, KEY, pooler=True, statement_timeout=7, testing=True))
            app.test_client_class = Client
            for _ in range(1200):
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield app
            with app.app_context():
                db.engine.dispose()
        finally:
            running.terminate()
            running.wait(60)


def test_people_read_and_write_at_once_over_few_connections(pooled: Flask) -> None:
    with writing(pooled) as work:
        makers.entry(work, title="Vorgang")
    clients = [ClientFor(pooled)("modellierung@marburg.example") for _ in range(6)]

    def use(number: int) -> list[int]:
        client = clients[number]
        answers = []
        # Statements that are sent often are prepared by default: the tenth time it would fail.
        for turn in range(10):
            answers.append(client.get("/marburg/vorgang").status_code)
            answers.append(client.send("/marburg/vorgang/discussion", text=f"{number}.{turn}").status_code)
        return answers

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(use, range(6)))
    assert found == [[200, 302] * 10] * 6
    shown = clients[0].get("/marburg/vorgang/discussion").text
    assert all(f"{number}.{turn}" in shown for number in range(6) for turn in range(10))


def test_the_time_limit_holds_in_each_transaction(pooled: Flask) -> None:
    with pooled.app_context():
        assert db.session.scalar(text("SHOW statement_timeout")) == "7s"
        db.session.commit()
        assert db.session.scalar(text("SHOW statement_timeout")) == "7s"
        db.session.remove()
