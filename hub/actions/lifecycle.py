"""The life of an account: used, reminded, closed, and at last a pseudonym.

What a person did stays traceable to one number and one role; who it was does not (domain: deletion of a person keeps
role and organisation). What is deleted and what stays is said by `hub.store.personal`, for every table.
"""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, String, Text, cast, delete, func, literal, or_, select, update

from hub import policy
from hub.actions import accounts, discussions, log, members, settings
from hub.actions.accounts import Letter
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Invalid, NotFound
from hub.policy.admin import administer
from hub.store import Base
from hub.store.accounts import FailedSignIn, User
from hub.store.activity import Event
from hub.store.bundles import ForeignPerson
from hub.store.lifecycle import Closing, DeletionRequest, Lifecycle, RequestState, Stage
from hub.store.personal import REGISTER, Fate, Held
from hub.store.proposals import Proposal, ProposalComment, ProposalDecision, ProposalState
from hub.store.reviews import Deputy, Duty
from hub.store.tokens import Repeatable, Token
from hub.work import Work

BATCH = 100
"""Accounts that one step of the worker looks after at most."""


def stage(person: User, life: Lifecycle | None) -> Stage:
    """Return where an account stands."""
    if life is not None and life.pseudonymised_at is not None:
        return Stage.PSEUDONYMISED
    if not person.active:
        return Stage.CLOSED
    return Stage.INACTIVE if life is not None and life.reminded_at is not None else Stage.ACTIVE


# Wishes of the owner


def own_request(work: Work) -> DeletionRequest | None:
    """Return the actor's newest request for deletion, None without one."""
    query = select(DeletionRequest).where(DeletionRequest.user_id == work.actor.user_id)
    return work.session.scalar(query.order_by(DeletionRequest.id.desc()).limit(1))


def ask_for_deletion(work: Work, reason: str) -> DeletionRequest:
    """Ask for one's own account to be deleted; raises `NotFound` for guests, `Conflict("deletion_asked")` twice."""
    if work.actor.user_id is None:
        raise NotFound
    work.session.get_one(User, work.actor.user_id, with_for_update=True)
    before = own_request(work)
    if before is not None and before.state == RequestState.OPEN:
        raise Conflict("deletion_asked")
    request = DeletionRequest(user_id=work.actor.user_id, reason=reason, asked_at=work.now)
    work.session.add(request)
    work.session.flush()
    work.record("account.deletion_asked", user_id=work.actor.user_id, request_id=request.id)
    return request


def withdraw_request(work: Work) -> None:
    """Take one's own open request back; raises `NotFound` if there is none."""
    request = own_request(work)
    if request is None or request.state != RequestState.OPEN:
        raise NotFound
    request.state, request.decided_at = RequestState.WITHDRAWN, work.now
    work.record("account.deletion_withdrawn", user_id=request.user_id, request_id=request.id)


# Decisions of the administration


def requests(work: Work) -> list[DeletionRequest]:
    """Return all requests, open ones first, then the newest."""
    work.require(administer)
    opened = DeletionRequest.state == RequestState.OPEN
    return list(work.session.scalars(select(DeletionRequest).order_by(opened.desc(), DeletionRequest.id.desc())))


