"""What `hub check` has found: one line each, and an exit code."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    FINE = "gut"
    NOTE = "Hinweis"
    BAD = "FEHLER"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at."""

    level: Level
    subject: str
    text: str


def judge(subject: str, holds: bool, fine: str, bad: str, *, otherwise: Level = Level.BAD) -> Found:
    """Return a good or a bad finding; `bad` says what to do."""
    return Found(Level.FINE, subject, fine) if holds else Found(otherwise, subject, bad)


def show(found: Iterable[Found]) -> int:
    """Print findings as they come; return 0, or 1 if something is wrong."""
    counts = dict.fromkeys(Level, 0)
    for row in found:
        counts[row.level] += 1
        print(f"{row.level:8} {row.subject:14} {row.text}", flush=True)
    print(f"\n{counts[Level.BAD]} Fehler, {counts[Level.NOTE]} Hinweise, {counts[Level.FINE]} in Ordnung")
    return 1 if counts[Level.BAD] else 0
