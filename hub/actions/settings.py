"""Settings that may change while the hub runs: known ones only, each with its bounds, each change in the log."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from hub.errors import Conflict, Invalid, NotFound
from hub.policy import admin as policy
from hub.store.settings import Setting
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Known:
    """One setting: a whole number between `least` and `most`; `default` holds until somebody changes it."""

    name: str
    default: int
    least: int
    most: int
    unit: str
    """days or months"""


KNOWN: dict[str, Known] = {
    known.name: known
    for known in (
        Known("accounts.idle", 12, 3, 60, "months"),
        Known("accounts.reminder", 30, 7, 90, "days"),
        Known("accounts.pseudonymise", 12, 1, 60, "months"),
        Known("retention.sign_ins", 0, 0, 90, "days"),
        Known("retention.failed_sign_ins", 1, 1, 90, "days"),
        Known("retention.sign_in_steps", 1, 1, 90, "days"),
        Known("retention.password_resets", 7, 0, 90, "days"),
        Known("retention.email_changes", 7, 0, 90, "days"),
        Known("retention.invitations", 90, 0, 365, "days"),
        Known("retention.notifications", 180, 30, 1095, "days"),
        Known("retention.recent_searches", 90, 1, 365, "days"),
        Known("retention.feed_tokens", 30, 0, 365, "days"),
        Known("retention.tokens", 30, 0, 365, "days"),
        Known("retention.mails", 30, 1, 365, "days"),
        Known("retention.guest_links", 365, 30, 1095, "days"),
        Known("retention.jobs", 30, 1, 365, "days"),
        Known("retention.fim_uploads", 30, 1, 365, "days"),
        Known("retention.service_imports", 30, 1, 365, "days"),
        Known("retention.drafts", 730, 90, 3650, "days"),
        Known("retention.deletion_requests", 1095, 365, 3650, "days"),
        Known("retention.runs", 400, 30, 3650, "days"),
        Known("retention.log", 3653, 1826, 10957, "days"),
    )
}
"""By name; the deadlines are those of the deletion concept. Bounds keep a slip of the hand from deleting everything."""

MONTH = timedelta(days=30.4375)


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as a page shows it."""

    known: Known
    value: int
    revision: int
    """0 while the default holds."""


def number(work: Work, name: str) -> int:
    """Return what holds for a setting; raises `KeyError` for an unknown name."""
    known = KNOWN[name]
    stored = work.session.get(Setting, name)
    # A value from before its bounds were narrowed must not make a deadline unreasonable.
    return min(max(int(stored.value), known.least), known.most) if stored is not None else known.default


def span(work: Work, name: str) -> timedelta:
    """Return a setting as a span of time; months count 30.4375 days."""
    value = number(work, name)
    return value * MONTH if KNOWN[name].unit == "months" else timedelta(days=value)


def everything(work: Work) -> list[Shown]:
    """Return all settings in their order; raises `Forbidden` for all but the administration of the hub."""
    work.require(policy.administer)
    stored = {row.name: row for row in work.session.scalars(select(Setting))}
    return [
        Shown(known, number(work, known.name), stored[known.name].revision if known.name in stored else 0)
        for known in KNOWN.values()
    ]


def change(work: Work, name: str, value: int, *, revision: int) -> None:
    """Set a setting; setting what holds already does nothing.

    Raises `NotFound` for an unknown name, `Invalid(value="out_of_bounds")`, and `Conflict("settings_moved_on")` if
    somebody else changed it since `revision`.
    """
    work.require(policy.administer)
    known = KNOWN.get(name)
    if known is None:
        raise NotFound
    if not known.least <= value <= known.most:
        raise Invalid(value="out_of_bounds")
    stored = work.session.get(Setting, name, with_for_update=True)
    if (stored.revision if stored else 0) != revision:
        raise Conflict("settings_moved_on")
    before = number(work, name)
    if before == value:
        return
    if stored is None:
        stored = Setting(name=name, revision=0)
        work.session.add(stored)
    stored.value, stored.revision = value, stored.revision + 1
    stored.changed_by_id, stored.changed_at = work.actor.user_id, work.now
    work.record("setting.changed", name=name, before=before, after=value)
