"""What is written for documents: rows, streams and words, made in this process or, for many, by helping processes.

Reading words takes longer than writing them down. A rebuild of many entries therefore has other processes read while
it writes; with one processor, or if the helpers die, everything is made here.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from hub.search import understanding
from hub.search.documents import Document, Remark, Section, Step
from hub.search.streams import set_digest, streams, title_key, vector
from hub.text.analyse import Analyser

log = logging.getLogger(__name__)

MANY = 2_000
"""From so many entries on helpers are worth their start, about a second each."""
MOST_HELPERS = 4
"""One writer cannot keep more of them busy."""

Row = tuple[int, int, int, int, int, int, int, str]
Texts = tuple[str, str, str, str, str, str]


@dataclass(slots=True)
class Made:
    """What is written for some documents."""

    rows: list[Row] = field(default_factory=list)
    """Of `search_documents`: entry, version, organisation, set, weight, days and seconds of its date, title_key."""
    texts: list[Texts] = field(default_factory=list)
    """title, names, steps, body, spelling, payload of `search_texts`."""
    vectors: list[tuple[str, str]] = field(default_factory=list)
    """PostgreSQL's words and heading."""
    sets: dict[int, str] = field(default_factory=dict)
    """Number and facets (JSON) of `search_sets`."""
    words: dict[str, str] = field(default_factory=dict)
    """Folded word → word as written."""
    counted: dict[str, int] = field(default_factory=dict)
    """Folded word → how many of the documents have it."""


def made(documents: Iterable[Document], analyser: Analyser, *, vectors: bool) -> Made:
    """Analyse `documents`; `vectors` says whether PostgreSQL's are wanted."""
    found = Made()
    counted: Counter[str] = Counter()
    vocabularies: list[dict[str, str]] = []
    for document in documents:
        one = streams(document, analyser)
        number, facets = set_digest(document.facets)
        moment = document.updated_at
        found.rows.append(
            (
                document.entry_id,
                document.version_id,
                document.organisation_id,
                number,
                document.weight,
                moment.toordinal(),
                int(moment.timestamp()),
                title_key(document.title),
            )
        )
        found.texts.append((one.title, one.names, one.steps, one.body, one.spelling, one.payload))
        if vectors:
            found.vectors.append((vector(one.title, one.names, one.steps, one.body), vector(one.title, one.names)))
        found.sets[number] = facets
        vocabularies.append(one.vocabulary)
        counted.update(one.vocabulary.keys())
    for vocabulary in reversed(vocabularies):  # a word is shown as the first document writes it
        found.words |= vocabulary
    found.counted = dict(counted)
    return found


class Makers:
    """Makes what is written with one analyser, with helpers for `many` entries. To be used in `with`."""

    def __init__(self, analyser: Analyser, told: tuple[str, str], *, vectors: bool, many: int) -> None:
        self._analyser = analyser
        self._vectors = vectors
        self._pool: ProcessPoolExecutor | None = None
        self.ready: Future[None] | None = None
        """Done when the first helper has read its programs; without helpers None."""
        count = helpers(many)
        if count:
            self._pool = ProcessPoolExecutor(
                count, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(*told, vectors)
            )
            self.ready = self._pool.submit(_nothing)

    def __enter__(self) -> Makers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, parts: Iterable[Sequence[Document]]) -> Iterator[Made]:
        """Yield what is written for each of `parts`, in their order."""
        waiting: deque[tuple[Sequence[Document], Future[Made] | None]] = deque()
        for part in parts:
            waiting.append((part, self._asked(part)))
            while waiting and ((first := waiting[0][1]) is None or first.done()):
                yield self._answered(*waiting.popleft())
        while waiting:
            yield self._answered(*waiting.popleft())

    def _asked(self, part: Sequence[Document]) -> Future[Made] | None:
        if self._pool is None or self.ready is None or not self.ready.done():
            return None  # made here meanwhile: on a busy machine it takes long until a helper has read its programs
        try:
            return self._pool.submit(_made, [_packed(document) for document in part])
        except BrokenProcessPool:
            self._alone()
            return None

    def _answered(self, part: Sequence[Document], asked: Future[Made] | None) -> Made:
        if asked is not None:
            try:
                return asked.result()
            except BrokenProcessPool:
                self._alone()
        return made(part, self._analyser, vectors=self._vectors)

    def _alone(self) -> None:
        """Go on without helpers: somebody ended one of them, or the machine ran out of memory."""
        if self._pool is not None:
            log.warning("helpers of the index are gone, going on without")
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def helpers(many: int) -> int:
    """Return how many processes help with `many` entries: none with few of them or with one processor."""
    if many < MANY or multiprocessing.current_process().daemon:
        return 0
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MOST_HELPERS) if processors > 1 else 0


# In a helper.

_READING: list[tuple[Analyser, bool]] = []


def _prepare(learned: str, rules: str, vectors: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when it is enough
    threading.Thread(target=_follow, daemon=True).start()
    _READING.append((understanding.analyser(learned, rules), vectors))
    gc.disable()  # nothing here points in circles, and what is kept for the next word is looked through for nothing


def _follow() -> None:
    """End with the process that is helped, however it ended: a killed one takes nobody along."""
    helped = multiprocessing.parent_process()
    if helped is not None:
        helped.join()
        os._exit(1)


def _nothing() -> None:
    pass


def _made(packed: Sequence[tuple[Any, ...]]) -> Made:
    analyser, vectors = _READING[0]
    return made(map(_unpacked, packed), analyser, vectors=vectors)


def _packed(document: Document) -> tuple[Any, ...]:
    """Return a document in plain tuples: on its way it would otherwise cost half as much as to read it."""
    values = dict(document.__dict__)
    values["steps"] = [(step.element_id, step.name, step.number, step.kind) for step in document.steps]
    values["sections"] = [(part.key, part.heading, part.text) for part in document.sections]
    values["remarks"] = [(one.id, one.organisation_id, one.text, one.ikz, one.land) for one in document.remarks]
    values["updated_at"] = document.updated_at
    return tuple(values.values())


def _unpacked(values: tuple[Any, ...]) -> Document:
    found = dict(zip(Document.__dataclass_fields__, values, strict=True))
    found["steps"] = tuple([Step(*step) for step in found["steps"]])
    found["sections"] = tuple([Section(*part) for part in found["sections"]])
    found["remarks"] = tuple([Remark(*one) for one in found["remarks"]])
    return Document(**found)
