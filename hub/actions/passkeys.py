"""Passkeys (WebAuthn level 2): set up, sign in without a password, second factor, rename, remove."""

import json
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.actions import accounts, factors, steps
from hub.errors import Conflict, Invalid, NotFound
from hub.store.accounts import User
from hub.store.factors import Passkey, StepKind
from hub.work import Work

AT_MOST = 20
"""Passkeys of one person."""
LONGEST = 100_000
"""Characters of a browser's answer; attestations are not asked for, so answers are short."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys count: the host's name, and the origin that browsers report."""

    host: str
    origin: str
    name: str = factors.ISSUER


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked, and the token of the step that remembers it."""

    options: str
    token: str


def of(work: Work, user_id: int) -> list[Passkey]:
    """Return a person's passkeys, oldest first."""
    return list(work.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def _descriptors(rows: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in rows]


def ask_new(work: Work, user: User, site: Site) -> Asked:
    """Ask a device for a new passkey that can be found without a name; raises `Conflict("too_many_passkeys")`."""
    there = of(work, user.id)
    if len(there) >= AT_MOST:
        raise Conflict("too_many_passkeys")
    handle = there[0].user_handle if there else secrets.token_hex(32)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=bytes.fromhex(handle),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=_descriptors(there),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    challenge = bytes_to_base64url(options.challenge)
    token = steps.begin(work, StepKind.PASSKEY_SET_UP, user_id=user.id, challenge=challenge, handle=handle)
    return Asked(options_to_json(options), token)


def add(work: Work, user: User, site: Site, step: steps.Step, answer: str, name: str) -> Passkey:
    """Keep the passkey a device made; raises `Invalid` (`passkey_refused`), `Conflict("step_expired")`."""
    if step.user_id != user.id:
        raise Conflict("step_expired")
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST],
            expected_challenge=base64url_to_bytes(step.data["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid(passkey="passkey_refused") from error
    key = accounts.digest(bytes_to_base64url(made.credential_id))
    if work.session.scalar(select(Passkey.id).where(Passkey.credential_digest == key)) is not None:
        raise Invalid(passkey="passkey_there")
    row = Passkey(
        user_id=user.id,
        name=name,
        credential_digest=key,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        user_handle=step.data["handle"],
        transports=_transports(answer),
        synced=made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record("factor.added", factor="passkey")
    return row


def _transports(answer: str) -> str:
    found = json.loads(answer).get("response", {}).get("transports") or []
    known = {"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}
    return " ".join(sorted({row for row in found if isinstance(row, str)} & known))


def ask(work: Work, site: Site, user_id: int | None = None) -> Asked:
    """Ask for a passkey: any of this site, or one of a person whose password was right."""
    rows = of(work, user_id) if user_id is not None else []
    options = generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(rows),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    challenge = bytes_to_base64url(options.challenge)
    token = steps.begin(work, StepKind.PASSKEY_SIGN_IN, user_id=user_id, challenge=challenge)
    return Asked(options_to_json(options), token)


def check(work: Work, site: Site, step: steps.Step, answer: str) -> User:
    """Return whose passkey answered; raises `Invalid` (`passkey_refused`) for any other answer.

    The device must have recognised the person (by a finger, face or number), so a passkey is two factors in one. A
    counter that did not grow means that the key was copied (WebAuthn 6.1.1) and is refused by the library.
    """
    row = _find(work, answer)
    if row is None or not row.user.active or (step.user_id is not None and row.user_id != step.user_id):
        raise Invalid(passkey="passkey_refused")
    try:
        proved = verify_authentication_response(
            credential=answer[:LONGEST],
            expected_challenge=base64url_to_bytes(step.data["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid(passkey="passkey_refused") from error
    row.sign_count, row.used_at = proved.new_sign_count, work.now
    return row.user


def _find(work: Work, answer: str) -> Passkey | None:
    """Return the passkey an answer names, locked where the database locks rows; its user handle must fit too."""
    try:
        sent = json.loads(answer[:LONGEST])
        handle = sent["response"].get("userHandle")
        key = accounts.digest(str(sent["id"]))
        named = base64url_to_bytes(handle).hex() if handle else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    query = select(Passkey).where(Passkey.credential_digest == key).with_for_update()
    row = work.session.scalar(query)
    return row if row is not None and named in (None, row.user_handle) else None


def _own(work: Work, user: User, passkey_id: int) -> Passkey:
    row = work.session.get(Passkey, passkey_id)
    if row is None or row.user_id != user.id:
        raise NotFound
    return row


def rename(work: Work, user: User, passkey_id: int, name: str) -> None:
    """Give one of the person's passkeys another name; raises `NotFound`."""
    _own(work, user, passkey_id).name = name


def remove(work: Work, user: User, passkey_id: int, *, other_ways: bool) -> None:
    """Forget one of the person's passkeys.

    Raises `NotFound`, and `Conflict("passkey_last_way")` where the person could not sign in any more: where passwords
    are off, a passkey may be the only key of the system administration.
    """
    # Two tabs that each remove one of the last two come one after the other.
    work.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    found = _own(work, user, passkey_id)
    if not other_ways and len(of(work, user.id)) == 1:
        raise Conflict("passkey_last_way")
    work.session.delete(found)
    work.record("factor.removed", factor="passkey")
    factors.drop_useless_recovery(work, user.id)
