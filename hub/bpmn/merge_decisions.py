"""How people decide conflicts, and what is wrong with a decision that cannot be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Decision = str | Mapping[str, str]
"""`ours`, `theirs`, `both`, or `{"value": …}` for a value of one's own."""

_SENTENCES: Final = {
    "unknown": (
        "Zu der Entscheidung „{id}“ gibt es in dieser Zusammenführung keinen Konflikt und keine Änderung."
        " Bitte laden Sie die Seite neu und entscheiden Sie die aktuellen Konflikte.",
        "There is no conflict or change “{id}” in this merge. Please reload and decide the current conflicts.",
    ),
    "choice": (
        "Die Entscheidung „{choice}“ ist beim Konflikt „{id}“ nicht möglich. Bitte wählen Sie eine der angebotenen"
        " Möglichkeiten.",
        "The decision “{choice}” is not possible for “{id}”. Please choose one of those offered.",
    ),
}


class Undecidable(ValueError):
    """A decision that names no conflict (`code` "unknown") or a choice it does not offer ("choice")."""

    def __init__(self, code: str, id_: str, choice: str) -> None:
        super().__init__(code, id_, choice)
        self.code = code
        self.id = id_
        self.choice = choice

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong and what to do, in German or English."""
        return _SENTENCES[self.code][0 if lang == "de" else 1].format(id=self.id, choice=self.choice)

    def __str__(self) -> str:
        return self.sentence("en")
