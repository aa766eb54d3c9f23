"""The standing pages: all there in both languages, showable, and true to what is shipped."""

import re
import tomllib
from pathlib import Path

import pytest

from hub.text import markdown

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "hub" / "text" / "pages"
NAMES = (
    "barriere-melden",
    "barrierefreiheit",
    "datenschutz",
    "einfache-erklaerung",
    "hilfe",
    "impressum",
    "lizenzen",
    "sicherheit-melden",
)
PLACEHOLDERS = {"audit", "operator", "operator_address", "operator_email"}


def _read(language: str, name: str) -> str:
    return (PAGES / language / f"{name}.md").read_text(encoding="utf-8")


each_page = pytest.mark.parametrize(("language", "name"), [(lang, name) for lang in ("de", "en") for name in NAMES])


@each_page
def test_a_page_starts_with_its_heading_and_can_be_shown(language: str, name: str) -> None:
    heading, _, rest = _read(language, name).partition("\n")
    assert re.fullmatch(r"# \S.*", heading)
    html = markdown.to_html(rest, heading=2)
    assert html.count("<h2>") == len(re.findall(r"^## ", rest, re.MULTILINE))
    assert len(markdown.to_text(html).split()) > 60


@each_page
def test_a_page_knows_only_the_placeholders_of_the_operator(language: str, name: str) -> None:
    assert set(re.findall(r"\{([^}]*)\}", _read(language, name))) <= PLACEHOLDERS


@pytest.mark.parametrize("name", NAMES)
def test_german_pages_keep_law_and_number_on_one_line(name: str) -> None:
    text = _read("de", name)
    assert re.findall(r"§ |(?:Abs\.|Nr\.|Art\.) \d|\d [€%]", text) == []
    assert text.count("„") == text.count("“")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_licence_page_names_every_browser_library_with_its_version(language: str) -> None:
    vendor = tomllib.loads((ROOT / "hub/static/vendor/VENDOR.toml").read_text(encoding="utf-8"))
    rows = [row for row in _read(language, "lizenzen").splitlines() if row.startswith("|")]
    missing = [
        package["name"]
        for package in vendor["package"]
        if not any(package["name"] in row and f"| {package['version']} |" in row for row in rows)
    ]
    assert missing == []


def test_the_licence_page_names_every_library_of_the_server() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras.get("postgres", []), *extras.get("exchange", [])]
    text = _read("de", "lizenzen")
    names = [re.split(r"[\[<>=~! ]", requirement)[0] for requirement in needed]
    assert [name for name in names if name not in text] == []


def test_the_licence_page_names_every_library_that_comes_along() -> None:
    text = _read("de", "lizenzen").lower()
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert len(names) > 30
    rows = {row.split("|")[1].strip().split(" (")[0] for row in text.splitlines() if row.startswith("| ")}
    assert [name for name in names if name not in rows] == []


def test_the_accessibility_statement_has_the_parts_the_ordinance_asks_for() -> None:
    text = _read("de", "barrierefreiheit")
    for part in ("HVBIT", "HessBGG", "teilweise vereinbar", "Selbstbewertung", "sechs Wochen", "Durchsetzung"):
        assert part in text
