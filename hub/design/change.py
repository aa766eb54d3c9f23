"""One difference between two service designs, as data and as a sentence."""

from dataclasses import dataclass
from typing import Any, Final

from hub.design.words import Span, word_diff

WEIGHT: Final = {"title": 60, "field": 70, "section": 90, "heading": 40, "intro": 50, "block": 50, "order": 10}
"""How much a change of each part matters, 0 to 100."""

_UNITS: Final = {
    "paragraph": ("ein Absatz", "a paragraph"),
    "heading": ("eine Zwischenüberschrift", "a sub-heading"),
    "quote": ("ein Absatz der Vorlage", "a paragraph of the quotation"),
    "item": ("ein Listenpunkt", "a list item"),
    "head": ("ein Tabellenkopf", "the head of a table"),
    "row": ("eine Tabellenzeile", "a table row"),
    "table": ("eine Tabelle", "a table"),
    "code": ("ein Codeblock", "a code block"),
    "several": ("mehrere Teile", "several pieces"),
}
_SHORT: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `key` is the field's name or the section's key."""

    kind: str
    """added, removed, changed, renamed or moved"""
    part: str
    """title, field, intro, section, heading, block (a piece of a section or the introduction) or order"""
    key: str
    heading: str
    before: str
    after: str
    aspect: str = ""
    """Of a block: paragraph, heading, quote, item, head, row, table, code or several."""

    @property
    def weight(self) -> int:
        """How much it matters, 0 to 100."""
        return WEIGHT[self.part]

    @property
    def element_id(self) -> str:
        """The section it is in; empty for title, fields and introduction."""
        return self.key if self.part in ("section", "heading", "block") else ""

    @property
    def old_id(self) -> str | None:
        """The section it is in, None where there is none or it is new."""
        return None if self.part == "section" and self.kind == "added" else self.element_id or None

    @property
    def new_id(self) -> str | None:
        """The section it is in, None where there is none or it is gone."""
        return None if self.part == "section" and self.kind == "removed" else self.element_id or None

    def words(self) -> list[Span]:
        """Return `before` becoming `after` word by word."""
        return word_diff(self.before, self.after)

    def sentence(self, lang: str = "de") -> str:
        """Return the change as one sentence, in German or English."""
        german = lang == "de"
        if self.part == "order":
            return "Die Reihenfolge der Abschnitte wurde geändert." if german else "The order of sections was changed."
        if self.part == "heading":
            return (
                f"Der Abschnitt „{self.before}“ heißt jetzt „{self.after}“."
                if german
                else f"The section “{self.before}” is now called “{self.after}”."
            )
        if self.part == "block":
            return self._block(german)
        what = {
            "title": "Der Titel" if german else "The title",
            "intro": "Die Einleitung" if german else "The introduction",
            "field": f"Das Feld „{self.heading}“" if german else f"The field “{self.heading}”",
            "section": f"Der Abschnitt „{self.heading}“" if german else f"The section “{self.heading}”",
        }[self.part]
        short = self.part in ("title", "field") and len(self.before) + len(self.after) < _SHORT
        if self.kind == "added":
            tail = f": {self.after}" if short else ""
            return f"{what} ist neu{tail}." if german else f"{what} is new{tail}."
        if self.kind == "removed":
            return f"{what} ist entfallen." if german else f"{what} was removed."
        if short:
            return (
                f"{what} lautet jetzt „{self.after}“ (vorher „{self.before}“)."
                if german
                else f"{what} now reads “{self.after}” (before: “{self.before}”)."
            )
        return f"{what} wurde geändert." if german else f"{what} was changed."

    def _block(self, german: bool) -> str:
        where = (f"Im Abschnitt „{self.heading}“" if german else f"In “{self.heading}”") if self.key else ""
        where = where or ("In der Einleitung" if german else "In the introduction")
        unit = _UNITS[self.aspect][0 if german else 1]
        many = self.aspect == "several"
        verb = {
            "added": (f"{'kamen' if many else 'kam'} {unit} hinzu", f"{unit} came in"),
            "removed": (f"{'entfielen' if many else 'entfiel'} {unit}", f"{unit} went out"),
            "changed": (f"{'wurden' if many else 'wurde'} {unit} geändert", f"{unit} changed"),
        }[self.kind][0 if german else 1]
        return f"{where} {verb}." if german else f"{where}, {verb}."

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the change as plain data for JSON."""
        return {
            "kind": self.kind,
            "old_id": self.old_id,
            "new_id": self.new_id,
            "type": self.part,
            "name": self.heading,
            "property": self.aspect or (self.key if self.part == "field" else ""),
            "before": self.before,
            "after": self.after,
            "weight": self.weight,
            "confidence": 1.0,
            "sentence": self.sentence(lang),
        }
