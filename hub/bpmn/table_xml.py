"""Write what a table planned as BPMN XML: pools, lanes, nodes, ways, messages; no drawing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from hub.bpmn.naming import tidy
from hub.bpmn.table_build import PlannedFlow, PlannedNode
from hub.bpmn.table_rows import Row, TableError
from hub.bpmn.vocabulary import BPMN, HUB, XSI

_OTHERWISE: Final = frozenset({"sonst", "andernfalls", "otherwise", "else"})
_MESSAGE: Final = re.compile(r"(an|to|von|from)\s+(.+?)(?:\s*:\s*(.*))?", re.IGNORECASE | re.DOTALL)
_CHANNEL: Final = re.compile(r"(.*?)\s*\[([\w-]+)\]")
"""A message with its channel: „Bescheid [mailbox]“."""
_CYCLE: Final = re.compile(r"R\d*/.+")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}.*")
_LOOPS: Final = {
    "standard": "<bpmn:standardLoopCharacteristics/>",
    "parallel": "<bpmn:multiInstanceLoopCharacteristics/>",
    "sequential": '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>',
}


class Writer:
    """Writes planned nodes and flows; `find` looks a row up by its number, `column` names the message column."""

    def __init__(
        self,
        nodes: list[PlannedNode],
        flows: list[PlannedFlow],
        name: str,
        find: Callable[[str], PlannedNode | None],
        column: str,
    ) -> None:
        self._nodes = nodes
        self._name = name
        self._find = find
        self._column = column
        self._flows = list(enumerate(flows, 1))
        self._processes = list(dict.fromkeys(node.process for node in nodes))
        self._partners: dict[str, str] = {}
        self._ins: dict[str, list[int]] = {}
        self._outs: dict[str, list[int]] = {}
        for place, flow in self._flows:
            self._outs.setdefault(flow.source.id, []).append(place)
            self._ins.setdefault(flow.target.id, []).append(place)

    def write(self) -> bytes:
        """Return the model; raises `TableError` for a message that is none."""
        messages = list(self._messages())
        parts = [
            f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:xsi="{XSI}" xmlns:hub="{HUB}"'
            ' id="Definitions_1" targetNamespace="urn:ikz-prozesshub:table">'
        ]
        parts.append('<bpmn:collaboration id="Collaboration_1">')
        for place, process in enumerate(self._processes, 1):
            parts.append(
                f'<bpmn:participant id="Participant_{place}"{_name(_pool(self._title(process)))}'
                f' processRef="Process_{place}"/>'
            )
        for partner, id_ in self._partners.items():
            parts.append(f'<bpmn:participant id="{id_}" name={quoteattr(partner)}/>')
        for place, (source, target, label) in enumerate(messages, 1):
            named = _CHANNEL.fullmatch(label)
            name, channel = (named[1], named[2]) if named is not None else (label, "")
            inside = f"<hub:channel kind={quoteattr(channel)}/>" if channel else ""
            parts.append(
                f'<bpmn:messageFlow id="Message_{place}"{_name(name)} sourceRef="{source}" targetRef="{target}">'
                + (f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else "")
                + "</bpmn:messageFlow>"
            )
        parts.append("</bpmn:collaboration>")
        for place, process in enumerate(self._processes, 1):
            parts += self._process(place, process)
        parts.append("</bpmn:definitions>")
        # Made here of escaped parts; parsed only to be indented.
        root = etree.fromstring("".join(parts))
        etree.indent(root, "  ")
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"

    def _title(self, process: str) -> str:
        return process or (self._name if len(self._processes) == 1 else "")

    def _process(self, place: int, process: str) -> Iterator[str]:
        own = [node for node in self._nodes if node.process == process]
        name = self._title(process).partition(": ")[2] or self._title(process)
        yield f'<bpmn:process id="Process_{place}"{_name(name)} isExecutable="false">'
        lanes = list(dict.fromkeys(node.lane for node in own if node.lane))
        if lanes:
            yield f'<bpmn:laneSet id="LaneSet_{place}">'
            for count, lane in enumerate(lanes, 1):
                # What lies in a sub-process is where the sub-process is.
                inside = "".join(
                    f"<bpmn:flowNodeRef>{node.id}</bpmn:flowNodeRef>"
                    for node in own
                    if node.parent is None and self._lane(node) == lane
                )
                yield f'<bpmn:lane id="Lane_{place}_{count}" name={quoteattr(lane)}>{inside}</bpmn:lane>'
            yield "</bpmn:laneSet>"
        yield from self._level([node for node in own if node.parent is None])
        yield "</bpmn:process>"

    def _lane(self, node: PlannedNode) -> str:
        return node.host.lane if node.host is not None else node.lane

    def _level(self, nodes: list[PlannedNode]) -> Iterator[str]:
        for node in nodes:
            yield from self._node(node)
        for place in sorted(place for node in nodes for place in self._outs.get(node.id, ())):
            flow = self._flows[place - 1][1]
            yield (
                f'<bpmn:sequenceFlow id="Flow_{place}"{_name(flow.label)}'
                f' sourceRef="{flow.source.id}" targetRef="{flow.target.id}"/>'
            )

    def _node(self, node: PlannedNode) -> Iterator[str]:
        type_ = node.type
        attributes = _name(node.name)
        if node.host is not None:
            attributes += f' attachedToRef="{node.host.id}"' + ("" if type_.interrupting else ' cancelActivity="false"')
        if type_.mark == "event":
            attributes += ' triggeredByEvent="true"'
        if type_.mark == "compensation":
            attributes += ' isForCompensation="true"'
        if type_.type == "callActivity" and type_.detail:
            attributes += f" calledElement={quoteattr(type_.detail)}"
        outs = self._outs.get(node.id, [])
        for place in outs:
            if self._flows[place - 1][1].label.casefold() in _OTHERWISE:
                attributes += f' default="Flow_{place}"'
                break
        yield f'<bpmn:{type_.type} id="{node.id}"{attributes}>'
        if node.row is not None:
            yield from _details(node.row)
        yield from (f"<bpmn:incoming>Flow_{place}</bpmn:incoming>" for place in self._ins.get(node.id, ()))
        yield from (f"<bpmn:outgoing>Flow_{place}</bpmn:outgoing>" for place in outs)
        yield _LOOPS.get(type_.loop, "")
        for definition in type_.definitions:
            yield _definition(definition, type_.detail, node.name)
        if type_.holds_steps:
            yield from self._level(node.children)
        yield f"</bpmn:{type_.type}>"

    def _messages(self) -> Iterator[tuple[str, str, str]]:
        seen: set[tuple[str, str, str]] = set()
        for node in self._nodes:
            if node.row is None:
                continue
            for entry in filter(None, (part.strip() for part in re.split(r"[;\n]", node.row.messages))):
                match = _MESSAGE.fullmatch(entry)
                if match is None:
                    raise TableError("message", node.row.line, self._column, entry[:80])
                other = self._other(match[2].strip())
                ends = (node.id, other) if match[1].casefold() in ("an", "to") else (other, node.id)
                message = (*ends, tidy(match[3] or ""))
                # Both ends may tell of the same message.
                if message not in seen:
                    seen.add(message)
                    yield message

    def _other(self, word: str) -> str:
        """Return the id of the step or participant at the other end; unknown names become participants."""
        if (node := self._find(word)) is not None:
            return node.id
        name = tidy(word)
        for place, process in enumerate(self._processes, 1):
            if name and name in (self._title(process), _pool(self._title(process))):
                return f"Participant_{place}"
        return self._partners.setdefault(name, f"Partner_{len(self._partners) + 1}")


def _pool(title: str) -> str:
    """Return who acts of „Stadt Fulda: Gewerbeanmeldung bearbeiten“."""
    return title.partition(": ")[0]


def _name(name: str) -> str:
    return f" name={quoteattr(name)}" if name else ""


def _details(row: Row) -> Iterator[str]:
    if row.documentation:
        yield f"<bpmn:documentation>{escape(row.documentation)}</bpmn:documentation>"
    inside = [
        *(f"<hub:rag code={quoteattr(code)}/>" for code in _entries(row.rag)),
        *(f"<hub:system name={quoteattr(name)}/>" for name in _entries(row.system)),
        *(f"<hub:legalBasis text={quoteattr(text)}/>" for text in _entries(row.legal_basis)),
    ]
    if inside:
        yield f"<bpmn:extensionElements>{''.join(inside)}</bpmn:extensionElements>"


def _entries(cell: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[;\n]", cell) if entry.strip()]


def _definition(name: str, detail: str, node_name: str) -> str:
    inside = ""
    if name == "timer" and detail:
        word = "timeCycle" if _CYCLE.fullmatch(detail) else "timeDate" if _DATE.fullmatch(detail) else "timeDuration"
        inside = f'<bpmn:{word} xsi:type="bpmn:tFormalExpression">{escape(detail)}</bpmn:{word}>'
    elif name == "conditional":
        inside = f'<bpmn:condition xsi:type="bpmn:tExpression">{escape(detail)}</bpmn:condition>'
    link = f" name={quoteattr(detail or node_name or 'Sprung')}" if name == "link" else ""
    return f"<bpmn:{name}EventDefinition{link}>{inside}</bpmn:{name}EventDefinition>"
