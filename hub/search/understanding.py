"""How words are understood at this moment: the analyser of the index, the synonyms, and the readings it replaces.

Three sources meet: the lists shipped with the hub, what was learned from its texts at the last rebuild, and the
coordination's own rules. Synonyms work on the next query of every process. What changes how words are split changes
what is indexed: the index goes on being read as it was made until it is rebuilt, and while a rebuild is under way
every query is read both ways, so that neither half of the index is missed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select, update

from hub.search.tables import state
from hub.store.words import QUERY_TIME, WordRule, WordRuleKind
from hub.text.analyse import Analyser, german
from hub.text.folding import expand
from hub.text.lexicon import Lexicon, shipped
from hub.text.query import Query, parse
from hub.text.synonyms import Thesaurus
from hub.text.synonyms import shipped as shipped_thesaurus
from hub.text.tree import Some

Rule = tuple[str, tuple[str, ...]]
"""Kind and words of a coordination's rule."""
MOST_BEFORE = 3


@dataclass(frozen=True)
class Understanding:
    """What a query is read with. `before` are the analysers whose work the index still holds in part."""

    analyser: Analyser
    thesaurus: Thesaurus
    before: tuple[Analyser, ...] = ()

    def read(self, text: str) -> Query:
        """Return the query as understood, in every reading the index may hold."""
        query = parse(text, self.analyser, self.thesaurus)
        if query.root is None or not self.before:
            return query
        roots = dict.fromkeys(
            [query.root, *(root for one in self.before if (root := parse(text, one, self.thesaurus).root) is not None)]
        )
        return query if len(roots) == 1 else replace(query, root=Some(tuple(roots)))


@lru_cache(maxsize=8)
def analyser(learned: str, rules: str) -> Analyser:
    """Return the shipped analyser with `learned` parts (separated by spaces) and the splitting `rules` (JSON)."""
    if not learned and not rules:
        return german()
    return Analyser(lexicon(learned, rules))


def lexicon(learned: str, rules: str) -> Lexicon:
    """Return the word lists behind `analyser`."""
    found = shipped().learned(frozenset(learned.split()))
    taught: dict[str, list[str]] = json.loads(rules) if rules else {}
    if not taught:
        return found
    splits = dict(found.splits)
    for line in taught.get(WordRuleKind.SPLIT, ()):
        whole, *parts = line.split("\n")
        splits[whole] = " ".join(parts)
    whole_words = frozenset(word for line in taught.get(WordRuleKind.WHOLE, ()) for word in line.split("\n"))
    more = frozenset(word for line in taught.get(WordRuleKind.PART, ()) for word in line.split("\n"))
    splits = {word: parts for word, parts in splits.items() if word not in whole_words}
    return replace(found, parts=(found.parts | more) - whole_words, whole=found.whole | whole_words, splits=splits)


def splitting(rules: Iterable[Rule]) -> str:
    """Return the rules that change how words are split, expanded and in order, as JSON; empty if there are none."""
    found: dict[str, list[str]] = {}
    for kind, words in rules:
        if WordRuleKind(kind) not in QUERY_TIME:
            found.setdefault(kind, []).append("\n".join(expand(word.replace("-", "")) for word in words))
    return json.dumps({kind: sorted(lines) for kind, lines in sorted(found.items())}) if found else ""


_KNOWN: WeakKeyDictionary[Engine, tuple[int, tuple[Rule, ...]]] = WeakKeyDictionary()


def rules(connection: Connection) -> tuple[Rule, ...]:
    """Return the coordination's rules now in force; read again only after `taught`."""
    wording: int = connection.execute(select(state.c.wording)).scalar_one()
    return _rules(connection, wording)


def _rules(connection: Connection, wording: int) -> tuple[Rule, ...]:
    if not wording:
        return ()
    known = _KNOWN.get(connection.engine)
    if known is None or known[0] != wording:
        rows = connection.execute(
            select(WordRule.kind, WordRule.words).where(WordRule.removed_at.is_(None)).order_by(WordRule.id)
        )
        known = _KNOWN[connection.engine] = (wording, tuple((row[0], tuple(row[1].split("\n"))) for row in rows))
    return known[1]


def taught(connection: Connection) -> None:
    """Say that the rules have changed: every process reads them again before its next query."""
    connection.execute(update(state).values(wording=time.time_ns() // 1000))


@lru_cache(maxsize=8)
def _thesaurus(of: Analyser, found: tuple[Rule, ...]) -> Thesaurus:
    if of is german() and not found:
        return shipped_thesaurus()

    def of_kind(kind: WordRuleKind) -> Sequence[tuple[str, ...]]:
        return [words for one, words in found if one == kind]

    return shipped_thesaurus().taught(
        of, of_kind(WordRuleKind.SAME), of_kind(WordRuleKind.RELATED), of_kind(WordRuleKind.APART)
    )


def understanding(connection: Connection) -> Understanding:
    """Return how words are understood now, in one question to the database."""
    learned, ruled, before, wording = connection.execute(
        select(state.c.learned, state.c.rules, state.c.before, state.c.wording)
    ).one()
    current = analyser(learned, ruled)
    earlier = tuple(analyser(*one) for one in json.loads(before)) if before else ()
    return Understanding(current, _thesaurus(current, _rules(connection, wording)), earlier)


def analyser_of(connection: Connection) -> Analyser:
    """Return the analyser that documents are indexed with."""
    return analyser(*told(connection))


def told(connection: Connection) -> tuple[str, str]:
    """Return what makes the analyser of the index: learned parts and splitting rules (see `analyser`)."""
    learned, ruled = connection.execute(select(state.c.learned, state.c.rules)).one()
    return learned, ruled


def trial(connection: Connection) -> Understanding:
    """Return how words will be understood once every rule is in the index: for a page that tries them."""
    learned: str = connection.execute(select(state.c.learned)).scalar_one()
    found = rules(connection)
    current = analyser(learned, splitting(found))
    return Understanding(current, _thesaurus(current, found))


def turn(connection: Connection, learned: str) -> tuple[Analyser, int]:
    """Begin a rebuild with what was `learned` and the rules of now; return the new analyser and generation.

    Until `turned`, queries are also read the way the rest of the index was made.
    """
    row = connection.execute(select(state)).one()
    ruled = splitting(_rules(connection, row.wording))
    earlier: list[list[str]] = json.loads(row.before) if row.before else []
    old = [row.learned, row.rules]
    if old not in earlier and old != [learned, ruled]:
        earlier.append(old)
    kept = [one for one in earlier if one != [learned, ruled]][-MOST_BEFORE:]
    generation: int = row.generation + 1
    connection.execute(
        update(state).values(
            learned=learned, rules=ruled, before=json.dumps(kept) if kept else "", generation=generation, done_count=0
        )
    )
    return analyser(learned, ruled), generation


def turned(connection: Connection, made_with: Analyser) -> None:
    """End a rebuild: everything in the index was made with this analyser."""
    connection.execute(update(state).values(analyser=made_with.version, before=""))


def stale(connection: Connection) -> bool:
    """Say whether the index was made by another analyser or other rules than those of now."""
    row = connection.execute(select(state)).one()
    if row.rules != splitting(_rules(connection, row.wording)):
        return True
    return bool(row.analyser != analyser(row.learned, row.rules).version)
