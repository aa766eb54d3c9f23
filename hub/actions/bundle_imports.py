"""Bring a bundle in: entry by entry, each whole or not at all, with history, element keys and origins intact."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, select

from hub import documents, xprozess
from hub.actions import (
    addresses,
    bundle_comments,
    bundle_identity,
    bundle_people,
    bundle_proposals,
    bundle_records,
    bundle_reviews,
    entries,
    fim_records,
    indexing,
    services,
)
from hub.actions.bundle_files import Reader
from hub.actions.bundle_people import account
from hub.documents import Content
from hub.errors import HubError, Invalid
from hub.inputs.bundle_words import ToldRef
from hub.inputs.bundles import ToldEntry, ToldOrganisation, ToldVersion
from hub.policy import bundles as rights
from hub.store.bundles import EntryIdentity, ForeignLink
from hub.store.entries import (
    Alias,
    Element,
    Entry,
    EntryKind,
    EntryLegalBasis,
    EntryTag,
    Version,
)
from hub.store.organisations import Organisation
from hub.store.reviews import Review
from hub.work import Work
from hub.xprozess import Activity, Process

_TIES = ("parent", "merged_from", "restored_from")
_SNAPSHOT = (
    "title", "summary", "about", "service", "service_key", "service_note", "level", "nature", "contact",
    "responsible", "licence",
)  # fmt: skip
"""Texts that every version's profile must have."""


@dataclass(slots=True)
class Arrivals:
    """What is remembered between the entries of one bundle; ids only, since each entry has its own transaction."""

    reader: Reader
    is_page: Callable[[str], bool]
    """Whether the hub has a page of its own at an address of one word; no organisation can live there."""
    organisations: Mapping[str, ToldOrganisation] = field(default_factory=dict)
    known: dict[str, int] | None = None
    """Name in every hub → entry id."""

    def organisation(self, work: Work, slug: str) -> Organisation:
        """Return the organisation of this hub that is meant; raises `Invalid`."""
        return bundle_people.organisation(work, self.organisations, slug, is_page=self.is_page)

    def entries_here(self, work: Work) -> dict[str, int]:
        """Return the entries this hub has by the names they have everywhere."""
        if self.known is None:
            self.known = {name: key for key, name in bundle_identity.uids(work).items()}
        return self.known


def open_bundle(reader: Reader, *, is_page: Callable[[str], bool]) -> Arrivals:
    """Return a checked bundle, ready for its entries to be brought in; raises `Invalid`."""
    return Arrivals(reader, is_page, reader.organisations())


def bring(work: Work, arrivals: Arrivals, at: int) -> dict[str, Any]:
    """Bring the entry at a place of the table of contents in and return its row of the report.

    Raises `HubError` where nothing must be kept of it; see `refusal` for the row of that.
    """
    work.require(rights.import_bundle)
    place = arrivals.reader.manifest.entries[at]
    told = arrivals.reader.entry(place)
    owner = arrivals.organisation(work, told.organisation)
    here = arrivals.entries_here(work).get(told.uid)
    arrival = _Arrival(work, arrivals, told, owner)
    if here is None:
        entry, outcome, text = arrival.create(), "read", "Neu aufgenommen."
        arrivals.entries_here(work)[told.uid] = entry.id
    else:
        entry = work.session.get_one(Entry, here)
        outcome, text = arrival.update(entry)
    if (count := arrival.records(entry)) and here is not None:
        outcome, text = "read", f"{text} " * (outcome == "read") + f"Dazugekommen: {count} Angaben zur Arbeit daran."
    notes = [*arrival.notes]
    if outcome != "skipped":
        indexing.index(work, entry)
        work.record("entry.imported", entry, title=entry.title)
        work.session.flush()
    return {
        "name": told.profile.title,
        "outcome": "warned" if notes and outcome == "read" else outcome,
        "text": text,
        "notes": notes,
        "url": f"/{entry.organisation.slug}/{entry.slug}",
    }


def refusal(arrivals: Arrivals, at: int, error: HubError) -> dict[str, Any]:
    """Return the row of the report for an entry of which nothing was kept."""
    place = arrivals.reader.manifest.entries[at]
    text = " ".join(error.fields.values()) if isinstance(error, Invalid) else "Dazu fehlt das Recht."
    if arrivals.known is not None:
        # What the failed transaction made is gone; only what the database still knows counts.
        arrivals.known = None
    return {"name": place.title or place.path, "outcome": "refused", "text": text}


