"""What the right outcome of a merge says: another tool's hand, and comparisons that know nothing of the engine."""

from __future__ import annotations

import random
from collections import Counter

from lxml import etree

from tests.pure.bpmn.merge_edits import BPMN, BPMNDI, DC, DI, NODES, XSI, Root, parse, q

LINKS = ("default", "bpmnElement", "incoming", "outgoing", "source", "target", "sourceElement", "targetElement")


def is_link(name: str) -> bool:
    return name in LINKS or name.endswith(("Ref", "Refs")) or name == "choreographyActivityShape"


def rewritten(data: bytes, rng: random.Random, *, new_ids: bool) -> bytes:
    """Return the model as another tool might save it: prefixes, order, indentation, numbers and ids are its own."""
    root = parse(data)
    prefixes = {BPMN: "model", BPMNDI: "draw", DC: "box", DI: "line", XSI: "xsi"}
    spaces: dict[str | None, str] = {}
    for node in root.iter():
        for namespace in node.nsmap.values():
            if namespace not in spaces.values():
                spaces[prefixes.get(namespace, f"n{len(spaces)}")] = namespace
    names = {namespace: prefix for prefix, namespace in spaces.items()}
    ids: dict[str, str] = {}
    if new_ids:
        for number, node in enumerate(root.iter()):
            if isinstance(node.tag, str) and node.get("id") and etree.QName(node).namespace in (BPMN, BPMNDI):
                ids.setdefault(node.get("id"), f"sid-{rng.getrandbits(48):012X}-{number}")

    def renamed(value: str) -> str:
        plain = value.rpartition(":")[2]
        return ids.get(value) or ids.get(plain) or (plain if plain in known else value)

    known = set(root.xpath("//@id"))

    def copy_of(node: Root, parent: Root | None) -> None:
        name = etree.QName(node)
        made = etree.Element(node.tag, nsmap=spaces) if parent is None else etree.SubElement(parent, node.tag)
        for key, value in reversed(list(node.attrib.items())):
            local = etree.QName(key).localname
            outer, _, plain = value.rpartition(":")
            if key == q("type", XSI) and (outer or None) in node.nsmap:
                said = f"{names[node.nsmap[outer or None]]}:{plain}"
            elif (local == "id" and name.namespace in (BPMN, BPMNDI)) or is_link(local):
                said = renamed(value)
            elif name.namespace in (DC, DI) and local in ("x", "y", "width", "height"):
                said = repr(float(value))
            else:
                said = value
            made.set(key, said)
        children = [child for child in node if isinstance(child.tag, str)]
        if children:
            if name.localname in ("process", "subProcess", "definitions", "BPMNPlane") and name.namespace in (
                BPMN,
                BPMNDI,
            ):
                free = [
                    c
                    for c in children
                    if etree.QName(c).localname in (*NODES, "sequenceFlow", "BPMNShape", "BPMNEdge", "message")
                ]
                mixed = free[:]
                rng.shuffle(mixed)
                order = iter(mixed)
                children = [next(order) if child in free else child for child in children]
            for child in children:
                copy_of(child, made)
        elif node.text:
            made.text = renamed(node.text.strip()) if is_link(name.localname) else node.text
        if parent is None:
            root_made.append(made)

    root_made: list[Root] = []
    copy_of(root, None)
    etree.indent(root_made[0], "    ")
    return etree.tostring(root_made[0], xml_declaration=True, encoding="UTF-8")


# What a model says, without ids


def summary(data: bytes) -> Counter[str]:
    """Return all that a model says with ids replaced by labels: equal for models that mean the same."""
    root = parse(data)
    index: dict[str, Root] = {}
    for node in root.iter():
        if isinstance(node.tag, str) and node.get("id"):
            index.setdefault(node.get("id"), node)
    lanes: dict[str, list[str]] = {}
    for ref in root.iter(q("flowNodeRef")):
        lanes.setdefault((ref.text or "").strip(), []).append(str(ref.getparent().get("name")))

    def label(id_: str | None) -> str:
        node = index.get(str(id_).strip(), index.get(str(id_).strip().rpartition(":")[2]))
        if node is None:
            return str(id_)
        text = node.get("name") or "".join(node.xpath("./*[local-name()='text']/text()")).strip()
        if not text and node.get("sourceRef"):
            text = f"{label(node.get('sourceRef'))}>{label(node.get('targetRef'))}"
        return f"{etree.QName(node).localname} {' '.join(text.split())}"

    def said(node: Root) -> str:
        name = etree.QName(node)
        parts = [name.localname]
        for key, value in sorted(node.attrib.items()):
            local = etree.QName(key).localname
            if (local == "id" and name.namespace == BPMN) or local in ("exporter", "exporterVersion", "schemaLocation"):
                continue
            if key == q("type", XSI) or (key, value) == ("textFormat", "text/plain"):
                continue
            parts.append(f"{key}={label(value) if is_link(local) else ' '.join(value.split())}")
        inner = []
        for child in node:
            if not isinstance(child.tag, str) or etree.QName(child).localname in (
                "incoming",
                "outgoing",
                "flowNodeRef",
            ):
                continue
            if child.get("id") and etree.QName(child).namespace == BPMN and etree.QName(child).localname in STANDING:
                continue
            if child.tag == q("BPMNDiagram", BPMNDI) or (child.tag == q("extensionElements") and not len(child)):
                continue
            inner.append(said(child))
        text = " ".join((node.text or "").split()) if not len(node) else ""
        parts.append(label(text) if is_link(name.localname) else text)
        return f"({' '.join(parts)} {' '.join(sorted(inner))})"

    found: Counter[str] = Counter()
    for node in root.iter():
        if not isinstance(node.tag, str) or etree.QName(node).namespace != BPMN:
            continue
        if node is root or (node.get("id") and etree.QName(node).localname in STANDING):
            home = node.getparent()
            where = label(home.get("id")) if home is not None and home.get("id") else ""
            found[f"{where} | {','.join(sorted(lanes.get(node.get('id', ''), [])))} | {said(node)}"] += 1
    return found


STANDING = frozenset(
    (*NODES, "sequenceFlow", "messageFlow", "association", "textAnnotation", "group", "process", "collaboration")
) | {"participant", "lane", "boundaryEvent", "dataObject", "dataObjectReference", "dataStoreReference", "message"} | {
    "signal", "error", "escalation", "transaction", "adHocSubProcess",
}  # fmt: skip


def broken_references(data: bytes) -> set[str]:
    """Return references that lead nowhere."""
    root = parse(data)
    ids = set(root.xpath("//@id"))
    found = set()
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        for key, value in node.attrib.items():
            if is_link(etree.QName(key).localname) and value.rpartition(":")[2] not in ids:
                found.add(f"{etree.QName(node).localname}@{etree.QName(key).localname}={value}")
        name = etree.QName(node)
        text = (node.text or "").strip()
        if name.namespace == BPMN and is_link(name.localname) and not len(node) and text.rpartition(":")[2] not in ids:
            found.add(f"{name.localname}={text}")
    return found


def duplicate_ids(data: bytes) -> set[str]:
    return {id_ for id_, count in Counter(parse(data).xpath("//@id")).items() if count > 1}


def undrawn(data: bytes) -> set[str]:
    """Return the ids of steps and flows without a shape or edge."""
    root = parse(data)
    drawn = set(root.xpath("//@bpmnElement"))
    wanted = [n.get("id") for name in (*NODES, "sequenceFlow", "boundaryEvent") for n in root.iter(q(name))]
    return {id_ for id_ in wanted if id_ and id_ not in drawn}
