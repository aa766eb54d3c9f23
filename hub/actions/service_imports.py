"""Catalogues of services from CSV files: looked at first, imported as a whole, undone as a whole."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub import catalogue
from hub.actions import entries, services
from hub.catalogue import FIELDS, Fault, Row, Sheet
from hub.errors import Conflict, Invalid, NotFound
from hub.policy.services import edit_services
from hub.store.activity import Job
from hub.store.entries import Blob, Entry
from hub.store.services import Service, ServiceAlias, ServiceChange, ServiceImport, words_of
from hub.text.slug import file_name
from hub.work import Work

SHOWN = 500
"""Faulty rows, warnings and kept services that a report names one by one; the rest is counted."""
SAMPLE = 6
"""Rows a preview shows."""


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    new: list[Row] = field(default_factory=list)
    changed: list[tuple[int, dict[str, str], dict[str, str], int]] = field(default_factory=list)
    """(service, former values, new values, revision afterwards); only fields that change."""
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows there were."""
        return len(self.new) + len(self.changed) + self.unchanged + len(self.faults)

    def report(self) -> dict[str, Any]:
        """Return the counts, and the rows that need a person."""
        return {
            "total": self.total,
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "faulty": len(self.faults),
            "warned": len(self.warnings),
            "faults": [[row.line, row.text] for row in self.faults[:SHOWN]],
            "warnings": [[row.line, row.text] for row in self.warnings[:SHOWN]],
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person sees before the import: the table, what was understood, and what it would do."""

    sheet: Sheet
    mapping: Mapping[str, int]
    rows: Sequence[Row]
    plan: Plan | None
    """None while the column with the names is missing."""


def receive(work: Work, data: bytes, name: str) -> ServiceImport:
    """Keep a catalogue file to look at; raises `Invalid` with place and remedy for what cannot be read."""
    work.require(edit_services)
    sheet = _sheet(data)
    sha256 = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, sha256)
    made = ServiceImport(
        user_id=work.actor.user_id,
        name=file_name(name)[:300],
        blob_sha256=sha256,
        mapping=catalogue.guess(sheet.header),
        report={},
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _sheet(data: bytes) -> Sheet:
    try:
        return catalogue.read_sheet(data)
    except catalogue.Unreadable as error:
        raise Invalid(file=str(error)) from error


def find(work: Work, import_id: int) -> ServiceImport:
    """Return an import; raises `NotFound` for those who may not import."""
    found = work.session.get(ServiceImport, import_id) if edit_services(work.actor) else None
    if found is None:
        raise NotFound
    return found


def latest(work: Work, *, limit: int = 20) -> Sequence[ServiceImport]:
    """Return the imports that were ordered, newest first."""
    work.require(edit_services)
    query = select(ServiceImport).where(ServiceImport.job_id.is_not(None)).order_by(ServiceImport.id.desc())
    return work.session.scalars(query.limit(limit)).all()


def sheet_of(work: Work, found: ServiceImport) -> Sheet:
    """Return the table of an import's file."""
    return _sheet(work.session.scalars(select(Blob.content).where(Blob.sha256 == found.blob_sha256)).one())


def preview(work: Work, found: ServiceImport, mapping: Mapping[str, int] | None = None) -> Preview:
    """Return what the import would do with `mapping`, or as guessed; nothing is written."""
    sheet = sheet_of(work, found)
    chosen = checked(sheet, found.mapping if mapping is None else mapping)
    if "name" not in chosen:
        return Preview(sheet, chosen, (), None)
    rows = list(catalogue.read_rows(sheet, chosen))
    readable = [row for row in rows if isinstance(row, Row)]
    return Preview(sheet, chosen, readable[:SAMPLE], plan(work, rows))


def checked(sheet: Sheet, mapping: Mapping[str, int]) -> dict[str, int]:
    """Return the part of `mapping` that makes sense for the table."""
    return {name: at for name, at in mapping.items() if name in FIELDS and 0 <= at < len(sheet.header)}


def order(work: Work, found: ServiceImport, mapping: Mapping[str, int]) -> Job:
    """Let the worker do the import; raises `Invalid` without a column for the names, `Conflict` if done before."""
    work.require(edit_services)
    if found.job_id is not None:
        raise Conflict("already_ordered")
    sheet = sheet_of(work, found)
    chosen = checked(sheet, mapping)
    if "name" not in chosen:
        raise Invalid(
            name=f"Die Spalte mit dem Namen der Leistung fehlt. Bitte wählen Sie sie aus; die Datei hat die Spalten: "
            f"{', '.join(sheet.header)}."
        )
    found.mapping = chosen
    job = Job(
        kind="services",
        user_id=work.actor.user_id,
        total_count=len(sheet.rows),
        options={"import": found.id},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    found.job_id = job.id
    return job


_COLUMNS = (Service.id, Service.revision, *(getattr(Service, name) for name in FIELDS))


def plan(work: Work, rows: Iterable[Row | Fault]) -> Plan:
    """Return what taking these rows over would change, with two queries.

    A row is the service with its key; a row with a new key may also be one without key of the same name and bundle;
    a row without key is one without key of the same name and OZG-ID. Empty cells leave what is there.
    """
    known = [
        (row[0], row[1], {name: value or "" for name, value in zip(FIELDS, row[2:], strict=True)})
        for row in work.session.execute(select(*_COLUMNS))
    ]
    merged = set(work.session.scalars(select(ServiceAlias.old_id)))
    by_key = {values["key"]: (key, revision, values) for key, revision, values in known if values["key"]}
    keyless = {
        (values["name"].casefold(), values["ozg_id"]): (key, revision, values)
        for key, revision, values in known
        if not values["key"] and key not in merged
    }
    found, seen = Plan(), set[tuple[str, ...]]()
    for row in rows:
        if isinstance(row, Fault):
            found.faults.append(row)
            continue
        if row.warning:
            found.warnings.append(Fault(row.line, row.warning))
        identity = catalogue.identity(row.values)
        key = row.values.get("key", "")
        name = (row.values["name"].casefold(), row.values.get("ozg_id", ""))
        old = by_key.get(key) if key else keyless.get(name)
        if key and old is None:
            old = keyless.pop(name, None) or keyless.pop((name[0], ""), None)
        if identity in seen or (old is not None and old[0] in merged):
            found.unchanged += 1
        elif old is None:
            found.new.append(row)
        else:
            after = {field: value for field, value in row.values.items() if value and value != old[2][field]}
            if after:
                before = {field: old[2][field] for field in after}
                found.changed.append((old[0], before, after, old[1] + 1))
            else:
                found.unchanged += 1
        seen.add(identity)
    return found


def apply(work: Work, found: ServiceImport, rows: Iterable[Row | Fault]) -> Plan:
    """Take the rows over, all in the transaction of `work`, and remember what was before."""
    work.require(edit_services)
    if found.applied_at is not None:
        raise Conflict("already_ordered")
    planned = plan(work, rows)
    source = f"Katalog {found.name}"[:300]
    ids: list[int] = []
    if planned.new:
        fresh = [_row(row.values, source) for row in planned.new]
        ids = list(work.session.scalars(insert(Service).returning(Service.id, sort_by_parameter_order=True), fresh))
    changes: list[dict[str, Any]] = [
        {"import_id": found.id, "service_id": key, "before": None, "revision": 1} for key in ids
    ]
    changes += [
        {"import_id": found.id, "service_id": key, "before": before, "revision": revision}
        for key, before, _after, revision in planned.changed
    ]
    _write(work, {key: (after, revision) for key, _before, after, revision in planned.changed})
    if changes:
        work.session.execute(insert(ServiceChange), changes)
    found.applied_at, found.report = work.now, planned.report()
    work.session.flush()
    services.index_again(work, [row[0] for row in planned.changed])
    work.record("services.imported", name=found.name, new=len(planned.new), changed=len(planned.changed))
    return planned


def _row(given: Mapping[str, str], source: str) -> dict[str, Any]:
    values = dict.fromkeys(FIELDS, "") | dict(given)
    return values | {
        "key": values["key"] or None,
        "source": source,
        "active": True,
        "revision": 1,
        "words": words_of(values),
    }


def _write(work: Work, wanted: Mapping[int, tuple[Mapping[str, str], int]]) -> None:
    """Write new values and revision of many services; keys that are given up are freed first."""
    rows: list[dict[str, Any]] = []
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        query = select(*_COLUMNS).where(Service.id.in_(ids[start : start + 500]))
        for key, _revision, *old in work.session.execute(query):
            after, revision = wanted[key]
            values = {name: value or "" for name, value in zip(FIELDS, old, strict=True)} | dict(after)
            words = words_of(values)
            rows.append(values | {"id": key, "key": values["key"] or None, "revision": revision, "words": words})
    for row in rows:
        if row["key"] is None:
            work.session.execute(update(Service).where(Service.id == row["id"]).values(key=None))
    if rows:
        work.session.execute(update(Service), rows)
        work.session.flush()
        work.session.expire_all()


def undo(work: Work, found: ServiceImport) -> None:
    """Give every service the values it had before the import, and remove those it added.

    What somebody has edited since, and what entries meanwhile use, stays as it is and is named in the report.
    """
    work.require(edit_services)
    if found.applied_at is None or found.undone_at is not None:
        raise Conflict("nothing_to_undo")
    query = select(ServiceChange, Service.revision, Service.name, Service.active)
    query = query.outerjoin(Service, Service.id == ServiceChange.service_id)
    back: dict[int, tuple[Mapping[str, str], int]] = {}
    gone: dict[int, str] = {}
    kept: list[list[str]] = []
    rows: Iterable[Any] = work.session.execute(query.where(ServiceChange.import_id == found.id))
    for change, revision, name, active in rows:
        if revision is None:
            continue
        if revision != change.revision or not active:
            kept.append([name, "Seit dem Import hat jemand diese Leistung geändert; sie bleibt, wie sie jetzt ist."])
        elif change.before is None:
            gone[change.service_id] = name
        else:
            # The former revision too, so that an earlier import can be undone after a later one.
            back[change.service_id] = (change.before, revision - 1)
    used = {key for start in range(0, len(gone), 500) for key in _used(work, list(gone)[start : start + 500])}
    removed = 0
    for start in range(0, len(gone), 500):
        some = [key for key in list(gone)[start : start + 500] if key not in used]
        left = _remove(work, some)
        removed += len(some) - len(left)
        used |= left
    kept += [[gone[key], "Einträge verwenden diese Leistung; sie bleibt im Katalog."] for key in sorted(used)]
    _write(work, back)
    found.undone_at = work.now
    counts = {"restored": len(back), "removed": removed, "kept_count": len(kept), "kept": kept[:SHOWN]}
    found.report = found.report | counts
    work.session.flush()
    services.index_again(work, list(back))
    work.record("services.restored", name=found.name, restored=len(back), removed=removed)


def _used(work: Work, ids: Sequence[int]) -> set[int]:
    entries_of = work.session.scalars(select(Entry.service_id).where(Entry.service_id.in_(ids)).distinct())
    merged = work.session.scalars(select(ServiceAlias.service_id).where(ServiceAlias.service_id.in_(ids)))
    return {key for key in (*entries_of, *merged) if key is not None}


def _remove(work: Work, ids: Sequence[int]) -> set[int]:
    """Delete services; return those that something else of the hub still points at."""
    if not ids:
        return set()
    try:
        with work.session.begin_nested():
            work.session.execute(delete(Service).where(Service.id.in_(ids)))
    except IntegrityError:
        if len(ids) == 1:
            return set(ids)
        half = len(ids) // 2
        return _remove(work, ids[:half]) | _remove(work, ids[half:])
    return set()
