"""Every command of the pages on backing up and moving is run here, word for word but for its places."""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from hub.config import ROOT
from hub.extensions import db
from tests import makers, postgres
from tests.crash.shaking import new_hub
from tests.keeping.conftest import Hub, at_work
from tests.keeping.test_backup import contradictions, held, lived_in

PAGES = {name: (ROOT / "docs" / "betrieb" / f"{name}.md").read_text("utf-8") for name in ("sichern", "umziehen")}


def commands(page: str, program: str) -> list[list[str]]:
    """Return the commands of a page that begin with `program`, as lists of words and whoever is to type them."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", PAGES[page], re.DOTALL))
    lines = [shlex.split(re.sub(r"^sudo -u \w+ ", "", line)) for line in blocks.splitlines()]
    return [words for words in lines if words[:1] == [program]]


def settings(page: str) -> list[tuple[str, str]]:
    """Return the lines for postgresql.conf."""
    blocks = "".join(re.findall(r"```ini\n(.*?)```", PAGES[page], re.DOTALL))
    return [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in blocks.splitlines())]


def test_the_pages_show_every_command_that_keeps_a_hub() -> None:
    shown = {command[1] for page in PAGES for command in commands(page, "hub")}
    assert shown == {"backup", "restore", "audit", "migrate", "move"}


def test_what_the_page_on_backups_says_works(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    before, said = held(blank_url), []
    for command in commands("sichern", "hub"):
        made = max(tmp_path.glob("hub-2*.zip"), default=None)
        words = [str(tmp_path) if word == "/var/backups/hub" else word for word in command[1:]]
        words = [str(made) if word.startswith("/var/backups/hub/") else word for word in words]
        said.append((" ".join(command[1:3]), hub(*words, url=blank_url).code))
    # The first way of restoring refuses a hub that holds something, as the page says.
    assert [code for _, code in said] == [0, 0, 1, 0, 0], said
    assert held(blank_url) == before


@pytest.mark.postgres
def test_what_the_page_on_moving_says_works(blank: str, postgres_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank)
    places = {"/var/backups/hub": str(tmp_path), "sqlite:////var/lib/hub/hub.sqlite3": blank}
    url = blank
    for command in commands("umziehen", "hub"):
        words = [postgres_url if word.startswith("postgresql") else places.get(word, word) for word in command[1:]]
        ran = hub(*words, url=url)
        assert ran.code == 0, (command, ran.err)
        url = postgres_url if command[1] == "move" else url
    assert held(postgres_url).tables == held(blank).tables


def replaced(word: str, places: dict[str, str]) -> str:
    """Return a word of a command with the places of the page replaced by those of this test."""
    for shown, here in places.items():
        word = word.replace(shown, here)
    return word


@pytest.fixture
def archiving(tmp_path: Path) -> Iterator[tuple[postgres.Cluster, Path]]:
    """Run a server set up as the page says; its archive lies beside it."""
    with postgres.cluster() as server:
        archive = server.home / "wal"
        archive.mkdir()
        if server.user:
            shutil.chown(archive, server.user)
        with (server.data / "postgresql.conf").open("a") as file:
            for name, value in settings("sichern")[:3]:
                file.write(f"{name} = {value.replace('/var/backups/wal', str(archive))}\n")
        server.stop("fast")
        server.start()
        yield server, archive


@pytest.mark.postgres
def test_a_hub_goes_back_to_a_moment_as_the_page_says(archiving: tuple[postgres.Cluster, Path]) -> None:
    server, archive = archiving
    url = server.url.render_as_string(hide_password=False)
    app = new_hub(url)
    [grund] = commands("sichern", "pg_basebackup")
    places = {"/var/backups/grund/2026-02-28": str(server.home / "grund")}
    words = [places.get(word, word) for word in grund[1:]]
    server.run("pg_basebackup", "-h", "127.0.0.1", "-p", str(server.port), "-U", "hub", *words)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with at_work(url) as work:
        makers.entry(work, title="Noch gewollt")
    with engine.connect() as connection:
        moment = connection.execute(text("SELECT now()::text")).scalar_one()
    time.sleep(1.1)
    with at_work(url) as work:
        makers.entry(work, title="Versehen")
    with engine.connect() as connection:
        last = connection.execute(text("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")).scalar_one()
        connection.execute(text("SELECT pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
        for _ in range(600):
            if (connection.execute(text("SELECT last_archived_wal FROM pg_stat_archiver")).scalar() or "") >= last:
                break
            time.sleep(0.1)
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    server.stop("fast")
    shutil.rmtree(server.data)
    server.data.mkdir(mode=0o700)
    if server.user:
        shutil.chown(server.data, server.user)
    steps = [*commands("sichern", "cp"), *commands("sichern", "touch")]
    for step in steps:
        moved = {"/var/lib/postgresql/15/main": str(server.data), **places}
        words = [replaced(word, moved) for word in step]
        if server.user:
            words = ["runuser", "-u", server.user, "--", *words]
        subprocess.run(words, check=True, cwd="/", env={"PATH": os.environ["PATH"]})
    with (server.data / "postgresql.conf").open("a") as file:
        for name, value in settings("sichern")[3:]:
            here = (
                repr(moment) if name == "recovery_target_time" else replaced(value, {"/var/backups/wal": str(archive)})
            )
            file.write(f"{name} = {here}\n")
    server.start()
    again = create_engine(url)
    with again.connect() as connection:
        for _ in range(600):
            if not connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
                break
            time.sleep(0.2)
        titles = set(connection.execute(text("SELECT title FROM entries")).scalars())
    again.dispose()
    assert "Noch gewollt" in titles
    assert "Versehen" not in titles
    assert contradictions(url) == []
