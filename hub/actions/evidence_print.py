"""The report of an evidence pack as tagged PDF (PDF/UA-1 and PDF/A-2a) and as its HTML twin, from one document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from hub.actions import printing
from hub.actions.evidence_parts import Chapter, Part
from hub.config import ROOT
from hub.design import Design
from hub.text import markdown

TEMPLATE = ROOT / "templates" / "print" / "evidence.typ"
READ_ME = ROOT / "templates" / "print" / "evidence-liesmich.txt"
"""What lies in a pack and how to check it with common tools, as shell commands that can be copied."""

STYLE = (
    "body{font-family:sans-serif;line-height:1.5;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #888;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top;overflow-wrap:break-word}.n{text-align:right}td.n{white-space:nowrap}"
    ".sum td{font-weight:bold}img{max-width:100%}section{overflow-x:auto}.step{margin:.3rem 0}"
)


@dataclass(frozen=True, slots=True)
class Titles:
    """What stands on the first page."""

    title: str
    subtitle: str
    author: str


def pdf(titles: Titles, chapters: Sequence[Chapter], pictures: Mapping[str, str], *, at: int) -> bytes:
    """Return the report as PDF; `at` is the moment (seconds) it speaks of, so the same state gives the same bytes.

    It is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2). `pictures` maps a file name to an SVG.
    """
    told = datetime.fromtimestamp(at, UTC)
    data = {
        "made": [told.year, told.month, told.day, told.hour, told.minute, told.second],
        "title": titles.title,
        "subtitle": titles.subtitle,
        "author": titles.author,
        "chapters": [
            {"heading": chapter.heading, "parts": [_plain(part, pictures) for part in chapter.parts]}
            for chapter in chapters
        ],
    }
    files = {"main.typ": TEMPLATE.read_bytes(), "data.json": json.dumps(data).encode()}
    files |= {name: svg.encode() for name, svg in pictures.items()}
    return printing.compile_pdf(files, at=at, standards=("a-2a", "ua-1"))


def _plain(part: Part, pictures: Mapping[str, str]) -> dict[str, Any]:
    drawing = pictures[part.rows[0][0]] if part.kind == "picture" else ""
    return {
        "kind": part.kind,
        "text": part.text,
        "rows": [list(row) for row in part.rows],
        "numeric": sorted(part.numeric),
        "sums": part.sums,
        "wide": bool(drawing) and printing.is_wide(drawing),
        "blocks": [dict(block) for block in part.blocks],
    }


def html(titles: Titles, chapters: Sequence[Chapter]) -> str:
    """Return the report as one HTML page that needs nothing but the pictures beside it."""
    contents = "".join(f'<li><a href="#k{at}">{escape(row.heading)}</a></li>' for at, row in enumerate(chapters, 1))
    body = "".join(
        f'<section aria-labelledby="k{at}"><h2 id="k{at}">{escape(chapter.heading)}</h2>'
        f"{''.join(_html(part) for part in chapter.parts)}</section>"
        for at, chapter in enumerate(chapters, 1)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{escape(titles.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(titles.title)}</h1><p>{escape(titles.subtitle)}</p>"
        f'<nav aria-label="Inhalt"><h2>Inhalt</h2><ol>{contents}</ol></nav>{body}</main></body></html>\n'
    )


def _html(part: Part) -> str:
    if part.kind == "p":
        return f"<p>{escape(part.text)}</p>"
    if part.kind == "h3":
        return f"<h3>{escape(part.text)}</h3>"
    if part.kind == "picture":
        return f'<p><img src="{escape(part.rows[0][0])}" alt="{escape(part.text)}"></p>'
    if part.kind == "table":
        kind = [" class=n" if at in part.numeric else "" for at in range(len(part.rows[0]))]
        head = "".join(f'<th scope="col"{kind[at]}>{escape(cell)}</th>' for at, cell in enumerate(part.rows[0]))
        first_sum = len(part.rows) - part.sums
        rows = "".join(
            f"<tr{' class=sum' if place >= first_sum else ''}>"
            + "".join(f"<td{kind[at]}>{escape(cell)}</td>" for at, cell in enumerate(row))
            + "</tr>"
            for place, row in enumerate(part.rows[1:], 1)
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return "".join(_block(block) for block in part.blocks)


def _block(block: Mapping[str, Any]) -> str:
    if block["kind"] == "table":
        head, *rows = block["rows"]
        cells = "".join(f'<th scope="col">{_runs(cell)}</th>' for cell in head)
        lines = "".join("<tr>" + "".join(f"<td>{_runs(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
    if block["kind"] == "list":
        tag = "ol" if block["ordered"] else "ul"
        items = "".join(
            f"<li>{_runs(item['runs'])}{''.join(_block(inner) for inner in item['blocks'])}</li>"
            for item in block["items"]
        )
        return f"<{tag}>{items}</{tag}>"
    text = _runs(block["runs"])
    if block["kind"] == "h":
        return f"<h{min(block['depth'] + 2, 6)}>{text}</h{min(block['depth'] + 2, 6)}>"
    return f"<p class=step>{escape(block['number'])} {text}</p>" if block["number"] else f"<p>{text}</p>"


def _runs(runs: Sequence[Sequence[str]]) -> str:
    found = []
    for text, style in runs:
        shown = escape(text)
        if style in ("strong", "em", "code"):
            shown = f"<{style}>{shown}</{style}>"
        elif style.startswith(("https://", "http://", "mailto:")):
            shown = f'<a href="{escape(style)}">{shown}</a>'
        found.append(shown)
    return "".join(found)


def design_html(design: Design) -> str:
    """Return a service design as HTML: fields, then sections."""
    fields = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in design.fields.items()
    )
    sections = "".join(
        f"<h2>{escape(section.heading)}</h2>{markdown.to_html(section.text, heading=3)}" for section in design.sections
    )
    return f"<table>{fields}</table>{sections}"


def page(title: str, body: str) -> str:
    """Return a page of its own around a text that is HTML already."""
    return (
        f'<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
