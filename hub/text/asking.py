"""How people ask: a question is brought into the shape of a search before its words are looked at.

„Wo melde ich meinen Hund an?“ has its verb in two pieces, „Gewerbean- und -abmeldung“ leaves out what two words share,
and „Welche Unterlagen brauche ich für …“ is a frame around what is meant.
"""

from __future__ import annotations

import re

from hub.text.analyse import Analyser

_PARTICLES = "an ab um aus auf ein vor zurück weg mit los nach zu bei weiter her hin zusammen"
PARTICLES = frozenset(_PARTICLES.split())
"""Verbs leave these at the end of a main clause."""
_PIECES = "|".join(sorted(PARTICLES, key=len, reverse=True))
_LAST = re.compile(rf"\s(?P<particle>{_PIECES})\s*(?P<end>[?!.]?\s*$|[?!.,]\s)", re.IGNORECASE)
_VERB = re.compile(r"(?<![\w:\"*-])[^\W\d_]{3,}(?![\w:\"*-])")
_JOIN = r"\s*(?:,|/|und|oder|bzw\.?|sowie)\s*"
_BOTH_ENDS = re.compile(rf"\b(\w+?)({_PIECES})-{_JOIN}-({_PIECES})(\w{{4,}})", re.IGNORECASE)
_SHARED_END = re.compile(rf"(?<![\w-])((?:(?:{_PIECES})-{_JOIN})+)({_PIECES})(\w{{4,}})", re.IGNORECASE)
_PAPERS = "unterlagen|dokumente|papiere|nachweise|formulare|formular|voraussetzungen"
_FRAME = re.compile(
    rf"^\s*(?:(?:welche[sn]?|was für)\s+(?:{_PAPERS})\s+(?:brauch|benötig|muss|müssen|werden|sind|gelten|soll)\w*"
    r"|wie\s+(?:lange|viel|hoch|oft|weit|alt)\b(?:\s+(?:habe|hat|darf|muss|ist|sind|dauert|kann)\b)?(?:\s+(?:ich|man|wir)\s+zeit\b)?"
    r"|(?:guten tag|hallo|moin)\b)[,:]?\s+(?=\S)",
    re.IGNORECASE,
)


def asked(text: str, analyser: Analyser) -> str:
    """Return the text outside quotation marks as a search would be typed; what is none of these stays as it is."""
    text = _FRAME.sub("", text)
    text = _BOTH_ENDS.sub(r"(\1\2\4 OR \1\3\4)", text)
    text = _SHARED_END.sub(_completed, text)
    return _joined(text, analyser)


def _completed(match: re.Match[str]) -> str:
    """Complete „An-, Um- und Abmeldung“: any of the three is meant."""
    first = re.findall(_PIECES, match[1], re.IGNORECASE)
    return "(" + " OR ".join(f"{one}{match[3]}" for one in (*first, match[2])) + ")"


def _joined(text: str, analyser: Analyser) -> str:
    """Put a verb together with its particle: „melde … an“ becomes „anmelde“, if that is a word."""
    match = _LAST.search(text)
    if match is None:
        return text
    particle = match["particle"].lower()
    for verb in _VERB.finditer(text, 0, match.start() + 1):
        word = verb[0]
        # A noun is no half of a verb; where nothing is capitalised, one cannot tell.
        if (word[0].isupper() and verb.start()) or word.lower() in analyser.lexicon.stop:
            continue
        for whole in _infinitives(particle, word.lower()):
            known = analyser.word(whole)
            if known is not None and len(known.roots) == 1 and analyser.knows(known.roots):
                return f"{text[: verb.start()]}{whole}{text[verb.end() : match.start()]}{match['end']}"
    return text


def _infinitives(particle: str, verb: str) -> list[str]:
    """Return what „ziehe … um“ and „hol … ab“ may be forms of."""
    stem = re.sub(r"(?:en|st|et|e|t|n)$", "", verb)
    return [f"{particle}{stem}en"] if len(stem) > 2 else []


_AT = frozenset({"im", "am", "in"})
_AT_WITH_DATIVE = frozenset({"auf", "an", "vor", "hinter", "neben"})
"""These say where something is only with a dative („auf der Straße“), else where to or what for („Antrag auf …“)."""
_DATIVE = re.compile(r"(?:d|(?:k|m|d|s)?ein|unser|euer|ihr|dies|jed)(?:em|er|en)", re.IGNORECASE)


class Whereabouts:
    """Listens to the words of a query in their order and tells which ones only say where something is."""

    def __init__(self) -> None:
        self._likely = False
        self._certain = False
        self._described = False

    def heard(self, word: str, *, said: bool) -> bool:
        """Hear the next word; return whether it names a mere place. `said`: it is no stop word."""
        plain = word.lower()
        if plain in _AT or plain in _AT_WITH_DATIVE:
            self._likely, self._certain = True, plain in _AT
            return False
        if not said:
            self._certain = self._certain or (self._likely and _DATIVE.fullmatch(plain) is not None)
            return False
        found = self._certain or (self._described and word[:1].isupper())
        # „auf öffentlichem Grund“: an adjective before its noun; whoever writes the one small writes the other big.
        self._described = found and word[:1].islower() and plain.endswith(("em", "en"))
        self._likely = self._certain = False
        return found
