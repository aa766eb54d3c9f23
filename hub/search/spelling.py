"""„Meinten Sie …?“: words of the index that are spelled like an unknown word, and words that begin like one.

The vocabulary knows words from texts this reader may not read. So nothing from it is shown before a query under the
reader's own rights has found something with it.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakKeyDictionary

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from sqlalchemy import Connection, Engine, func, select

from hub.search.matching import Matching
from hub.search.tables import words
from hub.text.analyse import Analyser
from hub.text.folding import expand, fold
from hub.text.phonetics import sound
from hub.text.query import Query, parse
from hub.text.synonyms import Thesaurus
from hub.text.tree import Concept, Option

MOST_BEGINNINGS = 40
"""Words that a prefix stands for, the most frequent ones; a quarter if it has only two or three letters."""
MOST_CORRECTED = 3
"""Words of one query that are corrected: looking for similar words is the dearest part of an answer."""
_CANDIDATES = 8
_SHORTEST = 4
_STRANGE = 8
"""Letters of a word of known parts before it may be a typing mistake."""
_PART, _REST = 5, 3
"""Letters that a piece of an unknown word has at least, and that are left of the word beside it."""
_ALIKE = 0.6
"""Share of an unknown word that another one must begin with to be shown for want of anything better."""


@dataclass
class _Vocabulary:
    """The folded words of one database, in memory; read on from the last number, since words are only added."""

    words: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    last: int = 0
    count: int = 0


_KNOWN: WeakKeyDictionary[Engine, _Vocabulary] = WeakKeyDictionary()
_LOCK = threading.Lock()


def _vocabulary(connection: Connection) -> _Vocabulary:
    count, last = connection.execute(select(func.count(), func.max(words.c.id)).select_from(words)).one()
    with _LOCK:
        known = _KNOWN.get(connection.engine)
        if known is None or known.count > count or (known.last == last and known.count != count):
            known = _KNOWN[connection.engine] = _Vocabulary()
        if known.count != count:
            rows = connection.execute(
                select(words.c.id, words.c.word, words.c.shown).where(words.c.id > known.last).order_by(words.c.id)
            )
            for number, word, shown in rows:
                known.words.append(word)
                known.shown[word] = shown
                known.last = number
            known.count = len(known.words)
        return known


def beginning(connection: Connection, start: str) -> list[str]:
    """Return words of the index that begin with the folded `start`, the frequent ones first."""
    rows = connection.execute(
        select(words.c.word)
        .where(words.c.word >= start, words.c.word < start + "\U0010ffff")
        .order_by(words.c.frequency.desc(), words.c.word)
        .limit(MOST_BEGINNINGS if len(start) > 3 else MOST_BEGINNINGS // 4)
    )
    return list(rows.scalars())


def inside(connection: Connection, folded: str) -> tuple[str, str]:
    """Return the longest words of the index that a word begins and ends with; empty where there is none.

    That is how a compound is met of which no list knows all parts: „Geldwäscheverdacht“ begins with „Geldwäsche“.
    """
    size = len(folded)
    begins = [folded[:at] for at in range(size - _REST, _PART - 1, -1)]
    ends = [folded[at:] for at in range(_REST, size - _PART + 1)]
    known = set(connection.execute(select(words.c.word).where(words.c.word.in_({*begins, *ends}))).scalars())
    return next((one for one in begins if one in known), ""), next((one for one in ends if one in known), "")


def alike(connection: Connection, concept: Concept, analyser: Analyser) -> Concept | None:
    """Return words of the index that begin as the unknown word does: what is shown before nothing at all is."""
    folded = concept.spelling
    for size in range(len(folded) - 1, max(_SHORTEST, round(len(folded) * _ALIKE)) - 1, -1):
        found = [
            split[1] for word in beginning(connection, folded[:size]) if (split := analyser.word(word)) is not None
        ]
        if found:
            options = tuple(Option((roots,), 0.5) for roots in dict.fromkeys(found))[:_CANDIDATES]
            return Concept(concept.text, options, concept.field, folded)
    return None


def shown(connection: Connection, word: str) -> str:
    """Return the folded `word` as it is written in some text."""
    found = connection.execute(select(words.c.shown).where(words.c.word == word)).scalar_one_or_none()
    return found or word


def corrected(
    connection: Connection, query: Query, matching: Matching, analyser: Analyser, thesaurus: Thesaurus
) -> str:
    """Return the query with unknown words replaced by known ones that look like them and are found, or nothing."""
    text = query.text
    changed = False
    tried = 0
    for concept in query.concepts():
        if tried >= MOST_CORRECTED:
            break
        word = concept.text.strip("*?!.,;: ")
        if concept.strict or not re.fullmatch(r"[^\W\d_](?:[^\W_]|-)+", word) or len(concept.spelling) < _SHORTEST:
            continue
        if concept.field == "" and matching.any(_only(concept)):
            continue
        known = analyser.knows(concept.options[0].sequences[0])
        if known and not _strange(concept, matching):
            continue
        tried += 1
        better = _better(connection, concept, matching, analyser, thesaurus, 1 if known else _limit(concept))
        if better:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", better, text, count=1)
            changed = True
    return text if changed else ""


def _strange(concept: Concept, matching: Matching) -> bool:
    """Whether a word of known parts is likelier mistyped: „Hundestuer“ where no text speaks of doors."""
    roots = concept.options[0].sequences[0]
    if len(roots) < 2 or len(concept.spelling) < _STRANGE:
        return False
    return any(not matching.any(Concept(root, (Option(((root,),)),))) for root in roots)


def _limit(concept: Concept) -> int:
    return 1 if len(concept.spelling) < 8 else 2 if len(concept.spelling) < 12 else 3


def _only(concept: Concept) -> Concept:
    return Concept(concept.text, concept.options[:1], "", concept.spelling)


def _better(
    connection: Connection,
    concept: Concept,
    matching: Matching,
    analyser: Analyser,
    thesaurus: Thesaurus,
    limit: int,
) -> str:
    """Choose among similar words: the nearest; among equals the one that shares most parts, then the most frequent."""
    known = _vocabulary(connection)
    wanted = concept.spelling
    ranked: list[tuple[float, int, str]] = []
    heard = sound(wanted)
    roots = set(concept.options[0].sequences[0])
    said = thesaurus.vocabulary
    # „Hundestuer“ was not meant as „Hundestür“, though it may be read so.
    similar: dict[str, int] = {}
    for spelled in dict.fromkeys((wanted, expand(concept.text.strip("*?!.,;: ").replace("-", "")))):
        for choices in (known.words, said):
            near = extract(spelled, list(choices), scorer=OSA.distance, score_cutoff=limit, limit=_CANDIDATES * 3)
            for word, distance, _ in near:
                similar[word] = min(int(distance), similar.get(word, limit))
    for word, distance in similar.items():
        known_roots = analyser.word(word)
        shared = len(roots.intersection(known_roots[1])) if known_roots is not None else 0
        # People rarely get the first letter wrong, and write what they hear.
        # What some text has is likelier than what is only understood.
        penalty = 0.5 * (word not in known.shown) + 0.4 * (word[:1] != wanted[:1]) + 0.3 * (sound(word) != heard)
        ranked.append((distance + penalty, -shared, word))
    best: tuple[float, int, int, str] | None = None
    for far, shared, word in sorted(ranked)[:_CANDIDATES]:
        split = analyser.word(word)
        if split is None:
            continue
        count = matching.count(Concept(word, (Option((split[1],)),), concept.field, word))
        if not count and word in said and not concept.field:
            means = parse(said[word], analyser, thesaurus).root
            count = matching.count(means) if means is not None else 0
        if count and (best is None or (far, shared, -count, word) < best):
            best = (far, shared, -count, word)
    if best is not None:
        return known.shown.get(best[3]) or said.get(best[3], best[3])
    return _compound(concept, matching, analyser, known) if limit == _limit(concept) else ""


@lru_cache(maxsize=4)
def _parts(analyser: Analyser) -> frozenset[str]:
    return frozenset(fold(part) for part in analyser.lexicon.parts)


def _compound(concept: Concept, matching: Matching, analyser: Analyser, known: _Vocabulary) -> str:
    """Correct one half of a compound that nobody wrote as a whole: „Hundesteurbefreiung“."""
    wanted = concept.spelling
    parts = _parts(analyser)
    for at in range(4, len(wanted) - 3):
        for fixed, loose, first in ((wanted[:at], wanted[at:], True), (wanted[at:], wanted[:at], False)):
            if fixed not in parts and fixed.rstrip("s") not in parts and not _compound_known(fixed, analyser):
                continue
            limit = 1 if len(loose) < 7 else 2
            similar = extract(loose, parts, scorer=OSA.distance, score_cutoff=limit, limit=8)
            for word, _, _ in sorted(similar, key=lambda one: (one[1] + 0.3 * (sound(one[0]) != sound(loose)), one[0]))[
                :3
            ]:
                whole = fixed + word if first else word + fixed
                split = analyser.word(whole)
                if (
                    split is not None
                    and len(split[1]) > 1
                    and matching.any(Concept(whole, (Option((split[1],)),), concept.field, whole))
                ):
                    return known.shown.get(whole, whole.capitalize())
    return ""


def _compound_known(text: str, analyser: Analyser) -> bool:
    split = analyser.word(text)
    return split is not None and len(split[1]) > 1
