"""What the hub knows of a FIM process: its profile, its activity groups, its model. One flat record a process.

XProzess says many things twice, in the catalogue (`prozessklasse`) and in the library (`prozess`). Here each is said
once; writing says it in both places again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Code:
    """A value of a code list. The code alone means nothing: the same `2` differs between versions of a list."""

    code: str = ""
    list_uri: str = ""
    list_version: str = ""

    def __bool__(self) -> bool:
        return bool(self.code)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis as cited, its kind (`handlungsgrundlagenart`) and where it can be read."""

    name: str
    kind: Code = Code()
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that comes in or goes out: in words, or by the id of a form (Formularsteckbrief)."""

    text: str = ""
    form_id: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """Data of an activity group with the way they travel and who is at the other end."""

    what: Reference
    channel: Code = Code()
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part, with one or more roles (`prozessrolle`)."""

    name: str
    roles: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """A place in an ordering scheme."""

    scheme: str = ""
    scheme_version: str = ""
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A named value without a field of its own (`merkmal`)."""

    name: str
    datatype: Code = Code()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a process applies; `kind` is the schema's word, such as `bundesland` or `gemeindeschluessel`."""

    kind: str
    code: Code


@dataclass(frozen=True, slots=True)
class State:
    """Where a process stands. Days are local dates, moments are UTC, both in ISO 8601; empty if not said."""

    status: Code = Code()
    note: str = ""
    valid_from: str = ""
    valid_until: str = ""
    created_at: str = ""
    changed_at: str = ""
    expert_release_at: str = ""
    formal_release_at: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity group (Referenzaktivitätengruppe, RAG 1–8) with the attributes of its type.

    `element_id` is the BPMN id of the activity it describes (`subProzessID`).
    """

    type: int
    element_id: str = ""
    number: str = ""
    name: str = ""
    type_version: str = "1.00"
    description: str = ""
    legal_bases: tuple[LegalBasis, ...] = ()
    incoming: tuple[Reference, ...] = ()
    outgoing: tuple[Reference, ...] = ()
    systems: tuple[str, ...] = ()
    received: tuple[Data, ...] = ()
    """Types 1 and 7."""
    provided: tuple[Data, ...] = ()
    """Types 2 and 7."""
    checks: tuple[Code, ...] = ()
    """Type 3."""
    tools: str = ""
    """Types 4 and 5 (Hilfsmittel)."""
    decision: Code = Code()
    """Type 5 (Entscheidungsart)."""
    processing: Code = Code()
    """Type 6 (Bearbeitungsart)."""
    duty: bool | None = None
    """Type 7: whether those asked must take part (Mitwirkungspflicht)."""
    participation: Code = Code()
    """Type 7 (Beteiligungsform)."""
    special: str = ""
    """Type 8: what is done."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The BPMN of a process, byte for byte."""

    name: str = field(compare=False)
    """What a tool called the file; nothing hangs on it."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Process:
    """One FIM process."""

    id: str = ""
    version: str = ""
    name: str = ""
    designation: str = ""
    """The name of the service it produces."""
    approving_body: str = ""
    definition: str = ""
    description: str = ""
    triggers: tuple[Reference, ...] = ()
    results: tuple[Reference, ...] = ()
    participants: tuple[Participant, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    level: Code = Code()
    regions: tuple[Region, ...] = ()
    targets: str = ""
    """Zielvorgaben."""
    purpose: Code = Code()
    operative_goal: Code = Code()
    form: Code = Code()
    """Handlungsform."""
    procedure: Code = Code()
    """Verfahrensart."""
    classifications: tuple[Classification, ...] = ()
    features: tuple[Feature, ...] = ()
    keywords: tuple[str, ...] = ()
    state: State = State()
    activities: tuple[Activity, ...] = ()
    model: ModelFile | None = None


def to_plain(value: Any) -> Any:
    """Return a record as dicts, lists and strings, without what is empty; fit for JSON unless it holds a model."""
    return _lean(asdict(value))


def _lean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: lean for key, item in value.items() if (lean := _lean(item)) not in ("", [], {}, None)}
    if isinstance(value, list | tuple):
        return [_lean(item) for item in value]
    return value


def from_plain(shape: type[T], value: Mapping[str, Any]) -> T:
    """Return the record that `to_plain` made; unknown names are ignored, wrong types raise `ValueError`."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{shape.__name__}: not an object")
    hints = get_type_hints(shape)
    known = [item.name for item in fields(shape)]  # type: ignore[arg-type]  # only called with dataclasses
    try:
        return shape(**{name: _typed(hints[name], value[name]) for name in known if name in value})
    except TypeError as error:
        raise ValueError(f"{shape.__name__}: {error}") from error


def _typed(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"a list was expected, not {type(value).__name__}")
        return tuple(_typed(get_args(hint)[0], item) for item in value)
    if isinstance(hint, UnionType):
        return _typed(next(kind for kind in get_args(hint) if kind is not type(None)), value)
    if isinstance(value, Mapping):
        return from_plain(hint, value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ValueError(f"{hint.__name__} was expected, not {type(value).__name__}")
    return value
