"""What stands in the column „Art“: words of departments for BPMN types, and how a cell is read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.bpmn.describe_time import speak_duration
from hub.bpmn.naming import tidy
from hub.bpmn.vocabulary import ACTIVITIES, GATEWAYS, SUB_PROCESSES, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    # type: (German word, English word, other words)
    "startEvent": ("Start", "Start", "beginn auslöser startereignis anfang trigger begin"),
    "endEvent": ("Ende", "End", "schluss ergebnis endereignis abschluss finish result"),
    "task": ("Aufgabe", "Task", "tätigkeit schritt aktivität arbeitsschritt activity step prozessschritt"),
    "userTask": ("Bearbeitung", "User task", "benutzeraufgabe prüfung prüfen bearbeiten dialog review"),
    "manualTask": ("Von Hand", "Manual task", "manuell handarbeit manual papier händisch"),
    "serviceTask": ("Automatisch", "Service task", "system systemaufgabe dienst service automatic maschinell"),
    "scriptTask": ("Skript", "Script task", "script"),
    "businessRuleTask": ("Regel", "Business rule task", "geschäftsregel berechnung rule regelwerk"),
    "sendTask": ("Senden", "Send task", "sendeaufgabe versand mitteilung send versenden"),
    "receiveTask": ("Empfangen", "Receive task", "empfangsaufgabe empfang eingang receive"),
    "subProcess": ("Teilprozess", "Sub-process", "unterprozess subprozess subprocess"),
    "adHocSubProcess": ("Ad-hoc-Teilprozess", "Ad hoc sub-process", ""),
    "transaction": ("Transaktion", "Transaction", ""),
    "callActivity": ("Aufruf", "Call activity", "aufrufaktivität call prozessaufruf"),
    "exclusiveGateway": (
        "Entscheidung", "Decision",
        "verzweigung frage gateway xor exklusiv entweder-oder bedingung question zusammenführung",
    ),
    "parallelGateway": ("Parallel", "Parallel", "gleichzeitig und and parallelisierung"),
    "inclusiveGateway": ("Mehrfachauswahl", "Inclusive decision", "inklusiv oder or und/oder"),
    "eventBasedGateway": ("Ereignisauswahl", "Event-based decision", "ereignisbasiert"),
    "complexGateway": ("Komplexe Verzweigung", "Complex gateway", "komplex"),
    "intermediateCatchEvent": ("Warten", "Wait", "abwarten zwischenereignis frist wiedervorlage timer"),
    "intermediateThrowEvent": ("Zwischenstand", "Milestone", "meilenstein auslösen"),
    "boundaryEvent": ("Ausnahme", "Exception", "abbruch fristablauf"),
}  # fmt: skip
_TIMERS: Final = frozenset({"frist", "wiedervorlage", "timer", "fristablauf"})
_ALONGSIDE: Final = ("Nebenher", "Alongside")
_DEFINITIONS: Final = {
    "message": ("Nachricht", "message"),
    "timer": ("Zeit", "time"),
    "error": ("Fehler", "error"),
    "signal": ("Signal", "signal"),
    "escalation": ("Eskalation", "escalation"),
    "conditional": ("Bedingung", "condition"),
    "link": ("Sprung", "link"),
    "cancel": ("Abbruch", "cancel"),
    "compensate": ("Rückabwicklung", "compensation"),
    "terminate": ("sofort", "terminate"),
}
_LOOPS: Final = {
    "standard": ("wiederholt", "repeated"),
    "parallel": ("mehrfach gleichzeitig", "several at once"),
    "sequential": ("mehrfach nacheinander", "several in turn"),
}
_MARKS: Final = {
    "event": ("durch Ereignis", "by event"),
    "compensation": ("zur Rückabwicklung", "for compensation"),
}
_UNITS: Final = (
    ("Y", "", ("jahr", "year")), ("M", "", ("monat", "month")), ("W", "", ("woche", "week")), ("D", "", ("tag", "day")),
    ("H", "T", ("stunde", "hour")), ("M", "T", ("minute",)), ("S", "T", ("sekunde", "second")),
)  # fmt: skip
_AMOUNT: Final = re.compile(r"(\d+)\s*([a-zäöü]+)", re.IGNORECASE)
_CELL: Final = re.compile(r"(?P<base>[^(]*?)\s*(?:\((?P<inside>.*)\))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StepType:
    """The type of a row: a BPMN type with what the column can say about it."""

    type: str
    definitions: tuple[str, ...] = ()
    """Event definitions, such as `timer`."""
    detail: str = ""
    """A time (ISO 8601 or as written), a condition, or what is called."""
    interrupting: bool = True
    loop: str = ""
    mark: str = ""
    """`event` for event sub-processes, `compensation` for steps that undo."""

    @property
    def is_activity(self) -> bool:
        """Whether it is something to do."""
        return self.type in ACTIVITIES

    @property
    def is_gateway(self) -> bool:
        """Whether it splits or joins ways."""
        return self.type in GATEWAYS

    @property
    def holds_steps(self) -> bool:
        """Whether other rows may lie inside."""
        return self.type in SUB_PROCESSES


def _index() -> dict[str, str]:
    found: dict[str, str] = {}
    for type_, (german, english, others) in _WORDS.items():
        names = [german, english, type_, type_name(type_), type_name(type_, "en").strip(), *others.split()]
        for name in names:
            found.setdefault(_key(name), type_)
    return found


def _key(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word.strip().lower())


_TYPES: Final = _index()
_DEFINITION_OF: Final = {_key(word): name for name, words in _DEFINITIONS.items() for word in (*words, name)}
_LOOP_OF: Final = {_key(word): name for name, words in _LOOPS.items() for word in words}
_MARK_OF: Final = {_key(word): name for name, words in _MARKS.items() for word in words}


def read_type(cell: str) -> StepType | None:
    """Return the type a cell means, None for words nobody knows."""
    match = _CELL.fullmatch(cell)
    if match is None:
        return None
    words = [_key(word) for word in match["base"].split(",")]
    alongside = words[0] in (_key(word) for word in _ALONGSIDE)
    type_ = "boundaryEvent" if alongside else _TYPES.get(words[0])
    if type_ is None or not all(word in _LOOP_OF or word in _MARK_OF for word in words[1:]):
        return None
    loop = next((_LOOP_OF[word] for word in words[1:] if word in _LOOP_OF), "")
    mark = next((_MARK_OF[word] for word in words[1:] if word in _MARK_OF), "")
    definitions: tuple[str, ...] = ("timer",) if words[0] in _TIMERS else ()
    detail = (match["inside"] or "").strip()
    if type_ == "callActivity":
        return StepType(type_, (), detail, True, loop, mark)
    if detail and type_.endswith("Event"):
        names, _, rest = detail.partition(":")
        known = [_DEFINITION_OF.get(_key(name)) for name in names.split("+")]
        if all(known):
            definitions = tuple(name for name in known if name)
            detail = rest.strip()
        elif not definitions and parse_duration(detail) is not None:
            definitions = ("timer",)
    if "timer" in definitions:
        detail = parse_duration(detail) or detail
    return StepType(type_, definitions, detail, not alongside, loop, mark)


def write_type(node: Element, lang: str = "de") -> str:
    """Return the cell for a node."""
    place = 0 if lang == "de" else 1
    # Choreography activities have no word of their own: in a table they are tasks.
    base = _WORDS.get(node.type, _WORDS["task"])[place]
    host = node.attached_to
    if node.type == "boundaryEvent" and (host is None or host.parent is not node.parent or host.type not in ACTIVITIES):
        base = _WORDS["intermediateCatchEvent"][place]  # attached to nothing
    elif node.type == "boundaryEvent" and not node.is_interrupting:
        base = _ALONGSIDE[place]
    parts = [base]
    if node.is_event_sub_process:
        parts.append(_MARKS["event"][place])
    if node.attributes.get("isForCompensation") in ("true", "1"):
        parts.append(_MARKS["compensation"][place])
    if node.loop is not None:
        parts.append(_LOOPS[node.loop][place])
    inside = _inside(node, lang)
    return ", ".join(parts) + (f" ({inside})" if inside else "")


def _inside(node: Element, lang: str) -> str:
    if node.type == "callActivity":
        return tidy(node.called or "")
    place = 0 if lang == "de" else 1
    names, details = [], []
    for definition in node.event_definitions:
        name = definition.type.removesuffix("EventDefinition")
        if name in _DEFINITIONS:
            names.append(_DEFINITIONS[name][place])
            detail = definition.condition if name == "conditional" else ""
            if name == "link" and definition.name != node.name:
                detail = definition.name
            for time in ("timeDuration", "timeCycle", "timeDate"):
                detail = detail or definition.detail_text(time) or ""
            if detail:
                spoken = speak_duration(detail, lang)
                # Only what is read back as the same time may be put into words.
                details.append(spoken if spoken and parse_duration(spoken) == detail else tidy(detail))
    if not names:
        return ""
    return " + ".join(names) + (f": {'; '.join(details)}" if details else "")


def parse_duration(text: str) -> str | None:
    """Return ISO 8601 for a duration in words (`14 Tage` → `P14D`), None if it is none; ISO stays as it is."""
    text = text.strip()
    if speak_duration(text) is not None:
        return text
    found = _AMOUNT.findall(text)
    if not found or re.sub(r"[\s,]|und|and", "", _AMOUNT.sub("", text)):
        return None
    date, time = "", ""
    for amount, word in found:
        unit = next(((u, part) for u, part, names in _UNITS if word.lower().startswith(names)), None)
        if unit is None:
            return None
        if unit[1]:
            time += amount + unit[0]
        else:
            date += amount + unit[0]
    return f"P{date}" + (f"T{time}" if time else "")
