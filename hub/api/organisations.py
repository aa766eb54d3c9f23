"""Organisations: list, read, contact data, names, closing; the checking rules each has chosen."""

from typing import Literal

from hub import policy
from hub.actions import checking, library, organisations
from hub.api.contract import Made, Output, Routes
from hub.http import is_page
from hub.inputs import EditContact, Input, NewOrganisation, RenameOrganisation
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Organisationen")
ONE = "/organisations/<organisation>"


class OrganisationOut(Output):
    """A city, the IKZ office, an authority of the Land, a provider."""

    id: int
    slug: str
    kind: OrganisationKind
    name: str
    short_name: str
    ags: str
    contact_email: str
    contact_phone: str
    website: str
    active: bool
    revision: int


class OrganisationList(Output):
    """All organisations that are active, by kind and name."""

    items: list[OrganisationOut]


class RulesOut(Output):
    """Rule → `off`, `error`, `warning` or `hint`, for the rules that are set; the others come as they are."""

    rules: dict[str, str]


class SetRules(Input):
    """Rule → setting; rules that are not named come as they are."""

    rules: dict[str, Literal["off", "error", "warning", "hint"]]


class ChangeContact(EditContact):
    """How to reach an organisation; `If-Match` says what it started from."""

    revision: int = 0


class ChangeNames(RenameOrganisation):
    """What an organisation is called; `If-Match` says what it started from."""

    revision: int = 0


def _shown(found: Organisation) -> OrganisationOut:
    return OrganisationOut(
        id=found.id,
        slug=found.slug,
        kind=OrganisationKind(found.kind),
        name=found.name,
        short_name=found.short_name,
        ags=found.ags,
        contact_email=found.contact_email,
        contact_phone=found.contact_phone,
        website=found.website,
        active=found.active,
        revision=found.revision,
    )


@routes.get("/organisations", summary="Organisationen auflisten", returns=OrganisationList)
def list_organisations(work: Work) -> OrganisationList:
    """List the active organisations."""
    return OrganisationList(items=[_shown(row) for row in library.organisations(work)])


@routes.get(ONE, summary="Eine Organisation lesen", returns=OrganisationOut)
def read_organisation(work: Work, organisation: str) -> OrganisationOut:
    """Return an organisation; a closed one only to the system administration."""
    return _shown(organisations.find(work, organisation))


@routes.post(
    "/organisations", summary="Eine Organisation anlegen (Systemadministration)", body=NewOrganisation,
    returns=OrganisationOut, scope=Scope.ADMIN,
)  # fmt: skip
def create_organisation(work: Work, body: NewOrganisation) -> Made:
    """Add a city or another organisation."""
    made = organisations.create(work, body, is_page=is_page)
    return Made(_shown(made), "read_organisation", {"organisation": made.slug})


@routes.put(
    f"{ONE}/contact", summary="Kontaktdaten ändern", body=ChangeContact, returns=OrganisationOut, scope=Scope.ADMIN,
    match=ONE,
)  # fmt: skip
def edit_contact(work: Work, organisation: str, body: ChangeContact) -> OrganisationOut:
    """Change how an organisation is reached."""
    found = organisations.find(work, organisation)
    organisations.edit_contact(work, found, body.model_copy(update={"revision": body.revision or found.revision}))
    return _shown(found)


@routes.put(
    f"{ONE}/names", summary="Bezeichnung ändern (Systemadministration)", body=ChangeNames, returns=OrganisationOut,
    scope=Scope.ADMIN, match=ONE,
)  # fmt: skip
def rename_organisation(work: Work, organisation: str, body: ChangeNames) -> OrganisationOut:
    """Change what an organisation is called; its address stays."""
    found = organisations.find(work, organisation)
    organisations.rename(work, found, body.model_copy(update={"revision": body.revision or found.revision}))
    return _shown(found)


@routes.post(
    f"{ONE}/close", summary="Eine Organisation stilllegen (Systemadministration)", returns=OrganisationOut,
    scope=Scope.ADMIN, status=200, match=ONE,
)  # fmt: skip
def close_organisation(work: Work, organisation: str) -> OrganisationOut:
    """Close an organisation: roles in it no longer count; what it published stays."""
    found = organisations.find(work, organisation)
    organisations.close(work, found)
    return _shown(found)


@routes.post(
    f"{ONE}/reopen", summary="Eine Organisation wieder öffnen (Systemadministration)", returns=OrganisationOut,
    scope=Scope.ADMIN, status=200, match=ONE,
)  # fmt: skip
def reopen_organisation(work: Work, organisation: str) -> OrganisationOut:
    """Open a closed organisation again."""
    found = organisations.find(work, organisation)
    organisations.reopen(work, found)
    return _shown(found)


@routes.get(f"{ONE}/rules", summary="Gewählte Prüfregeln lesen", returns=RulesOut, signed_in=True)
def read_rules(work: Work, organisation: str) -> RulesOut:
    """Return how an organisation has set the checking rules."""
    found = organisations.find(work, organisation)
    work.require(policy.set_rules, found)
    return RulesOut(rules={rule: setting for rule, setting in checking.settings(work, found.id).items() if setting})


@routes.put(f"{ONE}/rules", summary="Prüfregeln wählen", body=SetRules, returns=RulesOut)
def set_rules(work: Work, organisation: str, body: SetRules) -> RulesOut:
    """Set the checking rules for an organisation's models; a rule that is not named comes as it is."""
    found = organisations.find(work, organisation)
    checking.set_rules(work, found, body.rules)
    return RulesOut(rules=dict(sorted(body.rules.items())))
