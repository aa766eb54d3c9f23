"""Link events: which throwing one jumps to which catching one on the same level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.bpmn.model import Element


@dataclass(slots=True)
class Links:
    """The link events of one process or sub-process; source: BPMN 2.0.2, 10.5.5."""

    jumps: dict[str, str] = field(default_factory=dict)
    """Id of a throwing event → id of the catching event it jumps to."""
    throwing: list[Element] = field(default_factory=list)
    catching: list[Element] = field(default_factory=list)
    repeated: list[Element] = field(default_factory=list)
    """Catching events whose name an earlier one has."""


def find_links(nodes: Iterable[Element]) -> Links:
    """Return the link events among `nodes`, matched by the references between them, else by name."""
    links = Links()
    by_name: dict[str, Element] = {}
    wanted: list[tuple[Element, str, Element | None]] = []
    for node in nodes:
        if node.type not in ("intermediateCatchEvent", "intermediateThrowEvent"):
            continue
        for definition in node.event_definitions:
            if definition.type != "linkEventDefinition":
                continue
            name = (definition.name or node.name).strip()
            if node.type == "intermediateCatchEvent":
                links.catching.append(node)
                if name in by_name:
                    links.repeated.append(node)
                by_name.setdefault(name, node)
            else:
                links.throwing.append(node)
                target = definition.reference("target")
                wanted.append((node, name, target.parent if target is not None else None))
    caught = {node.id for node in links.catching}
    for node, name, target in wanted:
        aim = target if target is not None else by_name.get(name)
        if aim is not None and aim.id in caught:
            links.jumps[node.id] = aim.id
    return links
