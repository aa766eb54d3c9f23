"""The second factor of local accounts: one-time codes of an app, recovery codes, and what may be asked for."""

import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.actions import vault
from hub.actions.accounts import Letter, digest, post
from hub.errors import Conflict, Invalid
from hub.policy import Actor
from hub.store.accounts import Role, User
from hub.store.factors import Method, OneTimeCodes, Passkey, Proof, RecoveryCode
from hub.work import Work

PURPOSE = "one-time codes"
ISSUER = "IKZ-Prozesshub"
SECONDS = 30
"""A code's time step (RFC 6238, 5.2)."""
DRIFT = 1
"""Steps before and after the present one that are accepted too, for clocks that differ."""
RECOVERY_CODES = 10
ALPHABET = string.ascii_lowercase.replace("l", "").replace("o", "") + "23456789"
FRESH = timedelta(minutes=5)
"""How long a proof is enough for deeds that touch the account's security."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up."""

    codes: OneTimeCodes | None
    """Only if confirmed."""
    passkeys: list[Passkey]
    recovery_count: int
    """Recovery codes that are not used yet."""

    @property
    def any(self) -> bool:
        """Whether there is a second factor."""
        return self.codes is not None or bool(self.passkeys)


def of(work: Work, user_id: int) -> Factors:
    """Return what a person has set up."""
    codes = work.session.get(OneTimeCodes, user_id)
    keys = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    left = select(func.count()).select_from(RecoveryCode)
    left = left.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return Factors(
        codes if codes is not None and codes.confirmed_at is not None else None,
        list(work.session.scalars(keys)),
        work.session.scalar(left) or 0,
    )


def roles_named(names: Iterable[str]) -> frozenset[Role]:
    """Return the roles of these names; raises `ValueError` for one that does not exist."""
    return frozenset(Role(name) for name in names)


def required(actor: Actor, roles: frozenset[Role]) -> bool:
    """Whether one of the actor's roles is among those that need a second factor."""
    return actor.signed_in and actor.has_anywhere(*roles)


def proof(session: Session, sign_in_id: int) -> Proof | None:
    """Return how the person behind a sign-in last proved who they are."""
    return session.get(Proof, sign_in_id)


def fresh(work: Work, sign_in_id: int) -> bool:
    """Whether that is recent enough for deeds that touch the account's security."""
    found = proof(work.session, sign_in_id)
    return found is not None and found.proved_at > work.now - FRESH


def note_proof(work: Work, sign_in_id: int, method: Method) -> None:
    """Note that the person behind a sign-in has proved again who they are."""
    found = proof(work.session, sign_in_id)
    if found is None:
        work.session.add(Proof(sign_in_id=sign_in_id, method=method, proved_at=work.now))
    else:
        found.proved_at = work.now


# One-time codes


def begin_codes(work: Work, user: User, secret_key: str) -> None:
    """Make a secret for the person's app; it counts once a code of it was right. Raises `Conflict("codes_there")`."""
    row = work.session.get(OneTimeCodes, user.id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("codes_there")
    sealed = vault.seal(secret_key, PURPOSE, pyotp.random_base32())
    if row is None:
        work.session.add(OneTimeCodes(user_id=user.id, sealed_secret=sealed, created_at=work.now))
    else:
        row.sealed_secret, row.created_at = sealed, work.now


def pending_secret(work: Work, user: User, secret_key: str) -> str:
    """Return the secret that waits for its first code; raises `Conflict("codes_none")`."""
    row = work.session.get(OneTimeCodes, user.id)
    secret = None
    if row is not None and row.confirmed_at is None:
        secret = vault.unseal(secret_key, PURPOSE, row.sealed_secret)
    if secret is None:
        raise Conflict("codes_none")
    return secret


def address(secret: str, user: User) -> str:
    """Return the address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def confirm_codes(work: Work, user: User, secret_key: str, code: str) -> None:
    """Put one-time codes in force; raises `Invalid` (`code_wrong`)."""
    pending_secret(work, user, secret_key)
    row = work.session.get_one(OneTimeCodes, user.id, with_for_update=True)
    if not _code_counts(work, row, secret_key, code):
        raise Invalid(code="code_wrong")
    row.confirmed_at = work.now
    work.record("factor.added", factor="codes")


def remove_codes(work: Work, user: User) -> None:
    """Take one-time codes out of force."""
    if work.session.execute(
        delete(OneTimeCodes).where(OneTimeCodes.user_id == user.id).returning(OneTimeCodes.user_id)
    ).all():
        work.record("factor.removed", factor="codes")
        drop_useless_recovery(work, user.id)


def drop_useless_recovery(work: Work, user_id: int) -> None:
    """Remove recovery codes where there is no factor left that they could replace."""
    work.session.flush()
    if not of(work, user_id).any:
        work.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _code_counts(work: Work, row: OneTimeCodes, secret_key: str, code: str) -> bool:
    """Whether `code` is right and later than every one that was accepted before; then it is used up."""
    secret = vault.unseal(secret_key, PURPOSE, row.sealed_secret)
    if secret is None:
        return False
    codes, typed = pyotp.TOTP(secret, interval=SECONDS), "".join(code.split())
    present = int(work.now.timestamp()) // SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if step > row.last_step and secrets.compare_digest(codes.at(step * SECONDS).encode(), typed.encode()):
            row.last_step, row.used_at = step, work.now
            return True
    return False


def use_code(work: Work, user_id: int, secret_key: str, code: str) -> None:
    """Use up a one-time or recovery code of a person; raises `Invalid` (`code_wrong`).

    The rows are locked where the database locks rows, so that of two who send one code one is refused.
    """
    row = work.session.get(OneTimeCodes, user_id, with_for_update=True)
    if row is not None and row.confirmed_at is not None and _code_counts(work, row, secret_key, code):
        return
    wanted = (RecoveryCode.user_id == user_id, RecoveryCode.code_digest == _recovery_digest(user_id, code))
    query = select(RecoveryCode).where(*wanted, RecoveryCode.used_at.is_(None)).with_for_update()
    found = work.session.scalar(query)
    if found is None:
        raise Invalid(code="code_wrong")
    found.used_at = work.now


# Recovery codes


def _recovery_digest(user_id: int, code: str) -> str:
    return digest(f"{user_id}:{''.join(letter for letter in code.lower() if letter.isalnum())}")


def renew_recovery(work: Work, user: User) -> list[str]:
    """Make new recovery codes and return them, which exist nowhere else; the old ones count no more.

    Sixteen characters of 32: 79 bits, so that a stolen table of digests is of no use.
    """
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = []
    for _ in range(RECOVERY_CODES):
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
        work.session.add(
            RecoveryCode(user_id=user.id, code_digest=_recovery_digest(user.id, code), created_at=work.now)
        )
        codes.append(code)
    work.record("factor.renewed", factor="recovery")
    return codes


def tell(work: Work, user: User, letter: Letter) -> None:
    """Write to a person that the way they sign in has changed, in case it was not them."""
    post(work, letter, recipient=user.email, name=user.name, token="")
