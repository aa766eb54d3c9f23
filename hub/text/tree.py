"""What is looked for, as a tree that every back end understands, and ways to walk it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.text.analyse import Analyser
from hub.text.folding import expand
from hub.text.synonyms import Roots


@dataclass(frozen=True)
class Option:
    """One way in which a concept may be said: all `sequences` occur, each with its roots close together."""

    sequences: tuple[Roots, ...]
    weight: float = 1.0
    frequency: int | None = None
    """How many documents have it, where that is known; what is rare says more."""
    piece: bool = False
    """Only a part of the word, or what a part of it means."""


@dataclass(frozen=True)
class Concept:
    """One word of the query with everything that means the same. `field` is empty or a part of the text."""

    text: str
    options: tuple[Option, ...]
    field: str = ""
    spelling: str = ""
    """The folded word as typed: an exact match counts more."""
    strict: bool = False
    """A phrase: the roots follow each other exactly."""
    heard: bool = False
    """Not typed but meant by an everyday phrase (see `everyday`): `text` is what was typed."""
    where: bool = False
    """Only says where something is („auf der Straße gefunden“): worth less where not every word is met."""


@dataclass(frozen=True)
class Prefix:
    """A word whose end is open; `expanded` turns it into concepts with words of the index."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Token:
    """A word of the index that is no German word: a citation, a key, a filter; `prefix` leaves its end open."""

    text: str
    label: str
    prefix: bool = False


@dataclass(frozen=True)
class All:
    """Every one of `nodes`."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """At least one of `nodes`."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """Nothing of `node`."""

    node: Node


Node = Concept | Prefix | Token | All | Some | Without


def concepts(node: Node) -> Iterator[Concept]:
    """Yield the concepts below `node` that are looked for."""
    if isinstance(node, Concept):
        yield node
    elif isinstance(node, All | Some):
        for child in node.nodes:
            yield from concepts(child)


def tokens(node: Node) -> Iterator[Token]:
    """Yield the citations and keys below `node` that are looked for."""
    if isinstance(node, Token) and node.text.startswith(("p_", "k_")):
        yield node
    elif isinstance(node, All | Some):
        for child in node.nodes:
            yield from tokens(child)


def grouped(kind: type[All] | type[Some], nodes: list[Node]) -> Node | None:
    """Return `nodes` under one node of `kind`, without nesting it in itself; one node alone, or None for none."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, kind) else (node,)
    return kind(tuple(flat))


def expanded(node: Node, words: Callable[[str], list[str]], analyser: Analyser) -> Node:
    """Return the tree with every `Prefix` replaced by the words of the index that begin so (given by `words`)."""
    if isinstance(node, Prefix):
        options: dict[Roots, None] = {}
        for word in words(node.text):
            known = analyser.word(expand(word))
            if known is not None:
                options[known[1]] = None
        # „gewerb“ alone already finds every compound that begins with it.
        options = {roots: None for roots in options if len(roots) == 1 or roots[:1] not in options}
        if not options:
            known = analyser.word(node.text)
            options = {known[1] if known is not None else (node.text,): None}
        return Concept(node.text + "*", tuple(Option((roots,)) for roots in options), node.field, node.text)
    if isinstance(node, All):
        return All(tuple(expanded(child, words, analyser) for child in node.nodes))
    if isinstance(node, Some):
        return Some(tuple(expanded(child, words, analyser) for child in node.nodes))
    if isinstance(node, Without):
        return Without(expanded(node.node, words, analyser))
    return node
