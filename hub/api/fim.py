"""FIM on a process: is it conform, its profile, and the activity groups (RAG) of its steps."""

from typing import Literal, get_args

from hub import xprozess
from hub.actions import entries, fim, fim_forms, fim_records
from hub.api.contract import Output, Routes
from hub.api.shapes import VersionRef, version_ref
from hub.errors import NotFound
from hub.inputs import Input, Line
from hub.inputs.fim import RoleCode, SendActivity, SendFimProfile, SendTypes
from hub.store.entries import Entry, EntryKind, Version
from hub.work import Work

routes = Routes("FIM")
ONE = "/entries/<city>/<slug>/fim"
PROFILE = f"{ONE}/profile"
ACTIVITIES = f"{ONE}/activities"
ACTIVITY = f"{ACTIVITIES}/<element>"
RagType = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8"]
_ROLES: dict[str, RoleCode] = {code: code for code in get_args(RoleCode)}


class OfVersion(Input):
    """Which version; the one shown by default without it."""

    version: Line = ""


class BreachOut(Output):
    """A breach of a convention."""

    rule: str
    element: str | None
    text: str


class StepOut(Output):
    """A step with its activity group; type 0 without one."""

    element: str
    name: str
    type: int
    in_file: bool
    """The file itself names the type: it is changed by drawing."""
    suggestion: int | None
    missing: list[str]
    """Required attributes that are not filled in."""


class FimReport(Output):
    """Whether the process keeps the FIM conventions; conform if nothing is listed."""

    version: VersionRef | None
    conform: bool
    fields: list[str]
    """Mandatory fields of the profile that are empty."""
    symbols: list[BreachOut]
    names: list[BreachOut]
    structure: list[BreachOut]
    untyped: list[str]
    incomplete: list[str]
    """Elements whose type requires attributes that are missing."""
    activities: list[StepOut]


class FimPersonOut(Output):
    """Somebody who takes part: 1 initiator, 2 main actor, 3 and 4 others who take part."""

    name: str
    role: RoleCode | None


class BasisOut(Output):
    """Kind and address of one of the entry's legal bases."""

    name: str
    kind: str
    uri: str


class FimProfileOut(Output):
    """The FIM part of the profile, as it is sent back."""

    definition: str
    triggers: str
    results: str
    targets: str
    procedure: str
    form: str
    approving_body: str
    valid_from: str
    valid_until: str
    status: str
    people: list[FimPersonOut]
    bases: list[BasisOut]


class ActivityOut(Output):
    """Type and attributes of one activity group, as they are sent back."""

    element: str
    name: str
    type: RagType
    number: str
    description: str
    legal_bases: str
    systems: str
    received: str
    provided: str
    checks: str
    tools: str
    decision: str
    processing: str
    duty: Literal["", "yes", "no"]
    participation: str
    special: str


class TypesOut(Output):
    """Element → RAG type, 0 for none."""

    types: dict[str, int]


def _process(work: Work, city: str, slug: str, number: str = "") -> tuple[Entry, Version]:
    entry = entries.find(work, city, slug)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    return entry, entries.version(work, entry, number) if number else entries.current(work, entry)


def _step(row: fim.Group) -> StepOut:
    return StepOut(
        element=row.element_id,
        name=row.name,
        type=row.activity.type,
        in_file=row.in_file,
        suggestion=row.suggestion,
        missing=list(row.missing),
    )


@routes.get(ONE, summary="Ist der Prozess FIM-konform?", query=OfVersion, returns=FimReport)
def read_fim(work: Work, city: str, slug: str, query: OfVersion) -> FimReport:
    """Return what a process version lacks to keep the FIM conventions, and its activity groups."""
    entry, shown = _process(work, city, slug, query.version)
    found = fim.report(work, entry, shown)
    breaches = {
        name: [BreachOut(rule=row.rule, element=row.element_id, text=row.text) for row in getattr(found, name)]
        for name in ("symbols", "names", "structure")
    }
    return FimReport(
        version=version_ref(shown),
        conform=found.conform,
        fields=list(found.fields),
        untyped=[row.element_id for row in found.untyped],
        incomplete=[row.element_id for row in found.incomplete],
        activities=[_step(row) for row in fim.groups(work, entry, shown)],
        **breaches,
    )


