"""Media breaks of a model: where information changes its carrier, by words, channels, systems and structure.

`media_breaks` gives hints for people, not a legal judgement; what is a break and what cannot be avoided, a person
decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hub.bpmn.media_lexicon import sentences
from hub.bpmn.media_rules import MediaRule, MediaRules, MediaSeverity, media_rules, read_media_rules
from hub.bpmn.media_structure import Channels, Hit, structural_hits
from hub.bpmn.media_words import WordHit, word_hits
from hub.bpmn.vocabulary import Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_NAMED: Final = frozenset(
    {
        Kind.ACTIVITY,
        Kind.EVENT,
        Kind.GATEWAY,
        Kind.FLOW,
        Kind.MESSAGE_FLOW,
        Kind.DATA,
        Kind.ARTIFACT,
        Kind.POOL,
        Kind.LANE,
    }
)
_NOT_SHOWN: Final = frozenset({"dataObject", "property"})
"""Data that is not drawn itself: its references are looked at."""
_MACHINES: Final = frozenset({"serviceTask", "scriptTask", "businessRuleTask"})
_BY_WAY: Final = frozenset({"MB-01", "MB-05", "MB-06", "MB-07", "MB-08", "MB-12"})
"""Rules about how something is transported; a message flow whose channel is known to be digital breaks none."""


@dataclass(frozen=True, slots=True)
class MediaFinding:
    """One media break found at one element."""

    rule: str
    """Such as `MB-03`."""
    element_id: str
    severity: MediaSeverity
    """`H` breaks OZGplus, `M` must be justified, `N` is a hint."""
    text: str
    """What was found: words as written, a channel, or the two systems."""
    origin: str
    """Where: `name`, `condition`, `system`, `channel`, `structure`, `annotation` or `documentation`."""
    element_name: str
    element_type: str
    justified: str
    """What the model itself says about why the step cannot be avoided; a claim for people to judge, often empty."""
    definition: MediaRule

    @property
    def label(self) -> str:
        """The kind of break, in German."""
        return self.definition.de

    @property
    def remedy(self) -> str:
        """What to do about it, in German."""
        return self.definition.remedy_de

    def remedy_in(self, lang: str) -> str:
        """What to do about it, in German (`de`) or English."""
        return self.definition.remedy(lang)

    def sentence(self, lang: str = "de") -> str:
        """Say what was found where."""
        type_ = type_name(self.element_type, lang).strip()
        name = " ".join(self.element_name.split())
        if lang == "de":
            place = f"„{name}“" if name else f"Ohne Namen ({type_})"
            return f"{place}: möglicher Medienbruch, {self.definition.de} ({_ORIGINS[self.origin][0]}: „{self.text}“)."
        place = f"“{name}”" if name else f"Unnamed ({type_})"
        return f"{place}: possible media break, {self.definition.en} ({_ORIGINS[self.origin][1]}: “{self.text}”)."

    def to_dict(self, lang: str = "de") -> dict[str, str]:
        """Return the finding as plain data."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "element_id": self.element_id,
            "element_name": self.element_name,
            "text": self.text,
            "origin": self.origin,
            "label": self.definition.label(lang),
            "sentence": self.sentence(lang),
            "remedy": self.definition.remedy(lang),
            "justified": self.justified,
            "source": self.definition.source,
        }


_ORIGINS: Final = {
    "name": ("im Namen", "in the name"),
    "condition": ("in der Bedingung", "in the condition"),
    "system": ("IT-System", "IT system"),
    "channel": ("Kanal", "channel"),
    "structure": ("im Ablauf", "in the flow"),
    "annotation": ("in der Anmerkung", "in the annotation"),
    "documentation": ("in der Beschreibung", "in the documentation"),
}
_RANK: Final = tuple(_ORIGINS)


