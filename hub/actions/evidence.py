"""Evidence packs: one archive per statement of use that proves without the hub what was submitted and that it is whole.

Everything in it comes from frozen statements, immutable versions, letters that both sides may read and sealed lines of
the log, up to the moment the statement was decided on (or, before that, submitted). So the same state gives the same
bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from hub import verify
from hub.actions import (
    entries,
    evidence_print,
    evidence_report,
    evidence_tables,
    log,
    print_blocks,
    renderings,
    statements,
)
from hub.actions.bundle_files import Writer, plain
from hub.bpmn import describe
from hub.design import read as read_design
from hub.errors import NotFound
from hub.policy import funding as may
from hub.store.activity import Event, Job
from hub.store.entries import EntryKind, Version
from hub.store.statements import Note, Statement, StatementState
from hub.work import Work

FORM = "ikz-prozesshub/evidence/1"
INTERNAL = (
    "grant.viewed", "grant.checked", "grant.sample_drawn", "grant.note_written", "grant.pack_made", "grant.deadline",
)  # fmt: skip
"""Events of a grant that are one side's own business, or no deed at all."""
LETTERS = {"question": "Rückfrage", "objection": "Beanstandung", "reply": "Antwort", "decision": "Entscheidung",
           "note": "Prüfvermerk"}  # fmt: skip


def until(statement: Statement) -> datetime:
    """Return the moment the pack speaks of; raises `NotFound` for a draft."""
    if statement.submitted_at is None:
        raise NotFound
    return statement.closed_at or statement.submitted_at


def pending(work: Work) -> bool:
    """Whether something that happened to a grant was not sealed yet; a pack made now would lack it."""
    query = select(Event.id).where(Event.done_at.is_(None), Event.kind.startswith("grant."))
    return work.session.scalars(query).first() is not None


def count(work: Work, statement: Statement) -> int:
    """Return how many versions a pack holds, for its progress."""
    return len(_cited(_told(work, statement)))


def stream(
    work: Work,
    statement: Statement,
    progress: Callable[[int], None] = lambda _done: None,
    digest: Callable[[str], None] = lambda _sha256: None,
) -> Iterator[bytes]:
    """Yield the pack piece by piece; `progress` gets how many versions are in, `digest` the manifest's SHA-256."""
    told = _told(work, statement)
    newest, versions = told[-1][1], _cited(told)
    writer = Writer(zipfile.ZIP_STORED)  # the verifier knows every byte of it
    texts: dict[int, list[tuple[str, list[print_blocks.Block]]]] = {}
    drawings: dict[str, str] = {}
    for at, (version_id, cited) in enumerate(versions.items(), 1):
        _add_version(work, writer, version_id, cited, drawings, texts)
        progress(at)
        yield writer.take()
    for number, content, data in told:
        writer.add(f"nachweise/{number:03}.json", data)
        for name, table in evidence_tables.of(content):
            writer.add(f"tabellen/{number:03}-{name}.csv", table)
    yield writer.take()
    letters = _letters(work, statement)
    writer.add("schriftwechsel.json", plain(letters))
    excerpt = list(_log(work, statement, _entry_ids(work, versions)))
    writer.add("protokoll/zeilen.jsonl", b"".join(line + b"\n" for line, _ in excerpt))
    writer.add("protokoll/angaben.jsonl", b"".join(data + b"\n" for _, data in excerpt))
    titles = evidence_print.Titles(
        f"Verwendungsnachweis: {newest['grant']['title']}",
        f"{evidence_report.KINDS[newest['statement']['kind']]} {newest['statement']['number']}, Stand "
        f"{until(statement):%d.%m.%Y}. Die Prüfsummen aller Dateien stehen in manifest.json.",
        newest["grant"]["organisation"],
    )
    places = {key: _path(cited) for key, cited in versions.items()}
    sha256 = hashlib.sha256(told[-1][2]).hexdigest()
    chapters = evidence_report.chapters(newest, sha256, letters, places, texts)
    writer.add("bericht.html", evidence_print.html(titles, chapters).encode())
    yield writer.take()
    writer.add("bericht.pdf", evidence_print.pdf(titles, chapters, drawings, at=int(until(statement).timestamp())))
    writer.add("pruefen.py", verify.source())
    writer.add("LIESMICH.txt", evidence_print.READ_ME.read_bytes())
    yield writer.take()
    manifest = {
        "form": FORM,
        "grant": newest["grant"]["slug"],
        "reference": newest["grant"]["reference"],
        "statement": statement.number,
        "as_of": until(statement).isoformat(),
        "statements": [
            {"number": number, "file": f"nachweise/{number:03}.json", "sha256": hashlib.sha256(data).hexdigest()}
            for number, _content, data in told
        ],
        "versions": [
            {"version": key, "file": _path(cited) + _ending(cited), "sha256": cited["sha256"]}
            for key, cited in versions.items()
        ],
        "files": writer.files,
    }
    sums = "".join(f"{row['sha256']}  {row['path']}\n" for row in writer.files)
    told_last = plain(manifest)
    digest(hashlib.sha256(told_last).hexdigest())
    yield writer.finish({"SHA256SUMS": sums.encode(), "manifest.json": told_last})


