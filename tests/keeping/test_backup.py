"""Backups: made while others write, verified, rotated; restored with every row as it was, or not at all."""

import os
import sqlite3
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from hub.config import VERSION
from hub.keeping import backups, invariants, manifest
from hub.keeping.manifest import Contents
from hub.keeping.workplace import workplace
from hub.store import schema
from tests import makers
from tests.keeping.conftest import Hub, at_work
from tests.keeping.writers import writers


def held(url: str) -> Contents:
    """Return rows and digests of everything in the hub at `url`."""
    with backups.snapshot(make_url(url)) as connection:
        found, wrong = backups.look(connection)
    assert wrong == []
    return found


def contradictions(url: str) -> list[str]:
    with backups.snapshot(make_url(url)) as connection:
        return invariants.plainly(connection)


def saved(hub: Hub, url: str, folder: Path) -> Path:
    """Back a hub up and return the file."""
    ran = hub("backup", str(folder), url=url)
    assert ran.code == 0, ran.err
    return max(folder.glob("*.zip"))


def lived_in(url: str) -> None:
    """Give a hub an entry."""
    with at_work(url) as work:
        makers.entry(work)


def wait_for_more_comments(url: str, than: int) -> None:
    """Wait until the writers have written on."""
    for _ in range(600):
        with backups.snapshot(make_url(url)) as connection:
            if (connection.execute(text("SELECT count(*) FROM comments")).scalar() or 0) > than:
                return
        time.sleep(0.1)
    pytest.fail("the writers write no more")


