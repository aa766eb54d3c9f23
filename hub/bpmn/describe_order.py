"""In which order a process is told: along the flow, branch after branch, everything exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.bpmn.links import find_links
from hub.bpmn.vocabulary import SUB_PROCESSES

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model


@dataclass(slots=True)
class Entry:
    """A node in its place: its number, what is told beneath it, and what comes after it."""

    node: Element
    children: list[Entry] = field(default_factory=list)
    number: str = ""
    section: int = 0
    level: int = 0
    position: int = 0
    """Place in the whole text, from 0."""
    following: Entry | None = None
    """The next entry on the same level."""


def scopes(model: Model) -> list[Element]:
    """Return everything flow happens in at the outermost level: processes and choreographies with their nodes."""
    tops: list[Element] = []
    seen: set[str] = set()
    for node in model.nodes:
        top = node
        while top.parent is not None:
            top = top.parent
        if top.id not in seen:
            seen.add(top.id)
            tops.append(top)
    return tops


def arrange(scope: Element) -> list[Entry]:
    """Return the nodes of a process or sub-process in reading order, those of sub-processes beneath them."""
    own = _own_nodes(scope)
    hosts = {node.id for node in own}
    attached: dict[str, list[Element]] = {}
    free: list[Element] = []
    for node in own:
        host = node.attached_to if node.type == "boundaryEvent" else None
        if host is not None and host.id in hosts and host.type != "boundaryEvent":
            attached.setdefault(host.id, []).append(node)
        else:
            free.append(node)
    entries = []
    for node in _along_the_flow(free, attached):
        inner = arrange(node) if node.type in SUB_PROCESSES else []
        entries.append(Entry(node, [*inner, *(Entry(event) for event in attached.get(node.id, ()))]))
    return entries


def number(entries: Sequence[Entry], section: int, position: int = 0, prefix: str = "", level: int = 0) -> int:
    """Give `entries` and what is beneath them their numbers (`3`, `3.1`); return the next free position."""
    for count, entry in enumerate(entries, 1):
        entry.number = f"{prefix}{count}"
        entry.section, entry.level, entry.position = section, level, position
        entry.following = entries[count] if count < len(entries) else None
        position = number(entry.children, section, position + 1, f"{entry.number}.", level + 1)
    return position


def walk(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield `entries` and everything beneath them in reading order."""
    for entry in entries:
        yield entry
        yield from walk(entry.children)


def _own_nodes(scope: Element) -> list[Element]:
    """Return the nodes of a scope, those wrongly written inside something else of it included."""
    found: list[Element] = []
    stack = list(reversed(scope.children))
    while stack:
        child = stack.pop()
        if child.is_node:
            found.append(child)
            if child.type not in SUB_PROCESSES:
                stack.extend(reversed(child.children))
        else:
            stack.extend(reversed(child.children))
    return found


def _along_the_flow(nodes: list[Element], attached: dict[str, list[Element]]) -> list[Element]:
    """Order nodes by reverse post-order of a depth-first walk: joins after all their branches, loops once."""
    by_id = {node.id: node for node in nodes}
    jumps = find_links(nodes).jumps

    def successors(node: Element) -> list[str]:
        # The last way visited is told first, so the exceptions go first and the first branch last.
        ways = [flow.target.id for event in attached.get(node.id, ()) for flow in event.outgoing if flow.target]
        if node.id in jumps:
            ways.append(jumps[node.id])
        ways += [flow.target.id for flow in reversed(node.outgoing) if flow.target]
        return [id_ for id_ in ways if id_ in by_id]

    reached = {id_ for node in nodes for id_ in successors(node)}
    starts = [node for node in nodes if node.type == "startEvent"]
    starts += [node for node in nodes if node.type != "startEvent" and node.id not in reached and not _is_aside(node)]
    visited: set[str] = set()
    # Later starts are walked first: what several starts share is then told after all of them.
    order = [node for start in reversed(starts) for node in _post_order(start, by_id, successors, visited)]
    order.reverse()
    for root in sorted(nodes, key=_is_aside):
        order += reversed(_post_order(root, by_id, successors, visited))
    return order


def _is_aside(node: Element) -> bool:
    """Return whether a node waits beside the flow: event sub-processes and compensation."""
    return node.is_event_sub_process or node.attributes.get("isForCompensation") in ("true", "1")


def _post_order(
    root: Element, by_id: dict[str, Element], successors: Callable[[Element], list[str]], visited: set[str]
) -> list[Element]:
    order: list[Element] = []
    if root.id in visited:
        return order
    visited.add(root.id)
    stack: list[tuple[Element, Iterator[str]]] = [(root, iter(successors(root)))]
    while stack:
        node, ways = stack[-1]
        for id_ in ways:
            if id_ not in visited:
                visited.add(id_)
                stack.append((by_id[id_], iter(successors(by_id[id_]))))
                break
        else:
            order.append(node)
            stack.pop()
    return order
