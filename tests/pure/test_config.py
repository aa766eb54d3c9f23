"""Settings: read from the environment and files, refused with a sentence, and described in the manual."""

import ast
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config as GunicornConfig

from hub.config import ROOT, BadSetting, Settings, described, from_environment, unknown
from hub.store.connecting import engine_options
from tools import settings as chapter

KEY = "k" * 40
GIVEN = {"HUB_SECRET_KEY": KEY}
POSTGRES = "postgresql+psycopg://hub@db.example.org/hub"


def test_without_anything_but_a_key_the_hub_listens_on_this_machine_only() -> None:
    settings = from_environment(GIVEN)
    assert (settings.host, settings.port, settings.proxies) == ("127.0.0.1", 8000, 0)
    assert settings.database_url.startswith("sqlite:///")
    assert settings.logs_json


def test_https_brings_secure_cookies_and_one_trusted_proxy() -> None:
    settings = from_environment({**GIVEN, "HUB_BASE_URL": "https://hub.example.org/"})
    assert (settings.base_url, settings.secure_cookies, settings.proxies) == ("https://hub.example.org", True, 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "HUB_SECRET_KEY fehlt"),
        ({"HUB_SECRET_KEY": "kurz"}, "HUB_SECRET_KEY ist zu kurz"),
        ({"HUB_SECRET_KEY_FILE": "/nirgendwo/schluessel"}, "HUB_SECRET_KEY_FILE nennt /nirgendwo/schluessel"),
        ({**GIVEN, "HUB_DEMO": "1", "HUB_HOST": "0.0.0.0"}, "nur auf 127.0.0.1"),  # noqa: S104 - must be refused
        ({**GIVEN, "HUB_DEMO": "ja bitte"}, "HUB_DEMO ist ein Schalter"),
        ({**GIVEN, "PORT": "achttausend"}, "PORT muss eine ganze Zahl sein"),
        ({**GIVEN, "PORT": "80000"}, "PORT muss zwischen 1 und 65535 liegen"),
        ({**GIVEN, "HUB_WORKERS": "0"}, "HUB_WORKERS muss zwischen"),
        ({**GIVEN, "HUB_BASE_URL": "hub.example.org"}, "HUB_BASE_URL muss aussehen wie"),
        ({**GIVEN, "HUB_BASE_URL": "https://example.org/hub"}, "ohne Pfad dahinter"),
        ({**GIVEN, "HUB_DATABASE_URL": "mysql://hub:geheim@db/hub"}, "HUB_DATABASE_URL ist keine Adresse"),
        ({**GIVEN, "HUB_DATABASE_REPLICA_URL": POSTGRES}, "HUB_DATABASE_REPLICA_URL gilt nur mit PostgreSQL"),
        ({**GIVEN, "HUB_MAIL_FROM": "hub"}, "HUB_MAIL_FROM muss eine E-Mail-Adresse sein"),
        ({**GIVEN, "HUB_LOG_FORMAT": "xml"}, "HUB_LOG_FORMAT kennt nur: json, text"),
        ({**GIVEN, "HUB_METRICS_TOKEN": "kurz"}, "HUB_METRICS_TOKEN ist zu kurz"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_name_and_what_to_do(given: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        from_environment(given)
    assert said in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_every_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    for row, known in described():
        if known.secret:
            file = tmp_path / row.name
            file.write_text(f"{POSTGRES if 'url' in row.name else KEY}\n", encoding="utf-8")
            given = {**GIVEN, "HUB_DATABASE_URL": POSTGRES, f"{known.variable}_FILE": str(file)}
            assert getattr(from_environment(given), row.name) == file.read_text().strip()


def test_no_secret_shows_when_settings_are_printed() -> None:
    names = [row.name for row, known in described() if known.secret]
    values: dict[str, Any] = {name: f"{POSTGRES}-{name}-geheim" for name in names}
    assert "geheim" not in repr(Settings(**values))
    assert all(not row.repr for row, known in described() if known.secret)


def test_a_slip_of_the_pen_is_named_with_what_was_probably_meant() -> None:
    said = unknown({"HUB_DATABSE_URL": "x", "HUB_SECRET_KEY_FILE": "x", "HUB_DEMO": "1", "PATH": "/bin"})
    assert len(said) == 1
    assert "HUB_DATABSE_URL" in said[0]
    assert "HUB_DATABASE_URL" in said[0]


def test_every_setting_is_described_in_the_manual() -> None:
    assert chapter.CHAPTER.read_text(encoding="utf-8") == chapter.markdown(), "run: make settings"
    inside = {row.name for row, _ in described()}
    derived = {"secure_cookies", "part", "providers", "testing"}
    assert {row.name for row in dataclasses.fields(Settings)} - inside == derived


def test_behind_pgbouncer_nothing_is_prepared_and_no_startup_parameter_sent() -> None:
    direct = engine_options(Settings(POSTGRES, KEY))["connect_args"]
    pooled = engine_options(Settings(POSTGRES, KEY, pooler=True))["connect_args"]
    assert "statement_timeout=30000" in direct["options"]
    assert "options" not in pooled
    assert pooled["prepare_threshold"] is None
    assert (direct["keepalives"], direct["application_name"].split("@")[0]) == (1, "hub-web")


def test_the_worker_may_take_longer_than_a_page() -> None:
    words = engine_options(Settings(POSTGRES, KEY, part="worker"))["connect_args"]
    assert "statement_timeout=600000" in words["options"]


def test_sqlite_needs_none_of_it() -> None:
    assert engine_options(Settings("sqlite://", KEY)) == {"hide_parameters": True}


def test_gunicorn_knows_every_name_of_its_configuration() -> None:
    """It passes over others without a word: the control socket was open for as long as the name was wrong."""
    tree = ast.parse((ROOT / "hub" / "cli" / "gunicorn_settings.py").read_text(encoding="utf-8"))
    assigned = [target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
                if isinstance(target, ast.Name)]  # fmt: skip
    hooks = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    inside = [target.id for node in tree.body if isinstance(node, ast.If) for deed in node.body
              if isinstance(deed, ast.Assign) for target in deed.targets if isinstance(target, ast.Name)]  # fmt: skip
    named = {name for name in (*assigned, *hooks, *inside) if not name.startswith("_")}
    assert "control_socket_disable" in named
    assert named - set(GunicornConfig().settings) == set()
