"""The relevance set: documents, judged queries and the figures that say how good a search is.

Run `python -m tests.search.judging` for a table of plain stemming, trigrams and the hub's own search.
"""

import csv
import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from whoosh.lang.snowball.german import GermanStemmer

from hub import search
from hub.search import Document, Reader, Scope, Step
from hub.text.analyse import german
from hub.text.folding import clean, expand

HERE = Path(__file__).parent / "relevance"
CATALOGUE = Path(__file__).parents[3] / "shared" / "corpus" / "fim" / "ozg_katalog_services_nrw.csv"
GROUPS = frozenset(
    ["008", "025", "027", "041", "050", "059", "085", "089", "093", "101", "102", "107", "108", "110", "115", "128"]
)
"""Leistungsgruppen that cities deal with."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)

SETS = (
    *("tuning", "unseen", "fresh", "latest", "typed_tuning", "typed_held", "typed_fresh"),
    *("asked", "asked_held", "asked_later", "asked_fresh", "unused"),
)
"""The files of judged queries, in the order in which they were written."""

Answer = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Judged:
    """A query and the grade (1 to 3) of every document that is relevant to it."""

    text: str
    grades: dict[int, int]


def written() -> list[Document]:
    """Return the entries written for this set."""
    rows = [one["row"] for one in tomllib.loads((HERE / "documents.toml").read_text(encoding="utf-8"))["document"]]
    documents = []
    for number, row in enumerate(rows, 1):
        title, names, laws, steps = (part.strip() for part in row.split("|"))
        documents.append(
            Document(
                entry_id=number,
                version_id=number,
                organisation_id=1 + number % 5,
                visibility="public",
                scope=Scope.BOTH,
                title=title,
                updated_at=NOW,
                names=_list(names),
                legal_bases=_list(laws),
                steps=tuple(Step(f"Activity_{at}", name, str(at)) for at, name in enumerate(_list(steps), 1)),
                standing=2,
            )
        )
    return documents


def catalogue() -> list[Document]:
    """Return the names of the catalogue's services as entries of their own."""
    found: dict[str, dict[str, str]] = {}
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            key = row["leika_schluessel"]
            if len(key) == 14 and key[2:5] in GROUPS and len(row["leistung"]) < 90:
                found.setdefault(row["leistung"].strip(), row)
    return [
        Document(
            entry_id=1_000 + number,
            version_id=1_000 + number,
            organisation_id=6,
            visibility="public",
            scope=Scope.BOTH,
            title=title,
            updated_at=NOW,
            keys=(row["leika_schluessel"],),
            legal_bases=(row["rechtsgrundlage"],) if row["rechtsgrundlage"] else (),
        )
        for number, (title, row) in enumerate(sorted(found.items()))
    ]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def judged(name: str, documents: Sequence[Document]) -> list[Judged]:
    """Return the queries of `name` (a file in `relevance`) with their judgements spelled out."""
    found = []
    for line in tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["queries"].strip().splitlines():
        query, *patterns = (part.strip() for part in re.split(r" \|(?= |$)", line))
        grades: dict[int, int] = {}
        for grade, pattern in zip((3, 2, 1), patterns, strict=False):
            if pattern:
                for document in documents:
                    if re.search(*_place(pattern, document), re.IGNORECASE):
                        grades.setdefault(document.entry_id, grade)
        found.append(Judged(query, grades))
    return found


def _place(pattern: str, document: Document) -> tuple[str, str]:
    """Return a pattern without its `@law`, `@key` or `@step`, and the text of the document that it is about."""
    match = re.match(r"@(law|key|step) (.*)", pattern)
    if match is None:
        return pattern, document.title
    laws = "; ".join(document.legal_bases).replace("Absatz", "Abs.")
    places = {"law": laws, "key": " ".join(document.keys), "step": "; ".join(step.name for step in document.steps)}
    return match[2], places[match[1]]


