"""How elements hang together: flow ends, responsibility (lanes), pools, attached events."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from hub.bpmn.vocabulary import Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_NONE: tuple[Element, ...] = ()


class Relations:
    """Relations of one model, each worked out when first asked for."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def _ends(self) -> dict[str, tuple[Element | None, Element | None]]:
        model, found = self._model, {}
        for element in model.connections:
            if element.kind is Kind.DATA_ASSOCIATION:
                data = element.reference("sourceRef" if element.type == "dataInputAssociation" else "targetRef")
                owner = element.parent
                found[element.id] = (data, owner) if element.type == "dataInputAssociation" else (owner, data)
            else:
                get = element.attributes.get
                found[element.id] = model.resolve(get("sourceRef")), model.resolve(get("targetRef"))
        return found

    def ends(self, element: Element) -> tuple[Element | None, Element | None]:
        """Return source and target of a connection, (None, None) for anything else."""
        return self._ends.get(element.id, (None, None))

    @cached_property
    def _flows(self) -> tuple[dict[str, tuple[Element, ...]], dict[str, tuple[Element, ...]]]:
        incoming: dict[str, list[Element]] = {}
        outgoing: dict[str, list[Element]] = {}
        for flow in self._model.flows:
            source, target = self._ends[flow.id]
            if source is not None:
                outgoing.setdefault(source.id, []).append(flow)
            if target is not None:
                incoming.setdefault(target.id, []).append(flow)
        return (
            {id_: tuple(flows) for id_, flows in incoming.items()},
            {id_: tuple(flows) for id_, flows in outgoing.items()},
        )

    def incoming(self, element: Element) -> tuple[Element, ...]:
        """Return the sequence flows that end at `element`."""
        return self._flows[0].get(element.id, _NONE)

    def outgoing(self, element: Element) -> tuple[Element, ...]:
        """Return the sequence flows that start at `element`."""
        return self._flows[1].get(element.id, _NONE)

    @cached_property
    def own_lanes(self) -> dict[str, Element]:
        """Element id → the innermost lane that names it."""
        # Lanes come outer before inner in document order, so the innermost one is written last.
        found: dict[str, Element] = {}
        for lane in self._model.lanes:
            if "flowNodeRef" in lane.xml:
                for node in lane.details.find_all("flowNodeRef"):
                    if (element := self._model.resolve(node.text.strip())) is not None:
                        found[element.id] = lane
        return found

    def lane(self, element: Element) -> Element | None:
        """Return the innermost lane responsible for `element`, that of the enclosing sub-process if need be."""
        if element.kind is Kind.LANE:
            return element
        at: Element | None = element
        while at is not None:
            if (lane := self.own_lanes.get(at.id)) is not None:
                return lane
            at = at.parent
        if element.type == "boundaryEvent" and (host := element.attached_to) is not None and host is not element:
            return self.own_lanes.get(host.id)
        return None

    @cached_property
    def _pools(self) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for pool in self._model.pools:
            process = self._model.resolve(pool.attributes.get("processRef"))
            if process is not None:
                found.setdefault(process.id, pool)
        return found

    def pool(self, element: Element) -> Element | None:
        """Return the participant whose process contains `element`."""
        if element.kind is Kind.POOL:
            return element
        at: Element | None = element
        while at is not None:
            if (pool := self._pools.get(at.id)) is not None:
                return pool
            at = at.parent
        return None

    @cached_property
    def _attached(self) -> dict[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {}
        for event in self._model.of_kind(Kind.EVENT):
            if event.type == "boundaryEvent" and (host := event.attached_to) is not None:
                found.setdefault(host.id, []).append(event)
        return {id_: tuple(events) for id_, events in found.items()}

    def attached(self, element: Element) -> tuple[Element, ...]:
        """Return the boundary events that sit on `element`."""
        return self._attached.get(element.id, _NONE)
