"""Finding: from what a person typed to a page of hits with totals, facets, hints and reasons."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from hub.search import spelling
from hub.search.matching import Matching, Payload
from hub.search.rank import Ranking, Reason
from hub.search.reader import Reader
from hub.search.relaxing import Loose, loosened
from hub.search.showing import MOST_EXCERPTS, Excerpt, StepHit, places, shown
from hub.search.tables import sets
from hub.search.understanding import Understanding, understanding
from hub.text.analyse import Analyser
from hub.text.hints import Hint
from hub.text.query import Query
from hub.text.snippets import Marked, Sought
from hub.text.tree import Node, expanded, tokens

RANKED = 120
"""Documents that are ranked precisely; what comes after them keeps the order of the index."""
DEEPEST = 5_000
"""The last hit one can page to."""
SORTS = ("relevance", "updated", "title")

Filters = Mapping[str, frozenset[str]]
Answer = TypeVar("Answer")
TRIES = 3
"""How often a search begins anew because entries changed under it."""


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
    nearby: tuple[Hit, ...] = ()
    """With few hits: what has only some of the words, or only parts of them; not part of the total."""


FEW = 8
"""With fewer hits than this, what comes close is shown besides."""
MOST_NEARBY = 10
_CLOSE = 0.04
"""What comes close has at least this share of the points of the closest."""
_FIRST_PLACES = 5
"""Evens out the first places of several readings: what two of them have high up comes before what one has first."""


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
) -> Result:
    """Return page `page` (from 1) of what `reader` finds with `text`; never raises because of what was typed.

    `filters` maps facets to the values of which one must apply. An empty query lists everything readable.
    """
    connection = session.connection()
    understood = understanding(connection)
    query = understood.read(text)
    search = _Search(connection, understood, reader, filters or {}, sort if sort in SORTS else "relevance", explain)
    return search.settled(lambda one: one.answer(query, max(page, 1), min(max(size, 1), 100)))


def newest(
    session: Session, text: str, *, reader: Reader, filters: Filters | None = None, limit: int = 200
) -> list[int]:
    """Return the entries that match exactly what is asked, the newest first: no correction, no word left out."""
    connection = session.connection()
    understood = understanding(connection)
    query = understood.read(text)
    if query.root is None and query.text and query.since is None and query.until is None:
        return []
    search = _Search(connection, understood, reader, filters or {}, "updated", explain=False)
    return search.settled(lambda one: one.newest(query, limit))


class _Replaced(Exception):
    """A document is there no more: while it was being looked for, its entry got a new version and with it another."""


@dataclass(frozen=True)
class _Search:
    connection: Connection
    understood: Understanding
    reader: Reader
    filters: Filters
    sort: str
    explain: bool
    strict: bool = True
    """Whether a document that was replaced meanwhile stops the search; otherwise it is left out."""

    def settled(self, ask: Callable[[_Search], Answer]) -> Answer:
        """Return what `ask` finds in a library that does not change while it looks, or after several tries roughly."""
        for _ in range(TRIES):
            with suppress(_Replaced):
                return ask(self)
        return ask(replace(self, strict=False))

    def _payloads(self, matching: Matching, ids: Sequence[tuple[int, float]]) -> dict[int, Payload]:
        found = matching.payloads([number for number, _ in ids])
        if self.strict and len(found) < len(ids):
            raise _Replaced
        return found

    @property
    def analyser(self) -> Analyser:
        return self.understood.analyser

    def answer(self, query: Query, page: int, size: int) -> Result:
        if query.root is None and query.text and query.since is None and query.until is None:
            return Result(query, hints=query.hints)
        query = self._expanded(query)
        matching, counts = self._matches(query)
        corrected = ""
        left_out: tuple[str, ...] = ()
        loose: Loose | None = None
        if not counts and query.root is not None:
            corrected, query, matching, counts = self._corrected(query, matching, counts)
            if not counts and query.root is not None:
                query, loose, matching, counts = self._relaxed(query, matching, counts)
                left_out = loose.missing if loose is not None else ()
        chosen, total, facets = self._facets(counts)
        ids, ranking = self._page(matching, query, total, chosen, page, size, loose)
        hits = tuple(self._hits(matching, query, ids, ranking))
        nearby = self._nearby(matching, query, hits) if loose is None and page == 1 and 0 < total < FEW else ()
        suggestion = (
            "" if corrected or left_out or query.root is None or total > 3 else self._suggestion(query, matching, total)
        )
        return Result(query, hits, total, facets, query.hints, corrected, suggestion, left_out, query.related, nearby)

    def newest(self, query: Query, limit: int) -> list[int]:
        query = self._expanded(query)
        matching, counts = self._matches(query)
        chosen, total, _ = self._facets(counts)
        ids, _ = self._page(matching, query, total, chosen, 1, limit)
        payloads = self._payloads(matching, ids)
        return list(dict.fromkeys(payloads[number].entry_id for number, _ in ids if number in payloads))

    def _expanded(self, query: Query) -> Query:
        if query.root is None:
            return query

        def whole(node: Node) -> Node:
            return expanded(node, lambda start: spelling.beginning(self.connection, start), self.analyser)

        return replace(query, root=whole(query.root), meant=None if query.meant is None else whole(query.meant))

    def _matches(self, query: Query) -> tuple[Matching, dict[int, int]]:
        matching = Matching(self.connection, self.reader, query.root, query.since, query.until)
        return matching, matching.counts()

    # Nothing found: another spelling, then fewer words.

    def _corrected(
        self, query: Query, matching: Matching, counts: dict[int, int]
    ) -> tuple[str, Query, Matching, dict[int, int]]:
        text = spelling.corrected(self.connection, query, matching, self.analyser, self.understood.thesaurus)
        if text:
            other = self._expanded(self.understood.read(text))
            other_matching, other_counts = self._matches(other)
            if other_counts:
                return text, replace(other, hints=(*query.hints, *other.hints)), other_matching, other_counts
        return "", query, matching, counts

    def _relaxed(
        self, query: Query, matching: Matching, counts: dict[int, int]
    ) -> tuple[Query, Loose | None, Matching, dict[int, int]]:
        loose = next(self._loosened(query, matching), None)
        if loose is None:
            return query, None, matching, counts
        fewer = replace(query, root=loose.root)
        return fewer, loose, *self._matches(fewer)

    def _loosened(self, query: Query, matching: Matching) -> Iterator[Loose]:
        """Yield the query with every word optional: first with everyday phrases replaced by what they mean."""
        for root in (query.meant, query.root):
            if root is not None:
                loose = loosened(root, matching, self.understood.thesaurus, self.analyser)
                if loose is not None and (loose.heard or root is query.root):
                    yield loose

    def _nearby(self, matching: Matching, query: Query, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return what comes close to the query, as hits that were not found yet."""
        if query.root is None or self.sort != "relevance":
            return ()
        known = {hit.entry_id for hit in hits}
        asked: list[tuple[Matching, Query, Ranking | None, dict[int, Payload]]] = []
        found: dict[int, tuple[int, tuple[int, float]]] = {}
        points: defaultdict[int, float] = defaultdict(float)
        for reading, loose in enumerate(self._loosened(query, matching)):
            if loose.root == query.root:
                continue
            fewer = replace(query, root=loose.root)
            close = Matching(self.connection, self.reader, fewer.root, fewer.since, fewer.until)
            # Nobody is told how many there are, so they are counted only where facets choose among them.
            chosen = self._facets(close.counts())[0] if any(self.filters.values()) else None
            ids, ranking = self._page(close, fewer, DEEPEST, chosen, 1, MOST_NEARBY + len(hits), loose)
            # Points of two readings do not compare, places do (reciprocal rank fusion, Cormack and others, 2009).
            # What has next to nothing of it is no help.
            ids = [one for one in ids if one[1] >= _CLOSE * ids[0][1]]
            payloads = self._payloads(close, ids)
            ids = [one for one in ids if one[0] in payloads]
            asked.append((close, fewer, ranking, payloads))
            for place, one in enumerate(ids):
                entry_id = payloads[one[0]].entry_id
                if entry_id not in known:
                    found.setdefault(entry_id, (len(asked) - 1, one))
                    points[entry_id] += 1 / (_FIRST_PLACES + reading + place)
        # Marking is dear, so only what is shown is marked.
        best = sorted(found, key=lambda entry_id: -points[entry_id])[:MOST_NEARBY]
        made: dict[int, Hit] = {}
        for number, (close, fewer, ranking, payloads) in enumerate(asked):
            ids = [one for entry_id in best for at, one in [found[entry_id]] if at == number]
            made |= {hit.entry_id: hit for hit in self._hits(close, fewer, ids, ranking, payloads)}
        return tuple(made[entry_id] for entry_id in best)

    def _suggestion(self, query: Query, matching: Matching, total: int) -> str:
        text = spelling.corrected(self.connection, query, matching, self.analyser, self.understood.thesaurus)
        if not text:
            return ""
        other, counts = self._matches(self._expanded(self.understood.read(text)))
        return text if sum(counts.values()) > total and other.root is not None else ""

    # Totals and facets: one count per set of facets, the rest is adding up.

    def _facets(self, counts: dict[int, int]) -> tuple[list[int] | None, int, dict[str, dict[str, int]]]:
        known = _facet_sets(self.connection, counts)
        wanted = [(name, values) for name, values in self.filters.items() if values]
        tally: defaultdict[tuple[str, str], int] = defaultdict(int)
        chosen: list[int] = []
        total = 0
        for number, count in counts.items():
            pairs = known[number]
            missing = [name for name, values in wanted if not any((name, value) in pairs for value in values)]
            if not missing:
                total += count
                chosen.append(number)
                for pair in pairs:
                    tally[pair] += count
            elif len(missing) == 1:
                for pair in pairs:
                    if pair[0] == missing[0]:
                        tally[pair] += count
        facets: dict[str, dict[str, int]] = {}
        for (name, value), count in tally.items():
            facets.setdefault(name, {})[value] = count
        return (chosen if wanted else None), total, facets

    # The page.

    def _page(
        self,
        matching: Matching,
        query: Query,
        total: int,
        chosen: Sequence[int] | None,
        page: int,
        size: int,
        loose: Loose | None = None,
    ) -> tuple[list[tuple[int, float]], Ranking | None]:
        offset = (page - 1) * size
        if not total or offset >= min(total, DEEPEST):
            return [], None
        if self.sort != "relevance" or query.root is None:
            order = self.sort if self.sort != "relevance" else "updated"
            return [(number, 0.0) for number in matching.ordered(order, size, offset, chosen)], None
        wanted = max(RANKED, offset + size)
        best: list[int] = []
        if loose is not None:
            best = matching.first(loose.tiers(), wanted, chosen)
        elif total > RANKED:
            best = matching.best(wanted, total, chosen)
        ranking = Ranking(
            query.root if loose is None else loose.meant,
            self.analyser,
            *matching.frequencies({concept.spelling for concept in query.concepts() if concept.spelling}),
            self.reader.organisation_ids,
            partly=None if loose is None else loose.shares,
        )
        few = loose is None and total <= RANKED
        candidates = matching.everything(chosen) if few else matching.candidates(best[:RANKED])
        scored = sorted(
            ((ranking.score(one), one) for one in candidates),
            key=lambda pair: (-pair[0], -pair[1].updated_at, pair[1].id),
        )
        ordered = [(one.id, score) for score, one in scored] + [(number, 0.0) for number in best[RANKED:]]
        return ordered[offset : offset + size], ranking

    def _hits(
        self,
        matching: Matching,
        query: Query,
        ids: Sequence[tuple[int, float]],
        ranking: Ranking | None,
        payloads: Mapping[int, Payload] | None = None,
    ) -> Iterable[Hit]:
        payloads = self._payloads(matching, ids) if payloads is None else payloads
        explained: dict[int, list[Reason]] = {}
        if self.explain and ranking is not None:
            for candidate in matching.candidates([number for number, _ in ids]):
                ranking.score(candidate, explained.setdefault(candidate.id, []))
        sought = Sought.of(query)
        wanted = [token.text for token in tokens(query.root)] if query.root is not None else []
        audiences = set(self.reader.audiences())
        for number, score in ids:
            if (found := payloads.get(number)) is None:
                continue
            reasons = tuple(sorted(explained.get(number, ()), key=lambda reason: -reason.points))
            title, summary, steps, excerpts = shown(found, sought, self.analyser, audiences)
            if wanted:
                excerpts = (*places(found, wanted), *excerpts)[:MOST_EXCERPTS]
            moment = datetime.fromtimestamp(found.updated_at, UTC)
            yield Hit(
                found.entry_id,
                found.version_id,
                found.organisation_id,
                moment,
                title,
                summary,
                steps,
                excerpts,
                score,
                reasons,
            )


Pairs = tuple[tuple[str, str], ...]
_FACETS: dict[int, Pairs] = {}


def _facet_sets(connection: Connection, numbers: Iterable[int]) -> dict[int, Pairs]:
    """Return the facets of sets. Kept for ever: the number is a digest of the content and never means another."""
    if len(_FACETS) > 200_000:
        _FACETS.clear()
    missing = [number for number in numbers if number not in _FACETS]
    for start in range(0, len(missing), 500):
        rows = connection.execute(select(sets.c.id, sets.c.facets).where(sets.c.id.in_(missing[start : start + 500])))
        for number, facets in rows:
            decoded: dict[str, list[str]] = json.loads(facets)
            _FACETS[number] = tuple((name, value) for name, values in decoded.items() for value in values)
    return _FACETS