def find_request(work: Work, request_id: int) -> DeletionRequest:
    """Return a request; raises `NotFound`."""
    work.require(administer)
    found = work.session.get(DeletionRequest, request_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def grant(work: Work, request: DeletionRequest, answer: str, letter: Letter) -> Lifecycle:
    """Close the account of whoever asked and make it a pseudonym; they are told at their address for the last time.

    Raises `Conflict` (`request_decided`, `own_account`, `last_admin`).
    """
    _decide(work, request, RequestState.GRANTED, answer)
    person = request.user
    email, name = person.email, person.name
    members.close(work, person)
    members.lifecycle(work, person).closed_for = Closing.REQUEST
    life = pseudonymise(work, person)
    # After all other letters were deleted, also those that were not sent: this one goes with the deadline for mail.
    _tell(work, request, letter, email, name)
    return life


def refuse(work: Work, request: DeletionRequest, answer: str, letter: Letter) -> None:
    """Refuse a request and tell the person why; raises `Invalid(reply="required")`, `Conflict("request_decided")`."""
    if not answer.strip():
        raise Invalid(reply="required")
    _decide(work, request, RequestState.REFUSED, answer)
    _tell(work, request, letter, request.user.email, request.user.name)


def _decide(work: Work, request: DeletionRequest, state: RequestState, answer: str) -> None:
    work.require(administer)
    if request.state != RequestState.OPEN:
        raise Conflict("request_decided")
    request.state, request.answer = state, answer
    request.decided_by_id, request.decided_at = work.actor.user_id, work.now
    work.record(f"account.deletion_{state}", user_id=request.user_id, request_id=request.id)


def _tell(work: Work, request: DeletionRequest, letter: Letter, email: str, name: str) -> None:
    text = letter.text.replace("{answer}", request.answer)
    filled = Letter(letter.subject, text, letter.link)
    accounts.post(work, filled, recipient=email, name=name, token="")


def waiting(work: Work) -> list[Waiting]:
    """Return the open requests for deletion, for those who decide them."""
    if not administer(work.actor) or not work.actor.signed_in:
        return []
    query = select(DeletionRequest).where(DeletionRequest.state == RequestState.OPEN)
    return [
        Waiting("account.deletion", None, row.asked_at, ("admin.requests.show", {"number": row.id}))
        for row in work.session.scalars(query.order_by(DeletionRequest.id))
    ]


# The pseudonym


def pseudonymise(work: Work, person: User) -> Lifecycle:
    """Take name, address and everything private of a closed account away, for good.

    Raises `Conflict("account_open")` for an account that is not closed.
    """
    work.require(policy.close_account, person)
    life = members.lifecycle(work, person)
    if life.pseudonymised_at is not None:
        return life
    if person.active:
        raise Conflict("account_open")
    life.closed_at = life.closed_at or work.now
    life.closed_for = life.closed_for or Closing.ADMINISTRATION
    # The highest row is locked where the database locks rows, so that no number is given twice.
    query = select(Lifecycle.pseudonym).where(Lifecycle.pseudonym.is_not(None)).order_by(Lifecycle.pseudonym.desc())
    life.pseudonym = (work.session.scalar(query.limit(1).with_for_update()) or 0) + 1
    name, email = person.name, person.email
    new_name = f"Gelöschtes Konto {life.pseudonym}"
    discussions.rename_mentioned(work, person, new_name)
    _hand_back(work, person)
    _delete_drafts(work, person)
    log.erase(work, _events_naming(work, name, email), "pseudonymised")
    work.session.flush()
    held = select(literal("token:") + cast(Token.id, String)).where(Token.user_id == person.id)
    mine = or_(Repeatable.holder == f"user:{person.id}", Repeatable.holder.in_(held))
    work.session.execute(delete(Repeatable).where(mine))
    for entry in REGISTER:
        if entry.fate is Fate.DELETED:
            _delete(work, entry, person)
    work.session.execute(delete(FailedSignIn).where(FailedSignIn.subject == accounts.digest(email)))
    person.name, person.email = new_name, f"geloescht-{life.pseudonym}@konto.invalid"
    person.password_hash, person.last_seen_at, person.demo, person.locale = None, None, False, "de"
    life.pseudonymised_at, life.reminded_at = work.now, None
    work.record("account.pseudonymised", user_id=person.id, number=life.pseudonym)
    work.session.flush()
    work.session.expire(person)
    return life


def _delete(work: Work, held: Held, person: User) -> None:
    table = Base.metadata.tables[held.table]
    conditions = [table.c[column] == person.id for column in held.own]
    if held.email:
        conditions.append(table.c[held.email] == person.email)
    work.session.execute(delete(table).where(or_(*conditions)))


def _hand_back(work: Work, person: User) -> None:
    """Give open tasks back, so that others see they are nobody's, and end deputyships."""
    opened = (Duty.assignee_id == person.id, Duty.closed_at.is_(None))
    work.session.execute(update(Duty).where(*opened).values(assignee_id=None))
    standing = (or_(Deputy.user_id == person.id, Deputy.deputy_id == person.id), Deputy.ended_at.is_(None))
    work.session.execute(update(Deputy).where(*standing).values(ended_at=work.now))


def _delete_drafts(work: Work, person: User) -> None:
    """Delete proposals the person began, sent to nobody, and no colleague had a hand in."""
    others_decided = select(ProposalDecision.proposal_id).where(ProposalDecision.decided_by_id != person.id)
    others_wrote = select(ProposalComment.proposal_id).where(ProposalComment.author_id != person.id)
    query = select(Proposal).where(
        Proposal.opened_by_id == person.id,
        Proposal.state == ProposalState.DRAFT,
        Proposal.opened_at.is_(None),
        Proposal.id.not_in(others_decided),
        Proposal.id.not_in(others_wrote),
    )
    for row in work.session.scalars(query):
        work.session.delete(row)


def _events_naming(work: Work, name: str, email: str) -> list[Event]:
    """Return the events whose data name the person by words; most name people by number only."""
    return list(work.session.scalars(select(Event).where(_names(Event.__table__.c.data, (name, email)))))


def _names(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column of text or JSON contains one of `words`; small and large letters are one."""
    written = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    return or_(*(cast(column, Text).ilike(f"%{_plain(word)}%", escape="\\") for word in sorted(written)))


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def remains(work: Work, person: User) -> list[tuple[Held, int]]:
    """Return where free text names a person or their address, and in how many rows: what stays as it was written."""
    work.require(administer)
    found = []
    for held in REGISTER:
        table = Base.metadata.tables[held.table]
        ways = [_names(table.c[name], (person.name, person.email)) for name in held.texts]
        if ways and (count := work.session.scalar(select(func.count()).select_from(table).where(or_(*ways)))):
            found.append((held, count))
    return found


# What the worker does


_last_use = func.coalesce(User.last_seen_at, User.created_at)


def _ids(work: Work, *where: ColumnElement[bool]) -> Sequence[int]:
    query = select(User.id).outerjoin(Lifecycle, Lifecycle.user_id == User.id).where(*where)
    return work.session.scalars(query.order_by(User.id).limit(BATCH)).all()


def unused(work: Work) -> Sequence[int]:
    """Return accounts whose owners are to be told that they will be closed for want of use."""
    soon = work.now - settings.span(work, "accounts.idle") + settings.span(work, "accounts.reminder")
    return _ids(work, User.active.is_(True), _last_use < soon, Lifecycle.reminded_at.is_(None))


def used_again(work: Work) -> Sequence[int]:
    """Return accounts that were used after their reminder."""
    return _ids(work, Lifecycle.reminded_at.is_not(None), User.last_seen_at > Lifecycle.reminded_at)


def overdue(work: Work) -> Sequence[int]:
    """Return accounts that are to be closed: unused for long, and reminded long enough ago."""
    idle = work.now - settings.span(work, "accounts.idle")
    told = work.now - settings.span(work, "accounts.reminder")
    return _ids(work, User.active.is_(True), _last_use < idle, Lifecycle.reminded_at < told)


def undated(work: Work) -> Sequence[int]:
    """Return closed accounts of which nobody noted when: their time begins now. Carriers of a name have no time."""
    carrier = select(ForeignPerson.user_id)
    return _ids(work, User.active.is_(False), Lifecycle.closed_at.is_(None), User.id.not_in(carrier))


def forgotten(work: Work) -> Sequence[int]:
    """Return closed accounts that are to become pseudonyms."""
    closed = work.now - settings.span(work, "accounts.pseudonymise")
    return _ids(work, User.active.is_(False), Lifecycle.closed_at < closed, Lifecycle.pseudonymised_at.is_(None))


def remind(work: Work, user_id: int, letter: Letter) -> None:
    """Tell the owner of an unused account until when to use it."""
    person = work.session.get_one(User, user_id)
    members.lifecycle(work, person).reminded_at = work.now
    accounts.post(work, letter, recipient=person.email, name=person.name, token="")
    work.record("account.reminded", user_id=person.id)


def forget_reminder(work: Work, user_id: int) -> None:
    """Note that an account is in use again."""
    members.lifecycle(work, work.session.get_one(User, user_id)).reminded_at = None


def close_unused(work: Work, user_id: int) -> bool:
    """Close an unused account; return False for the last administration, which has its time begin anew."""
    person = work.session.get_one(User, user_id)
    life = members.lifecycle(work, person)
    try:
        members.require_other_administration(work, person)
    except Conflict:
        life.reminded_at = work.now
        return False
    members.close(work, person)
    life.closed_for = Closing.IDLE
    return True


def date_closing(work: Work, user_id: int) -> None:
    """Let the time of an account begin that was closed before anybody noted when."""
    life = members.lifecycle(work, work.session.get_one(User, user_id))
    life.closed_at, life.closed_for = work.now, life.closed_for or Closing.ADMINISTRATION
