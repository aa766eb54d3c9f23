"""How fast the search is: `python -m bench.search` (or `make bench-search`).

50,000 synthetic entries (title, 80 words of text, 20 steps, city, state) and 200 mixed queries. Measured is the whole
answer: rights, total, facets, ranking, marked steps. Yardsticks in the same run, where they are installed: tantivy and
plain Whoosh with the same roots, each with its ten best and the counts of all facets, which is what the goals speak
of (tantivy also without), and PostgreSQL's `german` configuration with its bare query. What runs in this
process is measured in processor time, so that a busy machine does not change the picture; PostgreSQL in elapsed time.
Building is told in both: it uses every processor. Plain Whoosh builds slowly and gets a part of the documents.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.orm import Session

from hub import search
from hub.search import Document, Reader, Scope, Section, Step
from hub.search.index import BATCH
from hub.store.sqlite import prepare_sqlite
from hub.text.analyse import german
from hub.text.lexicon import data

CITIES = ("marburg", "giessen", "wetzlar", "fulda", "limburg")
STATES = ("draft", "review_expert", "released", "published", "published", "published")
FIELDS = (
    "Mobilität & Reisen",
    "Steuern & Zoll",
    "Familie & Kind",
    "Bauen & Wohnen",
    "Umwelt",
    "Querschnitt",
    "Gesundheit",
)
FACETS = ("organisation", "state", "kind", "field", "nature")
DONE = [
    "prüfen",
    "erfassen",
    "berechnen",
    "festsetzen",
    "bekanntgeben",
    "weiterleiten",
    "nachfordern",
    "freigeben",
    "erstellen",
    "ablegen",
    "empfangen",
]
DEALT = [
    "Anmeldung",
    "Abmeldung",
    "Festsetzung",
    "Erteilung",
    "Befreiung",
    "Auskunft",
    "Verlängerung",
    "Änderung",
    "Prüfung",
    "Genehmigung",
]


class Language:
    """A made-up administration's words: listed nouns and compounds of them, few often and many rarely."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        lines = [line for line in data("parts.txt").splitlines() if not line.startswith("#")]
        listed = sorted({word.capitalize() for word in " ".join(lines).split() if word.isalpha() and len(word) > 3})
        self.random.shuffle(listed)
        compounds = []
        for _ in range(9_000):
            first, last = self.random.choice(listed), self.random.choice(listed)
            compounds.append(first + ("s" if first.endswith(("ung", "heit", "keit", "schaft")) else "") + last.lower())
        self.words = [word for pair in zip(listed * 5, compounds, strict=False) for word in pair]
        self.weights = list(accumulate(1 / (rank + 12) for rank in range(len(self.words))))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def document(self, number: int) -> Document:
        dice = self.random
        city = dice.randrange(len(CITIES))
        state = dice.choice(STATES)
        nouns = self.some(24)
        return Document(
            entry_id=number,
            version_id=number,
            organisation_id=city + 1,
            visibility=dice.choice(("city", "ikz", "land", "public", "public", "public")),
            scope=Scope.BOTH if state == "published" else Scope.INTERNAL,
            title=f"{nouns[0]} {dice.choice(DEALT)}",
            updated_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number % 400_000),
            summary=" ".join(self.some(15)),
            names=(nouns[1],),
            keys=(f"99{dice.randrange(129):03}{dice.randrange(30):03}{dice.randrange(200):03}000",),
            legal_bases=(f"§ {dice.randrange(1, 90)} {dice.choice(('GewO', 'BMG', 'HBO', 'StVO', 'PStG', 'WoGG'))}",),
            steps=tuple(Step(f"Activity_{i}", f"{nouns[2 + i]} {dice.choice(DONE)}", str(i + 1)) for i in range(20)),
            roles=("Sachbearbeitung", "Kasse"),
            sections=(Section("documentation", "Beschreibung", " ".join(self.some(65))),),
            facets={
                "organisation": (CITIES[city],),
                "state": (state,),
                "kind": (dice.choice(("process", "process", "design")),),
                "field": (dice.choice(FIELDS),),
                "nature": (dice.choice(("ist", "soll")),),
            },
            filters={"stadt": (CITIES[city],), "stand": (state,)},
            standing={"draft": 0, "review_expert": 1, "released": 2, "published": 3}[state],
            reuse_count=dice.choice((0, 0, 0, 1, 2)),
        )

    def queries(self, count: int) -> list[str]:
        """Return queries as people mix them: words, compounds, phrases, prefixes, citations, keys, typos."""
        dice = self.random
        common = self.words[20:3_000]

        def word() -> str:
            return dice.choice(common)

        makers: list[Callable[[], str]] = [
            word,
            word,
            lambda: f"{word()} {dice.choice(DEALT)}",
            lambda: f"{word()} {dice.choice(DONE)}",
            lambda: f"{word()} {word()}",
            lambda: f"{word()} {word()} {dice.choice(DONE)}",
            lambda: f'"{word()} {dice.choice(DONE)}"',
            lambda: f"{word()[:6]}*",
            lambda: f"titel:{word()}",
            lambda: f"{word()} stadt:{dice.choice(CITIES)}",
            lambda: f"{word()} ODER {word()}",
            lambda: f"{word()} NICHT {word()}",
            lambda: f"§ {dice.randrange(1, 90)} {dice.choice(('GewO', 'BMG', 'HBO', 'StVO'))}",
            lambda: f"99{dice.randrange(129):03}{dice.randrange(30):03}",
            lambda: _typo(word(), dice),
        ]
        return [makers[number % len(makers)]() for number in range(count)]


