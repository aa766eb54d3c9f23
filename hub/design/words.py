"""Show word by word what changed between two texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+(?:[-.,]\w+)*|\s+|[^\w\s]")
LIMIT = 4000
"""Words on both sides together up to which single words are compared; beyond it, lines."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that stayed (`same`), came (`added`) or went (`removed`)."""

    kind: str
    text: str


def tokens(text: str) -> list[str]:
    """Return words, spaces and signs of `text`; together they are the text."""
    return _TOKEN.findall(text)


def word_diff(before: str, after: str) -> list[Span]:
    """Return how `before` becomes `after`: all spans but the added ones are `before`, all but the removed `after`."""
    old, new = tokens(before), tokens(after)
    if len(old) + len(new) > LIMIT:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > LIMIT:
        return _spans([("removed", before), ("added", after)])
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in _without_crumbs(old, SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if tag == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
        else:
            pieces += [("removed", "".join(old[i1:i2])), ("added", "".join(new[j1:j2]))]
    return _spans(pieces)


Opcode = tuple[str, int, int, int, int]


def _without_crumbs(old: Sequence[str], codes: Sequence[Opcode]) -> list[Opcode]:
    """Take a lone space or sign between two changes into the change: readers follow phrases, not commas."""
    result: list[Opcode] = []
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        crumb = tag == "equal" and 0 < at < len(codes) - 1 and not any(word.isalnum() for word in old[i1:i2])
        last = result[-1] if result else None
        if last and last[0] != "equal" and (crumb or tag != "equal"):
            result[-1] = ("replace", last[1], i2, last[3], j2)
        else:
            result.append((tag, i1, i2, j1, j2))
    return result


def _spans(pieces: Sequence[tuple[str, str]]) -> list[Span]:
    spans: list[Span] = []
    for kind, text in pieces:
        if not text:
            continue
        if spans and spans[-1].kind == kind:
            spans[-1] = Span(kind, spans[-1].text + text)
        else:
            spans.append(Span(kind, text))
    return spans


def likeness(one: str, other: str) -> float:
    """Return how many words two texts share, 0 to 1 (Dice)."""
    left, right = re.findall(r"\w+", one.lower()), re.findall(r"\w+", other.lower())
    if not left or not right:
        return 1.0 if one.strip() == other.strip() else 0.0
    counts: dict[str, int] = {}
    for word in left:
        counts[word] = counts.get(word, 0) + 1
    shared = 0
    for word in right:
        if counts.get(word, 0):
            counts[word] -= 1
            shared += 1
    return 2 * shared / (len(left) + len(right))
