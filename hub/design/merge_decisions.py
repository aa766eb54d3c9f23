"""How people decide about changes of a design, and what is wrong with a decision that cannot be carried out."""

from collections.abc import Mapping
from typing import Final

from hub.design.fences import fenced
from hub.design.model import one_line, trimmed

Decision = str | Mapping[str, str]
"""`ours`, `theirs`, `both`, or `{"value": …}` for a value of one's own."""

_SENTENCES: Final = {
    "unknown": (
        "Zu der Entscheidung „{id}“ gibt es in dieser Zusammenführung keinen Konflikt und keine Änderung."
        " Bitte laden Sie die Seite neu und entscheiden Sie die aktuellen Konflikte.",
        "There is no conflict or change “{id}” in this merge. Please reload and decide the current conflicts.",
    ),
    "choice": (
        "Die Entscheidung „{choice}“ ist bei „{id}“ nicht möglich. Bitte wählen Sie eine der angebotenen"
        " Möglichkeiten.",
        "The decision “{choice}” is not possible for “{id}”. Please choose one of those offered.",
    ),
    "value": (
        "Der eigene Text bei „{id}“ passt nicht: Titel und Überschriften brauchen Text und dürfen nicht doppelt"
        " vorkommen; in einem Abschnitt darf keine Zeile mit „## “ beginnen. Bitte ändern Sie ihn.",
        "Your own text for “{id}” does not fit: titles and headings need text and must be unique; inside a section"
        " no line may begin with “## ”. Please change it.",
    ),
}


class Undecidable(ValueError):
    """A decision that names nothing (`code` "unknown"), a choice not offered ("choice") or unfit text ("value")."""

    def __init__(self, code: str, id_: str, choice: str = "") -> None:
        super().__init__(code, id_, choice)
        self.code = code
        self.id = id_
        self.choice = choice

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong and what to do, in German or English."""
        return _SENTENCES[self.code][0 if lang == "de" else 1].format(id=self.id, choice=self.choice)

    def __str__(self) -> str:
        return self.sentence("en")


def own_value(id_: str, part: str, decision: Mapping[str, str]) -> str:
    """Return the text of a `{"value": …}` decision as it may stand in `part`; raises `Undecidable`."""
    value = decision.get("value")
    if set(decision) != {"value"} or not isinstance(value, str) or "\x00" in value:
        raise Undecidable("choice", id_, str(decision))
    if part in ("title", "field", "heading"):
        value = one_line(value)
        if part != "field" and not value:
            raise Undecidable("value", id_)
        return value
    value = trimmed(value.replace("\r\n", "\n").replace("\r", "\n"))
    if any(line.startswith("## ") and not code for line, code in fenced(value.split("\n"))):
        raise Undecidable("value", id_)
    return value
