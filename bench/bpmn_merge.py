"""How right and how fast models are merged: `python -m bench.bpmn_merge [TRIPLES [SEED]]`.

Pairs of edits are made with lxml on own models and on the corpus (set CORPUS where it is not beside the project;
its models are only measured). Independent pairs must both arrive and raise nothing; true conflicts must be raised.
Each in three forms: their file formatted like the base, re-serialised as by another tool, and with all ids new.
Times are CPU time, single thread, of `bpmn.merge` on models that are read already, warm.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from lxml import etree

from hub import bpmn
from tests.pure.bpmn.merge_edits import ALL, VALUE_EDITS, Edit, Edits, independent
from tests.pure.bpmn.merge_oracle import broken_references, duplicate_ids, rewritten, summary

HERE = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("CORPUS", HERE.parent / "shared" / "corpus"))
FORMS = ("same formatting", "other formatting", "other ids")


def models() -> list[bytes]:
    """Return own and corpus models in which most steps have a name, so that ids can be done without."""
    paths = [*(HERE / "processes").rglob("*.bpmn"), *(HERE / "tests").rglob("hundesteuer.bpmn")]
    for folder in ("miwg", "research", "pairs"):
        paths += (CORPUS / folder).rglob("*.bpmn")
    found = []
    for path in sorted(paths):
        data = path.read_bytes()
        try:
            nodes = [node for node in bpmn.read(data).nodes if node.type.find("Gateway") < 0]
            summary(data)
        except (bpmn.Unreadable, etree.XMLSyntaxError, ValueError, KeyError):
            continue
        if len(data) < 200_000 and len(nodes) > 4 and sum(map(bool, (n.name for n in nodes))) >= 0.9 * len(nodes):
            found.append(data)
    return found


def rivals(one: Edit, edits: list[Edit]) -> list[Edit]:
    """Return the edits that truly contradict `one`."""
    found = [two for two in edits if two.target == one.target and two.name == one.name and one.name in VALUE_EDITS]
    if one.name == "remove":
        wanted = {(id_, ALL) for id_, slot in one.writes if slot == ALL}
        for two in edits:
            if two.name not in ("remove", "shift", "reconnect") and {(id_, ALL) for id_, _ in two.writes} & wanted:
                found.append(two)
    return found


class Tally:
    """Counts outcomes and times."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.times: list[tuple[int, float]] = []

    def merge(self, base: bytes, ours: bytes, theirs: bytes) -> bpmn.Merge:
        """Merge and take the time."""
        read = [bpmn.read(data) for data in (base, ours, theirs)]
        start = time.process_time()
        result = bpmn.merge(read[0], read[1], read[2])
        self.times.append((len(read[0].order), (time.process_time() - start) * 1000))
        return result

    def independent(self, rng: random.Random, base: bytes, one: Edit, two: Edit) -> None:
        """Merge two edits that have nothing to do with one another, in all forms."""
        ours, theirs = one.on(base), two.on(base)
        wanted = two.on(ours)
        for form in FORMS:
            result = self.merge(base, ours, self._form(theirs, form, rng))
            right = not result.conflicts and summary(result.data) == summary(wanted)
            right = right and broken_references(result.data) <= broken_references(wanted)
            right = right and duplicate_ids(result.data) <= duplicate_ids(wanted)
            self.counts["independent", form, "right" if right else "needless" if result.conflicts else "wrong"] += 1

    def rival(self, rng: random.Random, base: bytes, one: Edit, two: Edit) -> None:
        """Merge two edits that contradict one another, in all forms."""
        ours, theirs = one.on(base), two.on(base)
        if len({*map(str, (summary(base), summary(ours), summary(theirs)))}) < 3:
            return
        for form in FORMS:
            result = self.merge(base, ours, self._form(theirs, form, rng))
            self.counts["conflict", form, "raised" if result.conflicts else "missed"] += 1

    def _form(self, data: bytes, form: str, rng: random.Random) -> bytes:
        return data if form == FORMS[0] else rewritten(data, rng, new_ids=form == FORMS[2])


def main(triples: int, seed: int) -> None:
    """Print the table."""
    rng, tally, known = random.Random(seed), Tally(), models()
    print(f"{len(known)} models, {triples} pairs of edits each way")
    for _ in range(triples):
        base = rng.choice(known)
        first, second = Edits(base, "A").all(rng), Edits(base, "B").all(rng)
        for one in first[:1]:
            free = [two for two in second if independent(one, two)]
            if free:
                tally.independent(rng, base, one, rng.choice(free))
        for one in first:
            if against := rivals(one, second):
                tally.rival(rng, base, one, rng.choice(against))
                break
    for kind, form, outcome in sorted(tally.counts):
        total = sum(count for key, count in tally.counts.items() if key[:2] == (kind, form))
        print(f"{kind:12} {form:17} {outcome:9} {tally.counts[kind, form, outcome]:6} of {total}")
    for low, high in ((0, 40), (40, 80), (80, 120), (120, 10_000)):
        times = [ms for size, ms in tally.times if low <= size < high]
        if len(times) > 1:
            print(
                f"{low:4}-{high:5} elements: median {median(times):6.1f} ms, p95 {quantiles(times, n=20)[18]:6.1f} ms"
            )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [300, 1][len(numbers) :]))
