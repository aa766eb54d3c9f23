"""Templates escape everything: the rules that make sure of it, held for every file."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PAGES = [file for file in TEMPLATES if file.suffix == ".html"]


def found(pattern: str, files: list[Path]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}: {hit[0]}"
        for file in files
        for hit in re.finditer(pattern, file.read_text(encoding="utf-8"))
    ]


def test_every_template_has_an_ending_that_is_escaped() -> None:
    """Files for printing are no templates: Typst gets data, and the manual of a pack is copied as it stands."""
    assert len(PAGES) > 100
    assert {file.suffix for file in TEMPLATES} <= {".html", ".xml", ".txt", ".typ"}
    for file in TEMPLATES:
        if file.suffix == ".txt" and file.parent.name != "print":
            assert "<" not in file.read_text(encoding="utf-8"), file


def test_no_template_switches_escaping_off() -> None:
    assert found(r"\|\s*safe\b|autoescape\s+false|\|\s*tojson\s*\|\s*safe", TEMPLATES) == []


def test_no_attribute_stands_without_quotes() -> None:
    assert found(r'<(?:[^<>"]|"[^"]*")*\s[a-z-]+=\{\{', PAGES) == []


def test_no_script_style_or_handler_stands_in_a_template() -> None:
    assert found(r"<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", PAGES) == []
    assert found(r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", PAGES) == []


def test_text_counts_as_html_in_one_place_only() -> None:
    users = [
        file.relative_to(ROOT).as_posix()
        for file in sorted((ROOT / "hub").rglob("*.py"))
        if re.search(r"\bMarkup\(", file.read_text(encoding="utf-8"))
    ]
    assert users == ["hub/web/shared.py"]


def test_own_scripts_put_no_text_into_a_page_as_html() -> None:
    scripts = sorted((ROOT / "hub" / "static" / "js").rglob("*.js"))
    assert len(scripts) > 10
    assert found(r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML\s*=", scripts) == []
