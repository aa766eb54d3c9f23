"""A service design (Leistungsdesign) as one text: a title, fields and Markdown sections.

The form is readable in any editor and differs line by line:

    # Hundesteuer festsetzen

    Leistung: Hundesteuer Festsetzung
    Vertrauensniveau: substanziell

    ## Zielbild

    Text in Markdown …
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hub.design.fences import closed
from hub.design.schema import FieldKind, schema

SECTIONS: Mapping[str, str] = {key: part.name for key, part in schema().sections.items()}
"""The usual sections, key → heading; a design may have others."""

FIELDS = tuple(schema().fields)
"""The usual fields, in the order the form shows them."""

LISTS = frozenset(name for name, row in schema().fields.items() if row.kind == FieldKind.LIST)
"""Fields that are lists: what two people add to one does not contradict each other."""


def list_items(value: str) -> list[str]:
    """Return the items of a list field; a semicolon separates, without one a comma."""
    return [item.strip() for item in value.split(";" if ";" in value else ",") if item.strip()]


def write_list(items: Iterable[str], like: str) -> str:
    """Return items as a list field, separated as in `like`."""
    found = list(items)
    sign = ";" if ";" in like or any("," in item for item in found) else ","
    return f"{sign} ".join(found)


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_KEYS = {heading: key for key, heading in SECTIONS.items()}


def section_key(heading: str) -> str:
    """Return the stable key of a section: that of the usual heading, or a plain form of the words."""
    if heading in _KEYS:
        return _KEYS[heading]
    plain = heading.lower().translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "abschnitt"


@dataclass(frozen=True, slots=True)
class Section:
    """One Markdown section under its heading."""

    key: str
    heading: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Design:
    """A service design as read; `source` is the bytes it came from."""

    title: str
    fields: Mapping[str, str]
    sections: tuple[Section, ...]
    source: bytes = field(default=b"", repr=False)
    intro: str = ""
    """Text between the fields and the first section, if any."""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Field → its line, from 1."""

    def section(self, key: str) -> Section | None:
        """Return the section with that key, None without one."""
        return next((section for section in self.sections if section.key == key), None)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the meaning: white space at line ends and blank lines do not count."""
        parts = [self.title, *(f"{name}: {value}" for name, value in self.fields.items()), self.intro]
        parts += [f"{section.heading}\n{section.text}" for section in self.sections]
        plain = "\n".join(line.rstrip() for part in parts for line in part.splitlines() if line.strip())
        return hashlib.sha256(plain.encode()).hexdigest()


FIELD_LINE = re.compile(r"^([A-ZÄÖÜ][^:\n]{0,60}):[ \t]+(.*)$")
"""A line between title and first section that is read as a field."""


def one_line(text: str) -> str:
    """Return `text` on one line; spaces inside it, such as the no-break space of „§ 14“, stay."""
    return re.sub(r"[ \t]*[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+[ \t]*", " ", text).strip(" \t")


def write(title: str, fields: Mapping[str, str], sections: Iterable[Section], intro: str = "") -> bytes:
    """Return the canonical text of a design; empty fields and sections are left out.

    What would be read back as something else is kept apart: a fence left open is closed, and an introduction that
    begins like a field is indented by one space, which Markdown does not show.
    """
    lines = [f"# {one_line(title)}", ""]
    lines += [f"{name}: {one_line(value)}" for name, value in fields.items() if value.strip()]
    if intro.strip():
        text = trimmed(intro)
        lines += ["", closed(f" {text}" if FIELD_LINE.match(text) else text)]
    for section in sections:
        if section.text.strip():
            lines += ["", f"## {one_line(section.heading)}", "", closed(trimmed(section.text))]
    return ("\n".join(lines).rstrip() + "\n").encode()


def trimmed(text: str) -> str:
    """Return `text` without blank lines around it; an indented first line stays indented."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()
