"""What the words of a text say about media breaks: lexemes, false friends, negations, contexts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from hub.bpmn.media_lexicon import REMEMBERED, Matcher, Sentence, sentences
from hub.bpmn.media_rules import MediaRule, MediaRules, MediaSeverity, media_rules

Found: TypeAlias = Mapping[tuple[str, str], list[int]]
_AND: Final = frozenset({"und", "oder", "sowie", "bzw", "noch", "und/oder"})
_AFTER_REACH: Final = 6
_LONGEST_KNOWN: Final = 400
"""Characters; longer texts are not remembered."""
_OTHER_WAY: Final = re.compile(r" (?:und|oder|sowie|dann|anschliessend|danach) (?:[^ ]+ )?(?:per|auf|mit|von|als|am) ")


@dataclass(frozen=True, slots=True)
class WordHit:
    """A lexeme found in a text."""

    rule: MediaRule
    text: str
    """What was written."""
    severity: MediaSeverity
    list: str
    """`lexemes`, `weak` or `fallback`: how the rule lists the lexeme."""


def word_hits(text: str, rules: MediaRules | None = None, *, prose: bool = False) -> list[WordHit]:
    """Return the first hit of each rule in `text`, strong evidence before weak.

    In `prose` (documentation, annotations) sentences about the past are left out.
    """
    rules = rules if rules is not None else media_rules()
    if len(text) > _LONGEST_KNOWN:
        return _word_hits(text, rules, prose=prose)
    # The next version of a model says nearly the same, and models say the same as one another.
    known = rules.memory.get((text, prose))
    if known is None:
        known = _word_hits(text, rules, prose=prose)
        if len(rules.memory) >= REMEMBERED:
            rules.memory.clear()
        rules.memory[text, prose] = known
    return list(known)


def _word_hits(text: str, rules: MediaRules, *, prose: bool) -> list[WordHit]:
    best: dict[str, WordHit] = {}
    for sentence in sentences(text):
        for hit in _sentence_hits(sentence, rules, prose=prose):
            known = best.get(hit.rule.id)
            if known is None or _order(hit) < _order(known):
                best[hit.rule.id] = hit
    found = sorted(best.values(), key=lambda hit: hit.rule.id)
    return [hit for hit in found if hit.list != "fallback" or len(found) == 1]


def _order(hit: WordHit) -> tuple[int, int]:
    return hit.severity.rank, ("lexemes", "weak", "fallback").index(hit.list)


def _sentence_hits(sentence: Sentence, rules: MediaRules, *, prose: bool) -> Iterator[WordHit]:
    heads = sentence.heads()
    # The cheap test comes first: most sentences have no lexeme and need nothing else.
    there = rules.found_in(heads[0].words) if heads is not None else None
    around = rules.found_in(sentence.words, always=there is not None)
    if around is None:
        return
    matcher, owners = rules.words
    if _any(matcher, sentence.words, around.get(("free", ""), ())):
        return
    if prose and _any(matcher, sentence.words, around.get(("past", ""), ())):
        return
    words = matcher.hide(sentence.words, around.get(("friends", ""), ()))
    found = [(sentence, words, *hit) for hit in matcher.find(words, around.get(("lexemes", ""), ()))]
    if heads is not None and there is not None:
        found += _head_matches(heads, words, matcher, there)
    ends = [match.start() for _, match in matcher.find(words, around.get(("after", ""), ()))] if found else []
    contexts: dict[str, tuple[list[re.Match[str]], bool]] = {}
    sure: set[str] = set()
    for reading, read, number, match in found:
        rule, name = owners[number]
        if rule is None or rule.id in sure:
            continue
        if rule.id not in contexts:
            stops, hints = around.get(("not_with", rule.id), ()), around.get(("hint_with", rule.id), ())
            contexts[rule.id] = [other for _, other in matcher.find(words, stops)], _any(matcher, words, hints)
        others, hint = contexts[rule.id]
        # Places in a sentence with cut compounds are other places; there any context counts.
        if (others and reading is not sentence) or any(_belongs(words, match, other) for other in others):
            continue
        if _denies_inside(match[0]) or _denied_before(reading, match.start(), match.end(), rules):
            continue
        if reading is sentence and _denied_behind(read, match, ends):
            continue
        severity = MediaSeverity.NOTE if hint else rule.severity
        if name == "lexemes":
            sure.add(rule.id)
        yield WordHit(rule, reading.original(match.start(), match.end()), severity, name)


def denies(sentence: Sentence, match: re.Match[str], rules: MediaRules) -> bool:
    """Return whether the sentence denies what was found in it: within the words, in front of them or behind."""
    matcher, around = rules.words[0], rules.found_in(sentence.words) or {}
    words = matcher.hide(sentence.words, around.get(("friends", ""), ()))
    ends = [found.start() for _, found in matcher.find(words, around.get(("after", ""), ()))]
    return (
        _denies_inside(match[0])
        or _denied_before(sentence, match.start(), match.end(), rules)
        or _denied_behind(words, match, ends)
    )


def _any(matcher: Matcher, words: str, numbers: Iterable[int]) -> bool:
    return next(matcher.find(words, numbers), None) is not None


def _head_matches(
    heads: tuple[Sentence, frozenset[int]], words: str, matcher: Matcher, there: Found
) -> Iterator[tuple[Sentence, str, int, re.Match[str]]]:
    """Yield what only the last parts of hyphenated compounds show, unless the whole compound is a false friend."""
    reading, cut = heads
    whole = words.split()
    masked = matcher.hide(reading.words, there.get(("friends", ""), ()))
    for number, match in matcher.find(masked, there["lexemes", ""]):
        places = set(range(reading.at(match.start()), reading.at(match.end() - 1) + 1)) & cut
        if places and not any("#" in whole[at] for at in places):
            yield reading, masked, number, match


def _denies_inside(match: str) -> bool:
    """Return whether the words between the parts of a lexeme deny it: „Bescheid nicht per Post versenden“."""
    return any(word in ("nicht", "nie", "niemals") or word.startswith("kein") for word in match.split())


def _belongs(words: str, found: re.Match[str], other: re.Match[str]) -> bool:
    """Return whether a context is that of the lexeme: not in „elektronisch erstellt und per Post versandt“."""
    between = (
        words[other.end() : found.start() + 1]
        if other.end() <= found.start()
        else words[found.end() - 1 : other.start()]
    )
    if " , " in f" {between} ":
        return False
    return not _OTHER_WAY.search(f" {between} ")


def _denied_before(sentence: Sentence, start: int, end: int, rules: MediaRules) -> bool:
    """Return whether a word in front denies the lexeme: „ohne Unterschrift“, „nicht mehr auszudrucken“."""
    words = sentence.tokens
    first = sentence.at(start)
    # „Ohne Unterschrift ausdrucken“ denies the noun, not the verb behind it.
    verb = sentence.at(end - 1) == first and sentence.written[first][:1].islower() and words[first].endswith("en")
    nouns = 0
    for distance, at in enumerate(range(first - 1, -1, -1)):
        word = words[at]
        if word == "," or distance > rules.farthest:
            return False
        if distance <= rules.reach(word):
            return not (nouns and (verb or not _listed(words, at, first)))
        nouns += sentence.written[at][:1].isupper()
    return False


def _listed(words: list[str], start: int, end: int) -> bool:
    return any(word in _AND for word in words[start:end])


def _denied_behind(words: str, found: re.Match[str], ends: list[int]) -> bool:
    """Return whether the same clause denies the lexeme behind it: „Unterschrift entfällt“."""
    for end in ends:
        between = words[found.end() : end]
        if end >= found.end() and "," not in between and len(between.split()) <= _AFTER_REACH:
            return True
    return False
