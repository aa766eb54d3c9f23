"""Exchange with bpmn-python: its CSV dialect, its process graph, its complexity metrics.

An installable extra (`pip install ".[exchange]"`, GPL-3.0). It never touches storage, comparing or merging: as
installed it loads 1.1 % of real files, with the two-line shim below 63 %, and keeps none whole; its graph is undirected
and simple, so a step back to where one came from disappears (decision 0003). Therefore it is given a reduced
copy of a model, and everything that copy leaves out is reported.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from hub import bpmn
from hub.text import sheets


class NotInstalled(Exception):
    """The extra `exchange` is missing."""


class CannotExchange(Exception):
    """bpmn-python cannot take this model or table; the message is a German sentence."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What came out, and in German sentences what did not make it."""

    data: bytes
    losses: tuple[str, ...]


@cache
def _library() -> SimpleNamespace:
    """Import bpmn-python with the shims that networkx ≥ 2.4 and pandas ≥ 1 need; raises `NotInstalled`."""
    try:
        import networkx
        import pandas
    except ImportError as error:
        raise NotInstalled("bpmn-python") from error
    # The two-line compatibility shim: `Graph.node` and `Graph.edge` were removed from networkx 2.4.
    networkx.Graph.node = property(lambda graph: graph.nodes)
    networkx.Graph.edge = property(lambda graph: graph.adj)
    # For reading CSV a third: `DataFrame.from_csv` was removed from pandas 1.0.
    pandas.DataFrame.from_csv = staticmethod(lambda path: pandas.read_csv(path, index_col=0, dtype=str))
    try:
        from bpmn_python import bpmn_diagram_metrics as metrics
        from bpmn_python import bpmn_diagram_rep as rep
        from bpmn_python import bpmn_process_csv_export as csv_export
        from bpmn_python import bpmn_process_csv_import as csv_import
    except ImportError as error:
        raise NotInstalled("bpmn-python") from error
    modules: Mapping[str, ModuleType] = {"rep": rep, "csv_out": csv_export, "csv_in": csv_import, "metrics": metrics}
    return SimpleNamespace(**modules)


def available() -> bool:
    """Whether the extra is installed."""
    try:
        _library()
    except NotInstalled:
        return False
    return True


_GATEWAYS = {"exclusiveGateway", "inclusiveGateway", "parallelGateway"}
_KEPT_EVENTS = {"startEvent", "endEvent"}


class _Copy:
    """The reduced copy of one process, and what it leaves out."""

    def __init__(self, model: bpmn.Model) -> None:
        self.losses: list[str] = []
        counted = {id(process): sum(node.process is process for node in model.nodes) for process in model.processes}
        if not counted or not max(counted.values()):
            raise CannotExchange("Das Modell enthält keinen Ablauf, den bpmn-python darstellen kann.")
        self.process = max(model.processes, key=lambda process: counted[id(process)])
        self.nodes = [
            node
            for node in model.nodes
            if node.process is self.process and node.parent is self.process and node.type != "boundaryEvent"
        ]
        inside = {node.id for node in self.nodes}
        self.flows: list[bpmn.Element] = []
        pairs: set[frozenset[str]] = set()
        for flow in model.flows:
            if flow.source is None or flow.target is None or not {flow.source.id, flow.target.id} <= inside:
                continue
            pair = frozenset({flow.source.id, flow.target.id})
            if pair in pairs:
                self._lose(
                    f"Rückfluss oder zweiter Fluss „{flow.source.name}“ → „{flow.target.name}“ (nur eine Verbindung)"
                )
                continue
            pairs.add(pair)
            self.flows.append(flow)
        self._report(model)

    def _lose(self, text: str) -> None:
        self.losses.append(f"Nicht übertragen: {text}.")

    def _report(self, model: bpmn.Model) -> None:
        groups = (
            (len(model.processes) - 1, "weitere Prozesse"),
            (len(model.message_flows), "Nachrichtenflüsse"),
            (len(model.lanes), "Zuständigkeiten (Bahnen)"),
            (len(model.data), "Datenobjekte und Datenspeicher"),
            (len(model.artifacts), "Anmerkungen und Gruppen"),
            (sum(node.type == "boundaryEvent" for node in model.nodes), "angeheftete Ereignisse"),
            (sum(node.parent is not node.process for node in model.nodes), "Schritte in Teilprozessen"),
            (sum(bool(element.documentation) for element in model.elements), "Beschreibungen"),
            (sum(bool(element.extensions) for element in model.elements), "Zusatzangaben (Erweiterungen)"),
            (
                sum(node.type not in self._carried(node) for node in self.nodes),
                "besondere Elementarten (werden einfache)",
            ),
        )
        for amount, words in groups:
            if amount > 0:
                self._lose(f"{amount} {words}")

    @staticmethod
    def _carried(node: bpmn.Element) -> set[str]:
        return {"task", "subProcess", *_GATEWAYS, *_KEPT_EVENTS} if node.type in _KEPT_EVENTS else {
            "task", "subProcess", *_GATEWAYS
        }  # fmt: skip

    def _type(self, node: bpmn.Element) -> str:
        if node.type in _GATEWAYS or node.type in _KEPT_EVENTS:
            return node.type
        return "exclusiveGateway" if node.type.endswith("Gateway") else "task"

    def xml(self) -> str:
        """Return the copy in the form bpmn-python reads: one process with a drawing."""
        name = escape(" ".join(self.process.name.split()), quote=True)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
            'xmlns:omgdc="http://www.omg.org/spec/DD/20100524/DC" xmlns:omgdi="http://www.omg.org/spec/DD/20100524/DI" '
            f'id="d" targetNamespace="urn:exchange"><process id="p" isExecutable="false" name="{name}">'
            f"{''.join(self._nodes())}{''.join(self._flows())}</process>"
            f'<bpmndi:BPMNDiagram id="b"><bpmndi:BPMNPlane id="l" bpmnElement="p">{"".join(self._shapes())}'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
        )

    def _nodes(self) -> Iterator[str]:
        for node in self.nodes:
            tag, id_ = self._type(node), escape(node.id, quote=True)
            label = escape(" ".join(node.name.split()), quote=True)
            ends = [f"<incoming>{escape(f.id)}</incoming>" for f in self.flows if f.target is node]
            ends += [f"<outgoing>{escape(f.id)}</outgoing>" for f in self.flows if f.source is node]
            yield f'<{tag} id="{id_}" name="{label}">{"".join(ends)}</{tag}>'

    def _flows(self) -> Iterator[str]:
        for flow in self.flows:
            source, target = flow.source, flow.target
            if source is not None and target is not None:
                label = escape(" ".join(flow.name.split()), quote=True)
                yield (
                    f'<sequenceFlow id="{escape(flow.id, quote=True)}" name="{label}" '
                    f'sourceRef="{escape(source.id, quote=True)}" targetRef="{escape(target.id, quote=True)}"/>'
                )

    def _shapes(self) -> Iterator[str]:
        for at, node in enumerate(self.nodes):
            yield (
                f'<bpmndi:BPMNShape id="s{at}" bpmnElement="{escape(node.id, quote=True)}">'
                f'<omgdc:Bounds x="{at * 150}" y="100" width="100" height="80"/></bpmndi:BPMNShape>'
            )
        for at, flow in enumerate(self.flows):
            yield (
                f'<bpmndi:BPMNEdge id="e{at}" bpmnElement="{escape(flow.id, quote=True)}">'
                '<omgdi:waypoint x="0" y="100"/><omgdi:waypoint x="10" y="100"/></bpmndi:BPMNEdge>'
            )