def ndcg(found: Sequence[int], grades: dict[int, int], at: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first `at` answers (Järvelin and Kekäläinen, 2002)."""
    if not grades:
        return 1.0 if not found else 0.0
    gain = sum((2 ** grades.get(one, 0) - 1) / log2(place + 2) for place, one in enumerate(found[:at]))
    best = sum(
        (2**grade - 1) / log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:at])
    )
    return float(gain / best)


@dataclass(frozen=True)
class Figures:
    """How good a search is over a set of queries."""

    ndcg: float
    recall: float
    zero: float
    worst: tuple[tuple[float, str], ...]


def figures(queries: Sequence[Judged], answer: Answer) -> Figures:
    """Return nDCG@10, recall of the best documents among the first 50, and the share of queries without an answer."""
    gains, recalls, empty, each = [], [], 0, []
    for query in queries:
        found = answer(query.text)
        gains.append(ndcg(found, query.grades))
        each.append((gains[-1], query.text))
        best = [one for one, grade in query.grades.items() if grade == 3]
        if best:
            recalls.append(len(set(best) & set(found[:50])) / min(len(best), 50))
        if query.grades and not found:
            empty += 1
    return Figures(sum(gains) / len(gains), sum(recalls) / len(recalls), empty / len(queries), tuple(sorted(each)[:12]))


def own(session: Session) -> Answer:
    """Return the hub's own search on an index that holds the documents."""

    def answer(query: str) -> Sequence[int]:
        found = search.find(session, query, reader=Reader(), size=50)
        return [hit.entry_id for hit in (*found.hits, *found.nearby)]

    return answer


def stemming(documents: Sequence[Document]) -> Answer:
    """Return what search engines ship for German: folded words, Snowball stems, all must match, BM25."""
    stemmer = GermanStemmer()

    def stems(words: str) -> str:
        return " ".join(stemmer.stem(word) for word in re.findall(r"\w+", clean(words).lower()))

    return _fts(documents, "unicode61", stems)


def trigrams(documents: Sequence[Document]) -> Answer:
    """Return substring search: SQLite's trigram tokenizer, all words must match, BM25."""
    return _fts(documents, "trigram", lambda words: " ".join(re.findall(r"\w{3,}", clean(words).lower())))


def _fts(documents: Sequence[Document], tokenizer: str, prepare: Callable[[str], str]) -> Answer:
    connection = create_engine("sqlite://").connect()
    connection.execute(text(f"CREATE VIRTUAL TABLE plain USING fts5(title, rest, tokenize='{tokenizer}')"))
    for one in documents:
        rest = " ".join([*one.names, *one.legal_bases, *one.keys, *(step.name for step in one.steps)])
        connection.execute(
            text("INSERT INTO plain (rowid, title, rest) VALUES (:id, :title, :rest)"),
            {"id": one.entry_id, "title": prepare(one.title), "rest": prepare(rest)},
        )

    def answer(query: str) -> Sequence[int]:
        words = prepare(query).split()
        if not words:
            return []
        match = " AND ".join(f'"{word}"' for word in words)
        rows = connection.execute(
            text("SELECT rowid FROM plain WHERE plain MATCH :match ORDER BY bm25(plain, 6, 2) LIMIT 50"),
            {"match": match},
        )
        return list(rows.scalars())

    return answer


def vocabulary() -> dict[str, str]:
    """Return the words of the catalogue's names: expanded spelling → as written."""
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as file:
        names = [row["leistung"] for row in csv.DictReader(file, delimiter=";")]
    words: dict[str, str] = {}
    for name in names:
        for word in re.findall(r"[A-Za-zÄÖÜäöüß]{4,}", name):
            words.setdefault(expand(word), word)
    return words


def compounds(name: str) -> tuple[float, float, list[str], list[str]]:
    """Return precision and recall of „is this word part of that compound?“, with what was wrong and what was missed."""
    words = vocabulary()
    analyser = german()
    right, wrong, missed = 0, [], []
    for line in tomllib.loads((HERE / "compounds.toml").read_text(encoding="utf-8"))[name].strip().splitlines():
        word, pattern, without = ([part.strip() for part in re.split(r" \|(?= |$)", line)] + [""])[:3]
        known = analyser.word(word)
        assert known is not None
        for spelled, shown in words.items():
            meant = bool(re.search(pattern, spelled)) and not (without and re.search(without, spelled))
            split = analyser.word(shown)
            size = len(known[1])
            found = split is not None and any(split[1][at : at + size] == known[1] for at in range(len(split[1])))
            right += found and meant
            if found and not meant:
                wrong.append(f"{word}: {spelled}")
            if meant and not found:
                missed.append(f"{word}: {spelled}")
    return right / (right + len(wrong)), right / (right + len(missed)), wrong, missed


def main() -> int:
    """Print the table."""
    documents = [*written(), *catalogue()]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        search.create(connection)
    with Session(engine) as session:
        known = {one.entry_id: one for one in documents}
        search.rebuild(session, list(known), lambda _session, ids: [known[number] for number in ids])
        print(f"{len(documents)} documents")
        for name in SETS:
            queries = judged(name, documents)
            for label, answer in (
                ("stemming", stemming(documents)),
                ("trigram", trigrams(documents)),
                ("hub", own(session)),
            ):
                got = figures(queries, answer)
                print(
                    f"{name:12} {label:9} {len(queries):3} queries  nDCG@10 {got.ndcg:.3f}  "
                    f"recall {got.recall:.3f}  without answer {got.zero:.1%}"
                )
            if "-v" in sys.argv and name.endswith("tuning"):
                for score, query in got.worst:
                    print(f"        {score:.2f} {query}")
        for name in ("tuning", "unseen"):
            precision, recall, wrong, missed = compounds(name)
            print(f"{name:12} compounds  precision {precision:.3f}  recall {recall:.3f}")
            if "-v" in sys.argv:
                print("        wrong:", "; ".join(wrong[:60]))
                print("        missed:", "; ".join(missed[:80]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
