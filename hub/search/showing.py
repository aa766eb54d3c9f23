"""What a hit shows: its title and the places where it matches, marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.search.matching import Payload
from hub.search.streams import GAPS
from hub.text.analyse import Analyser
from hub.text.snippets import Marked, Passage, Sought, all_in, cited, marked


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
    found: list[tuple[int, str, str, str, Passage]] = []
    in_body = sought.touches(document.body)
    for place, names, touched in (
        ("name", texts["names"], bool(texts["names"]) and sought.touches(document.names)),
        ("role", texts["roles"], in_body),
    ):
        for text in names if touched else ():
            passage = Passage(text, sought, analyser)
            found.append((passage.count, place, text, "", passage))
    if in_body:
        needles = sought.needles(document.body)
        # After the summary, heading and text of each section: only what can match is read again.
        streams = document.body.split(GAPS)[2 : 2 * len(texts["sections"]) + 1 : 2]
        for (key, heading, text), stream in zip(texts["sections"], streams, strict=False):
            section = f" {stream} "
            if any(all_in(seq, section) for seq in needles):
                passage = Passage(text, sought, analyser)
                found.append((passage.count, "section", key, heading, passage))
    for number, marks, text in sorted(texts["remarks"], reverse=True):  # the newest first
        if not audiences.isdisjoint(marks):
            passage = Passage(text, sought, analyser)
            found.append((passage.count, "remark", str(number), "", passage))
    best = sorted((one for one in found if one[0]), key=lambda one: -one[0])[:MOST_EXCERPTS]
    return [
        Excerpt(place, key, heading, passage.marked() if place in ("name", "role") else passage.excerpt())
        for _, place, key, heading, passage in best
    ]