def _typo(word: str, dice: random.Random) -> str:
    place = dice.randrange(2, len(word))
    return word[:place] + word[place + 1 :]


READERS = (
    Reader(),
    Reader(frozenset({1}), cooperates=True),
    Reader(frozenset({3}), cooperates=True),
    Reader(frozenset({9}), land=True),
)


def clock(engine: Engine) -> Callable[[], float]:
    """Return the clock for a database: processor time where all the work is done in this process."""
    return time.process_time if engine.dialect.name == "sqlite" else time.perf_counter


def writing(engine: Engine) -> Engine:
    """Return the engine that begins as the hub's writers do."""
    return engine.execution_options(write=True)


def processors() -> float:
    """Return the processor time in seconds of this process and those it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def build(engine: Engine, count: int) -> tuple[float, float]:
    """Index `count` documents as a rebuild does; return documents per second elapsed, and per processor second.

    The documents of a batch are made up in one go before any of them is given away: nobody works meanwhile, so the time
    can be taken off. PostgreSQL's own processor time is not counted, only the time elapsed.
    """
    language = Language()
    with writing(engine).begin() as connection:
        search.create(connection)
    waiting: deque[Document] = deque()
    spent = [0.0, 0.0]
    made = 0

    def load(_session: Session, entry_ids: Sequence[int]) -> list[Document]:
        nonlocal made
        if not waiting:
            start, used = time.perf_counter(), processors()
            more = min(BATCH, count - made)
            waiting.extend([language.document(made + 1 + number) for number in range(more)])
            made += more
            spent[0] += time.perf_counter() - start
            spent[1] += processors() - used
        return [waiting.popleft() for _ in entry_ids]

    start, used = time.perf_counter(), processors()
    with Session(writing(engine)) as session:
        search.rebuild(session, range(1, count + 1), load)
    elapsed, used = time.perf_counter() - start - spent[0], processors() - used - spent[1]
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return count / elapsed, count / used


def answers(engine: Engine, queries: Sequence[str]) -> list[float]:
    """Return the time of each whole answer in milliseconds, after one warm round."""
    now = clock(engine)
    times = []
    with Session(engine) as session:
        for round_number in range(2):
            for number, query in enumerate(queries):
                reader = READERS[number % len(READERS)]
                filters = {"state": frozenset({"published"})} if number % 5 == 0 else None
                start = now()
                search.find(session, query, reader=reader, filters=filters)
                if round_number:
                    times.append((now() - start) * 1000)
    return times


def visible(engine: Engine, count: int = 30) -> list[float]:
    """Return how long it takes, in milliseconds, from a save to another connection finding it."""
    now = clock(engine)
    language = Language(99)
    times = []
    for number in range(count):
        document = language.document(10_000_000 + number)
        word = f"Probewort{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10]}"
        changed = Document(**{**document.__dict__, "title": word, "scope": Scope.BOTH, "visibility": "public"})
        with Session(writing(engine)) as writer, Session(engine) as other:
            start = now()
            search.put(writer, changed)
            writer.commit()
            found = search.find(other, word, reader=Reader())
            times.append((now() - start) * 1000)
            if found.total != 1:
                raise RuntimeError(f"{word} was saved and is found {found.total} times")
            search.drop(writer, document.entry_id)
            writer.commit()
    return times


def line(name: str, times: Sequence[float], more: str = "") -> None:
    """Print median, 95th and 99th percentile."""
    ordered = sorted(times)
    p95, p99 = ordered[int(len(ordered) * 0.95)], ordered[int(len(ordered) * 0.99)]
    print(f"{name:34} p50 {statistics.median(ordered):7.2f}  p95 {p95:7.2f}  p99 {p99:7.2f} ms  {more}", flush=True)


def hub_figures(name: str, engine: Engine, count: int, queries: Sequence[str]) -> None:
    """Build and measure the hub's own search on one database."""
    elapsed, used = build(engine, count)
    print(f"{name:34} built {elapsed:,.0f} documents/s, {used:,.0f} per second of processor time", flush=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line(f"{name}: whole answer", answers(engine, queries))
    line(f"{name}: save until found", visible(engine))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        f"{name:34} peak memory {before / 1024:.0f} MB after building, {grown / 1024:+.0f} MB while answering",
        flush=True,
    )


