"""Keep the search index in step with the library, inside the transaction of the deed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from hub import bpmn, policy, search
from hub.actions import facets, locking, renderings
from hub.design import Design
from hub.documents import Content, DesignContent, ProcessContent, read
from hub.store.discussions import Audience, Comment
from hub.store.entries import Blob, Entry, Version, VersionState
from hub.store.fim import FimProfile
from hub.store.services import Service
from hub.text import markdown
from hub.work import Work

STANDING = {
    VersionState.DRAFT: 0,
    VersionState.REVIEW_METHOD: 1,
    VersionState.REVIEW_EXPERT: 1,
    VersionState.RELEASED: 2,
}
MOST_REMARKS = 500
"""Comments of an entry that are found; older ones make room."""
STEP_KINDS = frozenset({bpmn.Kind.ACTIVITY, bpmn.Kind.EVENT, bpmn.Kind.GATEWAY})


def index(work: Work, entry: Entry, given: Content | None = None) -> None:
    """Write what can be found of `entry`; `given` is the newest version's content, if at hand.

    Two documents are made where the published version is not the newest: readers outside the cooperation must
    not find an entry by the words of a draft.
    """
    locking.lock_index(work, entry)
    found = documents(work, entry, given)
    if found:
        search.put(work.session, *found)
    else:
        search.drop(work.session, entry.id)


def documents(work: Work, entry: Entry, given: Content | None = None) -> list[search.Document]:
    """Return what the index holds of an entry; nothing while it is archived."""
    head, published = entry.head, entry.published
    if entry.archived_at is not None or head is None:
        return []
    if published is not None and published.id == head.id:
        return [_document(work, entry, head, search.Scope.BOTH, given)]
    found = [_document(work, entry, head, search.Scope.INTERNAL, given)]
    if published is not None:
        found.append(_document(work, entry, published, search.Scope.EXTERNAL, None))
    return found


def document(work: Work, entry: Entry, version: Version) -> search.Document:
    """Return one version as the index would hold it, for searching inside it."""
    scope = search.Scope.INTERNAL if policy.read_drafts(work.actor, entry) else search.Scope.EXTERNAL
    return _document(work, entry, version, scope, None)


def texts(given: Content) -> Iterator[search.Section]:
    """Yield everything a content says, by the element or section that says it; a step's heading is its name."""
    if isinstance(given, ProcessContent):
        for step in _steps(given.model, {}):
            yield search.Section(step.element_id, step.name, step.name)
        yield from _texts(given.model)
    elif isinstance(given, DesignContent):
        yield from _written(given.design)


def index_comments(work: Work, entry: Entry) -> None:
    """Write the entry's document again because its discussion changed."""
    index(work, entry)


def index_comment(work: Work, entry: Entry, comment: Comment) -> None:
    """Add a comment just written to what is found of the entry, without reading the whole entry again."""
    locking.lock_index(work, entry)
    head, published = entry.head, entry.published
    remark = _remark(comment)
    wanted = {row.id for row in (head, published if remark.land else None) if row is not None}
    written = select(func.count()).where(Comment.entry_id == entry.id, Comment.deleted_at.is_(None))
    whole = entry.archived_at is not None or (work.session.scalar(written) or 0) > MOST_REMARKS
    if whole or not search.tell(work.session, entry.id, remark, wanted):
        index(work, entry)


def _document(
    work: Work, entry: Entry, version: Version, scope: search.Scope, given: Content | None
) -> search.Document:
    if given is None:
        data = work.session.scalars(select(Blob.content).where(Blob.sha256 == version.blob_sha256)).one()
        given = read(entry.kind, data)
    service, state = entry.service, version.state
    steps: tuple[search.Step, ...] = ()
    roles: tuple[str, ...] = ()
    sections: tuple[search.Section, ...] = ()
    if isinstance(given, ProcessContent):
        numbers = renderings.step_numbers(work, version.blob_sha256)
        steps, roles, sections = (
            tuple(_steps(given.model, numbers)),
            tuple(_roles(given.model)),
            tuple(_texts(given.model)),
        )
    elif isinstance(given, DesignContent):
        sections = tuple(_written(given.design))
    if entry.about:
        sections += (search.Section("about", "Beschreibung", markdown.words(entry.about)),)
    organisation = entry.organisation
    return search.Document(
        entry_id=entry.id,
        version_id=version.id,
        organisation_id=organisation.id,
        visibility=entry.visibility,
        scope=scope,
        title=entry.title,
        updated_at=entry.updated_at,
        summary=entry.summary,
        names=(*_service_names(service), *(row.tag for row in entry.tags)),
        keys=_keys(work, entry, service),
        legal_bases=tuple(row.text for row in entry.legal_bases),
        steps=steps,
        roles=(*roles, *filter(None, (entry.responsible, entry.contact)), organisation.name, organisation.short_name),
        sections=sections,
        remarks=tuple(_remarks(work, entry)) if scope != search.Scope.EXTERNAL else tuple(_land_remarks(work, entry)),
        facets=facets.of(work, entry, version, given),
        filters={
            "stadt": (organisation.slug, organisation.short_name, organisation.name),
            "art": _kinds(entry),
            "stand": _states(state),
        },
        standing=STANDING.get(VersionState(state), 3),
        reuse_count=_forks(work, entry),
    )


