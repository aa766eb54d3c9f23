"""From understood rows to a plan of nodes and ways, with what a table leaves unsaid filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.bpmn.naming import tidy
from hub.bpmn.table_rows import Row, TableError
from hub.bpmn.table_types import StepType

_END: Final = frozenset({"ende", "end", "schluss", "fertig", "finish"})
_NOTHING: Final = frozenset({"–", "-", "—", "keine", "kein", "none", "nichts", "n/a"})
_POINTER: Final = re.compile(r"^(?:zu(?:rück zu)?|weiter mit|schritt|nr\.?|step|no\.?|go to)\s+", re.IGNORECASE)
_SEPARATORS: Final = (re.compile(r"\s*(?:→|->|=>)\s*"), re.compile(r"\s*:\s*"))


@dataclass(slots=True, eq=False)
class PlannedNode:
    """A node to be: a row, or what a table leaves unsaid (joins, ends, the start)."""

    id: str
    type: StepType
    name: str = ""
    lane: str = ""
    process: str = ""
    row: Row | None = None
    parent: PlannedNode | None = None
    """The sub-process it lies in."""
    host: PlannedNode | None = None
    """The activity an exception belongs to."""
    children: list[PlannedNode] = field(default_factory=list)


@dataclass(slots=True)
class PlannedFlow:
    """A way to be."""

    source: PlannedNode
    target: PlannedNode
    label: str


@dataclass(frozen=True, slots=True)
class _Aim:
    """Where an entry under „Weiter mit“ leads: a row, or None for an end of its own."""

    node: PlannedNode | None


class Builder:
    """Plans one model from rows; `headings` are the table's own words for its columns."""

    def __init__(self, rows: list[Row], headings: Mapping[str, str]) -> None:
        self._rows = rows
        self._headings = headings
        self._nodes: list[PlannedNode] = []
        self._by_number: dict[str, PlannedNode] = {}
        self._by_name: dict[str, list[PlannedNode]] = {}
        self._flows: list[PlannedFlow] = []
        self._extra = 0

    def plan(self) -> tuple[list[PlannedNode], list[PlannedFlow]]:
        """Return nodes, in the order of the rows, and ways; raises `TableError`."""
        self._make_nodes()
        self._nest()
        rows = list(self._nodes)
        for process in dict.fromkeys(node.process for node in rows):
            self._connect([n for n in rows if n.process == process and n.parent is None and n.host is None])
        for node in rows:
            if node.type.holds_steps and node.children:
                self._connect([child for child in node.children if child.host is None])
        for node in rows:
            if node.host is not None:
                self._lead_on(node, None)
        self._join()
        return self._nodes, self._flows

    def find_number(self, number: str) -> PlannedNode | None:
        """Return the row with this number."""
        return self._by_number.get(number)

    # Nodes

    def _make_nodes(self) -> None:
        lane: dict[str, str] = {}
        for count, row in enumerate(self._rows, 1):
            type_ = row.type or self._guess(count, row)
            number = row.number or str(count)
            if number in self._by_number:
                raise TableError("number", row.line, self._headings.get("number", ""), number[:80])
            who = row.responsible
            if who or type_.is_activity:
                lane[row.process] = who
            else:
                # An event or decision without an entry stays with whoever had the step before.
                who = lane.get(row.process, "")
            node = PlannedNode(f"Step_{count}", type_, row.step, who, row.process, row)
            self._nodes.append(node)
            self._by_number[number] = node
            if row.step:
                self._by_name.setdefault(_key(row.step), []).append(node)
            row.number = number

    def _guess(self, count: int, row: Row) -> StepType:
        """Return the type of a row that names none."""
        word = row.step.casefold()
        if word in ("start", "beginn") or (count == 1 and not row.step):
            return StepType("startEvent")
        if word in _END:
            return StepType("endEvent")
        if row.step.endswith("?"):
            return StepType("exclusiveGateway")
        return StepType("task")

    def _nest(self) -> None:
        """Put rows numbered 3.1 into the sub-process 3, and exceptions on their step."""
        previous: PlannedNode | None = None
        for node in self._nodes:
            if node.row is None:
                continue
            outer = self._by_number.get(node.row.number.rpartition(".")[0])
            if node.type.type == "boundaryEvent":
                node.host = outer if outer is not None and outer.type.is_activity else previous
                if node.host is None:
                    raise TableError("exception", node.row.line, self._headings.get("type", ""), node.name)
                node.parent = node.host.parent
                node.process = node.host.process
                if node.parent is not None:
                    node.parent.children.append(node)
                continue
            if outer is not None and outer.type.holds_steps and outer is not node:
                node.parent = outer
                node.process = outer.process
                outer.children.append(node)
            if node.type.is_activity:
                previous = node

    # Ways

    def _connect(self, level: list[PlannedNode]) -> None:
        """Connect the rows of one process or sub-process, with a start and ends where the table has none."""
        flowing = [node for node in level if node.type.mark == ""]
        for place, node in enumerate(flowing):
            following = flowing[place + 1] if place + 1 < len(flowing) else None
            self._lead_on(node, following)
        parent = level[0].parent if level else None
        needs_start = parent is None or (parent.type.type != "adHocSubProcess" and parent.type.mark == "")
        if flowing and needs_start and not any(node.type.type == "startEvent" for node in flowing):
            start = self._add("Start", StepType("startEvent"), flowing[0])
            self._flows.insert(0, PlannedFlow(start, flowing[0], ""))

    def _lead_on(self, node: PlannedNode, following: PlannedNode | None) -> None:
        if node.row is None:
            return
        ways = list(self._ways(node.row, node))
        if node.type.type == "endEvent" and not node.row.next:
            return
        if not node.row.next and not ways:
            inner = node.parent
            if inner is not None and inner.type.type == "adHocSubProcess":
                return
            ways = [(node.row.condition.strip(), following)]
        source = node
        labelled = len(ways) > 1 and all(label for label, _ in ways)
        if labelled and not node.type.is_gateway:
            # Departments write the decision behind the step that prepares it.
            source = self._add("Decision", StepType("exclusiveGateway"), node)
            self._flows.append(PlannedFlow(node, source, ""))
        for label, aim in ways:
            target = aim if aim is not None else self._add("End", StepType("endEvent"), node)
            self._flows.append(PlannedFlow(source, target, label))

    def _ways(self, row: Row, node: PlannedNode) -> Iterator[tuple[str, PlannedNode | None]]:
        """Yield label and target of each entry under „Weiter mit“; None stands for an end of its own."""
        entries = [entry.strip() for entry in re.split(r"[;\n]", row.next) if entry.strip()]
        if len(entries) == 1 and re.fullmatch(r"[\d.]+(?:\s*,\s*[\d.]+)+", entries[0]):
            entries = [entry.strip() for entry in entries[0].split(",")]
        labels = [label.strip() for label in re.split(r"[;\n]", row.condition)]
        for place, entry in enumerate(entries):
            if entry.casefold() in _NOTHING:
                continue
            label, target = self._read_way(entry, row, node)
            if not label and len(labels) == len(entries):
                label = labels[place]
            yield label, target

    def _read_way(self, entry: str, row: Row, node: PlannedNode) -> tuple[str, PlannedNode | None]:
        if (found := self._find(entry, row, node)) is not None:
            return "", found.node
        candidates = []
        for separator in _SEPARATORS:
            for match in reversed(list(separator.finditer(entry))):
                candidates.append((entry[: match.start()], entry[match.end() :]))
        if (behind := re.fullmatch(r"(.+?)\s*\((.+)\)", entry)) is not None:
            candidates.append((behind[2], behind[1]))
        for label, aim in candidates:
            if (found := self._find(aim, row, node)) is not None:
                return tidy(label), found.node
        raise TableError("target", row.line, self._headings.get("next", ""), entry[:80])

    def _find(self, word: str, row: Row, node: PlannedNode) -> _Aim | None:
        """Return where a word leads, None if it names nothing."""
        for text in (word, _POINTER.sub("", word)):
            if (found := self._by_number.get(text.rstrip("."))) is not None:
                return _Aim(found)
            named = self._by_name.get(_key(tidy(text)), [])
            near = [other for other in named if other.parent is node.parent] or named
            if len(near) == 1:
                return _Aim(near[0])
            if len(near) > 1:
                raise TableError("ambiguous", row.line, self._headings.get("next", ""), text[:80])
            if text.casefold() in _END:
                return _Aim(None)
        return None

    def _join(self) -> None:
        """Put a joining gateway before every step that several ways lead to."""
        by_target: dict[str, list[PlannedFlow]] = {}
        for flow in self._flows:
            by_target.setdefault(flow.target.id, []).append(flow)
        for node in list(self._nodes):
            arriving = by_target.get(node.id, [])
            if len(arriving) > 1 and node.type.is_activity:
                join = self._add("Join", StepType("exclusiveGateway"), node)
                for flow in arriving:
                    flow.target = join
                self._flows.append(PlannedFlow(join, node, ""))

    def _add(self, word: str, type_: StepType, beside: PlannedNode) -> PlannedNode:
        self._extra += 1
        base = beside.host or beside
        node = PlannedNode(f"{word}_{self._extra}", type_, "", base.lane, base.process, None, base.parent)
        if base.parent is not None:
            base.parent.children.append(node)
        self._nodes.append(node)
        return node


def _key(name: str) -> str:
    """Return a name as it is compared: without regard to case and kind of space."""
    return " ".join(name.split()).casefold()
