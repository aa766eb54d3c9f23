"""What is stored of FIM beside an entry, as the records of `hub.xprozess`: read, keep, copy, put into a snapshot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from hub import xprozess
from hub.store.answers import answers
from hub.store.entries import Entry
from hub.store.fim import FimActivity, FimProfile
from hub.work import Work
from hub.xprozess import Activity, Code, Process, State

ELSEWHERE = ("name", "designation", "keywords", "level")
"""Fields of a process that the entry itself says: title, service, tags, level of detail."""


def profile(work: Work, entry: Entry) -> Process | None:
    """Return the FIM profile as stored; None while nobody has said anything."""
    row = work.session.get(FimProfile, entry.id)
    if row is None:
        return None
    told = xprozess.from_plain(Process, row.facts)
    state = replace(
        told.state,
        status=Code(row.status_code, row.status_list, row.status_version),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
    return replace(told, definition=row.definition, state=state)


def keep_profile(work: Work, entry: Entry, told: Process) -> None:
    """Store a FIM profile in place of the old one; what the entry itself says and the model are left out."""
    state = told.state
    row = work.session.get(FimProfile, entry.id)
    if row is None:
        row = FimProfile(entry_id=entry.id)
        work.session.add(row)
    row.status_code, row.status_list, row.status_version = (
        state.status.code[:20],
        state.status.list_uri[:300],
        state.status.list_version[:40],
    )
    row.valid_from, row.valid_until, row.definition = state.valid_from, state.valid_until, told.definition
    rest = replace(told, activities=(), model=None, definition="", state=_rest_of(state))
    row.facts = xprozess.to_plain(replace(rest, name="", designation="", keywords=(), level=Code()))
    work.session.flush()


def _rest_of(state: State) -> State:
    return replace(state, status=Code(), valid_from="", valid_until="")


def activities(work: Work, entry: Entry) -> dict[str, Activity]:
    """Return element key → activity group, as stored; type 0 where the file itself names the type."""
    query = select(FimActivity).where(FimActivity.entry_id == entry.id).order_by(FimActivity.element_key)
    return {
        row.element_key: xprozess.from_plain(Activity, {**row.facts, "type": row.type})
        for row in work.session.scalars(query)
    }


_TYPES = select(FimActivity.element_key, FimActivity.type).where(
    FimActivity.entry_id == bindparam("entry"), FimActivity.type != 0
)


def types(work: Work, entry: Entry) -> dict[str, int]:
    """Return element key → type, where one is stored."""
    return {row[0]: row[1] for row in answers(work.session, _TYPES, entry=entry.id)}


def keep_activities(work: Work, entry: Entry, told: Mapping[str, Activity | None]) -> None:
    """Store activity groups by element key; None forgets one, keys not named stay as they are."""
    for key, activity in told.items():
        row = work.session.get(FimActivity, (entry.id, key))
        if activity is None:
            if row is not None:
                work.session.delete(row)
            continue
        if row is None:
            row = FimActivity(entry_id=entry.id, element_key=key)
            work.session.add(row)
        row.type = activity.type
        facts = xprozess.to_plain(replace(activity, element_id="", name=""))
        row.facts = {name: value for name, value in facts.items() if name != "type"}
    work.session.flush()


def snapshot(work: Work, entry: Entry) -> dict[str, Any]:
    """Return what a version keeps of FIM, as plain data; empty while nobody has said anything."""
    told, groups = profile(work, entry), activities(work, entry)
    found: dict[str, Any] = {}
    if told is not None:
        found["profile"] = xprozess.to_plain(told)
    if groups:
        found["activities"] = {key: xprozess.to_plain(activity) for key, activity in groups.items()}
    return found


def copy(work: Work, origin: Entry, made: Entry) -> None:
    """Give a fork what its origin says; the status stays behind, since nobody has approved the fork."""
    told = profile(work, origin)
    if told is not None:
        keep_profile(work, made, replace(told, state=State(), version="", approving_body=""))
    keep_activities(work, made, activities(work, origin))
