"""Legal basis index: when „§ 14 GewO“ changes, which entries and steps of which cities cite it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from hub import bpmn, documents, policy, search
from hub.actions import designs, entries, indexing, proposals
from hub.design import Design
from hub.documents import Content, DesignContent, ProcessContent
from hub.errors import Invalid, NotFound
from hub.policy import proposals as rights
from hub.shelf import Shelf
from hub.store.entries import Blob, Entry, EntryKind, EntryLegalBasis, Version
from hub.store.proposals import Proposal
from hub.text import citations, markdown
from hub.work import Work

AROUND = 60
"""Characters shown on either side of a citation."""
MOST = 200
"""Entries looked through for one citation; the page says how many there are in all."""
COUNTED = 5000
"""Entries counted at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place that cites what was asked for."""

    element_id: str
    heading: str
    """The step or section; empty for the profile."""
    text: str


@dataclass(frozen=True, slots=True)
class Citing:
    """A whole text of a content that cites laws, with the index words of all it cites."""

    place: Place
    tokens: frozenset[str]


_CITING: Shelf[str, tuple[Citing, ...]] = Shelf(400)
"""By hash of the content, which never changes."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One entry with its places."""

    entry: Entry
    version: Version
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A reference model (or any origin) with what was forked from it."""

    root: Entry
    members: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What cites something; `total` counts entries, `places` their places."""

    asked: str
    understood: bool
    families: tuple[Family, ...] = ()
    total: int = 0
    shown: int = 0

    @property
    def places(self) -> int:
        """How many places there are in what is shown."""
        return sum(len(row.places) for family in self.families for row in family.members)


def often(work: Work, limit: int = 40) -> list[tuple[str, int]]:
    """Return the citations that readable profiles name most often, with how many entries do."""
    _insiders(work)
    query = select(EntryLegalBasis.text).join(Entry, Entry.id == EntryLegalBasis.entry_id)
    rows = work.session.scalars(query.where(policy.read_visible(work.actor), Entry.archived_at.is_(None)))
    return Counter(" ".join(text.split(" ")) for text in rows).most_common(limit)


def find(work: Work, asked: str) -> Answer:
    """Return the readable entries that cite a place such as „§ 14 GewO“, or a whole law, grouped by family.

    Steps, documentation, annotations, sections of designs and the profile count; spellings and ranges are understood
    as the search does. Raises `NotFound` for people outside the cooperation.
    """
    _insiders(work)
    wanted = _wanted(asked)
    if not wanted:
        return Answer(asked, understood=False)
    plain = " ".join(asked.replace('"', " ").split())
    reader = search.Reader.of(work.actor)
    ids = search.newest(work.session, f'paragraph:"{plain}"', reader=reader, limit=COUNTED)
    query = (
        select(Entry)
        .where(Entry.id.in_(ids[:MOST]), policy.read_visible(work.actor))
        .options(lazyload(Entry.tags), joinedload(Entry.head), joinedload(Entry.published))
    )
    shown = [
        (entry, version)
        for entry in work.session.scalars(query).unique()
        if (version := policy.newest(work.actor, entry)) is not None
    ]
    citing = _citing(work, {version.blob_sha256: entry.kind for entry, version in shown})
    found = [
        Cited(entry, version, places)
        for entry, version in shown
        if (places := tuple(_places(entry, citing[version.blob_sha256], wanted)))
    ]
    return Answer(asked, True, tuple(_families(work, found)), len(ids), len(found))


def _insiders(work: Work) -> None:
    if not (work.actor.cooperates or work.actor.system):
        raise NotFound


def _wanted(asked: str) -> str:
    """Return the index word of what was asked for: the most exact one of the first citation, or a law's."""
    for _place, cited in citations.find(asked):
        if cited and cited[0].law:
            return (
                cited[0].tokens()[-1] if cited[0].paragraph else cited[0].tokens()[min(1, len(cited[0].tokens()) - 1)]
            )
    law = citations.law(asked.strip())
    return f"p_{law}" if law else ""


def _citing(work: Work, wanted: Mapping[str, str]) -> dict[str, tuple[Citing, ...]]:
    """Return what cites any law in some contents (hash → kind of entry)."""
    found = {sha: known for sha in wanted if (known := _CITING.get(sha)) is not None}
    missing = [sha for sha in wanted if sha not in found]
    for sha, data in work.session.execute(select(Blob.sha256, Blob.content).where(Blob.sha256.in_(missing))):
        found[sha] = tuple(
            Citing(Place(said.key, said.heading, said.text), frozenset(named))
            for said in indexing.texts(documents.read(wanted[sha], data))
            if (named := citations.tokens(said.text))
        )
        _CITING.put(sha, found[sha])
    return found


