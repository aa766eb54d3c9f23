"""`hub git`: write what is public as bare Git repositories, for mirroring to openCode and elsewhere."""

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from dulwich.pack import generate_unpacked_objects
from dulwich.refs import HEADREF
from dulwich.repo import Repo
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from hub.actions import git_repositories, organisations
from hub.actions.git_repositories import Repository
from hub.actions.git_service import Store, objects_of
from hub.app import create_app
from hub.cli import bundle_jobs
from hub.errors import NotFound
from hub.extensions import db
from hub.http import now
from hub.policy import GUEST
from hub.store.entries import Entry, Visibility
from hub.store.organisations import Organisation
from hub.work import Work


def run(arguments: list[str]) -> int:
    """`hub git export DIR [--city CITY]…`: one bare repository for each city and each public entry."""
    parser = argparse.ArgumentParser(
        prog="hub git", description="Schreibt Veröffentlichtes als nackte Git-Repositories."
    )
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="export")
    out = deeds.add_parser("export", help="schreibt oder erneuert die Repositories in einem Ordner")
    out.add_argument("folder", type=Path, metavar="ORDNER", help="wohin")
    out.add_argument(
        "--city", action="append", default=[], metavar="STADT", help="nur diese, etwa marburg; mehrfach möglich"
    )
    given = parser.parse_args(arguments)
    with create_app().app_context():
        try:
            return export(given.folder, given.city, print)
        except NotFound:
            print("hub git: Diese Stadt gibt es nicht.", file=sys.stderr)
        except OSError as error:
            print(f"hub git: {error}", file=sys.stderr)
        finally:
            db.session.remove()
    return 1


def export(folder: Path, cities: list[str], tell: Callable[[str], None]) -> int:
    """Write the repositories of the given cities, without any of all; returns the exit code.

    All of them show one state of the database. Raises `NotFound` for a city that is none, and `OSError`.
    """
    with bundle_jobs.one_state() as session:
        work = Work(session, GUEST, now())
        owners = [organisations.find(work, slug) for slug in cities] or list(
            session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.slug))
        )
        for owner in owners:
            if not owner.cooperates:
                continue
            _write(work, git_repositories.of_city(work, owner), folder / f"{owner.slug}.git", tell)
            query = select(Entry).where(
                Entry.organisation_id == owner.id,
                Entry.visibility == Visibility.PUBLIC,
                Entry.published_id.is_not(None),
                Entry.archived_at.is_(None),
            )
            for entry in session.scalars(query.options(lazyload("*")).order_by(Entry.slug)):
                made = git_repositories.of_entry(work, entry)
                _write(work, made, folder / owner.slug / f"{entry.slug}.git", tell)
    return 0


def _write(work: Work, made: Repository, path: Path, tell: Callable[[str], None]) -> None:
    """Write a repository beside its old state and put it in its place; the same state gives the same ids."""
    new = path.with_name(f"{path.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    with Repo.init_bare(str(new)) as repo:
        store = Store(work, made)
        ids = objects_of(store)
        repo.object_store.add_pack_data(len(ids), generate_unpacked_objects(store, ids))
        for ref, key in sorted(made.refs.items()):
            repo.refs[ref] = key
        repo.refs.set_symbolic_ref(HEADREF, made.head)
    old = path.with_name(f"{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    new.rename(path)
    shutil.rmtree(old, ignore_errors=True)
    tell(f"{path}  {len(made.parents)} Commits")
