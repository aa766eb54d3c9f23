"""Who is asking, and their tokens. A token cannot make tokens: one that leaked must not outlive its own end."""

from datetime import datetime

from hub.actions import accounts, tokens
from hub.api.contract import Output, Routes
from hub.errors import Forbidden
from hub.http import current_key
from hub.inputs import OwnProfile
from hub.store.accounts import Role, User
from hub.store.tokens import Scope, Token
from hub.work import Work

routes = Routes("Ich")


class RoleOut(Output):
    """A role in an organisation."""

    organisation: str
    role: Role


class Me(Output):
    """The person who asks, and with what."""

    id: int
    name: str
    email: str
    locale: str
    roles: list[RoleOut]
    scopes: list[Scope] | None
    """Of the token used; null for a browser's sign-in."""


class TokenOut(Output):
    """A token, without its text."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime


class Tokens(Output):
    """The caller's valid tokens."""

    items: list[TokenOut]


def _person(work: Work) -> User:
    if work.actor.user_id is None:
        raise Forbidden("me")
    return work.session.get_one(User, work.actor.user_id)


@routes.get("/me", summary="Wer bin ich?", returns=Me, signed_in=True)
def me(work: Work) -> Me:
    """Return the person behind the token or sign-in."""
    person, key = _person(work), current_key()
    return Me(
        id=person.id,
        name=person.name,
        email=person.email,
        locale=person.locale,
        roles=sorted(
            (RoleOut(organisation=row.organisation.slug, role=Role(row.role)) for row in person.memberships),
            key=lambda row: (row.organisation, row.role),
        ),
        scopes=None if key is None else [scope for scope in Scope if scope in key.scopes],
    )


@routes.put("/me", summary="Eigenen Namen und eigene Sprache ändern", body=OwnProfile, returns=Me)
def edit_me(work: Work, body: OwnProfile) -> Me:
    """Change one's own name and language."""
    accounts.edit_profile(work, name=body.name, locale=body.locale)
    return me(work)


def _token(row: Token) -> TokenOut:
    return TokenOut(
        id=row.id,
        name=row.name,
        scopes=[scope for scope in Scope if scope in row.scope_set],
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


@routes.get("/me/tokens", summary="Eigene Tokens auflisten", returns=Tokens, signed_in=True)
def own_tokens(work: Work) -> Tokens:
    """List the caller's valid tokens; their text is not kept anywhere."""
    return Tokens(items=[_token(row) for row in tokens.own(work)])


@routes.get("/me/tokens/<int:token>", summary="Ein eigenes Token lesen", returns=TokenOut, signed_in=True)
def own_token(work: Work, token: int) -> TokenOut:
    """Return one of the caller's valid tokens."""
    return _token(tokens.find(work, token))


@routes.delete("/me/tokens/<int:token>", summary="Ein eigenes Token widerrufen", match="")
def revoke_token(work: Work, token: int) -> None:
    """End a token at once, also the one the request came with."""
    tokens.revoke(work, tokens.find(work, token))
