"""The rules of the media-break analysis as data, and what an organisation adds to them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from hub.bpmn.media_lexicon import REMEMBERED, Matcher, PatternError, fold, matcher

_ANALYSIS: Final = 1
"""Raise it when the analysis finds something else by the same rules."""


class MediaSeverity(StrEnum):
    """How much a media break matters."""

    HIGH = "H"
    """Breaks OZGplus."""
    MEDIUM = "M"
    """Must be justified."""
    NOTE = "N"
    """A hint."""

    @property
    def rank(self) -> int:
        """0 for H, 2 for N."""
        return "HMN".index(self.value)

    @property
    def lowered(self) -> MediaSeverity:
        """The next severity below; N stays N."""
        return list(MediaSeverity)[min(self.rank + 1, 2)]


class MediaRuleError(ValueError):
    """Rules that cannot be understood: where and what."""

    def __init__(self, place: str, value: str) -> None:
        super().__init__(f"{place}: {value}")
        self.place = place
        self.value = value

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong and what is possible."""
        if lang == "de":
            return (
                f"Die Angabe „{self.value}“ bei „{self.place}“ lässt sich nicht verwenden. Ein Suchwort besteht aus"
                " Buchstaben (mindestens zwei davon fest), „*“ für beliebige Buchstaben, „(a|b)“ für eines von beiden"
                " und „…“ für Wörter dazwischen; eine neue Regel braucht Kennung, Bezeichnung, Schwere (H, M, N) und"
                " Abhilfe."
            )
        return (
            f"“{self.value}” at “{self.place}” cannot be used. A search word has letters (at least two fixed), “*” for"
            " any letters, “(a|b)” for either and “…” for words between; a new rule needs id, label, severity (H, M,"
            " N) and remedy."
        )


@dataclass(frozen=True, slots=True)
class MediaRule:
    """One rule of the catalogue."""

    id: str
    """Stable, such as `MB-03`."""
    type: str
    """`physical`, `virtual` or `structural`."""
    severity: MediaSeverity
    de: str
    en: str
    remedy_de: str
    remedy_en: str
    source: str
    lexemes: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    hint_with: tuple[str, ...] = ()

    def label(self, lang: str = "de") -> str:
        """What kind of break it is, in German (`de`) or English."""
        return self.de if lang == "de" else self.en

    def remedy(self, lang: str = "de") -> str:
        """What to do about it."""
        return self.remedy_de if lang == "de" else self.remedy_en


_LISTS: Final = ("lexemes", "weak", "fallback", "not_with", "hint_with")
_WORDS: Final = ("lexemes", "weak", "fallback")
_CONTEXTS: Final = ("not_with", "hint_with")
_TEXTS: Final = ("type", "de", "en", "remedy_de", "remedy_en", "source")
_NEEDED: Final = ("de", "severity", "remedy_de")


@dataclass(frozen=True)
class MediaRules:
    """All rules and what surrounds them: false friends, negations, words of digital ways."""

    rules: Mapping[str, MediaRule]
    friends: tuple[str, ...] = ()
    before: Mapping[str, int] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    justified: tuple[str, ...] = ()
    digital: tuple[str, ...] = ()

    @cached_property
    def matchers(self) -> Mapping[str, Matcher]:
        """Matchers of the lists that are asked on their own, by name."""
        return {name: matcher(getattr(self, name)) for name in ("justified", "digital")}

    def reach(self, word: str) -> int:
        """Return how many words may stand between this folded word and what it denies; -1 if it denies nothing."""
        known = self._reaches.get(word)
        if known is None:
            reaches = (
                reach
                for denier, is_stem, reach in self._deniers
                if (word.startswith(denier) if is_stem else word == denier)
            )
            known = max(reaches, default=-1)
            if len(self._reaches) >= REMEMBERED:
                self._reaches.clear()
            self._reaches[word] = known
        return known

    @cached_property
    def memory(self) -> dict[tuple[str, bool], list[Any]]:
        """What these rules have found in short texts, for `word_hits` alone."""
        return {}

    @cached_property
    def _reaches(self) -> dict[str, int]:
        return {}

    @cached_property
    def _deniers(self) -> tuple[tuple[str, bool, int], ...]:
        return tuple((fold(word), word.endswith("*"), reach) for word, reach in self.before.items())

    @cached_property
    def farthest(self) -> int:
        """How many words may at most stand between a denial and what it denies."""
        return max(self.before.values(), default=0)

    @cached_property
    def words(self) -> tuple[Matcher, tuple[tuple[MediaRule | None, str], ...]]:
        """One matcher for everything a sentence is asked, and for each of its patterns the rule and the list it is in.

        The lexemes of all rules come first. One matcher, so that each word of a sentence is looked up once.
        """
        found: list[tuple[MediaRule | None, str, str]] = []
        for lists in (_WORDS, _CONTEXTS):
            for rule in self.rules.values():
                found += [(rule, name, text) for name in lists for text in getattr(rule, name)]
        for name in ("friends", "after", "free", "past"):
            found += [(None, name, text) for text in getattr(self, name)]
        return matcher(text for _, _, text in found), tuple((rule, name) for rule, name, _ in found)

    @cached_property
    def _first_context(self) -> int:
        return sum(len(getattr(rule, name)) for rule in self.rules.values() for name in _WORDS)

    def found_in(self, words: str, *, always: bool = False) -> Mapping[tuple[str, str], list[int]] | None:
        """Return the patterns of `words` that a sentence may contain, by name of their list and rule id.

        All lexemes are under `("lexemes", "")`. None if there is no lexeme, unless `always`.
        """
        every, owners = self.words
        numbers = every.candidates(words)
        if not always and (not numbers or numbers[0] >= self._first_context):
            return None
        found: dict[tuple[str, str], list[int]] = {}
        for number in numbers:
            rule, name = owners[number]
            key = ("lexemes", "") if name in _WORDS else (name, rule.id if rule is not None else "")
            found.setdefault(key, []).append(number)
        return found


