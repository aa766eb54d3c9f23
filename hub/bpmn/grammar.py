"""Elements as parts of a sentence: „Antrag prüfen“, dem Startereignis, the gateway after “Check”."""

from __future__ import annotations

from typing import Final

from hub.bpmn.canonical import squeezed
from hub.bpmn.model import Element
from hub.bpmn.vocabulary import Kind, type_name

_LONGEST: Final = 90
_NEUTER: Final = (
    "Ereignis",
    "ereignis",
    "Gateway",
    "Datenobjekt",
    "Signal",
    "merkmal",
)
_MASCULINE: Final = (
    "Prozess",
    "prozess",
    "Pool",
    "fluss",
    "Datenspeicher",
    "Fehler",
    "Datentyp",
    "Kategoriewert",
    "aufruf",
    "Import",
    "Partner",
    "schlüssel",
    "Endpunkt",
    "Dateneingang",
    "Datenausgang",
)
_DEFINITE: Final = {
    "nominative": {"m": "der", "f": "die", "n": "das"},
    "accusative": {"m": "den", "f": "die", "n": "das"},
    "dative": {"m": "dem", "f": "der", "n": "dem"},
    "genitive": {"m": "des", "f": "der", "n": "des"},
}
_INDEFINITE: Final = {"m": "ein", "f": "eine", "n": "ein"}
_NEW: Final = {"m": "Neuer", "f": "Neue", "n": "Neues"}


def quoted(text: str, lang: str = "de") -> str:
    """Return `text` in the language's quotation marks, on one line and not too long."""
    text = squeezed(text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1].rstrip() + "…"
    return f"„{text}“" if lang == "de" else f"“{text}”"


def apart(before: str, after: str) -> tuple[str, str]:
    """Return two texts cut so that what tells them apart is seen, each as far as `quoted` shows it.

    Long texts that begin alike would otherwise be cut before the first difference, and look the same.
    """
    before, after = squeezed(before), squeezed(after)
    alike = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    if max(len(before), len(after)) <= _LONGEST or alike <= _LONGEST // 2:
        return before, after
    start = before.rfind(" ", 0, max(0, alike - _LONGEST // 3)) + 1
    return f"… {before[start:]}", f"… {after[start:]}"


def gender(name: str) -> str:
    """Return the gender of a German type name: m, f or n."""
    if name.endswith(_NEUTER):
        return "n"
    return "m" if name.endswith(_MASCULINE) else "f"


def definite(type_: str, case: str = "nominative") -> str:
    """Return the German type name with its definite article (`exclusiveGateway`, dative → dem exklusiven Gateway)."""
    name = type_name(type_)
    kind = gender(name)
    adjective, _, noun = name.rpartition(" ")
    if adjective:
        stem = adjective.removesuffix("es") if kind == "n" else adjective.removesuffix("e")
        ending = "e" if case == "nominative" or (case == "accusative" and kind != "m") else "en"
        name = f"{stem}{ending} {noun}"
    if case == "genitive" and kind != "f":
        name += "es" if name.endswith(("ss", "s")) else "s"
    return f"{_DEFINITE[case][kind]} {name}"


def indefinite(type_: str) -> str:
    """Return the German type name with its indefinite article, nominative."""
    name = type_name(type_)
    return f"{_INDEFINITE[gender(name)]} {name}"


def new(type_: str) -> str:
    """Return „Neue Aufgabe“, „Neues exklusives Gateway“, „Neuer Pool“."""
    name = type_name(type_)
    return f"{_NEW[gender(name)]} {name}"


def label_of(element: Element) -> str:
    """Return what names an element: its label, that of its only event definition's reference, or an empty string."""
    label = squeezed(element.label)
    if not label and element.type == "participant":
        process = element.reference("processRef")
        label = squeezed(process.name) if process is not None else ""
    return label


def responsible(lane: Element | None) -> str:
    """Return the name of who a lane or pool stands for: an unnamed lane speaks for its pool."""
    if lane is None:
        return ""
    pool = lane.model.relations.pool(lane)
    return label_of(lane) or (label_of(pool) if pool is not None else "")


def phrase(element: Element | None, lang: str = "de", case: str = "nominative", *, deep: bool = True) -> str:
    """Return how a sentence calls an element: by its label, else by its type and what is next to it."""
    if element is None:
        return "nichts" if lang == "de" else "nothing"
    if label := label_of(element):
        return quoted(label, lang)
    name = definite(element.type, case) if lang == "de" else f"the {type_name(element.type, 'en')}"
    return name + (_next_to(element, lang) if deep else "")


def _next_to(element: Element, lang: str) -> str:
    if element.kind in (Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION):
        source = phrase(element.source, lang, "dative", deep=False) if element.source is not None else None
        target = phrase(element.target, lang, "dative", deep=False) if element.target is not None else None
        von, nach = ("von", "zu") if lang == "de" else ("from", "to")
        return "".join(f" {word} {end}" for word, end in ((von, source), (nach, target)) if end)
    if element.type == "boundaryEvent" and (host := element.attached_to) is not None:
        return (" an " if lang == "de" else " on ") + phrase(host, lang, "dative", deep=False)
    if element.is_node:
        for flows, word in ((element.incoming, "nach"), (element.outgoing, "vor")):
            for flow in flows:
                other = flow.source if word == "nach" else flow.target
                if other is not None and label_of(other):
                    shown = word if lang == "de" else ("after" if word == "nach" else "before")
                    return f" {shown} {quoted(label_of(other), lang)}"
    return ""
