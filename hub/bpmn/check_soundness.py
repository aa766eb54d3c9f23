"""Deadlocks and missing synchronisation, found by playing the token game on a bounded number of states.

Each scope becomes a set of flows that hold a token or not. Of all that could happen next only the earliest
in flow order is played, with all its choices: in workflow graphs nodes compete for tokens only with themselves, so
the order of independent steps does not matter for deadlocks (stubborn sets; Valmari 1991), and playing the earliest
first lets parallel tokens catch up with each other where they meet. Every finding is a state that can really be
reached. Where the bound is hit, or a loop hides an order, something may be missed; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

from hub.bpmn.check_view import Hit, Scope, View
from hub.bpmn.links import find_links
from hub.bpmn.vocabulary import Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_STATES: Final = 2_000
"""States looked at per scope; models of ordinary size need a few dozen."""
_WORK: Final = 150_000
"""Flows looked at per scope while asking whether an inclusive join may still wait for one."""
_WAYS: Final = 5
"""Up to so many ways every combination of an inclusive split is played."""
_STOPPING: Final = frozenset({"terminate", "error", "cancel"})


def check_soundness(view: View) -> Iterator[Hit]:
    """Yield joins that wait for ever and places where parallel ways meet unsynchronised."""
    for scope in view.scopes:
        branches = any(node.kind is Kind.GATEWAY or len(view.outs[node.id]) > 1 for node in scope.nodes)
        if branches and scope.element.type != "adHocSubProcess":
            yield from _Game(view, scope).play()


class _Game:
    """The token game of one scope; a state is an integer with one bit per sequence flow."""

    def __init__(self, view: View, scope: Scope) -> None:
        self._view = view
        self._nodes = {node.id: node for node in scope.nodes}
        self._links = find_links(scope.nodes).jumps
        self._rank = {id_: rank for rank, id_ in enumerate(self._order(scope))}
        flows = [
            (flow.id, source.id, target.id)
            for flow in view.model.flows
            if (ends := view.ends[flow.id])
            and (source := ends[0]) is not None
            and (target := ends[1]) is not None
            and source.id in self._nodes
            and target.id in self._nodes
        ]
        flows += [(f"{throw}#link", throw, catch) for throw, catch in self._links.items()]
        # The lowest bit set is then the token that stands before the earliest node.
        flows.sort(key=lambda flow: self._rank[flow[2]])
        self._source = [source for _, source, _ in flows]
        self._target = [target for _, _, target in flows]
        self._in: dict[str, int] = dict.fromkeys(self._nodes, 0)
        self._out: dict[str, list[int]] = {id_: [] for id_ in self._nodes}
        self._conditional: set[str] = set()
        for bit, (flow, before, after) in enumerate(flows):
            self._out[before].append(1 << bit)
            self._in[after] |= 1 << bit
            element = view.model.elements.get(flow)
            if element is not None and self._nodes[before].kind is not Kind.GATEWAY and element.condition:
                self._conditional.add(before)
        self._alternatives = {id_: self._posts(node) for id_, node in self._nodes.items()}
        self._upstream: dict[tuple[str, int], int] = {}
        self._work = 0
        self._seen: dict[int, tuple[int, str, int] | None] = {}

    def play(self) -> Iterator[Hit]:
        """Yield each stuck join and each unsynchronised meeting once."""
        told: set[tuple[str, str]] = set()
        stack = []
        for state in self._initial_states():
            if state not in self._seen:
                self._seen[state] = None
                stack.append(state)
        while stack and len(self._seen) < _STATES and self._work < _WORK:
            state = stack.pop()
            step = self._next(state)
            if step is None:
                for join in self._stuck(state):
                    if ("deadlock", join.id) not in told:
                        told.add(("deadlock", join.id))
                        yield Hit("deadlock", join, {"cause": self._decision_before(state, join) or ""})
                continue
            id_, taken = step
            for post in self._alternatives[id_]:
                rest = 0 if post is None else state & ~taken
                given = post or 0
                if rest & given:
                    if ("double", id_) not in told and len(self._out[id_]) >= 1:
                        told.add(("double", id_))
                        node = self._nodes[id_]
                        yield Hit("lack-of-synchronisation", node, {"cause": self._split_before(state, node) or ""})
                    continue
                new = rest | given
                if new and new not in self._seen:
                    self._seen[new] = (state, id_, given)
                    stack.append(new)

    def _initial_states(self) -> list[int]:
        starts = [node for node in self._nodes.values() if node.type == "startEvent"]
        if starts:
            return [sum(self._out[start.id]) for start in starts if self._out[start.id]]
        # Without start event everything without way in begins at once (BPMN 2.0.2, 13.2).
        first = 0
        for id_, node in self._nodes.items():
            if not self._in[id_] and node.type != "boundaryEvent" and self._out[id_]:
                alternatives = self._alternatives[id_]
                first |= alternatives[0] or 0
        return [first] if first else []

    def _next(self, state: int) -> tuple[str, int] | None:
        """Return the earliest node that can go on and the tokens it takes, None if nothing can."""
        rest = state
        while rest:
            token = rest & -rest
            rest ^= token
            id_ = self._target[token.bit_length() - 1]
            node = self._nodes[id_]
            if node.type == "parallelGateway":
                if state & self._in[id_] == self._in[id_]:
                    return id_, self._in[id_]
            elif node.type in ("inclusiveGateway", "complexGateway"):
                if self._may_join(state, id_):
                    return id_, state & self._in[id_]
            else:
                return id_, token
        return None

    def _may_join(self, state: int, id_: str) -> bool:
        """Return whether no token can still come that an inclusive join has to wait for (BPMN 2.0.2, 13.4.3)."""
        came = state & self._in[id_]
        missing = self._in[id_] & ~came
        if not missing:
            return True
        return not state & ~self._in[id_] & self._before(id_, missing) & ~self._before(id_, came)

    def _before(self, id_: str, flows: int) -> int:
        """Return the flows from which a token can get onto one of `flows` without passing the node `id_`."""
        known = self._upstream.get((id_, flows))
        if known is None:
            known, stack = flows, _bits(flows)
            while stack:
                node = self._nodes[self._source[stack.pop()]]
                host = self._view.hosts.get(node.id)
                for before in (node.id, host.id if host is not None else node.id):
                    if before == id_ or before not in self._in:
                        continue
                    new = self._in[before] & ~known
                    known |= new
                    stack += _bits(new)
                self._work += 1
            self._upstream[id_, flows] = known
        return known

    def _posts(self, node: Element) -> list[int | None]:
        """Return what a node may put out: one set of flows per alternative, None for the end of everything."""
        outs = self._out[node.id]
        if node.type == "endEvent" and _STOPPING & set(self._view.types(node)):
            return [None]
        if not outs:
            normal: list[int] = [0]
        elif node.type in ("exclusiveGateway", "eventBasedGateway"):
            normal = list(outs)
        elif node.type in ("inclusiveGateway", "complexGateway") or node.id in self._conditional:
            normal = _subsets(outs)
        else:
            normal = [sum(outs)]
        posts: list[int | None] = list(normal)
        for event in self._view.attached.get(node.id, ()):
            if "compensate" in self._view.types(event):
                continue  # It acts when the activity is long done.
            given = sum(self._out.get(event.id, ()))
            if event.is_interrupting:
                posts.append(given)
            elif given:
                posts += [post | given for post in normal if not post & given]
        return posts

    def _stuck(self, state: int) -> list[Element]:
        found = []
        for id_, node in self._nodes.items():
            if node.type == "parallelGateway" and 0 < state & self._in[id_] < self._in[id_]:
                found.append(node)
        return found

    def _decision_before(self, state: int, join: Element) -> Element | None:
        """Return the latest decision on the way to `state` that sent no token where `join` waits for one."""
        wanted = self._before(join.id, self._in[join.id] & ~state)
        trace = self._seen.get(state)
        while trace is not None:
            before, id_, given = trace
            node = self._nodes[id_]
            if len(self._alternatives[id_]) > 1 and sum(self._out[id_]) & wanted and not given & wanted:
                return node
            trace = self._seen[before]
        return None

    def _split_before(self, state: int, meeting: Element) -> Element | None:
        """Return the latest node on the way to `state` that made two tokens out of one before `meeting`."""
        upstream = self._before(meeting.id, self._in[meeting.id])
        trace = self._seen.get(state)
        while trace is not None:
            before, id_, given = trace
            if (given & upstream).bit_count() > 1:
                return self._nodes[id_]
            trace = self._seen[before]
        return None

    def _order(self, scope: Scope) -> list[str]:
        """Return node ids in reverse post-order: before what follows them, loops aside."""
        view = self._view
        links = self._links
        order: list[str] = []
        visited: set[str] = set()
        roots = sorted(scope.nodes, key=lambda node: (node.type != "startEvent", bool(view.ins[node.id])))
        for root in reversed([node for node in roots if not view.ins[node.id]] or roots[:1]):
            self._visit(root.id, links, visited, order)
        for node in scope.nodes:
            self._visit(node.id, links, visited, order)
        order.reverse()
        return order

    def _visit(self, root: str, links: dict[str, str], visited: set[str], order: list[str]) -> None:
        if root in visited:
            return
        visited.add(root)
        stack = [(root, self._successors(root, links))]
        while stack:
            id_, following = stack[-1]
            for other in following:
                if other not in visited:
                    visited.add(other)
                    stack.append((other, self._successors(other, links)))
                    break
            else:
                order.append(id_)
                stack.pop()

    def _successors(self, id_: str, links: dict[str, str]) -> Iterator[str]:
        for flow in self._view.outs[id_]:
            target = self._view.ends[flow.id][1]
            if target is not None and target.id in self._nodes:
                yield target.id
        for event in self._view.attached.get(id_, ()):
            if event.id in self._nodes:
                yield event.id
        if id_ in links:
            yield links[id_]


def _bits(flows: int) -> list[int]:
    found = []
    while flows:
        lowest = flows & -flows
        found.append(lowest.bit_length() - 1)
        flows ^= lowest
    return found


def _subsets(outs: list[int]) -> list[int]:
    """Return the combinations of ways an inclusive split may open, the single ones first."""
    if len(outs) > _WAYS:
        return [*outs, sum(outs)]
    return [sum(chosen) for size in range(1, len(outs) + 1) for chosen in combinations(outs, size)]
