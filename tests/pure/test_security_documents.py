"""What the security documents name as evidence exists: files, test functions, settings, links."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from hub.config import ROOT, described

FOLDER = ROOT / "docs" / "sicherheit"
DOCUMENTS = sorted(path.name for path in FOLDER.glob("*.md"))
PLACE = re.compile(r"^(?:hub|tests|tools|docs|requirements|\.ci)/[\w./-]+$|^[\w.-]+\.(?:toml|yml|md)$|^Makefile$")


@cache
def functions(file: Path) -> frozenset[str]:
    """Return the names of the test functions in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def named(text: str) -> list[str]:
    """Return what stands between backticks as a file, or as a file with a test."""
    found = re.findall(r"`([^`\n]+)`", text)
    return [word for word in found if "::" in word or PLACE.match(word) or word.startswith("test_")]


def missing(text: str) -> list[str]:
    """Return the evidence in a text that does not exist."""
    wrong = []
    for word in named(text):
        place, _, function = word.partition("::")
        file = ROOT / place
        if not file.exists() or ("::" in word and function not in functions(file)):
            wrong.append(word)
    return wrong


def read(name: str) -> str:
    """Return a document."""
    return (FOLDER / name).read_text(encoding="utf-8")


def test_the_documents_are_there_and_name_much_evidence() -> None:
    assert DOCUMENTS == ["asvs.md", "bedrohungsmodell.md", "grundschutz.md", "index.md"]
    assert len(named(read("bedrohungsmodell.md"))) > 100
    assert len(named(read("grundschutz.md"))) > 50


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_test_named_as_evidence_exists(name: str) -> None:
    assert missing(read(name)) == []


@pytest.mark.parametrize(
    "invented",
    ["tests/web/test_nothing.py", "tests/web/test_leaks.py::test_nothing", "hub/nothing.py", "test_nothing"],
)
def test_evidence_that_does_not_exist_is_found(invented: str) -> None:
    assert missing(f"Belege: `{invented}`, `tests/web/test_leaks.py`.") == [invented]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_setting_that_is_named_exists(name: str) -> None:
    known = {setting.variable for _, setting in described()}
    told = set(re.findall(r"\bHUB_[A-Z_]+\b", read(name)))
    assert {one for one in told if one not in known and one.removesuffix("_FILE") not in known} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere_and_lines_of_a_table_have_the_same_cells(name: str) -> None:
    text = read(name)
    assert [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not (FOLDER / link).exists()] == []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block[:80]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_set_as_german_offices_set_text(name: str) -> None:
    text = read(name)
    assert text.count("„") == text.count("“")
    assert re.findall(r"(?:§|Art\.|Abs\.) \d", text) == []
