"""What the hub makes of every real file: `python -m tests.corpus` writes the outcomes anew, for a person to review.

A row is a path and an outcome: `read`, `warned` (read, with warnings), `drawn` (read, a drawing was generated), or
`refused:` with the reader's code. Of research files only counts are kept, never a name.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hub import bpmn
from hub.bpmn import Unreadable

OUTCOMES = Path(__file__).parent / "corpus-outcomes.tsv"
FOLDERS = ("miwg", "engine", "constraints", "pairs", "fim", "research")
COUNTED = "research"
ENDINGS = (".bpmn", ".xml")


def files(corpus: Path) -> Iterator[Path]:
    """Yield every model file, in a fixed order."""
    for folder in FOLDERS:
        yield from (path for path in sorted((corpus / folder).rglob("*")) if path.suffix.lower() in ENDINGS)


def outcome(data: bytes) -> str:
    """Import one file the way the hub does, with everything that pages need; return what became of it."""
    try:
        model = bpmn.read(data)
    except Unreadable as error:
        return f"refused:{error.code}"
    warned = bool(model.warnings)
    if drawn := not any(diagram.shapes for diagram in model.diagrams):
        model = bpmn.read(bpmn.layout(model))
    bpmn.draw(model, theme="auto")
    bpmn.describe(model, "de")
    return "drawn" if drawn else ("warned" if warned else "read")


def outcomes(corpus: Path) -> list[tuple[str, str]]:
    """Return (path, outcome) of every file; for research, (outcome in research, count)."""
    rows: list[tuple[str, str]] = []
    counts: Counter[str] = Counter()
    for path in files(corpus):
        found = outcome(path.read_bytes())
        place = path.relative_to(corpus)
        if place.parts[0] == COUNTED:
            counts[found] += 1
        else:
            rows.append((place.as_posix(), found))
    return rows + [(f"{COUNTED}: {found}", str(count)) for found, count in sorted(counts.items())]


def reviewed() -> list[tuple[str, str]]:
    """Return the outcomes as they were reviewed."""
    with OUTCOMES.open(encoding="utf-8", newline="") as file:
        return [(row[0], row[1]) for row in csv.reader(file, delimiter="\t")]


def main() -> int:
    """Write the outcomes of today."""
    from tests.needs import CORPUS

    with OUTCOMES.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(outcomes(CORPUS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
