"""Accounts of people whom a provider vouches for: recognised, made, linked; roles renewed, sign-ins ended."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select

from hub import policy
from hub.actions import accounts, openid, vault
from hub.config.providers import Provider
from hub.errors import Conflict, NotFound
from hub.store.accounts import Invitation, Membership, Role, SignIn, User
from hub.store.identities import Identity, ProvidedRole, ProvidedSignIn, SeenToken
from hub.store.inserting import insert_new
from hub.store.organisations import Organisation, OrganisationKind
from hub.text.plain import one_line
from hub.work import Work

PURPOSE = "provider tokens"
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[\w-]+(\.[\w-]+)+")


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path such as `realm_access.roles`; a claim whose own name has dots is found too."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def groups(provider: Provider, claims: Mapping[str, Any]) -> list[str]:
    """Return the groups a person is in, as the provider names them."""
    found = _claim(claims, provider.groups_claim)
    rows = [found] if isinstance(found, str) else found
    return [row for row in rows if isinstance(row, str)] if isinstance(rows, list) else []


def _wanted(work: Work, provider: Provider, claims: Mapping[str, Any]) -> set[tuple[int, Role]]:
    """Return the (organisation, role) pairs that the groups give; what does not exist here is left out.

    Raises `Conflict("provider_groups")` where the provider only says that there are groups, to be asked for elsewhere
    (distributed claims, OpenID Connect Core 5.6.2): Entra does so for people with more than 200, and nobody may lose
    all roles for having too many groups.
    """
    elsewhere = claims.get("_claim_names")
    if provider.roles and isinstance(elsewhere, Mapping) and provider.groups_claim in elsewhere:
        raise Conflict("provider_groups", reason=f"{provider.groups_claim} is not in the token but in _claim_names")
    pairs = {pair for group in groups(provider, claims) for pair in provider.roles.get(group, ())}
    known = {row.slug: row for row in work.session.scalars(select(Organisation).where(Organisation.active))}
    found = set()
    for slug, name in pairs:
        owner = known.get(slug)
        if owner is not None and name in policy.ROLES[OrganisationKind(owner.kind)]:
            found.add((owner.id, Role(name)))
    return found


def unknown_roles(work: Work, provider: Provider) -> list[str]:
    """Return what the settings give that does not exist here, such as `marburg:chef`, for the operator's log."""
    known = {row.slug: row for row in work.session.scalars(select(Organisation))}
    pairs = sorted({pair for given in provider.roles.values() for pair in given})
    return [
        f"{slug}:{name}"
        for slug, name in pairs
        if slug not in known or name not in policy.ROLES[OrganisationKind(known[slug].kind)]
    ]


def of(work: Work, user_id: int) -> list[Identity]:
    """Return a person's identities at providers, oldest first."""
    return list(work.session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)))


def find(work: Work, provider: Provider, told: openid.Told) -> Identity | None:
    """Return the identity a provider speaks of, locked where the database locks rows; None for an unknown one."""
    who = (Identity.issuer == provider.issuer, Identity.subject == told.subject)
    return work.session.scalar(select(Identity).where(*who).with_for_update())


def arrive(work: Work, provider: Provider, told: openid.Told) -> Identity:
    """Return the identity of somebody who comes by a provider, with an account and today's roles.

    Raises `Conflict`: `account_closed`; `provider_unproven` where nobody vouches for the e-mail address;
    `provider_link_first` where there is an account whose owner has to link it first (an address alone is no proof that
    it is the same person, unless the provider is trusted for its domain); `provider_no_account` for people whose groups
    give them nothing to do here; `provider_groups` where it does not tell the groups.
    """
    wanted = _wanted(work, provider, told.claims)
    identity = find(work, provider, told)
    if identity is None:
        identity = _add(work, provider, told, _account(work, provider, told))
    if not identity.user.active:
        raise Conflict("account_closed")
    identity.provider, identity.used_at = provider.name, work.now
    _renew_roles(work, identity, wanted)
    return identity


def _account(work: Work, provider: Provider, told: openid.Told) -> User:
    email = str(_claim(told.claims, provider.email_claim) or "").strip().lower()
    # The provider's word on verification is about `email`; people may be free to choose what another claim says.
    verified = told.claims.get("email_verified") if provider.email_claim == "email" else None
    trusted = email.rpartition("@")[2] in provider.trusted_domains and verified is not False
    if not _ADDRESS.fullmatch(email) or len(email) > 300 or not (trusted or verified is True):
        raise Conflict("provider_unproven")
    user = accounts.find_by_email(work, email)
    if user is not None:
        if not trusted:
            raise Conflict("provider_link_first")
        return user
    if not provider.create_accounts or not (_wanted(work, provider, told.claims) or _is_invited(work, email)):
        raise Conflict("provider_no_account")
    name = one_line(str(_claim(told.claims, provider.name_claim) or ""))[:300] or email
    user = User(email=email, name=name, created_at=work.now)
    work.session.add(user)
    work.session.flush()
    work.record("account.provided", user_id=user.id, provider=provider.name)
    return user


def _is_invited(work: Work, email: str) -> bool:
    waits = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > work.now)
    query = select(Invitation.id).where(Invitation.email == email, *waits).limit(1)
    return work.session.scalar(query) is not None


