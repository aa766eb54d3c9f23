"""What a statement says otherwise than the one submitted before it: text, amounts, results, reuse, conditions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hub.actions import statements
from hub.design import Span, word_diff
from hub.shelf import Shelf
from hub.store.statements import Statement
from hub.work import Work

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure or word that is another now; None on the side that has nothing of the kind."""

    part: str
    """`balance`, `receipts`, `results`, `reuse`, `ledger` or `conditions`."""
    subject: str
    figure: str
    """The name of the frozen fact, such as `actual`; it tells cents from days and states."""
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """All of them, since the statement with this number."""

    since: int
    report: tuple[tuple[Span, ...], ...]
    """Each changed paragraph of the factual report, word by word."""
    rows: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    key: Callable[[Row], tuple[Any, ...]]
    subject: Callable[[Row], str]
    figures: tuple[str, ...]


_PARTS = (
    _Part("balance", lambda row: (row["side"], row["title"]), lambda row: row["title"], ("planned", "actual")),
    _Part(
        "receipts",
        lambda row: (row["side"], row["number"]),
        lambda row: f"{row['number']}, {row['party']}",
        ("amount", "day", "reason", "item"),
    ),
    _Part("results", lambda row: (row["title"],), lambda row: row["title"], ("state", "cited", "share", "due")),
    _Part(
        "reuse",
        lambda row: (row["organisation"], row["entry"]),
        lambda row: f"{row['organisation']}: {row['title']}",
        ("state", "number", "since", "until"),
    ),
    _Part(
        "ledger",
        lambda row: (row["organisation"], row["service"], row["year"]),
        lambda row: f"{row['organisation']}: {row['service']}, {row['year']}",
        ("cost_before", "cost_after", "cases"),
    ),
    _Part("conditions", lambda row: (row["text"],), lambda row: row["text"], ("met_on", "due")),
)


_CHANGES: Shelf[tuple[str | None, str | None], Changes] = Shelf(30)
"""By the hashes of both, which were frozen and never change."""


def of(work: Work, statement: Statement) -> Changes | None:
    """Return what changed since the grant's statement submitted before, None if this is the first."""
    submitted = statements.submitted(work, statement.grant)
    earlier = next((row for row in submitted if row.number < statement.number), None)
    if earlier is None:
        return None
    key = earlier.frozen_sha256, statement.frozen_sha256
    found = _CHANGES.get(key)
    if found is None:
        found = between(statements.frozen(work, earlier), statements.frozen(work, statement))
        _CHANGES.put(key, found)
    return found


def between(before: Row, after: Row) -> Changes:
    """Return how one frozen statement became another."""
    rows = tuple(
        change for part in _PARTS for change in _compared(part, _rows(before, part.name), _rows(after, part.name))
    )
    return Changes(before["statement"]["number"], tuple(_paragraphs(before["report"], after["report"])), rows)


def _rows(content: Row, part: str) -> list[Row]:
    rows: list[Row] = content.get(part, [])
    if part != "results":
        return rows
    return [
        {**row, "cited": "; ".join(f"{one['organisation']}, {one['title']} {one['number']}" for one in row["evidence"])}
        for row in rows
    ]


def _compared(part: _Part, before: list[Row], after: list[Row]) -> Iterable[Change]:
    old, new = {part.key(row): row for row in before}, {part.key(row): row for row in after}
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        subject = part.subject(now or was or {})
        # What is new or gone says so with its first figure.
        figures = part.figures if was is not None and now is not None else part.figures[:1]
        for figure in figures:
            one, other = (was or {}).get(figure), (now or {}).get(figure)
            if one != other or was is None or now is None:
                yield Change(part.name, subject, figure, one, other)


def _paragraphs(before: str, after: str) -> Iterable[tuple[Span, ...]]:
    """Yield the changed lines: a run of words that stayed is cut at the ends of its lines."""
    line: list[Span] = []
    for span in (*word_diff(before, after), Span("same", "\n")):
        for at, text in enumerate(span.text.split("\n")):
            if at:
                if any(one.kind != "same" for one in line):
                    yield tuple(line)
                line = []
            if text.strip() or text == " ":
                line.append(Span(span.kind, text))