def test_a_backup_made_while_others_write_is_one_consistent_moment(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with writers(blank_url) as running:
        first = saved(hub, blank_url, folder)
        wait_for_more_comments(blank_url, backups.about(first).contents.tables["comments"].rows)
        second = saved(hub, blank_url, folder)
        assert all(one.poll() is None for one in running), "the writers went on"
    assert first != second
    for file in (first, second):
        assert hub("restore", str(file), "--replace", url=blank_url).code == 0
        assert held(blank_url).tables == backups.about(file).contents.tables
        assert contradictions(blank_url) == []
    grown = [backups.about(file).contents.tables["comments"].rows for file in (first, second)]
    assert grown[0] < grown[1], "people wrote between the two"


def test_a_restored_hub_is_the_one_that_was_backed_up(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    before = held(blank_url)
    file = saved(hub, blank_url, tmp_path)
    with at_work(blank_url) as work:
        makers.entry(work, title="Später angelegt")
    ran = hub("restore", str(file), "--replace", url=blank_url)
    assert (ran.code, held(blank_url)) == (0, before)
    assert "before" in ran.out, "the former state is kept, and the command says where"


def test_a_restored_hub_goes_on_working(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    file = saved(hub, blank_url, tmp_path)
    assert hub("restore", str(file), "--replace", url=blank_url).code == 0
    with at_work(blank_url) as work:
        makers.entry(work, title="Danach")
    assert contradictions(blank_url) == []


def test_nothing_is_overwritten_unasked(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    before = held(blank_url)
    file = saved(hub, blank_url, tmp_path)
    ran = hub("restore", str(file), url=blank_url)
    assert ran.code == 1
    assert "nicht leer" in ran.err
    assert held(blank_url) == before


def test_a_hub_in_use_is_not_replaced(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    file = saved(hub, blank_url, tmp_path)
    with at_work(blank_url):
        ran = hub("restore", str(file), "--replace", url=blank_url)
    assert ran.code == 1
    assert "Halten Sie" in ran.err


def test_a_backup_of_a_newer_hub_is_refused(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    with at_work(blank_url) as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = saved(hub, blank_url, tmp_path)
    ran = hub("restore", str(file), "--replace", url=blank_url)
    assert ran.code == 1
    assert "neuer" in ran.err


def test_a_backup_is_verified_without_any_hub(blank_url: str, tmp_path: Path, hub: Hub) -> None:
    lived_in(blank_url)
    file = saved(hub, blank_url, tmp_path)
    ran = hub("backup", "--verify", str(file), url="sqlite:////nowhere/at/all")
    assert (ran.code, "heil" in ran.out) == (0, True)
    assert list(tmp_path.glob(".hub-*")) == [], "nothing is left behind"


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_damaged_backup_is_found_and_not_restored(blank_url: str, tmp_path: Path, hub: Hub, at: float) -> None:
    lived_in(blank_url)
    before = held(blank_url)
    file = saved(hub, blank_url, tmp_path)
    data = bytearray(file.read_bytes())
    for offset in range(64):
        data[int(len(data) * at) + offset] ^= 0x55
    file.write_bytes(data)
    assert hub("backup", "--verify", str(file), url=blank_url).code == 1
    assert hub("restore", str(file), "--replace", url=blank_url).code == 1
    assert held(blank_url) == before


def test_rows_changed_inside_a_backup_are_named(tmp_path: Path, sample_url: str, hub: Hub) -> None:
    file = saved(hub, sample_url, tmp_path)
    told = backups.about(file)
    data = backups.unpack(file, tmp_path)
    with closing(sqlite3.connect(data)) as connection:
        connection.execute("UPDATE comments SET text = 'etwas anderes' WHERE id = 1")
        connection.execute("UPDATE blobs SET content = x'00' WHERE sha256 = (SELECT min(sha256) FROM blobs)")
        connection.commit()
    with backups.opened(data) as connection:
        found, wrong = backups.look(connection)
    assert [one for one in wrong if one.startswith("content")] != []
    assert manifest.differences(told.contents, found) == [
        "table blobs: the content differs",
        "table comments: the content differs",
    ]


def test_a_damaged_database_is_not_backed_up_as_if_nothing_were(tmp_path: Path, sample_url: str, hub: Hub) -> None:
    with closing(sqlite3.connect(sample_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE blobs SET content = x'00' WHERE sha256 = (SELECT min(sha256) FROM blobs)")
        connection.commit()
    folder = tmp_path / "backups"
    folder.mkdir()
    ran = hub("backup", str(folder), url=sample_url)
    assert (ran.code, "beschädigt" in ran.err) == (1, True)
    assert list(folder.iterdir()) == []


def test_a_folder_keeps_the_newest_backups_and_everything_else(tmp_path: Path, sample_url: str, hub: Hub) -> None:
    for day in range(1, 18):
        (tmp_path / f"hub-202601{day:02}T020000Z.zip").write_bytes(b"")
    (tmp_path / "notizen.zip").write_bytes(b"")
    assert hub("backup", str(tmp_path), "--keep", "14", url=sample_url).code == 0
    kept = sorted(file.name for file in tmp_path.glob("hub-2*.zip"))
    assert (len(kept), kept[0]) == (14, "hub-20260105T020000Z.zip")
    assert (tmp_path / "notizen.zip").exists()


def test_two_backups_of_one_second_do_not_meet(tmp_path: Path, sample_url: str) -> None:
    at = datetime(2026, 3, 1, 2, tzinfo=UTC)
    files = [backups.make(make_url(sample_url), tmp_path, at=at).file.name for _ in range(2)]
    assert files == ["hub-20260301T020000Z.zip", "hub-20260301T020000Z-2.zip"]


def test_the_manifest_says_what_is_inside(tmp_path: Path, sample_url: str, hub: Hub) -> None:
    file = saved(hub, sample_url, tmp_path)
    told = backups.about(file)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["manifest.json", "hub.sqlite3"]
    assert told.contents.revision == schema.known()[0]
    assert told.contents.tables["entries"].rows > 20
    assert told.program == VERSION


def test_what_a_killed_backup_left_is_swept_and_a_running_one_is_left_alone(
    blank_url: str, tmp_path: Path, hub: Hub
) -> None:
    with workplace(".hub-backup-", tmp_path) as running:
        killed, young = tmp_path / ".hub-backup-killed", tmp_path / ".hub-backup-young"
        for folder in (killed, young):
            folder.mkdir()
            (folder / "data.sqlite3").write_bytes(b"everything")
        for folder in (killed, running):
            os.utime(folder, (1, 1))
        made = saved(hub, blank_url, tmp_path)
        assert sorted(tmp_path.glob(".*")) == sorted([running, young])
    assert not running.exists()
    assert made.stat().st_mode & 0o007 == 0
