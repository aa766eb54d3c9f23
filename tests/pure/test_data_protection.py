"""The data protection documents say what the program does, and are current."""

import re

import pytest

from hub.config import ROOT
from hub.store.personal import REGISTER
from tools import deletion_concept

FOLDER = ROOT / "docs" / "datenschutz"
DOCUMENTS = sorted(path.name for path in FOLDER.glob("*.md"))


def test_the_deletion_concept_is_what_the_program_does() -> None:
    written = deletion_concept.DOCUMENT.read_text(encoding="utf-8")
    assert written == deletion_concept.document(), "run: python -m tools.deletion_concept"


def test_the_deletion_concept_names_every_table_of_the_register() -> None:
    text = deletion_concept.document()
    assert [held.table for held in REGISTER if f"`{held.table}`" not in text] == []


def test_all_four_documents_are_there_and_their_links_lead_somewhere() -> None:
    assert len(DOCUMENTS) == 5
    for name in DOCUMENTS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not (FOLDER / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_quotation_marks_are_german_and_paired(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.count("„") == text.count("“")
    assert re.findall(r"§ ", text) == []
