"""Grants (Fördervorhaben): find, create, change, and move from state to state."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hub.actions.schedule import months_after
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import EditGrant, EditPlan, cents
from hub.policy import funding as may
from hub.store.accounts import Membership, Role, User
from hub.store.funding import Grant, GrantMove, GrantPartner, GrantState, PlanItem, Programme
from hub.store.organisations import Organisation
from hub.text.slug import free
from hub.text.slug import slug as slug_of
from hub.work import Work

S = GrantState

CITY_MOVES: dict[GrantState, tuple[GrantState, ...]] = {
    S.APPLIED: (S.APPROVED, S.WITHDRAWN),
    S.APPROVED: (S.RUNNING, S.WITHDRAWN),
    S.RUNNING: (S.EXTENDED, S.WITHDRAWN),
    S.EXTENDED: (S.EXTENDED, S.WITHDRAWN),
}
"""What whoever manages the grant may record; all else follows from statements of use and the authority's review."""

LAND_MOVES: dict[GrantState, tuple[GrantState, ...]] = {
    S.APPROVED: (S.REVOKED,),
    S.RUNNING: (S.REVOKED,),
    S.EXTENDED: (S.REVOKED,),
    S.REPORTED: (S.REVOKED,),
    S.IN_REVIEW: (S.REVOKED,),
    S.OBJECTED: (S.REVOKED,),
    S.ACCEPTED: (S.CLOSED, S.REVOKED),
    S.ACCEPTED_WITH_CONDITIONS: (S.CLOSED, S.REVOKED),
}
"""What the authority's reviewers may record."""

REVIEW_MOVES: dict[GrantState, tuple[GrantState, ...]] = {
    S.RUNNING: (S.REPORTED,),
    S.EXTENDED: (S.REPORTED,),
    S.REPORTED: (S.IN_REVIEW,),
    S.IN_REVIEW: (S.ACCEPTED, S.ACCEPTED_WITH_CONDITIONS, S.OBJECTED),
    S.OBJECTED: (S.REPORTED,),
}
"""What follows from submitting, opening and deciding a final statement of use."""

RESERVED = frozenset({"new", "programmes", "reuse", "ledger", "review", "calendar"})
"""Addresses below /funding that are pages of their own."""

