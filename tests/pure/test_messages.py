"""The English texts: all there, compiled, and saying the same with the same values."""

import re

import pytest
from babel.messages.catalog import Catalog

from hub.search.rank import PHRASES
from hub.text.hints import HINTS
from tools import messages

ENGLISH = {german: str(message.string) for german, message in messages.texts(messages.read()).items()}
# %(name)s is filled by the page, {name} by whoever sends the letter.
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")


def places(text: str) -> list[str]:
    return sorted(PLACES.findall(text))


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages.collect()


def test_every_text_has_its_english_and_the_compiled_catalogue_is_current(found: Catalog) -> None:
    assert messages.problems(messages.read(), found) == []


def test_the_texts_of_code_and_templates_are_found(found: Catalog) -> None:
    assert {"Prozessmodell", "Bitte wählen Sie eine Datei aus.", "Zum Inhalt springen"} <= set(messages.texts(found))


def test_collecting_the_same_texts_again_changes_no_byte() -> None:
    catalogue, found = messages.read(), Catalog(locale="de")
    for message in messages.texts(catalogue).values():
        found.add(message.id)
    messages.update(catalogue, found)
    assert messages.written(catalogue) == messages.PO.read_bytes()


def test_missing_idle_and_untranslated_texts_and_an_old_compilation_are_reported() -> None:
    catalogue, found = Catalog(locale="en"), Catalog(locale="de")
    catalogue.add("Alt", "Old")
    catalogue.add("Leer", "")
    catalogue.add("Weg", "Gone")
    for text in ("Alt", "Leer", "Neu"):
        found.add(text)
    assert messages.problems(catalogue, found) == [
        "not in the catalogue: Neu",
        "no longer used: Weg",
        "not translated: Leer",
        "the compiled catalogue is not current: run make messages",
    ]


def test_a_new_text_is_added_and_the_translations_stay() -> None:
    catalogue, found = Catalog(locale="en"), Catalog(locale="de")
    catalogue.add("Alt", "Old")
    catalogue.add("Weg", "Gone")
    found.add("Alt")
    found.add("Neu")
    messages.update(catalogue, found)
    assert messages.texts(catalogue).keys() == {"Alt", "Neu"}
    assert messages.texts(catalogue)["Alt"].string == "Old"
    assert messages.untranslated(catalogue) == ["Neu"]


def test_both_languages_have_the_same_places_for_values() -> None:
    different = {german: english for german, english in ENGLISH.items() if places(german) != places(english)}
    assert different == {}


def test_english_texts_have_english_quotation_marks() -> None:
    # “ closes in German and opens in English, so it must come in pairs with ”. Straight marks are something to type.
    opening, closing = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
    assert [text for text in ENGLISH.values() if "„" in text or text.count(opening) != text.count(closing)] == []
    assert [text for german, text in ENGLISH.items() if text.count('"') != german.count('"')] == []


def test_both_languages_begin_and_end_with_the_same_white_space() -> None:
    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [german for german, english in ENGLISH.items() if edges(german) != edges(english)] == []


def test_the_catalogue_names_project_and_licence_but_nobody() -> None:
    head = messages.PO.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert "IKZ-Prozesshub" in head
    assert "EUPL-1.2" in head
    assert "@" not in head


def test_what_the_search_says_is_translated(found: Catalog) -> None:
    assert {*HINTS.values(), *PHRASES.values()} <= set(messages.texts(found))
