"""Suggestions while somebody types: titles that may be read, and words that lead to something."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.search import spelling
from hub.search.matching import Matching
from hub.search.reader import Reader
from hub.search.understanding import understanding
from hub.text.folding import clean, fold
from hub.text.tree import All, Concept, Node, Option, Prefix, expanded

MOST_CHARACTERS = 80


@dataclass(frozen=True)
class Suggestion:
    """One line under the search field: a title (with its entry) or a word to go on with."""

    text: str
    entry_id: int | None = None


def suggest(session: Session, prefix: str, reader: Reader, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return up to `limit` suggestions for a query that is still being typed; its last word may be unfinished."""
    typed = clean(prefix[:MOST_CHARACTERS]).strip()
    if len(fold(typed)) < 2:
        return ()
    connection = session.connection()
    understood = understanding(connection)
    analyser = understood.analyser
    before, _, last = typed.rpartition(" ")
    start = "".join(char for char in fold(last) if char.isalnum())
    known = understood.read(before) if before else None
    nodes: list[Node] = []
    if known is not None and known.root is not None:
        nodes.append(expanded(known.root, lambda begin: spelling.beginning(connection, begin), analyser))
    if len(start) >= 2:
        nodes.append(expanded(Prefix(start), lambda begin: spelling.beginning(connection, begin), analyser))
    if not nodes:
        return ()
    root = All(tuple(nodes)) if len(nodes) > 1 else nodes[0]
    matching = Matching(connection, reader, root)
    found: list[Suggestion] = []
    seen: set[str] = set()
    for number in matching.heading(limit * 2):
        title, entry_id = number
        if fold(title) not in seen and len(found) < limit - 2:
            seen.add(fold(title))
            found.append(Suggestion(title, entry_id))
    for word in spelling.beginning(connection, start)[: limit * 2] if len(start) >= 2 else ():
        if len(found) >= limit:
            break
        split = analyser.word(word)
        if split is None or word in seen:
            continue
        concept = Concept(word, (Option((split[1],)),), "", word)
        if matching.any(All((*nodes[:-1], concept)) if len(nodes) > 1 else concept):
            seen.add(word)
            found.append(Suggestion(f"{before} {spelling.shown(connection, word)}".strip()))
    return tuple(found)
