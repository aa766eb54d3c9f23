"""`python -m bench.bpmn_draw [FOLDER…]`: how fast models are drawn and laid out, and how well.

Folders are those of the corpus (default: engine, miwg, fim). Times are CPU time, single thread, the fastest
of five runs per file; "per 100" relates them to shapes and edges. Quality is counted in drawings made by
`bpmn.layout(model, force=True)` for every readable file, whether or not it has a drawing of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from statistics import median

from hub import bpmn
from hub.bpmn.vocabulary import Kind
from tests.pure.bpmn.drawn import overlaps, random_model, run_through, undrawn

CORPUS = Path(os.environ.get("CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))


def fastest(run: Callable[[], object], rounds: int = 5) -> float:
    """Return the shortest of `rounds` runs in milliseconds of CPU time."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best * 1000


def crossings(model: bpmn.Model) -> int:
    """Count where a horizontal piece of one flow crosses a vertical piece of another."""
    total = 0
    for diagram in model.diagrams:
        pieces = [
            (edge.element_id, a, b)
            for edge in diagram.edges
            if edge.element is not None and edge.element.kind in (Kind.FLOW, Kind.MESSAGE_FLOW)
            for a, b in pairwise(edge.waypoints)
        ]
        for first, second in combinations(pieces, 2):
            flat, upright = (first, second) if first[1][1] == first[2][1] else (second, first)
            (one, a, b), (other, c, d) = flat, upright
            if one != other and a[1] == b[1] and c[0] == d[0]:
                across = min(a[0], b[0]) + 1 < c[0] < max(a[0], b[0]) - 1
                total += across and min(c[1], d[1]) + 1 < a[1] < max(c[1], d[1]) - 1
    return total


def models(folders: list[str]) -> list[bpmn.Model]:
    """Return all readable models of the folders."""
    found = []
    for folder in folders:
        for path in sorted((CORPUS / folder).rglob("*")):
            if path.suffix in (".bpmn", ".xml") and path.is_file():
                try:
                    found.append(bpmn.read(path.read_bytes()))
                except bpmn.Unreadable:
                    continue
    return found


def main() -> None:
    """Print the tables."""
    found = models(sys.argv[1:] or ["engine", "miwg", "fim"])
    if not found:
        sys.exit(f"bench.bpmn_draw: no models below {CORPUS}")
    drawing, first, small, arranging = [], [], [], []
    bad = {"overlapping pairs": 0, "flows through foreign nodes": 0, "missing or double": 0, "crossings": 0}
    for model in found:
        if model.diagrams and model.diagrams[0].shapes:
            size = len(model.diagrams[0].shapes) + len(model.diagrams[0].edges)
            if size >= 40:
                drawing.append(fastest(lambda model=model: bpmn.draw(model)) * 100 / size)
                fresh = bpmn.read(model.source)
                first.append(fastest(lambda fresh=fresh: bpmn.draw(fresh), 1) * 100 / size)
                small.append(fastest(lambda model=model: bpmn.thumbnail(model)) * 100 / size)
                arranging.append(fastest(lambda model=model: bpmn.layout(model, force=True), 2) * 100 / size)
        again = bpmn.read(bpmn.layout(model, force=True))
        bad["overlapping pairs"] += len(overlaps(again))
        bad["flows through foreign nodes"] += len(run_through(again))
        bad["missing or double"] += len(undrawn(again))
        bad["crossings"] += crossings(again)
    print(f"{len(found)} models, {len(drawing)} of them with 40 or more shapes and edges\n")
    jobs = {"draw": drawing, "draw, first time after read": first, "thumbnail": small, "layout": arranging}
    print("| per 100 shapes and edges | median ms |\n|---|---|")
    for name, times in jobs.items():
        print(f"| {name} | {median(times):.1f} |")
    print("\n| laid out | count |\n|---|---|")
    for name, count in bad.items():
        print(f"| {name} | {count} |")
    print("\n| nodes | elements | layout ms | draw ms |\n|---|---|---|---|")
    for nodes in (125, 250, 500, 1000, 2000, 5000):
        model = random_model(3, nodes, lanes=4)
        arranged = fastest(lambda model=model: bpmn.layout(model), 1)
        drawn = bpmn.read(bpmn.layout(model))
        pictured = fastest(lambda drawn=drawn: bpmn.draw(drawn), 1)
        print(f"| {nodes} | {len(model.order)} | {arranged:.0f} | {pictured:.0f} |")


if __name__ == "__main__":
    main()
