"""Static files are compressed for those who take it, and nobody ever gets an old copy of a file that has changed."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from hub.web.static_files import StaticFiles, pack

OLD, NEW = b"a { color: red }\n" * 50, b"a { color: blue }\n" * 50


def nothing(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 NOT FOUND", [])
    return []


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "static" / "css"
    folder.mkdir(parents=True)
    (folder / "a.css").write_bytes(OLD)
    (folder / "b.png").write_bytes(b"picture")
    return tmp_path / "static"


def served(source: Path, packed: Path | None, *, refresh: bool = False) -> Client:
    return Client(StaticFiles(nothing, source, packed, prefix="/static/", autorefresh=refresh))


def got(client: Client) -> tuple[bytes, str | None]:
    answer = client.get("/static/css/a.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    data, encoding = answer.get_data(), answer.headers.get("Content-Encoding")
    assert int(answer.headers["Content-Length"]) == len(data)
    return (gzip.decompress(data) if encoding else data), encoding


def test_a_copy_goes_to_those_who_take_it(source: Path, tmp_path: Path) -> None:
    pack(tmp_path / "run", source)
    client = served(source, tmp_path / "run")
    assert got(client) == (OLD, "gzip")
    plain = client.get("/static/css/a.css", buffered=True)
    assert (plain.get_data(), plain.headers["Vary"]) == (OLD, "Accept-Encoding")
    assert client.get("/static/css/b.png", headers={"Accept-Encoding": "gzip"}, buffered=True).get_data() == b"picture"
    assert client.get("/static/css/none.css", buffered=True).status_code == 404


@pytest.mark.parametrize("refresh", [False, True])
def test_a_copy_beside_the_file_counts_for_nothing(source: Path, tmp_path: Path, refresh: bool) -> None:
    (source / "css" / "a.css.gz").write_bytes(gzip.compress(b"from a version long ago"))
    assert got(served(source, None, refresh=refresh)) == (OLD, None)
    assert got(served(source, tmp_path / "run", refresh=refresh)) == (OLD, None)


def test_an_edited_file_is_served_at_once_where_one_works_on_it(source: Path, tmp_path: Path) -> None:
    pack(tmp_path / "run", source)
    client = served(source, tmp_path / "run", refresh=True)
    assert got(client) == (OLD, "gzip")
    file = source / "css" / "a.css"
    file.write_bytes(NEW)
    later = (tmp_path / "run" / "css" / "a.css.gz").stat().st_mtime + 2
    os.utime(file, (later, later))
    assert got(client) == (NEW, None)


def test_every_start_makes_the_copies_anew(source: Path, tmp_path: Path) -> None:
    pack(tmp_path / "run", source)
    (source / "css" / "a.css").write_bytes(NEW)
    os.utime(source / "css" / "a.css", (0, 0))  # an unpacked version may be older than the copy of the one before
    pack(tmp_path / "run", source)
    assert got(served(source, tmp_path / "run")) == (NEW, "gzip")
