"""One short value for what a model says, whatever its ids, its drawing and its spelling in XML.

Two files with the same fingerprint tell the same process: the diff between them is empty or cosmetic.
Elements are hashed with their surroundings (colour refinement, Weisfeiler and Leman 1968), then sorted.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import Final

from hub.bpmn.canonical import content, folded, squeezed
from hub.bpmn.model import Element, Model
from hub.bpmn.vocabulary import Kind

_ROUNDS: Final = 3


def fingerprint(model: Model) -> str:
    """Return the semantic fingerprint of a model, 32 hexadecimal digits."""
    names = {element.id: f"{element.type} {squeezed(element.label)}" for element in model.order}
    elements = [e for e in model.order if e.kind is not Kind.LANE_SET and not folded(e)]
    own_lanes = model.relations.own_lanes
    colours: dict[str, str] = {}
    for element in elements:
        said = content(element, names.__getitem__, parts=model.part_ids)
        lane = own_lanes.get(element.id)
        home = element.scope_element
        colours[element.id] = _digest(
            said.type,
            squeezed(element.raw_name),
            sorted(said.properties.items()),
            said.documentation,
            sorted(said.extensions.items()),
            names[lane.id] if lane is not None else "",
            names[home.id] if home is not None else "",
        )
    links = _links(model)
    for _ in range(_ROUNDS):
        colours = {
            id_: _digest(colour, sorted((role, colours.get(other, "")) for role, other in links.get(id_, ())))
            for id_, colour in colours.items()
        }
    return _digest(sorted(colours.values()))


def _digest(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _links(model: Model) -> dict[str, list[tuple[str, str]]]:
    """Element id → what it touches and how: the ends of a connection, and the connections of a node."""
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for connection in model.connections:
        for role, end in (("source", connection.source), ("target", connection.target)):
            if end is not None:
                links[connection.id].append((role, end.id))
                links[end.id].append((f"{role} of", connection.id))
    for id_, lane in model.relations.own_lanes.items():
        links[id_].append(("lane", lane.id))
        links[lane.id].append(("responsible for", id_))
    for element in model.order:
        home: Element | None = element.scope_element
        if home is not None and home.is_node:
            links[element.id].append(("in", home.id))
            links[home.id].append(("holds", element.id))
    return links
