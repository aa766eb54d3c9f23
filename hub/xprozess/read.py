"""Read an XProzess message. What is odd becomes a warning, what is unknown is reported, nothing fails half way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final
from xml.parsers import expat

from lxml import etree

from hub.xprozess.codes import status_word
from hub.xprozess.model import Activity, ModelFile, Participant, Process, State
from hub.xprozess.parts import (
    Node,
    bases,
    classification,
    data,
    each,
    features,
    keywords,
    local,
    reference,
    regions,
    state,
)
from hub.xprozess.payload import BadPayload, Limits, unpack

NAMESPACE: Final = "http://www.regierung-mv.de/xprozess/"
_LIMITS: Final = Limits()
_JOINED: Final = frozenset({"legal_bases", "regions", "features", "classifications", "keywords"})


class Unreadable(ValueError):
    """The bytes are no XProzess message; the message is a German sentence that says what to do."""

    def sentence(self) -> str:
        """Return the sentence."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Read:
    """One process and, in German sentences, what was odd about it."""

    process: Process
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What a file holds. `warnings` are about the file as a whole; each process has its own."""

    product: str
    processes: tuple[Read, ...]
    warnings: tuple[str, ...]


def read(data: bytes, limits: Limits = _LIMITS) -> Message:
    """Return the processes of a message; raises `Unreadable`."""
    root = _root(data, limits)
    name = local(root)
    if not str(root.tag).startswith("{" + NAMESPACE) or not name.startswith(("alleInhalte.", "prozessbibliothek.")):
        raise Unreadable(_stranger(str(root.tag), name))
    ignored: Counter[str] = Counter()
    warnings: list[str] = []
    top = Node(root, ignored)
    top.left.pop("nachrichtenkopf", None)
    version = str(root.get("xprozessVersion", ""))
    if version and not version.startswith("2"):
        warnings.append(f"Die Datei nennt XProzess {version}; gelesen wird sie nach Version 2.0.")
    classes = _classes(top)
    libraries = top.all("prozessbibliothek") if name.startswith("alleInhalte.") else [top]
    budget = _Budget(limits)
    found: list[Read] = []
    for library in libraries:
        for known in ("name", "version", "herausgeber", "verwaltungspolitischeKodierung"):
            library.left.pop(known, None)
        found += [_process(node, classes, budget) for node in library.all("prozess")]
        library.done()
    warnings += [
        f"Zur Prozessklasse „{item.name or item.id}“ enthält die Datei keinen Prozess."
        for item in classes.values()
        if item.id not in {entry.process.id for entry in found}
    ]
    if top not in libraries:
        top.done()
    warnings += _told(ignored)
    if not found:
        raise Unreadable(
            "Die Datei enthält keinen Prozess (nur einen Katalog). Bitte exportieren Sie im FIM-Portal oder in Ihrem "
            "Werkzeug den Prozess selbst („alleInhalte“)."
        )
    return Message(str(root.get("produkt", "")), tuple(found), tuple(warnings))


def _stranger(tag: str, name: str) -> str:
    if "xdatenfelder" in tag or name.startswith("xdatenfelder"):
        return "Die Datei ist ein Datenschema (XDatenfelder), kein Prozess. Bitte wählen Sie die XProzess-Datei."
    if "BPMN" in tag:
        return "Die Datei ist ein BPMN-Modell. Bitte laden Sie es unter „Datei hochladen“ hoch."
    if name.startswith("prozesskatalog."):
        return "Die Datei enthält nur einen Prozesskatalog. Bitte exportieren Sie „alleInhalte“."
    return "Die Datei ist keine XProzess-Nachricht. Erwartet wird ein Export „alleInhalte.export.0303“ (XML)."


def _root(data: bytes, limits: Limits) -> etree._Element:
    if len(data) > limits.message:
        raise Unreadable(f"Die Datei ist größer als {limits.message // 1_000_000} MB. Bitte teilen Sie den Export auf.")
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("Die Datei ist ein ZIP-Archiv. Bitte entpacken Sie es und wählen Sie die XML-Datei darin.")

    def refuse(*_: object) -> None:
        raise Unreadable(
            "Die Datei enthält eine Dokumenttyp-Angabe (DOCTYPE) und wird sicherheitshalber nicht gelesen."
        )

    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(data, True)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        return etree.fromstring(data, parser)
    except expat.ExpatError as error:
        raise Unreadable(
            f"Die Datei ist kein vollständiges XML (Zeile {error.lineno}, Spalte {error.offset + 1}). "
            "Bitte exportieren Sie sie neu."
        ) from error
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("Die Datei ist kein lesbares XML. Bitte exportieren Sie sie neu.") from error


class _Budget:
    """How much may still be unpacked from this message."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.left = limits, limits.unpacked

    def unpack(self, text: str) -> bytes:
        data = unpack(text, min(self.limits.model, max(self.left, 0)))
        self.left -= len(data)
        return data


