"""Statements of use (Nachweise) of a grant."""

from sqlalchemy import select

from hub.store.funding import Grant
from hub.store.statements import Statement, StatementState
from hub.work import Work


def submitted(work: Work, grant: Grant) -> list[Statement]:
    """Return what was submitted of a grant, newest first; drafts are nobody's business but the cities'."""
    query = select(Statement).where(Statement.grant_id == grant.id, Statement.state != StatementState.DRAFT)
    return list(work.session.scalars(query.order_by(Statement.number.desc())))
