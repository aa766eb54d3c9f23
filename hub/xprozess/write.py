"""Write processes as an XProzess message, in the schema's order of elements, one process at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from lxml import etree

from hub.xprozess.codes import code
from hub.xprozess.model import Activity, Code, Data, LegalBasis, Process, Reference
from hub.xprozess.parts import BERLIN
from hub.xprozess.payload import pack
from hub.xprozess.read import NAMESPACE

XPROZESS: Final = NAMESPACE + "2"
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a message says about itself; `at` is aware, `id` a UUID."""

    id: str
    at: datetime
    author: str
    """An organisation, never a person."""
    catalogue: str = "Prozesskatalog"
    library: str = "Prozessbibliothek"
    product: str = "Prozesshub"
    vendor: str = "IKZ Prozesshub"


def write(head: Head, processes: Iterable[Process]) -> bytes:
    """Return a whole message; the same processes and head give the same bytes."""
    kept = list(processes)
    return b"".join(stream(head, lambda: iter(kept)))


def stream(head: Head, processes: Callable[[], Iterator[Process]]) -> Iterator[bytes]:
    """Yield a message piece by piece; `processes` is asked twice, since the catalogue comes before the library."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xprozess:alleInhalte.export.0303 xmlns:xprozess="{XPROZESS}" produkt="{_attribute(head.product)}" '
        f'produkthersteller="{_attribute(head.vendor)}" xprozessVersion="2.0">\n'
    ).encode()
    yield _bytes(_header(head))
    yield b"<xprozess:prozesskatalog>\n" + _bytes(_leaf("name", head.catalogue))
    for process in processes():
        yield _bytes(_class(process))
    yield b"</xprozess:prozesskatalog>\n<xprozess:prozessbibliothek>\n" + _bytes(_leaf("name", head.library))
    for process in processes():
        yield _bytes(_process(process))
    yield b"</xprozess:prozessbibliothek>\n</xprozess:alleInhalte.export.0303>\n"


def _attribute(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _bytes(element: etree._Element) -> bytes:
    """Return an element as it stands inside the message: the prefix is declared once, at its root."""
    text: bytes = etree.tostring(element, encoding="UTF-8", pretty_print=True)
    return text.replace(b' xmlns:xprozess="' + XPROZESS.encode() + b'"', b"", 1)


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{XPROZESS}}}{name}", nsmap={"xprozess": XPROZESS})


def _leaf(name: str, text: str) -> etree._Element:
    made = _element(name)
    made.text = _clean(text)
    return made


def _header(head: Head) -> etree._Element:
    made = _element("nachrichtenkopf")
    made.append(_leaf("nachrichtUUID", head.id))
    _add_code(made, "nachrichtentyp", code("message", "0303"))
    made.append(_leaf("erstellungszeitpunkt", head.at.astimezone(UTC).isoformat().replace("+00:00", "Z")))
    made.append(_leaf("autor", head.author))
    return made


def _add(parent: etree._Element, name: str, text: str) -> None:
    if text:
        parent.append(_leaf(name, text))


def _add_code(parent: etree._Element, name: str, value: Code) -> None:
    if value:
        made = _element(name)
        for key, text in (("listURI", value.list_uri), ("listVersionID", value.list_version)):
            if text:
                made.set(key, _clean(text))
        inner = etree.SubElement(made, "code")
        inner.text = _clean(value.code)
        parent.append(made)


def _add_bases(parent: etree._Element, bases: Iterable[LegalBasis]) -> None:
    for basis in bases:
        made = _element("handlungsgrundlage")
        _add(made, "name", basis.name)
        _add_code(made, "art", basis.kind)
        _add(made, "uri", basis.uri)
        parent.append(made)


def _add_names(parent: etree._Element, process: Process) -> None:
    for name, text in (("id", process.id), ("version", process.version), ("name", process.name)):
        parent.append(_leaf(name, text))
    _add(parent, "bezeichnung", process.designation)


def _add_order(parent: etree._Element, process: Process) -> None:
    for row in process.classifications:
        made = _element("klassifikation")
        for name, text in (
            ("ordnungsrahmenName", row.scheme),
            ("ordnungsrahmenVersion", row.scheme_version),
            ("klasseID", row.id),
            ("klasseName", row.name),
        ):
            made.append(_leaf(name, text))
        parent.append(made)
    for word in process.keywords:
        _add(parent, "schlagwort", word)


def _add_features(parent: etree._Element, process: Process) -> None:
    for row in process.features:
        made = _element("merkmal")
        _add(made, "merkmalName", row.name)
        _add_code(made, "merkmalDatentyp", row.datatype)
        _add(made, "merkmalWert", row.value)
        parent.append(made)


def _add_regions(parent: etree._Element, process: Process) -> None:
    for row in process.regions:
        made = _element("verwaltungspolitischeKodierung")
        _add_code(made, row.kind, row.code)
        parent.append(made)


def _class(process: Process) -> etree._Element:
    made = _element("prozessklasse")
    _add_names(made, process)
    _add(made, "definition", process.definition)
    _add_bases(made, process.legal_bases)
    _add_code(made, "zwecksetzung", process.purpose)
    _add_code(made, "operativesZiel", process.operative_goal)
    _add_code(made, "handlungsform", process.form)
    _add_code(made, "verfahrensart", process.procedure)
    _add(made, "fachlichFreigebendeStelle", process.approving_body)
    _add_regions(made, process)
    _add_features(made, process)
    _add_order(made, process)
    _add_state(made, process)
    return made


def _process(process: Process) -> etree._Element:
    made = _element("prozess")
    _add_names(made, process)
    _add(made, "fachlichFreigebendeStelle", process.approving_body)
    _add_order(made, process)
    made.append(_profile(process))
    if process.activities:
        made.append(_structure(process))
    if process.model is not None:
        made.append(_model(process))
    _add_state(made, process)
    return made


def _profile(process: Process) -> etree._Element:
    made = _element("prozesssteckbrief")
    _add(made, "definition", process.definition)
    _add(made, "beschreibung", process.description)
    for name, rows in (("ausloeser", process.triggers), ("ergebnis", process.results)):
        for row in rows:
            holder = _element(name)
            _add(holder, "formularID" if row.form_id else "textuelleBeschreibung", row.form_id or row.text)
            made.append(holder)
    for person in process.participants:
        holder = _element("prozessteilnehmer")
        _add(holder, "name", person.name)
        for role in person.roles:
            _add_code(holder, "rolle", role)
        made.append(holder)
    _add_bases(made, process.legal_bases)
    _add_code(made, "detaillierungsstufe", process.level)
    _add_regions(made, process)
    _add(made, "zielvorgaben", process.targets)
    _add_features(made, process)
    return made


def _method(activities: bool) -> etree._Element:
    """Return the modelling method: 10 is the only code a released file attests; the words say which."""
    made = _element("modellierungsmethode")
    _add_code(made, "code", code("method", "10"))
    _add(made, "freitext", "FIM" if activities else "BPMN 2.0")
    return made


def _structure(process: Process) -> etree._Element:
    made = _element("prozessstrukturbeschreibung")
    made.append(_method(activities=True))
    fim = _element("strukturbeschreibungFIM")
    for row in process.activities:
        fim.append(_activity(row))
    made.append(fim)
    return made


def _activity(row: Activity) -> etree._Element:
    made = _element("aktivitaetengruppe")
    _add_code(made, "referenzaktivitaetengruppeTyp", code("activity", str(row.type)))
    _add(made, "referenzaktivitaetengruppeVersion", row.type_version)
    _add(made, "id", row.number)
    _add(made, "subProzessID", row.element_id)
    _add(made, "name", row.name)
    _add(made, "beschreibung", row.description)
    _add_bases(made, row.legal_bases)
    for name, rows in (("eingehendeDaten", row.incoming), ("ausgehendeDaten", row.outgoing)):
        for reference in rows:
            holder = _element(name)
            holder.append(_form(reference))
            made.append(holder)
    for system in row.systems:
        _add(made, "fachverfahren", system)
    own = _attributes(row)
    if len(own):
        holder = _element("spezifischeAttribute")
        holder.append(own)
        made.append(holder)
    return made


def _attributes(row: Activity) -> etree._Element:
    made = _element(f"spezifischeAttribute{row.type}")
    _add_data(made, "bereitgestellteDaten", "empfaenger", row.provided)
    _add_data(made, "empfangeneDaten", "sender", row.received)
    for check in row.checks:
        _add_code(made, "formellePruefung", check)
    _add(made, "hilfsmittel", row.tools)
    _add_code(made, "entscheidungsart", row.decision)
    _add_code(made, "bearbeitungsart", row.processing)
    if row.duty is not None:
        _add(made, "mitwirkungspflicht", "true" if row.duty else "false")
    _add_code(made, "beteiligungsform", row.participation)
    _add(made, "beschreibung", row.special)
    return made


def _add_data(parent: etree._Element, name: str, partner: str, rows: Iterable[Data]) -> None:
    for row in rows:
        made = _element(name)
        if row.what != Reference():
            holder = _element("formularverweis")
            if row.what.form_id:
                holder.append(_form(row.what))
            else:
                _add(holder, "textuelleBeschreibung", row.what.text)
            made.append(holder)
        _add_code(made, "uebermittlungsart", row.channel)
        _add(made, partner, row.partner)
        parent.append(made)


def _form(reference: Reference) -> etree._Element:
    made = _element("formularverweis")
    _add(
        made,
        "formularsteckbriefID" if reference.form_id else "textuelleBeschreibung",
        reference.form_id or reference.text,
    )
    return made


def _model(process: Process) -> etree._Element:
    model = process.model
    made, file = _element("prozessmodell"), _element("prozessmodelldatei")
    if model is not None:
        _add(file, "dateiname", model.name)
        file.append(_method(activities=bool(process.activities)))
        _add_code(file, "mimeType", code("mime", "1"))
        _add(file, "inhalt", pack("prozess.bpmn", model.data))
    made.append(file)
    return made


def _add_state(parent: etree._Element, process: Process) -> None:
    state, made = process.state, _element("zustandsangaben")
    _add(made, "erstellungszeitpunkt", state.created_at)
    _add(made, "letzterAenderungszeitpunkt", state.changed_at)
    _add_code(made, "status", state.status)
    _add(made, "anmerkungLetzteAenderung", state.note)
    if state.valid_from or state.valid_until:
        validity = _element("gueltigkeitszeitraum")
        _add(validity, "beginn", _midnight(state.valid_from))
        _add(validity, "ende", _midnight(state.valid_until))
        made.append(validity)
    _add(made, "fachlicherFreigabezeitpunkt", state.expert_release_at)
    _add(made, "formellerFreigabezeitpunkt", state.formal_release_at)
    if len(made):
        parent.append(made)


def _midnight(day: str) -> str:
    """Return a German day as the moment it begins, UTC, the way the schema wants it."""
    if not day:
        return ""
    begins = datetime.combine(date.fromisoformat(day), time(), BERLIN)
    return begins.astimezone(UTC).isoformat().replace("+00:00", "Z")