def _told(ignored: Counter[str]) -> list[str]:
    return [
        f"Nicht interpretiert und nicht übernommen: {place}" + (f" ({count}-mal)." if count > 1 else ".")
        for place, count in sorted(ignored.items())
    ]


def _classes(top: Node) -> dict[str, Process]:
    found: dict[str, Process] = {}
    for catalogue in top.all("prozesskatalog"):
        for known in ("name", "version", "herausgeber", "verwaltungspolitischeKodierung"):
            catalogue.left.pop(known, None)
        for node in catalogue.all("prozessklasse"):
            item = replace(
                _common(node),
                definition=node.text("definition"),
                legal_bases=bases(node),
                purpose=node.code("zwecksetzung"),
                operative_goal=node.code("operativesZiel"),
                form=node.code("handlungsform"),
                procedure=node.code("verfahrensart"),
                regions=regions(node),
                features=features(node),
                state=state(node, []),
            )
            node.done()
            found.setdefault(item.id, item)
        catalogue.done()
    return found


def _common(node: Node) -> Process:
    """Return what catalogue and library say in the same words."""
    return Process(
        id=node.text("id"),
        version=node.text("version"),
        name=" ".join(node.text("name").split()),
        designation=" ".join(node.text("bezeichnung").split()),
        approving_body=node.text("fachlichFreigebendeStelle"),
        classifications=each(node, "klassifikation", classification),
        keywords=keywords(node),
    )


def _process(node: Node, classes: dict[str, Process], budget: _Budget) -> Read:
    ignored: Counter[str] = Counter()
    warnings: list[str] = []
    node = Node(node.element, ignored)
    own = _common(node)
    profile = node.one("prozesssteckbrief")
    if profile is not None:
        own = _with_profile(own, profile)
    structure = node.one("prozessstrukturbeschreibung")
    found = _activities(structure, warnings) if structure is not None else iter(())
    activities = tuple(sorted(found, key=lambda row: (row.number, row.element_id)))
    model, notes = _model(node, budget)
    own = replace(own, activities=activities, model=model, state=state(node, warnings))
    own = _merged(own, classes.get(own.id), warnings)
    node.done()
    if own.state.status and status_word(own.state.status).startswith("unbekannt"):
        warnings.append(
            f"Der Status {own.state.status.code} gehört zur Liste {own.state.status.list_uri or 'ohne Angabe'}, "
            f"Version {own.state.status.list_version or 'ohne Angabe'}, deren Bedeutung der Hub nicht kennt: "
            f"Er bleibt als „{status_word(own.state.status)}“ erhalten."
        )
    return Read(own, (*dict.fromkeys([*notes, *warnings]), *_told(ignored)))


def _with_profile(own: Process, node: Node) -> Process:
    def person(child: Node) -> Participant | None:
        found = Participant(child.text("name"), tuple(role.as_code() for role in child.all("rolle")))
        return found if found.name else None

    made = replace(
        own,
        definition=node.text("definition"),
        description=node.text("beschreibung"),
        triggers=each(node, "ausloeser", reference),
        results=each(node, "ergebnis", reference),
        participants=each(node, "prozessteilnehmer", person),
        legal_bases=bases(node),
        level=node.code("detaillierungsstufe"),
        regions=regions(node),
        targets=node.text("zielvorgaben"),
        features=features(node),
    )
    node.done()
    return made


