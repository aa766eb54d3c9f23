"""Legal citations and service keys, in every spelling, as words an index can look up.

„§14 GewO“, „§ 14 Abs. 1 GewO“, „Paragraph 14 Gewerbeordnung“ and „GewO § 14“ all carry the token `p_gewo_14`;
the second one carries `p_gewo_14_1` besides. A key („99 050 012 104 000“) carries itself and its shorter forms
(group, Leistungskennung, Verrichtung) as described for the Leistungsschlüssel by FITKO.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hub.text.folding import expand, fold
from hub.text.lexicon import data

_NUMBER = r"\d{1,4}[a-z]?"
_BELOW = (
    r"(?:\s*,?\s*(?:Abs(?:\.|atz)?|S(?:\.|atz)|Nr\.?|Nummer|Ziff(?:\.|er)|Buchst(?:\.|abe)|lit\.|Halbs(?:\.|atz)|Hs\.|Alt\.)"
    r"\s*(?:\d{1,3}[a-z]?|[a-z])\b\)?)*"
)
_ITEM = rf"{_NUMBER}\b{_BELOW}"
_ITEMS = rf"{_ITEM}(?:\s*(?:,|;|und|u\.|oder|bis|-|–|i\.\s?V\.\s?m\.)\s*(?:§+\s*)?{_ITEM})*(?:\s*ff?\.?(?!\w))?"
_SIGN = r"(?:§{1,2}|\bparagra(?:ph|f)(?:en)?\b|\bpar(?:agr)?\b\.?|\bart(?:\.|ikel)\b)\s*"
_SHORT_LAW = r"(?-i:[A-ZÄÖÜ][A-Za-zäöüÄÖÜ]*[A-ZÄÖÜ](?:SchG|VwfG|[a-z]{0,3}))\b"
_SECTION = re.compile(rf"({_NUMBER})\b({_BELOW})", re.IGNORECASE)
_ABSATZ = re.compile(r"Abs(?:\.|atz)?\s*(\d{1,3}[a-z]?)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:bis|-|–)\s*(?:§+\s*)?$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_KEY = re.compile(r"(?<![\d.])99(?:[ .\u00a0/-]?\d{3}){1,4}(?![\d])|(?<!\d)99\d{3,12}(?!\d)")
_OZG = re.compile(
    r"\bOZG(?:[- ]?(?:ID|Nr\.?|Nummer|Kennung|Schl(?:ü|ue?)ssel|Leistung))?[ \u00a0:#=/-]{0,3}(\d{4,6})\b",
    re.IGNORECASE,
)
_KEY_STEPS = (5, 8, 11, 14)
_WITH_LETTERS = re.compile(r"(?=[^\d]*\d)(?=.*[a-z])[a-z0-9]{6,60}")
_FEW_DIGITS = re.compile(r"\d{4,6}")
_ORDINALS = "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt vierzehnt"
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv"
_BOOKS = {name: str(number) for names in (_ORDINALS, _ROMAN) for number, name in enumerate(names.split(), 1)}


@dataclass(frozen=True)
class Citation:
    """One cited place: `law` folded („gewo“, „sgb8“, empty if not named), `section` and `paragraph` (Absatz)."""

    law: str
    section: str
    paragraph: str = ""

    def tokens(self) -> tuple[str, ...]:
        """Return the index words of this citation, the law alone first, the most exact one last."""
        found = [f"p_{self.law}"] if self.law else []
        if self.section:
            if self.law:
                found.append(f"p_{self.law}_{self.section}")
            found.append(f"p__{self.section}")
            if self.law and self.paragraph:
                found.append(f"p_{self.law}_{self.section}_{self.paragraph}")
        return tuple(found)


@cache
def _laws() -> dict[str, str]:
    """Return every known name of a law, folded and without spaces, with its folded short name."""
    table: dict[str, list[str]] = tomllib.loads(data("laws.toml"))["laws"]
    names = {_name(short): _name(short) for short in table}
    for short, others in table.items():
        names |= {_name(other): _name(short) for other in others}
    return names


def _name(text: str) -> str:
    return re.sub(r"\W", "", fold(text))


_ARTICLE = r"(?:\s*(?:der|des|dem|vom)\b)?\s*"


@cache
def _after() -> re.Pattern[str]:
    """Match a known law that follows a section („BauO § 65 HBO“), or any in brackets after its long name."""
    books, known, law = _law_pattern()
    return re.compile(rf"{_ARTICLE}(?P<known>{books}|{known})|[^§()\n;.]{{2,80}}\((?P<short>{law})\)", re.IGNORECASE)


@cache
def _law_pattern() -> tuple[str, str, str]:
    """Return what names of laws look like: books of the Sozialgesetzbuch, known names, and either or any short name."""
    table: dict[str, list[str]] = tomllib.loads(data("laws.toml"))["laws"]
    names = sorted({*table, *(other for others in table.values() for other in others)}, key=len, reverse=True)
    variants = dict.fromkeys(form for name in names for form in (name, expand(name)) if name != "SGB")
    ordinals = "|".join(_ORDINALS.split())
    books = rf"SGB\s*(?:[IVX]{{1,5}}|\d{{1,2}})\b|(?:{ordinals})\w*\s+Buch\w*\s+(?:des\s+)?Sozialgesetzbuch(?:s|es)?"
    known = "|".join(re.escape(form).replace(r"\ ", r"\s+") + r"(?:s|es)?\b" for form in variants)
    return books, known, rf"(?:{books}|{known}|{_SHORT_LAW})"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], int]:
    """Return what finds sections („§ 14 GewO“, „14 GewO“), what finds a law right before them, and its greatest length.

    Names of laws are tried only beside a sign or a number: there are hundreds of them, and every word of a text might
    begin one.
    """
    books, known, law = _law_pattern()
    signed = rf"{_SIGN}(?P<items>{_ITEMS})(?:{_ARTICLE}(?P<law>{law}))?"
    unsigned = rf"(?P<item>\b{_ITEM})\s*(?P<after>\b(?:{books}|{known}))"
    return (
        re.compile(f"{signed}|{unsigned}", re.IGNORECASE),
        re.compile(rf"(?P<law>\b{law})\s*,?\s*\Z", re.IGNORECASE),
        max(map(len, known.split("|"))),
    )


def law(name: str) -> str | None:
    """Return the folded short name of the law called `name`, or None: `Gewerbeordnung` → `gewo`."""
    name = _name(name)
    return _laws().get(name) or _laws().get(name.removesuffix("s")) or _laws().get(name.removesuffix("es"))


def _law_token(text: str) -> str:
    if not text:
        return ""
    if known := law(text):
        return known
    book = re.match(r"sgb(\w+)$", _name(text))
    if book:
        return "sgb" + _BOOKS.get(book[1], book[1])
    if "sozialgesetzbuch" in _name(text):
        first = text.split(maxsplit=1)[0].lower()
        numbered = enumerate(_ORDINALS.split(), 1)
        return "sgb" + next((str(number) for number, name in numbered if first.startswith(name)), "")
    return _name(text)


def find(text: str) -> Iterator[tuple[tuple[int, int], list[Citation]]]:
    """Yield every place in `text` that cites a law: its span and what it cites, ranges spelled out."""
    if not _DIGIT.search(text):
        return
    end = 0
    sections, laws, longest = _patterns()
    for match in sections.finditer(text[:20_000]):
        doubtful = False
        if match["item"]:
            start, end = match.span()
            items, name = match["item"], match["after"]
        elif before := laws.search(text, max(end, match.start() - longest), match.start()):
            start, end = before.start(), match.end("items")
            items, name = match["items"], before["law"]
            doubtful = law(name) is None and not name.upper().startswith("SGB")
        else:
            start, end = match.span()
            items, name = match["items"], match["law"] or ""
        if (not name or doubtful) and (after := _after().match(text, end)) and (after["known"] or not name):
            name, end = after["known"] or after["short"], after.end() if after["known"] else end
        yield (start, end), list(_sections(items, _law_token(name)))


def _sections(items: str, name: str) -> Iterator[Citation]:
    last: int | None = None
    end = 0
    for match in _SECTION.finditer(items):
        section = match[1].lower()
        if last is not None and section.isdigit() and _RANGE.search(items[end : match.start()]):
            for between in range(last + 1, min(int(section), last + 60)):
                yield Citation(name, str(between))
        absatz = _ABSATZ.search(match[2] or "")
        yield Citation(name, section, absatz[1].lower() if absatz else "")
        last = int(section) if section.isdigit() else None
        end = match.end()
    if last is not None and (following := re.search(r"\bf(f?)\.?\s*$", items)):
        # „f.“ is one more section, „ff.“ is an open end; two more are certainly meant.
        for further in range(1, 3 if following[1] else 2):
            yield Citation(name, str(last + further))


def keys(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield every service key in `text` as its span and its digits, in order.

    A Leistungsschlüssel has 5 to 14 digits that begin with 99; the number of an OZG-Leistung is known by what it is
    called: „OZG 10294“, „OZG-ID: 10294“.
    """
    found = [(match.span(), match[1]) for match in _OZG.finditer(text)] if "ozg" in text.lower() else []
    if "99" in text:
        found += [(match.span(), re.sub(r"\D", "", match[0])) for match in _KEY.finditer(text)]
    yield from sorted(found)


def number(word: str) -> str:
    """Return the key that a single word of a query may be (an OZG-ID, the id of a FIM process), or nothing."""
    plain = re.sub(r"[^a-z0-9]", "", fold(word))
    return plain if _FEW_DIGITS.fullmatch(plain) or _WITH_LETTERS.fullmatch(plain) else ""


def key_tokens(key: str) -> tuple[str, ...]:
    """Return the index words of a key: itself and every shorter form that names a group or object."""
    key = key if key.isdigit() else re.sub(r"[^a-z0-9]", "", fold(key))
    if not key.startswith("99"):
        return (f"k_{key}",) if key else ()
    lengths = dict.fromkeys([step for step in _KEY_STEPS if step <= len(key)] + [len(key)])
    return tuple(f"k_{key[:length]}" for length in lengths)


def tokens(text: str) -> list[str]:
    """Return the index words of everything cited in `text`, laws and keys, without repetition."""
    found: dict[str, None] = {}
    if "§" in text or "Art" in text or "aragra" in text:
        for _, cited in find(text):
            for citation in cited:
                found |= dict.fromkeys(citation.tokens())
    for _, key in keys(text):
        found |= dict.fromkeys(key_tokens(key))
    return list(found)
