"""What people and programs send, described once for forms and for the API.

Shape lives here (length, pattern, required); meaning (unique, allowed, still possible) lives in actions.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from hub import catalogue
from hub.store.accounts import Role
from hub.store.organisations import OrganisationKind
from hub.text.plain import one_line, plain


def _clean(value: Any) -> Any:
    """Drop what nobody sees and no text needs; keep line breaks and tabs."""
    return plain(value) if isinstance(value, str) else value


Plain = Annotated[str, BeforeValidator(_clean)]
"""A name to look something up by: without what nobody sees, which no name has and PostgreSQL refuses to look for."""


def within(most: int) -> BeforeValidator:
    """Refuse a text that is too long as it was sent, so that a description of the input says what is true.

    A line break counts once: browsers send two characters for it.
    """

    def check(value: Any) -> Any:
        if isinstance(value, str) and len(value.replace("\r\n", "\n")) > most:
            raise ValueError("too_long")
        return value

    return BeforeValidator(check)


Line = Annotated[
    str,
    BeforeValidator(_clean),
    AfterValidator(one_line),
    StringConstraints(strip_whitespace=True, max_length=300),
    within(300),
]
"""One line of text, at most 300 characters."""
NeededLine = Annotated[Line, StringConstraints(min_length=1)]
Text = Annotated[
    str,
    BeforeValidator(_clean),
    Field(max_length=50_000),
    within(50_000),
]
"""Text of several lines, at most 50,000 characters."""
NeededText = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1)]
# The local part as HTML's e-mail fields allow it: no comma, quote or bracket, which a mail header would read as a list;
# nor a question mark, since mail programs decode „=?utf-8?q?…?=“ (RFC 2047) and would write to somebody else.
Email = Annotated[
    Line,
    StringConstraints(to_lower=True, pattern=r"^[a-zA-Z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@[\w-]+(\.[\w-]+)*$"),
]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A whole number that fits every database: an id, a revision."""


def _flag(value: Any, info: ValidationInfo) -> Any:
    """Read what forms send for a tick; JSON has words of its own for that."""
    if info.mode == "json":
        return value
    if value in (True, "1", "on", "true", "ja"):
        return True
    if value in (False, None, "", "0", "off", "false", "nein"):
        return False
    raise ValueError("not_a_choice")


Flag = Annotated[bool, BeforeValidator(_flag)]


class Input(BaseModel):
    """Base of all inputs: unknown fields are refused, so nothing can be slipped in."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=30_000_000)


def _service_key(value: str) -> str:
    """Normalise a Leistungsschlüssel: spaces and dots between digits do not count."""
    return catalogue.normalise(value)


ServiceKey = Annotated[Line, AfterValidator(_service_key)]


class EntryProfile(Input):
    """The profile (Steckbrief) of an entry."""

    title: NeededLine
    summary: Text = ""
    about: Text = ""
    service: Line = ""
    service_key: ServiceKey = ""
    service_note: Line = ""
    level: Literal["101", "102", "103", "104", "105"] = "104"
    nature: Literal["", "ist", "soll"] = ""
    contact: Line = ""
    responsible: Line = ""
    legal_bases: Text = ""
    """One a line."""
    tags: Line = ""
    """Separated by commas."""
    licence: Literal["CC-BY-4.0", "CC0-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0"] = "CC-BY-4.0"
    visibility: Literal["city", "ikz", "land", "public"] = "ikz"

    def legal_basis_list(self) -> list[str]:
        """Return the legal bases, each once, with a no-break space after the section sign."""
        lines = (
            re.sub(r"(§§?|Art\.|Abs\.|Nr\.)\s+", "\\1\u00a0", " ".join(row.split()))
            for row in self.legal_bases.splitlines()
        )
        return list(dict.fromkeys(row[:300] for row in lines if row))

    def tag_list(self) -> list[str]:
        """Return the tags, each once."""
        found = (" ".join(tag.split())[:80] for tag in self.tags.split(","))
        return list(dict.fromkeys(tag for tag in found if tag))[:30]


class NewEntry(EntryProfile):
    """A new entry for an organisation."""

    organisation: NeededLine
    """Slug of the owning organisation."""
    kind: Literal["process", "design"] = "process"
    message: Text = ""


class EditEntry(EntryProfile):
    """A changed profile; `revision` is the one it started from."""

    revision: Number
    slug: Line = ""


class PublishVersion(Input):
    """A new version of an entry; `parent` is the id of the version it started from."""

    message: NeededText
    parent: Number
    source: str = ""


class ForkEntry(Input):
    """A fork of a version to one's own organisation."""

    organisation: NeededLine
    title: NeededLine
    reason: NeededText


