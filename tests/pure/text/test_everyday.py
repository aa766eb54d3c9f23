"""Everyday phrases lead to the services they mean, and to nothing else."""

import tomllib

import pytest

from hub.text.analyse import german
from hub.text.everyday import Everyday
from hub.text.lexicon import data
from hub.text.query import parse
from hub.text.synonyms import shipped
from hub.text.tree import Concept, concepts

WORDS = Everyday(
    [("Gewerbe Anmeldung; Gewerbeanzeige", "Laden aufmachen; gegen Bescheid; Wahltag; ummelden")], german()
)


def meant(text: str) -> list[str]:
    words = [[word.roots] for word in german().words(text)]
    heard = WORDS.heard(words)
    return [" ".join(roots) for roots, _ in heard.meant] if heard is not None else []


def test_order_endings_and_words_between_do_not_matter() -> None:
    assert meant("ich will einen kleinen Laden in der Altstadt aufmachen")[0] == "gewerb anmeld"
    assert meant("aufmachen Laden") == meant("Laden aufmachen")


def test_the_likeliest_service_counts_most() -> None:
    heard = WORDS.heard([[("lad",)], [("aufmach",)]])
    assert heard is not None
    weights = [weight for _, weight in heard.meant]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] < 1


@pytest.mark.parametrize("text", ["Laden", "Steuerbescheid", "Bescheid", "Landtagswahl", "Hund ummelden"])
def test_what_is_not_said_is_not_heard(text: str) -> None:
    assert meant(text) == []


def test_a_query_is_looked_for_as_typed_and_as_meant() -> None:
    query = parse("laden aufmachen altstadt", german(), shipped())
    heard = [one for one in query.concepts() if one.heard]
    assert [one.text for one in heard] == ["laden aufmachen"]
    assert query.meant is not None
    left = [one.text for one in concepts(query.meant)]
    assert left == ["laden aufmachen", "altstadt"]


def test_fields_and_phrases_are_taken_at_their_word() -> None:
    for text in ('"laden aufmachen"', "titel:laden titel:aufmachen"):
        assert parse(text, german(), shipped()).meant is None


def test_every_shipped_line_names_services_and_phrases_that_can_be_heard() -> None:
    known = shipped().everyday
    lines = tomllib.loads(data("everyday.toml"))["asked"]
    assert len(lines) >= 200
    for services, phrases in lines:
        assert all(german().roots(service) for service in services.split(";")), services
        said = [[[word.roots] for word in german().words(phrase)] for phrase in phrases.split(";")]
        assert any(known.heard(words) for words in said), phrases


def test_a_meaning_is_no_typed_word() -> None:
    assert isinstance(parse("welpe", german(), shipped()).meant, Concept)


def test_a_phrase_with_not_is_not_said_without_it() -> None:
    phrases = Everyday([("Stundung", "Steuern nicht zahlen")], german())
    words = [(word.roots,) for word in german().words("Steuern zahlen")]
    assert phrases.heard(words, negated=True) is not None
    assert phrases.heard(words) is None
