"""What the efficiency ledger costs over ten years, five cities and three hundred services: `python -m bench.ledger`.

CPU time of this process per request, as a multiple of the bare Flask page of `bench.hub`: anew, after somebody has
commented on an entry, and with nothing written since.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from bench.hub import CITIES, Caller, _anew, after_write, bare_app, cost, line, signed_in
from hub.actions import efficiency
from hub.extensions import db
from hub.store.efficiency import LedgerRow
from hub.store.services import Service
from hub.work import Work
from tests import makers
from tests.clients import writing
from tests.conftest import app_on, fill_with_people

YEARS, SERVICES = range(2017, 2027), 300


@contextmanager
def filled() -> Iterator[Flask]:
    """Yield a hub with one row for each year, city and service."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        app = app_on(f"sqlite:///{folder}/hub.sqlite3")
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            fill_with_people(session)
            session.commit()
            session.close()
        with writing(app) as work:
            makers.entry(work, title="Hundesteuer")
            _rows(work)
        yield app
        with app.app_context():
            db.engine.dispose()


def _rows(work: Work) -> None:
    session = work.session
    session.execute(insert(Service), [{"name": f"Leistung {number}"} for number in range(SERVICES)])
    services = list(session.scalars(select(Service.id).where(Service.name.like("Leistung %"))))
    rows = []
    for year in YEARS:
        for city in CITIES:
            owner = makers.organisation(work, city).id
            for at, service in enumerate(services):
                cases, before, after = 100 + at, 4_000 + at, 2_500 + at
                rows.append(
                    {"organisation_id": owner, "service_id": service, "year": year, "cases": cases,
                     "minutes_before": before, "minutes_after": after, "hourly_rate": 5_400,
                     "cost_before": cases * before * 54 // 60, "cost_after": cases * after * 54 // 60,
                     "low": 90, "high": 110, "updated_at": work.now}
                )  # fmt: skip
    session.execute(insert(LedgerRow), rows)


def main() -> int:
    """Print one line for each page."""
    call = Caller(bare_app())
    for _ in range(50):
        call("/")
    with filled() as app:
        person, _token = signed_in(app)
        with writing(app) as work:
            reader = makers.as_person(work, "modellierung@marburg.example")
            counted = sum(row.rows for row in efficiency.sums(reader).values())
        assert counted == len(YEARS) * len(CITIES) * SERVICES, counted
        for name, path in (("ledger", "/funding/ledger"), ("ledger of a year", "/funding/ledger?year=2024")):
            status, data = person(path)
            assert status == 200, f"{path} answers {status}"
            bare = cost(lambda: call("/"), 200)
            anew = cost(lambda p=path: _anew(app, person, p), 15)  # type: ignore[misc]
            elsewhere = after_write(app, person, path, 15)
            kept = cost(lambda p=path: person(p), 30)  # type: ignore[misc]
            note = f"{len(data) / 1000:.0f} kB, {counted:,} rows; after a write elsewhere {elsewhere:.2f} ms,"
            line(name, anew, bare, f"{note} {elsewhere / bare:.1f} ×; unchanged {kept:.2f} ms, {kept / bare:.1f} ×")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