class SignInForm(Input):
    """Name and password."""

    email: Email
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    next: Line = ""


class AskForReset(Input):
    """The address to send a link to."""

    email: Email


class NewPassword(Input):
    """A new password, typed twice."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]
    again: Annotated[str, Field(max_length=1000)] = ""


class ChangePassword(NewPassword):
    """A new password by someone who knows the old one."""

    current: Annotated[str, Field(min_length=1, max_length=1000)]


class OwnProfile(Input):
    """A person's own name and language."""

    name: NeededLine
    locale: Literal["de", "en"] = "de"


class RestoreVersion(Input):
    """Restore an old version; `parent` is the newest one the person saw."""

    parent: Number


class SaveDrawing(Input):
    """A drawing: what the browser's modeler exported before and after the person's change."""

    message: NeededText
    parent: Number
    before: Annotated[str, Field(min_length=1)]
    after: Annotated[str, Field(min_length=1)]


class WriteComment(Input):
    """A comment or a reply."""

    text: NeededText
    audience: Literal["city", "ikz", "land"] = "ikz"
    element: Annotated[Plain, StringConstraints(max_length=300)] = ""
    version: Line = ""
    about_version: Flag = False
    reply_to: Number | None = None
    organisation: Number | None = None


class SettleThread(Input):
    """Why a thread is closed or opened again."""

    reason: Line = ""


class EditComment(Input):
    """A comment's new text."""

    text: NeededText


class InvitePerson(Input):
    """Whom to invite, and as what."""

    email: Email
    name: NeededLine
    role: Role


class AcceptInvitation(NewPassword):
    """The name and first password of an invited person."""

    name: NeededLine


class ChangeRole(Input):
    """A role to give or to take away."""

    role: Role


def _mail_or_nothing(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", value):
        raise ValueError("not_an_email")
    return value


def _web_or_nothing(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise ValueError("not_a_web_address")
    return value


def _municipality_key(value: str) -> str:
    plain = value.replace(" ", "").replace("\u00a0", "")
    if plain and not re.fullmatch(r"[0-9]{8}", plain):
        raise ValueError("ags")
    return plain


class EditContact(Input):
    """How to reach an organisation; `revision` is the one the form started from."""

    revision: Number
    contact_email: Annotated[Line, AfterValidator(_mail_or_nothing)] = ""
    contact_phone: Line = ""
    website: Annotated[Line, AfterValidator(_web_or_nothing)] = ""


class OrganisationNames(Input):
    """What an organisation is called."""

    name: NeededLine
    short_name: Annotated[NeededLine, StringConstraints(max_length=60), within(60)]
    ags: Annotated[Line, AfterValidator(_municipality_key)] = ""
    """Amtlicher Gemeindeschlüssel, eight digits, or empty."""


class RenameOrganisation(OrganisationNames):
    """New names of an organisation; `revision` is the one the form started from."""

    revision: Number


class NewOrganisation(OrganisationNames):
    """An organisation to add; without a slug it is made from the short name."""

    kind: OrganisationKind
    slug: Annotated[Line, StringConstraints(max_length=80), within(80)] = ""
    contact_email: Annotated[Line, AfterValidator(_mail_or_nothing)] = ""
