"""„Is there one already?“: models of all cities that are like one somebody has, draws or means.

Likeness of models is that of `hub.bpmn.similar`, over signatures kept beside their content. The signatures a process
has seen stay in its memory; which of them somebody may be told of is asked of the database every time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload, lazyload

from hub import bpmn, policy
from hub.actions import renderings
from hub.bpmn.similar_words import roots
from hub.documents import Content, ProcessContent, read
from hub.errors import Invalid
from hub.store.entries import Blob, Entry, EntryKind, Rendering, Version
from hub.store.services import Service
from hub.work import Work

LEAST = 0.35
"""Less alike is not worth a look."""
STRONG = 0.7
"""From here on a person is told also without asking."""
SAME_SERVICE = 0.35
"""How much of what is missing to „the same“ an equal service makes up for."""
TITLE = 0.75
"""A title alone says less than a model: how much an equal one is worth."""
AT_ONCE = 20
"""Signatures that are made while somebody waits; others come from the worker or `hub similar`."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the model somebody means."""

    title: str = ""
    service: Service | None = None
    content: Content | None = None
    kind: EntryKind | None = None
    """Only entries of this kind; None for all, or for those of the content's kind."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One entry that is alike; `score` from 0 to 1."""

    entry: Entry
    shown: Version
    score: float
    same_content: bool = False
    same_service: bool = False
    similar_title: bool = False
    equal_steps: int = 0
    step_count: int = 0
    """Activities of the model that was asked about; 0 without one."""

    @property
    def percent(self) -> int:
        """The score as people read it."""
        return round(100 * self.score)


@dataclass(slots=True)
class _Row:
    entry_id: int
    version_id: int
    title: str
    service_id: int | None
    sha256: str
    parts: dict[str, float] = field(default_factory=dict)

    def score(self, *, same_service: bool) -> float:
        base = max(self.parts.values(), default=0.0)
        return base + (1 - base) * SAME_SERVICE if same_service else base


class _Known:
    """The signatures this process has seen, by digest of their content; content never changes, so neither do they."""

    def __init__(self) -> None:
        self._index: bpmn.Index[str] = bpmn.Index()
        self._seen: set[str] = set()
        self._lock = Lock()

    def missing(self, wanted: Iterable[str]) -> list[str]:
        with self._lock:
            return [sha256 for sha256 in wanted if sha256 not in self._seen]

    def put(self, found: Mapping[str, str]) -> None:
        with self._lock:
            for sha256, text in found.items():
                self._index.put(sha256, bpmn.Signature.from_text(text))
                self._seen.add(sha256)

    def find(self, wanted: bpmn.Signature, top: int, among: Mapping[str, object]) -> list[tuple[str, float, int]]:
        """Return (digest, likeness, equal steps) of the best among some contents."""
        with self._lock:
            hits = self._index.find(wanted, top, among=among)
            return [(hit.key, hit.score, bpmn.equal_steps(wanted, self._index.signature(hit.key))) for hit in hits]


_KNOWN = _Known()


def find(work: Work, wanted: Wanted, *, but: Entry | None = None, top: int = 5) -> list[Likeness]:
    """Return the entries most alike that the actor may read, best first, each in the version the actor would read."""
    rows = _readable(work, but, wanted.content.kind if wanted.content is not None else wanted.kind)
    by_content: dict[str, list[_Row]] = {}
    for row in rows:
        by_content.setdefault(row.sha256, []).append(row)
    steps: dict[str, int] = {}
    step_count = 0
    if isinstance(wanted.content, ProcessContent):
        asked = bpmn.signature(wanted.content.model, wanted.title)
        step_count = len(asked.steps)
        _learn(work, by_content)
        for sha256, score, equal in _KNOWN.find(asked, 10 * top, by_content):
            steps[sha256] = equal
            for row in by_content[sha256]:
                row.parts["content"] = score
    if wanted.content is not None:
        for row in by_content.get(wanted.content.sha256, []):
            row.parts["content"] = 1.0
    # Without a title yet, what the service is called says what the model will be about.
    titles = _title_roots(wanted.title or (wanted.service.title if wanted.service is not None else ""))
    for row in rows if titles else []:
        if (alike := _dice(titles, _title_roots(row.title))) >= 0.5:
            row.parts["title"] = TITLE * alike
    meant = wanted.service.id if wanted.service is not None else 0
    scored = [(row.score(same_service=row.service_id == meant), -row.entry_id, row) for row in rows]
    best = [(score, row) for score, _key, row in sorted(scored, key=lambda one: one[:2], reverse=True)[:top]]
    best = [(score, row) for score, row in best if score >= LEAST]
    shown = _shown(work, [row for _score, row in best])
    digest = wanted.content.sha256 if wanted.content is not None else ""
    return [
        Likeness(
            *shown[row.entry_id],
            score=score,
            same_content=row.sha256 == digest,
            same_service=row.service_id == meant,
            similar_title="title" in row.parts,
            equal_steps=steps.get(row.sha256, 0),
            step_count=step_count,
        )
        for score, row in best
    ]


