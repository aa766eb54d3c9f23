"""Additions to the rules come back from their text as they were, and every word of a rule is explained."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import bpmn
from hub.bpmn import Addition, Additions, MediaRuleError, Outcome

words = st.lists(st.text(min_size=1, max_size=20), max_size=4).map(tuple)
additions = st.builds(
    Addition,
    words,
    words,
    words,
    st.sampled_from(["", "H", "M", "N"]),
    st.text(max_size=20),
    st.text(max_size=20),
    on=st.booleans(),
)


@given(words, words, st.dictionaries(st.from_regex(r"[A-Z]{2}-[0-9]{2}", fullmatch=True), additions, max_size=4))
def test_what_was_written_reads_the_same(
    friends: tuple[str, ...], digital: tuple[str, ...], rules: dict[str, Addition]
) -> None:
    wanted = Additions(friends, digital)
    for rule, addition in rules.items():
        wanted = wanted.with_rule(rule, addition)
    assert bpmn.read_additions(bpmn.write_additions(wanted)) == wanted


def test_an_addition_that_changes_nothing_is_left_out() -> None:
    wanted = Additions().with_rule("MB-03", Addition(lexemes=("rohrpost*",))).with_rule("MB-03", Addition())
    assert bpmn.write_additions(wanted) == ""


def test_the_text_is_what_the_analysis_reads() -> None:
    text = bpmn.write_additions(Additions(("postmappe*",)).with_rule("MB-14", Addition(lexemes=("laufkladde*",))))
    assert tomllib.loads(text)["rule"] == [{"id": "MB-14", "lexemes": ["laufkladde*"]}]
    rules = bpmn.read_media_rules(text.encode())
    assert [hit.rule.id for hit in bpmn.word_hits("Laufkladde ausfüllen", rules)] == ["MB-14"]


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(MediaRuleError):
        bpmn.read_additions("friends = [")


@pytest.mark.parametrize(
    ("text", "rule", "outcome", "because"),
    [
        ("Bescheid drucken und versenden", "MB-03", Outcome.HIT, ""),
        ("Bescheid drucken und versenden", "MB-05", Outcome.HIT, ""),
        ("Ohne Unterschrift gültig", "MB-02", Outcome.DENIED, ""),
        ("Bescheid elektronisch zustellen", "MB-05", Outcome.CONTEXT, "elektronisch"),
        ("Papierlose Bearbeitung", "MB-01", Outcome.FREE, "Papierlose"),
        ("Scanner-Pflege beauftragen", "MB-04", Outcome.FRIEND, "Scanner-Pflege"),
    ],
)
def test_every_word_of_a_rule_is_explained(text: str, rule: str, outcome: Outcome, because: str) -> None:
    (reason,) = [one for one in bpmn.explain(text) if one.rule.id == rule]
    assert (reason.outcome, reason.because) == (outcome, because)


def test_a_sentence_about_the_past_is_explained_in_prose_only() -> None:
    text = "Früher wurde der Bescheid ausgedruckt."
    assert [one.outcome for one in bpmn.explain(text, prose=True)] == [Outcome.PAST]
    assert [one.outcome for one in bpmn.explain(text)] == [Outcome.HIT]


@given(st.text(max_size=200))
def test_the_explanation_names_exactly_the_rules_that_hit(text: str) -> None:
    hits = {hit.rule.id for hit in bpmn.word_hits(text)}
    assert {one.rule.id for one in bpmn.explain(text) if one.outcome is Outcome.HIT} == hits
