"""What the catalogue of services costs: `python -m bench.catalogue`.

Rows a second of a whole import and of undoing it; milliseconds to find similar models among 10,000 different ones; the
portfolio of 600 services, five cities and 10,000 entries as a multiple of the bare page of `bench.hub`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import UTC, datetime

from sqlalchemy import insert, update

from bench import hub
from hub import bpmn
from hub import catalogue as table
from hub.actions import renderings, service_imports, similar
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import Blob, Entry, Rendering, Version
from hub.store.findings import MediaNumbers
from hub.store.services import Service
from hub.work import Work
from tests import makers

ROWS = 5_251
SERVICES = 600
VERBS = ("prüfen", "erfassen", "versenden", "festsetzen", "freigeben", "anfordern", "ablegen", "berechnen", "einholen")
NOUNS = (
    "Antrag", "Bescheid", "Frist", "Gebühr", "Satzung", "Nachweis", "Akte", "Steuer", "Anmeldung", "Genehmigung",
    "Bescheinigung", "Ausweis", "Halter", "Grundstück", "Baulast", "Urkunde", "Kennzeichen", "Unterlage", "Rechnung",
    "Stellungnahme", "Beteiligung", "Auskunft", "Register", "Vollmacht", "Mandat", "Zahlung", "Widerspruch",
    "Erlaubnis",
)  # fmt: skip
FIELDS = ("Bauen & Wohnen", "Familie & Kind", "Mobilität & Reisen", "Querschnitt", "Umwelt", "Bildung")


def imports(work: Work) -> None:
    """Print rows a second of reading, importing and undoing a catalogue."""
    head = "leika_schluessel;leistung;typisierung;ozg_id;lage;themenfeld;rechtsgrundlage\n"
    lines = (
        f"99{n:012};{NOUNS[n % 28]} {VERBS[n % 9]} {n};2/3;{10_000 + n % 500};Lage {n % 50};{FIELDS[n % 6]};§ {n} BauGB"
        for n in range(ROWS)
    )
    data = (head + "\n".join(lines)).encode()
    start = time.perf_counter()
    found = service_imports.receive(work, data, "katalog.csv")
    sheet = service_imports.sheet_of(work, found)
    service_imports.order(work, found, found.mapping)
    service_imports.apply(work, found, table.read_rows(sheet, found.mapping))
    spent = time.perf_counter() - start
    print(f"{'catalogue import':34} {ROWS / spent:8,.0f} rows a second, {spent:.2f} s for {ROWS:,} new services")
    start = time.perf_counter()
    service_imports.undo(work, found)
    spent = time.perf_counter() - start
    print(f"{'undoing it':34} {ROWS / spent:8,.0f} rows a second")


def models(work: Work, count: int) -> None:
    """Give every entry a content of its own with its signature."""
    chance = random.Random(7)
    blobs, made, heads = [], [], []
    for n in range(1, count + 1):
        steps = [f"{chance.choice(NOUNS)} {chance.choice(VERBS)}" for _ in range(chance.randrange(6, 24))]
        content = makers.content(makers.bpmn(*steps, name=f"{chance.choice(NOUNS)} {n}", drawn=False))
        text = bpmn.signature(content.model).to_text()  # type: ignore[attr-defined]  # a process
        blobs.append({"sha256": content.sha256, "size": len(content.source), "content": content.source})
        made.append({"sha256": content.sha256, "kind": "signature", "renderer": renderings.RENDERER, "content": text})
        heads.append({"id": n, "blob": content.sha256})
    session = work.session
    session.execute(insert(Blob), blobs)
    session.execute(insert(Rendering), made)
    ids = dict(session.execute(hub.select(Entry.id, Entry.head_id)).all())
    session.execute(update(Version), [{"id": ids[row["id"]], "blob_sha256": row["blob"]} for row in heads])
    session.execute(
        insert(Service),
        [
            {"id": n, "name": f"{NOUNS[n % 28]} {VERBS[n % 9]} {n}", "field": FIELDS[n % 6], "words": f"leistung {n}",
             "situation": f"Lage {n % 50}", "key": f"99{n:012}", "source": "", "active": True}
            for n in range(1, SERVICES + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(MediaNumbers),
        [
            {"version_id": ids[n], "rules_version": "1", "computed_at": work.now, "status": ("open", "free")[n % 2],
             "open_high": (n % 2 == 0) * (n % 9 + 1), "open_medium": 0, "open_note": 0, "justified_high": 0,
             "justified_medium": 0, "settled": 0, "hand_overs": 8, "broken_hand_overs": 2, "tasks": 9,
             "automated_tasks": n % 9, "confirmed_at": work.now if n % 2 else None}
            for n in range(1, count + 1)
        ],
    )  # fmt: skip
    session.execute(update(Entry), [{"id": n, "service_id": 1 + n // 5 % SERVICES} for n in range(1, count + 1)])
    session.commit()


def likeness(work: Work, count: int) -> None:
    """Print how long finding similar models takes, the first time in a process and afterwards."""
    chance = random.Random(8)
    times = []
    for _ in range(12):
        steps = [f"{chance.choice(NOUNS)} {chance.choice(VERBS)}" for _ in range(18)]
        wanted = similar.Wanted("Antrag prüfen", None, makers.content(makers.bpmn(*steps)))
        start = time.process_time()
        similar.find(work, wanted)
        times.append((time.process_time() - start) * 1000)
        work.session.expunge_all()
    print(
        f"{'similar models among ' + format(count, ','):34} {statistics.median(times[1:]):8.0f} ms CPU, "
        f"the first time in a process {times[0]:,.0f} ms"
    )


def portfolio(app: hub.Flask, bare: float) -> None:
    """Print what the pictures' pages cost."""
    person, _token = hub.signed_in(app)
    for name, path in (
        ("services, with entries", "/services?used=1"),
        ("topics", "/services/topics"),
        ("portfolio, 600 services", "/services/portfolio"),
        ("portfolio, filtered, page 5", "/services/portfolio?media=open&page=5"),
        ("progress over time", "/services/portfolio/progress"),
        ("comparison of cities", "/services/portfolio/cities"),
        ("landscape", "/services/landscape"),
    ):
        status, data = person(path)
        assert status == 200, f"{path} answers {status}"
        anew = hub.cost(lambda p=path: hub._anew(app, person, p), 20)  # type: ignore[misc]
        kept = hub.cost(lambda p=path: person(p), 40)  # type: ignore[misc]
        note = f"{len(data) / 1000:.0f} kB; unchanged since {kept:.2f} ms, {kept / bare:.1f} ×"
        hub.line(name, anew, bare, note)


def main() -> int:
    """Measure everything and print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    options = parser.parse_args()
    call = hub.Caller(hub.bare_app())
    for _ in range(50):
        call("/")
    with hub.filled(options.entries) as app:
        bare = hub.cost(lambda: call("/"), 200)
        with app.app_context():
            session = db.session()
            session.connection(execution_options={"write": True})
            work = Work(session, SYSTEM, datetime.now(UTC))
            imports(work)
            models(work, options.entries)
            likeness(work, options.entries)
            session.close()
        portfolio(app, bare)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
