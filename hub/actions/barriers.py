"""Reports of barriers: anybody may send one, no account needed; they reach whoever runs the hub by e-mail."""

from sqlalchemy import select

from hub.store.accounts import Membership, Role, User
from hub.store.activity import Mail
from hub.work import Work

SUBJECT = "Barriere gemeldet"


def report(work: Work, *, operator: str, page: str, what: str, tools: str, answer_to: str) -> None:
    """Queue a report in the words of whoever sent it; nothing of it is kept but the letter.

    It goes to `operator`, or to the system administration while nobody has set the operator's address.
    """
    told = (("Seite", page), ("Was passiert ist", what), ("Arbeitet mit", tools), ("Antwort an", answer_to))
    text = "\n\n".join(f"{term}:\n{value}" for term, value in told if value)
    for recipient in [operator] if "@" in operator else _administration(work):
        work.session.add(
            Mail(recipient=recipient, subject=SUBJECT, text=f"{text}\n", created_at=work.now, next_try_at=work.now)
        )
    # The log says that there was a report, never what is in it: it may speak of somebody's health.
    work.record("barrier.reported")


def _administration(work: Work) -> list[str]:
    query = select(User.email).join(Membership, Membership.user_id == User.id)
    return list(work.session.scalars(query.where(Membership.role == Role.SYSTEM_ADMIN, User.active).distinct()))
