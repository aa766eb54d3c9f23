"""Small models from a few words, and the corpus, for tests of the engine."""

import os
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from hub import bpmn
from tests.needs import need

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def small(nodes: str, flows: str = "", *, inside: str = "", around: str = "", process: str = 'id="P"') -> bpmn.Model:
    """Make a model of one process.

    `nodes`: one per line, `type id name words`; `flows`: `A>B` or `A>B:label`, separated by spaces
    (`_` in a label is a space). `inside` is XML added to the process, `around` XML beside it.
    """
    lines = []
    for line in nodes.strip().splitlines():
        type_, id_, *words = line.split()
        name = f" name={quoteattr(' '.join(words))}" if words else ""
        lines.append(f"<{type_} id={quoteattr(id_)}{name}/>")
    for number, flow in enumerate(flows.split()):
        ends, _, label = flow.partition(":")
        source, target = ends.split(">")
        name = f" name={quoteattr(label.replace('_', ' '))}" if label else ""
        lines.append(f'<sequenceFlow id="f{number}" sourceRef="{escape(source)}" targetRef="{escape(target)}"{name}/>')
    return raw(f"<process {process}>{''.join(lines)}{inside}</process>{around}")


def raw(body: str) -> bpmn.Model:
    """Make a model from what stands inside `definitions`."""
    return bpmn.read(
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:t">'
        f"{body}</definitions>".encode()
    )


def corpus(*parts: str) -> Iterator[tuple[Path, bpmn.Model]]:
    """Yield every readable model of the corpus, or of one folder of it."""
    folder = CORPUS.joinpath(*parts)
    need(folder.is_dir(), f"the corpus folder {'/'.join(('../shared/corpus', *parts))}")
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".bpmn", ".xml") and os.access(path, os.R_OK):
            try:
                yield path, bpmn.read(path.read_bytes())
            except bpmn.Unreadable:
                continue
