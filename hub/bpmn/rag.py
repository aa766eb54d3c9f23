"""Reference activity groups of FIM (Referenzaktivitätengruppen, RAG): the eight types, and which one a name suggests.

The types are those of the code list `urn:xoev-de:xprozess:codeliste:referenzaktivitaetengruppe`, version 2019-08-07;
the wording of 6 and 8 is common usage, that of the others is attested by released processes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hub.bpmn.element import Element

HUB: Final = "urn:ikz-prozesshub:bpmn:1"
"""Namespace of what the hub's own modeler writes into a file."""

RAG_TYPES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Information empfangen",
        2: "Information bereitstellen",
        3: "Sachverhalt formell prüfen",
        4: "Sachverhalt beurteilen/entscheiden ohne Spielraum",
        5: "Sachverhalt beurteilen/entscheiden mit Spielraum",
        6: "Daten zum Sachverhalt bearbeiten",
        7: "Beteiligung durchführen",
        8: "Spezielle/sonstige Fachaktivität",
    }
)
"""Code → label."""

_FORMAL: Final = (
    r"zuständig|vollständig|identität|handlungsfähig|beteiligungsfähig|formell|formal|frist|form\b|sprache|erfordernis|"
    r"antragsberechtig|unterschrift|echtheit|legitimation|befugnis\b"
)
_RULES: Final[tuple[tuple[int, re.Pattern[str]], ...]] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        # A discretion is named, or a decision is about whether and how.
        (5, r"ermessen|abwägen|^über .* entscheiden$|notwendigkeit .* prüfen|angemessenheit|zumutbarkeit|härtefall"),
        (5, r"entscheidung .*treffen$|\bgewichten$"),
        (3, rf"({_FORMAL}).*(prüfen|kontrollieren|feststellen|überprüfen|abgleichen)$"),
        (7, r"anhör|stellungnahme|beteiligung|mitwirkung|klären$|einvernehmen|abstimmen$|konsultieren$|erörtern$"),
        (
            7,
            r"(an|nach|ab|zurück|ein)fordern$|einholen$|verlangen$|beschaffen$|erfragen$|nachfragen$|rückfrage|befragen$",
        ),
        (7, r"beteiligen$|anhören$|beraten$"),
        (1, r"empfangen$|entgegennehmen$|entgegen nehmen$|annehmen$|erhalten$|(post|daten)eingang|abrufen$|abholen$"),
        (
            2,
            r"bekannt ?(geben|machen)$|weiter ?leiten$|hinweisen$|zurückweisen$|zustellen$|mitteilen$",
        ),
        (
            2,
            r"(ver|zu|über|ab)?senden$|übermitteln$|informieren$|benachrichtigen$|bereitstellen$|aushändigen$|übergeben$",
        ),
        (2, r"veröffentlichen$|ausgeben$|einleiten$|veranlassen$|anzeigen$|melden$|abgeben$|beauftragen$|anweisen$"),
        (
            6,
            r"erlassen$|ergänzen$|erstellen$|erfassen$|eintragen$|anlegen$|ändern$|aktualisieren$|löschen$|archivieren$",
        ),
        (6, r"speichern$|dokumentieren$|ausfertigen$|ausstellen$|austragen$|buchen$|registrieren$|protokollieren$"),
        (6, r"ablegen$|vermerken$|übernehmen$|berichtigen$|fertigen$|schreiben$|drucken$|aufnehmen$|zusammenstellen$"),
        (6, r"(ein|ab)(geben|tippen|scannen)$|hinterlegen$|vergeben$|freigeben$|abschließen$|siegeln$|beurkunden$"),
        (4, r"prüfen$|ermitteln$|festlegen$|auswählen$|errechnen$|berechnen$|festsetzen$|feststellen$|bestimmen$"),
        (4, r"beurteilen$|bewerten$|genehmigen$|ablehnen$|bewilligen$|entscheiden$|vergleichen$|einstufen$|zuordnen$"),
    )
)
"""First match wins; the order is from the particular to the general."""


def suggest_rag(name: str) -> int | None:
    """Return the type that an activity's German name suggests, None if it says nothing; only ever a suggestion.

    Read off object and verb, without context: how often that agrees with people is measured in docs/fim.md.
    """
    words = " ".join(name.casefold().split()).rstrip(" .!")
    return next((code for code, pattern in _RULES if pattern.search(words)), None)


def rag_of(element: Element) -> int | None:
    """Return the type that the file itself names for an activity (`hub:rag`), None without a known one."""
    for node in element.extensions:
        if node.name == "rag" and node.namespace == HUB:
            code = str(node.attributes.get("code", ""))
            if code in {str(known) for known in RAG_TYPES}:
                return int(code)
    return None
