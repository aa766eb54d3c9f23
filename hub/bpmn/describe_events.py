"""What events say: when something starts, what is waited for, what interrupts, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hub.bpmn.describe_phrases import PHRASES
from hub.bpmn.describe_text import Text, fill
from hub.bpmn.describe_time import speak_cycle, speak_date, speak_duration
from hub.bpmn.naming import one_line
from hub.bpmn.vocabulary import type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_TRIGGERS: Final = {
    "messageEventDefinition": ("message", "messageRef"),
    "timerEventDefinition": ("timer", ""),
    "signalEventDefinition": ("signal", "signalRef"),
    "conditionalEventDefinition": ("condition", ""),
    "errorEventDefinition": ("error", "errorRef"),
    "escalationEventDefinition": ("escalation", "escalationRef"),
    "compensateEventDefinition": ("compensate", ""),
    "cancelEventDefinition": ("cancel", ""),
}
_THROWN: Final = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensate",
    "errorEventDefinition": "error",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
}


def condition(event: Element, lang: str, mood: str) -> Text:
    """Return when a catching event happens; `mood` is `when` (sobald …) or `if` (Wenn …)."""
    definitions = event.event_definitions
    if not definitions:
        return fill(f"{mood}-event", lang)
    if len(definitions) > 1:
        parallel = event.attributes.get("parallelMultiple", "").strip() in ("true", "1")
        return fill(f"{mood}-all" if parallel else f"{mood}-several", lang)
    definition = definitions[0]
    trigger, reference = _TRIGGERS.get(definition.type, ("event", ""))
    if trigger == "timer":
        return _timer(definition, lang, mood)
    what = definition.condition or "" if trigger == "condition" else ""
    if reference and (root := definition.reference(reference)) is not None:
        what = root.name or root.attributes.get("errorCode", "") or root.attributes.get("escalationCode", "")
    what = one_line(what)
    if what and what != event.name.strip() and f"{mood}-{trigger}-named" in PHRASES:
        return fill(f"{mood}-{trigger}-named", lang, what=fill("quoted", lang, name=what))
    return fill(f"{mood}-{trigger}", lang)


def _timer(definition: Element, lang: str, mood: str) -> Text:
    if duration := definition.detail_text("timeDuration"):
        spoken = speak_duration(duration, lang)
        if spoken is None:
            return fill(f"{mood}-timer-duration", lang, what=fill("quoted", lang, name=_one_line(duration)))
        single = spoken.startswith("1\u00a0") and " " not in spoken
        return fill(f"{mood}-timer-duration-one" if single else f"{mood}-timer-duration", lang, what=spoken)
    if cycle := definition.detail_text("timeCycle"):
        spoken = speak_cycle(cycle, lang) or f"„{_one_line(cycle)}“"
        return fill(f"{mood}-timer-cycle", lang, what=spoken)
    if date := definition.detail_text("timeDate"):
        return fill(f"{mood}-timer-date", lang, what=speak_date(date, lang) or f"„{_one_line(date)}“")
    return fill(f"{mood}-timer", lang)


def _one_line(value: str) -> str:
    return one_line(value)


def start_sentence(event: Element, name: str, lang: str) -> Text:
    """Return how a process begins; `name` is empty for an unnamed event."""
    if not event.event_definitions:
        return fill("start", lang, name=name) if name else fill("start-unnamed", lang)
    when = condition(event, lang, "when")
    if name:
        return fill("start-when", lang, when=when, name=name)
    return fill("start-when-unnamed", lang, when=when)


def end_sentence(event: Element, name: str, lang: str) -> Text:
    """Return how a way ends; `name` is empty for an unnamed event."""
    definitions = event.event_definitions
    kind = _THROWN.get(definitions[0].type, "") if definitions else ""
    if not kind and not name:
        return fill("end-unnamed", lang)
    return fill(f"end-{kind}" if kind else "end", lang, name=name or _thrown_name(event, lang))


def middle_sentence(event: Element, name: str, lang: str) -> Text:
    """Return what an intermediate event waits for or does."""
    definitions = event.event_definitions
    first = definitions[0].type if definitions else ""
    if first == "linkEventDefinition":
        jump = fill("quoted", lang, name=name or definitions[0].name or "–")
        return fill("link-catch" if event.type == "intermediateCatchEvent" else "link-throw", lang, name=jump)
    if event.type in ("intermediateCatchEvent", "boundaryEvent"):
        if not definitions:
            return fill("wait", lang, name=name or _thrown_name(event, lang))
        when = condition(event, lang, "when")
        return fill("wait-when", lang, when=when, name=name) if name else fill("wait-when-unnamed", lang, when=when)
    kind = {"message": "send-event", "error": "reached", "cancel": "reached", "terminate": "reached"}
    key = _THROWN.get(first, "")
    label: str | Text = name or _thrown_name(event, lang)
    return fill(kind.get(key, f"{key}-event") if key else "reached", lang, name=label)


def boundary_sentence(event: Element, name: str, lang: str, jump: Text) -> Text:
    """Return what interrupts or accompanies a step; `jump` says where it leads, empty if nowhere."""
    definitions = event.event_definitions
    if definitions and definitions[0].type == "compensateEventDefinition":
        text = fill("boundary-compensate", lang)
        parallel = False
    else:
        parallel = not event.is_interrupting
        text = fill("boundary-parallel" if parallel else "boundary", lang, condition=condition(event, lang, "if"))
    if name:
        text += fill("boundary-name", lang, name=fill("quoted", lang, name=name))
    if not jump:
        return (*text, ".")
    return text + fill("boundary-then-parallel" if parallel else "boundary-then", lang, jump=jump)


def _thrown_name(event: Element, lang: str) -> Text:
    """Return what an unnamed event is about: the message, signal or error it refers to, else its type."""
    for definition in event.event_definitions:
        reference = _TRIGGERS.get(definition.type, ("", ""))[1]
        root = definition.reference(reference) if reference else None
        if root is not None and root.name.strip():
            return fill("quoted", lang, name=one_line(root.name))
    label = type_name(event.type, lang)
    return fill("unnamed", lang, type=label[0].upper() + label[1:])
