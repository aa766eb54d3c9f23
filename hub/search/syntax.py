"""The query tree in the language of each back end. Every word is quoted; nothing a person typed is ever syntax."""

from __future__ import annotations

from itertools import pairwise

from hub.search.streams import EVERYTHING
from hub.text.analyse import pair
from hub.text.tree import All, Concept, Node, Some, Token, Without

COLUMNS = {"title": "A", "names": "B", "steps": "C", "body": "D"}
"""Columns of FTS5 and the weights that stand for them in a tsvector."""


class Fts5:
    """Writes MATCH expressions for SQLite. `audiences` are the marks of the comments the reader may read."""

    def __init__(self, audiences: tuple[str, ...]) -> None:
        self._audiences = audiences

    def write(self, node: Node, columns: tuple[str, ...] = ()) -> str:
        """Return the expression for `node`, looking only into `columns` if any are named."""
        expression = self._node(node, columns)
        return f"{{{' '.join(columns)}}} : ({expression})" if columns else expression

    def _node(self, node: Node, columns: tuple[str, ...]) -> str:
        if isinstance(node, Concept):
            return self._concept(node, columns)
        if isinstance(node, Token):
            return _quoted(node.text) + (" *" if node.prefix else "")
        if isinstance(node, Without):
            return f"({_quoted(EVERYTHING)} NOT {self._node(node.node, ())})"
        if isinstance(node, Some):
            return "(" + " OR ".join(self._node(child, columns) for child in node.nodes) + ")"
        if isinstance(node, All):
            wanted = [child for child in node.nodes if not isinstance(child, Without)]
            text = " AND ".join(self._node(child, columns) for child in wanted) or _quoted(EVERYTHING)
            for child in node.nodes:
                if isinstance(child, Without):
                    text = f"({text}) NOT {self._node(child.node, ())}"
            return f"({text})"
        raise TypeError(node)

    def _concept(self, concept: Concept, columns: tuple[str, ...]) -> str:
        marks: tuple[str, ...] = ("",)
        if concept.field == "roles":
            marks = ("r_",)
        elif not concept.field and not columns:
            marks = ("", *self._audiences)
        ways = []
        for mark in marks:
            for option in concept.options:
                ways.append(" AND ".join(self._sequence(mark, seq, concept.strict) for seq in option.sequences))
        text = "(" + " OR ".join(f"({way})" if " AND " in way else way for way in dict.fromkeys(ways)) + ")"
        return f"{concept.field} : {text}" if concept.field in COLUMNS and not columns else text

    @staticmethod
    def _sequence(mark: str, roots: tuple[str, ...], strict: bool) -> str:
        if strict:
            return _quoted(" ".join(mark + root for root in roots))
        return " AND ".join(_quoted(mark + word) for word in _words(roots))


class TsQuery:
    """Writes tsquery texts for PostgreSQL."""

    def __init__(self, audiences: tuple[str, ...]) -> None:
        self._audiences = audiences

    def write(self, node: Node, columns: tuple[str, ...] = ()) -> str:
        """Return the text of a tsquery for `node`, looking only into `columns` if any are named."""
        return self._node(node, columns)

    def _node(self, node: Node, columns: tuple[str, ...]) -> str:
        if isinstance(node, Concept):
            return self._concept(node, columns)
        if isinstance(node, Token):
            return _lexeme(node.text, ("*" if node.prefix else "") + _weights(columns))
        if isinstance(node, Without):
            return f"!({self._node(node.node, ())})"
        if isinstance(node, Some):
            return "(" + " | ".join(self._node(child, columns) for child in node.nodes) + ")"
        if isinstance(node, All):
            return "(" + " & ".join(self._node(child, columns) for child in node.nodes) + ")"
        raise TypeError(node)

    def _concept(self, concept: Concept, columns: tuple[str, ...]) -> str:
        marks: tuple[str, ...] = ("",)
        weights = _weights(columns)
        if concept.field == "roles":
            marks = ("r_",)
        elif concept.field in COLUMNS:
            weights = weights or COLUMNS[concept.field]
        elif not columns:
            marks = ("", *self._audiences)
        ways = []
        for mark in marks:
            for option in concept.options:
                sequences = [self._sequence(mark, seq, concept.strict, weights) for seq in option.sequences]
                ways.append("(" + " & ".join(sequences) + ")" if len(sequences) > 1 else sequences[0])
        return "(" + " | ".join(dict.fromkeys(ways)) + ")"

    @staticmethod
    def _sequence(mark: str, roots: tuple[str, ...], strict: bool, weights: str) -> str:
        if strict:
            return "(" + " <-> ".join(_lexeme(mark + root, weights) for root in roots) + ")"
        words = [_lexeme(mark + word, weights) for word in _words(roots)]
        return "(" + " & ".join(words) + ")" if len(words) > 1 else words[0]


def _words(roots: tuple[str, ...]) -> list[str]:
    """Return the words of the index that a sequence of neighbouring roots is found by."""
    return [pair(one, other) for one, other in pairwise(roots)] if len(roots) > 1 else list(roots)


def positive(node: Node) -> Node | None:
    """Return the tree without what is excluded, for narrowing a query to the best places of a document."""
    if isinstance(node, Without):
        return None
    if isinstance(node, All | Some):
        children = tuple(found for child in node.nodes if (found := positive(child)) is not None)
        return type(node)(children) if len(children) > 1 else (children[0] if children else None)
    return node


def _weights(columns: tuple[str, ...]) -> str:
    return "".join(COLUMNS[column] for column in columns)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _lexeme(text: str, flags: str) -> str:
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"{quoted}:{flags}" if flags else quoted
