"""The sentences that tell a department head what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hub.bpmn.grammar import apart, definite, indefinite, label_of, new, phrase, quoted, responsible
from hub.bpmn.model import Element
from hub.bpmn.vocabulary import EVENT_DEFINITIONS, HUB, Kind, type_name

_PROPERTIES: Final[dict[str, tuple[str, str]]] = {
    "conditionExpression": ("Bedingung", "Condition"),
    "default": ("Standardweg", "Default flow"),
    "attachedToRef": ("Angeheftet an", "Attached to"),
    "isInterrupting": ("Unterbrechend", "Interrupting"),
    "cancelActivity": ("Unterbrechend", "Interrupting"),
    "triggeredByEvent": ("Durch Ereignis ausgelöst", "Triggered by event"),
    "calledElement": ("Aufgerufener Prozess", "Called process"),
    "processRef": ("Prozess des Pools", "Process of the pool"),
    "text": ("Text", "Text"),
    "script": ("Skript", "Script"),
    "isExecutable": ("Ausführbar", "Executable"),
    "isForCompensation": ("Für Kompensation", "For compensation"),
    "startQuantity": ("Startmenge", "Start quantity"),
    "completionQuantity": ("Abschlussmenge", "Completion quantity"),
    "messageRef": ("Nachricht", "Message"),
    "signalRef": ("Signal", "Signal"),
    "errorRef": ("Fehler", "Error"),
    "escalationRef": ("Eskalation", "Escalation"),
    "operationRef": ("Operation", "Operation"),
    "dataObjectRef": ("Datenobjekt", "Data object"),
    "dataStoreRef": ("Datenspeicher", "Data store"),
    "dataState/name": ("Zustand", "State"),
    "dataState": ("Zustand", "State"),
    "categoryValueRef": ("Kategorie", "Category"),
    "timeDuration": ("Frist (Dauer)", "Deadline (duration)"),
    "timeDate": ("Zeitpunkt", "Date"),
    "timeCycle": ("Wiederholung", "Cycle"),
    "condition": ("Bedingung", "Condition"),
    "errorCode": ("Fehlercode", "Error code"),
    "escalationCode": ("Eskalationscode", "Escalation code"),
    "structureRef": ("Datenstruktur", "Data structure"),
    "itemSubjectRef": ("Datentyp", "Data type"),
    "isCollection": ("Mehrfach", "Collection"),
    "isSequential": ("Mehrfach nacheinander", "Repeated in sequence"),
    "loopCardinality": ("Anzahl der Wiederholungen", "Number of repetitions"),
    "loopCondition": ("Schleifenbedingung", "Loop condition"),
    "completionCondition": ("Abschlussbedingung", "Completion condition"),
    "standardLoopCharacteristics": ("Schleife", "Loop"),
    "multiInstanceLoopCharacteristics": ("Mehrfachausführung", "Multiple instances"),
    "associationDirection": ("Richtung", "Direction"),
    "implementation": ("Umsetzung", "Implementation"),
    "gatewayDirection": ("Richtung des Gateways", "Gateway direction"),
    "eventGatewayType": ("Art des Gateways", "Gateway type"),
    "instantiate": ("Startet den Prozess", "Starts the process"),
    "processType": ("Prozessart", "Process type"),
    "isClosed": ("Abgeschlossen", "Closed"),
    "targetNamespace": ("Namensraum", "Namespace"),
    "name": ("Name", "Name"),
    "eventDefinitions": ("Ereignisart", "Event type"),
    "performer": ("Ausführende Stelle", "Performer"),
    "potentialOwner": ("Zuständige Stelle", "Potential owner"),
    "humanPerformer": ("Bearbeitende Stelle", "Human performer"),
    "resourceRole": ("Rolle", "Role"),
    "value": ("Wert", "Value"),
    "minimum": ("Mindestanzahl", "Minimum"),
    "maximum": ("Höchstanzahl", "Maximum"),
    "participantMultiplicity": ("Mehrfach", "Multiple"),
}
_OWN: Final = {
    "system": ("IT-Verfahren", "IT system"),
    "legalBasis": ("Rechtsgrundlage", "Legal basis"),
    "channel": ("Kanal", "Channel"),
    "rag": ("Referenzaktivitätengruppe", "Reference activity group"),
}
"""What the hub's own vocabulary says about an element, in words."""
_VALUES: Final = {"true": ("ja", "yes"), "false": ("nein", "no")}
_FLAGS: Final = frozenset(
    {"isInterrupting", "cancelActivity", "triggeredByEvent", "isExecutable", "isForCompensation", "isCollection"}
    | {"isSequential", "instantiate", "isClosed"}
)
_DEFAULT: Final = {"isInterrupting": "true", "cancelActivity": "true"} | dict.fromkeys(
    _FLAGS - {"isInterrupting", "cancelActivity"}, "false"
)
_LAYOUT: Final[dict[str, tuple[str, str]]] = {
    "position": ("{who} steht in der Zeichnung an anderer Stelle.", "{who} was moved in the drawing."),
    "size": ("{who} hat in der Zeichnung eine andere Größe.", "{who} was resized in the drawing."),
    "waypoints": ("{who} nimmt in der Zeichnung einen anderen Weg.", "{who} takes another course in the drawing."),
    "label": ("Die Beschriftung von {whom} wurde verschoben.", "The label of {whom} was moved."),
    "colour": ("{who} hat in der Zeichnung eine andere Farbe.", "{who} has another colour in the drawing."),
    "display": ("{who} ist in der Zeichnung anders dargestellt.", "{who} is displayed differently in the drawing."),
    "drawn": ("{who} ist jetzt in der Zeichnung enthalten.", "{who} is now part of the drawing."),
    "undrawn": ("{who} ist nicht mehr in der Zeichnung enthalten.", "{who} is no longer part of the drawing."),
    "whole": ("Die Zeichnung wurde insgesamt verschoben.", "The drawing was moved as a whole."),
    "diagram": ("Name oder Aufteilung der Zeichnungen wurde geändert.", "Name or number of the drawings was changed."),
}


