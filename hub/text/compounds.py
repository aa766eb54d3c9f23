"""German compounds: into the words they are made of, and every word to its root.

Splitting is a shortest path over the letters of a word: each known part costs one, short parts and linking
elements cost a little more, and a word that cannot be paid for with known parts stays whole. That is what keeps
„Rat“ out of „Beratung“: neither `be` nor `ung` is a word.
"""

from __future__ import annotations

import re
from functools import cache

from whoosh.lang.snowball.german import GermanStemmer

from hub.text.folding import contract
from hub.text.lexicon import Lexicon

LONGEST = 60
"""Words longer than this are cut; nobody looks for the rest."""

_LINKS = ("s", "es", "n", "en", "er", "e")
_TAKE_ER = """
kind haus haeus bild laend buech rind lied maenn kleid mitglied feld geld glaes doerf waeld raed schild huehn blaett
graeb baed voelk woert kraeut denkmael aemt guet loech bret ei
"""
_WITH_ER = frozenset(_TAKE_ER.split())
_SUFFIXES = frozenset(
    {"schaft", "schaften", "haft", "haften", "keit", "heit", "lich", "bar", "isch", "los", "lose", "losen", "tum"}
)
_ENDINGS = ("e", "en", "er", "n", "s", "es", "ern", "em", "in", "innen", "nen", "ens")
_SEPARABLE = """
ab an auf aus bei bekannt bereit dar durch ein entgegen fest fort frei her heran heraus hin hinzu los mit nach sicher
statt still teil um vor voran vorbei weg weiter wieder zu zurueck zusammen
"""
_PARTICLES = frozenset(_SEPARABLE.split())
_PARTICIPLE = re.compile(
    f"(?:{'|'.join(sorted(_PARTICLES))})(?:ge|zu).{{3,}}(?:t|te|en|ten|ter|tes|tem|ene|ener|enen)$"
)
_PARTICLE_VERB = re.compile(f"(?:{'|'.join(sorted(_PARTICLES))}).{{3,}}(?:en|t|te|ten)$")
"""„feststellen“ belongs to „Feststellung“ and is no Fest."""
_PREFIXES = (
    *_PARTICLES,
    "be",
    "ge",
    "ent",
    "er",
    "ver",
    "zer",
    "miss",
    "un",
    "ur",
    "ueber",
    "unter",
    "wider",
    "hinter",
    "re",
)
_SNOWBALL = GermanStemmer()
_VOWEL = re.compile("[aeiouy]")
_ENDING = re.compile(
    "(?:[aeioy]?(?:ung|lich|ig|isch|isier|ier|schaft|keit|heit|bar|los|haft|sam|itaet|ismus|ist|end|er|in|al|ell|iv|or|nis|tum|chen|voll)"
    "(?:en|e|es|er|em|s|t|te|ten|n|ung|ungen|innen|bar|eur|ere|nd|nde|nden)?$)"
)
_SHORTEST_UNKNOWN = 4
_SHORTEST_HEAD = 5


@cache
def _stem(word: str) -> str:
    """Return the Snowball stem of an expanded word, also without the -ung that Snowball leaves on short words."""
    stem = str(_SNOWBALL.stem(contract(word)))
    if stem.endswith("ung") and len(stem) >= 6 and any(vowel in stem[:-3] for vowel in "aeiou"):
        return stem[:-3]
    return stem