REASONED = frozenset({S.WITHDRAWN, S.REVOKED, S.EXTENDED, S.CLOSED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of grants shall show; empty means all."""

    text: str = ""
    programme: str = ""
    state: str = ""


def find(work: Work, slug: str) -> Grant:
    """Return a grant for those who carry it or, once it is granted, the authority that gives it; else `NotFound`."""
    grant = work.session.scalar(select(Grant).where(Grant.slug == slug))
    if grant is None or not (may.read_grant(work.actor, grant) or may.review_grant(work.actor, grant)):
        raise NotFound
    return grant


def own(work: Work, slug: str) -> Grant:
    """Return a grant for those who carry it; for everybody else, the authority included, `NotFound`."""
    grant = find(work, slug)
    if not may.read_grant(work.actor, grant):
        raise NotFound
    return grant


def listing(work: Work, wanted: Wanted = Wanted()) -> list[Grant]:
    """Return the readable grants, those that end soonest first."""
    visible = or_(may.read_grant_visible(work.actor), may.review_grant_visible(work.actor))
    query = select(Grant).join(Programme).where(visible).options(joinedload(Grant.programme))
    if wanted.text:
        query = query.where(or_(Grant.title.icontains(wanted.text, autoescape=True), Grant.reference == wanted.text))
    if wanted.programme:
        query = query.where(Programme.slug == wanted.programme)
    if wanted.state:
        query = query.where(Grant.state == wanted.state)
    return list(work.session.scalars(query.order_by(Grant.report_due.is_(None), Grant.report_due, Grant.title)))


def create(work: Work, sent: EditGrant) -> Grant:
    """Add a grant as applied for; raises `Invalid` for an unknown programme, city or authority."""
    organisation = _organisation(work, sent.organisation, "organisation")
    work.require(may.create_grant, organisation)
    grant = Grant(
        slug=_free_slug(work, sent.title),
        organisation=organisation,
        state=S.APPLIED,
        created_at=work.now,
        updated_at=work.now,
    )
    _apply(work, grant, sent)
    work.session.add(grant)
    work.session.flush()
    record(work, "grant.created", grant)
    return grant


def edit(work: Work, grant: Grant, sent: EditGrant) -> None:
    """Change a grant; raises `Conflict("grant_moved_on")` if somebody else did meanwhile.

    Once a final statement was accepted the frame stays as it is: `Conflict("grant_closed")`.
    """
    work.require(may.manage_grant, grant)
    lock(work, grant)
    if grant.revision != sent.revision:
        raise Conflict("grant_moved_on")
    if grant.state in (S.CLOSED, S.REVOKED, S.WITHDRAWN):
        raise Conflict("grant_closed")
    organisation = _organisation(work, sent.organisation, "organisation")
    if organisation.id != grant.organisation_id:
        work.require(may.create_grant, organisation)
        grant.organisation = organisation
    _apply(work, grant, sent)
    touch(work, grant)
    record(work, "grant.edited", grant)


def moves(work: Work, grant: Grant) -> tuple[GrantState, ...]:
    """Return the states this actor may bring the grant to by hand."""
    now = GrantState(grant.state)
    found: tuple[GrantState, ...] = ()
    if may.manage_grant(work.actor, grant):
        found += CITY_MOVES.get(now, ())
    if may.review_grant(work.actor, grant):
        found += LAND_MOVES.get(now, ())
    return tuple(dict.fromkeys(found))


def blockers(grant: Grant, after: GrantState) -> list[str]:
    """Return codes of what is missing before the grant may go on to `after`; empty if nothing is."""
    if after != S.APPROVED:
        return []
    needed = {
        "grant_needs_reference": grant.reference,
        "grant_needs_authority": grant.authority_id,
        "grant_needs_notice": grant.notice_date,
        "grant_needs_amount": grant.amount,
        "grant_needs_period": grant.period_start and grant.period_end,
        "grant_needs_report_due": grant.report_due,
    }
    return [code for code, value in needed.items() if not value]


def move(
    work: Work, grant: Grant, after: GrantState, *, revision: int, reason: str = "", period_end: date | None = None
) -> None:
    """Bring a grant to its next state by hand.

    Raises `Forbidden` for what is not this actor's move, `Conflict` for a stale page, `Invalid` for what is missing.
    """
    if after not in moves(work, grant):
        raise Forbidden("move")
    lock(work, grant)
    if grant.revision != revision or after not in moves(work, grant):
        raise Conflict("grant_moved_on")
    if missing := blockers(grant, after):
        raise Invalid(after=missing[0])
    if after in REASONED and not reason.strip():
        raise Invalid(reason="move_needs_reason")
    if after == S.EXTENDED:
        if period_end is None or (grant.period_end is not None and period_end <= grant.period_end):
            raise Invalid(period_end="extension_needs_day")
        grant.period_end = period_end
    change_state(work, grant, after, reason)


def follow(work: Work, grant: Grant, after: GrantState, reason: str = "") -> None:
    """Move a grant along with its final statement of use; `Conflict` if its state does not allow that."""
    lock(work, grant)
    if after not in REVIEW_MOVES.get(GrantState(grant.state), ()):
        raise Conflict("grant_moved_on")
    change_state(work, grant, after, reason)


def change_state(work: Work, grant: Grant, after: GrantState, reason: str) -> None:
    """Write down the move and the state; who may and whether it fits was decided by the caller."""
    before = grant.state
    work.session.add(
        GrantMove(
            grant_id=grant.id,
            before=before,
            after=after,
            reason=reason.strip(),
            user_id=work.actor.user_id,
            at=work.now,
        )
    )
    grant.state = after
    touch(work, grant)
    record(work, "grant.moved", grant, before=before, after=after.value)


def history(work: Work, grant: Grant) -> list[GrantMove]:
    """Return the grant's moves, oldest first."""
    query = select(GrantMove).where(GrantMove.grant_id == grant.id, GrantMove.result_id.is_(None))
    return list(work.session.scalars(query.order_by(GrantMove.id)))


def plan(work: Work, grant: Grant) -> list[PlanItem]:
    """Return the plan of finance in its order."""
    query = select(PlanItem).where(PlanItem.grant_id == grant.id).order_by(PlanItem.position)
    return list(work.session.scalars(query))


def set_plan(work: Work, grant: Grant, sent: EditPlan) -> None:
    """Write the plan of finance anew; lines that keep their title keep their receipts.

    Raises `Invalid` naming the line that cannot be read, or `plan_balance` if income and expenditure differ.
    """
    work.require(may.manage_grant, grant)
    lock(work, grant)
    if grant.revision != sent.revision:
        raise Conflict("grant_moved_on")
    rows = [("expenditure", *row) for row in _plan_lines(sent.expenditure, "expenditure")]
    rows += [("income", *row) for row in _plan_lines(sent.income, "income")]
    sums = {side: sum(amount for kind, _title, amount in rows if kind == side) for side in ("expenditure", "income")}
    if sums["expenditure"] != sums["income"]:
        raise Invalid(income="plan_balance")
    known: dict[tuple[str, str], PlanItem] = {(item.side, item.title): item for item in plan(work, grant)}
    # Positions are unique, so the old ones get out of the way first.
    for at, item in enumerate(known.values(), 1):
        item.position = -at
    work.session.flush()
    for at, (side, title, amount) in enumerate(rows, 1):
        new = PlanItem(grant_id=grant.id, side=side, title=title)
        item = known.pop((side, title), new)
        item.position, item.planned = at, amount
        work.session.add(item)
    for left in known.values():
        work.session.delete(left)
    touch(work, grant)
    record(work, "grant.planned", grant)


def _plan_lines(text: str, field: str) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        title, separator, amount = (part.strip() for part in line.rpartition(";"))
        try:
            value = cents(amount)
        except ValueError:
            value = -1
        if not (separator and title) or value < 0:
            raise Invalid(
                **{field: f"Zeile {number} ist keine Angabe wie „Personal; 40.000,00“. Bitte prüfen Sie sie."}
            )
        if title in found:
            raise Invalid(**{field: f"In Zeile {number} steht „{title}“ zum zweiten Mal. Bitte fassen Sie zusammen."})
        found[title[:300]] = value
    return list(found.items())


def _apply(work: Work, grant: Grant, sent: EditGrant) -> None:
    programme = work.session.scalar(select(Programme).where(Programme.slug == sent.programme))
    if programme is None:
        raise Invalid(programme="not_a_choice")
    authority = _organisation(work, sent.authority, "authority") if sent.authority else None
    if authority is not None and authority.kind != "land":
        raise Invalid(authority="not_a_choice")
    if sent.period_start and sent.period_end and sent.period_end < sent.period_start:
        raise Invalid(period_end="period_backwards")
    grant.programme, grant.authority = programme, authority
    for name in (
        "title", "about", "reference", "distinction", "benefit", "transfer", "transfer_from", "contact",
        "authority_contact", "amount", "own_share", "notice_date", "period_start", "period_end", "purpose_end",
        "interim_due", "report_due",
    ):  # fmt: skip
        setattr(grant, name, getattr(sent, name))
    if grant.report_due is None and grant.period_end is not None:
        grant.report_due = months_after(grant.period_end, programme.report_months)
    _set_partners(work, grant, sent.partners)


def _set_partners(work: Work, grant: Grant, text: str) -> None:
    known = {row.slug: row for row in work.session.scalars(select(Organisation))}
    named = {row.short_name.casefold(): row for row in known.values()} | {
        row.name.casefold(): row for row in known.values()
    }
    rows: list[GrantPartner] = []
    kept = {(row.organisation_id, row.name): row for row in grant.partners}
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), 1):
        who, _separator, amount = (part.strip() for part in line.partition(";"))
        try:
            share = cents(amount)
        except ValueError as error:
            raise Invalid(partners=f"In Zeile {number} ist „{amount}“ kein Betrag wie „10.000,00“.") from error
        found = known.get(who) or named.get(who.casefold())
        key = (found.id if found else None, "" if found else who[:300])
        if found is not None and found.id == grant.organisation.id:
            raise Invalid(partners=f"In Zeile {number} steht die federführende Stadt. Bitte streichen Sie sie dort.")
        if any((row.organisation_id, row.name) == key for row in rows):
            raise Invalid(partners=f"In Zeile {number} steht „{who}“ zum zweiten Mal. Bitte streichen Sie eine Zeile.")
        row = kept.get(key) or GrantPartner(organisation_id=key[0], name=key[1])
        row.share, row.position = share, len(rows) + 1
        rows.append(row)
    grant.partners = rows


