"""The Leistungsschlüssel: 14 digits that say what a service is about and what the administration does.

Structure: Instanz (2), Leistungsgruppe (3), Leistungskennung (3), Verrichtungskennung (3), Verrichtungsdetail (3), as
in the Leistungskatalog of FIM. The words for groups and Verrichtungen were read off the names in that catalogue
(October 2019); they explain a key and are no official code list.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LENGTH: Final = 14
USUAL_INSTANCE: Final = "99"
_SEPARATORS: Final = re.compile(r"[\s.\u00a0\u202f\u2009-]+")
_EXPONENT: Final = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_PARTS: Final = (
    ("Instanz", 0, 2),
    ("Leistungsgruppe", 2, 5),
    ("Leistungskennung", 5, 8),
    ("Verrichtungskennung", 8, 11),
    ("Verrichtungsdetail", 11, 14),
)


class BadKey(ValueError):
    """What was given is no Leistungsschlüssel; the text is a German sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part of a key: its name, its digits and what they mean, as far as that is known."""

    name: str
    digits: str
    meaning: str


def normalise(text: str) -> str:
    """Return the 14 digits in `text`, without spaces, dots and hyphens; empty for nothing. Raises `BadKey`."""
    if _EXPONENT.fullmatch(text.strip()):
        raise BadKey(
            f"„{text.strip()}“ ist ein von einem Tabellenprogramm gekürzter Leistungsschlüssel. Bitte formatieren Sie "
            "die Spalte dort als Text und speichern Sie neu."
        )
    plain = _SEPARATORS.sub("", text)
    if not plain:
        return ""
    foreign = next((char for char in plain if not (char.isascii() and char.isdigit())), "")
    if foreign:
        raise BadKey(
            f"Ein Leistungsschlüssel besteht nur aus Ziffern; hier steht „{foreign}“. Bitte geben Sie 14 Ziffern ein, "
            "zum Beispiel 99 050 012 104 000."
        )
    if len(plain) != LENGTH:
        raise BadKey(
            f"Ein Leistungsschlüssel hat 14 Ziffern; hier sind es {len(plain)}. Bitte vergleichen Sie mit dem "
            "Katalog, zum Beispiel 99 050 012 104 000."
        )
    return plain


def spaced(key: str) -> str:
    """Return a normalised key as people read it: `99 050 012 104 000`."""
    return " ".join(key[start:end] for _name, start, end in _PARTS)


def level(key: str) -> str:
    """Return how far a key goes: `LO` object only, `LOV` with Verrichtung, `LOVD` with detail (FIM: leistungstyp)."""
    if key[8:] == "000000":
        return "LO"
    return "LOV" if key[11:] == "000" else "LOVD"


def object_key(key: str) -> str:
    """Return the key of the Leistungsobjekt that `key` is about."""
    return f"{key[:8]}000000"


def prefix_warning(key: str) -> str:
    """Return a sentence if the key does not begin as nearly all do; empty without one."""
    if not key or key.startswith(USUAL_INSTANCE):
        return ""
    return (
        f"Der Leistungsschlüssel beginnt mit {key[:2]} statt mit 99. Das kommt bei eigenen Schlüsseln eines Landes "
        "vor; bitte prüfen Sie ihn."
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    data = tomllib.loads((files("hub.catalogue") / "keys.toml").read_text("utf-8"))
    return {"groups": data["groups"], "actions": data["actions"]}


def explain(key: str, object_name: str = "") -> list[KeyPart]:
    """Return the parts of a normalised key with their meaning; `object_name` is what the catalogue calls its object."""
    words = _words()
    meanings = {
        "Instanz": "bundesweiter Leistungskatalog" if key.startswith(USUAL_INSTANCE) else "anderer Herausgeber",
        "Leistungsgruppe": words["groups"].get(key[2:5], ""),
        "Leistungskennung": object_name,
        "Verrichtungskennung": "keine: nur das Leistungsobjekt"
        if key[8:11] == "000"
        else words["actions"].get(key[8:11], ""),
        "Verrichtungsdetail": "kein Detail" if key[11:] == "000" else "ein besonderer Fall der Verrichtung",
    }
    return [KeyPart(name, key[start:end], meanings[name]) for name, start, end in _PARTS]
