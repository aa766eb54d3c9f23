"""Where the BPMN 2.0 XML schema wants a child among its siblings (formal/2013-12-09, Semantic.xsd and BPMNDI.xsd)."""

from __future__ import annotations

from typing import Final

from hub.bpmn.vocabulary import EVENT_DEFINITIONS, KIND_OF, Kind

_RANKS: Final = {
    name: rank
    for rank, names in enumerate(
        (
            "documentation extension import",
            "extensionElements",
            "supportedInterfaceRef interfaceRef partitionElement loopCardinality sourceRef dataState from",
            "auditing endPointRef loopDataInputRef targetRef to",
            "monitoring loopDataOutputRef transformation participantMultiplicity",
            "categoryValueRef inputDataItem assignment flowNodeRef conditionExpression",
            "incoming outputDataItem childLaneSet",
            "outgoing complexBehaviorDefinition",
            "ioSpecification completionCondition loopCondition",
            "ioBinding property",
            "dataInput dataOutput participant",
            "dataInputAssociation messageFlow",
            "dataOutputAssociation inputSet",
            "outputSet performer humanPerformer potentialOwner resourceRole",
            "standardLoopCharacteristics multiInstanceLoopCharacteristics",
            "laneSet rendering script text",
            "",  # everything else: flow elements, event definitions, root elements
            "eventDefinitionRef association group textAnnotation",
            "conversation subConversation callConversation",
            "conversationAssociation participantAssociation messageFlowAssociation",
            "correlationKey choreographyRef correlationSubscription",
            "conversationLink supports",
            "BPMNDiagram BPMNLabelStyle",
            "relationship",
        )
    )
    for name in names.split()
}
_REST: Final = 16
_DRAWING: Final = {"Bounds": 2, "waypoint": 2, "BPMNLabel": 3, "BPMNPlane": 2, "BPMNLabelStyle": 3}


def rank(parent: str, name: str) -> int:
    """Return the place of `name` among the children of `parent`; equal ranks may stand in any order."""
    if parent.startswith("BPMN"):
        return _DRAWING.get(name, 2 if name.startswith("BPMN") else 1)
    if parent in ("process", "subProcess", "transaction", "adHocSubProcess") and name in (
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
    ):
        return _RANKS["association"] + 1
    if parent in ("dataInputAssociation", "dataOutputAssociation") or name in EVENT_DEFINITIONS:
        return _RANKS.get(name, _REST)
    if KIND_OF.get(name) is Kind.DATA and name.startswith("dataInput") and parent == "ioSpecification":
        return _RANKS["dataInput"] - 1
    return _RANKS.get(name, _REST)
