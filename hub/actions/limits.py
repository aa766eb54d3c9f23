"""How often something may be tried: counted in the database, so that restarts and further machines change nothing."""

import hashlib
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.store.limits import Limit


def _key(bucket: str) -> str:
    return hashlib.sha256(bucket.encode()).hexdigest()


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def allow(session: Session, bucket: str, most: int, seconds: int, *, now: datetime) -> int | None:
    """Count one try into `bucket`; return None if it is allowed, else the whole seconds until the next one would be.

    `most` tries are allowed at once, and after that one every `seconds / most`. A refused try is not counted, so
    whoever keeps knocking is not kept out for ever. One statement in the caller's writing transaction, which must be
    committed even if what was tried fails. `bucket` says what is counted, such as „reset-address:203.0.113.0“, and is
    stored as a digest.
    """
    at, length = _milliseconds(now), seconds * 1000
    step = max(1, length // most)
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    later = case((Limit.empty_at > at, Limit.empty_at), else_=at) + step
    statement = make(Limit).values(bucket=_key(bucket), empty_at=at + step)
    statement = statement.on_conflict_do_update(
        index_elements=[Limit.bucket], set_={"empty_at": later}, where=later <= at + length
    )
    # Nothing comes back where the condition left the row as it was: the bucket is full.
    if session.scalar(statement.returning(Limit.empty_at)) is not None:
        return None
    return wait(session, bucket, most, seconds, now=now) or 1


def wait(session: Session, bucket: str, most: int, seconds: int, *, now: datetime) -> int | None:
    """Return what `allow` would answer, without counting."""
    at, length = _milliseconds(now), seconds * 1000
    empty_at = session.scalar(select(Limit.empty_at).where(Limit.bucket == _key(bucket))) or at
    too_early = max(empty_at, at) + max(1, length // most) - at - length
    return ceil(too_early / 1000) if too_early > 0 else None


def give_back(session: Session, bucket: str, most: int, seconds: int) -> None:
    """Take one counted try back, where it turned out to be none that should count."""
    step = max(1, seconds * 1000 // most)
    session.execute(update(Limit).where(Limit.bucket == _key(bucket)).values(empty_at=Limit.empty_at - step))


def forget(session: Session, bucket: str) -> None:
    """Empty a bucket."""
    session.execute(delete(Limit).where(Limit.bucket == _key(bucket)))


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is a bucket that has run empty."""
    return session.scalar(select(Limit.bucket).where(Limit.empty_at < _milliseconds(now)).limit(1)) is not None


def forget_old(session: Session, now: datetime) -> None:
    """Remove the buckets that have run empty; they say nothing any more."""
    session.execute(delete(Limit).where(Limit.empty_at < _milliseconds(now)))
