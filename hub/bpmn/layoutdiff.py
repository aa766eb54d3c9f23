"""What changed in the drawing only."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from hub.bpmn.change import Change, ChangeKind
from hub.bpmn.diagram import Bounds, Edge, Shape, read_drawing
from hub.bpmn.match import Matching
from hub.bpmn.model import Element, Model
from hub.bpmn.tree import parse

_DRAWING: Final = re.compile(r"<((?:[^\s:/>]+:)?BPMN(?:Shape|Edge))\b[^>]*(?:(?<=/)>|(?<!/)>.*?</\1\s*>)", re.DOTALL)
_NEAR: Final = 0.5
"""Diagram units (px) up to which two places are the same: tools round differently."""

Drawings = dict[str, list[Shape | Edge]]


def layout_changes(matching: Matching) -> list[Change]:
    """Return the changes of the drawing for elements both models have."""
    old, new = matching.old, matching.new
    if matching.same_ids and _section(old) == _section(new):
        return []
    old_raw, new_raw = _raw(old), _raw(new)
    changes: list[Change] = []
    if len(old.diagram_spans) != len(new.diagram_spans) and old.diagram_spans and new.diagram_spans:
        changes.append(Change(ChangeKind.LAYOUT, None, None, aspect="diagram"))
    if matching.same_ids:
        # Drawings written alike need no closer look; where ids differ, all of them are written differently.
        common = old_raw.keys() & new_raw.keys()
        old_raw = {text: span for text, span in old_raw.items() if text not in common}
        new_raw = {text: span for text, span in new_raw.items() if text not in common}
        if not old_raw and not new_raw:
            return changes
    before, after = _read(old, old_raw), _read(new, new_raw)
    pairs = [
        (old.by_id[id_], new.by_id[partner], drawn, after.get(partner, []))
        for id_, drawn in before.items()
        if (partner := matching.new_of.get(id_)) is not None
    ]
    if _moved_as_a_whole(matching, pairs, len(old_raw)):
        return [*changes, Change(ChangeKind.LAYOUT, None, None, aspect="whole")]
    for element, counterpart, was, now in pairs:
        for one, other in zip(was, now, strict=False):
            changes += [_change(matching, element, counterpart, aspect) for aspect in _differences(one, other)]
        if was and not now:
            changes.append(_change(matching, element, counterpart, "undrawn"))
    for id_, drawn in after.items():
        origin = matching.old_of.get(id_)
        if drawn and origin is not None and not before.get(origin):
            changes.append(_change(matching, old.by_id[origin], new.by_id[id_], "drawn"))
    return changes


def _change(matching: Matching, old: Element, new: Element, aspect: str) -> Change:
    return Change(ChangeKind.LAYOUT, old, new, aspect=aspect, confidence=matching.confidence[old.id])


def _section(model: Model) -> list[str]:
    return [model.text[start:end] for start, end in model.diagram_spans]


def _raw(model: Model) -> dict[str, tuple[int, int]]:
    """Return every drawing as written, white space aside → where it stands."""
    structure = model.tree.structure
    return {
        " ".join(match[0].split()): match.span()
        for start, end in model.diagram_spans
        for match in _DRAWING.finditer(structure, start, end)
    }


def _read(model: Model, raw: dict[str, tuple[int, int]]) -> Drawings:
    drawings: Drawings = defaultdict(list)
    scope = model.tree.scope
    for span in raw.values():
        drawing = read_drawing(model, parse(model.tree, [span], scope)[0])
        if drawing is not None and drawing.element is not None:
            drawings[drawing.element.id].append(drawing)
    return drawings


def _differences(old: Shape | Edge, new: Shape | Edge) -> list[str]:
    found = []
    if isinstance(old, Shape) and isinstance(new, Shape):
        if not _close((old.bounds.width, old.bounds.height), (new.bounds.width, new.bounds.height)):
            found.append("size")
        elif not _close((old.bounds.x, old.bounds.y), (new.bounds.x, new.bounds.y)):
            found.append("position")
        if (old.is_horizontal, old.is_expanded) != (new.is_horizontal, new.is_expanded) or bool(
            old.is_marker_visible
        ) is not bool(new.is_marker_visible):
            found.append("display")
        if (old.fill, old.stroke, old.label_colour) != (new.fill, new.stroke, new.label_colour):
            found.append("colour")
    elif isinstance(old, Edge) and isinstance(new, Edge):
        if len(old.waypoints) != len(new.waypoints) or not all(
            _close(one, other) for one, other in zip(old.waypoints, new.waypoints, strict=True)
        ):
            found.append("waypoints")
        if (old.stroke, old.label_colour) != (new.stroke, new.label_colour):
            found.append("colour")
    if not found and not _same_label(old.label, new.label):
        found.append("label")
    return found


def _same_label(old: Bounds | None, new: Bounds | None) -> bool:
    if old is None or new is None:
        return old is new
    return _close((old.x, old.y), (new.x, new.y)) and _close((old.width, old.height), (new.width, new.height))


def _close(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < _NEAR and abs(one[1] - other[1]) < _NEAR


def _moved_as_a_whole(
    matching: Matching,
    pairs: list[tuple[Element, Element, list[Shape | Edge], list[Shape | Edge]]],
    changed: int,
) -> bool:
    """Whether every drawing moved by the same step, as when a tool sets a new origin."""
    if matching.same_ids and changed < len(_DRAWING.findall(matching.old.tree.structure)):
        return False
    steps: set[tuple[float, float]] = set()
    for _, _, was, now in pairs:
        if len(was) != len(now):
            return False
        for one, other in zip(was, now, strict=True):
            if isinstance(one, Shape) and isinstance(other, Shape):
                if not _close((one.bounds.width, one.bounds.height), (other.bounds.width, other.bounds.height)):
                    return False
                steps.add((round(other.bounds.x - one.bounds.x), round(other.bounds.y - one.bounds.y)))
            elif isinstance(one, Edge) and isinstance(other, Edge):
                if len(one.waypoints) != len(other.waypoints):
                    return False
                steps |= {
                    (round(b[0] - a[0]), round(b[1] - a[1]))
                    for a, b in zip(one.waypoints, other.waypoints, strict=True)
                }
        if len(steps) > 1:
            return False
    return len(pairs) > 1 and len(steps) == 1 and steps != {(0, 0)}
