"""From „Gewerbestelle“ and „Zuständigkeit prüfen“ to „Die Gewerbestelle prüft die Zuständigkeit“, where safe."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hub.bpmn.naming_german import gender, takes_accusative, third_person, with_article

_OBJECT_VERB: Final = re.compile(
    r"(?P<object>[A-ZÄÖÜ][\wÄÖÜäöüß]*(?:-[A-ZÄÖÜ][\wäöüß]+)?)"
    # What stays as it is between object and verb: its article, if it needs one, is already there.
    r"(?P<middle>(?: (?:per|am|im|zum|zur|beim|vom) [A-ZÄÖÜ][\w-]+| (?:der|des) [A-ZÄÖÜ][\wäöüß]+"
    r"| auf Papier| vor Ort| telefonisch| schriftlich| mündlich| elektronisch| digital| persönlich| vorläufig"
    r"| erneut)?)"
    r" (?P<verb>(?:bekannt |bereit |fest |frei )?[a-zäöüß]+)"
)
_ACTOR: Final = re.compile(
    r"[A-ZÄÖÜ][\wäöüßÄÖÜ-]+(?: (?:(?:für|der|des|und) )?[A-ZÄÖÜ][\wäöüßÄÖÜ-]+){0,3}(?: \([^()]+\))?"
)
_SHORTENED: Final = re.compile(r"[A-ZÄÖÜ][\wäöüß]+- und ([A-ZÄÖÜ][\wäöüß]+)")
_NAMED: Final = frozenset(
    {"Stadt", "Gemeinde", "Amt", "Fachamt", "Fachdienst", "Fachbereich", "Abteilung", "Referat", "Dezernat", "Kreis"}
)
"""What carries its field or place right behind it: „Fachdienst Soziales“, „Stadt Marburg“."""


@lru_cache(maxsize=4096)
def active_sentence(actor: str, name: str) -> str | None:
    """Return a German main clause without its full stop, None unless every word of it is known.

    Known must be: the gender of whoever acts, that of the object, and the verb.
    """
    match = _OBJECT_VERB.fullmatch(name)
    if match is None or _ACTOR.fullmatch(actor) is None:
        return None
    infinitive = match["verb"].replace(" ", "")
    subject, thing, verb = _subject(actor), _object(match["object"]), third_person(infinitive)
    if subject is None or thing is None or verb is None or not takes_accusative(infinitive):
        return None
    finite, prefix = verb
    if _is_plural(actor):
        finite = infinitive.removeprefix(prefix)
    words = (subject[0].upper() + subject[1:], finite, thing + match["middle"], prefix)
    return " ".join(filter(None, words))


def _object(noun: str) -> str | None:
    """Return the object with its article; of „SEPA-Mandat“ the last part has the gender."""
    article = with_article(noun.rpartition("-")[2], accusative=True)
    return f"{article.split()[0]} {noun}" if article is not None else None


def _is_plural(actor: str) -> bool:
    return gender(actor.partition(" ")[0]) == "plural"


def _subject(actor: str) -> str | None:
    if (shortened := _SHORTENED.fullmatch(actor)) is not None:
        known = with_article(shortened[1])
        return f"{known.split()[0]} {actor}" if known is not None else None
    first, _, rest = actor.partition(" ")
    if rest.startswith("und "):
        return None  # Two who act together need another verb form.
    if (known := with_article(first)) is not None:
        if rest[:1].isupper() and first not in _NAMED:
            return None
        return f"{known} {rest}".rstrip()
    if first.endswith("e") and gender(rest.split(" ", 1)[0]) == "feminine":
        # An adjective before a feminine noun: „Antragstellende Person“, „Untere Wasserbehörde“.
        return f"die {first.lower() if first.endswith('ende') else first} {rest}"
    return None
