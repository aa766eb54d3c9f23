"""Service designs: what the guided form says as a text, and what a page shows of one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hub import design, documents, policy
from hub.actions import entries, findings, library
from hub.design import Completeness, Design, Figures, Finding, Journey
from hub.documents import DesignContent
from hub.errors import NotFound
from hub.inputs import NewEntry
from hub.store.entries import Entry, EntryKind, Version
from hub.text import slots
from hub.work import Work

LINKS = ("IST-Prozess", "SOLL-Prozess")
"""Fields that name a model in the hub."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form holds: everything of a design, by name."""

    title: str
    intro: str
    fields: Mapping[str, str]
    sections: Mapping[str, str]
    """Key → text."""


def answers(found: Design) -> Answers:
    """Return a design as its form shows it."""
    return Answers(found.title, found.intro, dict(found.fields), {row.key: row.text for row in found.sections})


def written(current: Design, given: Answers) -> bytes:
    """Return the text of `given`; what the form did not ask stays as `current` has it, order included."""
    names = _woven(list(current.fields), list(given.fields), design.FIELDS)
    keys = _woven([row.key for row in current.sections], list(given.sections), tuple(design.SECTIONS))
    headings = {**design.SECTIONS, **{row.key: row.heading for row in current.sections}}
    texts = {row.key: row.text for row in current.sections} | dict(given.sections)
    sections = [design.Section(key, headings[key], texts[key]) for key in keys if key in headings]
    return design.write(
        given.title,
        {name: given.fields.get(name, current.fields.get(name, "")) for name in names},
        sections,
        given.intro,
    )


def begun(sent: NewEntry) -> bytes:
    """Return the text a new design starts from: what its profile says already, so that nobody types it twice."""
    fields = {
        "Leistung": sent.service,
        "Leistungsschlüssel": sent.service_key,
        "Rechtsgrundlagen": "; ".join(sent.legal_basis_list()),
        "Federführung": sent.responsible,
        "Ansprechstelle": sent.contact,
    }
    return design.write(sent.title, fields, [])


def _woven(own: Sequence[str], more: Iterable[str], usual: Sequence[str]) -> list[str]:
    """Return `own` with the rest of `more`, each behind the one it follows in the usual order."""
    result = list(own)
    for name in sorted((name for name in more if name not in own), key=lambda n: usual.index(n) if n in usual else 999):
        before = usual[: usual.index(name)] if name in usual else ()
        last = max((at for at, one in enumerate(result) if one in before), default=-1)
        result.insert(last + 1 if name in usual else len(result), name)
    return result


def refused(found: Design) -> dict[str, str]:
    """Return field → German sentence for every value that means nothing."""
    return {row.key: row.sentence() for row in design.check(found) if row.severity == "error"}


def refused_in_form(found: Design) -> dict[str, str]:
    """Return what `refused` does, without lines: a form shows the place itself."""
    return {row.key: replace(row, line=0).sentence() for row in design.check(found) if row.severity == "error"}


def offered_models(work: Work, entry: Entry) -> list[tuple[str, Entry]]:
    """Return the models this actor may name in a design, with their address: of its service, then of its city."""
    wanted = [library.Wanted(kind=EntryKind.PROCESS, city=entry.organisation.slug)]
    if entry.service:
        name = entry.service.key or entry.service.name
        wanted.insert(0, library.Wanted(kind=EntryKind.PROCESS, service=name))
    found = {row.id: row for filters in wanted for row in library.browse(work, filters).entries}
    return [(f"{row.organisation.slug}/{row.slug}/{entries.current(work, row).number}", row) for row in found.values()]


def started_from(work: Work, entry: Entry, version_id: int) -> Version:
    """Return the version a form was filled from; raises `NotFound` if it is none of this entry."""
    found = work.session.get(Version, version_id)
    if found is None or found.entry_id != entry.id or not policy.read_version(work.actor, entry, found):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """A model a design names; `version` is None if this reader finds none there."""

    field: str
    text: str
    entry: Entry | None = None
    version: Version | None = None
    newest: Version | None = None

    @property
    def outdated(self) -> bool:
        """Whether the model has a newer version than the one named."""
        return bool(self.version and self.newest and self.newest.sequence > self.version.sequence)


def links(work: Work, found: Design) -> list[Link]:
    """Return the models a design names, as far as this actor may read them."""
    result = []
    for name in LINKS:
        text = found.fields.get(name, "")
        named = design.reference(text)
        if not text:
            continue
        if named is None:
            result.append(Link(name, text))
            continue
        try:
            other = _entry(work, named)
            newest = entries.current(work, other)
            pinned = entries.version(work, other, named.number) if named.number else newest
            result.append(Link(name, text, other, pinned, newest))
        except NotFound:
            result.append(Link(name, text))
    return result


def _entry(work: Work, named: design.Reference) -> Entry:
    try:
        return entries.find(work, named.city, named.slug)
    except entries.Moved as moved:
        return moved.entry


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a page or document shows of a design besides its own text."""

    design: Design
    links: Sequence[Link]
    journey: Journey
    figures: Figures
    completeness: Completeness
    findings: Sequence[Finding]


def reading(work: Work, entry: Entry, shown: Version, values: Mapping[str, str] | None = None) -> Reading:
    """Return what a page shows of a version of a design, with local values put in."""
    source = entries.source(work, shown)
    content = documents.read(entry.kind, slots.fill(source.decode("utf-8-sig"), values).encode() if values else source)
    if not isinstance(content, DesignContent):
        raise NotFound
    found = content.design
    models = links(work, found)
    return Reading(
        found,
        models,
        design.journey(found, breaks(work, models)),
        design.figures(found),
        design.completeness(found),
        design.check(found),
    )


def text(work: Work, entry: Entry, shown: Version) -> Design:
    """Return a version of a design as it was written."""
    content = entries.content(work, entry, shown)
    if not isinstance(content, DesignContent):
        raise NotFound
    return content.design


def breaks(work: Work, models: Sequence[Link]) -> tuple[design.Break, ...]:
    """Return the media breaks of the process to be that are still open and that the model itself does not justify."""
    for link in models:
        if link.field == "SOLL-Prozess" and link.entry is not None and link.version is not None:
            return tuple(
                design.Break(row.found.rule, row.definition.de, " ".join(row.element_name.split()))
                for row in findings.of(work, link.entry, link.version)
                if row.open and row.found.severity in ("H", "M") and not row.found.claim
            )
    return ()
