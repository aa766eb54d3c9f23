"""When nothing contains all words: which of them to leave out, so that an answer is better than none."""

from __future__ import annotations

from collections.abc import Iterator

from hub.search.matching import Matching
from hub.text.query import All, Concept, Node, Option, Some


def relaxed(root: Node, matching: Matching) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Yield weaker and weaker queries with the words each leaves out.

    A compound nobody wrote is first shortened to its known parts. Then the words that occur nowhere go, then the most
    frequent ones. Only words are left out, never filters, citations or what is excluded.
    """
    nodes = list(root.nodes) if isinstance(root, All) else [root]
    kept: list[Node] = []
    found: list[Node] = []
    left_out: list[str] = []
    for node in nodes:
        if not isinstance(node, Concept | Some) or matching.any(node):
            kept.append(node)
            if isinstance(node, Concept | Some):
                found.append(node)
            continue
        left_out.append(_said(node))
        shorter = _shortened(node, matching) if isinstance(node, Concept) else None
        if shorter is not None:
            kept.append(shorter)
            found.append(shorter)
    found.sort(key=matching.count, reverse=True)
    while kept and found:
        if left_out:
            yield (All(tuple(kept)) if len(kept) > 1 else kept[0]), tuple(left_out)
        if len(kept) < 2:
            return
        node = found.pop(0)
        kept.remove(node)
        left_out.append(_said(node))


def _shortened(concept: Concept, matching: Matching) -> Concept | None:
    """Return the longest piece of a compound that is found, its end before its beginning."""
    roots = concept.options[0].sequences[0]
    if concept.strict or len(concept.options[0].sequences) > 1:
        return None
    for size in range(len(roots) - 1, 0, -1):
        for start in range(len(roots) - size, -1, -1):
            piece = Concept(concept.text, (Option((roots[start : start + size],)),), concept.field)
            if matching.any(piece):
                return piece
    return None


def _said(node: Node) -> str:
    if isinstance(node, Concept):
        return node.text
    return next((_said(child) for child in node.nodes), "") if isinstance(node, All | Some) else ""
