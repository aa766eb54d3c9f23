"""What a change of the rules would do to the library, before anybody saves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from hub import bpmn, policy
from hub.actions import media, media_rules, renderings
from hub.errors import Invalid
from hub.store.entries import Entry, EntryKind
from hub.work import Work

CHECKED = 150
"""Models looked at, those changed last: about 20 ms each."""
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding that would come, go or weigh differently."""

    entry: Entry
    element_name: str
    rule: str
    text: str
    before: str
    """Severity today; empty if it would be new."""
    after: str
    """Severity then; empty if it would be gone."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference between the rules of today and others."""

    more: int
    fewer: int
    other: int
    """Findings that would weigh differently."""
    checked: int
    total: int
    """Readable process models; `checked` of them were looked at."""
    examples: Sequence[Difference]


def effect(work: Work, wanted: bpmn.Additions) -> Effect:
    """Return what these additions would change in the newest versions the actor may read."""
    rules = media_rules.checked(wanted)
    today = media_rules.current(work)
    conditions = (
        Entry.kind == EntryKind.PROCESS,
        Entry.archived_at.is_(None),
        Entry.head_id.is_not(None),
        policy.read_visible(work.actor),
    )
    total = work.session.scalar(select(func.count()).select_from(Entry).where(*conditions)) or 0
    query = (
        select(Entry)
        .where(*conditions)
        .options(joinedload(Entry.head), lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .order_by(Entry.updated_at.desc(), Entry.id.desc())
        .limit(CHECKED)
    )
    found: list[Difference] = []
    checked = 0
    for entry in work.session.scalars(query):
        version = policy.newest(work.actor, entry)
        if version is None:
            continue
        try:
            model = renderings.model(work, version.blob_sha256)
        except Invalid:
            continue
        checked += 1
        found += _differences(entry, media.analyse(model, version.blob_sha256, today), bpmn.media_breaks(model, rules))
    return Effect(
        sum(not one.before for one in found),
        sum(not one.after for one in found),
        sum(bool(one.before and one.after) for one in found),
        checked,
        total,
        found[:SHOWN],
    )


def _differences(
    entry: Entry, before: Sequence[bpmn.MediaFinding], after: Sequence[bpmn.MediaFinding]
) -> list[Difference]:
    old = {(one.element_id, one.rule): one for one in before}
    new = {(one.element_id, one.rule): one for one in after}
    made = []
    for key in sorted(old.keys() | new.keys()):
        was, will = old.get(key), new.get(key)
        if was is not None and will is not None and was.severity == will.severity:
            continue
        one = will if will is not None else old[key]
        made.append(
            Difference(
                entry,
                " ".join(one.element_name.split()),
                one.rule,
                one.text,
                str(was.severity) if was is not None else "",
                str(will.severity) if will is not None else "",
            )
        )
    return made
