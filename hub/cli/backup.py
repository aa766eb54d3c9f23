"""`hub backup` and `hub restore`: everything into one file while people go on working, and back."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from hub.config import from_environment
from hub.keeping import backups, restoring
from hub.keeping.manifest import Refused


def _tell(table: str, rows: int) -> None:
    if rows:
        print(f"  {table:28} {rows:>10} rows", file=sys.stderr, flush=True)


def run(arguments: list[str]) -> int:
    """`hub backup TARGET [--keep N]` or `hub backup --verify FILE`; exit code 1 if it was refused or is damaged."""
    parser = argparse.ArgumentParser(prog="hub backup", description="Back the hub up while it runs, or check a backup.")
    parser.add_argument("target", type=Path, help="a folder, or the name of a new file; with --verify a backup")
    parser.add_argument(
        "--keep", type=int, metavar="N", help="keep the newest N backups of the folder, delete the rest"
    )
    parser.add_argument("--verify", action="store_true", help="read a backup and compare every row with its manifest")
    given = parser.parse_args(arguments)
    if given.keep is not None and (given.keep < 1 or not given.target.is_dir() or given.verify):
        parser.error("--keep needs a number of at least 1 and a folder as target")
    try:
        return _verify(given.target) if given.verify else _make(given.target, given.keep)
    except Refused as error:
        print(f"hub backup: {error}", file=sys.stderr)
        return 1


def _make(target: Path, keep: int | None) -> int:
    url = make_url(from_environment().database_url)
    made = backups.make(url, target, at=datetime.now(UTC), tell=_tell)
    told = made.manifest
    rows = sum(one.rows for one in told.contents.tables.values())
    print(f"{made.file}: {made.file.stat().st_size} bytes, {rows} rows, form {told.contents.revision}, verified")
    print(f"log head {told.contents.log_position} {told.contents.log_digest}")
    if keep is not None:
        for gone in backups.rotate(target, keep):
            print(f"deleted {gone}")
    return 0


def _verify(file: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="hub-verify-", dir=file.parent) as folder:
        wrong = list(backups.read_back(file, Path(folder), _tell))
    for one in wrong:
        print(one)
    print(f"{file}: {'DAMAGED' if wrong else 'whole'}, made {backups.about(file).made_at}")
    return 1 if wrong else 0


def restore(arguments: list[str]) -> int:
    """`hub restore FILE [--replace]`: bring a backup back into the configured database; the hub must be stopped."""
    parser = argparse.ArgumentParser(prog="hub restore", description="Bring a backup back. Stop the hub first.")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--replace", action="store_true", help="set what is there aside (it is kept) instead of refusing"
    )
    given = parser.parse_args(arguments)
    url = make_url(from_environment().database_url)
    try:
        done = restoring.restore(given.file, url, replace=given.replace, at=datetime.now(UTC), tell=_tell)
    except Refused as error:
        print(f"hub restore: {error}", file=sys.stderr)
        return 1
    print(f"Restored the state of {done.manifest.made_at}; every row is as it was.")
    if done.aside:
        print(f"The former state is kept as {done.aside}")
    if done.behind:
        print("The form of the data is older than this program. Now run: hub migrate")
    print("Check it as a whole with: hub audit check")
    return 0
