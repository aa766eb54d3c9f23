"""The pieces a report is made of, neutral of how it is printed, and amounts and days in words for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the document: a paragraph, a heading, a table, a picture or blocks of Markdown."""

    kind: str
    """p, h3, table, picture, blocks"""
    text: str = ""
    rows: Sequence[Sequence[str]] = ()
    """Of a table, the first row is its head."""
    numeric: frozenset[int] = frozenset()
    """Columns of a table that hold amounts."""
    sums: int = 0
    """How many rows at the end of a table are sums."""
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Chapter:
    """A chapter with its parts."""

    heading: str
    parts: list[Part] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a paragraph."""
        if text:
            self.parts.append(Part("p", text))

    def head(self, text: str) -> None:
        """Add a heading below the chapter's own."""
        self.parts.append(Part("h3", text))

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = (), sums: int = 0
    ) -> None:
        """Add a table unless it is empty; its last `sums` rows add up the others."""
        listed = [list(row) for row in rows]
        if listed:
            self.parts.append(Part("table", rows=[list(head), *listed], numeric=frozenset(numeric), sums=sums))
        else:
            self.say("Keine Angaben.")


def amount(cents: int) -> str:
    """Return cents as Euro with a decimal comma."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros:,}".replace(",", ".") + f",{rest:02}"


def money(cents: int) -> str:
    """Return an amount for people."""
    return f"{amount(cents)}\u00a0€"


def minutes(hundredths: int) -> str:
    """Return hundredths of a minute as minutes with a decimal comma, as short as they are."""
    return amount(hundredths).removesuffix(",00")


def whole(number: int) -> str:
    """Return a number for people."""
    return f"{number:,}".replace(",", ".")


def day(text: str | None) -> str:
    """Return a day for people from its ISO form."""
    return f"{text[8:10]}.{text[5:7]}.{text[:4]}" if text else "–"
