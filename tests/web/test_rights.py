"""The table of rights says what the policy decides, in the manual and on its page."""

from pathlib import Path

from hub.web import rights
from tests.clients import Client

MANUAL = Path(__file__).parents[2] / "docs" / "handbuch"


def test_every_permission_has_a_german_sentence_and_no_sentence_is_left_over() -> None:
    assert set(rights.permissions()) == set(rights.SENTENCES)


def test_the_table_of_rights_in_the_manual_is_current() -> None:
    assert (MANUAL / "rechte.md").read_text(encoding="utf-8") == rights.markdown(), "run: make rights"


def test_the_table_says_what_the_policy_decides() -> None:
    heads = rights.columns()
    cells = {row.name: dict(zip(heads, row.cells, strict=True)) for row in rights.table()}
    assert cells["read"]["Gast"] == "öffentliche"
    assert cells["read"]["Förderprüfung Land"] == "eigene, Land"
    assert cells["publish"]["Modellierung"] == "eigene"
    assert cells["publish"]["Administration"] == "–"
    assert cells["manage_accounts"]["Administration"] == "eigene"
    assert cells["create_organisation"]["Systemadministration"] == "ja"
    assert set(cells["create_organisation"].values()) == {"–", "ja"}


def test_the_page_of_rights_shows_the_table_to_everybody(guest: Client) -> None:
    tree = guest.page("/rechte")
    assert len(tree.xpath("//tbody/tr")) == len(rights.permissions())
    assert [head.text_content() for head in tree.xpath("//thead//th")] == ["Recht", *rights.columns()]
