"""Processes as XProzess messages: an entry or a city out, a message in, each with what could not be carried."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub import bpmn, documents, policy, xprozess
from hub.actions import entries, fim_records, indexing, profiles, renderings
from hub.documents import Content, ProcessContent
from hub.errors import Forbidden, HubError, Invalid, NotFound
from hub.inputs import EntryProfile
from hub.store.activity import Job
from hub.store.entries import Blob, Entry, EntryKind, Level, Version
from hub.store.fim import FimUpload
from hub.store.organisations import Organisation
from hub.text.slug import file_name
from hub.work import Work
from hub.xprozess import Activity, Head, LegalBasis, Message, Process, Read, Region

MOST = 500
"""Processes of one file that are imported at once."""


def process_of(work: Work, entry: Entry, shown: Version) -> Process:
    """Return a process version as FIM sees it; the newest with today's profile, older ones with theirs."""
    newest = shown.id == entry.head_id
    said = json.loads(profiles.snapshot(work, entry) if newest else shown.profile)
    fim = said.get("fim", {})
    told = xprozess.from_plain(Process, fim.get("profile", {}))
    details = {basis.name: basis for basis in told.legal_bases}
    # As long as nobody published anew, an imported process is still the version its file said.
    untouched = bool(told.version) and shown.sequence == 1
    state = told.state
    if not untouched:
        state = replace(state, created_at=_iso(entry.created_at), changed_at=_iso(shown.created_at))
    ags = entry.organisation.ags
    own = (Region("gemeindeschluessel", xprozess.code("gemeindeschluessel", ags)),) if ags else ()
    return replace(
        told,
        id=said["service_key"] or told.id or f"{entry.organisation.slug}/{entry.slug}",
        version=told.version if untouched else f"{shown.major:02}.{shown.minor:02}.00",
        name=said["title"],
        designation=said["service"],
        legal_bases=tuple(details.get(name, LegalBasis(name)) for name in said["legal_bases"]),
        level=xprozess.code("level", said["level"]),
        regions=told.regions or own,
        keywords=tuple(said["tags"]),
        state=state,
        activities=_activities(work, shown, fim.get("activities", {})),
        model=xprozess.ModelFile(f"{said['title'][:100]}.bpmn", entries.source(work, shown)),
    )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _activities(work: Work, shown: Version, stored: dict[str, Any]) -> tuple[Activity, ...]:
    keys = entries.element_keys(work, shown)
    found = []
    for node in renderings.model(work, shown.blob_sha256).of_kind(bpmn.Kind.ACTIVITY):
        activity = xprozess.from_plain(Activity, {"type": 0, **stored.get(keys.get(node.id, ""), {})})
        kind = bpmn.rag_of(node) or activity.type
        if kind and node.type != "callActivity":
            found.append(replace(activity, type=kind, element_id=node.id, name=" ".join(node.name.split())))
    digits = max(2, len(str(len(found))))
    numbered = [row if row.number else replace(row, number=f"{at:0{digits}}") for at, row in enumerate(found, 1)]
    return tuple(sorted(numbered, key=lambda row: (row.number, row.element_id)))


def export(work: Work, entry: Entry, shown: Version, *, address: str) -> bytes:
    """Return one process version as an XProzess message; equal version and profile give equal bytes."""
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    process = process_of(work, entry, shown)
    body = json.dumps(xprozess.to_plain(replace(process, model=None)), sort_keys=True) + shown.blob_sha256
    return xprozess.write(
        _head(entry.organisation, address + hashlib.sha256(body.encode()).hexdigest(), shown), [process]
    )


def _head(organisation: Organisation, name: str, newest: Version) -> Head:
    return Head(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        at=newest.created_at,
        author=organisation.name,
        catalogue=f"Prozesskatalog {organisation.short_name}",
        library=f"Prozessbibliothek {organisation.short_name}",
    )


def published(work: Work, organisation: Organisation) -> list[int]:
    """Return the ids of an organisation's published processes that the actor may read."""
    query = select(Entry.id).where(
        Entry.organisation_id == organisation.id,
        Entry.kind == EntryKind.PROCESS,
        Entry.published_id.is_not(None),
        Entry.archived_at.is_(None),
        policy.read_visible(work.actor),
    )
    return list(work.session.scalars(query.order_by(Entry.id)))


