"""Media breaks as pages show them: place in the flow, the words in their sentence, ways, trends, comparisons."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, lazyload

from hub import bpmn, policy
from hub.actions import entries, findings, media, media_rules, renderings
from hub.actions.findings import Finding
from hub.shelf import Shelf
from hub.store.entries import Entry, EntryKind, Nature, Version
from hub.store.findings import Decision, MediaNumbers
from hub.store.organisations import Organisation
from hub.work import Work

_AROUND = 160
"""Letters shown on each side of the words that were found."""
_CONTEXTS: Shelf[tuple[str, str], Mapping[tuple[str, str], str]] = Shelf(100)


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with its place and the sentence it was found in."""

    finding: Finding
    step: str
    """Number in the text version, such as `7` or `3.2`; empty for what is no step."""
    before: str
    match: str
    after: str

    @property
    def value(self) -> str:
        """What a form sends for this row."""
        found = self.finding.found
        return f"{found.element_key}|{found.rule}|{self.finding.seen}"


def rows(work: Work, entry: Entry, version: Version) -> list[Row]:
    """Return the findings of a process version as its page lists them, the gravest first, then in reading order."""
    rules = media_rules.current(work)
    found = findings.of(work, entry, version, rules=rules)
    if not found:
        return []
    steps = step_numbers(work, version)
    places = {key: at for at, key in enumerate(steps)}
    prose = [one for one in found if one.found.origin in ("annotation", "documentation")]
    texts = _contexts(work, version, rules.version, prose)
    made = []
    for one in found:
        text = texts.get((one.found.bpmn_id, one.found.rule), one.element_name)
        made.append(Row(one, steps.get(one.found.bpmn_id, ""), *_split(text, one.found.text)))
    severities = {"H": 0, "M": 1, "N": 2}
    return sorted(
        made,
        key=lambda row: (
            severities[row.finding.found.severity],
            places.get(row.finding.found.bpmn_id, len(places)),
            row.finding.found.rule,
        ),
    )


def step_numbers(work: Work, version: Version) -> dict[str, str]:
    """Return element id → number in the text version, in reading order."""
    return dict(json.loads(renderings.of(work, version.blob_sha256, "numbers")))


def _contexts(
    work: Work, version: Version, rules_version: str, wanted: Sequence[Finding]
) -> Mapping[tuple[str, str], str]:
    """Return (element id, rule) → the text something was found in, where that is not the name."""
    if not wanted:
        return {}
    key = (version.blob_sha256, rules_version)
    known = _CONTEXTS.get(key)
    if known is None:
        model = renderings.model(work, version.blob_sha256)
        known = {}
        for one in wanted:
            element = model.elements.get(one.found.bpmn_id)
            if element is not None:
                said = element.documentation if one.found.origin == "documentation" else element.label
                known[one.found.bpmn_id, one.found.rule] = said
        _CONTEXTS.put(key, known)
    return known


def _split(text: str, match: str) -> tuple[str, str, str]:
    """Return what stands before and after `match` in `text`, shortened; all in front if it is not in there."""
    plain, wanted = " ".join(text.split()), " ".join(match.split())
    at = plain.casefold().find(wanted.casefold()) if wanted else -1
    if at < 0:
        return (plain[: 2 * _AROUND] + ("…" if len(plain) > 2 * _AROUND else "")), "", ""
    before, after = plain[:at], plain[at + len(wanted) :]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return before, plain[at : at + len(wanted)], after


@dataclass(frozen=True, slots=True)
class Stop:
    """A step on a way, with the open findings that concern it."""

    element_id: str
    name: str
    step: str
    findings: tuple[bpmn.MediaFinding, ...]

    @property
    def severities(self) -> list[tuple[str, int]]:
        """How many findings of each severity, the gravest first."""
        found = [str(finding.severity) for finding in self.findings]
        return [(value, found.count(value)) for value in ("H", "M") if value in found]


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a start to an end."""

    stops: tuple[Stop, ...]
    main: bool
    high: int
    medium: int

    @property
    def free(self) -> bool:
        """Whether nothing on it stands in the way of OZGplus."""
        return self.high == 0


def ways(work: Work, entry: Entry, version: Version, *, limit: int = 20) -> list[Way]:
    """Return ways through a process version with its open findings of severity H and M, the freest first."""
    rules = media_rules.current(work)
    model = renderings.model(work, version.blob_sha256)
    found = media.analyse(model, version.blob_sha256, rules)
    settled = {
        (one.found.bpmn_id, one.found.rule) for one in findings.of(work, entry, version, rules=rules) if not one.open
    }
    counted = [one for one in found if one.severity != "N" and (one.element_id[:300], one.rule) not in settled]
    numbers = step_numbers(work, version)
    return [_way(model, path, numbers) for path in bpmn.media_paths(model, counted, limit)[:limit]]


def _way(model: bpmn.Model, path: bpmn.MediaPath, numbers: Mapping[str, str]) -> Way:
    here: dict[str, list[bpmn.MediaFinding]] = {}
    left = list(path.findings)
    nodes = [id_ for id_ in path.element_ids if model.elements[id_].is_node]
    for finding in left:
        # What was found at a message, a note or inside a sub-process is told at the step it belongs to.
        place = finding.element_id if finding.element_id in nodes else _near(model, finding.element_id, nodes)
        here.setdefault(place, []).append(finding)
    stops = tuple(
        Stop(id_, " ".join(model.elements[id_].label.split()), numbers.get(id_, ""), tuple(here.get(id_, ())))
        for id_ in nodes
        if model.elements[id_].label.strip() or id_ in here
    )
    severities = [str(finding.severity) for finding in path.findings]
    return Way(stops, path.main, severities.count("H"), severities.count("M"))


def _near(model: bpmn.Model, element_id: str, nodes: Sequence[str]) -> str:
    """Return the first step of a way that an element off the way belongs to."""
    on_way = set(nodes)
    element = model.elements[element_id]
    for connection in (element, *model.message_flows, *model.associations):
        ends = [end.id for end in (connection.source, connection.target) if end is not None]
        if connection is element or element_id in ends:
            found = next((end for end in ends if end in on_way), None)
            if found is not None:
                return found
    parent = element.parent
    while parent is not None:
        if parent.id in on_way:
            return parent.id
        parent = parent.parent
    return nodes[0]


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one version in a trend; None where they are still being computed."""

    version: Version
    numbers: MediaNumbers | None


