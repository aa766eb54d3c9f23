"""What one can filter the library by: facts about an entry, some of which change without a new version."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from hub import search
from hub.actions import locking
from hub.documents import Content, DesignContent
from hub.store.entries import Entry, Version
from hub.store.findings import MediaNumbers
from hub.store.funding import Evidence, Grant, Result
from hub.store.maturity import MaturityLevel
from hub.work import Work

FACETS = (
    "city", "kind", "field", "situation", "state", "nature", "level", "media", "maturity", "basic", "grant", "year",
)  # fmt: skip
"""In the order in which they are offered."""
MOST_BASIC = 12


def of(work: Work, entry: Entry, version: Version, content: Content) -> Mapping[str, tuple[str, ...]]:
    """Return facet → values of one version of an entry."""
    service = entry.service
    return {
        "city": (entry.organisation.slug,),
        "kind": (entry.kind,),
        "state": (version.state,),
        "level": (entry.level,),
        "nature": (entry.nature,) if entry.nature else (),
        "field": (service.field,) if service and service.field else (),
        "situation": (service.situation,) if service and service.situation else (),
        "basic": _basic(content),
        "year": (f"{entry.updated_at:%Y}",),
        **_moving(work, entry.id, version.id),
    }


def _basic(content: Content) -> tuple[str, ...]:
    """Return the basic services (Basisdienste) a design names."""
    if not isinstance(content, DesignContent):
        return ()
    named = content.design.fields.get("Basisdienste", "")
    return tuple(dict.fromkeys(part for one in named.replace(";", ",").split(",") if (part := one.strip())))[
        :MOST_BASIC
    ]


def _moving(work: Work, entry_id: int, version_id: int) -> dict[str, tuple[str, ...]]:
    """Return what changes while the version stays: media breaks, maturity, grants that cite it."""
    media = work.session.scalar(select(MediaNumbers.status).where(MediaNumbers.version_id == version_id))
    levels = work.session.execute(
        select(MaturityLevel.scale, MaturityLevel.actual).where(
            MaturityLevel.entry_id == entry_id, MaturityLevel.actual.is_not(None)
        )
    )
    grants = work.session.scalars(
        select(Grant.slug)
        .distinct()
        .join(Result, Result.grant_id == Grant.id)
        .join(Evidence, Evidence.result_id == Result.id)
        .join(Version, Version.id == Evidence.version_id)
        .where(Version.entry_id == entry_id)
    )
    return {
        "media": (media,) if media else (),
        "maturity": tuple(f"{scale}-{actual}" for scale, actual in levels),
        "grant": tuple(grants),
    }


def refile(work: Work, entry_ids: Iterable[int]) -> None:
    """Bring the filters of some entries up to date, without indexing their texts again."""
    work.session.flush()
    for entry_id in sorted(set(entry_ids)):
        locking.lock_index(work, work.session.get_one(Entry, entry_id))
        search.refile(work.session, entry_id, lambda version_id, of=entry_id: _moving(work, of, version_id))  # type: ignore[misc]
