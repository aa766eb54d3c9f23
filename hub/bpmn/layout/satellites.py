"""Data and annotations: what is drawn, how large, and whose side it stands at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hub.bpmn.layout.graph import Item, Satellite
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset import labels
from hub.bpmn.typeset.text import fit
from hub.bpmn.vocabulary import ACTIVITIES, EVENTS, Kind

_SIZES: Final = {"dataStoreReference": (50.0, 50.0), "dataStore": (50.0, 50.0)}
_NOT_DRAWN: Final = frozenset({"property", "dataStore"})


def drawn_data(model: Model) -> list[Element]:
    """Return the data elements and artifacts that have a shape of their own, groups left out."""
    referred = {
        found.id
        for element in model.data
        if element.type == "dataObjectReference" and (found := element.reference("dataObjectRef")) is not None
    }
    chosen = []
    for element in model.data:
        inside = element.parent is not None and element.parent.type in ACTIVITIES | EVENTS
        is_flow_element = element.type in ("dataObject", "dataObjectReference", "dataStoreReference")
        if element.type in _NOT_DRAWN or element.id in referred or (inside and not is_flow_element):
            continue
        chosen.append(element)
    return chosen + [element for element in model.artifacts if element.type == "textAnnotation"]


def make(element: Element) -> Satellite:
    """Return size and label height of a data element or annotation."""
    if element.type == "textAnnotation":
        text = fit(element.label, 120.0, 160.0, (12.0, 11.0))
        return Satellite(element, max(60.0, text.width + 18), max(30.0, text.height + 10), 0.0)
    width, height = _SIZES.get(element.type, (36.0, 50.0))
    if not element.label.strip():
        return Satellite(element, width + 10, height, 0.0)
    text = labels.block(element.label, width)
    return Satellite(element, max(width, text.width) + 6, height, text.height + 5)


def attach(model: Model, item_of: dict[str, Item], elements: Sequence[Element]) -> list[Element]:
    """Give satellites to the items they are connected to; returns those connected to none of them."""
    wanted = {element.id for element in elements}
    owner: dict[str, Item] = {}
    for association in model.associations:
        source, target = association.source, association.target
        for one, other in ((source, target), (target, source)):
            if one is None or other is None or one.id not in wanted or one.id in owner:
                continue
            near = other.source if other.kind is Kind.FLOW else other
            if near is not None and (item := item_of.get(near.id)) is not None:
                owner[one.id] = item
    left = []
    for element in elements:
        item = owner.get(element.id)
        if item is None:
            left.append(element)
            continue
        satellite = make(element)
        # Annotations stand above, data below, unless boundary events are there.
        side = item.above if element.type == "textAnnotation" or item.boundary else item.below
        side.append(satellite)
    return left
