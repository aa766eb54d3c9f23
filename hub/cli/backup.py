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
        print(f"  {table:28} {rows:>10} Zeilen", file=sys.stderr, flush=True)


def run(arguments: list[str]) -> int:
    """`hub backup TARGET [--keep N]` or `hub backup --verify FILE`; exit code 1 if it was refused or is damaged."""
    parser = argparse.ArgumentParser(
        prog="hub backup", description="Sichert den Hub im laufenden Betrieb, oder prüft eine Sicherung."
    )
    parser.add_argument(
        "target",
        type=Path,
        metavar="ZIEL",
        help="ein Ordner oder der Name einer neuen Datei; mit --verify eine Sicherung",
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="behält die N neuesten Sicherungen des Ordners und löscht die übrigen"
    )
    parser.add_argument(
        "--verify", action="store_true", help="liest eine Sicherung und vergleicht jede Zeile mit dem Manifest"
    )
    given = parser.parse_args(arguments)
    if given.keep is not None and (given.keep < 1 or not given.target.is_dir() or given.verify):
        parser.error("--keep verlangt eine Zahl ab 1 und als Ziel einen Ordner")
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
    print(f"{made.file}: {made.file.stat().st_size} Byte, {rows} Zeilen, Stand {told.contents.revision}, geprüft")
    print(f"Kopf des Protokolls: {told.contents.log_position} {told.contents.log_digest}")
    if keep is not None:
        for gone in backups.rotate(target, keep):
            print(f"gelöscht: {gone}")
    return 0


def _verify(file: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="hub-verify-", dir=file.parent) as folder:
        wrong = list(backups.read_back(file, Path(folder), _tell))
    for one in wrong:
        print(one)
    print(f"{file}: {'BESCHÄDIGT' if wrong else 'heil'}, vom {backups.about(file).made_at}")
    return 1 if wrong else 0


def restore(arguments: list[str]) -> int:
    """`hub restore FILE [--replace]`: bring a backup back into the configured database; the hub must be stopped."""
    parser = argparse.ArgumentParser(
        prog="hub restore", description="Stellt eine Sicherung wieder her. Halten Sie den Hub vorher an."
    )
    parser.add_argument("file", type=Path, metavar="DATEI", help="die Sicherung")
    parser.add_argument(
        "--replace", action="store_true", help="legt beiseite, was da ist (es bleibt erhalten), statt abzulehnen"
    )
    given = parser.parse_args(arguments)
    url = make_url(from_environment().database_url)
    try:
        done = restoring.restore(given.file, url, replace=given.replace, at=datetime.now(UTC), tell=_tell)
    except Refused as error:
        print(f"hub restore: {error}", file=sys.stderr)
        return 1
    print(f"Wiederhergestellt ist der Stand vom {done.manifest.made_at}; jede Zeile ist, wie sie war.")
    if done.aside:
        print(f"Der bisherige Stand liegt unter {done.aside}")
    if done.behind:
        print("Die Daten sind älter als dieses Programm. Führen Sie jetzt aus: hub migrate")
    print("Prüfen Sie das Ganze mit: hub audit check")
    return 0
