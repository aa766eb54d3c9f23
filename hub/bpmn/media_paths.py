"""Ways through a model from start to end, and whether one of them is free of media breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.bpmn.media import MediaFinding
from hub.bpmn.media_rules import MediaSeverity
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_PATHS: Final = 60
_STEPS: Final = 20_000
_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


@dataclass(frozen=True, slots=True)
class MediaPath:
    """One way from a start to an end, each element on it at most once."""

    process_id: str
    element_ids: tuple[str, ...]
    """Nodes and sequence flows in order."""
    findings: tuple[MediaFinding, ...]
    """Findings on the way, with those of messages, data and notes at its steps and inside its sub-processes."""
    main: bool
    """Whether it keeps off boundary events: what happens where nothing is interrupted."""

    @property
    def start_id(self) -> str:
        """Where it starts."""
        return self.element_ids[0]

    @property
    def end_id(self) -> str:
        """Where it ends."""
        return self.element_ids[-1]

    @property
    def free(self) -> bool:
        """Whether nothing on it breaks OZGplus (no finding of severity H)."""
        return all(finding.severity is not MediaSeverity.HIGH for finding in self.findings)


def media_paths(model: Model, findings: Iterable[MediaFinding], limit: int = _PATHS) -> list[MediaPath]:
    """Return ways through the processes of `model` with the findings on them, those with the fewest H first.

    `findings` are those to count, usually the open ones. At most `limit` ways per process are listed: a picture, not
    a proof; `continuity` answers exactly.
    """
    places = place_findings(model, findings)
    found: list[MediaPath] = []
    for scope in _top_scopes(model):
        found += _paths_of(_Graph(scope), places, limit)
    return sorted(found, key=lambda path: (_count(path), not path.main, len(path.findings)))


def continuity(model: Model, findings: Iterable[MediaFinding]) -> tuple[bool | None, bool | None]:
    """Return whether the model can be run from start to end without an H finding, and whether every main way is free.

    A run needs all branches of a parallel split and one of an exclusive or inclusive one; a sub-process needs a free
    run inside. Main ways are those without boundary events. With several processes each must be free. None without
    any flow from a start to an end.
    """
    broken = {
        place
        for place, there in place_findings(model, findings).items()
        if any(finding.severity is MediaSeverity.HIGH for finding in there)
    }
    some, every = [], []
    for scope in _top_scopes(model):
        graph = _Graph(scope)
        if not graph.starts or not (graph.reached & graph.reaching):
            continue
        some.append(_can_run(graph, broken))
        every.append(not any(_is_broken(element, broken) for element in graph.on_main_ways))
    return (all(some), all(every)) if some else (None, None)


def place_findings(model: Model, findings: Iterable[MediaFinding]) -> dict[str, list[MediaFinding]]:
    """Return element id → findings that concern it.

    A finding at a message flow, data object or note also concerns the steps it is connected to; pools and lanes
    concern themselves.
    """
    places: dict[str, list[MediaFinding]] = {}
    for finding in findings:
        places.setdefault(finding.element_id, []).append(finding)
    for connection in (*model.message_flows, *model.associations):
        source, target = connection.source, connection.target
        carried = list(places.get(connection.id, ()))
        for end in (source, target):
            if end is not None and end.kind in (Kind.DATA, Kind.ARTIFACT):
                carried += places.get(end.id, ())
        for end in (source, target):
            if end is not None and end.is_node:
                known = places.setdefault(end.id, [])
                known += [finding for finding in carried if finding not in known]
    return places


def _top_scopes(model: Model) -> list[Element]:
    return [process for process in model.processes if process.flow_nodes]


class _Graph:
    """The nodes directly in a process or sub-process, with boundary events as ways out of their step."""

    def __init__(self, scope: Element) -> None:
        self.scope = scope
        self.nodes = {
            node.id: node
            for node in scope.flow_nodes
            if not node.is_event_sub_process and node.attributes.get("isForCompensation", "") not in ("true", "1")
        }
        self.next: dict[str, list[tuple[Element | None, Element]]] = {id_: [] for id_ in self.nodes}
        """Node id → (sequence flow, node); the flow is None from a step to its boundary event."""
        for node in self.nodes.values():
            for flow in node.outgoing:
                if flow.target is not None and flow.target.id in self.nodes:
                    self.next[node.id].append((flow, flow.target))
            self.next[node.id] += [(None, event) for event in node.boundary_events if event.id in self.nodes]
        entered = {after.id for ways in self.next.values() for _, after in ways}
        self.starts = [node for id_, node in self.nodes.items() if node.type == "startEvent" or id_ not in entered]
        self.starts = [node for node in self.starts if node.type != "boundaryEvent"]
        self.ends = {id_ for id_, node in self.nodes.items() if not node.outgoing and node.type != "boundaryEvent"}
        self.reached = _closure([node.id for node in self.starts], self._successors(boundary=True))
        backward: dict[str, list[str]] = {id_: [] for id_ in self.nodes}
        for id_, ways in self.next.items():
            for _, after in ways:
                backward[after.id].append(id_)
        self.reaching = _closure(self.ends, backward)

    def _successors(self, *, boundary: bool) -> dict[str, list[str]]:
        return {
            id_: [after.id for flow, after in ways if boundary or flow is not None] for id_, ways in self.next.items()
        }

    @property
    def on_main_ways(self) -> list[Element]:
        """Nodes and flows that lie between a start and an end without boundary events."""
        ids = _closure([node.id for node in self.starts], self._successors(boundary=False)) & self.reaching
        flows = [flow for id_ in ids for flow, after in self.next[id_] if flow is not None and after.id in ids]
        return [self.nodes[id_] for id_ in ids] + flows


def _closure(first: Collection[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    found, waiting = set(first), list(first)
    while waiting:
        for after in following[waiting.pop()]:
            if after not in found:
                found.add(after)
                waiting.append(after)
    return found


def _is_broken(element: Element, broken: set[str]) -> bool:
    """Return whether an element or a main way inside it is broken."""
    if element.id in broken:
        return True
    if element.type not in SUB_PROCESSES or not element.flow_nodes:
        return False
    return any(_is_broken(part, broken) for part in _Graph(element).on_main_ways)


def _can_run(graph: _Graph, broken: set[str]) -> bool:
    """Return whether tokens can get from a start to ends without touching what is broken (least fixed point)."""
    passable = {id_ for id_, node in graph.nodes.items() if id_ not in broken and _inside_runs(node, broken)}
    before: dict[str, list[str]] = {id_: [] for id_ in graph.nodes}
    for id_, ways in graph.next.items():
        for _, after in ways:
            before[after.id].append(id_)
    free = passable & graph.ends
    waiting = [id_ for end in free for id_ in before[end]]
    while waiting:
        id_ = waiting.pop()
        if id_ in passable and id_ not in free and _goes_on(graph, id_, free, broken):
            free.add(id_)
            waiting += before[id_]
    return any(start.id in free for start in graph.starts)


def _goes_on(graph: _Graph, id_: str, free: set[str], broken: set[str]) -> bool:
    """Return whether a node leads on freely: by all its flows, by one where it chooses, or by a boundary event."""
    flows = [(flow, after.id in free and flow.id not in broken) for flow, after in graph.next[id_] if flow is not None]
    chooses = graph.nodes[id_].type in _CHOOSING or any(flow.condition for flow, _ in flows)
    good = [ok for _, ok in flows]
    if good and (any(good) if chooses else all(good)):
        return True
    return any(flow is None and after.id in free for flow, after in graph.next[id_])


def _inside_runs(node: Element, broken: set[str]) -> bool:
    if node.type not in SUB_PROCESSES or not node.flow_nodes:
        return True
    inner = _Graph(node)
    return not inner.starts or not inner.reached & inner.reaching or _can_run(inner, broken)


def _paths_of(graph: _Graph, places: Mapping[str, list[MediaFinding]], limit: int) -> list[MediaPath]:
    found: list[MediaPath] = []
    steps = 0
    for start in graph.starts:
        if start.id not in graph.reaching:
            continue
        way: list[Element] = [start]
        on_way = {start.id}
        stack = [iter(graph.next[start.id])]
        if start.id in graph.ends:
            found.append(_path(graph, way, places))
        while stack and len(found) < limit and steps < _STEPS:
            steps += 1
            move = next(stack[-1], None)
            if move is None:
                stack.pop()
                on_way.discard(way.pop().id)
                if way and way[-1].kind is Kind.FLOW:
                    way.pop()
                continue
            flow, after = move
            if after.id in on_way or after.id not in graph.reaching:
                continue
            if flow is not None:
                way.append(flow)
            way.append(after)
            on_way.add(after.id)
            stack.append(iter(graph.next[after.id]))
            if after.id in graph.ends:
                found.append(_path(graph, way, places))
    return found


def _path(graph: _Graph, way: list[Element], places: Mapping[str, list[MediaFinding]]) -> MediaPath:
    seen: dict[tuple[str, str], MediaFinding] = {}
    for element in way:
        for id_ in _with_parts(element):
            for finding in places.get(id_, ()):
                seen[finding.element_id, finding.rule] = finding
    main = not any(element.type == "boundaryEvent" for element in way)
    return MediaPath(graph.scope.id, tuple(element.id for element in way), tuple(seen.values()), main)


def _with_parts(element: Element) -> list[str]:
    found, waiting = [], [element]
    while waiting:
        one = waiting.pop()
        found.append(one.id)
        if one.type in SUB_PROCESSES:
            waiting += one.children
    return found


def _count(path: MediaPath) -> int:
    return sum(1 for finding in path.findings if finding.severity is MediaSeverity.HIGH)
