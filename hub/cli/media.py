"""What the worker does for media breaks: find them in versions that have no figures by the rules of today."""

import logging
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hub.actions import facets, media, media_designs
from hub.errors import Invalid
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import Version
from hub.store.marks import commit_mark
from hub.work import Work, writing

log = logging.getLogger("hub.worker")
BATCH = 5
_PASSED_OVER: set[int] = set()
"""Versions this process could not analyse, and designs that name no process; they must not hold up the others."""
_SETTLED: dict[str, bytes | str | None] = {"mark": None}
"""The mark of the database when nothing was left to do: until somebody writes, there is nothing to ask."""


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, datetime.now(UTC))


def find_media_breaks() -> bool:
    """Find the media breaks of some versions that have no figures by the rules of today; return whether any were made.

    Newest and published versions come first; after a change of the rules all others follow. Analysing takes long, so
    it happens before the writing transaction begins. Designs come last: they have the figures of their process.
    """
    session: Session = db.session()
    session.rollback()
    mark = commit_mark(session)
    if mark is not None and mark == _SETTLED["mark"]:
        return False
    made = _prepared(session)
    if made:
        with writing(db.session()) as session:
            for one in made:
                media.keep(_work(session), one)
        return True
    if _follow_with_designs():
        return True
    _SETTLED["mark"] = mark
    return False


def _prepared(session: Session) -> list[media.Prepared]:
    reading = _work(session)
    made = []
    for version_id in media.behind(reading, limit=BATCH, without=_PASSED_OVER):
        try:
            made.append(media.prepare(reading, session.get_one(Version, version_id)))
        except Invalid:
            log.warning("version %s cannot be searched for media breaks", version_id)
            _PASSED_OVER.add(version_id)
    return made


def _follow_with_designs() -> bool:
    """Give some designs the figures of their process; return whether there were any to look at."""
    session: Session = db.session()
    ids = media_designs.behind(_work(session), limit=BATCH, without=_PASSED_OVER)
    if not ids:
        return False
    with writing(db.session()) as session:
        for version_id in ids:
            work, version = _work(session), session.get_one(Version, version_id)
            if media_designs.refresh(work, version) is None:
                _PASSED_OVER.add(version_id)
            facets.refile(work, [version.entry_id])
    return True
