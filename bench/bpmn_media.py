"""How fast and how right the media-break analysis is: `python -m bench.bpmn_media [LABELS.tsv …]`.

Prints the figures of docs/medienbrueche.md: processor time, false alarms on names of public services, and for each
file of labels precision and recall. A label file has one text per line, a tab, and the rules it should raise,
separated by blanks; a rule after `?` may be raised or not and counts neither way; a text that begins with `*` is an
annotation or documentation. The hub's own labels lie in `tests/pure/bpmn/labels`.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.bpmn.engine import chain
from hub import bpmn

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("CORPUS", HERE.parent.parent / "shared" / "corpus"))
LIBRARY = HERE.parent / "processes"


def speed() -> Iterator[str]:
    """Yield the time per 100 elements for the sample library, and how it grows with chains of tasks.

    First with texts nobody has asked about, as in a new model; then again, as in the next version of a known one.
    """
    groups: dict[str, list[float]] = {f"{name}{again}": [] for again in ("", " again") for name in ("as-is", "to-be")}
    paths: list[float] = []
    bpmn.media_breaks(bpmn.read(chain(1)))
    for file in sorted(LIBRARY.glob("*/process.bpmn")):
        data = file.read_bytes()
        name = "as-is" if "-ist" in file.parent.name else "to-be"
        for again in ("", " again"):
            times = []
            for _ in range(5):
                if not again:
                    bpmn.media_rules().memory.clear()
                model = bpmn.read(data)
                start = time.process_time()
                findings = bpmn.media_breaks(model)
                times.append((time.process_time() - start) * 1000)
            groups[name + again].append(min(times) * 100 / len(model.elements))
        start = time.process_time()
        bpmn.media_numbers(model, findings)
        paths.append((time.process_time() - start) * 1000 * 100 / len(model.elements))
    for name, costs in groups.items():
        yield f"media_breaks, {name} models: {median(costs):.1f} ms per 100 elements, at most {max(costs):.1f}"
    yield f"media_numbers: {median(paths):.1f} ms per 100 elements"
    for size in (75, 300, 1200, 2500):
        model = bpmn.read(chain(size))
        start = time.process_time()
        bpmn.media_breaks(model)
        yield f"chain of {2 * size:>5} elements: {(time.process_time() - start) * 1e6 / (2 * size):.0f} µs per element"


def services() -> Iterator[str]:
    """Yield how many names of public services raise a finding: subject matter, not steps."""
    file = CORPUS / "fim" / "ozg_katalog_services_nrw.csv"
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as lines:
        names = {row["leistung"].strip() for row in csv.DictReader(lines, delimiter=";")} - {""}
    alarms = [name for name in names if bpmn.word_hits(name)]
    yield f"{len(names)} names of public services: {len(alarms)} with a finding ({len(alarms) / len(names):.2%})"


def labels(path: Path) -> Iterator[str]:
    """Yield precision and recall over (text, rule) pairs of one label file, and every disagreement."""
    counts = {name: Counter[str]() for name in ("all", "H", "M")}
    for line in path.read_text(encoding="utf-8").splitlines():
        text, _, rules = line.partition("\t")
        if not text.strip():
            continue
        wanted = {rule for rule in rules.split() if not rule.startswith("?")}
        either = {rule[1:] for rule in rules.split() if rule.startswith("?")}
        hits = {hit.rule.id for hit in bpmn.word_hits(text.lstrip("*"), prose=text.startswith("*"))}
        counts["all"]["texts"] += 1
        for rule in sorted((hits | wanted) - either):
            kind = "right" if rule in hits & wanted else "wrong" if rule in hits else "missed"
            counts["all"][kind] += 1
            counts[str(bpmn.media_rules().rules[rule].severity)][kind] += 1
        if hits - either != wanted:
            yield f"  {text[:80]!r}: wanted {sorted(wanted)}, got {sorted(hits)}"
    for name, found in counts.items():
        raised, real = found["right"] + found["wrong"], found["right"] + found["missed"]
        shares = [f"{found['right'] / whole:.3f}" if whole else "-" for whole in (raised, real)]
        told = f"{found['texts']} texts, " if name == "all" else ""
        yield f"{path.name}, {name}: {told}{real} breaks, {raised} raised; precision {shares[0]}, recall {shares[1]}"


if __name__ == "__main__":
    for line in (*speed(), *services()):
        print(line)
    for name in sys.argv[1:]:
        print(*labels(Path(name)), sep="\n")
