"""Where the schema wants a child among its siblings (BPMN 2.0 XML schema, Semantic.xsd)."""

from __future__ import annotations

from typing import Final

_ORDER: Final = [
    "import",
    "extension",
    "documentation",
    "extensionElements",
    "auditing",
    "monitoring",
    "categoryValueRef",
    "ioSpecification",
    "ioBinding",
    "property",
    "laneSet",
    "incoming",
    "outgoing",
]
_RANK: Final = {name: rank for rank, name in enumerate(_ORDER)}
_FLOW_ELEMENT: Final = 50
_ARTIFACT: Final = 60
_LAST: Final = {"resourceRole": 70, "performer": 70, "potentialOwner": 70, "humanPerformer": 70, "supports": 80}
_COLLABORATION: Final = {"participant": 20, "messageFlow": 30, "textAnnotation": 40, "group": 40, "association": 40}
_AFTER: Final = {"conversation": 50, "conversationLink": 70, "BPMNDiagram": 90, "relationship": 95}
_LANE: Final = {"partitionElement": 20, "flowNodeRef": 30, "childLaneSet": 40}


def rank(parent: str, name: str) -> int:
    """Where the schema wants `name` among the children of `parent` (BPMN 2.0 XML schema, Semantic.xsd)."""
    if name in _RANK:
        return _RANK[name]
    if parent == "lane" and name in _LANE:
        return _LANE[name]
    if parent in ("collaboration", "choreography", "globalConversation") and name in _COLLABORATION:
        return _COLLABORATION[name]
    if name in _AFTER:
        return _AFTER[name]
    if name in _LAST:
        return _LAST[name]
    if name in ("textAnnotation", "group", "association"):
        return _ARTIFACT
    return _FLOW_ELEMENT
