"""From bytes to a model."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hub.bpmn.guard import Limits, Unreadable, check_xml, decode
from hub.bpmn.model import Element, Model
from hub.bpmn.tree import ATTRIBUTE, NAME, Scope, Source, declared, parse_attributes
from hub.bpmn.vocabulary import BPMN, BPMNDI, KIND_OF, Kind

_DIAGRAM: Final = re.compile(r"\s*<((?:[^\s:/>]++:)?BPMNDiagram)(?=[\s/>])")
_ONLY_END: Final = re.compile(r"\s*</[^<>]+>\s*")
_DEFAULT: Final = Limits()
_LONG: Final = 1_500
"""Characters of a tag with the text after it from which limits are worth checking one by one."""

_Words = dict[str, tuple[str, Kind | None]]
_NOTHING: Final[_Words] = {}
_SKIPPED: Final = ("extensionElements", None)
_DRAWN: Final = ("BPMNDiagram", None)


def read(data: bytes, limits: Limits = _DEFAULT) -> Model:
    """Return the model in `data`; raises `Unreadable` with a code, a place and a sentence.

    Refused is what is not BPMN 2.0 XML, what declares a document type, and what exceeds `limits`.
    Everything a tool may get wrong inside a BPMN file is read and listed in `Model.warnings`.
    """
    if not data:
        raise Unreadable("empty")
    decoded = decode(data, limits)
    check_xml(data, decoded, limits)
    source = Source(decoded)
    _check_root(source, limits)
    model = Model(data, source, limits)
    _find_elements(model)
    _give_ids(model)
    return model


def _check_root(source: Source, limits: Limits) -> None:
    tag = source.structure[source.root_start + 1 : source.root_end]
    if len(tag) > _LONG:
        _check_lengths(source, ["", tag], limits, source.root_start)
    match = NAME.match(tag)
    name = match[0] if match is not None else ""
    prefix, _, local = name.rpartition(":")
    if local != "definitions" or source.scope.get(prefix) != BPMN:
        raise Unreadable("not-bpmn", *source.place(source.root_start), root=local[:60])


@lru_cache(maxsize=256)
def _words_of(bpmn: frozenset[str], drawing: frozenset[str]) -> _Words:
    """Return tag name as written → (type, kind), for the prefixes bound to the two namespaces."""
    words: _Words = {}
    for prefix in bpmn:
        start = f"{prefix}:" if prefix else ""
        words.update((start + word, (word, kind)) for word, kind in KIND_OF.items())
        words[start + _SKIPPED[0]] = _SKIPPED
    for prefix in drawing:
        words[f"{prefix}:{_DRAWN[0]}" if prefix else _DRAWN[0]] = _DRAWN
    return words


@lru_cache(maxsize=256)
def _words_in(bindings: tuple[tuple[str, str], ...]) -> _Words:
    return _words_of(
        frozenset(prefix for prefix, namespace in bindings if namespace == BPMN),
        frozenset(prefix for prefix, namespace in bindings if namespace == BPMNDI),
    )


def _words(scope: Scope) -> _Words:
    # A tool binds the same prefixes in all its files, so this is looked up far more often than worked out.
    return _words_in(tuple(scope.items()))


def _diagram_section(source: Source) -> tuple[int, list[tuple[int, int]]] | None:
    """Find the diagrams if they stand together at the end, where nearly every tool puts them.

    Returns where the section starts and the span of each diagram; None if the drawing has to be found
    by a full scan. Skipping it makes reading about twice as fast: it is half of the file.
    """
    structure = source.structure
    # Plain searches are many times faster than looking for tags with a pattern.
    word = structure.find("BPMNDiagram")
    if word < 0:
        return len(structure), []
    at = structure.rfind("<", 0, word)
    spans: list[tuple[int, int]] = []
    while (match := _DIAGRAM.match(structure, at)) is not None:
        name = match[1]
        closing = f"</{name}>"
        end = structure.find(closing, match.end())
        nested = structure.find(f"<{name}", match.end(), end) >= 0
        if end < 0 or nested or source.scope.get(name.rpartition(":")[0]) != BPMNDI:
            return None
        at = end + len(closing)
        spans.append((match.start(1) - 1, at))
    if not spans or _ONLY_END.fullmatch(structure, at) is None:
        return None
    return spans[0][0], spans


def _find_elements(model: Model) -> None:
    """Walk over the tags once and make an `Element` of each BPMN element."""
    source, limits = model.tree, model.limits
    structure, text, scope, scoped = source.structure, source.text, source.scope, source.scoped
    section = _diagram_section(source)
    end = len(structure)
    if section is not None:
        end, model.diagram_spans = section
    words, order, depth = _words(scope), model.order, limits.depth - 2
    parent: Element | None = None
    # One entry per open tag: None, or what is to be restored when it closes.
    stack: list[tuple[Element | int | None, Element | None, _Words, Scope] | None] = []
    pieces = structure[source.root_end : end].split("<")
    if max(map(len, pieces)) > _LONG:
        _check_lengths(source, pieces, limits, source.root_end + len(pieces[0]))
    at = source.root_end + len(pieces[0])
    match_name = NAME.match
    for piece in pieces[1:]:
        if piece[0] == "/":
            if not stack:
                break
            if (back := stack.pop()) is not None:
                opened, parent, words, scope = back
                if type(opened) is Element:
                    opened.end = at + piece.index(">") + 2
                elif type(opened) is int:
                    model.diagram_spans.append((opened, at + piece.index(">") + 2))
        else:
            close = piece.index(">")
            # A name is mostly followed by a blank; otherwise by a line break, `>` or `/>`.
            name = piece.partition(" ")[0]
            if close < len(name) or not name.isprintable():
                name = match_name(name)[0]  # type: ignore[index]  # expat has seen a name here
            back = None
            if scoped and "xmlns" in piece:
                back = (None, parent, words, scope)
                scope = declared(text[at : at + close + 2], scope)
                if words is not _NOTHING:
                    words = _words(scope)
            empty = piece[close - 1] == "/"
            word = words.get(name)
            if word is not None:
                outer = back[2:] if back is not None else (words, scope)
                type_, kind = word
                if kind is not None:
                    element = Element(model, parent, name, type_, kind, at, at + close + 2, scope)
                    start = piece.find(' id="', 0, close)
                    if start >= 0 and "'" not in piece and "&" not in piece:
                        element.id = piece[start + 5 : piece.index('"', start + 5)]
                    else:
                        element.id = parse_attributes(piece[:close], {}).get("id", "")
                    order.append(element)
                    if parent is not None:
                        parent.children.append(element)
                    back = (element, parent, *outer)
                    if not empty:
                        parent = element
                elif not empty:
                    back = (at if type_ == "BPMNDiagram" else None, parent, *outer)
                    words = _NOTHING
            if not empty:
                stack.append(back)
                if len(stack) > depth:
                    raise Unreadable("too-deep", *source.place(at), limit=limits.depth)
            elif back is not None:
                words, scope = back[2:]
        at += len(piece) + 1


def _check_lengths(source: Source, pieces: list[str], limits: Limits, at: int) -> None:
    """Refuse tags and texts that are too long; called only when something long is there.

    `at` is where the `<` before the second piece stands.
    """
    for piece in pieces[1:]:
        if len(piece) > _LONG:
            tag = piece.index(">")
            if tag > limits.tag:
                raise Unreadable("too-long", *source.place(at), limit=limits.tag)
            if len(piece) - tag > limits.text:
                raise Unreadable("too-long", *source.place(at + tag), limit=limits.text)
            if tag > _LONG and len(ATTRIBUTE.findall(source.text, at, at + tag)) > limits.attributes:
                raise Unreadable("too-many-attributes", *source.place(at), limit=limits.attributes)
        at += len(piece) + 1


def _give_ids(model: Model) -> None:
    """Index the elements by id; name those without an id of their own after where they stand."""
    by_id = model.by_id
    counts: dict[tuple[str, str], int] = {}
    for position, element in enumerate(model.order):
        element.position = position
        id_ = element.id
        if not id_:
            parent = element.parent.id if element.parent is not None else ""
            number = counts[parent, element.type] = counts.get((parent, element.type), 0) + 1
            element.id = id_ = f"{parent}#{element.type}-{number}"
            model.without_id.append(element)
        if id_ in by_id:
            number = 2
            while f"{id_}#{number}" in by_id:
                number += 1
            element.id = id_ = f"{id_}#{number}"
            model.duplicates.append(element)
        by_id[id_] = element
