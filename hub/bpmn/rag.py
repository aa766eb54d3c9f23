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
    r"zuständig|vollständig|identität|handlungsfähig|beteiligungsfähig|formell|formal|frist|form\b|"
    r"sprache|erfordernis|"
    r"antragsberechtig|unterschrift|echtheit|legitimation|befugnis\b|ausweis|vollmacht|gültigkeit|"
    r"zulässigkeit|plausibilität|"
    r"wohnsitz|volljährig|doppelte|dublette|rechtzeitig|statthaft"
)
_RULES: Final[tuple[tuple[int, re.Pattern[str]], ...]] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        # A discretion is named, or a decision is about whether and how.
        (5, r"ermessen|abwägen|^über .* entscheiden$|notwendigkeit .* prüfen|angemessenheit|zumutbarkeit|härtefall"),
        (5, r"(entscheidung|auswahl|abwägung) .*treffen$|\bgewichten$"),
        (3, rf"({_FORMAL}).*(prüfen|kontrollieren|feststellen|überprüfen|abgleichen|sichten|klären)$"),
        (7, r"anhör|stellungnahme|beteiligung|mitwirkung|klären$|einvernehmen|abstimmen$|konsultieren$|erörtern$"),
        (
            7,
            r"(an|nach|ab|zurück|ein)fordern$|einholen$|verlangen$|beschaffen$|erfragen$|"
            r"nachfragen$|rückfrage|befragen$",
        ),
        (7, r"beteiligen$|anhören$|beraten$"),
        (1, r"empfangen$|entgegennehmen$|entgegen nehmen$|annehmen$|erhalten$|(post|daten)eingang|abrufen$|abholen$"),
        (
            2,
            r"bekannt ?(geben|machen)$|weiter ?leiten$|hinweisen$|zurückweisen$|zustellen$|mitteilen$",
        ),
        (
            2,
            r"(ver|zu|über|ab)?senden$|übermitteln$|informieren$|benachrichtigen$|bereitstellen$|"
            r"aushändigen$|übergeben$",
        ),
        (2, r"veröffentlichen$|ausgeben$|einleiten$|veranlassen$|anzeigen$|melden$|abgeben$|beauftragen$|anweisen$"),
        (
            6,
            r"erlassen$|ergänzen$|erstellen$|erfassen$|eintragen$|anlegen$|ändern$|aktualisieren$|"
            r"löschen$|archivieren$",
        ),
        (6, r"speichern$|dokumentieren$|ausfertigen$|ausstellen$|austragen$|buchen$|registrieren$|protokollieren$"),
        (
            6,
            r"ablegen$|vermerken$|übernehmen$|berichtigen$|fertigen$|schreiben$|drucken$|aufnehmen$|"
            r"zusammenstellen$",
        ),
        (6, r"(ein|ab)(geben|tippen|scannen)$|hinterlegen$|vergeben$|freigeben$|abschließen$|siegeln$|beurkunden$"),
        (
            2,
            r"schicken$|bestätigen$|auskunft erteilen$|eröffnen$|aushängen$|auslegen$|hochladen$|"
            r"einstellen$|vorlegen$",
        ),
        (1, r"herunterladen$|einsehen$|auslesen$|eingehen$|einlesen$|importieren$|nachreichen$|öffnen$|sichten$"),
        (
            7,
            r"anmahnen$|rücksprache halten$|verhandeln$|anrufen$|einladen$|einbeziehen$|"
            r"vereinbaren$|in auftrag geben$|beiziehen$",
        ),
        (
            6,
            r"erteilen$|einpflegen$|pflegen$|verbuchen$|vorbereiten$|entwerfen$|formulieren$|"
            r"stornieren$|einrichten$|bearbeiten$",
        ),
        (
            6,
            r"abheften$|unterschreiben$|unterzeichnen$|signieren$|zeichnen$|nachtragen$|einziehen$|"
            r"auszahlen$|widerrufen$",
        ),
        (5, r"zulassen$|befreien$|absehen$|gewähren$|stunden$|erlassen von"),
        (
            8,
            r"(vernichten|entwerten|montieren|wiegen|verwahren|anbringen|besichtigen|begehen|messen|"
            r"fahren|abholen lassen|trauen|durchführen)$",
        ),
        (4, r"kontrollieren$|abgleichen$|kalkulieren$|einordnen$|priorisieren$|zuteilen$|zuweisen$|bemessen$"),
        (4, r"prüfen$|ermitteln$|festlegen$|auswählen$|errechnen$|berechnen$|festsetzen$|feststellen$|bestimmen$"),
        (
            4,
            r"beurteilen$|bewerten$|genehmigen$|ablehnen$|bewilligen$|entscheiden$|vergleichen$|"
            r"einstufen$|zuordnen$",
        ),
    )
)
"""First match wins; the order is from the particular to the general."""

