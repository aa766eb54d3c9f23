"""The client and the commands of the documentation work against a hub that runs."""

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.serving import make_server

from hub import verify
from hub.cli import worker
from hub.config import ROOT, Settings
from tests import makers, needs
from tests.actions.test_grants import OWNER
from tests.api.keys import token_of
from tests.clients import writing
from tests.web.test_review import prepared, submitted

DOCS = ROOT / "docs" / "api"
MODELLER = "modellierung@marburg.example"


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ikz_hub", DOCS / "client" / "ikz_hub.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ikz_hub"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_client_creates_changes_publishes_and_discusses(client: ModuleType, app: Flask, address: str) -> None:
    hub = client.Hub(address, token_of(app, MODELLER))
    source = makers.bpmn().decode()
    made = hub.create("marburg", "Hundesteuer", source, tags="Hund", service="Hundesteuer Anmeldung")
    edited = hub.edit("marburg", made["slug"], title="Hund anmelden")
    assert (edited["title"], edited["tags"]) == ("Hund anmelden", ["Hund"])
    assert edited["service"]["name"] == "Hundesteuer Anmeldung"
    new = hub.publish("marburg", made["slug"], makers.bpmn("Neu").decode(), "Neu", parent=made["newest"]["id"])
    assert (new["number"], new["merged"]) == ("0.02", False)
    assert hub.source("marburg", made["slug"], "0.01") == source.encode()
    hub.comment("marburg", made["slug"], "Gut so.", element="step1")
    assert [row["element"] for row in hub.comments("marburg", made["slug"])] == ["step1"]
    assert [row["slug"] for row in hub.search("Hund anmelden")] == [made["slug"]]


def test_the_client_reads_all_pages_and_follows_a_move(client: ModuleType, app: Flask, address: str) -> None:
    with writing(app) as work:
        for number in range(5):
            makers.entry(work, title=f"Eintrag {number}")
    hub = client.Hub(address, token_of(app, MODELLER))
    assert len(list(hub.pages("/entries", limit=2))) == 5
    hub.edit("marburg", "eintrag-1", slug="umbenannt")
    assert hub.entry("marburg", "eintrag-1")["slug"] == "umbenannt"


def test_the_client_tells_why_it_was_refused(client: ModuleType, app: Flask, address: str) -> None:
    hub = client.Hub(address, token_of(app, MODELLER))
    with pytest.raises(client.Refused) as refused:
        hub.create("marburg", "", makers.bpmn().decode())
    assert (refused.value.status, refused.value.code, refused.value.errors) == (422, "invalid", {"title": "required"})
    with pytest.raises(client.Refused, match="401 token_invalid"):
        client.Hub(address, "ikz_wrong").me()
    assert "ikz_wrong" not in repr(client.Hub(address, "ikz_wrong"))
    with pytest.raises(client.Unreachable):
        client.Hub("http://127.0.0.1:9", "ikz_x", tries=1).me()


def test_the_client_keeps_receipts_and_fetches_the_evidence_pack(client: ModuleType, app: Flask, address: str) -> None:
    with writing(app) as work:
        submitted(work, prepared(work), "interim")
    hub = client.Hub(address, token_of(app, OWNER))
    added = hub.add_receipt("prozesse", number="9", day="2026-03-04", party="Firma", reason="Rest", amount="0.10")
    assert (added["amount"], [row["number"] for row in hub.receipts("prozesse")]) == ("0.10", ["1", "2", "3", "9"])
    assert [row["slug"] for row in hub.grants(state="running")] == [hub.grant("prozesse")["slug"]]
    packs: list[bytes] = []
    asking = threading.Thread(target=lambda: packs.append(hub.evidence_pack("prozesse", 1)))
    asking.start()
    while asking.is_alive():
        worker.once(app, Settings("sqlite://", "x" * 40, testing=True))
        asking.join(0.2)
    with zipfile.ZipFile(io.BytesIO(packs[0])) as archive:
        assert verify.check(archive)[0] == []


def test_the_commands_of_the_documentation_do_what_they_say(app: Flask, address: str, tmp_path: Path) -> None:
    needs.need(shutil.which("curl") is not None, "curl")
    with writing(app) as work:
        prepared(work)
    (tmp_path / "modell.bpmn").write_bytes(makers.bpmn())
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 9
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "HUB": address, "TOKEN": token_of(app, MODELLER), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"number": "0.02"' in done.stdout
    assert "binnen 3 Tagen" in done.stdout
    assert '"element": "step2"' in done.stdout
    assert '"amount": "1234.50"' in done.stdout
