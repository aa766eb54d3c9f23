"""Evidence packs: the same state gives the same bytes, and any changed byte is found without the hub."""

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from hub import verify
from hub.actions import evidence, grants, review_room, statements
from hub.cli import evidence_jobs, following, worker
from hub.config import Settings
from hub.extensions import db
from hub.inputs.funding import WriteNote
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.work import Work
from tests import makers
from tests.actions.test_grants import LAND, OWNER
from tests.clients import ClientFor, parsed, words, writing
from tests.web.test_review import prepared, submitted


@pytest.fixture(scope="module")
def told(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Return a hub with one submitted statement, everything sealed."""
    from tests.conftest import open_copy

    with open_copy(blank_database, tmp_path_factory.mktemp("evidence"), demo=False) as app:
        with writing(app) as work:
            submitted(work, prepared(work))
        with app.app_context():
            while following.follow_events():
                pass
            db.session.remove()
        yield app


def made(app: Flask) -> bytes:
    with app.app_context():
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        statement = statements.find(work, grants.find(work, "prozesse"), 1)
        data = b"".join(evidence.stream(work, statement))
        db.session.remove()
    return data


@pytest.fixture(scope="module")
def pack(told: Flask) -> bytes:
    return made(told)


def problems(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return verify.check(archive)[0]


def test_the_same_state_gives_the_same_bytes(told: Flask, pack: bytes) -> None:
    assert made(told) == pack
    assert problems(pack) == []


def test_the_pack_proves_itself_outside_of_the_hub(pack: bytes, tmp_path: Path) -> None:
    file = tmp_path / "paket.zip"
    file.write_bytes(pack)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "ausgepackt")
    folder = tmp_path / "ausgepackt"
    alone = [sys.executable, "-I", "-S", str(folder / "pruefen.py"), str(file)]
    done = subprocess.run(alone, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, "UNVERAENDERT" in done.stdout) == (0, True), done.stdout + done.stderr
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert sums.returncode == 0


def rewritten(data: bytes, change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_changed_missing_or_added_file_is_named(pack: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        names = archive.namelist()
        content = {name: archive.read(name) for name in names}
    for name in names:
        flipped = bytes([content[name][0] ^ 1]) + content[name][1:]
        assert problems(rewritten(pack, {name: flipped})) != [], name
        assert problems(rewritten(pack, {name: None})) != [], name
    assert any("gehoert nicht" in said for said in problems(rewritten(pack, {}, {"mehr.txt": b"x"})))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_byte_of_the_archive_can_change_unseen(pack: bytes, at: int, by: int) -> None:
    place = at % len(pack)
    changed = pack[:place] + bytes([pack[place] ^ by]) + pack[place + 1 :]
    try:
        with zipfile.ZipFile(io.BytesIO(changed)) as archive:
            wrong = verify.check(archive)[0]
    except (zipfile.BadZipFile, NotImplementedError):  # said by `main`: no archive any more
        return
    assert wrong


def _content(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_hung_on_or_packed_anew_is_named_with_its_place(pack: bytes) -> None:
    assert problems(pack + b"x") == [f"Hinter dem Archiv stehen noch Daten (ab Byte {len(pack)})"]
    assert problems(b"x" + pack)[0].endswith("anders verpackt, als der Hub es tut (Byte 0)")
    assert "anders verpackt" in problems(rewritten(pack, {}))[0]


def test_a_cent_slipped_into_a_frozen_statement_is_found_even_with_new_digests(pack: bytes) -> None:
    import hashlib

    content = _content(pack)
    frozen = json.loads(content["nachweise/001.json"])
    frozen["receipts"][0]["amount"] += 1
    forged = json.dumps(frozen, ensure_ascii=False, sort_keys=True, indent=1).encode()
    manifest = json.loads(content["manifest.json"])
    digest = hashlib.sha256(forged).hexdigest()
    for row in manifest["files"]:
        if row["path"] == "nachweise/001.json":
            row["size"], row["sha256"] = len(forged), digest
    manifest["statements"][0]["sha256"] = digest
    sums = "".join(f"{row['sha256']}  {row['path']}\n" for row in manifest["files"]).encode()
    data = rewritten(
        pack,
        {"nachweise/001.json": forged, "manifest.json": json.dumps(manifest).encode(), "SHA256SUMS": sums},
    )
    said = " ".join(problems(data))
    assert "unterscheiden sich um 1 Cent" in said
    assert "die Einreichung von nachweise/001.json steht nicht darin" in said


def headings(node: DictionaryObject) -> list[str]:
    """Return the tags of the headings below a structure element, in reading order."""
    kids = node["/K"] if "/K" in node else ArrayObject()
    found = [str(node["/S"])] if re.fullmatch(r"/H\d", str(node.get("/S", ""))) else []
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        inner = kid.get_object()
        found += headings(inner) if isinstance(inner, DictionaryObject) else []
    return found


def test_the_report_is_a_tagged_pdf_with_a_table_of_contents(pack: bytes) -> None:
    reader = PdfReader(io.BytesIO(_content(pack)["bericht.pdf"]))
    catalogue = cast(DictionaryObject, reader.trailer["/Root"])
    assert cast(DictionaryObject, catalogue["/MarkInfo"])["/Marked"]
    assert str(catalogue["/Lang"]) == "de-DE"
    told = cast(StreamObject, catalogue["/Metadata"].get_object()).get_data().decode()
    for standard in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"):
        assert standard in told
    assert "/OutputIntents" in catalogue
    assert headings(cast(DictionaryObject, catalogue["/StructTreeRoot"]))[:3] == ["/H1", "/H2", "/H2"]
    text = "\n".join(page.extract_text() for page in reader.pages)
    for said in ("Inhalt", "Sachbericht", "Belegliste", "Druckerei", "60,00", "Belegversion: Hundesteuer anmelden"):
        assert said in text
    html = _content(pack)["bericht.html"].decode()
    for said in ('<h2 id="k2">Sachbericht</h2>', "Druckerei", 'lang="de"', 'alt="Diagramm zu'):
        assert said in html


def test_what_is_internal_to_the_authority_is_not_in_the_pack(app: Flask) -> None:
    with writing(app) as work:
        grant = prepared(work)
        statement = submitted(work, grant, "interim")
        land = makers.as_person(work, LAND)
        review_room.begin(land, statement)
        review_room.write(land, statement, WriteNote(kind="note", text="Nurintern", internal=True))
        review_room.write(land, statement, WriteNote(kind="note", text="Fueralle"))
        statement.closed_at = work.now
    with app.app_context():
        while following.follow_events():
            pass
    shown = b"".join(_content(made(app)).values())
    assert b"Nurintern" not in shown
    assert b"Fueralle" in shown


def test_the_worker_makes_it_and_the_page_says_its_digest(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        submitted(work, prepared(work), "interim")
    client = client_for(LAND)
    place = client.send("/funding/review/prozesse/1/pack").location
    assert client_for(OWNER).get(place).status_code == 404
    with app.app_context():
        evidence_jobs.make_evidence(1)
        assert db.session.get_one(Job, 1).state == "waiting"
        db.session.remove()
    while worker.once(app, Settings("sqlite://", "x" * 40, testing=True)):
        pass
    page = client.get(place)
    assert "Fertig" in words(page)
    digest = parsed(page).xpath("//code/text()")[0]
    data = client.get(f"{place}/file.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert verify.check(archive)[2] == digest
    assert problems(data) == []
    assert client_for(OWNER).get(f"{place}/file.zip").status_code == 404
