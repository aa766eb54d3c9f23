"""From model elements to items: sizes, sub-processes laid out inside, boundary events at their hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from hub.bpmn.layout.graph import Item, Link, Sheet
from hub.bpmn.layout.satellites import attach, drawn_data, make
from hub.bpmn.layout.scope import EVENT, Arrangement
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset.text import fit
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind

_PAD: Final = 20.0
_TITLE: Final = 34.0
_TASKS: Final = ((100.0, 80.0), (120.0, 80.0), (140.0, 90.0), (160.0, 100.0))


def size_of(element: Element) -> tuple[float, float]:
    """Return the usual size of a node; activities with long names are larger so that the name fits."""
    kind = element.kind
    if kind is Kind.EVENT:
        return EVENT, EVENT
    if kind is Kind.GATEWAY:
        return 50.0, 50.0
    if kind is Kind.CONVERSATION:
        return 52.0, 45.0
    if kind is not Kind.ACTIVITY:
        return 100.0, 80.0
    extra = 40.0 if element.type.endswith(("Choreography", "choreographyTask")) else 0.0
    # The row of markers, or the sign of the task type in the corner.
    foot = 18.0 if element.type in SUB_PROCESSES or element.type == "callActivity" or element.loop else 0.0
    if not foot and element.type != "task":
        foot = 14.0
    for width, height in _TASKS:
        if not fit(element.label, width - 10, height - 6 - foot, (12.0, 11.0)).cut:
            return width, height + extra
    return _TASKS[-1][0], _TASKS[-1][1] + extra


def _host(element: Element) -> Element:
    """Return the activity a boundary event truly sits on; the element itself for anything else."""
    host = element.attached_to
    return host if host is not None and host.kind is Kind.ACTIVITY else element


class Builder:
    """Makes items of a model's elements. Each element is placed by the scope it is written in."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._data: dict[str, list[Element]] = {}
        for element in drawn_data(model):
            scope = element.scope_element
            self._data.setdefault(scope.id if scope is not None else "", []).append(element)
        self._compensations = [
            (way, way.source, way.target)
            for way in model.associations
            if way.source is not None
            and way.source.type == "boundaryEvent"
            and way.target is not None
            and way.target.is_node
        ]
        """Associations from a compensation event to its handler are laid out like flows (BPMN 2.0.2, 10.7)."""
        self._flows: dict[str, list[Element]] = {}
        for flow in model.flows:
            if flow.source is not None and (scope := _host(flow.source).scope_element) is not None:
                self._flows.setdefault(scope.id, []).append(flow)

    def items(self, scope: Element, band: Callable[[Element], int]) -> list[Item]:
        """Return the items of the nodes written in a process or sub-process."""
        found: list[Item] = []
        for child in scope.children:
            if child.type == "boundaryEvent" and _host(child) is not child:
                continue
            if child.is_node or child.kind is Kind.CONVERSATION:
                item = self._item(child)
                item.band = band(child)
                # Some tools write a boundary event elsewhere than its host.
                item.boundary = [event for event in child.boundary_events if _host(event) is child]
                found.append(item)
        return found

    def _item(self, element: Element) -> Item:
        if element.type in SUB_PROCESSES and any(child.is_node for child in element.children):
            inner = self.inside(element)
            width = max(inner.width, 120.0)
            return Item(element, width, max(inner.height, 100.0), inner=inner)
        return Item(element, *size_of(element))

    def links(self, scopes: Iterable[Element], items: Sequence[Item]) -> tuple[list[Link], dict[str, Item]]:
        """Return the links between items, and a map from element id (boundary events too) to item."""
        item_of: dict[str, Item] = {}
        event_of: dict[str, Element] = {}
        for item in items:
            if item.element is not None:
                item_of[item.element.id] = item
            for event in item.boundary:
                item_of[event.id] = item
                event_of[event.id] = event
        links = [
            Link(way, item_of[event.id], item_of[handler.id], event)
            for way, event, handler in self._compensations
            if event.id in event_of and handler.id in item_of and handler.id not in event_of
        ]
        for scope in scopes:
            for flow in self._flows.get(scope.id, ()):
                source, target = flow.source, flow.target
                if source is None or target is None or source.id not in item_of or target.id not in item_of:
                    continue
                if target.id in event_of:
                    continue
                label = flow.label.strip()
                block = fit(label, 110.0, 110.0, (11.0, 10.0)) if label else None
                links.append(Link(flow, item_of[source.id], item_of[target.id], event_of.get(source.id), label=block))
        return links, item_of

    def artifacts(self, scope_id: str, item_of: dict[str, Item], band: int) -> list[Item]:
        """Attach a scope's data and annotations to their items; returns an item each for the others."""
        loose = []
        for element in attach(self.model, item_of, self._data.get(scope_id, ())):
            satellite = make(element)
            real = 36.0 if satellite.label or element.type.startswith("data") else satellite.width
            real = 50.0 if element.type == "dataStoreReference" else real
            loose.append(Item(element, real, satellite.height, band=band))
        return loose

    def inside(self, element: Element) -> Sheet:
        """Lay out what is inside a sub-process; the sheet's size includes the frame."""
        items = self.items(element, lambda _: 0)
        links, item_of = self.links([element], items)
        items += self.artifacts(element.id, item_of, 0)
        arrangement = Arrangement(items, links, [], 1)
        sheet = arrangement.settle([_TITLE], _PAD)
        sheet.width = arrangement.right + _PAD
        sheet.height = _TITLE + arrangement.heights[0] + _PAD
        return sheet
