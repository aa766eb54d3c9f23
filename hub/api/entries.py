"""Entries: list, read, create, change the profile, archive."""

from datetime import datetime
from typing import Literal

from hub import policy
from hub.actions import contents, entries, library, organisations
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import EntryRef, VersionRef, address_of, entry_ref, page_of, version_ref
from hub.documents import Content
from hub.http import settings
from hub.inputs import EditEntry, Line
from hub.inputs.contents import SendEntry
from hub.store.entries import Entry, EntryKind, Level, Nature, Visibility
from hub.work import Work

routes = Routes("Einträge")


class Which(paging.Paged):
    """Filters of the list; empty means all."""

    organisation: Line = ""
    kind: Literal["", "process", "design"] = ""
    state: Literal["", "draft", "published"] = ""
    level: Literal["", "101", "102", "103", "104", "105"] = ""
    nature: Literal["", "ist", "soll"] = ""
    service: Line = ""
    archived: Literal["0", "1"] = "0"


class ServiceRef(Output):
    """The service an entry is about."""

    id: int
    key: str | None
    name: str


class OriginOut(Output):
    """The version a fork was made from."""

    entry: EntryRef
    version: VersionRef


class EntryOut(Output):
    """An entry as it is now for the caller."""

    organisation: str
    slug: str
    kind: EntryKind
    title: str
    summary: str
    about: str
    service: ServiceRef | None
    service_note: str
    level: Level
    nature: Nature
    contact: str
    responsible: str
    legal_bases: list[str]
    tags: list[str]
    licence: str
    visibility: Visibility
    sample: bool
    archived: bool
    revision: int
    created_at: datetime
    updated_at: datetime
    newest: VersionRef | None
    """The newest version the caller may read."""
    published: VersionRef | None
    forked_from: OriginOut | None
    fork_reason: str
    url: str


class EntryList(Output):
    """A page of entries."""

    items: list[EntryOut]
    next: str | None


def shown(work: Work, entry: Entry) -> EntryOut:
    """Return an entry for an answer; of drafts and origins only what the caller may read."""
    drafts = policy.read_drafts(work.actor, entry)
    origin = library.origin(work, entry)
    return EntryOut(
        organisation=entry.organisation.slug,
        slug=entry.slug,
        kind=EntryKind(entry.kind),
        title=entry.title,
        summary=entry.summary,
        about=entry.about,
        service=None
        if entry.service is None
        else ServiceRef(id=entry.service.id, key=entry.service.key, name=entry.service.name),
        service_note=entry.service_note,
        level=Level(entry.level),
        nature=Nature(entry.nature),
        contact=entry.contact,
        responsible=entry.responsible,
        legal_bases=[row.text for row in entry.legal_bases],
        tags=[row.tag for row in entry.tags],
        licence=entry.licence,
        visibility=Visibility(entry.visibility),
        sample=entry.sample,
        archived=entry.archived_at is not None,
        revision=entry.revision,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        newest=version_ref(entry.head if drafts else entry.published),
        published=version_ref(entry.published),
        forked_from=_origin(origin),
        fork_reason=entry.fork_reason,
        url=page_of(entry),
    )


def _origin(found: library.Origin | None) -> OriginOut | None:
    version = version_ref(found.version) if found is not None else None
    return None if found is None or version is None else OriginOut(entry=entry_ref(found.entry), version=version)


@routes.get("/entries", summary="Einträge auflisten", query=Which, returns=EntryList)
def list_entries(work: Work, query: Which) -> EntryList:
    """List readable entries in the order they were created; `archived=1` shows archived ones instead."""
    wanted = library.Wanted(
        city=query.organisation, kind=query.kind, state=query.state, level=query.level, nature=query.nature,
        service=query.service, archived=query.archived == "1",
    )  # fmt: skip
    after = paging.number(query, "after", 0)
    found = library.in_order(work, wanted, after_id=after, limit=query.limit + 1)
    more = len(found) > query.limit
    found = found[: query.limit]
    return EntryList(
        items=[shown(work, row) for row in found], next=paging.cursor(after=found[-1].id) if more else None
    )


@routes.get("/entries/<city>/<slug>", summary="Einen Eintrag lesen", returns=EntryOut)
def read_entry(work: Work, city: str, slug: str) -> EntryOut:
    """Return an entry: its profile, its newest and its published version."""
    return shown(work, entries.find(work, city, slug))


def _read(work: Work, body: SendEntry) -> tuple[Content, bool]:
    work.require(policy.create, organisations.find(work, body.organisation))
    return contents.given(body.kind, body.data(), field="source", limit=settings().model_limit)


@routes.post(
    "/entries", summary="Einen Eintrag anlegen, aus BPMN oder Text", body=SendEntry, returns=EntryOut, prepare=_read
)
def create_entry(work: Work, body: SendEntry, prepared: tuple[Content, bool]) -> Made:
    """Create an entry with its first version from a BPMN file or the text of a service design."""
    given, generated = prepared
    owner = organisations.find(work, body.organisation)
    made = entries.create(work, owner, given, body, message=body.message, layout_generated=generated)
    return Made(shown(work, made), "read_entry", address_of(made))


class ChangeEntry(EditEntry):
    """A changed profile; `If-Match` says what it started from, so that no revision is needed."""

    revision: int = 0


@routes.put(
    "/entries/<city>/<slug>", summary="Steckbrief, Adresse oder Sichtbarkeit ändern", body=ChangeEntry, returns=EntryOut
)
def edit_entry(work: Work, city: str, slug: str, body: ChangeEntry) -> EntryOut:
    """Replace the profile; a new `slug` moves the entry, and the old address keeps leading there."""
    entry = entries.find(work, city, slug)
    entries.edit(work, entry, body, revision=body.revision or entry.revision, slug=body.slug)
    return shown(work, entry)


@routes.post(
    "/entries/<city>/<slug>/archive",
    summary="Einen Eintrag archivieren",
    returns=EntryOut,
    status=200,
    match="/entries/<city>/<slug>",
)
def archive_entry(work: Work, city: str, slug: str) -> EntryOut:
    """Take an entry out of the library; nothing is deleted."""
    entry = entries.find(work, city, slug)
    entries.archive(work, entry)
    return shown(work, entry)


@routes.post(
    "/entries/<city>/<slug>/unarchive",
    summary="Einen Eintrag aus dem Archiv zurückholen",
    returns=EntryOut,
    status=200,
    match="/entries/<city>/<slug>",
)
def unarchive_entry(work: Work, city: str, slug: str) -> EntryOut:
    """Bring an archived entry back."""
    entry = entries.find(work, city, slug)
    entries.unarchive(work, entry)
    return shown(work, entry)
