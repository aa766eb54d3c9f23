"""What the words of a text say about media breaks: lexemes, false friends, negations, contexts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.bpmn.media_lexicon import Sentence, sentences
from hub.bpmn.media_rules import MediaRule, MediaRules, MediaSeverity, media_rules

_AND: Final = frozenset({"und", "oder", "sowie", "bzw", "noch", "und/oder"})
_AFTER_REACH: Final = 6
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
    lexemes, owners = rules.words
    # The cheap test comes first: most sentences have no lexeme and need nothing else.
    candidates = lexemes.candidates(sentence.words)
    head_candidates = lexemes.candidates(heads[0].words) if heads is not None else []
    if not candidates and not head_candidates:
        return
    helpers = rules.matchers
    if helpers["free"].any(sentence.words) or (prose and helpers["past"].any(sentence.words)):
        return
    words = helpers["friends"].mask(sentence.words)
    found = [(sentence, words, number, match) for number, match in lexemes.find(words, candidates)]
    if heads is not None and head_candidates:
        found += _head_matches(heads, words, rules, head_candidates)
    ends = [match.start() for _, match in helpers["after"].find(words)] if found else []
    contexts: dict[str, tuple[list[re.Match[str]], bool]] = {}
    sure: set[str] = set()
    for reading, read, number, match in found:
        rule, name = owners[number]
        if rule.id in sure:
            continue
        if rule.id not in contexts:
            stops, hints = rules.contexts[rule.id]
            contexts[rule.id] = [other for _, other in stops.find(words)], hints.any(words)
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
    words = rules.matchers["friends"].mask(sentence.words)
    ends = [found.start() for _, found in rules.matchers["after"].find(words)]
    return (
        _denies_inside(match[0])
        or _denied_before(sentence, match.start(), match.end(), rules)
        or _denied_behind(words, match, ends)
    )


def _head_matches(
    heads: tuple[Sentence, frozenset[int]], words: str, rules: MediaRules, candidates: list[int]
) -> Iterator[tuple[Sentence, str, int, re.Match[str]]]:
    """Yield what only the last parts of hyphenated compounds show, unless the whole compound is a false friend."""
    reading, cut = heads
    whole = words.split()
    masked = rules.matchers["friends"].mask(reading.words)
    for number, match in rules.words[0].find(masked, candidates):
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
        for denier, stem, reach in rules.deniers:
            if distance <= reach and (word.startswith(denier) if stem else word == denier):
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
