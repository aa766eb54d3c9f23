"""Code lists of FIM, as far as their meaning is known; a code is only read together with its list and version.

Known are the values that a released file and its printed report show, and the status list in the version the FIM
portal uses. Everything else is kept and shown as a code, never guessed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hub.xprozess.model import Code

STATUS_LIST: Final = "urn:xoev-de:xprozess:codeliste:status"
STATUS_VERSION: Final = "2022-07-12"
STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1": "in Planung",
        "2": "in Bearbeitung",
        "3": "Entwurf",
        "4": "methodisch freigegeben",
        "5": "fachlich freigegeben (silber)",
        "6": "fachlich freigegeben (gold)",
        "7": "inaktiv",
        "8": "vorgesehen zum Löschen",
    }
)
"""Freigabestatus in version 2022-07-12 of its list; other versions give the same codes other meanings."""

_URN: Final = "urn:xoev-de:xprozess:codeliste:"
_LISTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "activity": (_URN + "referenzaktivitaetengruppe", "2019-08-07"),
        "basis": ("urn:xoev-de:mv:em:codeliste:xprozess:handlungsgrundlagenart", "2019-04-16"),
        "channel": (_URN + "uebermittlungsart", "2019-08-05"),
        "check": (_URN + "formellepruefung", "2019-08-05"),
        "decision": (_URN + "entscheidungsart", "2019-08-05"),
        "form": (_URN + "handlungsform", "2019-08-05"),
        "goal": (_URN + "operativesziel", "2019-08-05"),
        "level": (_URN + "detaillierungsstufe", "2022-03-15"),
        "message": (_URN + "nachricht", "1.0"),
        "method": (_URN + "modellierungsmethode", "2019-08-05"),
        "mime": (_URN + "mimetype", "2020-01-20"),
        "participation": (_URN + "beteiligungsform", "2019-08-05"),
        "procedure": (_URN + "verfahrensart", "2019-08-05"),
        "processing": (_URN + "bearbeitungsart", "2019-08-05"),
        "purpose": (_URN + "zwecksetzung", "2020-01-20"),
        "role": (_URN + "prozessrolle", "2019-08-05"),
        "status": (STATUS_LIST, STATUS_VERSION),
        "gemeindeschluessel": ("urn:xoev-de:bund:destatis:bevoelkerungsstatistik:schluessel:ags", ""),
    }
)
"""Short name → URI and version of the list the hub writes."""

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {"1": "Initiator", "2": "Hauptakteur", "3": "Mitwirkender", "4": "Ergebnisempfänger"}
)
"""Prozessrolle. 1 and 2 are attested by a released file; 3 and 4 are common usage."""
KINDS_OF_BASIS: Final[Mapping[str, str]] = MappingProxyType({"104": "Gesetz"})
CHANNELS: Final[Mapping[str, str]] = MappingProxyType({"99": "Keine Vorgabe"})
CHECKS: Final[Mapping[str, str]] = MappingProxyType(
    {"1": "sachliche Zuständigkeit", "2": "örtliche Zuständigkeit", "4": "Verfahren"}
)
DECISIONS: Final[Mapping[str, str]] = MappingProxyType({"2": "Entschließungsermessen"})
PARTICIPATIONS: Final[Mapping[str, str]] = MappingProxyType({"3": "Auskunft"})

_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "basis": KINDS_OF_BASIS,
        "channel": CHANNELS,
        "check": CHECKS,
        "decision": DECISIONS,
        "participation": PARTICIPATIONS,
        "role": ROLES,
        "status": STATUSES,
    }
)


def code(kind: str, value: str) -> Code:
    """Return `value` in the list the hub writes for `kind`, such as `role`; an empty value is no code."""
    return Code(value, *_LISTS[kind]) if value else Code()


def choices(kind: str) -> Mapping[str, str]:
    """Return the known values of a list with their words."""
    return _WORDS.get(kind, {})


def word(kind: str, value: Code) -> str:
    """Return the word for a code of the list `kind`, else the code with its list's version."""
    if not value:
        return ""
    if (value.list_uri, value.list_version) == _LISTS[kind] and value.code in choices(kind):
        return choices(kind)[value.code]
    return f"{value.code} / {value.list_version}" if value.list_version else value.code


def status_word(status: Code) -> str:
    """Return the status in words; „unbekannt (2 / 2020-03-19)“ for every pair that is not known."""
    if not status:
        return ""
    if (status.list_uri, status.list_version) == (STATUS_LIST, STATUS_VERSION) and status.code in STATUSES:
        return STATUSES[status.code]
    return f"unbekannt ({status.code} / {status.list_version or 'ohne Listenversion'})"
