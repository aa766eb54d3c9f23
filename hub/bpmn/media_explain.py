"""Why a text says a media break, or does not although a word of a rule stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hub.bpmn.media_lexicon import Sentence, sentences
from hub.bpmn.media_rules import MediaRule, MediaRules, media_rules
from hub.bpmn.media_words import denies, word_hits


class Outcome(StrEnum):
    """What became of a word of a rule."""

    HIT = "hit"
    FRIEND = "friend"
    """Part of a false friend."""
    FREE = "free"
    """The sentence says that there is no break."""
    PAST = "past"
    """The sentence speaks of how it used to be."""
    DENIED = "denied"
    CONTEXT = "context"
    """Another word in the sentence takes the break away."""
    WEAKER = "weaker"
    """Only weak evidence, where something else was found."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One word of a rule in a text, and what became of it."""

    rule: MediaRule
    word: str
    """As written in the text."""
    pattern: str
    """The entry of the rule that it matches."""
    list: str
    """`lexemes`, `weak` or `fallback`."""
    outcome: Outcome
    because: str = ""
    """The word that made it so, such as the false friend."""


def explain(text: str, rules: MediaRules | None = None, *, prose: bool = False) -> list[Reason]:
    """Return every word of a rule in `text` with what became of it, one per rule and word, hits first."""
    rules = rules if rules is not None else media_rules()
    hits = {(hit.rule.id, hit.text) for hit in word_hits(text, rules, prose=prose)}
    found: dict[tuple[str, str], Reason] = {}
    for sentence in sentences(text):
        for reason in _reasons(sentence, rules, hits, prose=prose):
            key = reason.rule.id, reason.word
            if key not in found or reason.outcome is Outcome.HIT:
                found[key] = reason
    known = {reason.rule.id for reason in found.values() if reason.outcome is Outcome.HIT}
    rest = [
        Reason(hit.rule, hit.text, "", hit.list, Outcome.HIT)
        for hit in word_hits(text, rules, prose=prose)
        if hit.rule.id not in known
    ]
    told = [one for one in found.values() if one.outcome is not Outcome.WEAKER or one.rule.id not in known]
    return sorted([*told, *rest], key=lambda one: (one.outcome is not Outcome.HIT, one.rule.id, one.word))


def _reasons(sentence: Sentence, rules: MediaRules, hits: set[tuple[str, str]], *, prose: bool) -> Iterator[Reason]:
    matcher, owners = rules.words
    around = rules.found_in(sentence.words) or {}

    def first(name: str, rule: str = "") -> re.Match[str] | None:
        return next((match for _, match in matcher.find(sentence.words, around.get((name, rule), ()))), None)

    free, past = first("free"), first("past") if prose else None
    friends = list(matcher.find(sentence.words, around.get(("friends", ""), ())))
    for number, match in matcher.find(sentence.words, around.get(("lexemes", ""), ())):
        rule, name = owners[number]
        if rule is None:
            continue
        word = sentence.original(match.start(), match.end())
        outcome, because = Outcome.WEAKER, ""
        friend = next((one for _, one in friends if one.start() < match.end() and match.start() < one.end()), None)
        stop = first("not_with", rule.id)
        if (rule.id, word) in hits:
            outcome = Outcome.HIT
        elif free is not None:
            outcome, because = Outcome.FREE, sentence.original(free.start(), free.end())
        elif past is not None:
            outcome, because = Outcome.PAST, sentence.original(past.start(), past.end())
        elif friend is not None:
            outcome, because = Outcome.FRIEND, sentence.original(friend.start(), friend.end())
        elif denies(sentence, match, rules):
            outcome = Outcome.DENIED
        elif stop is not None:
            outcome, because = Outcome.CONTEXT, sentence.original(stop.start(), stop.end())
        yield Reason(rule, word, matcher.patterns[number].written, name, outcome, because)