_CHECK: Final = r"(prüfung|kontrolle|abgleich|feststellung|geprüft|kontrolliert|abgeglichen|festgestellt)"
_OTHER_FORMS: Final[tuple[tuple[int, re.Pattern[str]], ...]] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        (5, r"ermessen|abwägung|abgewogen$|^entscheidung über |härtefall|interessenausgleich|ausnahme zugelassen$"),
        (
            3,
            rf"({_FORMAL}).*{_CHECK}|{_CHECK}.*({_FORMAL})|vorprüfung|eingangsprüfung|(vollständig|"
            rf"zuständig|fristgerecht)\?$",
        ),
        (
            7,
            r"anhörung|stellungnahme|beteiligung|mitwirkung|rückfrage|(nach|an)forderung|einholung|"
            r"abstimmung|nachgefordert$",
        ),
        (
            7,
            r"(angehört|beteiligt|eingeholt|angefordert|abgestimmt|befragt|gebeten|eingeladen)$|"
            r"^(befragung|erörterung|einladung)",
        ),
        (
            1,
            r"eingang\b|^(empfang|entgegennahme|annahme|abruf|erhalt|sichtung)\b|(geht|gehen|trifft|"
            r"treffen) .*ein$|liegt vor$",
        ),
        (
            1,
            r"(eingegangen|empfangen|entgegengenommen|angenommen|erhalten|abgerufen|nachgereicht|"
            r"eingereicht|eingetroffen)$",
        ),
        (
            2,
            r"versand\b|^(mitteilung|übermittlung|weiterleitung|bekanntgabe|zustellung|auskunft|"
            r"information|benachrichtigung)\b",
        ),
        (
            2,
            r"^(bekanntmachung|ausgabe|aushändigung|übergabe|abgabe|bereitstellung|veröffentlichung|"
            r"meldung|hinweis|zusendung|bestätigung)\b",
        ),
        (
            2,
            r"(ver|über|zu|ab|ge)?(sandt|sendet|schickt)$|(informiert|mitgeteilt|übermittelt|"
            r"weitergeleitet|benachrichtigt)$",
        ),
        (
            2,
            r"(zugestellt|bekannt ?gegeben|bereitgestellt|ausgehändigt|übergeben|ausgegeben|"
            r"veröffentlicht|gemeldet|bestätigt)$",
        ),
        (
            4,
            r"prüfung\b|^(berechnung|ermittlung|festsetzung|bewertung|einstufung|kalkulation|"
            r"feststellung|zuordnung|beurteilung)\b",
        ),
        (
            4,
            r"(berechnung|festsetzung|ermittlung)$|(geprüft|berechnet|ermittelt|festgesetzt|"
            r"festgestellt|bewertet|genehmigt|bewilligt)$",
        ),
        (4, r"(abgelehnt|entschieden|zugeordnet|bestimmt)$|^(genehmigung|bewilligung|ablehnung|entscheidung)\b"),
        (
            6,
            r"^(erstellung|erfassung|eintragung|anlage|änderung|löschung|ausstellung|ausfertigung|"
            r"buchung|registrierung|pflege)\b",
        ),
        (
            6,
            r"^(dokumentation|archivierung|protokollierung|freigabe|siegelung|beurkundung|"
            r"speicherung|aktualisierung|erteilung)\b",
        ),
        (
            6,
            r"(erstell|erfass|angeleg|eingetragen|geänder|gelösch|ausgestell|gebuch|registrier|"
            r"dokumentier|archivier|erteil)t?$",
        ),
        (
            6,
            r"(gespeichert|aktualisiert|gefertigt|unterschrieben|unterzeichnet|freigegeben|abgelegt|"
            r"erlassen|abgeschlossen)$",
        ),
        (
            8,
            r"^(ortsbesichtigung|ortstermin|begehung|besichtigung|trauung|abnahme|vernichtung|"
            r"verwahrung|transport|vor-ort-kontrolle)\b",
        ),
    )
)
"""Nominal and passive forms, for names without an infinitive at their end."""


def suggest_rag(name: str) -> int | None:
    """Return the type that an activity's German name suggests, None if it says nothing; only ever a suggestion.

    Read off object and verb, without context: how often that agrees with people is measured in docs/fim.md.
    """
    words = " ".join(name.lower().split()).rstrip(" .!")
    return next((code for rules in (_RULES, _OTHER_FORMS) for code, pattern in rules if pattern.search(words)), None)


def rag_of(element: Element) -> int | None:
    """Return the type that the file itself names for an activity (`hub:rag`), None without a known one."""
    for node in element.extensions:
        if node.name == "rag" and node.namespace == HUB:
            code = str(node.attributes.get("code", ""))
            if code in {str(known) for known in RAG_TYPES}:
                return int(code)
    return None
