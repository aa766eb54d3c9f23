"""From „Gewerbestelle“ and „Zuständigkeit prüfen“ to „Die Gewerbestelle prüft die Zuständigkeit“, where safe."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hub.bpmn.naming_german import gender, takes_accusative, third_person, with_article

_OBJECT_VERB: Final = re.compile(r"([A-ZÄÖÜ][a-zäöüß]{3,})\s+((?:bekannt |bereit |fest |frei )?[a-zäöüß]+)")
_ACTOR: Final = re.compile(r"[A-ZÄÖÜ][\wäöüßÄÖÜ]+(?: (?:(?:für|der|des|und) )?[A-ZÄÖÜ][\wäöüßÄÖÜ-]+){0,3}")

_NAMED: Final = frozenset(
    {"Stadt", "Gemeinde", "Amt", "Fachamt", "Fachdienst", "Fachbereich", "Abteilung", "Referat", "Dezernat", "Kreis"}
)
"""What carries its field or place right behind it: „Fachdienst Soziales“, „Stadt Marburg“."""


@lru_cache(maxsize=4096)
def active_sentence(actor: str, name: str) -> str | None:
    """Return a German main clause without its full stop, None unless every word of it is known.

    Known must be: the gender of whoever acts, that of the one-word object, and the verb.
    """
    match = _OBJECT_VERB.fullmatch(name)
    if match is None or _ACTOR.fullmatch(actor) is None:
        return None
    infinitive = match[2].replace(" ", "")
    subject, thing, verb = _subject(actor), with_article(match[1], accusative=True), third_person(infinitive)
    if subject is None or thing is None or verb is None or not takes_accusative(infinitive):
        return None
    finite, prefix = verb
    if gender(actor.partition(" ")[0]) == "plural":
        finite = infinitive.removeprefix(prefix)
    return " ".join(filter(None, (subject[0].upper() + subject[1:], finite, thing, prefix)))


def _subject(actor: str) -> str | None:
    first, _, rest = actor.partition(" ")
    if (known := with_article(first)) is not None:
        if rest[:1].isupper() and first not in _NAMED:
            return None
        return f"{known} {rest}".rstrip()
    if first.endswith("e") and gender(rest.split(" ", 1)[0]) == "feminine":
        # An adjective before a feminine noun: „Antragstellende Person“, „Untere Wasserbehörde“.
        return f"die {first.lower() if first.endswith('ende') else first} {rest}"
    return None
