"""Watch entries, services and organisations, by hand or because one takes part."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import lazyload

from hub import policy
from hub.errors import Forbidden, NotFound
from hub.policy import notifications as rights
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.inserting import insert_new
from hub.store.notifications import NotificationPlan, Subject, Watch
from hub.store.organisations import Organisation
from hub.store.services import Service
from hub.work import Work

OWN_DEEDS = frozenset({"entry.created", "entry.forked", "version.published"})
TALKING = frozenset({"comment.written"})


def begin(work: Work, subject: Subject, subject_id: int) -> None:
    """Watch something from now on; raises `NotFound` for what is not there or not readable."""
    _set(work, subject, subject_id, muted=False)


def stop(work: Work, subject: Subject, subject_id: int) -> None:
    """Hear no more of something; of an entry also not through its city or service."""
    _set(work, subject, subject_id, muted=True)


def _set(work: Work, subject: Subject, subject_id: int, *, muted: bool) -> None:
    if not work.actor.signed_in:
        raise Forbidden("watch")
    if subject == Subject.ENTRY:
        entry = work.session.get(Entry, subject_id)
        if entry is None or not policy.read(work.actor, entry):
            raise NotFound
        work.require(rights.watch, entry)
    elif work.session.get(Service if subject == Subject.SERVICE else Organisation, subject_id) is None:
        raise NotFound
    mine = (Watch.user_id == work.actor.user_id, Watch.subject == subject, Watch.subject_id == subject_id)
    work.session.execute(delete(Watch).where(*mine))
    if muted and subject != Subject.ENTRY:
        return
    work.session.add(
        Watch(
            user_id=work.actor.user_id, subject=subject, subject_id=subject_id, muted=muted, created_at=work.now
        )
    )  # fmt: skip


def watches(work: Work, subject: Subject, subject_id: int) -> bool:
    """Whether the actor watches something."""
    query = select(Watch.id).where(
        Watch.user_id == work.actor.user_id,
        Watch.subject == subject,
        Watch.subject_id == subject_id,
        Watch.muted.is_(False),
    )
    return work.actor.signed_in and work.session.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class Watched:
    """What a person watches, as the account lists it."""

    entries: list[Entry]
    services: list[Service]
    organisations: list[Organisation]
    automatic: frozenset[int]
    """Ids of the entries that the hub began to watch for them."""


def watched(work: Work, *, limit: int = 300) -> Watched:
    """Return what the actor watches and may read."""
    rows = list(work.session.scalars(select(Watch).where(Watch.user_id == work.actor.user_id, Watch.muted.is_(False))))
    ids = {subject: [row.subject_id for row in rows if row.subject == subject] for subject in Subject}
    entries = select(Entry).where(Entry.id.in_(ids[Subject.ENTRY]), policy.read_visible(work.actor))
    entries = entries.options(lazyload(Entry.tags), lazyload(Entry.legal_bases)).order_by(Entry.title).limit(limit)
    services = select(Service).where(Service.id.in_(ids[Subject.SERVICE])).order_by(Service.name)
    organisations = select(Organisation).where(Organisation.id.in_(ids[Subject.ORGANISATION]))
    return Watched(
        list(work.session.scalars(entries)),
        list(work.session.scalars(services)),
        list(work.session.scalars(organisations.order_by(Organisation.short_name))),
        frozenset(row.subject_id for row in rows if row.automatic),
    )


def watchers(work: Work, entry: Entry) -> set[int]:
    """Return who watches an entry, its service or its organisation, and did not stop the entry itself."""
    about = [
        (Watch.subject == Subject.ENTRY) & (Watch.subject_id == entry.id),
        (Watch.subject == Subject.ORGANISATION) & (Watch.subject_id == entry.organisation_id),
    ]
    if entry.service_id is not None:
        about.append((Watch.subject == Subject.SERVICE) & (Watch.subject_id == entry.service_id))
    rows = work.session.execute(select(Watch.user_id, Watch.muted).where(or_(*about))).all()
    return {row.user_id for row in rows} - {row.user_id for row in rows if row.muted}


def begin_for(work: Work, event: Event, mentioned: Iterable[int]) -> None:
    """Begin to watch the event's entry for who did it and who is named in it, unless they want that not."""
    if event.entry_id is None:
        return
    wanted: dict[int, str] = dict.fromkeys(mentioned, "watch_discussed")
    if event.actor_id is not None and event.kind in OWN_DEEDS | TALKING:
        wanted[event.actor_id] = "watch_own" if event.kind in OWN_DEEDS else "watch_discussed"
    plans = select(NotificationPlan).where(NotificationPlan.user_id.in_(wanted))
    refused = {plan.user_id for plan in work.session.scalars(plans) if not getattr(plan, wanted[plan.user_id])}
    rows = [
        {
            "user_id": user_id, "subject": Subject.ENTRY, "subject_id": event.entry_id, "muted": False,
            "automatic": True, "created_at": work.now,
        }
        for user_id in wanted
        if user_id not in refused
    ]  # fmt: skip
    insert_new(work.session, Watch, rows)
