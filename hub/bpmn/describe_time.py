"""Times of ISO 8601 as people say them: `P14D` is „14 Tage“."""

from __future__ import annotations

import re
from typing import Final

_DURATION: Final = re.compile(
    r"P(?:(\d+(?:[.,]\d+)?)Y)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?"
)
_CYCLE: Final = re.compile(r"R(\d*)/(.+)")
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_UNITS: Final = {
    "de": (
        ("Jahr", "Jahre"), ("Monat", "Monate"), ("Woche", "Wochen"), ("Tag", "Tage"),
        ("Stunde", "Stunden"), ("Minute", "Minuten"), ("Sekunde", "Sekunden"),
    ),
    "en": (
        ("year", "years"), ("month", "months"), ("week", "weeks"), ("day", "days"),
        ("hour", "hours"), ("minute", "minutes"), ("second", "seconds"),
    ),
}  # fmt: skip


def speak_duration(value: str, lang: str = "de") -> str | None:
    """Return an ISO 8601 duration in words (`PT1H30M` → „1 Stunde 30 Minuten“), None if it is none."""
    match = _DURATION.fullmatch(value.strip())
    if match is None or not any(match.groups()):
        return None
    parts = []
    for amount, (one, many) in zip(match.groups(), _UNITS[lang], strict=True):
        if amount is not None:
            number = amount.replace(".", ",") if lang == "de" else amount.replace(",", ".")
            parts.append(f"{number}\u00a0{one if number == '1' else many}")
    return " ".join(parts)


def speak_date(value: str, lang: str = "de") -> str | None:
    """Return an ISO 8601 date or time in words (`2026-12-24T12:00` → „24.12.2026, 12:00 Uhr“), None if it is none."""
    match = _DATE.fullmatch(value.strip())
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    if lang == "de":
        return f"{day}.{month}.{year}" + (f", {hour}:{minute}\u00a0Uhr" if hour else "")
    return f"{year}-{month}-{day}" + (f", {hour}:{minute}" if hour else "")


def speak_cycle(value: str, lang: str = "de") -> str | None:
    """Return an ISO 8601 repetition in words (`R3/PT10M` → „3-mal im Abstand von 10 Minuten“), None if it is none."""
    match = _CYCLE.fullmatch(value.strip())
    if match is None:
        return None
    times, interval = match.groups()
    span = speak_duration(interval.rpartition("/")[2], lang)
    if span is None:
        return None
    if lang == "de":
        # Dative: "im Abstand von 3 Tagen".
        span = re.sub(r"(Jahre|Monate|Tage)\b", r"\1n", span)
        return f"{times}-mal im Abstand von {span}" if times else f"wiederholt im Abstand von {span}"
    return f"{times} times every {span}" if times else f"every {span}"
