"""What is half done between two requests of one browser: made once, taken once, gone after some minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.actions.accounts import digest
from hub.errors import Conflict
from hub.store.factors import SignInStep, StepKind
from hub.work import Work

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Step:
    """What the second request needs."""

    user_id: int | None
    data: dict[str, Any]


def begin(work: Work, kind: StepKind, *, user_id: int | None = None, **data: Any) -> str:
    """Keep `data` for the next request and return its token, which belongs into the cookie of that browser."""
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignInStep(
            token_digest=digest(token),
            kind=kind,
            user_id=user_id,
            data=data,
            created_at=work.now,
            expires_at=work.now + LASTS,
        )
    )
    return token


def look(work: Work, kind: StepKind, token: str) -> Step:
    """Return a step without taking it; raises `Conflict("step_expired")`."""
    row = work.session.execute(
        select(SignInStep.user_id, SignInStep.data).where(
            SignInStep.token_digest == digest(token), SignInStep.kind == kind, SignInStep.expires_at > work.now
        )
    ).one_or_none()
    if row is None:
        raise Conflict("step_expired")
    return Step(*row)


def take(work: Work, kind: StepKind, token: str) -> Step:
    """Take a step: of two that try, one gets it. Raises `Conflict("step_expired")`."""
    row = work.session.execute(
        delete(SignInStep)
        .where(SignInStep.token_digest == digest(token), SignInStep.kind == kind, SignInStep.expires_at > work.now)
        .returning(SignInStep.user_id, SignInStep.data)
    ).one_or_none()
    if row is None:
        raise Conflict("step_expired")
    return Step(*row)


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is a step that can no longer be taken."""
    return session.scalar(select(SignInStep.id).where(SignInStep.expires_at < now).limit(1)) is not None


def forget_old(session: Session, now: datetime) -> None:
    """Remove what can no longer be taken."""
    session.execute(delete(SignInStep).where(SignInStep.expires_at < now))
