"""Versions: list, read, publish, restore, compare, check; the file, the picture and the text of each."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from hub import documents, policy
from hub.actions import checking, comparing, contents, entries, renderings, saving
from hub.api import paging
from hub.api.contract import File, Made, Output, Routes
from hub.api.shapes import EntryRef, PersonOut, address_of, entry_ref, page_of, person
from hub.documents import Content
from hub.errors import NotFound
from hub.http import settings
from hub.inputs import Input, Plain, RestoreVersion
from hub.inputs.contents import SendVersion
from hub.store.entries import Entry, EntryKind, Version, VersionState
from hub.text.slug import slug as slug_of
from hub.work import Work

routes = Routes("Versionen")
Number = Annotated[Plain, StringConstraints(max_length=300)]


class VersionOut(Output):
    """One state of an entry; only `number` and `state` ever change, when it is released."""

    id: int
    number: str
    state: VersionState
    message: str
    author: PersonOut | None
    created_at: datetime
    parent_id: int | None
    merged_from_id: int | None
    restored_from_id: int | None
    sha256: str
    fingerprint: str
    """Digest of the meaning, without layout."""
    layout_generated: bool
    url: str


class VersionList(Output):
    """A page of versions, newest first."""

    items: list[VersionOut]
    next: str | None


class PublishedVersion(VersionOut):
    """The version that was made; `merged` if somebody had published in between and both changes went together."""

    merged: bool


class Between(Input):
    """Which versions to compare: `0.02`, or `stadt/eintrag/0.02` of another entry; from the parent to the newest."""

    old: Number = ""
    new: Number = ""


class DifferenceOut(Output):
    """One change, as a sentence and as ids."""

    kind: str
    sentence: str
    old_id: str | None
    new_id: str | None
    before: str
    after: str


class Side(Output):
    """One side of a comparison."""

    entry: EntryRef
    number: str


class ComparisonOut(Output):
    """All changes between two versions; `cosmetic` if only the drawing differs."""

    old: Side
    new: Side
    cosmetic: bool
    unrelated: bool
    items: list[DifferenceOut]


class CheckOut(Output):
    """What a rule found."""

    rule: str
    severity: str
    element: str | None
    sentence: str


class Checks(Output):
    """What the rules of the entry's organisation find in a version, the gravest first."""

    items: list[CheckOut]
    warnings: list[str]


def _shown(entry: Entry, version: Version) -> VersionOut:
    return VersionOut(
        id=version.id,
        number=version.number,
        state=VersionState(version.state),
        message=version.message,
        author=person(version.author),
        created_at=version.created_at,
        parent_id=version.parent_id,
        merged_from_id=version.merged_from_id,
        restored_from_id=version.restored_from_id,
        sha256=version.blob_sha256,
        fingerprint=version.fingerprint,
        layout_generated=version.layout_generated,
        url=page_of(entry, "versions.show", number=version.number),
    )


@routes.get("/entries/<city>/<slug>/versions", summary="Versionen auflisten", query=paging.Paged, returns=VersionList)
def list_versions(work: Work, city: str, slug: str, query: paging.Paged) -> VersionList:
    """List the readable versions, newest first."""
    entry = entries.find(work, city, slug)
    found = entries.versions(work, entry, limit=query.limit + 1, before=paging.number(query, "before", 0))
    more = len(found) > query.limit
    found = found[: query.limit]
    return VersionList(
        items=[_shown(entry, row) for row in found],
        next=paging.cursor(before=found[-1].sequence) if more else None,
    )


def _find(work: Work, city: str, slug: str, number: str) -> tuple[Entry, Version]:
    entry = entries.find(work, city, slug)
    return entry, entries.version(work, entry, number)


@routes.get("/entries/<city>/<slug>/versions/<number>", summary="Eine Version lesen", returns=VersionOut)
def read_version(work: Work, city: str, slug: str, number: str) -> VersionOut:
    """Return what is known about a version; a number it had as a draft keeps leading to it."""
    return _shown(*_find(work, city, slug, number))


def _name(entry: Entry, version: Version, ending: str) -> str:
    return f"{entry.organisation.slug}-{slug_of(entry.slug)}-{version.number}.{ending}"


@routes.get(
    "/entries/<city>/<slug>/versions/<number>/source",
    summary="Die Datei einer Version, Byte für Byte",
    media=("application/xml", "text/markdown"),
)
def read_source(work: Work, city: str, slug: str, number: str) -> File:
    """Return the content exactly as it was published: BPMN, or the text of a design."""
    entry, version = _find(work, city, slug, number)
    media_type, ending = documents.MEDIA[EntryKind(entry.kind)]
    return File(entries.source(work, version), media_type, _name(entry, version, ending))


