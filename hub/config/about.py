"""What is known of a setting besides its value, and the error for one that makes no sense."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSetting(Exception):
    """A setting is missing or makes no sense; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one setting."""

    variable: str
    group: str
    meaning: str
    low: int | None = None
    high: int | None = None
    secret: bool = False
    """Also read from the file that `<variable>_FILE` names; never shown."""
    choices: tuple[str, ...] = ()
    shown: str = ""
    """What the manual gives as the default where the value itself would not say it."""


GROUPS = (
    "Grundlagen",
    "Datenbank",
    "E-Mail",
    "Betreibende Stelle",
    "Grenzen",
    "Protokoll und Messwerte",
    "Betrieb",
    "Anmeldung",
)


def about(variable: str, group: str, meaning: str, **rest: Any) -> dict[str, About]:
    """Return the metadata of a field; `rest` as in `About`."""
    return {"about": About(variable, group, meaning, **rest)}


BASIS, DATABASE, MAIL, OPERATOR, LIMITS, WATCHING, RUNNING, SIGNING = GROUPS
