"""Finding: from what a person typed to a page of hits with totals, facets, hints and reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from hub.search import spelling
from hub.search.index import analyser_of
from hub.search.matching import Matching
from hub.search.rank import Ranking, Reason
from hub.search.reader import Reader
from hub.search.tables import documents, sets, words
from hub.text.analyse import Analyser
from hub.text.query import All, Concept, Hint, Node, Query, Some, expanded, parse
from hub.text.snippets import Marked, Sought, excerpt, marked
from hub.text.synonyms import Thesaurus
from hub.text.synonyms import shipped as thesaurus_shipped

RANKED = 200
"""Documents that are ranked precisely; what comes after them keeps the order of the index."""
DEEPEST = 5_000
"""The last hit one can page to."""
SORTS = ("relevance", "updated", "title")

Filters = Mapping[str, frozenset[str]]


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


@dataclass(frozen=True)
class Hit:
    """One entry that was found, and where."""

    entry_id: int
    version_id: int
    organisation_id: int
    updated_at: datetime
    title: Marked
    summary: Marked
    steps: tuple[StepHit, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Result:
    """The answer to a query for one reader."""

    query: Query
    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    """Facet → value → count; each facet as if nothing were chosen in it, so that one can choose more."""
    hints: tuple[Hint, ...] = ()
    corrected: str = ""
    """What was searched instead, because nothing was found for the query itself."""
    suggestion: str = ""
    """„Meinten Sie …?“: another spelling that finds more."""
    left_out: tuple[str, ...] = ()
    """Words that were left out, because nothing contains all of them."""
    related: tuple[str, ...] = ()


def find(
    session: Session,
    text: str,
    *,
    reader: Reader,
    filters: Filters | None = None,
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
    explain: bool = False,
    thesaurus: Thesaurus | None = None,
) -> Result:
    """Return page `page` (from 1) of what `reader` finds with `text`; never raises because of what was typed.

    `filters` maps facets to the values of which one must apply. An empty query lists everything readable.
    """
    connection = session.connection()
    analyser = analyser_of(connection)
    query = parse(text, analyser, thesaurus or thesaurus_shipped())
    search = _Search(connection, analyser, reader, filters or {}, sort if sort in SORTS else "relevance", explain)
    return search.answer(query, max(page, 1), min(max(size, 1), 100), thesaurus or thesaurus_shipped())


@dataclass(frozen=True)
class _Search:
    connection: Connection
    analyser: Analyser
    reader: Reader
    filters: Filters
    sort: str
    explain: bool

    def answer(self, query: Query, page: int, size: int, thesaurus: Thesaurus) -> Result:
        if query.root is None and query.text and query.since is None and query.until is None:
            return Result(query, hints=query.hints)
        query = self._expanded(query)
        matching, counts = self._matches(query)
        corrected = ""
        left_out: tuple[str, ...] = ()
        if not counts and query.root is not None:
            corrected, query, matching, counts = self._corrected(query, matching, counts, thesaurus)
            if not counts and query.root is not None:
                query, left_out, matching, counts = self._relaxed(query, matching, counts)
        chosen, total, facets = self._facets(counts)
        ids, ranking = self._page(matching, query, total, chosen, page, size)
        hits = self._hits(matching, query, ids, ranking)
        suggestion = (
            ""
            if corrected or left_out or query.root is None or total > 3
            else self._suggestion(query, matching, total, thesaurus)
        )
        return Result(query, tuple(hits), total, facets, query.hints, corrected, suggestion, left_out, query.related)

    def _expanded(self, query: Query) -> Query:
        if query.root is None:
            return query
        return replace(
            query, root=expanded(query.root, lambda start: spelling.beginning(self.connection, start), self.analyser)
        )

    def _matches(self, query: Query) -> tuple[Matching, dict[int, int]]:
        matching = Matching(self.connection, self.reader, query.root, query.since, query.until)
        return matching, matching.counts()

    # Nothing found: another spelling, then fewer words.

    def _corrected(
        self, query: Query, matching: Matching, counts: dict[int, int], thesaurus: Thesaurus
    ) -> tuple[str, Query, Matching, dict[int, int]]:
        text = spelling.corrected(self.connection, query, matching, self.analyser)
        if text:
            other = self._expanded(parse(text, self.analyser, thesaurus))
            other_matching, other_counts = self._matches(other)
            if other_counts:
                return text, replace(other, hints=(*query.hints, *other.hints)), other_matching, other_counts
        return "", query, matching, counts

    def _relaxed(
        self, query: Query, matching: Matching, counts: dict[int, int]
    ) -> tuple[Query, tuple[str, ...], Matching, dict[int, int]]:
        """Leave out words, those that occur nowhere first, then the most frequent ones, until something is found."""
        if not isinstance(query.root, All):
            return query, (), matching, counts
        frequency = [
            (matching.count(node), position, node)
            for position, node in enumerate(query.root.nodes)
            if isinstance(node, Concept | Some)
        ]
        kept: list[Node] = list(query.root.nodes)
        left_out: list[str] = []
        droppable = [item for item in frequency if item[0] == 0] + sorted(
            (item for item in frequency if item[0]), key=lambda item: -item[0]
        )
        for count, _, node in droppable:
            if len(kept) < 2:
                break
            kept.remove(node)
            left_out.append(_said(node))
            if count == 0 and any(item[0] == 0 and item[2] in kept for item in frequency):
                continue
            fewer = replace(query, root=All(tuple(kept)) if len(kept) > 1 else kept[0])
            fewer_matching, fewer_counts = self._matches(fewer)
            if fewer_counts:
                return fewer, tuple(left_out), fewer_matching, fewer_counts
        return query, (), matching, counts

    def _suggestion(self, query: Query, matching: Matching, total: int, thesaurus: Thesaurus) -> str:
        text = spelling.corrected(self.connection, query, matching, self.analyser)
        if not text:
            return ""
        other, counts = self._matches(self._expanded(parse(text, self.analyser, thesaurus)))
        return text if sum(counts.values()) > total and other.root is not None else ""

    # Totals and facets: one count per set of facets, the rest is adding up.

    def _facets(self, counts: dict[int, int]) -> tuple[list[int] | None, int, dict[str, dict[str, int]]]:
        known = _facet_sets(self.connection, counts)
        facets: dict[str, Counter[str]] = {}
        chosen: list[int] = []
        total = 0
        for number, count in counts.items():
            values = known[number]
            missing = [
                name
                for name, wanted in self.filters.items()
                if wanted and not wanted.intersection(values.get(name, ()))
            ]
            if not missing:
                total += count
                chosen.append(number)
            if len(missing) > 1:
                continue
            for name, own in values.items():
                if not missing or missing == [name]:
                    tally = facets.setdefault(name, Counter())
                    for value in own:
                        tally[value] += count
        return (
            (chosen if any(self.filters.values()) else None),
            total,
            {name: dict(tally) for name, tally in facets.items()},
        )

    # The page.

    def _page(
        self, matching: Matching, query: Query, total: int, chosen: Sequence[int] | None, page: int, size: int
    ) -> tuple[list[tuple[int, float]], Ranking | None]:
        offset = (page - 1) * size
        if not total or offset >= min(total, DEEPEST):
            return [], None
        if self.sort != "relevance" or query.root is None:
            order = self.sort if self.sort != "relevance" else "updated"
            return [(number, 0.0) for number in matching.ordered(order, size, offset, chosen)], None
        best = matching.best(max(RANKED, offset + size), total, chosen)
        ranking = Ranking(query.root, self.analyser, *self._frequencies(query), self.reader.organisation_ids)
        candidates = matching.candidates(best[:RANKED])
        scored = sorted(
            ((ranking.score(one), one) for one in candidates),
            key=lambda pair: (-pair[0], -pair[1].updated_at, pair[1].id),
        )
        ordered = [(one.id, score) for score, one in scored] + [(number, 0.0) for number in best[RANKED:]]
        return ordered[offset : offset + size], ranking

    def _frequencies(self, query: Query) -> tuple[dict[str, int], int]:
        wanted = {concept.spelling for concept in query.concepts() if concept.spelling}
        rows = (
            self.connection.execute(select(words.c.word, words.c.frequency).where(words.c.word.in_(wanted)))
            if wanted
            else ()
        )
        count = self.connection.execute(select(func.coalesce(func.max(documents.c.id), 0))).scalar_one()
        return {row[0]: row[1] for row in rows}, count

    def _hits(
        self, matching: Matching, query: Query, ids: Sequence[tuple[int, float]], ranking: Ranking | None
    ) -> Iterable[Hit]:
        payloads = matching.payloads([number for number, _ in ids])
        explained: dict[int, list[Reason]] = {}
        if self.explain and ranking is not None:
            for candidate in matching.candidates([number for number, _ in ids]):
                ranking.score(candidate, explained.setdefault(candidate.id, []))
        sought = Sought.of(query)
        audiences = set(self.reader.audiences())
        for number, score in ids:
            entry_id, version_id, organisation_id, updated_at, payload = payloads[number]
            reasons = sorted(explained.get(number, ()), key=lambda reason: -reason.points)
            shown = _shown(json.loads(payload), sought, self.analyser, audiences)
            moment = datetime.fromtimestamp(updated_at, UTC)
            yield Hit(entry_id, version_id, organisation_id, moment, *shown, score=score, reasons=tuple(reasons))


def _said(node: Node) -> str:
    if isinstance(node, Concept):
        return node.text
    return next((_said(child) for child in node.nodes), "") if isinstance(node, All | Some) else ""


_FACETS: dict[int, dict[str, list[str]]] = {}


def _facet_sets(connection: Connection, numbers: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """Return the facets of sets. Kept for ever: the number is a digest of the content and never means another."""
    missing = [number for number in numbers if number not in _FACETS]
    if len(_FACETS) > 200_000:
        _FACETS.clear()
        missing = list(numbers)
    for start in range(0, len(missing), 500):
        rows = connection.execute(select(sets.c.id, sets.c.facets).where(sets.c.id.in_(missing[start : start + 500])))
        _FACETS.update({number: json.loads(facets) for number, facets in rows})
    return _FACETS


MOST_STEPS = 5


def _shown(
    payload: dict[str, Any], sought: Sought, analyser: Analyser, audiences: set[str]
) -> tuple[Marked, Marked, tuple[StepHit, ...], tuple[Excerpt, ...]]:
    """Return title, summary, matching steps and, for what these do not show, a piece of the text that does."""
    title, in_title = marked(payload["title"], sought, analyser)
    summary, in_summary = marked(payload["summary"], sought, analyser)
    steps: list[tuple[int, StepHit]] = []
    for element_id, number, name in payload["steps"]:
        pieces, found = marked(name, sought, analyser)
        if found:
            steps.append((found, StepHit(element_id, number, pieces)))
    steps.sort(key=lambda step: -step[0])
    excerpts: list[Excerpt] = []
    wanted = len(sought.concepts)
    if wanted and max(in_title, in_summary, *(found for found, _ in steps), 0) < wanted:
        excerpts = _excerpts(payload, sought, analyser, audiences)
    return title, summary, tuple(hit for _, hit in steps[:MOST_STEPS]), tuple(excerpts)


def _excerpts(payload: dict[str, Any], sought: Sought, analyser: Analyser, audiences: set[str]) -> list[Excerpt]:
    found: list[tuple[int, Excerpt]] = []
    for place, texts in (("name", payload["names"]), ("role", payload["roles"])):
        for text in texts:
            pieces, count = marked(text, sought, analyser)
            if count:
                found.append((count, Excerpt(place, text, "", pieces)))
    for key, heading, text in payload["sections"]:
        pieces, count = excerpt(text, sought, analyser)
        if count:
            found.append((count, Excerpt("section", key, heading, pieces)))
    for number, marks, text in payload["remarks"]:
        if audiences.isdisjoint(marks):
            continue
        pieces, count = excerpt(text, sought, analyser)
        if count:
            found.append((count, Excerpt("remark", str(number), "", pieces)))
    found.sort(key=lambda item: -item[0])
    return [one for _, one in found[:2]]
