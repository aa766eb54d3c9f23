"""`python -m bench.bpmn`: print the table of the engine's speed next to its yardsticks.

Everything is measured in one run on one machine, single thread, warm; a file's time is the fastest of
several rounds, the table shows medians over files. The yardsticks need `npm install` in `bench/bpmn`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from lxml import etree

from bench.bpmn.edited import edited_pairs
from bench.bpmn.engine import GROWING, growth, jobs
from hub import bpmn

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("CORPUS", HERE.parent.parent.parent / "shared" / "corpus"))
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def fastest(run: Callable[[], object], rounds: int) -> float:
    """Return the shortest of `rounds` runs in milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def yardstick(files: Sequence[Path], pairs: Sequence[tuple[Path, Path]], rounds: int) -> dict[str, list[float | None]]:
    """Time bpmn-moddle and bpmn-js-differ; returns one time per file and per pair, None where they fail."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        sys.exit("bench.bpmn: Node or bench/bpmn/node_modules is missing; run `npm install` in bench/bpmn first.")
    job = {"rounds": rounds, "files": [str(f) for f in files], "pairs": [[str(a), str(b)] for a, b in pairs]}
    done = subprocess.run(
        [node, "yardstick.mjs"], cwd=HERE, input=json.dumps(job).encode(), stdout=subprocess.PIPE, check=True
    )
    result: dict[str, list[float | None]] = json.loads(done.stdout)
    return result


def readable(path: Path) -> bool:
    """Whether the engine and lxml both read the file."""
    data = path.read_bytes()
    try:
        etree.fromstring(data, _PARSER)
        bpmn.read(data)
    except (bpmn.Unreadable, etree.XMLSyntaxError):
        return False
    return True


def read_index(data: bytes) -> None:
    """Read a model and build what a lookup needs."""
    model = bpmn.read(data)
    len(model.elements)


def compare(old: bytes, new: bytes) -> None:
    """Read two models and compare them."""
    bpmn.diff(bpmn.read(old), bpmn.read(new))


def parse_two(old: bytes, new: bytes) -> None:
    """Parse two files with bare lxml."""
    etree.fromstring(old, _PARSER)
    etree.fromstring(new, _PARSER)


def measure_read(files: Sequence[Path], rounds: int, theirs: Sequence[float | None]) -> str:
    """Return the table row for reading."""
    ours, bare, others = [], [], []
    for path, other in zip(files, theirs, strict=True):
        if other is not None:
            data = path.read_bytes()
            bare.append(fastest(lambda data=data: etree.fromstring(data, _PARSER), rounds))  # type: ignore[misc]
            ours.append(fastest(lambda data=data: read_index(data), rounds))  # type: ignore[misc]
            others.append(other)
    return row(f"read with index, {len(ours)} files", ours, bare, others, "bpmn-moddle", 3.0)


def measure_diff(title: str, pairs: Sequence[tuple[Path, Path]], rounds: int, theirs: Sequence[float | None]) -> str:
    """Return the table row for comparing pairs of files."""
    ours, bare, others = [], [], []
    for (old, new), other in zip(pairs, theirs, strict=True):
        if other is not None:
            one, two = old.read_bytes(), new.read_bytes()
            bare.append(fastest(lambda one=one, two=two: parse_two(one, two), rounds))  # type: ignore[misc]
            ours.append(fastest(lambda one=one, two=two: compare(one, two), rounds))  # type: ignore[misc]
            others.append(other)
    return row(f"diff with both reads, {title}, {len(ours)} pairs", ours, bare, others, "bpmn-js-differ", 4.0)


def row(what: str, ours: list[float], bare: list[float], theirs: list[float], rival: str, wanted: float) -> str:
    """Return one line of the table."""
    faster = median(t / o for t, o in zip(theirs, ours, strict=True))
    slower = median(o / b for o, b in zip(ours, bare, strict=True))
    total = sum(theirs) / sum(ours)
    return (
        f"| {what} | {median(ours):.3f} | {median(bare):.3f} | {slower:.2f} | {median(theirs):.3f} | {faster:.1f}"
        f" | {total:.1f} | {wanted:.0f} ({rival}) |"
    )


def memory(files: Sequence[Path]) -> float:
    """Return the greatest ratio of peak memory to file size, for files above 100 kB."""
    worst = 0.0
    for path in files:
        data = path.read_bytes()
        if len(data) < 100_000:
            continue
        gc.collect()
        tracemalloc.start()
        model = bpmn.read(data)
        len(model.elements)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        worst = max(worst, peak / len(data))
    return worst


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.bpmn", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds per file; the fastest counts")
    parser.add_argument("--files", type=int, default=250, help="files per measurement, chosen by a fixed seed")
    arguments = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit(f"bench.bpmn: no corpus at {CORPUS}; set CORPUS to a folder with BPMN files.")
    choose = random.Random(20260101)
    everything = [path for path in sorted(CORPUS.rglob("*.bpmn")) if readable(path)]
    files = choose.sample([p for p in everything if p.parent.name != "pairs"], arguments.files)
    versions = [(p, p.with_name(p.name.replace(".a.", ".b."))) for p in everything if p.name.endswith(".a.bpmn")]
    versions = [pair for pair in versions if pair[1] in set(everything)]
    with edited_pairs(files, choose) as edits:
        pairs = versions + edits
        theirs = yardstick(files, pairs, arguments.rounds)
        print("| what | ms | bare lxml ms | times lxml | rival ms | times faster (median) | (in total) | wanted |")
        print("|---|---|---|---|---|---|---|---|")
        print(measure_read(files, arguments.rounds, theirs["read"]))
        there = len(versions)
        print(measure_diff("real versions", versions, arguments.rounds, theirs["diff"][:there]))
        print(measure_diff("one edit", edits, arguments.rounds, theirs["diff"][there:]))
    print()
    print("| what | median ms | 95 % ms | size |")
    print("|---|---|---|---|")
    for name, times, size in jobs(everything, arguments.rounds, fastest):
        ranked = sorted(times)
        print(f"| {name} | {median(ranked):.2f} | {ranked[int(len(ranked) * 0.95)]:.2f} | {size} |")
    print()
    print(f"| elements | file kB | {' | '.join(GROWING)} |")
    print("|---|---" + "|---" * len(GROWING) + "|")
    for line in growth():
        print(line)
    print()
    print(f"Peak memory of reading, files above 100 kB: at most {memory(everything):.1f} times the file size.")


if __name__ == "__main__":
    main()
