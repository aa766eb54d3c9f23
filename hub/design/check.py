"""Look a service design over: values that cannot be meant, each with its line and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.design.fences import fenced
from hub.design.model import Design
from hub.design.schema import Field, FieldKind, Schema, schema
from hub.design.values import checklist, money, number, reference

_SENTENCES: Final = {
    "number": (
        "{place}„{value}“ ist beim Feld „{name}“ keine Zahl. Bitte geben Sie eine Zahl{unit} an, zum Beispiel"
        " „{example}“.",
        "{place}“{value}” is no number for “{name}”. Please give a number{unit}, such as “{example}”.",
    ),
    "money": (
        "{place}„{value}“ ist beim Feld „{name}“ kein Betrag. Bitte geben Sie Euro an, zum Beispiel „{example}“.",
        "{place}“{value}” is no amount for “{name}”. Please give Euro, such as “{example}”.",
    ),
    "choice": (
        "{place}„{value}“ gibt es beim Feld „{name}“ nicht. Bitte wählen Sie: {choices}.",
        "{place}“{value}” is no choice for “{name}”. Please choose: {choices}.",
    ),
    "process": (
        "{place}„{value}“ ist beim Feld „{name}“ keine Adresse eines Prozesses. Bitte schreiben Sie"
        " stadt/eintrag/Version, zum Beispiel „{example}“.",
        "{place}“{value}” is no address of a process for “{name}”. Please write city/entry/version, such as"
        " “{example}”.",
    ),
    "key": (
        "{place}„{value}“ ist kein Leistungsschlüssel. Bitte geben Sie 14 Ziffern an, zum Beispiel „{example}“,"
        " oder lassen Sie das Feld weg.",
        "{place}“{value}” is no service key. Please give 14 digits, such as “{example}”, or leave the field out.",
    ),
    "unpinned": (
        "{place}Beim Feld „{name}“ fehlt die Version. Bitte hängen Sie sie an, zum Beispiel „{value}/1.00“, damit klar"
        " ist, welcher Stand gemeint ist.",
        "{place}“{name}” names no version. Please add it, such as “{value}/1.00”, so that it is clear which is meant.",
    ),
    "evidence": (
        "{place}„{value}“ ist abgehakt, aber ohne Nachweis. Bitte ergänzen Sie „– Nachweis: …“.",
        "{place}“{value}” is ticked without evidence. Please add “– Nachweis: …”.",
    ),
    "worse": (
        "{place}Die Bearbeitungszeit SOLL ist länger als die Bearbeitungszeit IST. Bitte prüfen Sie, ob die Zeiten"
        " vertauscht sind.",
        "{place}The time to be is longer than the time as is. Please check whether they are swapped.",
    ),
}
_HINTS: Final = frozenset({"unpinned", "evidence", "worse"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend; `rule` is stable, `line` counts from 1 and is 0 where there is none."""

    rule: str
    part: str
    """field or section"""
    key: str
    """The field's name or the section's key."""
    line: int
    value: str
    example: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def severity(self) -> str:
        """`error` for a value that means nothing, `hint` for one to look at again."""
        return "hint" if self.rule in _HINTS else "error"

    @property
    def element_id(self) -> str:
        """The section it is in; empty for fields."""
        return self.key if self.part == "section" else ""

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong, where, and what to do."""
        german = lang == "de"
        place = "" if not self.line else f"Zeile {self.line}: " if german else f"Line {self.line}: "
        unit = "" if not self.unit else f" in {self.unit}"
        return _SENTENCES[self.rule][0 if german else 1].format(
            place=place,
            value=self.value[:80],
            name=self.key,
            example=self.example,
            unit=unit,
            choices=", ".join(f"„{choice}“" for choice in self.choices),
        )

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the finding as plain data for JSON."""
        return {
            "rule": self.rule,
            "element_id": self.element_id,
            "severity": self.severity,
            "line": self.line,
            "sentence": self.sentence(lang),
        }


def check(design: Design) -> list[Finding]:
    """Return what does not make sense, in the order of the file. Fields the schema does not know are left alone."""
    known = schema()
    found = [row for name in design.fields if name in known.fields for row in _field(design, known.fields[name])]
    before, after = (number(design.fields.get(f"Bearbeitungszeit {word}", ""), "Minuten") for word in ("IST", "SOLL"))
    if before is not None and after is not None and after > before:
        name = "Bearbeitungszeit SOLL"
        found.append(Finding("worse", "field", name, design.lines.get(name, 0), design.fields[name]))
    return [*found, *_checklists(design, known)]


def _field(design: Design, row: Field) -> Iterator[Finding]:
    value = design.fields[row.name]
    line = design.lines.get(row.name, 0)
    if not value or "{{" in value:  # a slot: every city has a value of its own
        return
    wrong = {
        FieldKind.NUMBER: lambda: number(value, row.unit) is None,
        FieldKind.MONEY: lambda: money(value) is None,
        FieldKind.PROCESS: lambda: reference(value) is None,
        FieldKind.CHOICE: lambda: chosen(value, row.choices) is None,
        FieldKind.KEY: lambda: len(_digits(value)) != 14 or not _digits(value).isdecimal(),
    }.get(row.kind)
    if wrong is not None and wrong():
        yield Finding(row.kind.value, "field", row.name, line, value, row.example, row.choices, row.unit)
    elif row.kind == FieldKind.PROCESS and (named := reference(value)) and not named.number:
        yield Finding("unpinned", "field", row.name, line, value.rstrip("/"))


def _digits(value: str) -> str:
    return "".join(sign for sign in value if sign not in " .\u00a0")


def chosen(value: str, choices: tuple[str, ...]) -> str | None:
    """Return which of `choices` is meant, whatever its capitals and without a note in brackets; None if none is."""
    plain = value.partition("(")[0].strip().lower()
    return next((choice for choice in choices if choice.lower() == plain), None)


def _checklists(design: Design, known: Schema) -> Iterator[Finding]:
    for section in design.sections:
        part = known.sections.get(section.key)
        if part is None or not part.items:
            continue
        ticks = {tick.name: tick for tick in checklist(section.text, part.items)[0]}
        rows = list(fenced(section.text.split("\n")))
        for tick in ticks.values():
            if tick.state == "done" and not tick.evidence:
                at = next((at for at, (line, _) in enumerate(rows, 1) if tick.name in line), 0)
                line = section.line + 1 + at if section.line else 0
                yield Finding("evidence", "section", section.key, line, tick.name)
