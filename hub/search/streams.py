"""A document as the streams of roots that both back ends index, in one place so that both index the same."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from hub.search.documents import Document
from hub.text import citations
from hub.text.analyse import Analyser
from hub.text.folding import clean, expand, fold

GAP = "_ _"
"""Two tokens nobody looks for: neighbours never reach from one step into the next."""
EVERYTHING = "x_all"
"""A token every document has, so that „everything but …“ is a query like any other."""
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
    """Folded word → word as written; never from comments."""


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

    roots = analyser.roots
    named = [" ".join(roots(name)) for name in names]
    codes = [token for key in document.keys for token in citations.key_tokens(re.sub(r"\D", "", key))]
    codes += [token for basis in legal_bases for token in citations.tokens(basis)]
    codes += [f"f_{field}_{value}" for field, values in document.filters.items() for value in _filter_words(values)]
    named += [" ".join(roots(basis)) for basis in legal_bases]

    body = [" ".join(roots(summary))]
    cited = citations.tokens(summary)
    for _, heading, text in sections:
        body += [" ".join(roots(heading)), " ".join(roots(text))]
        cited += citations.tokens(text)
    for role in roles:
        found = roots(role)
        body += [" ".join(found), " ".join(f"r_{root}" for root in found)]
    for _, audiences, text in remarks:
        found = roots(text)
        # A comment is indexed once per audience, under that audience's mark: rights are part of the query itself.
        body += [" ".join(f"{mark}{root}" for root in found) for mark in audiences]
    for _, _, name in steps:
        if "§" in name:
            cited += citations.tokens(name)
    body.append(" ".join(dict.fromkeys(cited)))

    vocabulary: dict[str, str] = {}
    for text in (title, *names, *(name for _, _, name in steps), *roles, summary, *(text for _, _, text in sections)):
        for word in _LETTERS.findall(text):
            vocabulary.setdefault(fold(word), word)
    payload = {
        "title": title,
        "summary": summary,
        "names": names + legal_bases,
        "steps": steps,
        "roles": roles,
        "sections": sections,
        "remarks": remarks,
    }
    return Streams(
        title=" ".join(roots(title)),
        names=_joined([*named, " ".join(dict.fromkeys([*codes, EVERYTHING]))]),
        steps=_joined([" ".join(roots(name)) for _, _, name in steps]),
        body=_joined(body),
        spelling=" ".join(analyser.spellings(" ".join([title, *names]))),
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        vocabulary=vocabulary,
    )


def _joined(pieces: list[str]) -> str:
    return f" {GAP} ".join(piece for piece in pieces if piece)


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
    key = f"{document.scope}|{document.organisation_id}|{document.visibility}|{facets}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) >> 2, facets


def title_key(title: str) -> str:
    """Return what titles are sorted by: DIN 5007-1, ä as a, without case and signs."""
    return re.sub(r"[\W_]+", " ", fold(title)).strip()[:80] or expand(title)[:80]