def _merged(own: Process, other: Process | None, warnings: list[str]) -> Process:
    """Return the process with what only its class in the catalogue says."""
    if other is None:
        return own
    for word, mine, theirs in (
        ("Name", own.name, other.name),
        ("Definition", own.definition, other.definition),
        ("Status", own.state.status, other.state.status),
        ("Beginn der Gültigkeit", own.state.valid_from, other.state.valid_from),
    ):
        if mine and theirs and mine != theirs:
            warnings.append(f"{word}: Prozess und Prozessklasse sagen Verschiedenes; übernommen ist die des Prozesses.")
    # What both may list is joined; of the rest the process speaks first, and the class fills what it leaves open.
    changes: dict[str, Any] = {}
    for name in (item.name for item in fields(Process)):
        mine, theirs = getattr(own, name), getattr(other, name)
        if name in _JOINED:
            changes[name] = tuple(dict.fromkeys((*mine, *theirs)))
        elif name == "state":
            changes[name] = State(
                **{part.name: getattr(mine, part.name) or getattr(theirs, part.name) for part in fields(State)}
            )
        elif not mine and theirs:
            changes[name] = theirs
    return replace(own, **changes)


def _activities(structure: Node, warnings: list[str]) -> Iterator[Activity]:
    structure.left.pop("modellierungsmethode", None)
    fim = structure.one("strukturbeschreibungFIM")
    for node in fim.all("aktivitaetengruppe") if fim is not None else ():
        group = _activity(node)
        if not 1 <= group.type <= 8:
            warnings.append(
                f"Die Aktivitätengruppe „{group.name or group.number}“ hat keinen bekannten RAG-Typ (1–8) und wurde "
                "nicht übernommen."
            )
            continue
        yield group
    if fim is not None:
        fim.done()
    structure.done()


def _activity(node: Node) -> Activity:
    kind = node.code("referenzaktivitaetengruppeTyp").code
    version = node.text("referenzaktivitaetengruppeVersion")
    made = Activity(
        type=int(kind) if kind.isascii() and kind.isdigit() and len(kind) < 3 else 0,
        type_version=version or "1.00",
        number=node.text("id"),
        element_id=node.text("subProzessID"),
        name=" ".join(node.text("name").split()),
        description=node.text("beschreibung"),
        legal_bases=bases(node),
        incoming=each(node, "eingehendeDaten", reference),
        outgoing=each(node, "ausgehendeDaten", reference),
        systems=tuple(text for child in node.all("fachverfahren") if (text := " ".join("".join(
            str(part) for part in child.element.itertext()).split()))),
    )  # fmt: skip
    special = node.one("spezifischeAttribute")
    if special is not None:
        for own in (special.one(f"spezifischeAttribute{number}") for number in range(1, 9)):
            if own is not None:
                made = _with_attributes(made, own)
        special.done()
    node.done()
    return made


def _with_attributes(made: Activity, node: Node) -> Activity:
    duty = node.text("mitwirkungspflicht")
    filled = replace(
        made,
        received=each(node, "empfangeneDaten", data),
        provided=each(node, "bereitgestellteDaten", data),
        checks=tuple(found for child in node.all("formellePruefung") if (found := child.as_code())),
        tools=node.text("hilfsmittel"),
        decision=node.code("entscheidungsart"),
        processing=node.code("bearbeitungsart"),
        duty={"true": True, "1": True, "false": False, "0": False}.get(duty),
        participation=node.code("beteiligungsform"),
        special=node.text("beschreibung"),
    )
    node.done()
    return filled


def _model(node: Node, budget: _Budget) -> tuple[ModelFile | None, list[str]]:
    """Return the BPMN and what was left out; drawings and reports as PDF name editors and are never opened."""
    holder = node.one("prozessmodell")
    files = holder.all("prozessmodelldatei") if holder is not None else []
    notes: list[str] = []
    found: ModelFile | None = None
    for file in files:
        name = file.text("dateiname") or "Modell"
        if found is not None:
            notes.append(f"Die weitere Modelldatei „{name[:80]}“ wurde nicht übernommen.")
            continue
        try:
            found = ModelFile(name, budget.unpack(file.text("inhalt")))
        except BadPayload as error:
            notes.append(f"Die Modelldatei „{name[:80]}“ wurde nicht übernommen: {error}.")
    if holder is not None:
        others = len(holder.all("visualisierungsdatei")) + len(holder.all("beschreibungsdatei"))
        if others:
            notes.append(
                f"{others} eingebettete Bilder und Berichte wurden nicht übernommen: Sie können Namen und "
                "E-Mail-Adressen von Bearbeitenden enthalten."
            )
        holder.done()
    if found is None:
        notes.append("Die Datei enthält kein lesbares BPMN-Modell; übernommen ist der Steckbrief.")
    return found, notes
