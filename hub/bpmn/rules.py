"""The rules a model is checked against, as data: texts, severity, source, and profiles that switch them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Any, Final


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for errors, 2 for hints: sorts the worst first."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a stable id, a group, how severe a breach is, and what people read about it."""

    id: str
    group: str
    severity: Severity
    on: bool
    """Whether it applies where no profile says otherwise."""
    de: str
    en: str
    remedy_de: str
    remedy_en: str
    source: str
    """The standard or paper it comes from."""

    def text(self, lang: str = "de") -> str:
        """The sentence about a breach, with gaps in braces."""
        return self.de if lang == "de" else self.en

    def remedy(self, lang: str = "de") -> str:
        """What to do about it."""
        return self.remedy_de if lang == "de" else self.remedy_en


@dataclass(frozen=True, slots=True)
class Profile:
    """Which rules apply to an organisation, and how severely.

    `rules` maps rule ids to `error`, `warning`, `hint`, `on` (the rule's own severity) or `off`; rules it does not
    name stay as they are. Groups in `groups_off` are off unless a rule of theirs is named.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    groups_off: frozenset[str] = frozenset()
    title_de: str = ""
    title_en: str = ""

    def severity(self, rule: Rule) -> Severity | None:
        """Return how severe a breach of `rule` is here, None if the rule does not apply."""
        wanted = self.rules.get(rule.id)
        if wanted is None:
            return rule.severity if rule.on and rule.group not in self.groups_off else None
        if wanted == "off":
            return None
        return rule.severity if wanted == "on" else Severity(wanted)


class ProfileError(ValueError):
    """A profile names a rule or a setting that does not exist; `sentence` says which, in German or English."""

    def __init__(self, setting: str, value: str) -> None:
        super().__init__(f"{setting} = {value}")
        self.setting = setting
        self.value = value

    def sentence(self, lang: str = "de") -> str:
        """Say what is wrong and what is possible."""
        if lang == "de":
            return (
                f"„{self.setting}“ lässt sich nicht auf „{self.value}“ stellen. Möglich sind die Regeln der Regelliste"
                " mit „on“, „off“, „error“, „warning“ oder „hint“."
            )
        return (
            f"“{self.setting}” cannot be set to “{self.value}”. Possible are the listed rules with on, off, error,"
            " warning or hint."
        )


def read_profile(settings: Mapping[str, Any] | bytes) -> Profile:
    """Return the profile in a TOML file or a mapping (keys `rules`, `groups_off`, titles); raises `ProfileError`."""
    if isinstance(settings, bytes):
        try:
            settings = tomllib.loads(settings.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ProfileError("TOML", str(error)[:80]) from error
    rules = settings.get("rules", {})
    if not isinstance(rules, Mapping):
        raise ProfileError("rules", str(rules)[:80])
    chosen: dict[str, str] = {}
    for name, value in rules.items():
        word = {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value
        if name not in RULES or word not in ("on", "off", "error", "warning", "hint"):
            raise ProfileError(str(name)[:80], str(value)[:80])
        chosen[name] = word
    groups = frozenset(map(str, settings.get("groups_off", ())))
    if unknown := groups - {rule.group for rule in RULES.values()}:
        raise ProfileError("groups_off", min(unknown)[:80])
    return Profile(chosen, groups, str(settings.get("title_de", "")), str(settings.get("title_en", "")))


def _load() -> dict[str, Any]:
    return tomllib.loads((resources.files("hub.bpmn") / "data" / "rules.toml").read_text("utf-8"))


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(**{"on": True, **entry, "severity": Severity(entry["severity"])})


_DATA: Final = _load()
RULES: Final[Mapping[str, Rule]] = MappingProxyType({entry["id"]: _rule(entry) for entry in _DATA["rule"]})
"""All rules by id, in the order they are shown in."""
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {name: read_profile(settings) for name, settings in _DATA["profiles"].items()}
)
"""Profiles the hub brings along: `fim` for base processes, `notation` for the rules of BPMN alone."""
