"""A document as the streams of roots that both back ends index, in one place so that both index the same."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import pairwise

from hub.search.documents import Document
from hub.search.reader import marks
from hub.text import citations
from hub.text.analyse import Analyser, pair
from hub.text.folding import clean, expand, fold

GAPS = " _ _ "
"""Two tokens nobody looks for: neighbours never reach from one step into the next."""
EVERYTHING = "x_all"
"""A token every document has, so that „everything but …“ is a query like any other."""
SHORT = 40
"""Texts of up to so many words also join neighbouring words, not only the parts of one."""
MOST_CHARACTERS = 60_000
"""Longer texts are indexed up to here."""

_LETTERS = re.compile(r"[^\W\d_]{3,40}")


@dataclass(frozen=True, slots=True)
class Streams:
    """What is written for one document. The first four are columns of the full-text index."""

    title: str
    names: str
    steps: str
    body: str
    spelling: str
    """The folded words of title and names as written: what „exact“ means in the ranking."""
    payload: str
    """The texts that hits show, as JSON."""
    vocabulary: dict[str, str]
    """Folded word → word as written."""


def streams(document: Document, analyser: Analyser) -> Streams:
    """Analyse `document`."""
    title = clean(document.title)
    summary = clean(document.summary)
    names = [clean(name) for name in document.names]
    legal_bases = [clean(basis) for basis in document.legal_bases]
    roles = [clean(role) for role in document.roles]
    steps = [(step.element_id, step.number, clean(step.name)) for step in document.steps if step.name]
    sections = [(part.key, clean(part.heading), clean(part.text[:MOST_CHARACTERS])) for part in document.sections]
    remarks = [(remark.id, remark.audiences(), clean(remark.text[:MOST_CHARACTERS])) for remark in document.remarks]

    codes = [token for key in document.keys for token in citations.key_tokens(re.sub(r"\D", "", key))]
    codes += [token for basis in legal_bases for token in citations.tokens(basis)]
    codes += [*marks(document), EVERYTHING]
    codes += [f"f_{field}_{value}" for field, values in document.filters.items() for value in _filter_words(values)]

    cited = citations.tokens(summary)
    for text in (*(name for _, _, name in steps if "§" in name), *(text for _, _, text in sections)):
        cited += citations.tokens(text)
    grouped = analyser.grouped
    body = [("", grouped(summary))]
    for _, heading, text in sections:
        body += [("", grouped(heading)), ("", grouped(text))]
    for role in roles:
        found = grouped(role)
        body += [("", found), ("r_", found)]
    for _, audiences, text in remarks:
        found = grouped(text)
        # A comment is indexed once per audience, under that audience's mark: rights are part of the query itself.
        body += [(mark, found) for mark in audiences]

    written = [title, *names, *(name for _, _, name in steps), *roles, summary, *(text for _, _, text in sections)]
    written += [text for _, _, text in remarks]
    vocabulary: dict[str, str] = {}
    for word in set(_LETTERS.findall(" ".join(written))):
        if (known := analyser.word(word)) is not None:
            vocabulary[known[0]] = word
    payload = {
        "title": title,
        "summary": summary,
        "names": [*names, *legal_bases, *document.keys],
        "steps": steps,
        "roles": roles,
        "sections": sections,
        "remarks": remarks,
    }
    return Streams(
        title=_stream([("", grouped(title))], reach=2),
        names=_stream([("", grouped(name)) for name in (*names, *legal_bases)], codes, reach=2),
        steps=_stream([("", grouped(name)) for _, _, name in steps], reach=2),
        body=_stream(body, cited, reach=1),
        spelling=" ".join(analyser.spellings(" ".join([title, *names]))),
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        vocabulary=vocabulary,
    )


Groups = list[tuple[str, ...]]


def _stream(pieces: list[tuple[str, Groups]], codes: list[str] | None = None, *, reach: int) -> str:
    """Return texts as one stream: their roots in order, a gap after each text, then codes and pairs.

    Each text comes with the mark that its words carry. Neighbouring roots also become one word, so that a compound is
    looked up in one step: on 50,000 documents that takes a tenth of the time of asking for nearness. `reach` is how far
    apart neighbours may be; in texts of more than `SHORT` words only the parts of one word are joined, because their
    pairs would outgrow everything else.
    """
    streams = []
    extra = dict.fromkeys(codes or ())
    for mark, groups in pieces:
        found = [root for group in groups for root in group]
        streams.append(f"{mark}{f' {mark}'.join(found)}" if mark and found else " ".join(found))
        pairs = []
        if len(groups) <= SHORT:
            pairs += list(pairwise(found))
            if reach > 1:
                pairs += list(zip(found, found[2:], strict=False))
        else:
            for group in groups:
                if len(group) > 1:
                    pairs += list(pairwise(group))
        extra |= dict.fromkeys([f"{mark}{pair(one, other)}" for one, other in pairs])
    return GAPS.join([*streams, " ".join(extra)])


def _filter_words(values: tuple[str, ...]) -> list[str]:
    """Return what `stadt:` and its like compare with: the whole value without spaces and each of its words."""
    found: dict[str, None] = {}
    for value in values:
        found[re.sub(r"[\W_]", "", fold(value))] = None
        found |= dict.fromkeys(word for word in re.findall(r"[^\W_]{3,}", fold(value)))
    return [word for word in found if word]


def vector(title: str, names: str, steps: str, body: str) -> str:
    """Return the four streams as the text of a PostgreSQL tsvector, weights A to D, gaps as missing positions."""
    places: dict[str, list[str]] = {}
    position = 1
    for stream, weight in ((title, "A"), (names, "B"), (steps, "C"), (body, "")):
        for token in stream.split(" "):
            position += 1
            if not token.strip("_") or position > 16_000:
                continue
            known = places.setdefault(token, [])
            if len(known) < 200:
                known.append(f"{position}{weight}")
        position += 3
    return " ".join(f"'{token}':{','.join(where)}" for token, where in places.items())


def set_digest(document: Document) -> tuple[int, str]:
    """Return number and facets (JSON) of the row of `search_sets` that `document` belongs to."""
    facets = json.dumps(
        {name: sorted(values) for name, values in sorted(document.facets.items()) if values}, ensure_ascii=False
    )
    return int.from_bytes(hashlib.sha256(facets.encode()).digest()[:5]), facets


def title_key(title: str) -> str:
    """Return what titles are sorted by: DIN 5007-1, ä as a, without case and signs."""
    return re.sub(r"[\W_]+", " ", fold(title)).strip()[:80] or expand(title)[:80]