def _process(work: Work, city: str, slug: str, number: str) -> tuple[Entry, Version]:
    entry, version = _find(work, city, slug, number)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    return entry, version


@routes.get("/entries/<city>/<slug>/versions/<number>/svg", summary="Das Diagramm als SVG", media=("image/svg+xml",))
def read_svg(work: Work, city: str, slug: str, number: str) -> File:
    """Return the drawing of a process model."""
    entry, version = _process(work, city, slug, number)
    data = renderings.of(work, version.blob_sha256, "svg").encode()
    return File(data, "image/svg+xml", _name(entry, version, "svg"))


@routes.get(
    "/entries/<city>/<slug>/versions/<number>/text", summary="Der Prozess als deutscher Text", media=("text/html",)
)
def read_text(work: Work, city: str, slug: str, number: str) -> File:
    """Return the German text of a process model, a fragment of HTML with one list item per step."""
    entry, version = _process(work, city, slug, number)
    data = renderings.of(work, version.blob_sha256, "text-de").encode()
    return File(data, "text/html", _name(entry, version, "html"))


@routes.get("/entries/<city>/<slug>/versions/<number>/checks", summary="Was die Prüfregeln finden", returns=Checks)
def check_version(work: Work, city: str, slug: str, number: str) -> Checks:
    """Return the breaches of rules, and what was odd about reading the content."""
    entry, version = _find(work, city, slug, number)
    content = entries.content(work, entry, version)
    rows = checking.findings(work, entry, version) if entry.kind == EntryKind.PROCESS else ()
    return Checks(
        items=[
            CheckOut(rule=row.rule, severity=str(row.severity), element=row.element_id, sentence=row.sentence("de"))
            for row in rows
        ],
        warnings=content.warnings(),
    )


def _read(work: Work, city: str, slug: str, body: SendVersion) -> tuple[Content, bool]:
    entry = entries.find(work, city, slug)
    work.require(policy.publish, entry)
    return contents.given(entry.kind, body.data(), field="source", limit=settings().model_limit)


@routes.post(
    "/entries/<city>/<slug>/versions",
    summary="Eine Version veröffentlichen",
    body=SendVersion,
    returns=PublishedVersion,
    prepare=_read,
)
def publish_version(work: Work, city: str, slug: str, body: SendVersion, prepared: tuple[Content, bool]) -> Made:
    """Publish the next version from `parent`, the id of the version it was made from.

    If somebody published in between and both changes go together, the result holds both; otherwise 409 `moved_on`.
    """
    entry = entries.find(work, city, slug)
    work.require(policy.publish, entry)
    started = work.session.get(Version, body.parent)
    if started is None or started.entry_id != entry.id:
        raise NotFound
    given, generated = prepared
    made, merged = saving.publish(work, entry, given, body.message, started=started, layout_generated=generated)
    return made_version(entry, made, merged=merged)


def made_version(entry: Entry, made: Version, *, merged: bool) -> Made:
    """Return the answer to whoever published a version."""
    output = PublishedVersion(**_shown(entry, made).model_dump(), merged=merged)
    return Made(output, "read_version", {**address_of(entry), "number": made.number})


@routes.post(
    "/entries/<city>/<slug>/versions/<number>/restore",
    summary="Eine alte Version wiederherstellen",
    body=RestoreVersion,
    returns=PublishedVersion,
)
def restore_version(work: Work, city: str, slug: str, number: str, body: RestoreVersion) -> Made:
    """Publish the content of an old version again; `parent` is the id of the newest one."""
    entry, old = _find(work, city, slug, number)
    message = f"Version {old.number} wiederhergestellt"
    return made_version(entry, entries.restore(work, entry, old, message, parent_id=body.parent), merged=False)


@routes.get(
    "/entries/<city>/<slug>/compare", summary="Zwei Versionen vergleichen", query=Between, returns=ComparisonOut
)
def compare_versions(work: Work, city: str, slug: str, query: Between) -> ComparisonOut:
    """Return what changed; without `old` from the version that `new` was made from, without `new` to the newest."""
    entry = entries.find(work, city, slug)
    new_entry, new = comparing.side(work, entry, query.new or entries.current(work, entry).number)
    old_entry, old = comparing.side(work, entry, query.old) if query.old else comparing.parent(work, new_entry, new)
    found = comparing.compare(work, old_entry, old, new_entry, new)
    return ComparisonOut(
        old=Side(entry=entry_ref(old_entry), number=old.number),
        new=Side(entry=entry_ref(new_entry), number=new.number),
        cosmetic=found.cosmetic,
        unrelated=found.unrelated,
        items=[
            DifferenceOut(
                kind=row.kind,
                sentence=row.sentence,
                old_id=row.old_id,
                new_id=row.new_id,
                before=row.before,
                after=row.after,
            )
            for row in found.differences
        ],
    )
