"""What others look for at fixed addresses: RFC 9116, the change of a password, and the card of the software."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from hub.config import Settings
from hub.web.wellknown import security_text
from tests.clients import Client

ROOT = Path(__file__).resolve().parents[2]


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_where_a_weakness_is_reported_stands_where_everybody_looks(app: Flask, guest: Client) -> None:
    answer = guest.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    told = fields(answer.get_data(as_text=True))
    assert {"Contact", "Expires", "Canonical", "Preferred-Languages", "Policy"} == set(told)
    assert told["Canonical"] == f"{app.config['HUB'].base_url}/.well-known/security.txt"
    assert guest.get("/sicherheit-melden").status_code == 200


@pytest.mark.parametrize("day", [1, 15, 28])
def test_it_expires_within_a_year_and_not_tomorrow(app: Flask, day: int) -> None:
    at = datetime(2026, 2, day, tzinfo=UTC)
    expires = datetime.fromisoformat(fields(security_text(app.config["HUB"], at))["Expires"])
    assert timedelta(days=90) < expires - at < timedelta(days=365)


@pytest.mark.parametrize(
    ("given", "email", "contact"),
    [("mailto:cert@hub.example", "x@y.example", "mailto:cert@hub.example"),
     ("https://hub.example/melden", "", "https://hub.example/melden"),
     ("", "hub@stadt.example", "mailto:hub@stadt.example"),
     ("", "[E-Mail-Adresse]", "http://127.0.0.1:8000/impressum")],
)  # fmt: skip
def test_the_contact_is_the_operators(given: str, email: str, contact: str) -> None:
    about = replace(Settings("sqlite://", "k" * 40), security_contact=given, operator_email=email)
    assert fields(security_text(about, datetime.now(UTC)))["Contact"] == contact


def test_password_managers_find_the_form(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert answer.status_code == 302
    assert client.page(answer.location).xpath("//input[@autocomplete='new-password']")


CATEGORIES = {"business-process-management", "document-management", "collaboration", "knowledge-management"}


def card() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8")))


def test_the_card_of_the_software_has_what_the_standard_wants() -> None:
    """The rules of publiccode.yml 0.5 that can be checked without its service."""
    told = card()
    for key in ("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType",
                "description", "legal", "maintenance", "localisation"):  # fmt: skip
        assert told[key], key
    assert told["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert told["softwareType"] in ("standalone/web", "standalone/backend", "addon", "library")
    assert told["maintenance"]["type"] in ("internal", "contract", "community", "none")
    assert told["maintenance"]["contacts"]
    assert set(told["categories"]) <= CATEGORIES
    assert told["legal"]["license"] == "EUPL-1.2"
    assert set(told["localisation"]["availableLanguages"]) == {"de", "en"} == set(told["description"])
    for language, text in told["description"].items():
        assert len(text["shortDescription"]) <= 150, language
        assert 150 <= len(text["longDescription"]) <= 10_000, language
        assert text["features"], language


def test_the_card_names_the_version_of_the_program() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(card()["softwareVersion"]) == project["version"]