class _Arrival:
    """One entry on its way in."""

    def __init__(self, work: Work, arrivals: Arrivals, told: ToldEntry, owner: Organisation) -> None:
        self.work, self.arrivals, self.told, self.owner = work, arrivals, told, owner
        self.notes: list[str] = []
        sequences = [row.sequence for row in told.versions]
        if sequences != sorted(set(sequences)) or told.head not in sequences:
            raise self._refused("die Versionen stehen nicht in ihrer Reihenfolge oder die neueste fehlt")
        if told.published is not None and told.published not in sequences:
            raise self._refused("die veröffentlichte Version fehlt")
        if len({(row.major, row.minor) for row in told.versions}) != len(sequences):
            raise self._refused("zwei Versionen haben dieselbe Nummer")

    def _refused(self, reason: str) -> Invalid:
        return Invalid(file=f"Nicht aufgenommen: {reason}.")

    def create(self) -> Entry:
        """Add the entry with everything the bundle says."""
        told, work = self.told, self.work
        slug = addresses.find_free(work, self.owner.id, told.slug)
        if slug != told.slug:
            self.notes.append(f"Die Adresse „{told.slug}“ ist hier vergeben; der Eintrag steht unter „{slug}“.")
        entry = Entry(
            organisation=self.owner,
            kind=told.kind,
            slug=slug,
            title=told.profile.title,
            created_by_id=account(self.work, told.created_by),
            created_at=told.created_at,
            updated_at=told.updated_at,
        )
        work.session.add(entry)
        self._apply(entry)
        work.session.flush()
        work.session.add(EntryIdentity(entry_id=entry.id, uid=told.uid))
        for old in told.aliases:
            self._alias(entry, old)
        self._settle(entry, told.versions)
        self._origin(entry)
        self._comments(entry)
        self._approvals(entry)
        return entry

    def _approvals(self, entry: Entry) -> int:
        query = select(Version).where(Version.entry_id == entry.id)
        every = {row.sequence: row for row in self.work.session.scalars(query)}
        owner_of = partial(self.arrivals.organisation, self.work)
        return bundle_reviews.bring(self.work, entry, self.told.approvals, every, owner_of)

    def records(self, entry: Entry) -> int:
        """Add decisions, ratings, local values, proposals and what happened; return how many."""
        work, said = self.work, self.told.records
        query = select(Version).where(Version.entry_id == entry.id)
        every = {row.sequence: row for row in work.session.scalars(query)}
        owner_of = partial(self.arrivals.organisation, work)
        here = self.arrivals.entries_here(work)
        added = bundle_records.bring(work, entry, said, every, owner_of)
        added += bundle_proposals.bring_deviations(work, entry, said.deviations, here)
        offered = bundle_proposals.bring(work, said.proposals, here, self.arrivals.reader, owner_of)
        coming = {place.uid for place in self.arrivals.reader.manifest.entries}
        if not coming.issuperset(offered.waiting):
            self.notes.append(
                "Vorschläge, deren andere Seite (noch) nicht in diesem Hub ist, fehlen; sie kommen dazu, wenn Sie "
                "dieses Paket nach der anderen Seite noch einmal aufnehmen."
            )
        return added + offered.added

    def _comments(self, entry: Entry) -> int:
        owner_of = partial(self.arrivals.organisation, self.work)
        return bundle_comments.bring(self.work, entry, self.told.comments, owner_of)

    def _alias(self, entry: Entry, old: str) -> None:
        if old == entry.slug or addresses.find_free(self.work, self.owner.id, old) != old:
            self.notes.append(f"Die frühere Adresse „{old}“ ist hier vergeben und leitet nicht weiter.")
            return
        self.work.session.add(Alias(organisation_id=self.owner.id, slug=old, entry_id=entry.id))
        self.work.session.flush()

    def update(self, entry: Entry) -> tuple[str, str]:
        """Bring an entry that is here already up to date; return outcome and sentence.

        Only what continues the history here is taken: raises `Invalid` if both went on since.
        """
        told, work = self.told, self.work
        entries.lock(work, entry)
        query = select(Version).where(Version.entry_id == entry.id).order_by(Version.sequence)
        here = {row.sequence: row for row in work.session.scalars(query)}
        for row in told.versions:
            mine = here.get(row.sequence)
            if mine is not None and (mine.blob_sha256, mine.created_at, mine.message) != (
                row.sha256, row.created_at, row.message,
            ):  # fmt: skip
                raise self._refused(
                    f"„{told.profile.title}“ wurde hier und dort verschieden weitergeführt (ab Version "
                    f"{mine.number}). Bitte leiten Sie den Eintrag ab oder übernehmen Sie die Änderung als Vorschlag"
                )
        missing = [row for row in told.versions if row.sequence not in here]
        if missing and max(here) > told.head:
            raise self._refused(
                f"„{told.profile.title}“ ist hier weiter (Version {here[max(here)].number}) als im Paket, doch das "
                "Paket kennt Versionen, die hier fehlen"
            )
        latest = select(func.max(Review.created_at)).where(Review.entry_id == entry.id)
        # A release changes number and state of a version without touching the profile.
        stood = max(entry.updated_at, work.session.scalar(latest) or entry.updated_at)
        stands = max([told.updated_at, *(row.created_at for row in told.approvals.reviews)])
        newer = told.head > max(here) or (told.head == max(here) and stands > stood)
        if newer:
            self._apply(entry)
            entry.revision += 1
        self._settle(entry, missing, newer=newer)
        added = self._comments(entry)
        approved = self._approvals(entry)
        if not missing and not newer and not added and not approved:
            return "skipped", "Schon vorhanden und auf gleichem oder neuerem Stand; nichts geändert."
        parts = [f"{len(missing)} Versionen"] if missing else []
        parts += [f"{added} Kommentare"] if added else []
        parts += [f"{approved} Prüfungen und Voten"] if approved else []
        return "read", f"Ergänzt: {', '.join(parts) or 'Steckbrief'}."

    def _settle(self, entry: Entry, rows: list[ToldVersion], *, newer: bool = True) -> None:
        """Add versions, tie them to each other and to what is here, and set the states of today."""
        work = self.work
        made = {row.sequence: self._version(entry, row) for row in rows}
        query = select(Version).where(Version.entry_id == entry.id)
        every = {row.sequence: row for row in work.session.scalars(query)}
        for row in rows:
            for role in _TIES:
                self._tie(made[row.sequence], role, getattr(row, role), every)
        if newer:
            for row in self.told.versions:
                mine = every[row.sequence]
                # A release renumbers its version; content and note never change.
                mine.state, mine.major, mine.minor = row.state, row.major, row.minor
            entry.head = every[self.told.head]
            entry.published = every[self.told.published] if self.told.published is not None else None
            entry.updated_at = self.told.updated_at
        work.session.flush()
        self._resolve(every)

    def _version(self, entry: Entry, row: ToldVersion) -> Version:
        work, reader = self.work, self.arrivals.reader
        data = reader.bytes_of(row.content)
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise self._refused(f"der Inhalt von Version {row.major}.{row.minor:02} ist nicht der angekündigte")
        content = documents.read(EntryKind(entry.kind), data, field="file")
        entries.put_blob(work, data, row.sha256)
        made = Version(
            entry_id=entry.id,
            sequence=row.sequence,
            major=row.major,
            minor=row.minor,
            state=row.state,
            blob_sha256=row.sha256,
            message=row.message,
            author_id=account(self.work, row.author),
            created_at=row.created_at,
            profile=self._snapshot(row),
            fingerprint=content.fingerprint,
            layout_generated=row.layout_generated,
        )
        work.session.add(made)
        work.session.flush()
        self._elements(made, content, reader.json_of(row.elements))
        return made

    def _snapshot(self, row: ToldVersion) -> str:
        said = self.arrivals.reader.json_of(row.profile)
        sound = isinstance(said, dict) and all(isinstance(said.get(name), str) for name in _SNAPSHOT)
        lists = sound and all(
            isinstance(said.get(name), list) and all(isinstance(text, str) for text in said[name])
            for name in ("legal_bases", "tags")
        )
        if not lists:
            raise self._refused(f"der Steckbrief von Version {row.major}.{row.minor:02} ist nicht lesbar")
        if "fim" in said:
            self._fim(said["fim"])
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def _fim(self, said: Any) -> tuple[Process | None, dict[str, Activity | None]]:
        """Return what is said about FIM, refusing what makes no sense."""
        try:
            profile = xprozess.from_plain(Process, said["profile"]) if "profile" in said else None
            groups = {
                str(key)[:40]: xprozess.from_plain(Activity, row) for key, row in said.get("activities", {}).items()
            }
        except (ValueError, TypeError, AttributeError) as error:
            raise self._refused("die FIM-Angaben sind nicht lesbar") from error
        if any(not 0 <= row.type <= 8 for row in groups.values()):
            raise self._refused("die FIM-Angaben nennen einen unbekannten RAG-Typ")
        return profile, dict(groups)

    def _elements(self, made: Version, content: Content, keys: Any) -> None:
        """Store the elements with the keys they had where they come from; name and kind are read off the content."""
        if not isinstance(keys, dict) or not all(isinstance(key, str) and 0 < len(key) <= 40 for key in keys.values()):
            raise self._refused(f"die Elementschlüssel von Version {made.number} sind nicht lesbar")
        if len(set(keys.values())) != len(keys):
            raise self._refused(f"in Version {made.number} haben zwei Elemente denselben Schlüssel")
        rows = [
            {"version_id": made.id, "bpmn_id": part.id, "key": keys[part.id], "kind": part.kind, "name": part.name}
            for part in content.parts()
            if part.id in keys
        ]
        if rows:
            self.work.session.execute(Element.__table__.insert(), rows)  # type: ignore[attr-defined]  # a Table

    def _tie(self, made: Version, role: str, ref: ToldRef | None, every: Mapping[int, Version]) -> None:
        """Tie a version to another one, or note the tie until that one arrives."""
        if ref is None:
            return
        if ref.uid == self.told.uid:
            target = every.get(ref.sequence)
            target_id = target.id if target is not None else None
        else:
            target_id = self._elsewhere(ref)
        if target_id is not None:
            setattr(made, f"{role}_id", target_id)
        else:
            self.work.session.add(ForeignLink(version_id=made.id, role=role, uid=ref.uid, sequence=ref.sequence))

    def _elsewhere(self, ref: ToldRef) -> int | None:
        entry_id = self.arrivals.entries_here(self.work).get(ref.uid)
        query = select(Version.id).where(Version.entry_id == entry_id, Version.sequence == ref.sequence)
        return self.work.session.scalar(query) if entry_id is not None else None

    def _origin(self, entry: Entry) -> None:
        """Say what the entry was forked from, or note it until that arrives."""
        ref = self.told.forked_from
        if ref is None:
            return
        entry.forked_from_id = self._elsewhere(ref)
        if entry.forked_from_id is None:
            query = select(Version.id).where(Version.entry_id == entry.id).order_by(Version.sequence).limit(1)
            first = self.work.session.scalars(query).one()
            self.work.session.add(ForeignLink(version_id=first, role="forked_from", uid=ref.uid, sequence=ref.sequence))
            self.notes.append("Der Ursprung ist (noch) nicht in diesem Hub; die Herkunft ist vorgemerkt.")
        self.work.session.flush()

    def _resolve(self, every: Mapping[int, Version]) -> None:
        """Complete the ties of entries that came earlier and were waiting for this one."""
        query = select(ForeignLink).where(ForeignLink.uid == self.told.uid)
        for link in self.work.session.scalars(query):
            target = every.get(link.sequence)
            if target is None:
                continue
            holder = self.work.session.get_one(Version, link.version_id)
            if link.role == "forked_from":
                self.work.session.get_one(Entry, holder.entry_id).forked_from_id = target.id
            else:
                setattr(holder, f"{link.role}_id", target.id)
            self.work.session.delete(link)
        self.work.session.flush()

    def _apply(self, entry: Entry) -> None:
        """Set profile, tags, legal bases and FIM as the bundle says."""
        told, work = self.told.profile, self.work
        for name in (
            "title", "summary", "about", "service_note", "level", "nature", "contact", "responsible", "licence",
            "visibility", "sample", "fork_reason",
        ):  # fmt: skip
            setattr(entry, name, getattr(told, name))
        entry.archived_at = self.told.archived_at
        entry.service = services.find_or_add(work, told.service.name, told.service.key) if told.service else None
        kept = {row.tag: row for row in entry.tags}
        entry.tags = [kept.get(tag) or EntryTag(tag=tag) for tag in dict.fromkeys(told.tags)]
        old = list(entry.legal_bases)
        for row, text in zip(old, told.legal_bases, strict=False):
            row.text = text
        entry.legal_bases = old[: len(told.legal_bases)] + [
            EntryLegalBasis(position=at, text=text) for at, text in enumerate(told.legal_bases[len(old) :], len(old))
        ]
        work.session.flush()
        profile, groups = self._fim(self.told.fim)
        if profile is not None:
            fim_records.keep_profile(work, entry, profile)
        gone = dict.fromkeys(fim_records.activities(work, entry).keys() - groups.keys())
        fim_records.keep_activities(work, entry, {**gone, **groups})
