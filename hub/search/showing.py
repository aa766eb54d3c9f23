"""What a hit shows: its title and the places where it matches, marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.search.matching import Payload
from hub.search.streams import GAPS
from hub.text.analyse import Analyser
from hub.text.snippets import Marked, Sought, all_in, cited, excerpt, marked


@dataclass(frozen=True)
class StepHit:
    """A step of the diagram that matches."""

    element_id: str
    number: str
    name: Marked


@dataclass(frozen=True)
class Excerpt:
    """A piece of longer text that matches: `place` is `section`, `remark`, `name` or `role`, `key` names the one."""

    place: str
    key: str
    heading: str
    text: Marked


MOST_STEPS = 5
MOST_EXCERPTS = 2


def shown(
    document: Payload, sought: Sought, analyser: Analyser, audiences: set[str]
) -> tuple[Marked, Marked, tuple[StepHit, ...], tuple[Excerpt, ...]]:
    """Return title, summary, matching steps and, for what these do not show, a piece of the text that does."""
    texts = json.loads(document.texts)
    title, in_title = marked(texts["title"], sought, analyser)
    summary: Marked = ((texts["summary"], False),)
    in_summary = 0
    if sought.touches(document.body.split(GAPS, 1)[0]):
        summary, in_summary = marked(texts["summary"], sought, analyser)
    steps: list[tuple[int, StepHit]] = []
    # The streams are already analysed: only what can match is read again letter by letter.
    needles = sought.needles(document.steps)
    streams = document.steps.split(GAPS) if needles else []
    for (element_id, number, name), stream in zip(texts["steps"], streams, strict=False):
        step = f" {stream} "
        if any(all_in(seq, step) for seq in needles):
            pieces, found = marked(name, sought, analyser)
            if found:
                steps.append((found, StepHit(element_id, number, pieces)))
    steps.sort(key=lambda step: -step[0])
    excerpts: list[Excerpt] = []
    wanted = len(sought.concepts)
    if wanted and max(in_title, in_summary, *(found for found, _ in steps), 0) < wanted:
        excerpts = _excerpts(texts, document, sought, analyser, audiences)
    return title, summary, tuple(hit for _, hit in steps[:MOST_STEPS]), tuple(excerpts)


def places(document: Payload, wanted: Sequence[str]) -> list[Excerpt]:
    """Return where the document cites what was looked for."""
    texts = json.loads(document.texts)
    found = [Excerpt("name", name, "", pieces) for name in texts["names"] if (pieces := cited(name, wanted))]
    for key, heading, text in texts["sections"]:
        if pieces := cited(text, wanted):
            found.append(Excerpt("section", key, heading, pieces))
    return found[:MOST_EXCERPTS]


def _excerpts(
    texts: dict[str, Any], document: Payload, sought: Sought, analyser: Analyser, audiences: set[str]
) -> list[Excerpt]:
    found: list[tuple[int, Excerpt]] = []
    in_body = sought.touches(document.body)
    for place, names, touched in (
        ("name", texts["names"], bool(texts["names"]) and sought.touches(document.names)),
        ("role", texts["roles"], in_body),
    ):
        for text in names if touched else ():
            pieces, count = marked(text, sought, analyser)
            if count:
                found.append((count, Excerpt(place, text, "", pieces)))
    for key, heading, text in texts["sections"] if in_body else ():
        pieces, count = excerpt(text, sought, analyser)
        if count:
            found.append((count, Excerpt("section", key, heading, pieces)))
    for number, marks, text in texts["remarks"]:
        if audiences.isdisjoint(marks):
            continue
        pieces, count = excerpt(text, sought, analyser)
        if count:
            found.append((count, Excerpt("remark", str(number), "", pieces)))
    found.sort(key=lambda item: -item[0])
    return [one for _, one in found[:MOST_EXCERPTS]]
