"""The table of rights: every permission of `hub.policy`, asked for made-up people with one role each.

Nothing here decides anything. A new permission needs a sentence in `SENTENCES`, and if it is about things no
permission was about before, an entry in `_cases`; tests say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import get_type_hints

from flask_babel import lazy_gettext as _l

from hub import policy
from hub.policy import Actor
from hub.store.accounts import Membership, Role, User
from hub.store.discussions import Audience, Comment
from hub.store.entries import Entry, Version, VersionState, Visibility
from hub.store.funding import Grant, GrantState
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.proposals import Proposal, ProposalState
from hub.store.reuse import Reuse
from hub.store.statements import Note, Statement, StatementState
from hub.web.messages import RIGHTS, label

Permission = Callable[..., bool]
Subjects = tuple[object, ...]

ME, COLLEAGUE = 1, 2
OWN, OTHER = 1, 2

SENTENCES = RIGHTS
"""What people read for a permission; the words stand with their noun in `hub.web.messages`."""

WORDS = {
    "yes": _l("ja"),
    "written": _l("selbst verfasste"),
    "own": _l("eigene"),
    "ikz": _l("IKZ"),
    "land": _l("Land"),
    "public": _l("öffentliche"),
    "other": _l("andere"),
    "system": _l("Systemadministration"),
}
"""What a cell may say, from near to far."""

LEGEND = (
    ("written", _l("was man selbst geschrieben hat")),
    ("own", _l("was der eigenen Organisation gehört, auch was nur für sie sichtbar ist")),
    ("ikz", _l("auch was eine andere Stadt mit der IKZ, dem Land oder allen teilt, Entwürfe eingeschlossen")),
    ("land", _l("auch was eine andere Stadt für das Land oder für alle veröffentlicht hat")),
    ("public", _l("auch was eine andere Stadt für alle veröffentlicht hat")),
    ("other", _l("auch in anderen Organisationen")),
    ("system", _l("auch die Rolle Systemadministration")),
)

NESTED = ("ikz", "land", "public")
"""Each contains the next: what is shared with the cooperation may be shared with the Land, and so on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One permission and what each column says about it."""

    name: str
    text: str
    cells: tuple[str, ...]


def _organisation(key: int, kind: OrganisationKind) -> Organisation:
    return Organisation(id=key, kind=kind, slug=f"o{key}", name="", short_name="")


def _entry(owner: int, visibility: Visibility, *, published: bool) -> Entry:
    return Entry(id=1, organisation_id=owner, visibility=visibility, published_id=1 if published else None)


def _version(*, published: bool) -> Version:
    return Version(id=1, state=VersionState.PUBLISHED if published else VersionState.DRAFT)


def _comment(owner: int, author: int, audience: Audience) -> Comment:
    return Comment(id=1, entry_id=1, organisation_id=owner, author_id=author, audience=audience)


def _proposal(owner: int, opener: int) -> Proposal:
    """Return an open suggestion of another city to an entry of `owner`."""
    target = _entry(owner, Visibility.IKZ, published=False)
    at = datetime.now(UTC)
    return Proposal(
        id=1, target=target, state=ProposalState.OPEN, opened_by_id=opener, organisation_id=OTHER, opened_at=at
    )


def _person(organisation: Organisation, role: Role) -> User:
    person = User(id=COLLEAGUE, active=True, name="", email="", created_at=datetime.now(UTC))
    person.memberships = [Membership(organisation=organisation, organisation_id=organisation.id, role=role)]
    return person


def _grant(leader: int, authority: int) -> Grant:
    return Grant(id=1, organisation_id=leader, authority_id=authority, state=GrantState.RUNNING, partners=[])


def _funding_cases(own: Organisation, other: Organisation) -> dict[tuple[type, ...], list[tuple[str, Subjects]]]:
    """Return the cases about funding: „own“ is what one's organisation carries or, for an authority, gives."""
    mine = _grant(OTHER if own.kind == OrganisationKind.LAND else OWN, OWN)
    others = _grant(OTHER, OTHER)
    statements = {grant: Statement(id=1, grant=grant, state=StatementState.SUBMITTED) for grant in (mine, others)}
    note = Note(id=1, organisation_id=OTHER, author_id=COLLEAGUE, internal=False)
    return {
        (Grant,): [("own", (mine,)), ("other", (others,))],
        (Grant, Organisation): [("own", (mine, own)), ("other", (others, other))],
        (Statement,): [("own", (statements[mine],)), ("other", (statements[others],))],
        (Statement, Note): [("own", (statements[mine], note)), ("other", (statements[others], note))],
        (Note, Statement): [("own", (note, statements[mine])), ("other", (note, statements[others]))],
        (Reuse,): [("own", (Reuse(id=1, organisation_id=OWN),)), ("other", (Reuse(id=1, organisation_id=OTHER),))],
    }


_ENTRIES = (
    ("own", _entry(OWN, Visibility.CITY, published=False), _version(published=False)),
    ("ikz", _entry(OTHER, Visibility.IKZ, published=False), _version(published=False)),
    ("land", _entry(OTHER, Visibility.LAND, published=True), _version(published=True)),
    ("public", _entry(OTHER, Visibility.PUBLIC, published=True), _version(published=True)),
)
_OPEN = _entry(OTHER, Visibility.PUBLIC, published=True)


