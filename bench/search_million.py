"""A very large index on PostgreSQL: `python -m bench.search_million --minutes 15`.

Builds as many synthetic documents as the time allows, at most a million, as a rebuild does, and
measures size and whole answers. The server is a temporary one that does not wait for the disk.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.search import Language, answers, line, postgres_url
from hub import search
from hub.search import Document

COUNT = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--postgresql", help="URL of an empty database; without it a temporary server is started")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        url = postgres_url(stack, options.postgresql)
        if url is None:
            return 1
        engine = create_engine(url)
        language = Language()
        documents = (language.document(number) for number in range(1, COUNT + 1))
        end = time.perf_counter() + options.minutes * 60
        made = 0
        spent = 0.0

        def load(_session: Session, entry_ids: Sequence[int]) -> list[Document]:
            nonlocal made, spent
            start = time.perf_counter()
            found = list(islice(documents, len(entry_ids))) if start < end else []
            made += len(found)
            spent += time.perf_counter() - start
            return found

        with engine.begin() as connection:
            search.create(connection)
        start = time.perf_counter()
        with Session(engine) as session:
            search.rebuild(session, range(1, COUNT + 1), load)
        took = time.perf_counter() - start
        print(f"{made:,} documents in {took / 60:.1f} min, of which {spent / 60:.1f} min made them up", flush=True)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        print(f"{size / 1e9:.1f} GB, {size / made / 1000:.1f} kB per document", flush=True)
        line("whole answers (elapsed)", answers(engine, language.queries(options.queries)))
        engine.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
