# ruff: noqa: S608  -- FROM and WHERE are put together from fixed pieces; everything typed is a bound parameter
"""Asking the index: which documents match, how many per set of facets, and the best of them as candidates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, TextClause, text

from hub.search.rank import Candidate
from hub.search.reader import Reader
from hub.search.syntax import Fts5, TsQuery, positive
from hub.text.tree import All, Concept, Node, Some

HEADING = ("title", "names")
UPPER = ("title", "names", "steps")
ROUND = 256
"""Documents are counted in steps of so many where only the rarity of words depends on it."""


class Payload(NamedTuple):
    """A document to be shown: its texts as JSON, and the streams that say which of them are worth a look."""

    entry_id: int
    version_id: int
    organisation_id: int
    updated_at: int
    texts: str
    names: str
    steps: str
    body: str


@lru_cache(maxsize=500)
def _statement(written: str) -> TextClause:
    """Return a statement ready to run; the pieces they are put together from are few, so most come again."""
    return text(written)


@dataclass(frozen=True)
class Matching:
    """One query, one reader, one connection: everything that is asked of the index on the way to an answer."""

    connection: Connection
    reader: Reader
    root: Node | None
    since: date | None = None
    until: date | None = None

    @property
    def _sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _source(
        self, node: Node | None, columns: tuple[str, ...] = (), also: Node | None = None, *, facts: bool = True
    ) -> tuple[str, str, dict[str, Any]]:
        """Return FROM, WHERE and parameters for documents that match `node` and `also` and may be found.

        Without `facts` no column of `d` is needed besides; FTS5 then answers alone in a quarter of the time.
        """
        where = ["1 = 1"]
        values: dict[str, Any] = {}
        if self.since is not None:
            where.append("d.updated_on >= :since")
            values["since"] = self.since.toordinal()
        if self.until is not None:
            where.append("d.updated_on <= :until")
            values["until"] = self.until.toordinal()
        rights = self.reader.condition()
        if node is None and rights is None:
            return "search_documents d", " AND ".join(where), values
        audiences = self.reader.audiences()
        if self._sqlite:
            write = Fts5(audiences).write
            pieces = [write(one, of) for one, of in ((node, columns), (also, ()), (rights, ())) if one is not None]
            values["match"] = " AND ".join(f"({piece})" for piece in pieces)
            where.append("search_fts MATCH :match")
            if not facts and self.since is None and self.until is None:
                return "search_fts", " AND ".join(where), values
            # CROSS JOIN keeps the order: first the words, then the narrow table, never the other way round.
            return "search_fts CROSS JOIN search_documents d ON d.id = search_fts.rowid", " AND ".join(where), values
        ask = TsQuery(audiences).write
        # One tsquery per column: GIN then lets the rare word lead and skips through the long list of the rights.
        wanted: dict[str, list[str]] = {}
        place = "heading" if columns == HEADING else "words"
        for column, one, of in ((place, node, columns), (place, rights, ()), ("words", also, ())):
            if one is not None:
                wanted.setdefault(column, []).append(ask(one, of))
        for column, pieces in wanted.items():
            where.append(f"d.{column} @@ CAST(:{column} AS tsquery)")
            values[column] = " & ".join(f"({piece})" for piece in pieces)
        return "search_documents d", " AND ".join(where), values

    def counts(self) -> dict[int, int]:
        """Return how many documents match per set of facets: total and facets in one pass."""
        source, where, values = self._source(self.root)
        if self._sqlite:
            # SQLite sorts for GROUP BY; one long string is counted in half the time.
            statement = f"SELECT group_concat(d.set_id) FROM {source} WHERE {where}"
            found = self._run(statement, values).scalar_one()
            return {int(number): count for number, count in Counter((found or "").split(",")).items() if number}
        rows = self._run(f"SELECT d.set_id, count(*) FROM {source} WHERE {where} GROUP BY 1", values)
        return {row[0]: row[1] for row in rows}

    def any(self, node: Node) -> bool:
        """Say whether this reader finds anything at all with `node`."""
        source, where, values = self._source(node, facts=False)
        return self._run(f"SELECT 1 FROM {source} WHERE {where} LIMIT 1", values).first() is not None

    def count(self, node: Node) -> int:
        """Return how many documents this reader finds with `node`."""
        source, where, values = self._source(node, facts=False)
        return int(self._run(f"SELECT count(*) FROM {source} WHERE {where}", values).scalar_one())

    def frequencies(self, wanted: Collection[str]) -> tuple[dict[str, int], int]:
        """Return how often each of the folded words `wanted` occurs, and about how many documents there are.

        The highest number grows with everything that is written. In round numbers it nearly always stays the same, so
        that points do not change, nor does a kept page lose its witness, because somebody commented elsewhere.
        """
        known = "SELECT value FROM json_each(:words)" if self._sqlite else "SELECT unnest(CAST(:words AS text[]))"
        statement = (
            f"SELECT word, frequency FROM search_words WHERE word IN ({known}) "
            f"UNION ALL SELECT '', (coalesce(max(id), 0) + {ROUND} - 1) / {ROUND} * {ROUND} FROM search_documents"
        )
        values = sorted(wanted)
        found = self._run(statement, {"words": json.dumps(values) if self._sqlite else values})
        frequencies: dict[str, int] = {row[0]: row[1] for row in found}
        return frequencies, frequencies.pop("")

    def ordered(self, order: str, limit: int, offset: int, chosen: Sequence[int] | None) -> list[int]:
        """Return a page of matching documents by date or title, without ranking."""
        by = {"updated": "d.updated_at DESC", "title": "d.title_key"}[order]
        return [row[0] for row in self._rows(self.root, (), chosen, f"{by}, d.id", limit, offset)]

    def best(self, limit: int, total: int, chosen: Sequence[int] | None) -> list[int]:
        """Return up to `limit` matching documents: all words in title and names, some there, all in steps, the rest.

        Within a place the order is approved and reused, own organisation, newest; it is the same on every back end.
        """
        tiers: list[tuple[Node, tuple[str, ...]]] = []
        wanted = positive(self.root) if self.root is not None else None
        if total > limit and wanted is not None and self.root is not None:
            tiers.append((wanted, HEADING))
            if isinstance(wanted, All):
                tiers.append((Some(wanted.nodes), HEADING))
            tiers.append((wanted, UPPER))
        found: dict[int, None] = {}
        order = self._best_first
        for node, columns in tiers:
            if len(found) < limit:
                # Asked of some columns alone it says everything, unless something is excluded or has a field.
                also = None if node == self.root and _plain(node) else self.root
                found |= dict.fromkeys(row[0] for row in self._rows(node, columns, chosen, order, limit, also=also))
        if len(found) < min(limit, total):
            found |= dict.fromkeys(row[0] for row in self._rows(self.root, (), chosen, order, limit))
        return list(found)[:limit]

    def first(self, tiers: Iterable[Node], limit: int, chosen: Sequence[int] | None) -> list[int]:
        """Return up to `limit` documents that match one of `tiers`, those of earlier ones first."""
        found: dict[int, None] = {}
        for node in tiers:
            if len(found) < limit:
                found |= dict.fromkeys(row[0] for row in self._rows(node, (), chosen, self._best_first, limit))
        return list(found)[:limit]

    @property
    def _best_first(self) -> str:
        own = ",".join(str(number) for number in sorted(self.reader.organisation_ids)) or "-1"
        return f"d.weight DESC, d.organisation_id IN ({own}) DESC, d.updated_at DESC, d.id"

    def _rows(
        self,
        node: Node | None,
        columns: tuple[str, ...],
        chosen: Sequence[int] | None,
        order: str,
        limit: int,
        offset: int = 0,
        also: Node | None = None,
    ) -> list[Any]:
        source, where, values = self._chosen(chosen, *self._source(node, columns, also))
        statement = f"SELECT d.id FROM {source} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
        return list(self._run(statement, values | {"limit": limit, "offset": offset}))

    def _chosen(
        self, chosen: Sequence[int] | None, source: str, where: str, values: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]]:
        """Narrow FROM, WHERE and parameters to documents with one of the sets of facets `chosen`."""
        if chosen is None:
            return source, where, values
        if self._sqlite:
            where += " AND d.set_id IN (SELECT value FROM json_each(:chosen))"
        else:
            where += " AND d.set_id = ANY(:chosen)"
        return source, where, values | {"chosen": json.dumps(list(chosen)) if self._sqlite else list(chosen)}

    def heading(self, limit: int) -> list[tuple[str, int]]:
        """Return title and entry of the best documents that have all words in title and names."""
        found = []
        if self.root is not None and (wanted := positive(self.root)) is not None:
            ids = [row[0] for row in self._rows(wanted, HEADING, None, "d.weight DESC, d.updated_at DESC, d.id", limit)]
            texts = self.payloads(ids)
            found = [
                (str(json.loads(texts[number].texts)["title"]), texts[number].entry_id)
                for number in ids
                if number in texts
            ]
        return found

    def candidates(self, ids: Sequence[int]) -> list[Candidate]:
        """Return what the ranking needs of the documents `ids`."""
        if not ids:
            return []
        where, values = self._these(ids)
        return self._candidates("search_texts t JOIN search_documents d ON d.id = t.id", where, values)

    def everything(self, chosen: Sequence[int] | None) -> list[Candidate]:
        """Return what the ranking needs of every matching document: for queries that match only a few."""
        source, where, values = self._chosen(chosen, *self._source(self.root))
        join = "CROSS JOIN" if self._sqlite else "JOIN"
        return self._candidates(f"{source} {join} search_texts t ON t.id = d.id", where, values)

    def _candidates(self, source: str, where: str, values: dict[str, Any]) -> list[Candidate]:
        statement = (
            "SELECT d.id, d.organisation_id, d.weight, d.updated_at, t.title, t.names, t.steps, t.body, t.spelling "
            f"FROM {source} WHERE {where}"
        )
        return [
            Candidate(
                row[0],
                row[1],
                row[2],
                row[3],
                (f" {row[4]} ", f" {row[5]} ", f" {row[6]} ", f" {row[7]} "),
                f" {row[8]} ",
            )
            for row in self._run(statement, values)
        ]

    def payloads(self, ids: Sequence[int]) -> dict[int, Payload]:
        """Return what is shown of the documents `ids`, without those that were replaced since they were found.

        On PostgreSQL every statement sees what is committed by then, also what was not when the one before was asked.
        """
        if not ids:
            return {}
        where, values = self._these(ids)
        statement = (
            "SELECT d.id, d.entry_id, d.version_id, d.organisation_id, d.updated_at, t.payload, t.names, t.steps, "
            f"t.body FROM search_texts t JOIN search_documents d ON d.id = t.id WHERE {where}"
        )
        return {row[0]: Payload(*row[1:]) for row in self._run(statement, values)}

    def _run(self, statement: str, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        return self.connection.execute(_statement(statement), values)

    def _these(self, ids: Iterable[int]) -> tuple[str, dict[str, Any]]:
        if self._sqlite:
            return "t.id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(ids))}
        return "t.id = ANY(:ids)", {"ids": list(ids)}


def _plain(node: Node) -> bool:
    """Whether every word of `node` may stand anywhere: asking for it in some columns then asks for the query, too."""
    if isinstance(node, All | Some):
        return all(_plain(child) for child in node.nodes)
    return not isinstance(node, Concept) or not node.field
