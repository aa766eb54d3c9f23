"""What kind of phrase a name is: object and verb, a noun, a state, a sentence, a question.

Rules of the Federal Information Management (FIM) as read from released models: an activity is an
object with a verb in the infinitive, an event a state, a splitting gateway a question. The judgement
errs towards silence: a name that fits no pattern for certain is `Form.UNKNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from hub.bpmn.naming_german import (
    CLAUSE_OPENERS,
    DEFAULT_NAMES,
    FINITE,
    NOUNS,
    has_infinitive_ending,
    is_known_verb,
    is_nominal,
    is_participle,
    is_separable_prefix,
)


class Form(StrEnum):
    """The grammatical shape of a name."""

    OBJECT_VERB = "object-verb"
    VERB_ONLY = "verb-only"
    NOMINAL = "nominal"
    """A noun that stands for an action, without a verb: „Prüfung des Antrags“."""
    STATE = "state"
    SENTENCE = "sentence"
    QUESTION = "question"
    NOUN = "noun"
    UNKNOWN = "unknown"


_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_HYPHENATED: Final = re.compile(r"(?<=[a-zäöüß])-\s+(?!(?:und|oder|bzw)\b)(?=[a-zäöüß])")
_NUMBERING: Final = re.compile(r"^\s*(?:\(?\d+(?:\.\d+)*[.)]?|[A-Za-z][.)])\s+(?=\S)")
_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_WORD: Final = re.compile(r"[A-Za-zÄÖÜäöüßéè]+(?:[-/][A-Za-zÄÖÜäöüß]+)*\.?")
_TRAILING_NUMBER: Final = re.compile(r"[\s_-]*\d*$")
_GENITIVE: Final = frozenset({"der", "des", "von", "vom"})
_DURATION: Final = re.compile(
    r"\d|\b(?:tag|woche|monat|jahr|stunde|minute|sekunde|frist|uhr|day|week|month|year|hour|minute)", re.IGNORECASE
)
_STATE_WORDS: Final = re.compile(
    r"\b(?:da|fertig|erforderlich|nötig|notwendig|möglich|bereit|fällig|offen|vorhanden|vollständig|unvollständig|zulässig"
    r"|unzulässig|zuständig|unzuständig|verfügbar|erfolgreich|erfolglos|gültig|ungültig|bestandskräftig|rechtskräftig"
    r"|richtig|falsch|satt|leer|voll|frei|bekannt|unbekannt|ok|okay|\w+(?:bereit|fertig|pflichtig|bar|haft|fähig))\b",
    re.IGNORECASE,
)
_GERMAN: Final = re.compile(
    r"[äöüß]|\b(?:und|der|die|das|des|dem|den|ein|eine|einen|zu|zur|zum|von|vom|für|mit|nicht|ist|wird|liegt|ja|nein|bei|auf|an|im|über)\b"
    r"|(?:ung|keit|heit|schaft|ieren|bescheid|antrag|lagen|amt)\b|\b\w+(?:prüfen|stellen|leiten|fordern|geben|nehmen|senden|führen|teilen|setzen)\b",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(
    r"\b(?:the|of|to|and|for|is|are|with|from|by|not|yes|no|if|or|request|check|send|receive|received|get|create|update|review|approve"
    r"|order|customer|process|task|start|end|application|payment|invoice|notify|prepare|select|service|user|data)\b|(?:ing|ed)\b",
    re.IGNORECASE,
)


def tidy(name: str) -> str:
    """Return a name in one line, with words joined that were hyphenated to fit a shape."""
    return _HYPHENATED.sub("", one_line(name))


def one_line(text: str) -> str:
    """Return a text in one line; the no-break spaces of „§ 14 GewO“ stay."""
    return _SPACE.sub(" ", text).strip(" ")


def is_default_name(name: str) -> bool:
    """Return whether a tool gave this name („Exklusives Gateway-121“, "Task 3"), not a person."""
    return _TRAILING_NUMBER.sub("", " ".join(name.split())).lower() in DEFAULT_NAMES


def language(names: Iterable[str]) -> str:
    """Return `de` or `en` if the names together clearly are in that language, else an empty string."""
    german = english = 0
    for name in names:
        if is_default_name(name):
            continue
        if _GERMAN.search(name) or any(is_known_verb(word.lower()) for word in _WORD.findall(name)):
            german += 1
        elif _ENGLISH.search(name):
            english += 1
    if german and german >= 2 * english:
        return "de"
    return "en" if english and english >= 2 * german else ""


def is_duration(name: str) -> bool:
    """Return whether a name tells a time („14 Tage“, „Frist abgelaufen“)."""
    return bool(_DURATION.search(name))


@lru_cache(maxsize=8192)
def form(name: str) -> Form:
    """Return what kind of German phrase `name` is."""
    text = _NUMBERING.sub("", tidy(name)).strip()
    if text.endswith("?"):
        return Form.QUESTION
    text = _BRACKETS.sub(" ", text)
    prefix, colon, rest = text.partition(":")
    if colon and rest.strip() and len(prefix.split()) <= 3:
        text = rest
    words = _main_clause(text)
    if len(words) == 1 and len(_WORD.findall(text)) > 1 and is_known_verb(words[0].lower()):
        return Form.OBJECT_VERB  # The object is a clause: "Prüfen, ob die Gebühr bezahlt ist".
    if not words or any(word.endswith(".") and len(word) > 1 for word in words):
        return Form.UNKNOWN
    return _form_of(words)


def _main_clause(text: str) -> list[str]:
    words: list[str] = []
    for part in re.split(r"[,;–]|\s-\s", text):
        found = _WORD.findall(part)
        if words and found and found[0].lower() in CLAUSE_OPENERS:
            break
        words += found
    for at, word in enumerate(words):
        if at and word in CLAUSE_OPENERS:
            return words[:at]
    return words


def _form_of(words: list[str]) -> Form:
    small = [word.lower() for word in words]
    last, raw_last = small[-1], words[-1]
    if len(words) == 1:
        return _single(raw_last)
    if is_known_verb(small[0]) and small[1] in _GENITIVE and not (words[0][0].islower() and small[1] == "von"):
        return Form.NOMINAL
    if any(word in FINITE for word in small if word not in ("werden", "haben", "können", "sein")) or last == "werden":
        return Form.SENTENCE
    if raw_last[0].islower() and is_separable_prefix(last) and not _STATE_WORDS.fullmatch(last):
        return Form.SENTENCE
    if raw_last[0].islower() and is_participle(last):
        return Form.STATE
    if _has_infinitive(words, small):
        return Form.OBJECT_VERB
    if len(small[0]) > 6 and small[0].endswith("t") and small[0].startswith(("ver", "er", "ent", "zer")):
        return Form.SENTENCE  # "Verspürt Hunger"
    for word, low, after in zip(words, small, words[1:], strict=False):
        # An adjective belongs to the noun behind it: "Beauftragung der gewählten Stelle".
        if word[0].islower() and is_participle(low) and not (low.endswith("en") and after[0].isupper()):
            # In the middle a word in -t is a verb more often than a participle: "Koch informiert Angestellte".
            return Form.SENTENCE if low.endswith("t") and not low.startswith("ge") else Form.STATE
    if _STATE_WORDS.search(" ".join(words)):
        return Form.STATE
    if raw_last[0].isupper() and last.endswith("n") and raw_last not in NOUNS and not is_nominal(last):
        # It may be a verb with a capital letter that the lexicon lacks.
        return Form.UNKNOWN
    if any(is_nominal(word) for word in words if word[0].isupper()):
        return Form.NOMINAL
    if any(word[0].islower() and word.endswith("t") and len(word) > 3 for word in words[1:]):
        return Form.SENTENCE
    return Form.NOUN


def _single(word: str) -> Form:
    low = word.lower()
    if word[0].islower() and is_participle(low):
        return Form.STATE
    if is_known_verb(low) and word not in NOUNS:
        return Form.VERB_ONLY
    if word[0].islower() and has_infinitive_ending(low):
        return Form.VERB_ONLY
    if _STATE_WORDS.fullmatch(word):
        return Form.STATE
    if is_nominal(word):
        return Form.NOMINAL
    if low.endswith("n") or len(word) < 4 or word.isupper():
        return Form.UNKNOWN
    return Form.NOUN


def _has_infinitive(words: list[str], small: list[str]) -> bool:
    for at, (word, low) in enumerate(zip(words, small, strict=True)):
        if word[0].islower():
            if has_infinitive_ending(low) and not is_participle(low):
                # "neuen Antrag": an adjective before a noun, unless the word is known as a verb.
                adjective = at + 1 < len(words) and words[at + 1][0].isupper() and not is_known_verb(low)
                if not adjective:
                    return True
        elif at in (0, len(words) - 1) and is_known_verb(low) and word not in NOUNS:
            return True
    return False


def ends_in_infinitive(name: str) -> bool:
    """Return whether a name surely is something to do: it ends in a known verb („Vorgang schließen“)."""
    words = _WORD.findall(_BRACKETS.sub(" ", tidy(name)))
    if len(words) < 2:
        return False
    last = words[-1]
    if words[-2].lower() == "zu":
        return False  # "zu versenden" tells a state, not an order.
    if not last[0].islower() or is_participle(last) or last in FINITE or not is_known_verb(last):
        return False
    # Infinitive and participle are the same word: "Antrag erhalten", "Frist vergessen".
    return not last.endswith(("halten", "lassen", "geben", "kommen", "fallen")) or not last.startswith(
        ("er", "ver", "be", "über", "ent", "unter")
    )
