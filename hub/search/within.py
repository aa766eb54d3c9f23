"""Finding inside one document: every place in it that matches, in the order in which one reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.search.documents import Document
from hub.search.reader import Reader
from hub.search.understanding import Understanding, understanding
from hub.text.analyse import Analyser
from hub.text.folding import clean, fold
from hub.text.query import Query
from hub.text.snippets import Marked, Sought, cited, excerpt, marked
from hub.text.tree import expanded, tokens

MOST = 200
"""Places that are returned; nobody steps through more."""


@dataclass(frozen=True)
class Place:
    """A place that matches: `kind` is `title`, `summary`, `name`, `role`, `step`, `section` or `remark`."""

    kind: str
    key: str
    """Id of the element, key of the section, number of the comment; empty where the whole is meant."""
    heading: str
    """A step's number, a section's heading."""
    text: Marked


@dataclass(frozen=True)
class Inside:
    """The answer: what was understood and where it stands."""

    query: Query
    places: tuple[Place, ...] = ()
    complete: bool = True
    """Whether each place has all words; otherwise they are spread over several places, or some are missing."""


def within(session: Session, document: Document, text: str, *, reader: Reader) -> Inside:
    """Return where `document` says what is looked for; the last word may be unfinished. Never raises.

    Places with all words come alone; only where there are none, places with some of them are returned.
    """
    understood = understanding(session.connection())
    found = _within(document, text, understood, reader)
    if not found.places and re.search(r"\w{2}$", text):
        return _within(document, f"{text}*", understood, reader)
    return found


def _within(document: Document, text: str, understood: Understanding, reader: Reader) -> Inside:
    query = understood.read(text)
    if query.root is None:
        return Inside(query)
    analyser = understood.analyser
    root = expanded(query.root, lambda start: _beginning(document, start), analyser)
    sought = Sought.of(root)
    wanted = [token.text for token in tokens(root)]
    places = [
        (place, count)
        for one, shorten in _pieces(document, reader)
        if (place := _place(one, sought, wanted, analyser, shorten=shorten)) is not None
        for count in [place[1]]
    ]
    most = len(sought.concepts) + bool(wanted)
    all_words = [place[0] for place, count in places if count >= most]
    some = all_words or [place[0] for place, _ in places]
    return Inside(query, tuple(some[:MOST]), bool(all_words))


def _place(
    piece: Place, sought: Sought, wanted: list[str], analyser: Analyser, *, shorten: bool
) -> tuple[Place, int] | None:
    text = piece.text[0][0]
    shown, count = (excerpt if shorten else marked)(text, sought, analyser)
    if wanted and (spot := cited(text, wanted)):
        shown, count = (shown if count else spot), count + 1
    return (Place(piece.kind, piece.key, piece.heading, shown), count) if count else None


def _pieces(document: Document, reader: Reader) -> Iterator[tuple[Place, bool]]:
    """Yield the texts of a document, unmarked, with whether they are long enough to be shortened."""

    def plain(kind: str, key: str, heading: str, text: str) -> Place:
        return Place(kind, key, heading, ((clean(text), False),))

    yield plain("title", "", "", document.title), False
    if document.summary:
        yield plain("summary", "", "", document.summary), False
    for name in (*document.names, *document.legal_bases, *document.keys):
        yield plain("name", "", "", name), False
    for role in document.roles:
        yield plain("role", "", "", role), False
    for step in document.steps:
        if step.name:
            yield plain("step", step.element_id, step.number, step.name), False
    for part in document.sections:
        yield plain("section", part.key, part.heading, part.text), True
    audiences = set(reader.audiences())
    for remark in document.remarks:
        if not audiences.isdisjoint(remark.audiences()):
            yield plain("remark", str(remark.id), "", remark.text), True


def _beginning(document: Document, start: str) -> list[str]:
    texts = [document.title, document.summary, *document.names, *document.roles]
    texts += [step.name for step in document.steps]
    texts += [text for part in document.sections for text in (part.heading, part.text)]
    words = dict.fromkeys(fold(word) for text in texts for word in re.findall(r"[^\W\d_]{2,}", clean(text)))
    return [word for word in words if word.startswith(start)][:40]