def _places(entry: Entry, citing: Iterable[Citing], wanted: str) -> Iterable[Place]:
    for row in entry.legal_bases:
        if wanted in citations.tokens(row.text):
            yield Place("", "", row.text)
    about = markdown.words(entry.about) if entry.about else ""
    if wanted in citations.tokens(about):
        yield Place("about", "Beschreibung", _around(about, wanted))
    for each in citing:
        if wanted in each.tokens:
            place = each.place
            yield place if place.text == place.heading else replace(place, text=_around(place.text, wanted))


def _around(text: str, wanted: str) -> str:
    """Return the words around the first mention."""
    for (start, end), cited in citations.find(text):
        if any(wanted in citation.tokens() for citation in cited):
            first, last = max(0, start - AROUND), min(len(text), end + AROUND)
            # Whole words only; a text without blanks is cut where it must be.
            first = text.find(" ", first, start) + 1 or first if first else 0
            last = max(text.rfind(" ", end, last), end) if last < len(text) else last
            cut = " ".join(text[first:last].split())
            return ("… " if first else "") + cut + (" …" if last < len(text) else "")
    return " ".join(text.split())[:120]


def _families(work: Work, found: list[Cited]) -> list[Family]:
    """Group by the furthest readable origin; the family with the most members first."""
    roots: dict[int, Entry] = {}
    members: dict[int, list[Cited]] = {}
    for row in found:
        root = _root(work, row.entry)
        roots[root.id] = root
        members.setdefault(root.id, []).append(row)
    families = [
        Family(roots[key], tuple(sorted(rows, key=lambda row: (row.entry.id != key, row.entry.title))))
        for key, rows in members.items()
    ]
    return sorted(families, key=lambda family: (-len(family.members), family.root.title))


def _root(work: Work, entry: Entry) -> Entry:
    seen = {entry.id}
    while entry.forked_from_id is not None:
        version = work.session.get(Version, entry.forked_from_id)
        origin = work.session.get(Entry, version.entry_id) if version is not None else None
        if origin is None or origin.id in seen or not policy.read(work.actor, origin):
            break
        seen.add(origin.id)
        entry = origin
    return entry


def propose(work: Work, asked: str, note: str, *, title: str, remark: str) -> tuple[list[Proposal], int]:
    """Open one proposal per origin that cites a place: `remark` is added where it does; return them and what was left.

    Left are origins that this actor may not propose to, or whose newest version does not cite the place any more.
    `note` is the description of each proposal. What was proposed in the same words before is not proposed again.
    Raises `Invalid` for a place that is not understood or that nobody cites.
    """
    _insiders(work)
    if not note.strip():
        raise Invalid(note="required")
    families = find(work, asked).families
    if not families:
        raise Invalid(law="nobody_cites")
    made: list[Proposal] = []
    left = 0
    for family in families:
        root = family.root
        given = _remarked(work, root, _wanted(asked), remark) if rights.propose(work.actor, root) else None
        if given is None or root.head is None:
            left += 1
            continue
        proposal = proposals.suggest(work, root, root.head, given, title=title, description=note)
        if proposal.opened_at is None:
            proposals.send(work, proposal)
            made.append(proposal)
    return made, left


def _remarked(work: Work, entry: Entry, wanted: str, remark: str) -> Content | None:
    """Return the newest version with the remark behind every text that cites a place; None if there is none."""
    if entry.head is None:
        return None
    sha = entry.head.blob_sha256
    keys = {place.element_id for place in _places(entry, _citing(work, {sha: entry.kind})[sha], wanted)}
    content = entries.content(work, entry, entry.head)
    if isinstance(content, DesignContent):
        return _remarked_design(content.design, keys, remark)
    if not isinstance(content, ProcessContent):
        return None
    model = content.model
    cited = [element for id_ in sorted(keys) if (element := model.elements.get(id_)) is not None]
    cited = [element for element in cited if element.type != "textAnnotation"] or list(model.processes[:1])
    if not keys or not cited:
        return None
    editor = bpmn.Editor(model)
    for element in cited:
        editor.set_documentation(element, _with(element.documentation, remark))
    return documents.read(entry.kind, editor.data())


def _remarked_design(found: Design, keys: set[str], remark: str) -> Content | None:
    given = designs.answers(found)
    cited = {key: text for key, text in given.sections.items() if key in keys}
    if not cited and keys and given.sections:
        cited = dict([next(iter(given.sections.items()))])
    if not cited:
        return None
    sections = dict(given.sections) | {key: _with(text, remark) for key, text in cited.items()}
    data = designs.written(found, designs.Answers(given.title, given.intro, given.fields, sections))
    return documents.read(EntryKind.DESIGN, data)


def _with(text: str, remark: str) -> str:
    return f"{text.rstrip()}\n\n{remark}".strip() if remark not in text else text


def may_suggest(work: Work, entry: Entry) -> bool:
    """Whether a change can be suggested: there is something this actor may read."""
    try:
        entries.current(work, entry)
    except NotFound:
        return False
    return True