def export_all(work: Work, organisation: Organisation, *, address: str) -> Iterator[bytes]:
    """Yield an organisation's published processes as one message; raises `NotFound` if there is none."""
    ids = published(work, organisation)
    if not ids:
        raise NotFound
    query = select(Version).join(Entry, Entry.published_id == Version.id).where(Entry.id.in_(ids))
    newest = work.session.scalars(query.order_by(Version.created_at.desc(), Version.id.desc()).limit(1)).one()
    name = f"{address}?{','.join(map(str, ids))}&{newest.blob_sha256}&{newest.id}"
    head = _head(organisation, name, newest)
    return xprozess.stream(head, lambda: _each(work, ids))


def _each(work: Work, ids: Sequence[int]) -> Iterator[Process]:
    """Yield processes one at a time and forget each, so that a large city needs no more memory than one process."""
    for entry_id in ids:
        entry = work.session.scalars(
            select(Entry).where(Entry.id == entry_id).options(joinedload(Entry.published))
        ).one()
        if entry.published is not None:
            yield process_of(work, entry, entry.published)
            work.session.expunge(entry.published)
        work.session.expunge(entry)


def read(data: bytes) -> Message:
    """Return what is in an XProzess file; raises `Invalid` with a German sentence on `file`."""
    try:
        found = xprozess.read(data)
    except xprozess.Unreadable as error:
        raise Invalid(file=error.sentence()) from error
    if len(found.processes) > MOST:
        raise Invalid(file=f"Die Datei enthält mehr als {MOST} Prozesse. Bitte teilen Sie den Export auf.")
    return found


def keep_upload(work: Work, data: bytes, name: str) -> FimUpload:
    """Keep an uploaded message while its sender chooses what to import; raises `Invalid` for what is none."""
    if work.actor.user_id is None or not work.actor.has_anywhere(*policy.WRITERS):
        raise Forbidden("create")
    read(data)
    sha256 = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, sha256)
    made = FimUpload(user_id=work.actor.user_id, blob_sha256=sha256, name=file_name(name), created_at=work.now)
    work.session.add(made)
    work.session.flush()
    return made


def upload(work: Work, upload_id: int) -> FimUpload:
    """Return one of the actor's own uploads; raises `NotFound`."""
    found = work.session.get(FimUpload, upload_id)
    if found is None or found.user_id != work.actor.user_id or work.actor.user_id is None:
        raise NotFound
    return found


def message(work: Work, sha256: str) -> Message:
    """Return the message stored under a digest."""
    return read(work.session.scalars(select(Blob.content).where(Blob.sha256 == sha256)).one())