def trend(work: Work, entry: Entry) -> list[Point]:
    """Return the figures of the readable versions, oldest first, at most the newest 50."""
    shown = entries.versions(work, entry, limit=50)
    known = findings.numbers(work, [version.id for version in shown])
    return [Point(version, known.get(version.id)) for version in reversed(shown)]


@dataclass(frozen=True, slots=True)
class Peer:
    """A process of the same service with the figures of the version this reader gets."""

    entry: Entry
    version: Version
    numbers: MediaNumbers | None


@dataclass(frozen=True, slots=True)
class CityRow:
    """What one organisation has for a service: as is and to be."""

    organisation: Organisation
    ist: tuple[Peer, ...]
    soll: tuple[Peer, ...]
    other: tuple[Peer, ...]

    @property
    def change(self) -> str:
        """Say how many open findings the to-be model saves, such as `6 → 0`; empty unless there is one of each."""
        if len(self.ist) != 1 or len(self.soll) != 1:
            return ""
        before, after = self.ist[0].numbers, self.soll[0].numbers
        return f"{before.open_count} → {after.open_count}" if before is not None and after is not None else ""


def cities(work: Work, entry: Entry) -> list[CityRow]:
    """Return, organisation by organisation, the readable processes of the entry's service with their figures."""
    if entry.service_id is None:
        return []
    query = (
        select(Entry)
        .where(
            Entry.service_id == entry.service_id,
            Entry.kind == EntryKind.PROCESS,
            Entry.archived_at.is_(None),
            or_(Entry.head_id.is_not(None), Entry.published_id.is_not(None)),
            policy.read_visible(work.actor),
        )
        .options(joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .order_by(Entry.id)
        .limit(300)
    )
    shown: list[tuple[Entry, Version]] = []
    for row in work.session.scalars(query).unique():
        version = policy.newest(work.actor, row)
        if version is not None:
            shown.append((row, version))
    known = findings.numbers(work, [version.id for _, version in shown])
    peers = [Peer(row, version, known.get(version.id)) for row, version in shown]
    owners = {peer.entry.organisation_id: peer.entry.organisation for peer in peers}
    return [
        CityRow(owner, _of(peers, key, Nature.IST), _of(peers, key, Nature.SOLL), _of(peers, key, Nature.NONE))
        for key, owner in sorted(owners.items(), key=lambda item: item[1].short_name)
    ]


def _of(peers: Iterable[Peer], organisation_id: int, nature: Nature) -> tuple[Peer, ...]:
    return tuple(
        peer for peer in peers if peer.entry.organisation_id == organisation_id and peer.entry.nature == nature
    )


def badges(work: Work, entry: Entry, version: Version) -> dict[str, tuple[str, str]]:
    """Return element id → (gravest open severity H or M, kinds of break), from what the worker has stored.

    For the text version of a page that is not about media breaks: nothing is computed for it.
    """
    rules = media_rules.current(work)
    kept = media.stored(work, version, rules)
    if not kept:
        return {}
    held = media.decisions(work, entry.id)
    marked: dict[str, tuple[str, list[str]]] = {}
    for row in kept:
        if row.severity != "N" and held.word(row) == Decision.OPEN and row.rule in rules.rules.rules:
            marked.setdefault(row.bpmn_id, (row.severity, []))[1].append(rules.rules.rules[row.rule].de)
    return {key: (severity, ", ".join(dict.fromkeys(kinds))) for key, (severity, kinds) in marked.items()}


def highlights(found: Iterable[Finding]) -> dict[str, list[bpmn.Highlight]]:
    """Return what a drawing points out: for each element its gravest open finding, else that all are settled."""
    marked: dict[str, list[Finding]] = {}
    for one in found:
        marked.setdefault(one.found.bpmn_id, []).append(one)
    made = {}
    for element_id, several in marked.items():
        unsettled = [one for one in several if one.open]
        shown = unsettled or several
        kind = f"break-{shown[0].found.severity}" if unsettled else "break-settled"
        note = ", ".join(one.definition.de for one in shown)
        made[element_id] = [bpmn.Highlight(kind, len(shown), note)]
    return made