class Splitter:
    """Splits expanded words (see `folding.expand`) with one lexicon. Answers are kept, so ask freely."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._answers: dict[str, tuple[str, ...]] = {}
        self.roots: frozenset[str] = frozenset()
        """Roots of all listed words."""
        self.roots = frozenset(self.root(part) for part in lexicon.parts)
        # People who have no umlauts at hand write `Burgeramt`: parts are known in that spelling, too.
        self._parts: dict[str, str] = {}
        for part in lexicon.parts:
            self._parts.setdefault(contract(part), part)
        for part in lexicon.parts:
            self._parts[part] = part
        self._modifiers = lexicon.modifiers | {contract(word) for word in lexicon.modifiers}
        self._starts = self._forms()
        # What is listed and yet made of two listed words is a compound like any other, not a part.
        compounds = {part for part in self._parts if part not in lexicon.whole and self._path(part, listed=True)}
        self._parts = {
            part: known for part, known in self._parts.items() if part not in compounds and known not in compounds
        }
        self._starts = self._forms()
        self.roots = frozenset(self.root(part) for part in set(self._parts.values()))
        self._answers.clear()

    def _forms(self) -> dict[str, str]:
        """Return every first or middle form → its part: listed words, modifiers, and words that lost their -e."""
        short = {form[:-1]: part for form, part in self._parts.items() if form.endswith("e") and len(form) > 4}
        return short | {word: word for word in self._modifiers} | self._parts

    def root(self, word: str) -> str:
        """Return the root of one simple expanded word: `antraege` → `antrag`, `angemeldet` → `anmeld`."""
        known = self._lexicon.stems.get(word)
        if known is None and "lich" in word[-6:]:
            known = self._lexicon.stems.get(word[: word.rindex("lich") + 4])
        if known is not None:
            return known
        stem = _stem(word)
        if stem in self.roots or len(word) < 5 or word in self._lexicon.whole:
            return stem
        return self._verb_root(word) or stem

    def _verb_root(self, word: str) -> str | None:
        """Find the noun or infinitive behind `prüft`, `angemeldet` and `anzumelden`."""
        for ending, noun in (
            ("innen", ""),
            ("in", ""),
            ("ern", "erung"),
            ("ert", "erung"),
            ("eln", "lung"),
            ("elt", "lung"),
        ):
            if word.endswith(ending) and (stem := _stem(word[: -len(ending)] + noun)) in self.roots:
                return stem
        bare = [word]
        for infix in ("zu", "ge"):
            at = word.find(infix)
            while 0 <= at < len(word) - 5:
                if not at or word[:at] in _PARTICLES:
                    bare.append(word[:at] + word[at + 2 :])
                at = word.find(infix, at + 1)
        for form in bare:
            for ending in ("en", "et", "te", "t", "ten", "ter", "tem", "tes", ""):
                if form.endswith(ending) and (form != word or ending):
                    stem = _stem(form[: len(form) - len(ending)] + "en")
                    if len(stem) > 3 and stem in self.roots:
                        return stem
        return None

    def split(self, word: str) -> tuple[str, ...]:
        """Return the roots of the parts of an expanded word, one root if it is simple."""
        answer = self._answers.get(word)
        if answer is None:
            if len(self._answers) > 300_000:
                self._answers.clear()
            answer = self._answers[word] = self._split(word[:LONGEST])
        return answer

    def _split(self, word: str) -> tuple[str, ...]:
        if word in self._lexicon.splits:
            return tuple(self.root(part) for part in self._lexicon.splits[word].split())
        if word in self._lexicon.stems:
            return tuple(self._lexicon.stems[word].split())
        if word in self._lexicon.whole or self._simple(word) or len(word) < 6 or not word.isalpha():
            return (self.root(self._parts.get(word, word)),)
        if (_PARTICIPLE.match(word) or _PARTICLE_VERB.match(word)) and (verb := self._verb_root(word)):
            return (verb,)
        path = self._path(word)
        if not path:
            return (self.root(word),)
        return tuple(root for part in path for root in self.root(part).split())

    def _simple(self, word: str) -> bool:
        """Say whether the word is a known part, inflected or not."""
        return word in self._parts or any(word.endswith(end) and word[: -len(end)] in self._parts for end in _ENDINGS)

    def _last(self, text: str) -> str | None:
        """Return the part that `text`, at the end of a word, is an inflected form of."""
        if text in self._parts:
            return self._parts[text]
        if text in _SUFFIXES:
            return None
        for ending in _ENDINGS:
            if text.endswith(ending) and text[: -len(ending)] in self._parts:
                return text
        stems = self._lexicon.stems
        if len(text) >= 6 and (text in stems or self.root(text) in self.roots):
            return text
        return None

    def _path(self, word: str, *, listed: bool = False) -> tuple[str, ...]:
        """Find the cheapest way through `word` in at least two parts, or nothing; `listed`: only known parts."""
        size = len(word)
        starts = self._starts
        best: list[tuple[float, tuple[str, ...]] | None] = [None] * (size + 1)
        best[0] = (0.0, ())
        for start in range(size - 2):
            here = best[start]
            if here is None:
                continue
            for end in range(start + 3, size + 1):
                text = word[start:end]
                whole_word = start == 0 and end == size
                if end == size:
                    part = None if whole_word else self._last(text)
                    self._offer(best, end, here, part, text)
                    continue
                part = starts.get(text)
                if part is None:
                    continue
                self._offer(best, end, here, part, text)
                for link in _LINKS:
                    after = end + len(link)
                    if after < size - 2 and word.startswith(link, end) and (link != "er" or text in _WITH_ER):
                        self._offer(best, after, here, part, text, 0.3 if len(link) < 2 else 0.4)
        found = best[size]
        if found is not None and len(found[1]) > 1:
            return found[1]
        return () if listed else self._half_known(word)

    @staticmethod
    def _offer(
        best: list[tuple[float, tuple[str, ...]] | None],
        at: int,
        before: tuple[float, tuple[str, ...]],
        part: str | None,
        text: str,
        link: float = 0.0,
    ) -> None:
        if part is None:
            return
        short = 0.9 if len(text) == 3 else 0.3 if len(text) == 4 else 0.0
        cost = before[0] + 1.0 + short + link
        known = best[at]
        if known is None or cost < known[0]:
            best[at] = (cost, (*before[1], part))

    def _half_known(self, word: str) -> tuple[str, ...]:
        """Split words of which nobody listed one half: „Wisentgehegegenehmigung“, „Gerichtsvollzieher“.

        The known half must be long, the unknown one must look like a word and not like a prefix or an ending.
        """
        return self._known_start(word, linked=True) or self._known_end(word) or self._known_start(word, linked=False)

    def _known_end(self, word: str) -> tuple[str, ...]:
        for start in range(_SHORTEST_UNKNOWN, len(word) - _SHORTEST_HEAD + 1):
            first = word[:start]
            tail = self._last(word[start:])
            if tail is not None and not self._prefixed(first) and _VOWEL.search(first):
                first = first.removesuffix("s") if start > _SHORTEST_UNKNOWN else first
                return (*((len(first) > 8 and self._path(first)) or (first,)), tail)
        return ()

    def _known_start(self, word: str, *, linked: bool) -> tuple[str, ...]:
        """Split after a known start: the linking s is proof enough, without it the start must be longer."""
        for end in range(len(word) - _SHORTEST_UNKNOWN, _SHORTEST_HEAD - 1, -1):
            known = self._starts.get(word[:end])
            link = "s" if linked else "n" if word.startswith("n", end) else ""
            tail = word[end + len(link) :]
            if known is None or (linked and not word.startswith("s", end)) or (not linked and end <= _SHORTEST_HEAD):
                continue
            if len(tail) >= _SHORTEST_UNKNOWN and _VOWEL.search(tail) and not _ENDING.match(tail):
                return (known, *((len(tail) > 8 and self._path(tail)) or (tail,)))
        return ()

    @staticmethod
    def _prefixed(first: str) -> bool:
        """Whether an unknown start ends in a prefix of its neighbour: „…besteuerung“ is no „…be“ + „Steuerung“."""
        return any(first == prefix or (first.endswith(prefix) and len(first) - len(prefix) < 3) for prefix in _PREFIXES)
