"""The engine's own jobs, and how time grows with the size of a model."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from hub import bpmn

Timer = Callable[[Callable[[], object], int], float]
_HUNDRED = range(70, 140)


def jobs(files: Sequence[Path], rounds: int, fastest: Timer) -> Iterator[tuple[str, list[float], str]]:
    """Yield (job, times in ms, size of the models) for models of about 100 elements, read anew each time."""
    models = [bpmn.read(path.read_bytes()) for path in files]
    models = [model for model in models if len(model.elements) in _HUNDRED][:60]
    size = f"{len(models)} models of 70 to 140 elements"
    for name, job in _jobs():
        runs = [partial(_on, job, model.source) for model in models]
        yield name, [fastest(run, min(rounds, 5)) for run in runs], size
    pairs = [partial(_on, bpmn.match, model.source, without_ids(model)) for model in models[:30]]
    yield "match without common ids, both reads included", [fastest(run, 3) for run in pairs], size


def _on(job: Callable[..., object], *files: bytes) -> object:
    """Do a job on models read anew."""
    return job(*map(bpmn.read, files))


def _jobs() -> Iterator[tuple[str, Callable[[bpmn.Model], object]]]:
    """Yield what the engine offers for one model, as far as it is there."""
    for name in ("check", "describe", "draw", "metrics", "layout", "fingerprint", "signature"):
        if callable(job := getattr(bpmn, name, None)):
            yield f"{name}, read included", job
    if callable(merge := getattr(bpmn, "merge", None)):
        choose = random.Random(7)

        def merging(model: bpmn.Model) -> object:
            nodes = [node for node in model.nodes if node.raw_name]
            sides = []
            for suffix in ("eins", "zwei"):
                editor = bpmn.Editor(model)
                if nodes:
                    node = choose.choice(nodes)
                    editor.rename(node, f"{node.raw_name} {suffix}")
                sides.append(editor.read())
            return merge(model, *sides)

        yield "merge of two edits, with all reads", merging


def without_ids(model: bpmn.Model) -> bytes:
    """Return the model with every id rewritten, as some tools do on export."""
    new = {element.id: f"x{number:07d}" for number, element in enumerate(model.order)}
    text = model.text
    for old in sorted(new, key=len, reverse=True):
        for before, after in (('"', '"'), (">", "<"), ("'", "'")):
            text = text.replace(f"{before}{old}{after}", f"{before}{new[old]}{after}")
    return model.tree.decoded.encode(text)


GROWING: tuple[str, ...] = ("read", "diff", "merge", "draw", "layout", "check", "describe")


def growth() -> Iterator[str]:
    """Yield table rows: processor time per element in µs, for chains of tasks up to some 5,000 elements."""
    for tasks in (75, 150, 300, 600, 1200, 2500):
        base, ours, theirs = chain(tasks), chain(tasks, renamed=tasks // 2), chain(tasks, renamed=tasks // 3)
        undrawn = base[: base.index(b"<bpmndi:BPMNDiagram")] + b"</definitions>"
        count = len(bpmn.read(base).elements)
        runs = (
            partial(bpmn.read, base),
            partial(_on, bpmn.diff, base, ours),
            partial(_on, bpmn.merge, base, ours, theirs),
            partial(_on, bpmn.draw, base),
            partial(_on, bpmn.layout, undrawn),
            partial(_on, bpmn.check, base),
            partial(_on, bpmn.describe, base),
        )
        figures = [f"{processor_time(run) * 1e6 / count:.0f}" for run in runs]
        yield f"| {count} | {len(base) // 1000} | {' | '.join(figures)} |"


def processor_time(run: Callable[[], object]) -> float:
    """Return the shorter of two runs in seconds of processor time, which other work on the machine disturbs less."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def chain(tasks: int, renamed: int = -1) -> bytes:
    """Return a model of so many tasks in a row in two lanes, drawn; one of them may bear another name."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="Definitions_1" targetNamespace="urn:bench">\n'
        '<process id="Process_1"><laneSet id="LaneSet_1">\n'
    ]
    for lane in (0, 1):
        references = "".join(f"<flowNodeRef>Task_{n}</flowNodeRef>" for n in range(lane, tasks, 2))
        parts.append(f'<lane id="Lane_{lane}" name="Stelle {lane}">{references}</lane>\n')
    parts.append("</laneSet>\n")
    for n in range(tasks):
        name = f"Schritt {n} prüfen" + (" (neu)" if n == renamed else "")
        parts.append(f'<userTask id="Task_{n}" name="{name}"><incoming>Flow_{n - 1}</incoming></userTask>\n')
    parts += [
        f'<sequenceFlow id="Flow_{n}" sourceRef="Task_{n}" targetRef="Task_{n + 1}" />\n' for n in range(tasks - 1)
    ]
    parts.append('</process>\n<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P" bpmnElement="Process_1">\n')
    parts += [
        f'<bpmndi:BPMNShape id="Task_{n}_di" bpmnElement="Task_{n}"><dc:Bounds x="{160 * n}" y="80" width="100"'
        ' height="80" /></bpmndi:BPMNShape>\n'
        for n in range(tasks)
    ]
    parts.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>\n")
    return "".join(parts).encode()