def _add(work: Work, provider: Provider, told: openid.Told, user: User) -> Identity:
    _take_over(work, provider, user)
    identity = Identity(
        user_id=user.id,
        provider=provider.name,
        issuer=provider.issuer,
        subject=told.subject,
        created_at=work.now,
        used_at=work.now,
    )
    work.session.add(identity)
    work.session.flush()
    work.record("identity.linked", user_id=user.id, provider=provider.name)
    return identity


def _take_over(work: Work, provider: Provider, user: User) -> None:
    """Forget a person's identities of a time when the provider had another issuer, with the roles they gave.

    A provider that has moved names everybody anew. Roles of the old identity would never be renewed, so whoever leaves
    a group would keep them for ever.
    """
    for row in of(work, user.id):
        if row.provider == provider.name and row.issuer != provider.issuer:
            _forget(work, row)


def _forget(work: Work, identity: Identity) -> None:
    """Take an identity away with the roles it gave and the sign-ins it opened."""
    _renew_roles(work, identity, set())
    opened = select(ProvidedSignIn.sign_in_id).where(ProvidedSignIn.identity_id == identity.id)
    work.session.execute(delete(SignIn).where(SignIn.id.in_(opened)))
    work.session.delete(identity)
    work.record("identity.unlinked", user_id=identity.user_id, provider=identity.provider)
    work.session.flush()


def link(work: Work, user: User, provider: Provider, told: openid.Told) -> Identity:
    """Link an identity to the account of somebody who is signed in; raises `Conflict("identity_taken")`."""
    there = find(work, provider, told)
    if there is not None and there.user_id != user.id:
        raise Conflict("identity_taken")
    wanted = _wanted(work, provider, told.claims)
    identity = there or _add(work, provider, told, user)
    _renew_roles(work, identity, wanted)
    return identity


def unlink(work: Work, user: User, identity_id: int, *, other_ways: bool) -> None:
    """Take an identity and the roles it gave away from its account; its sign-ins end.

    Raises `NotFound`, and `Conflict("identity_last_way")` where the person could not sign in any more.
    """
    identity = work.session.get(Identity, identity_id)
    if identity is None or identity.user_id != user.id:
        raise NotFound
    if not other_ways and len(of(work, user.id)) == 1:
        raise Conflict("identity_last_way")
    _forget(work, identity)


def _renew_roles(work: Work, identity: Identity, wanted: Iterable[tuple[int, Role]]) -> None:
    """Give the roles of today's groups and take those of yesterday's; what was given by hand is left alone."""
    work.session.flush()
    mine = select(ProvidedRole.membership_id).where(ProvidedRole.identity_id == identity.id)
    given = set(work.session.scalars(mine))
    held = list(work.session.scalars(select(Membership).where(Membership.user_id == identity.user_id)))
    missing = set(wanted)
    for row in held:
        pair = (row.organisation_id, Role(row.role))
        if pair in missing:
            missing.discard(pair)
        elif row.id in given:
            work.session.delete(row)
            _note(work, "role.revoked", identity, *pair)
    for organisation_id, role in sorted(missing):
        row = Membership(user_id=identity.user_id, organisation_id=organisation_id, role=role, created_at=work.now)
        work.session.add(row)
        work.session.flush()
        work.session.add(ProvidedRole(membership_id=row.id, identity_id=identity.id))
        _note(work, "role.granted", identity, organisation_id, role)
    work.session.flush()
    work.session.expire(identity.user, ["memberships"])


def _note(work: Work, kind: str, identity: Identity, organisation_id: int, role: Role) -> None:
    work.record(
        kind, organisation_id=organisation_id, user_id=identity.user_id, role=role.value, provider=identity.provider
    )


# Sign-ins


def note_sign_in(work: Work, row: SignIn, identity_id: int, told: openid.Told, secret_key: str) -> None:
    """Note that a provider opened a sign-in, with what ends it there and here."""
    sealed = vault.seal(secret_key, PURPOSE, told.token)
    work.session.add(ProvidedSignIn(sign_in_id=row.id, identity_id=identity_id, sid=told.sid, sealed_token=sealed))


def opened_by(work: Work, sign_in_id: int, secret_key: str) -> tuple[str, str] | None:
    """Return (issuer, ID token) of a sign-in that a provider opened; None for others."""
    row = work.session.get(ProvidedSignIn, sign_in_id)
    token = vault.unseal(secret_key, PURPOSE, row.sealed_token) if row is not None else None
    return (row.identity.issuer, token) if row is not None and token is not None else None


def end(work: Work, provider: Provider, notice: openid.Notice) -> int:
    """End the sign-ins a logout token speaks of; return how many. Raises `Conflict("provider_refused")` a second time.

    A token with a session ends the sign-ins of that session, one without it all of the person's by this provider.
    """
    key = accounts.digest(f"{provider.issuer} {notice.jti}")
    row = {"token_digest": key, "expires_at": notice.expires_at}
    if not insert_new(work.session, SeenToken, [row], "token_digest"):
        raise Conflict("provider_refused")
    query = select(ProvidedSignIn.sign_in_id).join(Identity, Identity.id == ProvidedSignIn.identity_id)
    query = query.where(Identity.issuer == provider.issuer)
    if notice.subject:
        query = query.where(Identity.subject == notice.subject)
    if notice.sid:
        query = query.where(ProvidedSignIn.sid == notice.sid)
    ended = work.session.execute(delete(SignIn).where(SignIn.id.in_(query)).returning(SignIn.id)).all()
    return len(ended)


def forget_old(work: Work) -> None:
    """Forget used logout tokens that have expired."""
    work.session.execute(delete(SeenToken).where(SeenToken.expires_at < work.now))
