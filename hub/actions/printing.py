"""Documents to print: PDF/UA through Typst, pictures as PNG through the same engine."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from hub import bpmn, documents
from hub.actions import design_print, designs, local_values, print_blocks, renderings
from hub.config import ROOT
from hub.design import draw_journey
from hub.store.entries import Entry, EntryKind, Version
from hub.work import Work

FONTS = ROOT / "hub" / "static" / "vendor" / "fira-sans-5.3.0" / "ttf"
TEMPLATE = ROOT / "templates" / "print" / "entry.typ"
MOST_DIAGRAMS = 40
"""Drawings of one file that are printed."""
LONGEST_PICTURE = 8000
"""Pixels of a PNG's longer side."""

_RAW = local_values.Filling()

WORDS = {
    "de": {
        "version": "Version", "page": "Seite", "of": "von", "field": "Merkmal", "value": "Angabe",
        "diagram": "Diagramm",
        "process": "Prozessmodell", "design": "Leistungsdesign", "service": "Leistung", "key": "Leistungsschlüssel",
        "level": "Detaillierungsstufe", "nature": "Zustand", "legal": "Rechtsgrundlagen",
        "responsible": "Verantwortlich",
        "contact": "Kontakt", "licence": "Lizenz", "published": "Stand", "message": "Änderungshinweis",
        "checksum": "Prüfsumme (SHA-256)", "address": "Adresse", "values": "Örtliche Werte",
        "qr": "QR-Code mit der Adresse dieser Version",
        "alt": "Diagramm des Prozesses; der folgende Text beschreibt ihn vollständig.",
    },
    "en": {
        "version": "Version", "page": "Page", "of": "of", "field": "Property", "value": "Value", "diagram": "Diagram",
        "process": "Process model", "design": "Service design", "service": "Service", "key": "Service key",
        "level": "Level of detail", "nature": "As-is/to-be", "legal": "Legal bases", "responsible": "Responsible",
        "contact": "Contact", "licence": "Licence", "published": "As of", "message": "Note",
        "checksum": "Checksum (SHA-256)", "address": "Address", "values": "Local values",
        "qr": "QR code with the address of this version",
        "alt": "Diagram of the process; the text that follows describes it in full.",
    },
}  # fmt: skip


def png(svg: str) -> bytes:
    """Return an SVG drawing as PNG at twice its size, bounded to 8,000 pixels."""
    found = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', svg)
    width, height = (float(found[1]), float(found[2])) if found else (800.0, 600.0)
    scale = min(2.0, LONGEST_PICTURE / max(width, height, 1.0))
    source = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: white)\n"
        '#image("diagram.svg", width: 100%, height: 100%, fit: "contain")'
    )
    return _compile({"main.typ": source.encode(), "diagram.svg": svg.encode()}, format="png", ppi=72 * scale)


def _compile(files: dict[str, bytes], **options: Any) -> bytes:
    made = typst.compile(files, ignore_system_fonts=True, font_paths=[str(FONTS)], **options)
    return made if isinstance(made, bytes) else made[0]


@lru_cache(maxsize=1)
def _template() -> bytes:
    return Path(TEMPLATE).read_bytes()


def pdf(
    work: Work,
    entry: Entry,
    shown: Version,
    *,
    paper: str,
    link: str,
    lang: str,
    filling: local_values.Filling = _RAW,
) -> bytes:
    """Return one version as a tagged PDF (PDF/UA-1) on `paper` a4 or a3, with one city's values put in.

    Same version and values, same bytes.
    """
    words = WORDS[lang]
    profile = json.loads(shown.profile)
    process = entry.kind == EntryKind.PROCESS
    drawings: list[str] = []
    pictures: dict[str, bytes] = {}
    content = local_values.filled(work, entry, shown, filling.values) if filling.values else None
    if process:
        filled = isinstance(content, documents.ProcessContent)
        model = content.model if filled else renderings.model(work, shown.blob_sha256)  # type: ignore[union-attr]
        drawings = [
            bpmn.draw(model, diagram=at, theme="print") for at in range(min(len(model.diagrams), MOST_DIAGRAMS))
        ]
        lines = list(print_blocks.of_description(bpmn.describe(model, lang)))
    else:
        told = designs.reading(work, entry, shown, filling.values)
        lines = list(design_print.sections(told, lang))
        pictures = {design_print.PICTURE: draw_journey(told.journey, lang=lang).encode()}
    data = {
        "lang": lang,
        "paper": paper,
        "title": profile["title"],
        "summary": profile["summary"],
        "city": entry.organisation.name,
        "number": shown.number,
        "kind": words[entry.kind],
        "version_label": words["version"],
        "page_label": words["page"],
        "of_label": words["of"],
        "field_label": words["field"],
        "value_label": words["value"],
        "diagram_label": words["diagram"],
        "diagram_alt": words["alt"],
        "qr_alt": words["qr"],
        "footer": link,
        "facts": [row for row in _facts(words, profile, shown, link, filling) if row[1]],
        "diagrams": [{"file": f"diagram-{at}.svg", "wide": is_wide(svg)} for at, svg in enumerate(drawings)],
        "sections": [{"heading": heading, "blocks": blocks} for heading, blocks in lines],
    }
    files = {"main.typ": _template(), "data.json": json.dumps(data).encode(), "qr.svg": qr(link)}
    files |= {f"diagram-{at}.svg": svg.encode() for at, svg in enumerate(drawings)} | pictures
    return compile_pdf(files, at=int(shown.created_at.timestamp()))


def compile_pdf(files: dict[str, bytes], *, at: int, standards: Sequence[str] = ("ua-1",)) -> bytes:
    """Return `main.typ` with its files as tagged PDF that says it was made `at` (seconds), to PDF/UA-1 or more."""
    return _compile(files, format="pdf", pdf_standards=list(standards), timestamp=at)


def is_wide(svg: str) -> bool:
    """Whether a drawing is wider than high."""
    box = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', svg)
    return box is None or float(box[1]) > float(box[2])


def qr(link: str) -> bytes:
    """Return an address as a QR code (SVG)."""
    code = io.BytesIO()
    segno.make(link, error="m").save(code, kind="svg", border=1)
    return code.getvalue()


def _facts(
    words: dict[str, str], profile: dict[str, Any], shown: Version, link: str, filling: local_values.Filling
) -> list[tuple[str, str]]:
    city = filling.organisation.short_name if filling.organisation is not None and filling.values else ""
    return [
        (words["service"], profile["service"]),
        (words["key"], profile["service_key"] or profile["service_note"]),
        (words["level"], profile["level"]),
        (words["nature"], profile["nature"].upper()),
        (words["legal"], "; ".join(profile["legal_bases"])),
        (words["responsible"], profile["responsible"]),
        (words["contact"], profile["contact"]),
        (words["licence"], profile["licence"]),
        (words["published"], f"{shown.created_at:%d.%m.%Y}"),
        (words["message"], shown.message),
        (words["values"], city),
        (words["checksum"], shown.blob_sha256),
        (words["address"], link),
    ]
