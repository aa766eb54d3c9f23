"""What the coordination teaches holds from the next search on."""

import pytest

from hub import search
from hub.actions import words
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.search import Reader
from hub.store.words import WordRuleKind
from hub.work import Work
from tests import makers

COORDINATION = "koordination@ikz.example"


@pytest.fixture
def coordination(hub_work: Work) -> Work:
    return makers.as_person(hub_work, COORDINATION)


def titles(work: Work, text: str) -> list[str]:
    found = search.find(work.session, text, reader=Reader.of(work.actor))
    return [] if found.corrected or found.left_out else ["".join(part for part, _ in hit.title) for hit in found.hits]


def test_a_taught_synonym_is_found_at_once(coordination: Work) -> None:
    makers.entry(coordination, title="Schankerlaubnis beantragen")
    assert titles(coordination, "Kneipenschein") == []
    words.teach(coordination, WordRuleKind.SAME, ["Kneipenschein", "Schankerlaubnis"])
    assert titles(coordination, "Kneipenschein") == ["Schankerlaubnis beantragen"]


def test_a_rule_taken_back_no_longer_holds(coordination: Work) -> None:
    makers.entry(coordination, title="Schankerlaubnis beantragen")
    rule = words.teach(coordination, WordRuleKind.SAME, ["Kneipenschein", "Schankerlaubnis"])
    words.forget(coordination, rule)
    assert titles(coordination, "Kneipenschein") == []
    with pytest.raises(NotFound):
        words.find(coordination, rule.id)


def test_shipped_synonyms_can_be_kept_apart(coordination: Work) -> None:
    makers.entry(coordination, title="Einwohner befragen")
    assert titles(coordination, "Bürger") == ["Einwohner befragen"]
    words.teach(coordination, WordRuleKind.APART, ["Bürger", "Einwohner"])
    assert titles(coordination, "Bürger") == []


def test_related_terms_are_offered(coordination: Work) -> None:
    makers.entry(coordination, title="Hundesteuer anmelden")
    words.teach(coordination, WordRuleKind.RELATED, ["Hundesteuer", "Hundebestandsaufnahme"])
    found = search.find(coordination.session, "Hundesteuer", reader=Reader.of(coordination.actor))
    assert "Hundebestandsaufnahme" in found.related


def test_a_splitting_rule_says_that_the_index_must_follow(coordination: Work) -> None:
    words.teach(coordination, WordRuleKind.SPLIT, ["Kitasatzung", "Kita", "Satzung"])
    assert words.state(coordination).stale
    read, _ = words.understood(coordination, "Kitasatzung")
    assert read[0].parts == ("kita", "satzung")


def test_the_test_box_shows_parts_and_synonyms(coordination: Work) -> None:
    read, hints = words.understood(coordination, "Kfz-Zulassung § 14 GewO")
    assert [one.text for one in read] == ["Kfz-Zulassung", "§ 14 GewO"]
    assert any("kraft fahrzeug" in same for same in read[0].same)
    assert hints == []


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (WordRuleKind.SAME, ["Kfz"], "words_few"),
        (WordRuleKind.SPLIT, ["Kitasatzung", "Kita"], "words_split_few"),
        (WordRuleKind.SAME, [f"Wort{number}" for number in range(13)], "words_many"),
        (WordRuleKind.SAME, ["a" * 61, "b"], "words_long"),
        (WordRuleKind.WHOLE, ["zwei Wörter"], "words_single"),
        (WordRuleKind.PART, ["rat"], "words_short"),
    ],
)
def test_impossible_rules_are_refused_with_a_reason(
    coordination: Work, kind: WordRuleKind, given: list[str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        words.teach(coordination, kind, given)
    assert refused.value.fields == {"words": code}


def test_a_rule_is_taken_in_once(coordination: Work) -> None:
    words.teach(coordination, WordRuleKind.SAME, ["Kfz", "Blechkiste"])
    with pytest.raises(Conflict):
        words.teach(coordination, WordRuleKind.SAME, ["Kfz", "Blechkiste"])


def test_only_the_coordination_teaches(work: Work) -> None:
    with pytest.raises(Forbidden):
        words.teach(work, WordRuleKind.SAME, ["Kfz", "Blechkiste"])