def sentence(
    kind: str, old: Element | None, new_: Element | None, aspect: str, before: str | None, after: str | None, lang: str
) -> str:
    """Return the change as one sentence; see `hub.bpmn.change.Change` for the meaning of the arguments."""
    text = _TELL[kind](old, new_, aspect, before, after, lang)
    return text[0].upper() + text[1:]


Teller = Callable[[Element | None, Element | None, str, str | None, str | None, str], str]


def _added(_: Element | None, element: Element | None, __: str, ___: str | None, ____: str | None, lang: str) -> str:
    if element is None:
        return ""
    name = quoted(label_of(element), lang) if label_of(element) else ""
    start = new(element.type) if lang == "de" else f"New {type_name(element.type, 'en')}"
    return " ".join(filter(None, (start, name))) + _where(element, lang) + "."


def _removed(element: Element | None, _: Element | None, __: str, ___: str | None, ____: str | None, lang: str) -> str:
    if element is None:
        return ""
    if lang == "de":
        start = definite(element.type)
        verb = "entfällt"
    else:
        start, verb = f"The {type_name(element.type, 'en')}", "was removed"
    name = quoted(label_of(element), lang) if label_of(element) else ""
    return " ".join(filter(None, (start, name))) + _where(element, lang, gone=True) + f" {verb}."


def _where(element: Element, lang: str, *, gone: bool = False) -> str:
    """Say where an element stands: responsibility and neighbours, or the two ends of a connection."""
    german = lang == "de"
    if element.kind in (Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION):
        source = phrase(element.source, lang, "dative") if element.source is not None else ""
        target = phrase(element.target, lang, "dative") if element.target is not None else ""
        words = ("von", "zu") if german else ("from", "to")
        return "".join(f" {word} {end}" for word, end in zip(words, (source, target), strict=True) if end)
    parts = []
    if element.is_node:
        if lane := element.lane or element.pool:
            word = ("Zuständigkeit: " if not gone else "bisherige Zuständigkeit: ") if german else "responsible: "
            if responsible(lane):
                parts.append(f" ({word}{responsible(lane)})")
        before = [flow.source for flow in element.incoming if flow.source is not None]
        after = [flow.target for flow in element.outgoing if flow.target is not None]
        if element.type == "boundaryEvent" and (host := element.attached_to) is not None:
            parts.append((" an " if german else " on ") + phrase(host, lang, "dative"))
        elif before:
            parts.append((" nach " if german else " after ") + phrase(before[0], lang, "dative", deep=False))
        elif after:
            parts.append((" vor " if german else " before ") + phrase(after[0], lang, "dative", deep=False))
    elif element.type in ("lane", "dataObjectReference", "dataObject") and (pool := element.pool) is not None:
        parts.append(f" in {quoted(label_of(pool), lang)}" if label_of(pool) else "")
    return "".join(parts)