def sqlite_engine(path: Path) -> Engine:
    """Return an engine with the hub's own settings of SQLite."""
    engine = create_engine(f"sqlite:///{path}")
    prepare_sqlite(engine)
    return engine


def plain(query: str) -> list[str]:
    """Return the roots of a query for the yardsticks, which get no more than words."""
    return german().roots(
        query.rsplit(":", maxsplit=1)[-1].replace("ODER", " ").replace("NICHT", " ").replace("*", " ")
    )


def tantivy_figures(count: int, queries: Sequence[str], home: Path) -> None:
    """The yardstick: tantivy, the same roots and filters, the ten best with all facets counted, and without."""
    try:
        import tantivy
    except ImportError:
        print("tantivy                            not installed (pip install tantivy)")
        return
    schema = tantivy.SchemaBuilder()
    for name in ("title", "body"):
        schema.add_text_field(name, stored=name == "title", tokenizer_name="whitespace")
    for name in FACETS:
        schema.add_text_field(name, fast=True, tokenizer_name="raw")
    index = tantivy.Index(schema.build(), path=str(home))
    writer = index.writer(100_000_000, 1)
    language = Language()
    roots = german().roots
    spent = 0.0
    for number in range(1, count + 1):
        document = language.document(number)
        start = time.process_time()
        body = " ".join(
            roots(" ".join([document.summary, *(step.name for step in document.steps), document.sections[0].text]))
        )
        facets = {name: list(values) for name, values in document.facets.items()}
        writer.add_document(tantivy.Document(title=[" ".join(roots(document.title))], body=[body], **facets))
        spent += time.process_time() - start
    start = time.process_time()
    writer.commit()
    writer.wait_merging_threads()
    spent += time.process_time() - start
    index.reload()
    searcher = index.searcher()
    counts = {name: {"terms": {"field": name, "size": 50}} for name in FACETS}
    for label, wanted in (("bare query", {}), ("query with facets", counts)):
        times = []
        for _ in range(2):
            times = []
            for number, query in enumerate(queries):
                words = plain(query)
                words += ["state:published"] if words and number % 5 == 0 else []
                start = time.process_time()
                if words:
                    found = index.parse_query(" AND ".join(words), ["title", "body"])
                    searcher.search(found, 10)
                    if wanted:
                        searcher.aggregate(found, wanted)
                times.append((time.process_time() - start) * 1000)
        line(f"tantivy: {label}", times, f"built {count / spent:,.0f} documents/s")


def whoosh_figures(count: int, queries: Sequence[str], home: Path) -> None:
    """The yardstick: Whoosh's own index files, the same roots and filters, the ten best with all facets counted."""
    from whoosh import fields, index
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.qparser import MultifieldParser
    from whoosh.query import Term

    kind = fields.TEXT(analyzer=SpaceSeparatedTokenizer())
    facets = {name: fields.ID(sortable=True) for name in FACETS}
    store = index.create_in(str(home), fields.Schema(title=kind, body=kind, **facets))
    writer = store.writer(limitmb=256)
    language = Language()
    roots = german().roots
    spent = 0.0
    for number in range(1, count + 1):
        document = language.document(number)
        start = time.process_time()
        body = " ".join(
            roots(" ".join([document.summary, *(step.name for step in document.steps), document.sections[0].text]))
        )
        values = {name: value for name, (value,) in document.facets.items()}
        writer.add_document(title=" ".join(roots(document.title)), body=body, **values)
        spent += time.process_time() - start
    start = time.process_time()
    writer.commit()
    spent += time.process_time() - start
    parser = MultifieldParser(["title", "body"], store.schema)
    grouping = list(FACETS)
    times = []
    with store.searcher() as searcher:
        for _ in range(2):
            times = []
            for number, query in enumerate(queries):
                words = plain(query)
                only = Term("state", "published") if number % 5 == 0 else None
                start = time.process_time()
                if words:
                    found = searcher.search(parser.parse(" ".join(words)), limit=10, filter=only, groupedby=grouping)
                    for name in FACETS:
                        {value: len(numbers) for value, numbers in found.groups(name).items()}
                times.append((time.process_time() - start) * 1000)
    line(f"plain Whoosh ({count:,}): query with facets", times, f"built {count / spent:,.0f} documents/s")


