"""What counts once counts once, however many try at the same moment, on both databases."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import func, select, update

from hub.actions import accounts, factors, identities, openid, steps
from hub.config.providers import Provider
from hub.errors import HubError
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.accounts import Membership, User
from hub.store.factors import OneTimeCodes, StepKind
from hub.store.identities import Identity, ProvidedRole
from hub.web import providers
from hub.work import Work, writing
from tests import makers
from tests.conftest import KEY

EMAIL = "modellierung@marburg.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROVIDER = Provider(
    "stadt", "Stadt", "https://sso.example", "hub", roles={"a": (("marburg", "modeller"),), "b": (("fulda", "reader"),)}
)


def told(*groups: str) -> openid.Told:
    claims = {"email": "neu@marburg.example", "email_verified": True, "name": "Neu", "groups": list(groups)}
    return openid.Told("4711", claims, "token")


def together(app: Flask, count: int, deed: Callable[[Work], Any]) -> Counter[str]:
    """Do `deed` in as many threads at once, each in a transaction of its own; return how often each outcome came."""
    outcomes: Counter[str] = Counter()
    barrier, lock = threading.Barrier(count), threading.Lock()

    def run() -> None:
        with app.test_request_context():
            barrier.wait()
            try:
                with writing(db.session()) as session:
                    deed(Work(session, SYSTEM, NOW))
                outcome = "done"
            except HubError as error:
                outcome = type(error).__name__
            finally:
                db.session.remove()
            with lock:
                outcomes[outcome] += 1

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def user(work: Work) -> User:
    return work.session.scalars(select(User).where(User.email == EMAIL)).one()


def with_codes(app: Flask) -> tuple[int, str, list[str]]:
    """Give the modeller one-time codes; return the account, the secret and the recovery codes."""
    with app.app_context():
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, NOW)
            factors.begin_codes(work, user(work), KEY)
            session.flush()
            secret = factors.pending_secret(work, user(work), KEY)
            factors.confirm_codes(work, user(work), KEY, pyotp.TOTP(secret).at(NOW))
            codes = factors.renew_recovery(work, user(work))
            session.execute(update(OneTimeCodes).values(last_step=0))
            found = user(work).id
        db.session.remove()
    return found, secret, codes


def test_a_one_time_code_counts_for_one_of_many(both: Flask) -> None:
    user_id, secret, _ = with_codes(both)
    code = pyotp.TOTP(secret).at(NOW)
    assert together(both, 6, lambda work: factors.use_code(work, user_id, KEY, code)) == {"done": 1, "Invalid": 5}


def test_a_recovery_code_counts_for_one_of_many(both: Flask) -> None:
    user_id, _, codes = with_codes(both)
    found = together(both, 6, lambda work: factors.use_code(work, user_id, KEY, codes[0]))
    assert found == {"done": 1, "Invalid": 5}


def test_a_step_is_taken_by_one_of_many(both: Flask) -> None:
    with both.app_context():
        with writing(db.session()) as session:
            token = steps.begin(Work(session, SYSTEM, NOW), StepKind.PASSKEY_SIGN_IN, challenge="x")
        db.session.remove()
    found = together(both, 6, lambda work: steps.take(work, StepKind.PASSKEY_SIGN_IN, token))
    assert found == {"done": 1, "Conflict": 5}


def test_a_logout_token_counts_for_one_of_many(both: Flask) -> None:
    notice = openid.Notice("4711", "", "one", NOW + timedelta(minutes=2))
    assert together(both, 6, lambda work: identities.end(work, PROVIDER, notice)) == {"done": 1, "Conflict": 5}


def test_ten_attempts_are_ten_however_they_come(both: Flask) -> None:
    found = together(both, 12, lambda work: accounts.attempt(work, EMAIL, "192.0.2.1"))
    assert found == {"done": 10, "Invalid": 2}


def test_somebody_who_comes_for_the_first_time_in_several_tabs_gets_one_account(both: Flask) -> None:
    barrier, seen = threading.Barrier(4), []

    def run() -> None:
        with both.test_request_context():
            barrier.wait()
            seen.append(providers.receive(PROVIDER, told("a")))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    with both.app_context():
        counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Identity, ProvidedRole)]
        db.session.remove()
    assert counts == [1, 1]


def test_roles_of_groups_come_and_go_and_those_by_hand_stay(both: Flask) -> None:
    held = []
    with both.app_context():
        for at, groups in enumerate((("a",), ("b",), (), ("a", "b", "c"))):
            with writing(db.session()) as session:
                work = Work(session, SYSTEM, NOW)
                identity = identities.arrive(work, PROVIDER, told(*groups))
                if at == 0:
                    owner = makers.organisation(work, "fulda")
                    identity.user.memberships.append(Membership(organisation=owner, role="reader", created_at=NOW))
                session.flush()
                held.append({(row.organisation.slug, row.role) for row in identity.user.memberships})
        db.session.remove()
    by_hand = ("fulda", "reader")
    assert held == [{("marburg", "modeller"), by_hand}, {by_hand}, {by_hand}, {("marburg", "modeller"), by_hand}]