def of_entry(work: Work, entry: Entry, shown: Version, content: Content, *, top: int = 10) -> list[Likeness]:
    """Return the entries most like one there is."""
    del shown
    return find(work, Wanted(entry.title, entry.service, content), but=entry, top=top)


def _readable(work: Work, but: Entry | None, kind: EntryKind | None) -> list[_Row]:
    """Return every readable entry with the content its reader would see; the rights are part of the query."""
    seen = case((policy.read_drafts_visible(work.actor), Entry.head_id), else_=Entry.published_id)
    query = (
        select(Entry.id, Version.id, Entry.title, Entry.service_id, Version.blob_sha256)
        .join(Version, Version.id == seen)
        .where(policy.read_visible(work.actor), Entry.archived_at.is_(None))
    )
    if but is not None:
        query = query.where(Entry.id != but.id)
    if kind is not None:
        query = query.where(Entry.kind == kind)
    return [_Row(*row) for row in work.session.execute(query)]


def _learn(work: Work, wanted: Mapping[str, Sequence[_Row]]) -> None:
    """Read the signatures this process has not seen; a few that are not made yet are made now."""
    missing = _KNOWN.missing(wanted)
    found: dict[str, str] = {}
    for start in range(0, len(missing), _BATCH):
        query = select(Rendering.sha256, Rendering.content).where(
            Rendering.sha256.in_(missing[start : start + _BATCH]),
            Rendering.kind == "signature",
            Rendering.renderer == renderings.RENDERER,
        )
        found |= {row.sha256: row.content for row in work.session.execute(query)}
    left = [sha256 for sha256 in missing if sha256 not in found]
    if left:
        ids = [row.entry_id for sha256 in left[: 10 * AT_ONCE] for row in wanted[sha256]]
        processes = select(Entry.id).where(Entry.id.in_(ids), Entry.kind == EntryKind.PROCESS)
        known = set(work.session.scalars(processes))
        drawn = [sha256 for sha256 in left if any(row.entry_id in known for row in wanted[sha256])]
        found |= _made(work, drawn[:AT_ONCE])
    _KNOWN.put(found)


def _made(work: Work, wanted: Sequence[str]) -> dict[str, str]:
    """Return signatures that nobody has made yet, by digest; contents that cannot be read say nothing."""
    query = select(Blob.sha256, Blob.content).where(Blob.sha256.in_(wanted))
    found = {}
    for sha256, data in work.session.execute(query):
        try:
            content = read(EntryKind.PROCESS, data)
        except Invalid:
            continue
        if isinstance(content, ProcessContent):
            found[sha256] = bpmn.signature(content.model).to_text()
    return found


@lru_cache(maxsize=50_000)
def _title_roots(title: str) -> frozenset[str]:
    return frozenset(roots(title))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if other else 0.0


def _shown(work: Work, rows: Sequence[_Row]) -> dict[int, tuple[Entry, Version]]:
    if not rows:
        return {}
    options = (joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases))
    found = work.session.scalars(select(Entry).where(Entry.id.in_([row.entry_id for row in rows])).options(*options))
    entries = {entry.id: entry for entry in found}
    versions = {row.entry_id: row.version_id for row in rows}
    return {
        key: (entry, version)
        for key, entry in entries.items()
        for version in (entry.head, entry.published)
        if version is not None and version.id == versions[key]
    }


def make_missing(work: Work, *, limit: int = 100) -> int:
    """Make signatures and calls of newest and published processes that have none; return how many contents.

    For contents from before there were signatures; the worker makes those of new versions.
    """
    made = select(Rendering.sha256).where(Rendering.kind == "signature", Rendering.renderer == renderings.RENDERER)
    query = (
        select(Version.blob_sha256)
        .join(Entry, (Entry.head_id == Version.id) | (Entry.published_id == Version.id))
        .where(Entry.kind == EntryKind.PROCESS, Version.blob_sha256.not_in(made))
        .distinct()
        .limit(limit)
    )
    wanted = list(work.session.scalars(query))
    for sha256 in wanted:
        try:
            model = renderings.model(work, sha256)
            texts = {kind: renderings.MAKERS[kind](model) for kind in ("signature", "calls")}
        except Invalid:
            texts = {"signature": bpmn.Signature({}, {}, ()).to_text(), "calls": "{}"}
        renderings.keep(work, sha256, texts)
    return len(wanted)