def _profile(work: Work, entry: Entry) -> FimProfileOut:
    now = fim_records.profile(work, entry) or xprozess.Process()
    told = fim_forms.profile_fields(entry, now)
    plain = {name: told[name] for name in FimProfileOut.model_fields if name in told}
    return FimProfileOut(
        **plain,
        people=[
            FimPersonOut(name=row.name, role=_ROLES.get(role.code))
            for row in now.participants
            for role in row.roles or (xprozess.Code(),)
        ],
        bases=[
            BasisOut(name=row.text, kind=told[f"kind-{at}"], uri=told[f"uri-{at}"])
            for at, row in enumerate(entry.legal_bases)
        ],
    )


@routes.get(PROFILE, summary="Das FIM-Profil lesen", returns=FimProfileOut)
def read_fim_profile(work: Work, city: str, slug: str) -> FimProfileOut:
    """Return the FIM part of a process profile; `triggers` and `results` name one a line."""
    entry, _shown = _process(work, city, slug)
    return _profile(work, entry)


@routes.put(PROFILE, summary="Das FIM-Profil ändern", body=SendFimProfile, returns=FimProfileOut)
def save_fim_profile(work: Work, city: str, slug: str, body: SendFimProfile) -> FimProfileOut:
    """Replace the FIM part of a process profile; what it does not show stays."""
    entry, _shown = _process(work, city, slug)
    told = fim_forms.profile(body, fim_records.profile(work, entry))
    fim.set_profile(work, entry, told, revision=entry.revision)
    return _profile(work, entry)


def _types(work: Work, entry: Entry, shown: Version) -> TypesOut:
    return TypesOut(types={row.element_id: row.activity.type for row in fim.groups(work, entry, shown)})


@routes.get(ACTIVITIES, summary="Die Aktivitätengruppen lesen", returns=TypesOut)
def read_fim_types(work: Work, city: str, slug: str) -> TypesOut:
    """Return which RAG type each step has."""
    return _types(work, *_process(work, city, slug))


@routes.put(ACTIVITIES, summary="Die Aktivitätengruppen setzen", body=SendTypes, returns=TypesOut)
def set_fim_types(work: Work, city: str, slug: str, body: SendTypes) -> TypesOut:
    """Set the RAG types of steps of the newest version; attributes stay, in case of a slip."""
    entry, _shown = _process(work, city, slug)
    fim.set_types(work, entry, body.types, revision=entry.revision)
    return _types(work, *_process(work, city, slug))


def _activity(row: fim.Group) -> ActivityOut:
    told = fim_forms.activity_fields(row.activity, 0)
    plain = {name: told[name] for name in ActivityOut.model_fields if name in told}
    return ActivityOut.model_validate({**plain, "element": row.element_id, "name": row.name})


@routes.get(ACTIVITY, summary="Eine Aktivitätengruppe lesen", returns=ActivityOut)
def read_fim_activity(work: Work, city: str, slug: str, element: str) -> ActivityOut:
    """Return type and attributes of one step."""
    return _activity(fim.group(work, *_process(work, city, slug), element))


@routes.put(ACTIVITY, summary="Eine Aktivitätengruppe ändern", body=SendActivity, returns=ActivityOut)
def save_fim_activity(work: Work, city: str, slug: str, element: str, body: SendActivity) -> ActivityOut:
    """Replace type and attributes of one step of the newest version."""
    entry, shown = _process(work, city, slug)
    row = fim.group(work, entry, shown, element)
    fim.set_group(work, entry, fim_forms.activity(body, row.activity), revision=entry.revision)
    return _activity(fim.group(work, *_process(work, city, slug), element))