def start(work: Work, kept: FimUpload, organisation: Organisation, chosen: Sequence[int], visibility: str) -> Job:
    """Note the import of the chosen processes (places in the file, from 0) for the worker."""
    work.require(policy.create, organisation)
    count = len(message(work, kept.blob_sha256).processes)
    places = sorted({at for at in chosen if 0 <= at < count})
    if not places:
        raise Invalid(chosen="nothing_chosen")
    job = Job(
        kind="xprozess",
        user_id=work.actor.user_id,
        organisation_id=organisation.id,
        total_count=len(places),
        blob_sha256=kept.blob_sha256,
        options={"name": kept.name, "visibility": visibility, "chosen": places},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    return job


def import_one(work: Work, organisation: Organisation, found: Read, visibility: str) -> dict[str, Any]:
    """Import one process as an entry and return its row of the report; refusals become rows, never errors."""
    told = found.process
    name = told.name or told.designation or told.id or "Prozess ohne Namen"
    try:
        entry, notes = create(work, organisation, found, visibility)
    except Invalid as error:
        return {"name": name, "outcome": "refused", "text": " ".join(error.fields.values())}
    except HubError:
        return {"name": name, "outcome": "refused", "text": "Ihnen fehlt inzwischen das Recht, Einträge anzulegen."}
    return {
        "name": name,
        "outcome": "warned" if notes else "read",
        "text": "Was nicht interpretiert oder nicht übernommen wurde:" if notes else "",
        "notes": notes,
        "url": f"/{organisation.slug}/{entry.slug}",
        "title": entry.title,
    }


def create(work: Work, organisation: Organisation, found: Read, visibility: str) -> tuple[Entry, list[str]]:
    """Add an entry for a process; return it with German sentences on what was not carried over."""
    told, notes = found.process, list(found.warnings)
    content, generated = _content(told, notes)
    profile = _profile(told, visibility, notes)
    entry = entries.create(
        work, organisation, content, profile, message="Import aus XProzess", layout_generated=generated
    )
    if told.designation and entry.service and entry.service.name != told.designation:
        notes.append(
            f"Die Leistung heißt im Katalog des Hubs „{entry.service.name}“, in der Datei „{told.designation}“."
        )
    names = _legal_names(told)
    kept = tuple({names[basis.name]: replace(basis, name=names[basis.name]) for basis in told.legal_bases}.values())
    is_key = len(told.id) == 14 and told.id.isdigit()
    fim_records.keep_profile(work, entry, replace(told, id="" if is_key else told.id, legal_bases=kept))
    fim_records.keep_activities(work, entry, _linked(work, entry, content, told.activities, notes))
    if entry.head is not None:
        # Still the same deed: the first version is written with all that the file says.
        entry.head.profile = profiles.snapshot(work, entry)
    work.session.flush()
    indexing.index(work, entry)  # once more: now it is also known by its FIM id
    return entry, notes


def _content(told: Process, notes: list[str]) -> tuple[Content, bool]:
    if told.model is not None:
        try:
            content = documents.read(EntryKind.PROCESS, told.model.data)
        except Invalid as error:
            notes.append(f"Das Modell ist nicht lesbar: {' '.join(error.fields.values())}")
        else:
            counted = Counter(content.warnings())
            notes += [f"{text} ({count}-mal)" if count > 1 else text for text, count in counted.items()]
            made, generated = documents.laid_out(content)
            if generated:
                notes.append("Die Zeichnung wurde erzeugt, weil die Datei keine enthielt.")
            return made, generated
    notes.append("Statt des Modells wurde ein leerer Prozess angelegt, den Sie zeichnen oder hochladen können.")
    return documents.laid_out(documents.read(EntryKind.PROCESS, bpmn.blank(told.name or "Prozess")))


def _profile(told: Process, visibility: str, notes: list[str]) -> EntryProfile:
    title = (told.name or told.designation or told.id or "Prozess ohne Namen")[:300]
    level = told.level.code
    if level not in set(Level):
        if level:
            notes.append(f"Die Detaillierungsstufe {level} ist unbekannt; eingetragen ist 104 (Lokalinformation).")
        level = Level.LOCAL.value
    tags: list[str] = []
    for word in told.keywords:
        if "," in word or len(word) > 80 or len(", ".join([*tags, word])) > 300 or len(tags) == 30:
            notes.append(f"Das Schlagwort „{word[:80]}“ wurde nicht übernommen (zu lang, zu viele oder mit Komma).")
        else:
            tags.append(word)
    key = told.id if len(told.id) == 14 and told.id.isdigit() else ""
    return EntryProfile.model_validate(
        {
            "title": title,
            "summary": told.description[:50_000],
            "service": told.designation[:300],
            "service_key": key,
            "service_note": "" if key else "In der XProzess-Datei ohne Leistungsschlüssel",
            "level": level,
            "legal_bases": "\n".join(basis.name for basis in told.legal_bases),
            "tags": ", ".join(tags),
            "visibility": visibility,
        }
    )


def _legal_names(told: Process) -> dict[str, str]:
    """Return each legal basis as cited → as the hub writes it (no-break space, at most 300 characters)."""
    return {
        basis.name: EntryProfile(title="-", legal_bases=basis.name).legal_basis_list()[0] for basis in told.legal_bases
    }


def _linked(
    work: Work, entry: Entry, content: Content, told: Sequence[Activity], notes: list[str]
) -> dict[str, Activity | None]:
    """Return element key → activity group, tied by the element's id, else by a name that only one element has."""
    if entry.head is None or not isinstance(content, ProcessContent):
        return {}
    keys = entries.element_keys(work, entry.head)
    nodes = content.model.of_kind(bpmn.Kind.ACTIVITY)
    by_name: dict[str, list[str]] = {}
    for node in nodes:
        by_name.setdefault(" ".join(node.name.split()), []).append(node.id)
    known = {node.id for node in nodes} & keys.keys()
    made: dict[str, Activity | None] = {}
    for row in told:
        words = f"„{row.name or row.number}“ (RAG {row.type})"
        element_id = row.element_id
        if element_id not in known:
            same = [other for other in by_name.get(row.name, []) if other in known and keys[other] not in made]
            if len(same) != 1:
                notes.append(f"Die Aktivitätengruppe {words} verweist auf ein Element, das das Modell nicht enthält.")
                continue
            element_id = same[0]
            notes.append(f"Die Aktivitätengruppe {words} wurde über ihren Namen zugeordnet.")
        if keys[element_id] in made:
            notes.append(f"Die Aktivitätengruppe {words} gehört zu einem Element, das schon eine hat.")
            continue
        made[keys[element_id]] = row
    return made
