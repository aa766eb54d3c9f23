"""What a row of a catalogue says about a service, and how its single values are checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hub.catalogue import keys

TYPES: Final = (
    "1", "2", "2a", "2b", "3", "3a", "3b", "2/3", "2/3a", "2/3b", "4", "4a", "4b", "5", "6", "7", "8", "9", "10",
    "11", "12",
)  # fmt: skip
"""Leistungstypen: who regulates and who executes; the values of the FIM portal's code list."""

FIELDS: Final[Mapping[str, str]] = {
    "key": "Leistungsschlüssel",
    "name": "Leistung",
    "citizen_name": "Bürgernaher Name",
    "type": "Typ",
    "ozg_id": "OZG-ID",
    "ozg_name": "OZG-Leistung",
    "field": "Themenfeld",
    "situation": "Lage",
    "legal_bases": "Rechtsgrundlagen",
    "synonyms": "Synonyme",
}
"""Field of a service → its name on pages."""

LINE: Final = 300
TEXT: Final = 20_000
NO_KEY: Final = frozenset({"", "-", "–", "nicht im leika", "kein schlüssel", "keiner", "n/a", "ohne"})
"""What people write where a service has no key, in lower case."""


@dataclass(frozen=True, slots=True)
class Row:
    """One readable row: the line it begins in and its values by field; a field that has no column is missing."""

    line: int
    values: Mapping[str, str]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken over: where it is and a German sentence with the remedy."""

    line: int
    text: str


class _Refused(ValueError):
    pass


def _one_line(value: str) -> str:
    value = " ".join(value.split())
    if len(value) > LINE:
        raise _Refused(f"hat mehr als {LINE} Zeichen. Bitte kürzen Sie den Text.")
    return value


def _key(value: str) -> str:
    return "" if " ".join(value.lower().split()) in NO_KEY else keys.normalise(value)


def _type(value: str) -> str:
    found = [re.sub(r"\s+|^typ", "", one.strip().lower()) for one in value.split(",")]
    plain = ", ".join(dict.fromkeys(one for one in found if one))
    if any(one and one not in TYPES for one in found) or len(plain) > 10:
        raise _Refused(f"nennt den unbekannten Typ „{value.strip()[:40]}“. Möglich sind {', '.join(TYPES)}.")
    return plain


def _ozg_id(value: str) -> str:
    plain = re.sub(r"^ozg[\s-]*", "", value.strip().lower())
    if plain and not re.fullmatch(r"[0-9]{1,10}", plain):
        raise _Refused(f"enthält „{value.strip()[:40]}“. Eine OZG-ID besteht nur aus Ziffern, zum Beispiel 10294.")
    return plain


def _lines(value: str) -> str:
    if len(value) > TEXT:
        raise _Refused(f"hat mehr als {TEXT} Zeichen. Bitte kürzen Sie den Text.")
    rows = (" ".join(row.split()) for row in re.split(r"[\n|]+", value))
    return "\n".join(dict.fromkeys(row for row in rows if row))


def _synonyms(value: str) -> str:
    return _lines(value if "\n" in value or "|" in value else re.sub(r"[;,]", "\n", value))


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "key": _key,
    "type": _type,
    "ozg_id": _ozg_id,
    "legal_bases": _lines,
    "synonyms": _synonyms,
}


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of one row in their stored form; raises `ValueError` with a German sentence."""
    found: dict[str, str] = {}
    for field, value in values.items():
        try:
            found[field] = _CHECKS.get(field, _one_line)(value)
        except keys.BadKey:
            raise
        except _Refused as error:
            raise ValueError(f"Die Spalte „{FIELDS[field]}“ {error}") from error
    if not found.get("name"):
        raise ValueError("Der Name der Leistung fehlt. Bitte füllen Sie die Spalte „Leistung“ aus.")
    return found
