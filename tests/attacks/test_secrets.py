"""Secrets come from the environment or from files, and show up nowhere."""

import logging
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from flask import Flask

from hub.config import Settings
from hub.config.settings import described
from tests.clients import ClientFor
from tests.conftest import KEY, open_copy

ROOT = Path(__file__).resolve().parents[2] / "hub"


@pytest.fixture
def app(blank_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return an application that nobody has asked anything yet: only such a one takes another page."""
    with open_copy(blank_database, tmp_path, demo=False) as app:
        yield app


def test_no_secret_is_shown_where_settings_are_printed() -> None:
    secrets = {row.name: f"geheim-{row.name}-0123456789" for row, about in described() if about.secret}
    assert {"secret_key", "mail_password", "database_url"} <= secrets.keys()
    filled = replace(Settings("sqlite://", "x" * 40), **secrets)  # type: ignore[arg-type]
    assert [name for name, value in secrets.items() if value in repr(filled) or value in str(filled)] == []
    assert {row.name for row in fields(Settings) if not row.repr} >= secrets.keys()


def test_every_field_that_sounds_like_a_secret_is_one() -> None:
    odd = [
        row.name
        for row, about in described()
        if re.search(r"password|secret|token|_key\b", row.name) and row.type not in (bool, "bool") and not about.secret
    ]
    assert odd == []


def test_neither_error_page_nor_log_nor_probe_shows_the_key(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/zerbrochen-fuer-den-test")
    def broken() -> str:
        raise RuntimeError(f"key={len(app.config['SECRET_KEY'])}")

    app.testing = False
    with caplog.at_level(logging.DEBUG):
        client = ClientFor(app)("admin@ikz.example")
        shown = [client.get(path) for path in ("/zerbrochen-fuer-den-test", "/readyz", "/healthz", "/nirgendwo/nichts")]
    assert shown[0].status_code == 500
    for answer in shown:
        text = answer.get_data(as_text=True)
        assert KEY not in text
        assert "Traceback" not in text
        assert "RuntimeError" not in text
        assert str(app.config["HUB"].database_url) not in text
    assert KEY not in caplog.text
    cookie = client.get_cookie("hub")
    assert cookie is not None
    assert cookie.value not in caplog.text


def test_chance_comes_from_secrets_and_digests_are_sound() -> None:
    wrong = []
    for file in ROOT.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if re.search(r"\brandom\.(random|choice|randint|getrandbits)\(|hashlib\.md5\(|uuid1\(", text):
            wrong.append(file.relative_to(ROOT).as_posix())
    assert wrong == []


def test_no_secret_stands_in_the_program() -> None:
    pattern = re.compile(r"(?i)(password|secret|api_key|token)\w*\s*=\s*[\"'][A-Za-z0-9+/_-]{16,}[\"']")
    assert [str(file) for file in ROOT.rglob("*.py") if pattern.search(file.read_text(encoding="utf-8"))] == []