def note_made(work: Work, statement: Statement, manifest_sha256: str) -> None:
    """Write down that a pack was made and what digest its manifest has."""
    grant = statement.grant
    work.record(
        "grant.pack_made",
        organisation_id=grant.organisation_id,
        grant_id=grant.id,
        statement=statement.number,
        manifest_sha256=manifest_sha256,
    )


def start(work: Work, statement: Statement) -> Job:
    """Note for the worker to make the pack of a submitted statement, for either side."""
    if statement.state == StatementState.DRAFT or not may.read_statement(work.actor, statement):
        raise NotFound
    job = Job(
        kind="evidence",
        user_id=work.actor.user_id,
        organisation_id=statement.grant.organisation_id,
        total_count=count(work, statement),
        options={"grant": statement.grant.slug, "statement": statement.number},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    return job


def find_job(work: Work, statement: Statement, job_id: int) -> Job:
    """Return one's own job of that statement; raises `NotFound`."""
    job = work.session.get(Job, job_id)
    wanted = {"grant": statement.grant.slug, "statement": statement.number}
    if job is None or job.kind != "evidence" or job.user_id != work.actor.user_id:
        raise NotFound
    if {name: job.options.get(name) for name in wanted} != wanted:
        raise NotFound
    return job


def _told(work: Work, statement: Statement) -> list[tuple[int, dict[str, Any], bytes]]:
    """Return (number, content, bytes) of the statements up to this one, oldest first."""
    found = [row for row in statements.submitted(work, statement.grant) if row.number <= statement.number]
    frozen = [(row.number, statements.frozen_bytes(work, row)) for row in reversed(found)]
    return [(number, json.loads(data), data) for number, data in frozen]


def _cited(told: list[tuple[int, dict[str, Any], bytes]]) -> dict[int, dict[str, Any]]:
    return {
        cited["version"]: cited
        for _number, content, _data in told
        for result in content["results"]
        for cited in result["evidence"]
    }


def _entry_ids(work: Work, version_ids: Iterable[int]) -> list[int]:
    return list(work.session.scalars(select(Version.entry_id).where(Version.id.in_(list(version_ids)))))


def _path(cited: dict[str, Any]) -> str:
    return f"versionen/{cited['version']}-{cited['entry'].replace('/', '-')}-{cited['number']}/"


def _ending(cited: dict[str, Any]) -> str:
    return "inhalt.bpmn" if cited["kind"] == EntryKind.PROCESS else "inhalt.md"


def _add_version(
    work: Work,
    writer: Writer,
    version_id: int,
    cited: dict[str, Any],
    drawings: dict[str, str],
    texts: dict[int, list[tuple[str, list[print_blocks.Block]]]],
) -> None:
    version = work.session.get_one(Version, version_id)
    source, place = entries.source(work, version), _path(cited)
    writer.add(place + _ending(cited), source)
    writer.add(place + "angaben.json", plain(cited))
    if cited["kind"] == EntryKind.PROCESS:
        svg = renderings.of(work, version.blob_sha256, "svg")
        writer.add(place + "diagramm.svg", svg.encode())
        text = renderings.of(work, version.blob_sha256, "text-de")
        texts[version_id] = list(print_blocks.of_description(describe(renderings.model(work, version.blob_sha256))))
        drawings[place + "diagramm.svg"] = svg
    else:
        text = evidence_print.design_html(read_design(source))
    writer.add(place + "text.html", evidence_print.page(f"{cited['title']}, Version {cited['number']}", text).encode())


def _letters(work: Work, statement: Statement) -> list[dict[str, Any]]:
    query = (
        select(Note)
        .join(Statement, Statement.id == Note.statement_id)
        .where(
            Statement.grant_id == statement.grant_id,
            Statement.number <= statement.number,
            Note.internal.is_(False),
            Note.written_at <= until(statement),
        )
        .order_by(Note.id)
    )
    return [
        {
            "at": row.written_at.isoformat(),
            "organisation": row.organisation.name,
            "kind": LETTERS[row.kind],
            "text": row.text,
            "deadline": row.deadline.isoformat() if row.deadline else None,
            "verdict": row.verdict,
        }
        for row in work.session.scalars(query)
    ]


def _log(work: Work, statement: Statement, entry_ids: list[int]) -> Iterator[tuple[bytes, bytes]]:
    """Yield (line, what it speaks of) of the log's sealed lines about the grant and the cited entries."""
    grant = statement.grant
    about = and_(Event.kind.startswith("grant."), Event.kind.not_in(INTERNAL))
    wanted = or_(about, Event.entry_id.in_(sorted(set(entry_ids))))
    for line in log.lines(work, wanted, Event.happened_at <= until(statement)):
        if line.kind.startswith("grant.") and line.data.get("grant_id") != grant.id:
            continue
        yield line.text, log.canonical({"position": line.position, "digest": line.digest, "data": line.data})
