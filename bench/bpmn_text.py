"""How good and how fast texts, checks, names and similarity are: `python -m bench.bpmn_text`.

Prints the figures of docs/engine-checks.md: processor time of each job for models of about 100 elements and up to
5,000, false alarms of the naming rules, precision of the similarity search. The research models are only measured;
set CORPUS where they are not beside the project.
"""

from __future__ import annotations

import csv
import gc
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench.bpmn.engine import chain
from hub import bpmn
from hub.bpmn.naming import form, language
from hub.bpmn.similar import Index, Signature

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("CORPUS", HERE.parent.parent / "shared" / "corpus"))
LIBRARY = HERE.parent / "processes"
_JOBS: dict[str, Callable[[bpmn.Model], object]] = {
    "describe": bpmn.describe,
    "describe, as HTML": lambda model: bpmn.describe(model).as_html(),
    "check": bpmn.check,
    "metrics": bpmn.metrics,
    "signature": bpmn.signature,
    "to_table": bpmn.to_table,
}
_HUNDRED = range(70, 140)


def cpu(job: Callable[[], object]) -> float:
    """Return the processor time of `job` in milliseconds."""
    start = time.process_time()
    job()
    return (time.process_time() - start) * 1000


def readable(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files below `folder` that the engine reads."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".bpmn", ".xml"):
            data = path.read_bytes()
            try:
                bpmn.read(data)
            except bpmn.Unreadable:
                continue
            yield path, data


def speed() -> Iterator[str]:
    """Yield one line per job: models of about 100 elements, each read anew."""
    files = [data for _, data in readable(CORPUS) if len(bpmn.read(data).elements) in _HUNDRED][:60]
    yield f"{len(files)} models of {_HUNDRED.start} to {_HUNDRED.stop} elements, freshly read; median and 95 % in ms"
    for name, job in _JOBS.items():
        times = []
        for data in files:
            fresh = [bpmn.read(data) for _ in range(3)]
            times.append(min(cpu(partial(job, model)) for model in fresh))
        times.sort()
        yield f"{name:20} {median(times):6.2f} {times[int(len(times) * 0.95)]:6.2f}"


def growth() -> Iterator[str]:
    """Yield microseconds per element for chains of tasks up to 5,000 elements."""
    sizes = (75, 150, 300, 600, 1200, 2500)
    yield f"{'microseconds/element':20} " + " ".join(f"{2 * size:>6}" for size in sizes)
    for name, job in _JOBS.items():
        costs = []
        for size in sizes:
            model = bpmn.read(chain(size))
            costs.append(cpu(partial(job, model)) * 1000 / len(model.elements))
        yield f"{name:20} " + " ".join(f"{cost:6.1f}" for cost in costs)


def names() -> Iterator[str]:
    """Yield what the naming rules say about good names, bad names and German drawings."""
    good: Counter[str] = Counter()
    alarms = 0
    for path in sorted(LIBRARY.glob("*/process.bpmn")):
        model = bpmn.read(path.read_bytes())
        good.update(str(node.kind) for node in model.nodes if node.name)
        alarms += sum(1 for finding in bpmn.check(model) if finding.group == "name")
    yield f"library of the hub: {dict(good)}, alarms {alarms}"
    catalogue = CORPUS / "fim" / "ozg_katalog_services_nrw.csv"
    with catalogue.open(encoding="utf-8-sig", newline="") as file:
        titles = {row[1] for row in list(csv.reader(file, delimiter=";"))[1:]}
    yield f"catalogue, {len(titles)} names: {dict(Counter(str(form(title)) for title in titles))}"
    found: dict[str, set[str]] = {}
    drawings = activities = 0
    for _, data in readable(CORPUS / "research"):
        model = bpmn.read(data)
        if language(element.name for element in (*model.nodes, *model.flows) if element.name) != "de":
            continue
        drawings += 1
        activities += sum(1 for node in model.nodes if node.name and node.type.endswith("ask"))
        for finding in bpmn.check(model):
            if finding.group == "name" and "name" in finding.facts:
                found.setdefault(finding.rule, set()).add(str(finding.facts["name"]))
    yield f"{drawings} German drawings, {activities} named tasks; distinct names alarmed:"
    yield "  " + ", ".join(f"{rule} {len(values)}" for rule, values in sorted(found.items()))


def likeness() -> Iterator[str]:
    """Yield precision over drawings of four exercises, and the time of a search over 10,000 signatures."""
    index: Index[Path] = Index()
    exercise = {}
    for path, data in readable(CORPUS / "research"):
        found = bpmn.signature(bpmn.read(data))
        if found.words:
            index.put(path, found)
            exercise[path] = path.relative_to(CORPUS / "research").parts[1]
    right = total = 0
    for path, number in exercise.items():
        hits = index.find(index.signature(path), 10, but=path)
        right += sum(exercise[hit.key][:2] == number[:2] for hit in hits)
        total += len(hits)
    yield f"P@10 over {len(exercise)} drawings of 4 exercises in 2 languages: {right / total:.3f}"
    choose = random.Random(1)
    base = [index.signature(path) for path in exercise]
    many: Index[int] = Index()
    kept = 0
    for number in range(10_000):
        origin = choose.choice(base)
        words = {
            word if choose.random() < 0.5 else f"w{choose.randrange(8000)}": count
            for word, count in origin.words.items()
        }
        made = Signature(words, origin.structure, origin.steps)
        kept += len(made.to_text())
        many.put(number, made)
    first = cpu(lambda: many.find(base[0]))
    times = sorted(cpu(partial(many.find, wanted)) for wanted in base[:100])
    yield f"10,000 signatures of {kept // 10_000} characters: first search {first:.0f} ms, then median"
    yield f"  {median(times):.1f} ms, 95 % {times[94]:.1f} ms"


def main() -> int:
    """Print all figures."""
    if not CORPUS.is_dir():
        print("bench.bpmn_text: the corpus is missing; set CORPUS to its folder.", file=sys.stderr)
        return 2
    gc.disable()
    for part in (speed, growth, names, likeness):
        print(f"\n{part.__name__}")
        for line in part():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
