"""A copy of a model that a browser can draw safely, and the empty model a drawing begins with."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from hub.bpmn.model import Model

NAME_LIMIT: Final = 1000
"""Characters of an attribute a browser is given: laying out 100,000 froze a tab for minutes (measured)."""

_LONG: Final = re.compile(r"(\s(?:\w+:)?name\s*=\s*)([\"'])((?:(?!\2).){1001,})\2", re.DOTALL)
_LONG_TEXT: Final = re.compile(r"(<(?:\w+:)?text(?:\s[^>]*)?>)([^<]{5001,})(?=<)")
_COLOUR: Final = re.compile(
    r"\s((?:\w+:)?(?:fill|stroke|background-color|border-color|color))\s*=\s*([\"'])(.*?)\2", re.DOTALL
)
_HARMLESS: Final = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}|rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


def viewable(model: Model) -> bytes:
    """Return the model in UTF-8 with over-long names and texts cut and colours that are no colours left out.

    For drawing in a browser only; the stored bytes are never replaced by it. A colour such as
    `url(http://…)` would make every reader's browser fetch that address.
    """
    text = _DECLARATION.sub("", model.text.lstrip("\ufeff"))
    text = _LONG.sub(lambda found: f"{found[1]}{found[2]}{_cut(found[3], NAME_LIMIT)}{found[2]}", text)
    text = _LONG_TEXT.sub(lambda found: found[1] + _cut(found[2], 5000), text)
    text = _COLOUR.sub(lambda found: found[0] if _HARMLESS.fullmatch(found[3].strip()) else "", text)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.lstrip().encode()


def _cut(text: str, limit: int) -> str:
    """Cut escaped text without splitting a character reference."""
    kept = text[: limit - 1]
    at = kept.rfind("&")
    return (kept[:at] if at > kept.rfind(";") else kept) + "…"


def blank(title: str) -> bytes:
    """Return a small model to begin a drawing with: one pool, one start event, with layout."""
    name = escape(" ".join(title.split())[:300], quote=True)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:hub="urn:ikz-prozesshub:bpmn:1" id="Definitions_1" targetNamespace="urn:ikz-prozesshub:processes">
  <bpmn:collaboration id="Collaboration_1">
    <bpmn:participant id="Participant_1" name="{name}" processRef="Process_1" />
  </bpmn:collaboration>
  <bpmn:process id="Process_1" name="{name}" isExecutable="false">
    <bpmn:startEvent id="StartEvent_1" name="Antrag eingegangen" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_1">
    <bpmndi:BPMNPlane id="Plane_1" bpmnElement="Collaboration_1">
      <bpmndi:BPMNShape id="Participant_1_di" bpmnElement="Participant_1" isHorizontal="true">
        <dc:Bounds x="160" y="80" width="900" height="260" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="StartEvent_1_di" bpmnElement="StartEvent_1">
        <dc:Bounds x="240" y="192" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="213" y="235" width="90" height="27" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
""".encode()
