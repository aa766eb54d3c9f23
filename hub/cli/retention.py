"""`hub retention`: keep the deadlines of the deletion concept, or show what would be deleted."""

import argparse
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from hub import letters
from hub.actions import lifecycle, retention
from hub.app import create_app
from hub.cli import holding
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.accounts import User
from hub.work import Work, writing

log = logging.getLogger("hub.worker")


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, datetime.now(UTC))


def keep_deadlines() -> bool:
    """Keep the deadlines once a day, by one worker at a time; return whether anything was deleted."""
    session: Session = db.session()
    session.rollback()
    if not retention.is_due(session, datetime.now(UTC)):
        return False
    with holding.chore("retention") as mine:
        return mine and bool(keep_all())


def keep_all() -> dict[str, int]:
    """Delete everything that is due, a batch in each transaction, and report it; return rule → rows.

    Raises what the database raises; what was deleted until then is reported all the same.
    """
    with writing(db.session()) as session:
        run_id = retention.begin(_work(session)).id
    counts: dict[str, int] = {}
    failure = ""
    try:
        _keep(counts)
    except Exception as error:
        failure = type(error).__name__
        raise
    finally:
        db.session.rollback()
        with writing(db.session()) as session:
            retention.finish(_work(session), run_id, counts, failure)
    return {name: count for name, count in counts.items() if count}


def _keep(counts: dict[str, int]) -> None:
    for rule in retention.RULES:
        counts[rule.name] = _all(lambda work, rule=rule: retention.keep(work, rule))  # type: ignore[misc]
    counts[retention.LOG] = _all(retention.empty_log)
    for name, find, deed in _ACCOUNTS:
        counts[name] = _each(find, deed)


def _all(step: Callable[[Work], int]) -> int:
    total = 0
    while True:
        with writing(db.session()) as session:
            done = step(_work(session))
        total += done
        if done < retention.BATCH:
            return total


def _remind(work: Work, user_id: int) -> bool:
    with force_locale(work.session.get_one(User, user_id).locale):
        lifecycle.remind(work, user_id, letters.unused())
    return True


def _pseudonymise(work: Work, user_id: int) -> bool:
    lifecycle.pseudonymise(work, work.session.get_one(User, user_id))
    return True


def _used_again(work: Work, user_id: int) -> bool:
    lifecycle.forget_reminder(work, user_id)
    return False


def _date(work: Work, user_id: int) -> bool:
    lifecycle.date_closing(work, user_id)
    return False


_ACCOUNTS: tuple[tuple[str, Callable[[Work], Sequence[int]], Callable[[Work, int], bool]], ...] = (
    ("accounts_used_again", lifecycle.used_again, _used_again),
    ("accounts_dated", lifecycle.undated, _date),
    ("accounts_reminded", lifecycle.unused, _remind),
    ("accounts_closed", lifecycle.overdue, lifecycle.close_unused),
    ("closed_accounts", lifecycle.forgotten, _pseudonymise),
)
"""What the deadlines of accounts are called, whom they concern, and what is done."""


def _each(find: Callable[[Work], Sequence[int]], deed: Callable[[Work, int], bool]) -> int:
    """Do `deed` for every account that is due, each in its own transaction; return how many it was done to."""
    done = 0
    session: Session = db.session()
    session.rollback()
    for user_id in find(_work(session)):
        with writing(db.session()) as held:
            work = _work(held)
            # Asked again: another process, or the person, may have been faster.
            if user_id in find(work):
                done += deed(work, user_id)
    return done


def run(arguments: list[str]) -> int:
    """`hub retention [--dry-run]`: print how much was, or would be, deleted under each rule."""
    parser = argparse.ArgumentParser(prog="hub retention", description="Löscht, was nach dem Löschkonzept fällig ist.")
    parser.add_argument("--dry-run", action="store_true", help="ändert nichts, zeigt nur, was fällig ist")
    given = parser.parse_args(arguments)
    app = create_app()
    with app.app_context():
        try:
            if given.dry_run:
                work = _work(db.session())
                found = retention.amounts(work) | {name: len(find(work)) for name, find, _ in _ACCOUNTS}
            else:
                found = keep_all()
            for name, count in found.items():
                print(f"{name:24}{count:>10}")
            print("nichts gelöscht (--dry-run)" if given.dry_run else f"{sum(found.values())} insgesamt")
        finally:
            db.session.remove()
    return 0
