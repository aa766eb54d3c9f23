"""What an organisation adds to the rules that find media breaks, read from and written to their TOML form."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from hub.bpmn.media_rules import MediaRuleError

_WORDS: Final = ("lexemes", "weak", "not_with")
_TEXTS: Final = ("severity", "de", "remedy_de")


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to one rule, or a whole new rule. Empty texts leave what the catalogue says."""

    lexemes: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    severity: str = ""
    de: str = ""
    remedy_de: str = ""
    on: bool = True

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Addition()


@dataclass(frozen=True, slots=True)
class Additions:
    """All additions, rule by rule, with false friends and names of digital ways for all rules."""

    friends: tuple[str, ...] = ()
    digital: tuple[str, ...] = ()
    rules: Mapping[str, Addition] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, rule: str) -> Addition:
        """Return what is added to a rule."""
        return self.rules.get(rule, Addition())

    def with_rule(self, rule: str, addition: Addition) -> Additions:
        """Return these additions with another addition to one rule; one that changes nothing is left out."""
        rules = {key: value for key, value in self.rules.items() if key != rule}
        if not addition.empty:
            rules[rule] = addition
        return replace(self, rules=MappingProxyType(rules))


def read_additions(text: str) -> Additions:
    """Return the additions in a TOML text; raises `MediaRuleError` if it is no TOML."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MediaRuleError("TOML", str(error)[:80]) from error
    rules = {}
    for entry in given.get("rule", ()):
        values: dict[str, Any] = {name: tuple(entry[name]) for name in _WORDS if name in entry}
        values |= {name: str(entry[name]) for name in _TEXTS if name in entry}
        rules[str(entry["id"])] = Addition(**values, on=entry.get("on", True) is not False)
    return Additions(
        tuple(given.get("friends", ())), tuple(given.get("digital", {}).get("words", ())), MappingProxyType(rules)
    )


def write_additions(additions: Additions) -> str:
    """Return the additions as TOML; what changes nothing is left out, rules come in order of their ids."""
    lines = []
    if additions.friends:
        lines.append(f"friends = {_list(additions.friends)}")
    if additions.digital:
        lines += ["", "[digital]", f"words = {_list(additions.digital)}"]
    for id_, addition in sorted(additions.rules.items()):
        lines += ["", "[[rule]]", f"id = {_text(id_)}"]
        lines += [f"{name} = {_text(value)}" for name in _TEXTS if (value := getattr(addition, name))]
        lines += [f"{name} = {_list(value)}" for name in _WORDS if (value := getattr(addition, name))]
        if not addition.on:
            lines.append("on = false")
    return "\n".join(lines).strip() + "\n" if lines else ""


def _text(value: str) -> str:
    # A JSON string is a TOML basic string; only the letters JSON leaves alone and TOML forbids need writing out.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
