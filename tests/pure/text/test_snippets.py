"""Marks show the words that match, and nothing becomes markup."""

from hub.text import markdown
from hub.text.analyse import german
from hub.text.query import parse
from hub.text.snippets import Sought, excerpt, marked
from hub.text.synonyms import shipped


def sought(text: str) -> Sought:
    return Sought.of(parse(text, german(), shipped()))


def shown(pieces: tuple[tuple[str, bool], ...]) -> str:
    return "".join(f"[{text}]" if match else text for text, match in pieces)


def test_words_are_marked_as_they_are_written() -> None:
    pieces, found = marked("Die Hundesteuer <b>festsetzen</b>", sought("steuer festsetzung"), german())
    assert shown(pieces) == "Die [Hundesteuer] <b>[festsetzen]</b>"
    assert found == 2


def test_a_compound_marks_its_parts_in_either_order() -> None:
    pieces, _ = marked("Steuer für Hunde", sought("Hundesteuer"), german())
    assert shown(pieces) == "[Steuer] für [Hunde]"


def test_a_lone_part_of_a_compound_is_not_marked() -> None:
    assert marked("Steuer für Katzen", sought("Hundesteuer"), german()) == ((("Steuer für Katzen", False),), 0)


def test_an_excerpt_is_short_and_contains_the_match() -> None:
    text = "Erste Zeile ohne Belang. " * 40 + "Hier steht die Hundesteuer. " + "Noch mehr Text. " * 40
    pieces, found = excerpt(text, sought("Hundesteuer"), german())
    assert found == 1
    assert "[Hundesteuer]" in shown(pieces)
    assert len(shown(pieces)) < 400


def test_a_text_without_match_has_no_excerpt() -> None:
    assert excerpt("Ganz etwas anderes", sought("Hundesteuer"), german()) == ((), 0)


def test_markdown_is_searched_without_its_signs() -> None:
    text = (
        "## Ziel\n\n- Erst **mit** `hunde_steuer`\n1. [Satzung](https://a.example)\n\n| a | b |\n|---|---|\n| c | d |"
    )
    plain = " ".join(markdown.words(text).split())
    assert plain == "Ziel Erst mit hunde_steuer Satzung a b c d"
