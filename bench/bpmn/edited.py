"""Pairs of files that differ by one edit, made from a corpus into a temporary folder."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hub import bpmn
from hub.bpmn.vocabulary import Kind


@contextmanager
def edited_pairs(files: Sequence[Path], choose: random.Random) -> Iterator[list[tuple[Path, Path]]]:
    """Yield (file, file with one element renamed, re-documented or moved to another lane)."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = []
        for number, path in enumerate(files):
            edited = _edit(bpmn.read(path.read_bytes()), choose)
            if edited is not None:
                target = Path(folder, f"{number}.bpmn")
                target.write_bytes(edited)
                pairs.append((path, target))
        yield pairs


def _edit(model: bpmn.Model, choose: random.Random) -> bytes | None:
    nodes = [node for node in model.nodes if node.kind is Kind.ACTIVITY]
    if not nodes:
        return None
    node = choose.choice(nodes)
    editor = bpmn.Editor(model)
    other_lanes = [lane for lane in model.lanes if lane is not node.lane]
    edit = choose.randrange(3)
    if edit == 0 and node.lane is not None and other_lanes:
        editor.set_lane(node, choose.choice(other_lanes))
    elif edit == 1:
        editor.set_documentation(node, "Rechtsgrundlage: § 14 GewO")
    else:
        editor.rename(node, f"{node.raw_name} (neu)")
    return editor.data()
