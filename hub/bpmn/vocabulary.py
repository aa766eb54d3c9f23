"""The words of BPMN 2.0: which XML names are model elements, and of what kind.

Source: OMG BPMN 2.0.2 (formal/2013-12-09), chapters 7 to 11 and the XML schemas of annex B.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
HUB: Final = "urn:ikz-prozesshub:bpmn:1"
"""What the hub adds to BPMN: IT system, legal basis, channel, Referenzaktivitätengruppe."""
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
BIOC: Final = "http://bpmn.io/schema/bpmn/biocolor/1.0"
COLOR: Final = "http://www.omg.org/spec/BPMN/non-normative/color/1.0"


class Kind(StrEnum):
    """What sort of model element an XML name stands for; the value is stable."""

    PROCESS = "process"
    COLLABORATION = "collaboration"
    POOL = "pool"
    LANE_SET = "lane-set"
    LANE = "lane"
    ACTIVITY = "activity"
    EVENT = "event"
    GATEWAY = "gateway"
    FLOW = "flow"
    MESSAGE_FLOW = "message-flow"
    ASSOCIATION = "association"
    DATA_ASSOCIATION = "data-association"
    ARTIFACT = "artifact"
    DATA = "data"
    EVENT_DEFINITION = "event-definition"
    CONVERSATION = "conversation"
    ROOT = "root"


TASKS: Final = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "choreographyTask",
    ]
)
SUB_PROCESSES: Final = frozenset(["subProcess", "adHocSubProcess", "transaction", "subChoreography"])
CALLS: Final = frozenset(["callActivity", "callChoreography"])
ACTIVITIES: Final = TASKS | SUB_PROCESSES | CALLS
CATCH_EVENTS: Final = frozenset(["startEvent", "intermediateCatchEvent", "boundaryEvent"])
THROW_EVENTS: Final = frozenset(["endEvent", "intermediateThrowEvent", "implicitThrowEvent"])
EVENTS: Final = CATCH_EVENTS | THROW_EVENTS
GATEWAYS: Final = frozenset(
    ["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"]
)
EVENT_DEFINITIONS: Final = frozenset(
    [
        "cancelEventDefinition",
        "compensateEventDefinition",
        "conditionalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "terminateEventDefinition",
        "timerEventDefinition",
    ]
)

_WORDS: Final[dict[Kind, str]] = {
    Kind.PROCESS: "process",
    Kind.COLLABORATION: "collaboration choreography globalConversation",
    Kind.POOL: "participant",
    Kind.LANE_SET: "laneSet childLaneSet",
    Kind.LANE: "lane",
    Kind.ACTIVITY: " ".join(sorted(ACTIVITIES)),
    Kind.EVENT: " ".join(sorted(EVENTS)),
    Kind.GATEWAY: " ".join(sorted(GATEWAYS)),
    Kind.FLOW: "sequenceFlow",
    Kind.MESSAGE_FLOW: "messageFlow",
    Kind.ASSOCIATION: "association conversationLink",
    Kind.DATA_ASSOCIATION: "dataInputAssociation dataOutputAssociation",
    Kind.ARTIFACT: "textAnnotation group",
    Kind.DATA: "dataObject dataObjectReference dataStore dataStoreReference dataInput dataOutput property",
    Kind.EVENT_DEFINITION: " ".join(sorted(EVENT_DEFINITIONS)),
    Kind.CONVERSATION: "conversation subConversation callConversation",
    Kind.ROOT: (
        "message error signal escalation itemDefinition import extension interface operation resource"
        " category categoryValue partnerEntity partnerRole correlationProperty correlationKey endPoint"
        " globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask"
        " globalChoreographyTask relationship"
    ),
}

KIND_OF: Final = MappingProxyType({word: kind for kind, words in _WORDS.items() for word in words.split()})
"""Local XML name → kind, for every BPMN name that becomes an `Element` of the model."""

FLOW_NODE_KINDS: Final = frozenset({Kind.ACTIVITY, Kind.EVENT, Kind.GATEWAY})
CONNECTION_KINDS: Final = frozenset({Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION})

DETAILS: Final = frozenset(
    [
        "definitions",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "flowNodeRef",
        "partitionElement",
        "supportedInterfaceRef",
        "conditionExpression",
        "condition",
        "script",
        "text",
        "auditing",
        "monitoring",
        "rendering",
        "categoryValueRef",
        "eventDefinitionRef",
        "ioSpecification",
        "ioBinding",
        "inputSet",
        "outputSet",
        "dataInputRefs",
        "dataOutputRefs",
        "inputSetRefs",
        "outputSetRefs",
        "optionalInputRefs",
        "optionalOutputRefs",
        "whileExecutingInputRefs",
        "whileExecutingOutputRefs",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "loopCondition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "complexBehaviorDefinition",
        "completionCondition",
        "event",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "resourceRef",
        "resourceParameter",
        "resourceParameterBinding",
        "resourceAssignmentExpression",
        "expression",
        "formalExpression",
        "timeDate",
        "timeCycle",
        "timeDuration",
        "activationCondition",
        "dataState",
        "sourceRef",
        "targetRef",
        "assignment",
        "from",
        "to",
        "transformation",
        "participantMultiplicity",
        "participantAssociation",
        "participantRef",
        "innerParticipantRef",
        "outerParticipantRef",
        "interfaceRef",
        "endPointRef",
        "messageRef",
        "messageFlowRef",
        "operationRef",
        "inMessageRef",
        "outMessageRef",
        "errorRef",
        "signalRef",
        "escalationRef",
        "messageFlowAssociation",
        "conversationAssociation",
        "correlationKeyRef",
        "correlationPropertyRef",
        "correlationPropertyBinding",
        "correlationPropertyRetrievalExpression",
        "correlationSubscription",
        "dataPath",
        "messagePath",
        "choreographyRef",
        "supports",
        "source",
        "target",
        "participantRef",
        "definition",
    ]
)
"""Known BPMN names that describe an element instead of being one."""

_GERMAN: Final[dict[str, str]] = {
    "process": "Prozess",
    "collaboration": "Kollaboration",
    "choreography": "Choreographie",
    "globalConversation": "Konversation",
    "participant": "Pool",
    "laneSet": "Bahnengruppe",
    "childLaneSet": "Bahnengruppe",
    "lane": "Bahn",
    "task": "Aufgabe",
    "userTask": "Benutzeraufgabe",
    "manualTask": "manuelle Aufgabe",
    "serviceTask": "Systemaufgabe",
    "scriptTask": "Skriptaufgabe",
    "businessRuleTask": "Geschäftsregelaufgabe",
    "sendTask": "Sendeaufgabe",
    "receiveTask": "Empfangsaufgabe",
    "choreographyTask": "Choreographieaufgabe",
    "subProcess": "Teilprozess",
    "adHocSubProcess": "Ad-hoc-Teilprozess",
    "transaction": "Transaktion",
    "subChoreography": "Teilchoreographie",
    "callActivity": "Aufrufaktivität",
    "callChoreography": "Choreographieaufruf",
    "startEvent": "Startereignis",
    "endEvent": "Endereignis",
    "intermediateCatchEvent": "eingetretenes Zwischenereignis",
    "intermediateThrowEvent": "ausgelöstes Zwischenereignis",
    "implicitThrowEvent": "implizites Ereignis",
    "boundaryEvent": "angeheftetes Ereignis",
    "exclusiveGateway": "exklusives Gateway",
    "inclusiveGateway": "inklusives Gateway",
    "parallelGateway": "paralleles Gateway",
    "complexGateway": "komplexes Gateway",
    "eventBasedGateway": "ereignisbasiertes Gateway",
    "sequenceFlow": "Sequenzfluss",
    "messageFlow": "Nachrichtenfluss",
    "association": "Assoziation",
    "conversationLink": "Konversationsverbindung",
    "dataInputAssociation": "Dateneingang",
    "dataOutputAssociation": "Datenausgang",
    "textAnnotation": "Anmerkung",
    "group": "Gruppierung",
    "dataObject": "Datenobjekt",
    "dataObjectReference": "Datenobjekt",
    "dataStore": "Datenspeicher",
    "dataStoreReference": "Datenspeicher",
    "dataInput": "Dateneingabe",
    "dataOutput": "Datenausgabe",
    "property": "Eigenschaft",
    "message": "Nachricht",
    "error": "Fehler",
    "signal": "Signal",
    "escalation": "Eskalation",
    "itemDefinition": "Datentyp",
    "category": "Kategorie",
    "categoryValue": "Kategoriewert",
    "resource": "Ressource",
    "interface": "Schnittstelle",
    "operation": "Operation",
    "conversation": "Konversation",
    "subConversation": "Teilkonversation",
    "callConversation": "Konversationsaufruf",
    "import": "Import",
    "extension": "Erweiterungsangabe",
    "partnerEntity": "Partner",
    "partnerRole": "Partnerrolle",
    "correlationProperty": "Korrelationsmerkmal",
    "correlationKey": "Korrelationsschlüssel",
    "endPoint": "Endpunkt",
    "globalTask": "globale Aufgabe",
    "globalUserTask": "globale Benutzeraufgabe",
    "globalManualTask": "globale manuelle Aufgabe",
    "globalScriptTask": "globale Skriptaufgabe",
    "globalBusinessRuleTask": "globale Geschäftsregelaufgabe",
    "globalChoreographyTask": "globale Choreographieaufgabe",
    "relationship": "Beziehung",
    "messageEventDefinition": "Nachricht",
    "timerEventDefinition": "Zeit",
    "errorEventDefinition": "Fehler",
    "signalEventDefinition": "Signal",
    "escalationEventDefinition": "Eskalation",
    "conditionalEventDefinition": "Bedingung",
    "linkEventDefinition": "Verknüpfung",
    "cancelEventDefinition": "Abbruch",
    "compensateEventDefinition": "Kompensation",
    "terminateEventDefinition": "Terminierung",
}


def type_name(type_: str, lang: str = "de") -> str:
    """Return the everyday name of a BPMN type (`userTask` → „Benutzeraufgabe“, "user task")."""
    if lang == "de" and type_ in _GERMAN:
        return _GERMAN[type_]
    return "".join(" " + c.lower() if c.isupper() else c for c in type_.removesuffix("EventDefinition"))