def german_figures(engine: Engine, count: int, queries: Sequence[str]) -> None:
    """The yardstick: PostgreSQL's own German configuration (no compounds), bare query with the ten best."""
    language = Language()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain (id int, words tsvector)"))
        rows: Iterator[dict[str, Any]] = (
            {
                "id": number,
                "text": " ".join([one.title, one.summary, *(s.name for s in one.steps), one.sections[0].text]),
            }
            for number in range(1, count + 1)
            for one in [language.document(number)]
        )
        spent = 0.0
        while batch := list(islice(rows, 1_000)):
            start = time.perf_counter()
            connection.execute(text("INSERT INTO plain VALUES (:id, to_tsvector('german', :text))"), batch)
            spent += time.perf_counter() - start
        start = time.perf_counter()
        connection.execute(text("CREATE INDEX ON plain USING gin (words)"))
        spent += time.perf_counter() - start
    times = []
    ranked = text(
        "SELECT id, ts_rank(words, q) AS rank FROM plain, plainto_tsquery('german', :words) q "
        "WHERE words @@ q ORDER BY rank DESC LIMIT 10"
    )
    with engine.connect() as connection:
        for _ in range(2):
            times = []
            for query in queries:
                start = time.perf_counter()
                connection.execute(ranked, {"words": query.split(":")[-1]}).all()
                times.append((time.perf_counter() - start) * 1000)
    line("PostgreSQL german: bare query", times, f"built {count / spent:,.0f} documents/s")


def postgres_url(stack: ExitStack, given: str | None) -> URL | str | None:
    """Return where a PostgreSQL answers: the given one, else a temporary one, else nothing."""
    if given:
        return given
    try:
        from tests import postgres

        return stack.enter_context(postgres.database(stack.enter_context(postgres.server()), "bench_search"))
    except BaseException as error:  # pytest's „skipped“ is no Exception; a missing server is no reason to stop
        if isinstance(error, KeyboardInterrupt):
            raise
        print(f"PostgreSQL                         left out: {error}")
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for and print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--only", choices=("sqlite", "postgresql", "tantivy", "whoosh", "german"), action="append")
    parser.add_argument("--whoosh-documents", type=int, default=10_000, help="at most so many for plain Whoosh")
    parser.add_argument("--postgresql", help="URL of an empty database; without it a temporary server is started")
    options = parser.parse_args(arguments)
    wanted = options.only or ["sqlite", "postgresql", "tantivy", "german", "whoosh"]
    queries = Language().queries(options.queries)
    print(f"{options.documents:,} documents, {len(queries)} queries, Python {sys.version.split()[0]}")
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if "sqlite" in wanted:
            engine = sqlite_engine(home / "hub.db")
            hub_figures("SQLite", engine, options.documents, queries)
            print(f"{'SQLite':34} {(home / 'hub.db').stat().st_size / 1e6:,.0f} MB on disk")
            engine.dispose()
        url = postgres_url(stack, options.postgresql) if {"postgresql", "german"} & set(wanted) else None
        if url is not None:
            engine = create_engine(url)
            if "postgresql" in wanted:
                hub_figures("PostgreSQL", engine, options.documents, queries)
            if "german" in wanted:
                german_figures(engine, options.documents, queries)
            engine.dispose()
        gc.collect()
        for name, figures, most in (
            ("tantivy", tantivy_figures, options.documents),
            ("whoosh", whoosh_figures, options.whoosh_documents),
        ):
            if name in wanted:
                (home / name).mkdir()
                figures(min(options.documents, most), queries, home / name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
