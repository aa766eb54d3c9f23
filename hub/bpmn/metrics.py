"""Size and complexity of a model in figures, each with the paper it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

from hub.bpmn.vocabulary import Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_SPLITS: Final = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one model. Nodes are activities, events and gateways at every depth.

    Sources: Cardoso et al., "A Discourse on Complexity of Process Models", BPM Workshops 2006 (NOA, NOAC, NOAJS,
    CNC, control-flow complexity); Mendling, "Metrics for Process Models", LNBIP 6, 2008 (density, gateway
    heterogeneity and mismatch, depth, separability); Sánchez-González et al., "Quality assessment of business
    process models based on thresholds", OTM 2010 (how they relate to understanding); Kluza and Nalepa, "Proposal
    of square metrics for measuring business process model complexity", FedCSIS 2012 (Durfee square); McCabe, IEEE
    TSE 2(4), 1976 (cyclomatic number).
    """

    node_count: int
    flow_count: int
    activities: int
    """NOA: number of activities."""
    activities_and_control: int
    """NOAC: activities plus events and gateways (control-flow elements)."""
    activities_joins_splits: int
    """NOAJS: activities plus gateways that join or split."""
    events: int
    gateways: int
    sub_processes: int
    pools: int
    lanes: int
    message_flows: int
    data_elements: int
    annotations: int
    connectivity: float
    """CNC, coefficient of network connectivity: sequence flows per node."""
    density: float
    """Sequence flows in proportion to all that could be drawn, 0 to 1."""
    gateway_degree: float
    """Average number of sequence flows at a gateway; 0 without gateways."""
    gateway_heterogeneity: float
    """Entropy of gateway types, 0 (all alike) to 1 (all types equally often)."""
    gateway_mismatch: int
    """Sum over gateway types of |outgoing at splits − incoming at joins|: blocks that are not closed as they opened."""
    control_flow_complexity: int
    """CFC: exclusive and event-based splits count their ways, inclusive ones 2^n − 1, parallel ones 1."""
    cyclomatic: int
    """McCabe: flows − nodes + 2 × connected parts."""
    nesting_depth: int
    """Levels of sub-processes, 0 for a flat model."""
    longest_path: int
    """Nodes on the longest way through the model, loops counted once as one node each."""
    in_loops: int
    """Nodes that lie on a cycle."""
    durfee_square: int
    """The largest d such that d element types occur at least d times each."""
    label_length: float
    """Average number of words in the names of named activities."""
    unnamed_nodes: int
    """Activities and events without a name."""
    hand_overs: int
    """Sequence flows between two lanes, and message flows: places where work changes hands."""


def metrics(model: Model) -> Metrics:
    """Return the figures of `model`; an empty model gives zeros."""
    nodes, flows = model.nodes, model.flows
    ends = [(flow.source, flow.target) for flow in flows]
    edges = [
        (source.id, target.id) for source, target in ends if source and target and source.is_node and target.is_node
    ]
    activities = [node for node in nodes if node.kind is Kind.ACTIVITY]
    gateways = [node for node in nodes if node.kind is Kind.GATEWAY]
    degrees = {gateway.id: (len(gateway.incoming), len(gateway.outgoing)) for gateway in gateways}
    components = strong_components([node.id for node in nodes], edges)
    names = [node.name for node in activities if node.name.strip()]
    return Metrics(
        node_count=len(nodes),
        flow_count=len(flows),
        activities=len(activities),
        activities_and_control=len(nodes),
        activities_joins_splits=len(activities) + sum(1 for ins, outs in degrees.values() if ins > 1 or outs > 1),
        events=sum(1 for node in nodes if node.kind is Kind.EVENT),
        gateways=len(gateways),
        sub_processes=sum(1 for node in activities if node.type in ("subProcess", "adHocSubProcess", "transaction")),
        pools=len(model.pools),
        lanes=len(model.lanes),
        message_flows=len(model.message_flows),
        data_elements=sum(1 for item in model.data if item.type not in ("dataObject", "dataStore", "property")),
        annotations=sum(1 for item in model.artifacts if item.type == "textAnnotation"),
        connectivity=len(flows) / len(nodes) if nodes else 0.0,
        density=len(edges) / (len(nodes) * (len(nodes) - 1)) if len(nodes) > 1 else 0.0,
        gateway_degree=sum(map(sum, degrees.values())) / len(gateways) if gateways else 0.0,
        gateway_heterogeneity=_heterogeneity(gateways),
        gateway_mismatch=_mismatch(gateways, degrees),
        control_flow_complexity=sum(_complexity(gateway, degrees[gateway.id][1]) for gateway in gateways),
        cyclomatic=len(edges) - len(nodes) + 2 * _parts([node.id for node in nodes], edges) if nodes else 0,
        nesting_depth=max(map(_depth, nodes), default=0),
        longest_path=_longest_path(components, edges),
        in_loops=_in_loops(components, edges),
        durfee_square=_durfee(Counter(node.type for node in (*nodes, *flows))),
        label_length=sum(len(name.split()) for name in names) / len(names) if names else 0.0,
        unnamed_nodes=sum(1 for node in nodes if node.kind is not Kind.GATEWAY and not node.name.strip()),
        hand_overs=len(model.message_flows) + sum(1 for source, target in ends if _changes_hands(source, target)),
    )