@lru_cache
def _cases(kind: OrganisationKind) -> dict[tuple[type, ...], list[tuple[str, Subjects]]]:
    """Return, for each combination of things a permission may be about, (word, things) to ask it with.

    `kind` is the kind of the organisation the asking person belongs to.
    """
    own, other = _organisation(OWN, kind), _organisation(OTHER, OrganisationKind.CITY)
    office = _organisation(OTHER, OrganisationKind.IKZ)
    return {
        (): [("yes", ())],
        (Organisation,): [("own", (own,)), ("other", (other,))],
        (Entry,): [(word, (entry,)) for word, entry, _ in _ENTRIES],
        (Entry, Version): [(word, (entry, version)) for word, entry, version in _ENTRIES],
        (Entry, Organisation): [("own", (_OPEN, own)), ("other", (_OPEN, other))],
        (Comment,): [
            ("written", (_comment(OTHER, ME, Audience.CITY),)),
            ("own", (_comment(OWN, COLLEAGUE, Audience.CITY),)),
            ("ikz", (_comment(OTHER, COLLEAGUE, Audience.IKZ),)),
            ("land", (_comment(OTHER, COLLEAGUE, Audience.LAND),)),
        ],
        (Comment, Entry): [
            ("written", (_comment(OTHER, ME, Audience.IKZ), _OPEN)),
            ("own", (_comment(OTHER, COLLEAGUE, Audience.IKZ), _entry(OWN, Visibility.IKZ, published=False))),
            ("ikz", (_comment(OTHER, COLLEAGUE, Audience.IKZ), _entry(OTHER, Visibility.IKZ, published=False))),
        ],
        (Proposal,): [
            ("written", (_proposal(OTHER, ME),)),
            ("own", (_proposal(OWN, COLLEAGUE),)),
            ("ikz", (_proposal(OTHER, COLLEAGUE),)),
        ],
        (Organisation, Role): [
            ("own", (own, Role.READER)),
            ("other", (other, Role.READER)),
            ("system", (office, Role.SYSTEM_ADMIN)),
        ],
        **_funding_cases(own, other),
        (User,): [("own", (_person(own, Role.READER),)), ("other", (_person(other, Role.READER),))],
    }


def _modules() -> list[ModuleType]:
    """Return `hub.policy` and its nouns."""
    names = sorted(found.name for found in iter_modules(policy.__path__))
    return [policy, *(import_module(f"hub.policy.{name}") for name in names)]


def permissions() -> dict[str, Permission]:
    """Return the permissions of `hub.policy` in the order they are declared; their twins for lists are none.

    Every module of the package counts, nouns in alphabetical order after what stands in the package itself.
    """
    return {
        name: function
        for module in _modules()
        for name, function in vars(module).items()
        if getattr(function, "__module__", "") == module.__name__
        and not name.startswith("_")
        and not isinstance(function, type)
        and get_type_hints(function).get("return") is bool
    }


def subjects(permission: Permission) -> tuple[type, ...]:
    """Return the types of the things a permission is about."""
    hints = get_type_hints(permission)
    return tuple(kind for name, kind in hints.items() if name not in ("actor", "return"))


def _home(role: Role) -> OrganisationKind:
    """Return the kind of organisation the role is typical of: the first that has it."""
    return next(kind for kind, roles in policy.ROLES.items() if role in roles)


def _someone(role: Role | None) -> tuple[Actor, OrganisationKind]:
    if role is None:
        return policy.GUEST, OrganisationKind.CITY
    kind = _home(role)
    return Actor(ME, "", {OWN: frozenset({role})}, {OWN: kind}), kind


def _cell(permission: Permission, role: Role | None) -> str:
    actor, kind = _someone(role)
    cases = _cases(kind)[subjects(permission)]
    held = [word for word, things in cases if permission(actor, *things)]
    nested = [word for word in NESTED if word in held]
    asked = [word for word, _ in cases if word in NESTED]
    if nested and nested == asked[-len(nested) :]:
        held = [word for word in held if word not in nested[1:]]
    return ", ".join(str(WORDS[word]) for word in held) or "–"


def columns() -> list[str]:
    """Return the heads of the columns: guests, then every role."""
    return [str(_l("Gast")), *(label(role, "role") for role in Role)]


def table() -> list[Row]:
    """Return the table; each cell names what the role may do it to, „–“ for nothing."""
    roles = [None, *Role]
    return [
        Row(name, str(SENTENCES[name]), tuple(_cell(permission, role) for role in roles))
        for name, permission in permissions().items()
    ]


def legend() -> list[tuple[str, str]]:
    """Return (word of a cell, what it means)."""
    return [(str(WORDS[word]), str(text)) for word, text in LEGEND]


def markdown() -> str:
    """Return the manual's chapter with the table, in German outside of a request."""
    lines = [
        "# Wer darf was?",
        "",
        "Diese Tabelle ist aus der einen Stelle erzeugt, die im Hub über Rechte entscheidet (`make rights`). "
        "Im Hub selbst steht sie unter `/rechte`. Die Wörter in den Zellen sagen, wie weit ein Recht reicht:",
        "",
        *(f"- **{word}:** {text}" for word, text in legend()),
        "",
        "Die Spalten zeigen eine Person, die nur diese eine Rolle hat, in der Art von Organisation, für die sie "
        "gedacht ist. Wer mehrere Rollen hat, darf alles, was eine von ihnen erlaubt. Beim Land reicht das Lesen so "
        "weit wie in der Spalte „Förderprüfung Land“, bei Dienstleistern nur bis zu dem, was für alle veröffentlicht "
        "ist.",
        "",
        "| Recht | " + " | ".join(columns()) + " |",
        "|---" * (len(columns()) + 1) + "|",
        *(f"| {row.text} | " + " | ".join(row.cells) + " |" for row in table()),
    ]
    return "\n".join(lines) + "\n"
