"""The people of an organisation: their roles, closing an account, who stands in for whom."""

from datetime import date

from hub.actions import deputies, members, organisations
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import PersonOut
from hub.errors import NotFound
from hub.inputs import ChangeRole
from hub.inputs.reviews import AppointDeputy
from hub.store.accounts import Role, User
from hub.store.organisations import Organisation
from hub.store.reviews import Deputy
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Mitglieder und Vertretung")
PEOPLE = "/organisations/<organisation>/members"
PERSON = f"{PEOPLE}/<int:person>"
DEPUTIES = "/organisations/<organisation>/deputies"


class MemberOut(Output):
    """A person with their roles in one organisation."""

    id: int
    name: str
    email: str
    active: bool
    roles: list[Role]


class MemberList(Output):
    """The people of an organisation, closed accounts last."""

    items: list[MemberOut]


class DeputyOut(Output):
    """Somebody acts in another person's place, from the first to the last day."""

    id: int
    user: PersonOut
    deputy: PersonOut
    starts_on: date
    ends_on: date


class DeputyList(Output):
    """Deputyships that are not over: all for those who appoint, one's own for others."""

    items: list[DeputyOut]


def _member(found: User, organisation: Organisation) -> MemberOut:
    roles = [Role(row.role) for row in members.held(found, organisation)]
    return MemberOut(id=found.id, name=found.name, email=found.email, active=found.active, roles=roles)


def _find(work: Work, organisation: str, person: int) -> tuple[Organisation, User]:
    found = organisations.find(work, organisation)
    return found, members.find(work, found, person)


@routes.get(PEOPLE, summary="Mitglieder auflisten", returns=MemberList, scope=Scope.ADMIN, signed_in=True)
def list_members(work: Work, organisation: str) -> MemberList:
    """List everybody with a role, for those who manage the organisation's accounts."""
    found = organisations.find(work, organisation)
    return MemberList(items=[_member(row, found) for row in members.people(work, found)])


@routes.get(PERSON, summary="Ein Mitglied lesen", returns=MemberOut, scope=Scope.ADMIN, signed_in=True)
def read_member(work: Work, organisation: str, person: int) -> MemberOut:
    """Return one person's roles in an organisation."""
    found, user = _find(work, organisation, person)
    return _member(user, found)


@routes.post(
    f"{PERSON}/roles", summary="Eine Rolle geben", body=ChangeRole, returns=MemberOut, scope=Scope.ADMIN, status=200,
    match=PERSON,
)  # fmt: skip
def give_role(work: Work, organisation: str, person: int, body: ChangeRole) -> MemberOut:
    """Give a member one more role; somebody who is no member yet is invited on the page."""
    found, user = _find(work, organisation, person)
    members.add_role(work, found, user, body.role)
    return _member(user, found)


@routes.post(
    f"{PERSON}/roles/remove", summary="Eine Rolle entziehen", body=ChangeRole, returns=MemberOut, scope=Scope.ADMIN,
    status=200, match=PERSON,
)  # fmt: skip
def take_role(work: Work, organisation: str, person: int, body: ChangeRole) -> MemberOut:
    """Take a role away at once; 409 `last_admin` if nobody would be left to administer."""
    found, user = _find(work, organisation, person)
    members.remove_role(work, found, user, body.role)
    return _member(user, found)


@routes.post(
    f"{PERSON}/close", summary="Ein Konto schließen", returns=MemberOut, scope=Scope.ADMIN, status=200, match=PERSON
)
def close_account(work: Work, organisation: str, person: int) -> MemberOut:
    """Close an account: sign-ins, tokens and open links end; name and contributions stay."""
    found, user = _find(work, organisation, person)
    members.close(work, user)
    return _member(user, found)


def _deputy(row: Deputy) -> DeputyOut:
    return DeputyOut(
        id=row.id,
        user=PersonOut(id=row.user.id, name=row.user.name),
        deputy=PersonOut(id=row.deputy.id, name=row.deputy.name),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _own(work: Work, organisation: str) -> Organisation:
    """Return an organisation whose people the caller may know; raises `NotFound`."""
    found = organisations.find(work, organisation)
    deputies.colleagues(work, found)
    return found


@routes.get(DEPUTIES, summary="Vertretungen auflisten", returns=DeputyList, signed_in=True)
def list_deputies(work: Work, organisation: str) -> DeputyList:
    """List deputyships that are not over."""
    return DeputyList(items=[_deputy(row) for row in deputies.listing(work, _own(work, organisation))])


@routes.get(f"{DEPUTIES}/<int:deputy>", summary="Eine Vertretung lesen", returns=DeputyOut, signed_in=True)
def read_deputy(work: Work, organisation: str, deputy: int) -> DeputyOut:
    """Return a deputyship that is not over."""
    found = next((row for row in deputies.listing(work, _own(work, organisation)) if row.id == deputy), None)
    if found is None:
        raise NotFound
    return _deputy(found)


@routes.post(DEPUTIES, summary="Eine Vertretung bestimmen", body=AppointDeputy, returns=DeputyOut)
def appoint_deputy(work: Work, organisation: str, body: AppointDeputy) -> Made:
    """Let somebody act in another person's place; everybody appoints their own deputy, administrators anybody's."""
    made = deputies.appoint(
        work,
        _own(work, organisation),
        user_id=body.user,
        deputy_id=body.deputy,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
    )
    return Made(_deputy(made), "read_deputy", {"organisation": organisation, "deputy": made.id})


@routes.delete(f"{DEPUTIES}/<int:deputy>", summary="Eine Vertretung beenden")
def end_deputy(work: Work, organisation: str, deputy: int) -> None:
    """End a deputyship now."""
    deputies.end(work, _own(work, organisation), deputy)
