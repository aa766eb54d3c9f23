"""A process as a table: departments think in rows of step, type, responsible, next.

`from_table` makes a model of such rows, `to_table` rows of any model. What a table says by leaving it out (a plain
start or end, the gateway behind a decision, the gateway before a joined step) is filled in one way and left out the
other way, so that a table stays the same on the way there and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from hub.bpmn.describe_order import Entry, arrange, scopes
from hub.bpmn.naming import is_default_name, tidy
from hub.bpmn.table_build import Builder
from hub.bpmn.table_rows import COLUMNS, Table, TableError, read_rows
from hub.bpmn.table_types import write_type
from hub.bpmn.table_xml import Writer
from hub.bpmn.vocabulary import HUB, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

__all__ = ["TableError", "from_table", "not_in_table", "to_table"]


def from_table(table: Table, name: str = "") -> bytes:
    """Return the BPMN model that `table` tells, without a drawing (see `layout`).

    `table` is a CSV file (semicolon, comma or tab; UTF-8, UTF-16 or Windows-1252), a list of rows with a heading
    first, or a list of mappings. `name` names the process where the table does not. Raises `TableError` with a
    sentence that names row and column.
    """
    rows, headings = read_rows(table)
    builder = Builder(rows, headings)
    nodes, flows = builder.plan()
    return Writer(nodes, flows, tidy(name), builder.find_number, headings.get("messages", "")).write()


def to_table(model: Model, lang: str = "de") -> list[list[str]]:
    """Return `model` as rows, a heading first; columns as in `COLUMNS`. See `not_in_table` for what does not fit."""
    return _Reader(model, lang).rows()


def not_in_table(model: Model, lang: str = "de") -> list[str]:
    """Return a sentence for each kind of content that `to_table` leaves out."""
    german = lang == "de"
    counts = [
        (sum(1 for a in model.artifacts if a.type == "textAnnotation"), "Anmerkungen", "annotations"),
        (sum(1 for a in model.artifacts if a.type == "group"), "Gruppierungen", "groups"),
        (sum(1 for d in model.data if d.type.endswith("Reference")), "Datenobjekte und Datenspeicher", "data elements"),
        (sum(1 for f in model.flows if f.condition and f.name), "Bedingungen für Maschinen", "machine conditions"),
        (
            sum(1 for lane in model.lanes if lane.parent and lane.parent.type == "childLaneSet"),
            "Unterbahnen",
            "sub-lanes",
        ),
        (
            sum(1 for e in (*model.pools, *model.lanes, *model.processes) if e.documentation),
            "Beschreibungen von Abläufen, Pools und Bahnen",
            "descriptions of processes, pools and lanes",
        ),
        (sum(len(diagram.shapes) for diagram in model.diagrams), "Symbole der Zeichnung", "shapes of the drawing"),
    ]
    return [
        f"Nicht in der Tabelle: {word} ({count})." if german else f"Not in the table: {english} ({count})."
        for count, word, english in counts
        if count
    ]


class _Reader:
    """Turns one model into rows."""

    def __init__(self, model: Model, lang: str) -> None:
        self._model = model
        self._lang = lang
        self._place = 0 if lang == "de" else 1
        self._numbers: dict[str, str] = {}
        self._rows: list[tuple[Element, str]] = []
        self._following: dict[str, Element] = {}
        self._folded: set[str] = set()
        self._sends: dict[str, list[Element]] = {}
        self._receives: dict[str, list[Element]] = {}
        for flow in model.message_flows:
            if flow.source is not None:
                self._sends.setdefault(flow.source.id, []).append(flow)
            if flow.target is not None:
                self._receives.setdefault(flow.target.id, []).append(flow)

    def rows(self) -> list[list[str]]:
        """Return the heading and one row per step."""
        titles: dict[str, int] = {}
        count = 0
        tops = scopes(self._model)
        for place, top in enumerate(tops, 1):
            pool = top.pool
            title = tidy(pool.name if pool is not None and pool.name else top.name)
            if title and tidy(top.name) not in ("", title):
                title = f"{title}: {tidy(top.name)}"
            if not title and len(tops) > 1:
                title = f"Ablauf {place}" if self._lang == "de" else f"Process {place}"
            titles[title] = titles.get(title, 0) + 1
            if titles[title] > 1:
                title = f"{title} ({titles[title]})"
            count = self._number(arrange(top), "", count, title)
        heading = [words[self._place] for words in COLUMNS.values()]
        return [heading, *(self._row(node, title) for node, title in self._rows)]

    def _number(self, entries: list[Entry], prefix: str, count: int, title: str) -> int:
        shown = [entry for entry in entries if not self._is_unsaid(entry.node, entries)]
        here = {entry.node.id for entry in shown}
        self._folded.update(entry.node.id for entry in entries if entry.node.id not in here)
        flowing = [entry.node for entry in shown if entry.node.type != "boundaryEvent" and not _is_aside(entry.node)]
        self._following.update((node.id, after) for node, after in pairwise(flowing))
        for entry in shown:
            count += 1
            self._numbers[entry.node.id] = f"{prefix}{count}"
            self._rows.append((entry.node, title))
            self._number(entry.children, f"{prefix}{count}.", 0, title)
        return count

    def _is_unsaid(self, node: Element, entries: list[Entry]) -> bool:
        """Return whether the table says a node by leaving it out."""
        if tidy(node.name) and not (node.kind is Kind.GATEWAY and is_default_name(node.name)):
            return False
        if node.documentation or node.event_definitions or node.id in self._sends or node.id in self._receives:
            return False
        incoming, outgoing = node.incoming, node.outgoing
        if node.type == "startEvent":
            if entries[0].node is not node or len(outgoing) != 1 or outgoing[0].name or len(entries) < 2:
                return False
            others = any(entry.node.type == "startEvent" for entry in entries[1:])
            return not others and outgoing[0].target is entries[1].node
        if node.type == "endEvent":
            return len(incoming) > 0 and not outgoing
        if node.type == "exclusiveGateway" and incoming:
            return self._is_unsaid_split(node) or self._is_unsaid_join(node)
        return False

    def _is_unsaid_split(self, node: Element) -> bool:
        before = node.incoming[0].source if len(node.incoming) == 1 else None
        if before is None or before.kind is not Kind.ACTIVITY or len(before.outgoing) != 1 or node.incoming[0].name:
            return False
        return len(node.outgoing) > 1 and all(_label(flow) and flow.target for flow in node.outgoing)

    def _is_unsaid_join(self, node: Element) -> bool:
        target = node.outgoing[0].target if len(node.outgoing) == 1 else None
        if target is None or target.kind is not Kind.ACTIVITY or node.outgoing[0].name:
            return False
        return len(node.incoming) > 1 and len(target.incoming) == 1

    def _row(self, node: Element, title: str) -> list[str]:
        lane = node.lane
        values = {
            "number": self._numbers[node.id],
            "process": title,
            "step": tidy(node.name) if not (node.kind is Kind.GATEWAY and is_default_name(node.name)) else "",
            "type": write_type(node, self._lang),
            "responsible": tidy(lane.name) if lane is not None else "",
            "next": self._next(node),
            "condition": "",
            "messages": "; ".join(self._messages(node)),
            "documentation": node.documentation,
            "system": self._extension(node, "system", "name"),
            "legal_basis": self._extension(node, "legalBasis", "text"),
            "rag": self._extension(node, "rag", "code"),
        }
        return [values[column] for column in COLUMNS]

    def _extension(self, node: Element, name: str, attribute: str) -> str:
        found = (e.attributes.get(attribute, "") for e in node.extensions if e.name == name and e.namespace == HUB)
        return "; ".join(tidy(value) for value in found if value)

    def _next(self, node: Element) -> str:
        ways = list(self._ways(node))
        if not ways:
            return "" if node.type == "endEvent" else "–"
        after = self._following.get(node.id)
        if after is not None and ways == [("", self._numbers[after.id])] and node.type != "endEvent":
            return ""
        end = "Ende" if self._lang == "de" else "End"
        return "; ".join(f"{label}: {number or end}" if label else number or end for label, number in ways)

    def _ways(self, node: Element) -> list[tuple[str, str | None]]:
        """Return label and number of what follows; no number stands for a plain end."""
        found: list[tuple[str, str | None]] = []
        for flow in node.outgoing:
            target = flow.target
            if target is None:
                continue
            label = _label(flow, self._lang)
            if target.id in self._folded and target.type == "exclusiveGateway":
                if len(target.outgoing) > 1:
                    return self._ways(target)
                target = target.outgoing[0].target
            if target is not None and (target.id in self._numbers or target.type == "endEvent"):
                found.append((label, self._numbers.get(target.id)))
        return found

    def _messages(self, node: Element) -> Iterable[str]:
        to, by = ("an", "von") if self._lang == "de" else ("to", "from")
        for word, flows, end in ((to, self._sends, "target"), (by, self._receives, "source")):
            for flow in flows.get(node.id, ()):
                other: Element | None = getattr(flow, end)
                pool = other.pool if other is not None else None
                name = self._numbers.get(other.id, "") if other is not None else ""
                name = name or (tidy(pool.name).replace(":", " ").replace(";", ",") if pool is not None else "")
                if name:
                    label = tidy(flow.name).replace(";", ",")
                    if channel := self._extension(flow, "channel", "kind"):
                        label = f"{label} [{channel}]".strip()
                    yield f"{word} {name}: {label}" if label else f"{word} {name}"


def _label(flow: Element, lang: str = "de") -> str:
    """Return what stands on a way: its name, its condition, or that it is the default."""
    label = tidy(flow.name or flow.condition or "").replace(";", ",")
    if not label and flow.source is not None and flow.source.default is flow:
        return "sonst" if lang == "de" else "otherwise"
    return label


def _is_aside(node: Element) -> bool:
    return node.is_event_sub_process or node.attributes.get("isForCompensation") in ("true", "1")
