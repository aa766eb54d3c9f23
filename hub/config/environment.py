"""Reading the settings from the environment, or secrets from files that it names."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hub.config import providers
from hub.config.about import ROOT, About, BadSetting
from hub.config.settings import Settings, described

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def names() -> set[str]:
    """Return every variable the hub reads."""
    found = {known.variable for _, known in described()}
    return found | {f"{known.variable}_FILE" for _, known in described() if known.secret}


def unknown(environment: Iterable[str]) -> list[str]:
    """Return a sentence for each variable that begins with HUB_ and is none: probably a slip of the pen."""
    known, sentences = names(), []
    for name in sorted(environment):
        if name.startswith("HUB_") and name not in known:
            near = get_close_matches(name, known, 1, 0.75)
            hint = f" Gemeint ist wohl {near[0]}." if near else ""
            sentences.append(f"{name} kennt der Hub nicht; die Angabe bleibt ohne Wirkung.{hint}")
    return sentences


def _flag(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in (*YES, *NO):
        raise BadSetting(f"{name} ist ein Schalter: 1 oder 0, nicht „{text}“.")
    return word in YES


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadSetting(f"{name} muss eine ganze Zahl sein, nicht „{text}“.") from error


def _text(known: About, environment: Mapping[str, str]) -> str:
    """Return what is set, for a secret also from the file that `<variable>_FILE` names; empty if nothing is."""
    if known.secret and (path := environment.get(f"{known.variable}_FILE", "")):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                f"{known.variable}_FILE nennt {path}; die Datei lässt sich nicht lesen. Prüfen Sie Pfad und Rechte."
            ) from error
    return environment.get(known.variable, "").strip()


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process, by default those of its environment; raises `BadSetting`."""
    environment = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    for row, known in described():
        if text := _text(known, environment):
            given[row.name] = (
                _flag(known.variable, text)
                if row.type is bool
                else _number(known.variable, text)
                if row.type is int
                else text
            )
    given.setdefault("database_url", f"sqlite:///{ROOT / 'var' / 'hub.sqlite3'}")
    given.setdefault("secret_key", "")
    base_url = given.get("base_url") or f"http://{given.get('host', '127.0.0.1')}:{given.get('port', 8000)}"
    given["base_url"] = base_url.rstrip("/")
    given["secure_cookies"] = base_url.startswith("https://")
    given.setdefault("proxies", int(given["secure_cookies"]))
    if path := given.get("providers_file"):
        given["providers"] = providers.read(path)
    settings = Settings(**given)
    settings.check()
    return settings
