"""What an entry says of itself, apart from its content: put in place, and as a version keeps it."""

import json

from hub.actions import fim_records, services
from hub.inputs import EntryProfile
from hub.store.entries import Entry, EntryLegalBasis, EntryTag
from hub.work import Work


def snapshot(work: Work, entry: Entry) -> str:
    """Return the profile as canonical JSON, as a version keeps it."""
    profile: dict[str, object] = {
        "title": entry.title,
        "summary": entry.summary,
        "about": entry.about,
        "service": entry.service.name if entry.service else "",
        "service_key": (entry.service.key or "") if entry.service else "",
        "service_note": entry.service_note,
        "level": entry.level,
        "nature": entry.nature,
        "contact": entry.contact,
        "responsible": entry.responsible,
        "legal_bases": [row.text for row in entry.legal_bases],
        "tags": [row.tag for row in entry.tags],
        "licence": entry.licence,
        "fork_reason": entry.fork_reason,
    }
    if fim := fim_records.snapshot(work, entry):
        profile["fim"] = fim
    return json.dumps(profile, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def apply(work: Work, entry: Entry, profile: EntryProfile) -> None:
    """Give an entry this profile; tags and legal bases that stay keep their rows."""
    service = services.find_or_add(work, profile.service, profile.service_key)
    entry.service = service
    for name in (
        "title",
        "summary",
        "about",
        "service_note",
        "level",
        "nature",
        "contact",
        "responsible",
        "licence",
        "visibility",
    ):
        setattr(entry, name, getattr(profile, name))
    wanted = profile.tag_list()
    kept = {row.tag: row for row in entry.tags}
    entry.tags = [kept.get(tag) or EntryTag(tag=tag) for tag in wanted]
    bases = profile.legal_basis_list()
    old = list(entry.legal_bases)
    for row, text in zip(old, bases, strict=False):
        row.text = text
    entry.legal_bases = old[: len(bases)] + [
        EntryLegalBasis(position=at, text=text) for at, text in enumerate(bases[len(old) :], len(old))
    ]