def _renamed(
    old: Element | None, new_: Element | None, _: str, before: str | None, after: str | None, lang: str
) -> str:
    element = new_ or old
    if element is None:
        return ""
    german = lang == "de"
    if element.kind in (Kind.FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION):
        who = (definite(element.type) if german else f"the {type_name(element.type, 'en')}") + _where(element, lang)
        if not after:
            return (
                f"{who} ist nicht mehr beschriftet (bisher {quoted(before or '')})."
                if german
                else (f"{who} has no label any more (before: {quoted(before or '', lang)}).")
            )
        rest = (f" (bisher {quoted(before)})" if german else f" (before: {quoted(before, lang)})") if before else ""
        return (
            f"{who} ist jetzt mit {quoted(after)} beschriftet{rest}."
            if german
            else (f"{who} is now labelled {quoted(after, lang)}{rest}.")
        )
    kind = definite(element.type) if german else f"the {type_name(element.type, 'en')}"
    if german:
        if not after:
            return f"{kind} {quoted(before or '')} hat keinen Namen mehr."
        return f"{f'{kind} {quoted(before)}' if before else phrase(old)} heißt jetzt {quoted(after)}."
    if not after:
        return f"{kind} {quoted(before or '', lang)} lost its name."
    return f"{f'{kind} {quoted(before, lang)}' if before else phrase(old, lang)} is now called {quoted(after, lang)}."


def _retyped(old: Element | None, new_: Element | None, aspect: str, _: str | None, __: str | None, lang: str) -> str:
    if old is None or new_ is None:
        return ""
    if aspect == "eventDefinitions":
        texts = [", ".join(type_name(e.type, lang) for e in side.event_definitions) or None for side in (old, new_)]
        return _aspect(phrase(new_, lang, "dative"), _property_name(aspect, lang), texts[0], texts[1], lang)
    name = quoted(label_of(new_), lang) if label_of(new_) else ""
    if lang == "de":
        return f"Aus {definite(old.type, 'dative')} {name} wurde {indefinite(new_.type)}.".replace("  ", " ")
    return f"The {type_name(old.type, 'en')} {name} became a {type_name(new_.type, 'en')}.".replace("  ", " ")


def _moved_lane(
    _: Element | None, element: Element | None, __: str, before: str | None, after: str | None, lang: str
) -> str:
    nobody = "keine" if lang == "de" else "nobody"
    word = "Zuständigkeit" if lang == "de" else "Responsibility"
    return f"{phrase(element, lang)} – {word}: {before or nobody} → {after or nobody}."


def _moved_scope(
    old: Element | None, element: Element | None, _: str, before: str | None, after: str | None, lang: str
) -> str:
    if old is None or element is None:
        return ""
    if lang == "de":
        return f"{phrase(element)} gehört jetzt zu {_home(element, after)} (bisher zu {_home(old, before)})."
    return f"{phrase(element, lang)} now belongs to {_home(element, after, lang)} (before: {_home(old, before, lang)})."


def _home(element: Element, name: str | None, lang: str = "de") -> str:
    home = element.scope_element if element.kind is not Kind.LANE else element.parent
    if home is None:
        return "dem Modell" if lang == "de" else "the model"
    title = definite(home.type, "dative") if lang == "de" else f"the {type_name(home.type, 'en')}"
    return f"{title} {quoted(name, lang)}" if name else title


def _reconnected(
    old: Element | None, new_: Element | None, _: str, before: str | None, after: str | None, lang: str
) -> str:
    if old is None or new_ is None:
        return ""
    german = lang == "de"
    was, now = (old.source, old.target), (new_.source, new_.target)
    if new_.kind is Kind.FLOW and now[0] is not None and now[1] is not None:
        start, end = phrase(now[1], lang), phrase(now[0], lang, "accusative")
        if was[0] is None or _same(was[1], now[1]):
            rest = f" (bisher auf {phrase(was[0], 'de', 'accusative')})" if was[0] is not None else ""
        elif _same(was[0], now[0]) and was[1] is not None:
            rest = f" (bisher folgte {phrase(was[1], 'de')})"
        else:
            rest = f" (bisher: {before})" if before else ""
        if german:
            return f"{start} folgt jetzt auf {end}{rest}."
        return f"{start} now follows {end} (before: {_course(old, lang)})."
    who = (definite(new_.type) if german else f"the {type_name(new_.type, 'en')}") + (
        f" {quoted(label_of(new_), lang)}" if label_of(new_) else ""
    )
    if german:
        return f"{who} verbindet jetzt {after} (bisher {before})."
    return f"{who} now connects {_course(new_, lang)} (before: {_course(old, lang)})."


def _course(connection: Element, lang: str) -> str:
    ends = connection.source, connection.target
    return " → ".join((label_of(end) or type_name(end.type, lang)) if end is not None else "–" for end in ends)