def _loaded(model: bpmn.Model) -> tuple[Any, _Copy]:
    copy = _Copy(model)
    diagram = _library().rep.BpmnDiagramGraph()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.bpmn"
        file.write_text(copy.xml(), encoding="utf-8")
        try:
            diagram.load_diagram_from_xml_file(str(file))
        except Exception as error:  # the library raises whatever it stumbles over
            raise CannotExchange(f"bpmn-python kann dieses Modell nicht laden ({type(error).__name__}).") from error
    return diagram, copy


def to_csv(model: bpmn.Model) -> Exchanged:
    """Return the main process in bpmn-python's CSV dialect (Kluza and Wiśniewski 2016) with its losses.

    Raises `NotInstalled` or `CannotExchange` (the dialect knows exactly one beginning and structured branches).
    """
    diagram, copy = _loaded(model)
    with tempfile.TemporaryDirectory() as folder:
        try:
            _library().csv_out.BpmnDiagramGraphCsvExport.export_process_to_csv(diagram, f"{folder}/", "out.csv")
        except RecursionError as error:
            raise CannotExchange(
                "Die Tabelle von bpmn-python kennt keine Schleifen; das Modell enthält eine."
            ) from error
        except Exception as error:  # the library raises whatever it stumbles over
            raise CannotExchange(
                "Die Tabelle von bpmn-python verlangt genau einen Beginn und sauber geschachtelte Verzweigungen."
            ) from error
        data = (Path(folder) / "out.csv").read_bytes()
    return Exchanged(_without_formulas(data), tuple(copy.losses))


def _without_formulas(data: bytes) -> bytes:
    """Return a table of the library, where a cell that a spreadsheet would compute gets an apostrophe in front."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    safe = [[sheets.harmless(cell) for cell in row] for row in rows]
    if safe == rows:
        return data
    out = io.StringIO()
    csv.writer(out).writerows(safe)
    return out.getvalue().encode()


def from_csv(data: bytes) -> Exchanged:
    """Return a model for a table in bpmn-python's CSV dialect, without a drawing worth keeping.

    Raises `NotInstalled` or `CannotExchange`.
    """
    library = _library()
    diagram = library.rep.BpmnDiagramGraph()
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "in.csv", Path(folder) / "out.bpmn"
        table.write_bytes(data)
        try:
            diagram.load_diagram_from_csv_file(str(table))
            diagram.export_xml_file_no_di(f"{folder}/", "out.bpmn")
            made = out.read_bytes()
        except Exception as error:  # the library raises whatever it stumbles over
            raise CannotExchange(
                "bpmn-python kann diese Tabelle nicht lesen. Erwartet werden die Spalten Order, Activity, Condition, "
                "Who, Subprocess, Terminated."
            ) from error
    model = bpmn.read(made)
    return Exchanged(bpmn.layout(model, force=True), ("Nicht übernommen: die Spalten Who und Subprocess.",))


def metrics(model: bpmn.Model) -> dict[str, float]:
    """Return bpmn-python's complexity metrics of the reduced copy; what it cannot compute is left out."""
    diagram, _copy = _loaded(model)
    found: dict[str, float] = {}
    source = _library().metrics
    for name in sorted(vars(source)):
        if name.endswith("_metric"):
            try:
                found[name.removesuffix("_metric")] = float(getattr(source, name)(diagram))
            except (KeyError, ZeroDivisionError, TypeError, ValueError):
                continue
    return found


def graph(model: bpmn.Model) -> tuple[list[str], list[tuple[str, str]]]:
    """Return nodes and edges of bpmn-python's process graph; edges have no direction there."""
    diagram, _copy = _loaded(model)
    return list(diagram.diagram_graph.nodes), [(a, b) for a, b in diagram.diagram_graph.edges]
