"""Figures about the media breaks of one model, with the formulas published in docs/medienbrueche.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from hub.bpmn.media import MediaFinding
from hub.bpmn.media_paths import continuity, place_findings
from hub.bpmn.media_rules import MediaSeverity
from hub.bpmn.media_structure import systems
from hub.bpmn.vocabulary import TASKS, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_AUTOMATED: Final = frozenset({"serviceTask", "businessRuleTask", "scriptTask"})
_COUNTED: Final = frozenset({MediaSeverity.HIGH, MediaSeverity.MEDIUM})


class MediaDecision(StrEnum):
    """What a person decided about a finding; the value is stable."""

    OPEN = "open"
    FIXED = "fixed"
    JUSTIFIED = "justified"
    """Cannot be avoided, with reason and legal basis: stays visible, does not block OZGplus."""
    NO_BREAK = "no-break"


class MediaStatus(StrEnum):
    """What the figures say about OZGplus; only a person may confirm `FREE`."""

    OPEN = "open"
    JUSTIFIED = "justified"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class MediaNumbers:
    """The figures of one model. Shares are 0 to 1, None where there is nothing to divide by."""

    open_count: int
    """Medienbruchzahl: open findings of severity H or M."""
    by_severity: Mapping[str, int]
    """Open findings by severity, H, M and N."""
    by_rule: Mapping[str, int]
    """Open findings of severity H or M by rule."""
    justified_count: int
    """Findings of severity H or M decided as justified."""
    hand_overs: int
    """Message flows and sequence flows that change the lane or the IT system."""
    broken_hand_overs: int
    """Those with an open H or M finding at the flow, or at the step or event before or behind it."""
    tasks: int
    """Typed tasks: every task but `bpmn:task` itself."""
    automated_tasks: int
    """Service, business rule and script tasks."""
    one_way_free: bool | None
    """Whether the model can be run from start to end without an open H finding; None without such a way."""
    all_main_ways_free: bool | None
    """Whether every way without boundary events is free of open H findings."""

    @property
    def quota(self) -> float | None:
        """Medienbruchquote: broken hand-overs ÷ hand-overs."""
        return self.broken_hand_overs / self.hand_overs if self.hand_overs else None

    @property
    def automation(self) -> float | None:
        """Automatisierungsgrad: automated tasks ÷ typed tasks."""
        return self.automated_tasks / self.tasks if self.tasks else None

    @property
    def status(self) -> MediaStatus:
        """What the figures allow to say; „medienbruchfrei“ is shown only after a person confirmed."""
        if self.open_count:
            return MediaStatus.OPEN
        return MediaStatus.JUSTIFIED if self.justified_count else MediaStatus.FREE

    def to_dict(self) -> dict[str, object]:
        """Return the figures as plain data."""
        return {
            "open_count": self.open_count,
            "by_severity": dict(self.by_severity),
            "by_rule": dict(self.by_rule),
            "justified_count": self.justified_count,
            "hand_overs": self.hand_overs,
            "broken_hand_overs": self.broken_hand_overs,
            "quota": self.quota,
            "tasks": self.tasks,
            "automated_tasks": self.automated_tasks,
            "automation": self.automation,
            "one_way_free": self.one_way_free,
            "all_main_ways_free": self.all_main_ways_free,
            "status": str(self.status),
        }


def open_findings(
    findings: Iterable[MediaFinding], decided: Mapping[tuple[str, str], str] | None = None
) -> list[MediaFinding]:
    """Return the findings nobody has decided otherwise about; `decided` maps (element id, rule) to a `MediaDecision`.

    A decision that is no `MediaDecision` raises `ValueError`.
    """
    decisions = {key: MediaDecision(value) for key, value in (decided or {}).items()}
    return [one for one in findings if decisions.get((one.element_id, one.rule), "open") == MediaDecision.OPEN]


def media_numbers(
    model: Model, findings: Iterable[MediaFinding], decided: Mapping[tuple[str, str], str] | None = None
) -> MediaNumbers:
    """Return the figures of `model` for its `findings` and what people decided about them (see `open_findings`).

    What the model itself says about why a step cannot be avoided changes no figure; only a decision does.
    """
    all_ = list(findings)
    still = open_findings(all_, decided)
    counted = [finding for finding in still if finding.severity in _COUNTED]
    places = place_findings(model, counted)
    hand_overs = [flow for flow in (*model.message_flows, *model.flows) if _hands_over(flow)]
    broken = [flow for flow in hand_overs if any(id_ in places and places[id_] for id_ in _surroundings(flow))]
    tasks = [node for node in model.of_kind(Kind.ACTIVITY) if node.type in TASKS and node.type != "task"]
    one, every = continuity(model, still)
    return MediaNumbers(
        open_count=len(counted),
        by_severity={str(s): sum(1 for finding in still if finding.severity is s) for s in MediaSeverity},
        by_rule=dict(sorted(Counter(finding.rule for finding in counted).items())),
        justified_count=sum(
            1
            for finding in all_
            if finding.severity in _COUNTED
            and (decided or {}).get((finding.element_id, finding.rule)) == MediaDecision.JUSTIFIED
        ),
        hand_overs=len(hand_overs),
        broken_hand_overs=len(broken),
        tasks=len(tasks),
        automated_tasks=sum(1 for node in tasks if node.type in _AUTOMATED),
        one_way_free=one,
        all_main_ways_free=every,
    )


def _hands_over(flow: Element) -> bool:
    if flow.kind is Kind.MESSAGE_FLOW:
        return True
    source, target = flow.source, flow.target
    if source is None or target is None:
        return False
    if source.lane is not target.lane:
        return True
    here, there = (systems(end) if end.kind is Kind.ACTIVITY else [] for end in (source, target))
    return bool(here and there and not set(here) & set(there))


def _surroundings(flow: Element) -> list[str]:
    ends = [end.id for end in (flow.source, flow.target) if end is not None and end.is_node]
    return [flow.id, *ends]
