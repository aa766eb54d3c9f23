"""Who may do what with grants, statements of use, reuse and the efficiency ledger."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from hub.policy import WRITERS, Actor
from hub.store.accounts import Role
from hub.store.funding import Grant, GrantPartner, GrantState
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.reuse import Reuse
from hub.store.statements import Note, Statement, StatementState

MANAGERS = frozenset({Role.OWNER, Role.COORDINATOR})
"""Roles that look after grants in the leading city and in the IKZ office."""


def _office(actor: Actor) -> frozenset[int]:
    return frozenset(key for key, kind in actor.kinds.items() if kind == OrganisationKind.IKZ)


def _authorities(actor: Actor) -> list[int]:
    """Return the authorities in which the actor reviews for the Land."""
    return sorted(key for key in actor.roles if actor.has({Role.LAND_REVIEWER}, key))


def edit_programme(actor: Actor) -> bool:
    """Add and change funding programmes: the IKZ coordination and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)


def read_programmes(actor: Actor) -> bool:
    """Read the funding programmes with their rules: everybody with a membership."""
    return actor.system or bool(actor.roles)


def read_grant(actor: Actor, grant: Grant) -> bool:
    """Read a grant with its drafts: its leading city, its partners and the IKZ office."""
    if actor.system or _office(actor):
        return True
    return not actor.organisation_ids.isdisjoint(grant.organisation_ids)


def read_grant_visible(actor: Actor) -> ColumnElement[bool]:
    """`read_grant`, as a condition for a query over grants."""
    if actor.system or _office(actor):
        return true()
    if not actor.roles:
        return false()
    own = sorted(actor.roles)
    partner = select(GrantPartner.grant_id).where(GrantPartner.organisation_id.in_(own))
    return or_(Grant.organisation_id.in_(own), Grant.id.in_(partner))


def create_grant(actor: Actor, organisation: Organisation) -> bool:
    """Add a grant for an organisation: its process owners and the IKZ coordination."""
    if actor.system:
        return True
    return organisation.cooperates and (actor.has(MANAGERS, organisation.id) or actor.has_anywhere(Role.COORDINATOR))


def manage_grant(actor: Actor, grant: Grant) -> bool:
    """Change a grant, its results and statements: the leading city's process owners and the IKZ coordination."""
    return actor.system or actor.has(MANAGERS, grant.organisation_id) or actor.has_anywhere(Role.COORDINATOR)


def contribute(actor: Actor, grant: Grant, organisation: Organisation) -> bool:
    """Add evidence, receipts and figures of one organisation to a grant: its writers, and whoever manages the grant."""
    if manage_grant(actor, grant):
        return True
    return organisation.id in grant.organisation_ids and actor.has(WRITERS, organisation.id)


def review_grant(actor: Actor, grant: Grant) -> bool:
    """See a grant's frame and what was submitted of it: the reviewers of the authority that gives it."""
    return grant.authority_id in _authorities(actor) and grant.state != GrantState.APPLIED


def review_grant_visible(actor: Actor) -> ColumnElement[bool]:
    """`review_grant`, as a condition for a query over grants."""
    places = _authorities(actor)
    if not places:
        return false()
    return and_(Grant.authority_id.in_(places), Grant.state != GrantState.APPLIED)


def read_statement(actor: Actor, statement: Statement) -> bool:
    """Read a statement of use: whoever reads the grant; the authority once it was submitted."""
    if read_grant(actor, statement.grant):
        return True
    return statement.state != StatementState.DRAFT and review_grant(actor, statement.grant)


def read_note(actor: Actor, note: Note, statement: Statement) -> bool:
    """Read a review's notes: both sides of the statement; internal ones only the authority that wrote them."""
    if note.internal:
        return note.organisation_id in _authorities(actor)
    return read_statement(actor, statement)


def answer_review(actor: Actor, statement: Statement) -> bool:
    """Answer the authority's questions and objections: whoever manages the grant."""
    return statement.state != StatementState.DRAFT and manage_grant(actor, statement.grant)


def review_statement(actor: Actor, statement: Statement) -> bool:
    """Write notes, questions and objections, answer the checklist, draw samples: the authority's reviewers."""
    return statement.state != StatementState.DRAFT and review_grant(actor, statement.grant)


def decide_statement(actor: Actor, statement: Statement, proposal: Note) -> bool:
    """Decide on a statement: a reviewer of the authority other than the one who proposed the decision."""
    return review_statement(actor, statement) and actor.user_id != proposal.author_id


def record_reuse(actor: Actor, organisation: Organisation) -> bool:
    """Record that an organisation uses a version: its writers and the IKZ coordination."""
    if actor.system:
        return True
    return organisation.cooperates and (actor.has(WRITERS, organisation.id) or actor.has_anywhere(Role.COORDINATOR))


def confirm_reuse(actor: Actor, reuse: Reuse) -> bool:
    """Confirm a reuse: the using city's writers; for municipalities outside of the hub the IKZ coordination."""
    if reuse.organisation_id is None:
        return actor.has_anywhere(Role.COORDINATOR)
    return actor.has(WRITERS, reuse.organisation_id)


def keep_ledger(actor: Actor, organisation: Organisation) -> bool:
    """Enter figures in the efficiency ledger: the organisation's writers and the IKZ coordination."""
    return record_reuse(actor, organisation)


def read_ledger(actor: Actor) -> bool:
    """Read the efficiency ledger of all cities: the cooperation."""
    return actor.system or actor.cooperates