def _service_names(service: Service | None) -> tuple[str, ...]:
    """Return every name people know a service by."""
    if service is None:
        return ()
    return tuple(filter(None, (service.name, service.citizen_name, *service.synonyms.splitlines(), service.ozg_name)))


def _keys(work: Work, entry: Entry, service: Service | None) -> tuple[str, ...]:
    """Return the numbers people know an entry by: of its service in LeiKa and OZG, and its own in FIM."""
    facts: dict[str, Any] = work.session.scalar(select(FimProfile.facts).where(FimProfile.entry_id == entry.id)) or {}
    known = (service.key or "", service.ozg_id) if service is not None else ()
    return tuple(dict.fromkeys(filter(None, (*known, str(facts.get("id", ""))))))


def _kinds(entry: Entry) -> tuple[str, ...]:
    names = {"process": ("prozess", "prozessmodell"), "design": ("design", "leistungsdesign")}[entry.kind]
    return (*names, entry.nature) if entry.nature else names


def _states(state: str) -> tuple[str, ...]:
    return {
        VersionState.DRAFT: ("entwurf",),
        VersionState.REVIEW_METHOD: ("prüfung", "methodisch"),
        VersionState.REVIEW_EXPERT: ("prüfung", "fachlich"),
        VersionState.RELEASED: ("freigegeben",),
        VersionState.PUBLISHED: ("veröffentlicht", "freigegeben"),
    }.get(VersionState(state), (state,))


def load(work: Work, entry_ids: Sequence[int]) -> Iterator[search.Document]:
    """Yield what the index holds of some entries, for a rebuild."""
    for entry in work.session.scalars(select(Entry).where(Entry.id.in_(entry_ids))):
        yield from documents(work, entry)


def _written(design: Design) -> Iterator[search.Section]:
    """Yield a design's facts, introduction and sections."""
    if design.fields:
        yield search.Section("facts", "Eckdaten", "; ".join(f"{name}: {text}" for name, text in design.fields.items()))
    if design.intro:
        yield search.Section("", "", markdown.words(design.intro))
    for part in design.sections:
        yield search.Section(part.key, part.heading, markdown.words(part.text))


def _steps(model: bpmn.Model, numbers: Mapping[str, str]) -> Iterator[search.Step]:
    """Yield the named nodes; `numbers` are those of the text, once the worker has made it."""
    for node in model.nodes:
        if node.kind in STEP_KINDS and node.name:
            yield search.Step(node.id, " ".join(node.name.split()), number=numbers.get(node.id, ""), kind=node.type)


def _roles(model: bpmn.Model) -> Iterator[str]:
    for element in (*model.pools, *model.lanes):
        if element.name:
            yield " ".join(element.name.split())


def _texts(model: bpmn.Model) -> Iterator[search.Section]:
    """Yield documentation, annotations and other texts, each under the element it belongs to."""
    for element_id, what, text in model.words():
        if what != "name" and text.strip():
            element = model.elements.get(element_id)
            heading = element.label if element is not None and what == "documentation" else ""
            yield search.Section(element_id, " ".join(heading.split())[:200], text)


def _remarks(work: Work, entry: Entry) -> Iterator[search.Remark]:
    """Yield the newest comments, the oldest of them first: a new one stands behind all others."""
    query = select(Comment).where(Comment.entry_id == entry.id, Comment.deleted_at.is_(None))
    newest = work.session.scalars(query.order_by(Comment.id.desc()).limit(MOST_REMARKS)).all()
    return map(_remark, reversed(newest))


def _remark(comment: Comment) -> search.Remark:
    return search.Remark(
        comment.id,
        comment.organisation_id,
        markdown.to_text(comment.html),
        ikz=comment.audience != Audience.CITY,
        land=comment.audience == Audience.LAND,
    )


def _land_remarks(work: Work, entry: Entry) -> Iterator[search.Remark]:
    """Yield what readers of the published version may read: comments that go to the Land or come from there."""
    return (remark for remark in _remarks(work, entry) if remark.land)


def _forks(work: Work, entry: Entry) -> int:
    made = select(func.count()).select_from(Entry).join(Version, Version.id == Entry.forked_from_id)
    return work.session.scalar(made.where(Version.entry_id == entry.id)) or 0
