"""What a stranger's file must be before it is read: small enough, decodable, plain XML, and BPMN.

Every refusal is an `Unreadable` with a stable code, a place and a sentence that says what to do.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from hub.bpmn.refusals import REFUSALS


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one file; the defaults are far above every model seen in practice."""

    size: int = 20_000_000
    """Bytes of the file."""
    depth: int = 200
    """XML elements nested in each other."""
    elements: int = 300_000
    """XML elements in the file."""
    attributes: int = 256
    """Attributes on one XML element."""
    tag: int = 1_000_000
    """Characters in one start tag, attribute values included."""
    text: int = 10_000_000
    """Characters between two tags, such as one comment or one documentation."""
    name: int = 1_000
    """Characters of a name that are shown; a longer one is kept, shortened for display and warned about."""


class Unreadable(ValueError):
    """The bytes are not a BPMN model this library is willing to read.

    `code` is stable; `line` and `column` count from 1 and are 0 where the whole file is meant.
    """

    def __init__(self, code: str, line: int = 0, column: int = 0, **facts: str | int) -> None:
        super().__init__(code, line, column)
        self.code = code
        self.line = line
        self.column = column
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence("en")

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong, where, and what to do, in German or English (`lang` "de" or "en")."""
        german, english = REFUSALS[self.code]
        text = (german if lang == "de" else english).format_map(self.facts)
        if not self.line:
            return text
        if lang == "de":
            return f"{text} Fundstelle: Zeile {self.line}, Spalte {self.column}."
        return f"{text} Place: line {self.line}, column {self.column}."


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALLOWED: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16",
    "utf-16be": "utf-16",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "iso8859_1": "latin-1",
    "latin1": "latin-1",
    "latin-1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
_DECLARATION: Final = re.compile(
    r"""\s*<\?xml\s+version\s*=\s*["'][^"']*["'](?:\s+encoding\s*=\s*["']([^"'<>]{1,40})["'])?"""
)


@dataclass(slots=True)
class Decoded:
    """The characters of a file and how they were stored, so that they can be stored the same way again."""

    text: str
    bom: bytes
    encoding: str
    """A Python codec name."""
    mislabelled: bool
    """The declaration names UTF-16, but the file is not stored so."""
    plain: bool = True
    """Whether there are no comments, CDATA sections and processing instructions; known after `check_xml`."""

    def encode(self, text: str) -> bytes:
        """Return `text` as this file would store it; what the encoding lacks becomes a character reference."""
        return self.bom + text.encode(self.encoding, "xmlcharrefreplace")


_PLAIN: Final = (b'<?xml version="1.0" encoding="UTF-8"', b"<?xml version='1.0' encoding='UTF-8'")
"""How nearly every file starts: no need to look further for the encoding."""


def _encoding(data: bytes) -> tuple[bytes, str, bool]:
    """Return byte order mark, codec and whether the declaration contradicts the bytes."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable("encoding", 1, 1, encoding="UTF-32")
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return mark, codec, False
    if data[:2] == b"<\x00":
        return b"", "utf-16-le", False
    if data[:2] == b"\x00<":
        return b"", "utf-16-be", False
    declared = _DECLARATION.match(data[:200].decode("latin-1"))
    if declared is None or not declared[1]:
        return b"", "utf-8", False
    encoding = _ALLOWED.get(declared[1].lower())
    if encoding is None:
        raise Unreadable("encoding", 1, 1, encoding=declared[1])
    # Declared in readable bytes, so it cannot be UTF-16: some tools write the word without the deed.
    return (b"", "utf-8", True) if encoding == "utf-16" else (b"", encoding, False)


def decode(data: bytes, limits: Limits) -> Decoded:
    """Decode `data` by byte order mark or XML declaration, from an allow-list of encodings.

    The allow-list matters: exotic encodings such as UTF-7 can hide a DOCTYPE from a search.
    Raises `Unreadable`.
    """
    if len(data) > limits.size:
        raise Unreadable("too-large", size=_megabytes(len(data)), limit=_megabytes(limits.size))
    bom, encoding, mislabelled = b"", "utf-8", False
    if not data.startswith(_PLAIN):
        bom, encoding, mislabelled = _encoding(data)
    try:
        text = data[len(bom) :].decode(encoding) if bom else data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise Unreadable("not-decodable", line, column, encoding=encoding.upper()) from None
    if text[:1] != "<" and not text.strip():
        raise Unreadable("empty")
    return Decoded(text, bom, encoding, mislabelled)


_TRUNCATED: Final = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    }
)
_UNBOUND: Final = expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]


def check_xml(data: bytes, decoded: Decoded, limits: Limits) -> None:
    """Refuse what is not well-formed, declares a document type or is too big to be a model.

    Expat runs without handlers for elements and gets everything in one call: with neither a DTD nor chunks,
    none of its known weaknesses (entity expansion, CVE-2023-52425) can be reached.
    """
    text = decoded.text
    if len(text) > 3 * limits.elements and text.count("<") > limits.elements:
        opened = text.count("<") - text.count("</")
        if opened > limits.elements:
            raise Unreadable("too-many-elements", count=opened, limit=limits.elements)
    # The separator must not occur in any namespace name, and this character cannot occur in XML at all.
    parser = expat.ParserCreate("utf-8", namespace_separator="\x1f")

    def refuse_doctype(*_: object) -> None:
        raise Unreadable("doctype", parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def refuse_style_sheet(target: str, _: str) -> None:
        if target == "xml-stylesheet":
            raise Unreadable("stylesheet", parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        decoded.plain = False

    def note(*_: object) -> None:
        decoded.plain = False

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.ProcessingInstructionHandler = refuse_style_sheet
    parser.CommentHandler = note
    parser.StartCdataSectionHandler = note
    try:
        if decoded.encoding == "utf-8":
            parser.Parse(data, True)
        else:
            parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        if error.code == _UNBOUND:
            raise Unreadable("undeclared-prefix", line, column) from None
        if not text.lstrip().startswith("<"):
            raise Unreadable("not-xml", line, column) from None
        if error.code in _TRUNCATED or not text.rstrip().endswith(">"):
            raise Unreadable("truncated", line, column) from None
        raise Unreadable("malformed", line, column) from None


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"