def strong_components(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the strongly connected components, each after those it leads to (Tarjan, SIAM J. Comput. 1(2), 1972)."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        following[source].append(target)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in nodes:
        if root in index:
            continue
        work = [(root, iter(following[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(following[successor])))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(component)
    return found


def _heterogeneity(gateways: Sequence[Element]) -> float:
    counts = Counter(gateway.type for gateway in gateways)
    total = len(gateways)
    if len(counts) < 2:
        return 0.0
    return -sum(count / total * log(count / total, len(_SPLITS)) for count in counts.values())


def _mismatch(gateways: Sequence[Element], degrees: Mapping[str, tuple[int, int]]) -> int:
    balance: Counter[str] = Counter()
    for gateway in gateways:
        # What an event-based gateway opens, an exclusive one closes.
        type_ = "exclusiveGateway" if gateway.type == "eventBasedGateway" else gateway.type
        ins, outs = degrees[gateway.id]
        balance[type_] += (outs if outs > 1 else 0) - (ins if ins > 1 else 0)
    return sum(map(abs, balance.values()))


def _complexity(gateway: Element, ways: int) -> int:
    if ways < 2:
        return 0
    if gateway.type in ("inclusiveGateway", "complexGateway"):
        return int(2 ** min(ways, 60) - 1)
    return 1 if gateway.type == "parallelGateway" else ways


def _parts(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> int:
    leader = {node: node for node in nodes}

    def find(node: str) -> str:
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for source, target in edges:
        leader[find(source)] = find(target)
    return sum(1 for node in nodes if leader[node] == node)


def _depth(node: Element) -> int:
    depth, at = 0, node.parent
    while at is not None:
        depth += at.kind is Kind.ACTIVITY
        at = at.parent
    return depth


def _longest_path(components: list[list[str]], edges: Sequence[tuple[str, str]]) -> int:
    part_of = {node: number for number, component in enumerate(components) for node in component}
    leads_to: list[set[int]] = [set() for _ in components]
    for source, target in edges:
        if part_of[source] != part_of[target]:
            leads_to[part_of[source]].add(part_of[target])
    longest = [0] * len(components)
    for number, component in enumerate(components):
        longest[number] = len(component) + max((longest[other] for other in leads_to[number]), default=0)
    return max(longest, default=0)


def _in_loops(components: list[list[str]], edges: Sequence[tuple[str, str]]) -> int:
    looping = {source for source, target in edges if source == target}
    looping.update(node for component in components if len(component) > 1 for node in component)
    return len(looping)


def _durfee(counts: Counter[str]) -> int:
    ordered = sorted(counts.values(), reverse=True)
    return sum(1 for rank, count in enumerate(ordered, 1) if count >= rank)


def _changes_hands(source: Element | None, target: Element | None) -> bool:
    return source is not None and target is not None and source.lane is not target.lane
