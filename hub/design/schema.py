"""The schema of a service design as data: steps, fields, sections and stations, from `data/schema.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any


class FieldKind(StrEnum):
    """What sort of value a field holds."""

    TEXT = "text"
    CHOICE = "choice"
    LIST = "list"
    NUMBER = "number"
    MONEY = "money"
    PROCESS = "process"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guided form."""

    key: str
    title: str
    lead: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a field or section shares: where it is asked, how much it counts, and what helps to answer."""

    name: str
    """The field's name or the section's heading."""
    step: str
    weight: int
    """3 needed for a release, 2 important, 1 good to have, 0 where it fits."""
    help: str
    example: str
    why: str
    ask: str
    """What the form asks, where the name alone would not say it."""

    @property
    def label(self) -> str:
        """What stands above the input."""
        return self.ask or self.name


@dataclass(frozen=True, slots=True)
class Field(Question):
    """One line `Name: Wert` of a design."""

    kind: FieldKind
    unit: str = ""
    choices: tuple[str, ...] = ()
    """For a choice all values, for a list the usual ones."""


@dataclass(frozen=True, slots=True)
class Part(Question):
    """One usual section of a design; with `items` it is a checklist."""

    key: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """A station on the way from application to decision, and what tells how it is passed."""

    key: str
    name: str
    field: str
    section: str
    services: tuple[str, ...]
    """How names of basic services used here begin, in small letters."""
    rules: tuple[str, ...]
    """Media breaks that belong here."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole schema, in the order of form and file."""

    steps: tuple[Step, ...]
    fields: Mapping[str, Field]
    sections: Mapping[str, Part]
    stations: tuple[Station, ...]

    def words(self) -> list[str]:
        """Return every text of the form that people read, in German, each once; examples are content and stay out."""
        found = [text for step in self.steps for text in (step.title, step.lead)]
        for row in (*self.fields.values(), *self.sections.values()):
            found += [row.name, row.label, row.help, row.why]
        found += [row.unit for row in self.fields.values() if row.unit]
        return list(dict.fromkeys(found))

    def of_step(self, key: str) -> tuple[list[Field], list[Part]]:
        """Return the fields and sections of one step."""
        return (
            [field for field in self.fields.values() if field.step == key],
            [part for part in self.sections.values() if part.step == key],
        )


@lru_cache(maxsize=1)
def schema() -> Schema:
    """Return the schema the hub comes with."""
    data = tomllib.loads((resources.files("hub.design") / "data" / "schema.toml").read_text("utf-8"))
    return Schema(
        tuple(Step(**row) for row in data["steps"]),
        {row["name"]: _field(row) for row in data["fields"]},
        {row["key"]: _part(row) for row in data["sections"]},
        tuple(
            Station(**{**row, **{name: tuple(row[name]) for name in ("services", "rules")}}) for row in data["stations"]
        ),
    )


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("step", "weight", "help", "example", "why")} | {"ask": row.get("ask", "")}


def _field(row: Mapping[str, Any]) -> Field:
    kind = FieldKind(row["kind"])
    return Field(
        row["name"], **_question(row), kind=kind, unit=row.get("unit", ""), choices=tuple(row.get("choices", ()))
    )


def _part(row: Mapping[str, Any]) -> Part:
    return Part(row["heading"], **_question(row), key=row["key"], items=tuple(row.get("items", ())))
