"""`hub bundle`: take entries along in a file, bring them in from one."""

import argparse
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.actions import bundles, entries
from hub.actions.bundle_files import Reader
from hub.app import create_app
from hub.cli import bundle_jobs
from hub.errors import Invalid, NotFound
from hub.extensions import db
from hub.http import now
from hub.policy import SYSTEM
from hub.store.organisations import Organisation
from hub.work import Work


def run(arguments: list[str]) -> int:
    """`hub bundle export [CITY | CITY/ENTRY] -o FILE`, `hub bundle import FILE`; without a city the whole hub.

    From the command line everything is taken along, also what only one city may read.
    """
    parser = argparse.ArgumentParser(
        prog="hub bundle", description="Nimmt Einträge mit allem, was dazugehört, mit oder bringt sie herein."
    )
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="export|import")
    out = deeds.add_parser("export", help="schreibt ein Paket")
    out.add_argument(
        "what",
        nargs="?",
        default="",
        metavar="WAS",
        help="eine Stadt wie marburg oder ein Eintrag wie marburg/hundesteuer; ohne Angabe alles",
    )
    out.add_argument("-o", "--output", type=Path, required=True, metavar="DATEI", help="wohin")
    back = deeds.add_parser("import", help="bringt ein Paket herein")
    back.add_argument("file", type=Path, metavar="DATEI", help="das Paket")
    given = parser.parse_args(arguments)
    app = create_app()
    with app.app_context():
        try:
            return _export(given.what, given.output) if given.deed == "export" else _import(given.file)
        except Invalid as error:
            print(f"hub bundle: {' '.join(error.fields.values())}", file=sys.stderr)
        except NotFound:
            print(f"hub bundle: „{given.what}“ gibt es nicht", file=sys.stderr)
        except OSError as error:
            print(f"hub bundle: {error}", file=sys.stderr)
        finally:
            db.session.remove()
    return 1


def _export(what: str, output: Path) -> int:
    with bundle_jobs.one_state() as session:
        work = Work(session, SYSTEM, now())
        city, _slash, slug = what.partition("/")
        owner = session.scalar(select(Organisation).where(Organisation.slug == city)) if city else None
        if city and owner is None:
            raise NotFound
        ids = [entries.find(work, city, slug).id] if slug else bundles.readable(work, owner)
        with output.open("wb") as file:
            for part in bundle_jobs.make(session, SYSTEM, ids, what or "hub", done=lambda _count: None):
                file.write(part)
    print(f"{len(ids)} Einträge → {output}")
    return 0


def _import(source: Path) -> int:
    refused = 0

    def show(_session: Session, row: dict[str, Any], at: int) -> None:
        nonlocal refused
        refused += row["outcome"] == "refused"
        print(f"{at + 1:5}  {row['outcome']:8} {row['name']}: {row['text']} {' '.join(row.get('notes', []))}".rstrip())

    with source.open("rb") as file:
        bundle_jobs.bring(Reader(file), lambda _session: SYSTEM, show)
    return 1 if refused else 0