def _same(one: Element | None, other: Element | None) -> bool:
    return one is not None and other is not None and (one.id == other.id or label_of(one) == label_of(other) != "")


def _property(
    old: Element | None, new_: Element | None, aspect: str, before: str | None, after: str | None, lang: str
) -> str:
    element = new_ or old
    if element is not None and element.type == "textAnnotation" and aspect == "text":
        word = "Anmerkung geändert" if lang == "de" else "Annotation changed"
        if before and after:
            before, after = apart(before, after)
        return f"{word}: {_value(aspect, before, lang)} → {_value(aspect, after, lang)}."
    if element is None:
        whole = "dem Modell" if lang == "de" else "the model"
        return _aspect(whole, _property_name(aspect, lang), before, after, lang, aspect)
    last = aspect.rpartition("/")[2]
    if last in _FLAGS or last == "attachedToRef":
        # „Frist um“ – unterbrechend: ja → nein.
        word = _property_name(aspect, lang)
        given = [_DEFAULT.get(last) if value is None else value for value in (before, after)]
        change = f"{_value(aspect, given[0], lang)} → {_value(aspect, given[1], lang)}"
        return f"{phrase(element, lang)} – {word[0].lower()}{word[1:]}: {change}."
    return _aspect(phrase(element, lang, "dative"), _property_name(aspect, lang), before, after, lang, aspect)


def _documentation(
    old: Element | None, new_: Element | None, _: str, before: str | None, after: str | None, lang: str
) -> str:
    word = "Beschreibung" if lang == "de" else "Description"
    return _aspect(phrase(new_ or old, lang, "dative"), word, before, after, lang)


def _extension(
    old: Element | None, new_: Element | None, aspect: str, before: str | None, after: str | None, lang: str
) -> str:
    element = new_ or old
    head, _, key = aspect.removesuffix("]").partition("[")
    if head in _OWN and any(_says_own(each, head) for each in (old, new_)):
        word = _OWN[head][0 if lang == "de" else 1]
        before, after = (
            None if value is None else key or value.partition("=")[2] or value for value in (before, after)
        )
    else:
        word = f"Werkzeugangabe {quoted(aspect)}" if lang == "de" else f"Tool setting {quoted(aspect, lang)}"
    who = phrase(element, lang, "dative") if element is not None else ("dem Modell" if lang == "de" else "the model")
    return _aspect(who, word, before, after, lang)


def _says_own(element: Element | None, name: str) -> bool:
    """Whether an element carries something of that name in the hub's own vocabulary."""
    return element is not None and any(node.name == name and node.namespace == HUB for node in element.extensions)


def _own_value(value: str | None, key: str) -> str | None:
    """Return what the hub's own vocabulary says, without the name of its attribute."""
    return value if value is None else key or value.partition("=")[2] or value


def _layout(old: Element | None, new_: Element | None, aspect: str, _: str | None, __: str | None, lang: str) -> str:
    element = new_ or old
    text = _LAYOUT[aspect][0 if lang == "de" else 1]
    return text.format(who=phrase(element, lang), whom=phrase(element, lang, "dative"))


def _aspect(who: str, what: str, before: str | None, after: str | None, lang: str, aspect: str = "") -> str:
    of = "von" if lang == "de" else "of"
    if before and after:
        before, after = apart(before, after)
    return f"{what} {of} {who}: {_value(aspect, before, lang)} → {_value(aspect, after, lang)}."


def _value(aspect: str, value: str | None, lang: str) -> str:
    if value is None:
        return "keine Angabe" if lang == "de" else "not given"
    if not value:
        return "vorhanden" if lang == "de" else "present"
    if aspect.rpartition("/")[2] in _FLAGS and value in _VALUES:
        return _VALUES[value][0 if lang == "de" else 1]
    return quoted(value, lang)


def _property_name(aspect: str, lang: str) -> str:
    known = _PROPERTIES.get(aspect) or _PROPERTIES.get(aspect.rpartition("/")[2])
    if known is not None:
        return known[0 if lang == "de" else 1]
    head = aspect.partition("/")[0]
    if head in EVENT_DEFINITIONS:
        return type_name(head, lang).capitalize()
    return f"Angabe {quoted(aspect)}" if lang == "de" else f"Property {quoted(aspect, lang)}"


_TELL: Final[dict[str, Teller]] = {
    "added": _added,
    "removed": _removed,
    "renamed": _renamed,
    "retyped": _retyped,
    "moved-lane": _moved_lane,
    "moved-scope": _moved_scope,
    "reconnected": _reconnected,
    "property": _property,
    "documentation": _documentation,
    "extension": _extension,
    "layout": _layout,
}