def _organisation(work: Work, slug: str, field: str) -> Organisation:
    found = work.session.scalar(select(Organisation).where(Organisation.slug == slug, Organisation.active))
    if found is None:
        raise Invalid(**{field: "not_a_choice"})
    return found


def _free_slug(work: Work, title: str) -> str:
    base = slug_of(title, limit=70, empty="vorhaben")
    return free(base, {*RESERVED, *work.session.scalars(select(Grant.slug).where(Grant.slug.startswith(base)))})


def lock(work: Work, grant: Grant) -> None:
    """Hold the grant until the transaction ends."""
    work.session.refresh(grant, ["revision", "state", "period_end"], with_for_update=True)


def touch(work: Work, grant: Grant) -> None:
    """Count the change, so that pages that are older say so."""
    grant.revision += 1
    grant.updated_at = work.now
    work.session.flush()


def managers(work: Work, grant: Grant) -> list[int]:
    """Return who looks after a grant in its leading city."""
    return _holders(work, grant.organisation_id, Role.OWNER)


def reviewers(work: Work, grant: Grant) -> list[int]:
    """Return who reviews a grant in its authority."""
    return _holders(work, grant.authority_id, Role.LAND_REVIEWER) if grant.authority_id is not None else []


def _holders(work: Work, organisation_id: int, role: Role) -> list[int]:
    query = select(Membership.user_id).join(User, User.id == Membership.user_id)
    query = query.where(Membership.organisation_id == organisation_id, Membership.role == role, User.active)
    return sorted(set(work.session.scalars(query)))


def record(work: Work, kind: str, grant: Grant, **data: Any) -> None:
    """Write down what was done to a grant; what the authority does stands in its own log, not in the city's.

    `tell` names those who hear of it.
    """
    land = grant.authority_id is not None and grant.authority_id in work.actor.organisation_ids
    owner = grant.authority_id if land else grant.organisation_id
    if data.get("tell"):
        number = data.get("statement")
        data["title"] = grant.title
        data["path"] = f"/funding/review/{grant.slug}/{number}" if number else f"/funding/{grant.slug}"
    work.record(kind, organisation_id=owner, grant_id=grant.id, slug=grant.slug, **data)
