"""Who is invited to an organisation, and who reads an entry by a link: list, invite, end. No link is ever shown."""

from datetime import datetime

from hub.actions import entries, guests, invitations, members, organisations
from hub.api.contract import Made, Output, Routes
from hub.api.members import MemberOut, read_member
from hub.api.shapes import PersonOut, VersionRef, person, version_ref
from hub.inputs import InvitePerson
from hub.letters import invitation as letter
from hub.letters import reopened
from hub.store.accounts import Invitation, Role
from hub.store.guests import GuestLink
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Einladungen und Gastzugänge")
ALL = "/organisations/<organisation>/invitations"
ONE = f"{ALL}/<int:invitation>"
GUESTS = "/entries/<city>/<slug>/guests"


class InvitationOut(Output):
    """An invitation nobody has used yet. Its link goes to the mailbox of the invited alone."""

    id: int
    email: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime
    expired: bool


class InvitationList(Output):
    """The invitations nobody has used or withdrawn, newest first."""

    items: list[InvitationOut]


class GuestLinkOut(Output):
    """A link by which somebody without an account reads one entry."""

    id: int
    name: str
    audience: str
    version: VersionRef | None
    """Null for the newest one."""
    comments: int
    works: bool
    created_by: PersonOut | None
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None


class GuestLinkList(Output):
    """The links of an entry, newest first."""

    items: list[GuestLinkOut]


def _invitation(work: Work, row: Invitation) -> InvitationOut:
    return InvitationOut(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at < work.now,
    )


@routes.get(ALL, summary="Einladungen auflisten", returns=InvitationList, scope=Scope.ADMIN, signed_in=True)
def list_invitations(work: Work, organisation: str) -> InvitationList:
    """List the open invitations, for those who manage the organisation's accounts."""
    found = invitations.pending(work, organisations.find(work, organisation))
    return InvitationList(items=[_invitation(work, row) for row in found])


@routes.get(ONE, summary="Eine Einladung lesen", returns=InvitationOut, scope=Scope.ADMIN, signed_in=True)
def read_invitation(work: Work, organisation: str, invitation: int) -> InvitationOut:
    """Return an open invitation."""
    return _invitation(work, invitations.find_pending(work, organisations.find(work, organisation), invitation))


@routes.post(ALL, summary="Jemanden einladen", body=InvitePerson, returns=InvitationOut, scope=Scope.ADMIN)
def invite_person(work: Work, organisation: str, body: InvitePerson) -> Made:
    """Invite a person; the hub sends the letter with the link, which this answer does not hold."""
    found = organisations.find(work, organisation)
    made = invitations.invite(
        work, found, letter(found), email=body.email, name=body.name, role=body.role
    )  # fmt: skip
    del made  # the link is a secret, and an answer may be kept for a repeated request
    row = invitations.pending(work, found)[0]
    return Made(_invitation(work, row), "read_invitation", {"organisation": found.slug, "invitation": row.id})


@routes.post(f"{ONE}/again", summary="Eine Einladung noch einmal senden", scope=Scope.ADMIN)
def invite_again(work: Work, organisation: str, invitation: int) -> None:
    """Send a new link; the old one ends."""
    found = organisations.find(work, organisation)
    row = invitations.find_pending(work, found, invitation)
    invitations.send_again(work, found, row, letter(found))


@routes.delete(ONE, summary="Eine Einladung zurückziehen", scope=Scope.ADMIN)
def withdraw_invitation(work: Work, organisation: str, invitation: int) -> None:
    """End an invitation that was not used yet."""
    found = organisations.find(work, organisation)
    invitations.withdraw(work, found, invitations.find_pending(work, found, invitation))


@routes.post(
    "/organisations/<organisation>/members/<int:person>/reopen", summary="Ein Konto wieder öffnen",
    returns=MemberOut, status=200, scope=Scope.ADMIN, match="/organisations/<organisation>/members/<int:person>",
)  # fmt: skip
def reopen_account(work: Work, organisation: str, person: int) -> MemberOut:
    """Open a closed account with the roles it had; the person gets a letter with a link to choose a password."""
    found = organisations.find(work, organisation)
    members.reopen(work, members.find(work, found, person), reopened())
    return read_member(work, organisation, person)


def _guest(work: Work, row: GuestLink, comments: int) -> GuestLinkOut:
    return GuestLinkOut(
        id=row.id,
        name=row.name,
        audience=row.audience,
        version=version_ref(row.version),
        comments=comments,
        works=guests.works(row, work.now),
        created_by=person(row.created_by),
        created_at=row.created_at,
        expires_at=row.expires_at,
        opened_at=row.opened_at,
    )


@routes.get(GUESTS, summary="Gastzugänge auflisten", returns=GuestLinkList, signed_in=True)
def list_guest_links(work: Work, city: str, slug: str) -> GuestLinkList:
    """List the links of an entry, for those who may invite guests; they are made on the page, which shows them once."""
    return GuestLinkList(items=[_guest(work, *row) for row in guests.links(work, entries.find(work, city, slug))])


@routes.delete(f"{GUESTS}/<int:link>", summary="Einen Gastzugang beenden", match="")
def revoke_guest_link(work: Work, city: str, slug: str, link: int) -> None:
    """End a link at once; what was written by it stays."""
    guests.revoke(work, entries.find(work, city, slug), link)
