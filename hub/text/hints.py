"""What is said to somebody whose query could not be understood as typed."""

from dataclasses import dataclass

HINTS = {
    "too_long": "Die Suche war sehr lang. Berücksichtigt wurden die ersten {0} Zeichen.",
    "too_many_words": "Berücksichtigt wurden die ersten {0} Wörter.",
    "quotes": "Ein Anführungszeichen hat kein Gegenstück. Es wurde nicht beachtet.",
    "brackets": "Die Klammern gehen nicht auf. Sie wurden nicht beachtet.",
    "operator": "„{0}“ steht am Rand der Suche und verbindet nichts. Es wurde nicht beachtet.",
    "stop_words": "„{0}“ sagt für eine Suche zu wenig. Bitte ergänzen Sie ein Hauptwort, zum Beispiel „Hundesteuer“.",
    "no_words": "Darin steht kein Wort, nach dem gesucht werden kann. Bitte schreiben Sie zum Beispiel „Hundesteuer“.",
    "wildcard_start": "Ein * am Wortanfang ist nicht nötig: „steuer“ findet auch „Hundesteuer“.",
    "wildcard_middle": "Ein * gilt nur am Wortende. „{0}“ wurde in Wörter zerlegt.",
    "wildcard_short": "Vor einem * müssen mindestens zwei Buchstaben stehen. „{0}*“ wurde nicht beachtet.",
    "wildcard_many": "Höchstens {0} Wörter mit * sind möglich. Weitere wurden wie ganze Wörter gesucht.",
    "date": "„{0}“ ist kein Datum. Bitte schreiben Sie seit:2026-01 oder seit:15.01.2026.",
    "date_place": "seit: und bis: gelten immer für die ganze Suche.",
    "empty_field": "Nach „{0}:“ fehlt das Wort.",
    "law": "„{0}“ ist als Abkürzung eines Gesetzes nicht bekannt und wurde Buchstabe für Buchstabe gesucht. "
    'Bitte schreiben Sie zum Beispiel paragraph:GewO oder paragraph:"§ 14 GewO".',
    "field": "„{0}:“ gibt es in der Suche nicht und wurde als Wort gesucht. Es gibt titel:, schritt:, rolle:, "
    "leistung:, paragraph:, stadt:, stand:, art:, seit: und bis:.",
    "paragraph": '„{0}“ ist keine Fundstelle. Bitte schreiben Sie zum Beispiel paragraph:"§ 14 GewO".',
}
"""What is said about a query, in German; the sentence is the key of its translation."""


@dataclass(frozen=True)
class Hint:
    """A friendly remark about the query: a code of `HINTS` and what it is about."""

    code: str
    about: str = ""

    @property
    def phrase(self) -> str:
        """The German sentence with `{0}` where `about` goes."""
        return HINTS[self.code]

    @property
    def text(self) -> str:
        """The German sentence."""
        return self.phrase.format(self.about)
