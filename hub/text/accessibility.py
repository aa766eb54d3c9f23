"""What the last audit of the pages found, in words for the public statement."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one page broke."""

    page: str
    help: str
    places: int


@dataclass(frozen=True, slots=True)
class Audit:
    """One automatic audit of the pages."""

    on: date
    engine: str
    pages: tuple[str, ...]
    schemes: tuple[str, ...]
    findings: tuple[Finding, ...]


@lru_cache
def last() -> Audit:
    """Return the audit this program was released with."""
    file = resources.files("hub.text") / "data" / "accessibility.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    findings = tuple(Finding(row["page"], row["help"], row["places"]) for row in told["findings"])
    return Audit(date.fromisoformat(told["on"]), told["engine"], tuple(told["pages"]), tuple(told["schemes"]), findings)


def in_words(language: str) -> str:
    """Return the audit as Markdown, German or English."""
    found = last()
    pages = len(found.pages)
    if not pages:
        return (
            "Eine automatische Prüfung genau dieser Programmfassung liegt noch nicht vor."
            if language == "de"
            else "There is no automatic audit of exactly this version of the program yet."
        )
    if language == "de":
        lines = [
            f"Die letzte automatische Prüfung war am {found.on:%d.%m.%Y}: {pages} Seiten, je in heller und dunkler "
            f"Darstellung, mit {found.engine} nach den Regeln für WCAG 2.2 AA und guter Praxis."
        ]
        if not found.findings:
            return lines[0] + " Sie fand **keine Verstöße**."
        lines += ["Sie fand:", "", "| Seite | Regel | Stellen |", "|---|---|---|"]
    else:
        lines = [
            f"The last automatic audit was on {found.on:%d %B %Y}: {pages} pages, each in light and dark, with "
            f"{found.engine} and its rules for WCAG 2.2 AA and good practice."
        ]
        if not found.findings:
            return lines[0] + " It found **no violations**."
        lines += ["It found:", "", "| Page | Rule | Places |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{row.page}` | {row.help} | {row.places} |" for row in found.findings)])
