"""What the text of a field or checklist means: numbers, amounts, references, ticked items."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_NOTE = r"(?:\s*\(.*\))?"
_NUMBER = re.compile(
    rf"^(?:ca\. ?|rund )?(\d{{1,3}}(?:[.\u00a0\u202f ]\d{{3}})+|\d{{1,12}})(?:,(\d{{1,4}}))?\s*([^\d(]*?){_NOTE}$"
)
_PROCESS = re.compile(
    r"^(?:https?://[^/\s]+/)?/?([a-z0-9-]{1,80})/([a-z0-9-]{1,80})(?:/(?:versions/)?(\d{1,4}\.\d{1,4}))?/?$"
)
_MINUTES = {"minute": 1, "min": 1, "stunde": 60, "std": 60, "h": 60}
_DAYS = {"tag": 1, "arbeitstag": 1, "werktag": 1, "woche": 7, "monat": 30}
_TICK = re.compile(r"^\s*[-*+]\s+\[(.)\]\s+(.*)$")
_EVIDENCE = re.compile(r"^(.*?)\s+[–—-]\s+(?:Nachweis:\s*)?(.*)$")


def number(text: str, unit: str = "") -> Decimal | None:
    """Return the number in `text` in `unit` (Minuten, Tage or anything else), None if it is none.

    A note in brackets behind it does not count; „sofort“ and „entfällt“ are 0 days or minutes.
    """
    if unit in ("Minuten", "Tage") and re.match(r"(sofort|entfällt|keine)\b", text.strip().lower()):
        return Decimal(0)
    found = _NUMBER.match(text.strip())
    if not found:
        return None
    value = Decimal(re.sub(r"\D", "", found[1]) + (f".{found[2]}" if found[2] else ""))
    factors = {"Minuten": _MINUTES, "Tage": _DAYS}.get(unit)
    words = found[3].strip().lower().split()
    if factors is None or not words:
        return value
    name = words[0].rstrip(".")
    for ending in ("", "n", "en", "e", "s"):
        if name.endswith(ending) and (plain := name[: len(name) - len(ending)]) in factors:
            return value * factors[plain]
    return None


def money(text: str) -> Decimal | None:
    """Return the amount in Euro in `text`, None if it is none; „gebührenfrei“ is 0."""
    if re.match(r"(gebührenfrei|kostenfrei|keine)\b", text.strip().lower()):
        return Decimal(0)
    found = _NUMBER.match(text.strip())
    if not found:
        return None
    unit = found[3].strip().lower()
    if unit and not re.match(r"(€|eur\b|euro\b)", unit):
        return None
    return Decimal(re.sub(r"\D", "", found[1]) + (f".{found[2]}" if found[2] else ""))


@dataclass(frozen=True, slots=True)
class Reference:
    """A model in the hub, with the version it is pinned to; without one, `number` is empty."""

    city: str
    slug: str
    number: str = ""


def reference(text: str) -> Reference | None:
    """Return the model that `stadt/eintrag/1.00` or an address of the hub names, None if it names none."""
    found = _PROCESS.match(text.strip())
    return Reference(found[1], found[2], found[3] or "") if found else None


@dataclass(frozen=True, slots=True)
class Tick:
    """One item of a checklist."""

    name: str
    state: str
    """done, open or none (does not apply)"""
    evidence: str = ""


_MARKS = {"x": "done", "X": "done", " ": "open", "-": "none"}


def checklist(text: str, items: Sequence[str]) -> tuple[list[Tick], str]:
    """Return the usual items with what `text` says about them, and the lines that are no usual item."""
    found: dict[str, Tick] = {}
    rest: list[str] = []
    names = {item.lower(): item for item in items}
    for line in text.split("\n"):
        tick = _TICK.match(line)
        told = tick[2].strip() if tick else ""
        evidence = _EVIDENCE.match(told)
        plain, proof = (told, "") if told.lower() in names or not evidence else (evidence[1], evidence[2])
        name = names.get(plain.strip().lower())
        if tick and name and name not in found and tick[1] in _MARKS:
            found[name] = Tick(name, _MARKS[tick[1]], proof.strip())
        else:
            rest.append(line)
    return [found.get(item, Tick(item, "open")) for item in items], "\n".join(rest).strip()


def write_checklist(ticks: Iterable[Tick], rest: str = "") -> str:
    """Return the text of a checklist; empty if nothing was ticked or said."""
    rows = list(ticks)
    if not rest and all(row.state == "open" and not row.evidence for row in rows):
        return ""
    marks = {"done": "x", "open": " ", "none": "-"}
    lines = [
        f"- [{marks[row.state]}] {row.name}{f' – Nachweis: {row.evidence}' if row.evidence else ''}" for row in rows
    ]
    return "\n".join(lines) + (f"\n\n{rest}" if rest else "")


def german(value: Decimal, places: int = 0) -> str:
    """Return a number as German offices write it: 1.234,50."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


_TOLD = {"x": "Erfüllt:", "X": "Erfüllt:", " ": "Offen:", "-": "Entfällt:"}


def told_checklist(text: str) -> str:
    """Return a checklist for readers: words in bold instead of brackets."""
    return re.sub(
        r"^(\s*[-*+]\s+)\[([xX \-])\]\s", lambda found: f"{found[1]}**{_TOLD[found[2]]}** ", text, flags=re.MULTILINE
    )