def media_breaks(
    model: Model, rules: MediaRules | Mapping[str, Any] | bytes | None = None, lang: str = "de"
) -> list[MediaFinding]:
    """Return the media breaks of `model`, at most one per element and rule with its best evidence.

    `rules` are the hub's own if None; a mapping or TOML file is added to them and may raise `MediaRuleError`.
    Names, conditions, IT systems and channels carry the severity of the rule. What only the documentation of a step
    or the name of a decision says weighs one step less (H becomes M), what is said of a pool or lane is a hint.
    Ordered by severity, then by place in the file. `lang` is the language of the words for channels and types.
    """
    chosen = rules if isinstance(rules, MediaRules) else read_media_rules(rules) if rules else media_rules()
    channels = Channels(model, chosen)
    best: dict[tuple[str, str], Hit] = {}
    lexical: set[str] = set()
    for hit in _word_hits(model, chosen, channels):
        lexical.add(hit.element.id)
        _keep(best, hit)
    for hit in structural_hits(model, channels, lexical, lang):
        if hit.rule in chosen.rules:
            _keep(best, hit)
    claims = _claims(model, chosen, {id_ for id_, _ in best})
    found = [_finding(hit, chosen.rules[hit.rule], claims) for hit in best.values()]
    position = {element.id: element.position for element in model.order}
    return sorted(found, key=lambda one: (one.severity.rank, position[one.element_id], one.rule))


def _keep(best: dict[tuple[str, str], Hit], hit: Hit) -> None:
    key = hit.element.id, hit.rule
    known = best.get(key)
    if known is None or _order(hit) < _order(known):
        best[key] = hit


def _order(hit: Hit) -> tuple[int, int]:
    severity = hit.severity.rank if hit.severity is not None else -1
    return severity, _RANK.index(hit.origin)


def _finding(hit: Hit, rule: MediaRule, claims: Mapping[str, str]) -> MediaFinding:
    element = hit.element
    severity = hit.severity if hit.severity is not None else rule.severity
    claim = claims.get(element.id, "")
    return MediaFinding(
        rule.id, element.id, severity, hit.text, hit.origin, element.label, element.type, claim, rule
    )  # fmt: skip


def _word_hits(model: Model, rules: MediaRules, channels: Channels) -> Iterator[Hit]:
    for element in model.order:
        if element.kind not in _NAMED or element.type in _NOT_SHOWN:
            continue
        digital = channels.is_digital(element)
        for origin, text in _texts(element, channels):
            prose = origin in ("annotation", "documentation")
            for found in word_hits(text, rules, prose=prose):
                if not _is_ruled_out(element, found, digital=digital):
                    yield Hit(found.rule.id, element, found.text, origin, _weigh(element, origin, found.severity))


def _texts(element: Element, channels: Channels) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of an element: what people wrote about it."""
    if name := element.label.strip():
        yield ("annotation" if element.type == "textAnnotation" else "name"), name
    if element.kind is Kind.MESSAGE_FLOW and (message := element.reference("messageRef")) is not None:
        yield "name", message.name
    if element.kind is Kind.FLOW:
        if condition := element.condition:
            yield "condition", condition
        return
    if element.tag_end == element.end:
        return
    if documentation := element.documentation:
        yield "documentation", documentation
    for system in channels.systems.get(element.id, ()):
        yield "system", system


def _is_ruled_out(element: Element, found: WordHit, *, digital: bool) -> bool:
    if element.kind is Kind.MESSAGE_FLOW and digital and found.rule.id in _BY_WAY:
        return True
    return found.list == "weak" and (digital or element.type in _MACHINES)


def _weigh(element: Element, origin: str, severity: MediaSeverity) -> MediaSeverity:
    if element.kind in (Kind.POOL, Kind.LANE):
        return MediaSeverity.NOTE
    return severity.lowered if origin == "documentation" or element.kind is Kind.GATEWAY else severity


def _claims(model: Model, rules: MediaRules, wanted: Iterable[str]) -> dict[str, str]:
    """Return what documentation and annotations say about why a step is unavoidable, by element id."""
    is_claim = rules.matchers["justified"]
    notes: dict[str, list[str]] = {}
    for association in model.of_kind(Kind.ASSOCIATION):
        ends = association.source, association.target
        for one, other in (ends, ends[::-1]):
            if one is not None and other is not None and other.type == "textAnnotation":
                notes.setdefault(one.id, []).append(other.text)
    found = {}
    for id_ in wanted:
        element = model.elements[id_]
        own = element.text if element.type == "textAnnotation" else element.documentation
        for text in (own, *notes.get(id_, ())):
            if text and any(is_claim.any(sentence.words) for sentence in sentences(text)):
                found[id_] = " ".join(text.split())
                break
    return found
