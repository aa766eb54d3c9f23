"""Edits of models for merge tests, made with lxml so that they share nothing with the code under test.

An `Edit` can be made on a model or on another edit's result, so the right outcome of a merge of two
independent edits is known: one made after the other.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
TASKS = ("task", "userTask", "serviceTask", "manualTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
NODES = (*TASKS, *EVENTS, *GATEWAYS, "subProcess", "callActivity")
ENDS = ("sourceRef", "targetRef")
ALL = "*"

Root = Any
"""An lxml element; its stubs make every step optional, which would drown the tests in assertions."""
Slot = tuple[str, str]


def q(name: str, namespace: str = BPMN) -> str:
    return f"{{{namespace}}}{name}"


def parse(data: bytes) -> Root:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def write(root: Root) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def by_id(root: Root, id_: str) -> Root:
    found = root.xpath("//*[@id=$id]", id=id_)
    return found[0]


@dataclass(frozen=True)
class Edit:
    """One change a person might make; `writes` and `needs` say what it touches, as (id, slot)."""

    name: str
    target: str
    make: Callable[[Root], None]
    writes: frozenset[Slot]
    needs: frozenset[Slot] = frozenset()

    def on(self, data: bytes) -> bytes:
        root = parse(data)
        self.make(root)
        return write(root)


def independent(one: Edit, two: Edit) -> bool:
    """Whether neither edit touches what the other one touches or needs."""

    def meets(left: frozenset[Slot], right: frozenset[Slot]) -> bool:
        return any(a == c and (b == d or ALL in (b, d)) for a, b in left for c, d in right)

    return not (meets(one.writes, two.writes) or meets(one.writes, two.needs) or meets(one.needs, two.writes))


def drop(node: Root) -> None:
    """Take a node out and leave the text behind it."""
    parent = node.getparent()
    assert parent is not None
    previous = node.getprevious()
    if node.tail and node.tail.strip():
        if previous is not None:
            previous.tail = (previous.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def forget(root: Root, id_: str) -> None:
    """Take out an element, its drawing and every list entry that names it."""
    for node in root.xpath("//*[@bpmnElement=$id]", id=id_):
        drop(node)
    for name in ("incoming", "outgoing", "flowNodeRef"):
        for node in root.iter(q(name)):
            if (node.text or "").strip() == id_:
                drop(node)
    for node in root.xpath("//*[@default=$id]", id=id_):
        del node.attrib["default"]
    drop(by_id(root, id_))


def link(root: Root, flow: str, name: str, end: str) -> None:
    by_id(root, end).append(made := etree.Element(q(name)))
    made.text = flow
    node = by_id(root, end)
    node.remove(made)
    at = sum(1 for child in node if child.tag in (q("documentation"), q("extensionElements"), q("incoming")))
    node.insert(at, made)


def unlink(root: Root, flow: str, name: str) -> None:
    for node in list(root.iter(q(name))):
        if (node.text or "").strip() == flow:
            drop(node)


def reconnect(root: Root, flow: str, end: str, to: str) -> None:
    node = by_id(root, flow)
    node.set(end, to)
    name = "outgoing" if end == "sourceRef" else "incoming"
    unlink(root, flow, name)
    link(root, flow, name, to)


def draw_shape(root: Root, id_: str, beside: str, dx: int, dy: int, width: int = 100, height: int = 80) -> None:
    for shape in root.xpath("//*[@bpmnElement=$id]", id=beside):
        box = shape.find(q("Bounds", DC))
        if box is None or shape.tag != q("BPMNShape", BPMNDI):
            continue
        made = etree.SubElement(shape.getparent(), q("BPMNShape", BPMNDI), id=f"{id_}_di", bpmnElement=id_)
        x, y = float(box.get("x")), float(box.get("y"))
        etree.SubElement(
            made, q("Bounds", DC), x=str(int(x + dx)), y=str(int(y + dy)), width=str(width), height=str(height)
        )
        return


def draw_edge(root: Root, id_: str, source: str, target: str) -> None:
    boxes = []
    for end in (source, target):
        for shape in root.xpath("//*[@bpmnElement=$id]", id=end):
            if (box := shape.find(q("Bounds", DC))) is not None:
                boxes.append((shape.getparent(), [float(box.get(n)) for n in ("x", "y", "width", "height")]))
                break
    if len(boxes) == 2:
        made = etree.SubElement(boxes[0][0], q("BPMNEdge", BPMNDI), id=f"{id_}_di", bpmnElement=id_)
        for _, (x, y, width, height) in boxes:
            etree.SubElement(made, q("waypoint", DI), x=str(x + width / 2), y=str(y + height / 2))


# The edits


class Edits:
    """All edits that fit a model; `tag` keeps the new ids and texts of two people apart."""

    def __init__(self, data: bytes, tag: str) -> None:
        self.root = parse(data)
        self.tag = tag
        counts: Counter[str] = Counter(self.root.xpath("//@id"))
        self.ids = {id_ for id_, count in counts.items() if count == 1 and id_.strip() == id_ and id_}
        self.nodes = [node for name in NODES for node in self.root.iter(q(name)) if self.usable(node)]
        self.flows = [
            flow
            for flow in self.root.iter(q("sequenceFlow"))
            if self.usable(flow)
            and all(flow.get(end) in self.ids for end in ENDS)
            and all(by_id(self.root, str(flow.get(end))).getparent() is flow.getparent() for end in ENDS)
        ]
        self.lanes = [
            lane for lane in self.root.iter(q("lane")) if self.usable(lane) and lane.find(q("childLaneSet")) is None
        ]

    def usable(self, node: Root) -> bool:
        return node.get("id") in self.ids

    def all(self, rng: random.Random) -> list[Edit]:
        """Return all edits, shuffled."""
        found = [edit for maker in MAKERS for edit in maker(self, rng)]
        rng.shuffle(found)
        return found

    def rename(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes + self.lanes + self.flows:
            id_ = node.get("id")
            yield Edit("rename", id_, _setter(id_, "name", f"Name {self.tag}"), _w(id_, "name"))

    def document(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_ = node.get("id")

            def make(root: Root, i: str = id_) -> None:
                element = by_id(root, i)
                for old in element.findall(q("documentation")):
                    drop(old)
                element.insert(0, made := etree.Element(q("documentation")))
                made.text = f"Neue Beschreibung {self.tag}"

            yield Edit("document", id_, make, _w(id_, "documentation"))

    def condition(self, rng: random.Random) -> Iterator[Edit]:
        defaults = set(self.root.xpath("//@default"))
        for flow in self.flows:
            id_ = flow.get("id")
            if id_ in defaults:
                continue

            def make(root: Root, i: str = id_) -> None:
                element = by_id(root, i)
                for old in element.findall(q("conditionExpression")):
                    drop(old)
                element.append(made := etree.Element(q("conditionExpression")))
                made.set(
                    q("type", XSI), f"{element.prefix}:tFormalExpression" if element.prefix else "tFormalExpression"
                )
                made.text = f"${{betrag > {self.tag}}}"

            yield Edit("condition", id_, make, _w(id_, "condition"))

    def lane(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_ = node.get("id")
            mine = [ref.getparent() for ref in self.root.iter(q("flowNodeRef")) if (ref.text or "").strip() == id_]
            others = [
                lane
                for lane in self.lanes
                if len(mine) == 1 and lane.getparent() is mine[0].getparent() and lane not in mine
            ]
            if not others:
                continue
            for lane in (others[0], others[-1]):

                def make(root: Root, i: str = id_, to: str = lane.get("id")) -> None:
                    for ref in list(root.iter(q("flowNodeRef"))):
                        if (ref.text or "").strip() == i:
                            drop(ref)
                    target = by_id(root, to)
                    target.append(made := etree.Element(q("flowNodeRef")))
                    made.text = i

                yield Edit("lane", f"{id_}", make, _w(id_, "lane"), _w(lane.get("id"), "exists"))

    def retype(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_, name = node.get("id"), etree.QName(node).localname
            if name not in TASKS:
                continue
            new = "businessRuleTask" if self.tag == "A" else "sendTask"
            if new == name:
                continue
            yield Edit("retype", id_, partial(_retag, id_=id_, name=new), _w(id_, "type"))

    def vendor(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_ = node.get("id")
            key = q("candidateUsers", CAMUNDA)
            yield Edit("vendor", id_, _setter(id_, key, f"stelle {self.tag}"), _w(id_, "vendor"))

    def extension(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_ = node.get("id")

            def make(root: Root, i: str = id_) -> None:
                element = by_id(root, i)
                box = element.find(q("extensionElements"))
                if box is None:
                    box = etree.Element(q("extensionElements"))
                    element.insert(len(element.findall(q("documentation"))), box)
                found = list(box.iter(q("frist", "urn:example:x")))
                made = found[0] if found else etree.SubElement(box, q("frist", "urn:example:x"), art="Abgabe")
                made.set("tage", self.tag)

            yield Edit("extension", id_, make, _w(id_, "extension"))

    def insert(self, rng: random.Random) -> Iterator[Edit]:
        for number, flow in enumerate(self.flows):
            id_, target = flow.get("id"), flow.get("targetRef")
            task, after = f"Activity_{self.tag}neu{number}", f"Flow_{self.tag}neu{number}"

            def make(root: Root, i: str = id_, task: str = task, after: str = after) -> None:
                node = by_id(root, i)
                target, home = str(node.get("targetRef")), node.getparent()
                made = etree.SubElement(home, q("userTask"), id=task, name=f"Schritt {self.tag} einfügen")
                etree.SubElement(home, q("sequenceFlow"), id=after, sourceRef=task, targetRef=target)
                reconnect(root, i, "targetRef", task)
                link(root, after, "outgoing", task)
                link(root, after, "incoming", target)
                for ref in list(root.iter(q("flowNodeRef"))):
                    if (ref.text or "").strip() == target:
                        ref.getparent().append(more := etree.Element(q("flowNodeRef")))
                        more.text = task
                assert made is not None
                draw_shape(root, task, target, -120, 0)
                draw_edge(root, after, task, target)

            yield Edit("insert", id_, make, _w(id_, "targetRef"), _w(target, "exists") | _w(target, "lane"))

    def append(self, rng: random.Random) -> Iterator[Edit]:
        for number, node in enumerate(self.nodes):
            id_ = node.get("id")
            if etree.QName(node).localname == "endEvent":
                continue
            end, flow = f"Event_{self.tag}ende{number}", f"Flow_{self.tag}ende{number}"

            def make(root: Root, i: str = id_, end: str = end, flow: str = flow) -> None:
                home = by_id(root, i).getparent()
                etree.SubElement(home, q("endEvent"), id=end, name=f"Abbruch {self.tag}")
                etree.SubElement(home, q("sequenceFlow"), id=flow, sourceRef=i, targetRef=end)
                link(root, flow, "outgoing", i)
                link(root, flow, "incoming", end)
                draw_shape(root, end, i, 0, 130, 36, 36)
                draw_edge(root, flow, i, end)

            yield Edit("append", id_, make, _w(id_, f"append{self.tag}"), _w(id_, "exists"))

    def note(self, rng: random.Random) -> Iterator[Edit]:
        for number, node in enumerate(self.nodes):
            id_ = node.get("id")
            text, line = f"TextAnnotation_{self.tag}{number}", f"Association_{self.tag}{number}"

            def make(root: Root, i: str = id_, text: str = text, line: str = line) -> None:
                home = by_id(root, i).getparent()
                made = etree.SubElement(home, q("textAnnotation"), id=text)
                etree.SubElement(made, q("text")).text = f"Hinweis {self.tag}"
                etree.SubElement(home, q("association"), id=line, sourceRef=i, targetRef=text)
                draw_shape(root, text, i, 0, -70, 100, 40)
                draw_edge(root, line, i, text)

            yield Edit("note", id_, make, _w(id_, f"note{self.tag}"), _w(id_, "exists"))

    def reconnect(self, rng: random.Random) -> Iterator[Edit]:
        for flow in self.flows:
            id_ = flow.get("id")
            nodes = [
                n.get("id")
                for n in self.nodes
                if n.getparent() is flow.getparent()
                and n.get("id") not in (flow.get("sourceRef"), flow.get("targetRef"))
                and etree.QName(n).localname != "startEvent"
            ]
            if not nodes:
                continue
            to = nodes[0] if self.tag == "A" else nodes[-1]
            yield Edit(
                "reconnect",
                id_,
                partial(reconnect, flow=id_, end="targetRef", to=to),
                _w(id_, "targetRef"),
                _w(to, "exists"),
            )

    def remove(self, rng: random.Random) -> Iterator[Edit]:
        flows = list(self.root.iter(q("sequenceFlow")))
        for node in self.nodes:
            id_ = node.get("id")
            if etree.QName(node).localname == "subProcess":
                continue
            incoming = [f for f in flows if f.get("targetRef") == id_]
            outgoing = [f for f in flows if f.get("sourceRef") == id_]
            if len(outgoing) != 1 or not incoming or not all(f in self.flows for f in incoming + outgoing):
                continue
            out, to = outgoing[0].get("id"), outgoing[0].get("targetRef")
            named = self.root.xpath("//@*[.=$id or substring-after(., ':')=$id]", id=id_)
            if len(named) > 1 + len(incoming) + len(outgoing) + len(self.root.xpath("//*[@bpmnElement=$id]", id=id_)):
                continue  # something else hangs on it
            if to == id_ or any(f.get("sourceRef") in (id_, to) for f in incoming) or node.xpath(".//*/@id"):
                continue
            ins = [f.get("id") for f in incoming]

            def make(root: Root, i: str = id_, ins: list[str] = ins, out: str = out, to: str = to) -> None:
                for flow in ins:
                    reconnect(root, flow, "targetRef", to)
                forget(root, out)
                forget(root, i)

            writes = _w(id_, ALL) | _w(out, ALL) | frozenset((flow, "targetRef") for flow in ins)
            yield Edit("remove", id_, make, writes, _w(to, "exists"))

    def shift(self, rng: random.Random) -> Iterator[Edit]:
        for node in self.nodes:
            id_ = node.get("id")
            if not self.root.xpath("//*[@bpmnElement=$id]", id=id_):
                continue

            def make(root: Root, i: str = id_) -> None:
                for box in root.xpath("//*[@bpmnElement=$id]", id=i)[0].findall(q("Bounds", DC)):
                    box.set("x", str(float(box.get("x")) + 15))

            yield Edit("shift", id_, make, _w(id_, "bounds"))


MAKERS = (
    Edits.rename, Edits.document, Edits.condition, Edits.lane, Edits.retype, Edits.vendor, Edits.extension,
    Edits.insert, Edits.append, Edits.note, Edits.reconnect, Edits.remove, Edits.shift,
)  # fmt: skip
VALUE_EDITS = ("rename", "document", "condition", "lane", "retype", "vendor", "extension", "insert", "reconnect")


def _setter(id_: str, key: str, value: str) -> Callable[[Root], None]:
    return lambda root: by_id(root, id_).set(key, value)


def _retag(root: Root, id_: str, name: str) -> None:
    by_id(root, id_).tag = q(name)


def _w(id_: str | None, slot: str) -> frozenset[Slot]:
    return frozenset({(str(id_), slot)})