def _settings(settings: Mapping[str, Any] | bytes) -> Mapping[str, Any]:
    if not isinstance(settings, bytes):
        return settings
    try:
        return tomllib.loads(settings.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MediaRuleError("TOML", str(error)[:80]) from error


def _texts(place: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise MediaRuleError(place, str(value)[:80])
    try:
        matcher(value)
    except PatternError as error:
        raise MediaRuleError(place, str(error)[:80]) from error
    return tuple(value)


def _rule(entry: object, known: Mapping[str, MediaRule]) -> MediaRule:
    """Return a new rule, or a known one with what `entry` adds to its words and replaces of its texts."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str) or not entry["id"].strip():
        raise MediaRuleError("rule", str(entry)[:80])
    id_ = entry["id"].strip()
    if unknown := entry.keys() - {named.name for named in fields(MediaRule)} - {"on"}:
        raise MediaRuleError(id_, min(map(str, unknown)))
    base = known.get(id_)
    if base is None:
        if missing := [name for name in _NEEDED if not entry.get(name)]:
            raise MediaRuleError(id_, missing[0])
        de, remedy = str(entry["de"]), str(entry["remedy_de"])
        base = MediaRule(id_, "physical", MediaSeverity.NOTE, de, de, remedy, remedy, "")
    changes: dict[str, Any] = {name: str(entry[name]) for name in _TEXTS if name in entry}
    for name in _LISTS:
        if name in entry:
            changes[name] = (*getattr(base, name), *_texts(f"{id_}.{name}", entry[name]))
    if "severity" in entry:
        try:
            changes["severity"] = MediaSeverity(entry["severity"])
        except ValueError as error:
            raise MediaRuleError(f"{id_}.severity", str(entry["severity"])[:80]) from error
    return replace(base, **changes)


def read_media_rules(settings: Mapping[str, Any] | bytes, base: MediaRules | None = None) -> MediaRules:
    """Return the rules in a TOML file or mapping, added to `base` (the rules the hub brings, if None).

    `[[rule]]` with a known `id` adds words and replaces texts and severity, `on = false` drops the rule, a new id
    makes a new rule. `friends` adds false friends, `digital.words` names of digital ways. Raises `MediaRuleError`.
    """
    given = _settings(settings)
    base = base if base is not None else media_rules()
    rules = dict(base.rules)
    entries = given.get("rule", [])
    if not isinstance(entries, (list, tuple)):
        raise MediaRuleError("rule", str(entries)[:80])
    for entry in entries:
        rule = _rule(entry, rules)
        rules[rule.id] = rule
        if entry.get("on") is False:
            del rules[rule.id]
    parts = {name: given.get(name, {}) for name in ("negations", "sentences", "digital")}
    for name, part in parts.items():
        if not isinstance(part, Mapping):
            raise MediaRuleError(name, str(part)[:80])
    before = parts["negations"].get("before", {})
    if not isinstance(before, Mapping) or not all(isinstance(reach, int) for reach in before.values()):
        raise MediaRuleError("negations.before", str(before)[:80])
    after = parts["negations"].get("after", {})
    return MediaRules(
        rules=MappingProxyType(rules),
        friends=base.friends + _texts("friends", given.get("friends", [])),
        before={**base.before, **before},
        after=base.after + _texts("negations.after", after.get("words", []) if isinstance(after, Mapping) else after),
        free=base.free + _texts("sentences.free", parts["sentences"].get("free", [])),
        past=base.past + _texts("sentences.past", parts["sentences"].get("past", [])),
        justified=base.justified + _texts("sentences.justified", parts["sentences"].get("justified", [])),
        digital=base.digital + _texts("digital.words", parts["digital"].get("words", [])),
    )


@cache
def _catalogue() -> bytes:
    return (resources.files("hub.bpmn") / "data" / "media_breaks.toml").read_bytes()


@cache
def media_rules() -> MediaRules:
    """Return the catalogue MB-01 to MB-21 the hub brings along."""
    return read_media_rules(_catalogue(), MediaRules({}))


@cache
def media_rules_version() -> str:
    """Return a mark of the analysis and the catalogue it brings along; another one means: findings may differ."""
    return f"{_ANALYSIS}-{hashlib.sha256(_catalogue()).hexdigest()[:12]}"
