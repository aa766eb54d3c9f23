"""`hub check` names what is wrong with an installation, and `hub seed --reset` begins a demonstration anew."""

import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import URL, func, select
from werkzeug.serving import make_server

from hub.actions import operations
from hub.app import create_app
from hub.cli import check, check_database, check_deploy, main, seed
from hub.cli.findings import Found, Level
from hub.config import VERSION, Settings
from hub.extensions import db
from hub.store.entries import Entry
from tests import postgres
from tests.clients import writing
from tests.conftest import KEY, file_of
from tests.needs import need

STRONG = "wX3r8Pq0-ZbT5mLk_9VnEo2YcJ7hUsAfGd1iKtRxQz4"
GOOD = {"HUB_SECRET_KEY": STRONG, "HUB_BASE_URL": "https://hub.example.org", "HUB_OPERATOR": "Stadt", "PATH": "/bin"}


@pytest.fixture
def environment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return the environment of a hub in which almost everything is right."""
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HUB_DATABASE_URL", app.config["HUB"].database_url)
    return monkeypatch


def bad(found: list[Found]) -> list[str]:
    return [f"{row.subject}: {row.text}" for row in found if row.level is Level.BAD]


def test_a_good_installation_has_no_faults(
    app: Flask, environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file_of(app).chmod(0o600)
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "hub.zip").touch()
    environment.setenv("HUB_BACKUP_FOLDER", str(backups))
    with writing(app) as work:
        operations.beat(work, "hier:1", VERSION, work.now)
    assert main(["check"]) == 0
    assert "0 Fehler" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HUB_SECRET_KEY", "geheim" * 8, "Schlüssel: HUB_SECRET_KEY ist leicht zu erraten"),
        ("HUB_DEMO", "1", "Demobetrieb: HUB_DEMO ist gesetzt"),
        ("HUB_BASE_URL", "http://hub.example.org", "Adresse: HUB_BASE_URL beginnt nicht mit https://"),
        ("HUB_MAIL_HOSTS", "x", "HUB_MAIL_HOSTS kennt der Hub nicht; die Angabe bleibt ohne Wirkung. Gemeint ist wohl"),
        ("HUB_BACKUP_FOLDER", "/nirgendwo", "Sicherung: In /nirgendwo liegt keine Sicherung"),
        ("PORT", "x", "Einstellungen: PORT muss eine ganze Zahl sein"),
        ("HUB_DATABASE_URL", "postgresql+psycopg://hub:geheim@127.0.0.1:1/hub", "Datenbank: ist nicht erreichbar"),
    ],
)
def test_each_mistake_is_named(environment: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    environment.setenv(name, value)
    found = list(check.local())
    assert any(said in line for line in bad(found)), bad(found)
    assert name == "HUB_SECRET_KEY" or all("geheim" not in row.text for row in found)


def test_a_silent_worker_an_old_backup_and_an_open_file_are_named(
    app: Flask, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file_of(app).chmod(0o644)
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "hub.zip").touch()
    os.utime(backups / "hub.zip", (0, 0))
    environment.setenv("HUB_BACKUP_FOLDER", str(backups))
    with writing(app) as work:
        operations.beat(replace(work, now=work.now - timedelta(minutes=10)), "hier:1", VERSION, work.now)
    lines = bad(list(check.local()))
    assert any(line.startswith("Hintergrund: Der Hintergrunddienst hat sich seit 6") for line in lines)
    assert any(line.startswith("Sicherung: Die neueste Sicherung ist") for line in lines)
    assert any("chmod o-rwx" in line for line in lines)


def test_a_database_that_is_too_old_is_named(app: Flask, environment: pytest.MonkeyPatch) -> None:
    with writing(app) as work:
        work.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0013'")
    assert any("hub migrate" in line for line in bad(list(check.local())))


@pytest.mark.postgres
def test_the_tests_own_postgresql_is_found_not_to_be_durable(postgres_server: URL) -> None:
    with postgres.database(postgres_server, "hub_check") as url:
        app = create_app(Settings(url.render_as_string(hide_password=False), KEY, workers=64, testing=True))
        with app.app_context():
            found = list(check_database.check(db.engine, app.config["HUB"]))
            db.engine.dispose()
    lines = bad(found)
    assert any("fsync, full_page_writes, synchronous_commit ist aus" in line for line in lines)
    assert any("max_connections" in line for line in lines)
    assert any(row.level is Level.NOTE and "Superuser" in row.text for row in found)


@contextmanager
def running(app: Flask, certificate: tuple[str, str] | None = None) -> Iterator[int]:
    """Serve `app` on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_hub_without_tls_fails_the_check_from_outside(app: Flask) -> None:
    with running(app) as port:
        lines = bad(list(check_deploy.check(f"http://127.0.0.1:{port}")))
    assert any(line.startswith("TLS: Die Verbindung ist unverschlüsselt") for line in lines)
    assert any(line.startswith("Cookies:") for line in lines)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return a certificate for this machine, valid for 30 days, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    found = subprocess.run(["sh", "-c", "command -v openssl"], capture_output=True, check=False)
    need(found.returncode == 0, "openssl")
    names = (str(folder / "cert.pem"), str(folder / "key.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
         "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-out", names[0], "-keyout", names[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return names


def test_a_hub_behind_tls_passes_the_check_from_outside(app: Flask, certificate: tuple[str, str]) -> None:
    settings = replace(app.config["HUB"], base_url="https://127.0.0.1", secure_cookies=True, proxies=1, testing=False)
    with running(create_app(settings), certificate) as port:
        url = f"https://127.0.0.1:{port}"
        trusted = list(check_deploy.check(url, certificate[0]))
        stranger = bad(list(check_deploy.check(url)))
    assert bad(trusted) == []
    assert {"TLS", "HSTS", "Cookies", "Kopfzeilen", "Proben"} <= {row.subject for row in trusted}
    assert stranger == [f"TLS: Das Zertifikat wird nicht anerkannt: self-signed certificate. {check_deploy.TRUST}"]


def test_a_proxy_that_drops_headers_or_shows_a_demonstration_is_found(
    sample_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dropping(environ: object, start: object) -> object:
        def begin(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            kept = [row for row in headers if row[0] not in ("Content-Security-Policy", "X-Request-ID")]
            return start(status, kept, *rest)  # type: ignore[operator]

        return inner(environ, begin)  # type: ignore[arg-type]

    inner = sample_app.wsgi_app
    monkeypatch.setattr(sample_app, "wsgi_app", dropping)
    with running(sample_app) as port:
        lines = bad(list(check_deploy.check(f"http://127.0.0.1:{port}")))
    assert any("Content-Security-Policy fehlt" in line for line in lines)
    assert any(line.startswith("Demo-Konten:") for line in lines)


def test_nobody_there_is_said_in_one_line() -> None:
    (found,) = check_deploy.check("http://127.0.0.1:1")
    assert (found.level, found.subject) == (Level.BAD, "Erreichbarkeit")
    (found,) = check_deploy.check("ftp://hub.example.org")
    assert found.subject == "Adresse"


def test_sample_data_can_be_reset_in_a_demonstration(
    sample_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hub.sqlite3"
    file.write_bytes(sample_database.read_bytes())
    monkeypatch.setenv("HUB_SECRET_KEY", STRONG)
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{file}")
    assert main(["seed", "--reset"]) == 2
    assert "Nur im Demobetrieb" in capsys.readouterr().err
    monkeypatch.setenv("HUB_DEMO", "1")
    loaded: list[bool] = []
    monkeypatch.setattr(seed, "load", lambda _session, *, progress, demo: loaded.append(demo))
    assert main(["seed", "--reset"]) == 0
    app = create_app(Settings(f"sqlite:///{file}", KEY, testing=True))
    with app.app_context():
        assert db.session.scalar(select(func.count(Entry.id))) == 0
        db.session.remove()
        db.engine.dispose()
    assert loaded == [True]
    assert "zurückgesetzt" in capsys.readouterr().out


def test_tls_is_checked_with_the_system_s_trust() -> None:
    asked = check_deploy.Asked(urlsplit("https://hub.example.org"), "")
    assert asked.context.verify_mode is ssl.CERT_REQUIRED
    assert asked.context.check_hostname
