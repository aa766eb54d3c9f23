"""Two hubs and what travels between them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from hub.actions import bundles, discussions, entries, fim
from hub.actions.bundle_files import MANIFEST, Reader, plain
from hub.cli import bundle_jobs
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import EntryKind
from hub.work import Work
from tests import makers
from tests.actions.test_fim import FULL
from tests.clients import writing


@contextmanager
def reading(app: Flask, email: str | None = None) -> Iterator[Work]:
    """Read the database of `app` as a person, or as the hub itself."""
    with app.app_context():
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        yield work if email is None else makers.as_person(work, email)
        db.session.rollback()
        db.session.remove()


def taken(app: Flask, email: str | None = None) -> bytes:
    """Return the bundle of everything a person (or the hub itself) may read."""
    with reading(app, email) as work:
        return b"".join(bundles.stream(work, bundles.readable(work), source="https://hub.example", scope="hub"))


def brought(app: Flask, data: bytes) -> list[dict[str, Any]]:
    """Bring a bundle in and return the report."""
    rows: list[dict[str, Any]] = []
    with app.app_context():
        bundle_jobs.bring(Reader(io.BytesIO(data)), lambda _session: SYSTEM, lambda _s, row, _at: rows.append(row))
        db.session.remove()
    return rows


def files(data: bytes) -> dict[str, bytes]:
    """Return the files of a bundle by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entry_of(data: bytes, slug: str) -> dict[str, Any]:
    """Return what a bundle says about an entry."""
    [path] = [name for name in files(data) if name.endswith(f"/{slug}/entry.json")]
    return dict(json.loads(files(data)[path]))


def rebuilt(data: bytes, change: Callable[[dict[str, bytes]], None], *, hashes: bool = True) -> bytes:
    """Return a bundle with changed files; `hashes` says whether the manifest is made to fit."""
    inside = files(data)
    manifest = json.loads(inside.pop(MANIFEST))
    change(inside)
    if hashes:
        manifest["files"] = [
            {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in inside.items()
        ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**inside, MANIFEST: plain(manifest)}.items():
            archive.writestr(path, content)
    return out.getvalue()


def only_entries(data: bytes, *slugs: str) -> bytes:
    """Return a bundle with some of its entries."""
    inside = files(data)
    manifest = json.loads(inside[MANIFEST])
    kept = [row for row in manifest["entries"] if row["path"].split("/")[-2] in slugs]
    folders = tuple(row["path"].rpartition("/")[0] + "/" for row in kept)
    manifest["entries"] = kept
    manifest["files"] = [
        row for row in manifest["files"] if row["path"].startswith(folders) or row["path"] == "organisations.json"
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in manifest["files"]:
            archive.writestr(row["path"], inside[row["path"]])
        archive.writestr(MANIFEST, plain(manifest))
    return out.getvalue()


def fill(app: Flask) -> None:
    """Give a hub entries with everything a bundle carries."""
    with writing(app) as work:
        said = {
            "title": "Hundesteuer",
            "tags": "Hund, Steuer",
            "legal_bases": "§ 1 HStS",
            "service": "Hundesteuer Festsetzung",
            "service_key": "99102013002000",
            "visibility": "public",
        }
        first = makers.entry(work, None, owner="marburg", kind=EntryKind.PROCESS, **said)
        person = makers.as_person(work, "modellierung@marburg.example")
        fim.set_profile(person, first, FULL, revision=first.revision)
        fim.set_types(person, first, {"step1": 1, "step2": 3}, revision=first.revision)
        makers.published(work, first)
        drawn = makers.bpmn("Neu prüfen", "Bescheiden").replace(b'"step1"', b'"umbenannt"')
        entries.publish(person, first, makers.content(drawn), "Schlanker", parent_id=first.head_id or 0)
        again = entries.version(person, first, "1.00")
        entries.restore(person, first, again, "Doch wie vorher", parent_id=first.head_id or 0)
        remark = discussions.write(person, first, again, "Wer **prüft** das?", element="step1", audience="ikz")
        fulda = makers.as_person(work, "modellierung@fulda.example")
        later = Work(fulda.session, fulda.actor, fulda.now + timedelta(seconds=1))
        discussions.write(later, first, again, "Das Ordnungsamt.", reply_to=remark)
        discussions.write(
            Work(person.session, person.actor, person.now + timedelta(seconds=2)),
            first,
            again,
            "Nur für uns",
            audience="city",
        )
        discussions.edit(person, first, remark, "Wer prüft das <b>wirklich</b>?")
        entries.edit(person, first, makers.profile(**said), revision=first.revision, slug="hundesteuer-neu")
        owner = makers.organisation(work, "fulda")
        fork = entries.fork(fulda, first, again, owner, title="Hundesteuer Fulda", reason="Eigene Satzung")
        changed = makers.content(makers.bpmn("Fuldaer Schritt"))
        entries.publish(fulda, fork, changed, "Angepasst", parent_id=fork.head_id or 0)
        makers.entry(work, kind=EntryKind.DESIGN, title="Hund online", owner="limburg", visibility="city")
