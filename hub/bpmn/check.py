"""Check a model: references, notation, events, soundness, names, layout; every finding with remedy and source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.bpmn.check_events import check_events, check_execution
from hub.bpmn.check_layout import check_layout
from hub.bpmn.check_names import check_fim, check_names, check_size
from hub.bpmn.check_soundness import check_soundness
from hub.bpmn.check_structure import check_references, check_structure
from hub.bpmn.check_view import Hit, TypeName, View, tell
from hub.bpmn.rules import RULES, Profile, Rule, Severity, read_profile

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_CHECKS: Final[Mapping[str, Callable[[View], Iterator[Hit]]]] = {
    "reference": check_references,
    "structure": check_structure,
    "event": check_events,
    "soundness": check_soundness,
    "name": check_names,
    "fim": check_fim,
    "size": check_size,
    "execution": check_execution,
    "layout": check_layout,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule."""

    rule: str
    """Stable id, such as `dead-end`; see `RULES`."""
    severity: Severity
    element_id: str | None
    """The element it is about; None for the whole model."""
    facts: Mapping[str, str | int | Element]

    @property
    def text(self) -> str:
        """The German sentence."""
        return self.sentence("de")

    @property
    def group(self) -> str:
        """The group of the rule, such as `structure`."""
        return self._rule.group

    @property
    def source(self) -> str:
        """The standard or paper the rule comes from."""
        return self._rule.source

    @property
    def _rule(self) -> Rule:
        return RULES[self.rule]

    def sentence(self, lang: str = "de") -> str:
        """Say what is the matter, in German (`de`) or English."""
        text = self._rule.text(lang).format_map(self._told(lang))
        return text[:1].upper() + text[1:]

    def remedy(self, lang: str = "de") -> str:
        """Say what to do about it."""
        return self._rule.remedy(lang).format_map(self._told(lang))

    def to_dict(self, lang: str = "de") -> dict[str, str | None]:
        """Return the finding as plain data."""
        return {
            "rule": self.rule,
            "group": self.group,
            "severity": str(self.severity),
            "element_id": self.element_id,
            "text": self.sentence(lang),
            "remedy": self.remedy(lang),
            "source": self.source,
        }

    def _told(self, lang: str) -> dict[str, str]:
        told = {}
        for key, value in self.facts.items():
            if isinstance(value, TypeName):
                told[key] = value.told(lang)
            elif isinstance(value, (str, int)):
                told[key] = str(value)
            else:
                told[key] = tell(value, lang)
                told[f"{key}_dat"] = tell(value, lang, "dat")
                told[f"{key}_short"] = tell(value, lang, "short")
        if told.get("cause"):
            told["cause"] = f" (getrennt bei {told['cause_dat']})" if lang == "de" else f" (split at {told['cause']})"
        return told


def check(model: Model, profile: Profile | Mapping[str, object] | None = None) -> list[Finding]:
    """Return what is the matter with `model`, errors first, then in the order of the file.

    `profile` switches rules (see `Profile` and `PROFILES`); a mapping is read like a profile file and may raise
    `ProfileError`.
    """
    chosen = profile if isinstance(profile, Profile) else read_profile(profile or {})
    severities = {rule.id: severity for rule in RULES.values() if (severity := chosen.severity(rule)) is not None}
    wanted = {RULES[id_].group for id_ in severities}
    view = View(model)
    found = []
    for group, run in _CHECKS.items():
        if group not in wanted:
            continue
        for hit in run(view):
            if hit.rule in severities:
                place = hit.element.position if hit.element is not None else -1
                found.append((severities[hit.rule].rank, place, hit))
    found.sort(key=lambda entry: entry[:2])
    return [_finding(hit, severities[hit.rule]) for _, _, hit in found]


def _finding(hit: Hit, severity: Severity) -> Finding:
    facts = dict(hit.facts)
    if hit.element is not None:
        facts.setdefault("label", hit.element)
    return Finding(hit.rule, severity, hit.element.id if hit.element is not None else None, facts)
