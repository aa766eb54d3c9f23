"""The two kinds of content under one set of verbs: an entry's kind decides who reads it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from typing import Any, Protocol

from hub import bpmn, design
from hub.errors import Invalid
from hub.store.entries import EntryKind

Decision = str | Mapping[str, str]
"""How somebody decides about a change or conflict of a merge: `ours`, `theirs`, `both` or `{"value": …}`."""

MODEL_LIMIT = 20_000_000
MOST_STEPS = 10_000
"""Steps of a model: each is searched, checked and drawn, about a millisecond; the largest known ones have 2,000."""
"""Bytes of one model."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something inside a content that people point at: a BPMN element or a section of a design."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, eq=False)
class Content:
    """One readable content; `source` is the bytes exactly as given. Equal bytes are equal content."""

    kind: EntryKind
    source: bytes

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.source).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and (self.kind, self.sha256) == (other.kind, other.sha256)

    def __hash__(self) -> int:
        return hash((self.kind, self.sha256))

    @property
    def title(self) -> str:
        """The best title the content itself offers; may be empty."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the meaning, without layout."""
        raise NotImplementedError

    def parts(self) -> Iterable[Part]:
        """Yield what people can point at, in reading order."""
        raise NotImplementedError

    def keys(self, previous: "Content | None", previous_keys: Mapping[str, str]) -> dict[str, str]:
        """Return part id → stable key, carried over from `previous` where it is the same part."""
        raise NotImplementedError

    def warnings(self) -> list[str]:
        """Return German sentences on oddities that did not prevent reading."""
        return []


@dataclass(frozen=True, eq=False)
class ProcessContent(Content):
    """A BPMN process model."""

    model: bpmn.Model

    @property
    def title(self) -> str:
        """The name of the collaboration or process."""
        return self.model.name

    @property
    def drawn(self) -> bool:
        """Whether the file holds a drawing; looked for in the text, since building every shape takes long."""
        return "BPMNShape" in self.model.text

    @cached_property
    def fingerprint(self) -> str:
        """Layout-independent digest of the model."""
        return bpmn.fingerprint(self.model)

    def parts(self) -> Iterable[Part]:
        """Yield nodes, flows, lanes, pools, data and artifacts."""
        for element in self.model.elements:
            if element.id in self.pointable:
                yield Part(element.id, element.type, element.label[:300])

    @cached_property
    def pointable(self) -> frozenset[str]:
        """Ids of the elements a person can see and point at."""
        model = self.model
        groups = (
            model.nodes,
            model.flows,
            model.message_flows,
            model.lanes,
            model.pools,
            model.data,
            model.artifacts,
            model.processes,
        )
        return frozenset(element.id for group in groups for element in group if len(element.id) <= 300)

    def keys(self, previous: Content | None, previous_keys: Mapping[str, str]) -> dict[str, str]:
        """Carry keys by matching the two models."""
        old = previous.model if isinstance(previous, ProcessContent) else None
        return bpmn.assign_keys(self.model, old, previous_keys)

    def warnings(self) -> list[str]:
        """Return the reader's warnings."""
        return [warning.sentence("de") for warning in self.model.warnings]


@dataclass(frozen=True, eq=False)
class DesignContent(Content):
    """A service design."""

    design: design.Design

    @property
    def title(self) -> str:
        """The first heading."""
        return self.design.title

    @property
    def fingerprint(self) -> str:
        """Digest without white space."""
        return self.design.fingerprint

    def parts(self) -> Iterable[Part]:
        """Yield the sections."""
        for section in self.design.sections:
            yield Part(section.key, "section", section.heading[:300])

    def keys(self, previous: Content | None, previous_keys: Mapping[str, str]) -> dict[str, str]:
        """Return the sections' own keys, as they are stable words; a renamed section keeps the key it had."""
        names = design.renamed(previous.design, self.design) if isinstance(previous, DesignContent) else {}
        keys: dict[str, str] = {}
        for section in self.design.sections:
            old = names.get(section.key, section.key)
            keys[section.key] = previous_keys.get(old) or f"s-{section.key}"[:40]
        return _unique(keys)

    def warnings(self) -> list[str]:
        """Return what to look at again, each with its line."""
        return [finding.sentence("de") for finding in design.check(self.design)]


def _unique(keys: Mapping[str, str]) -> dict[str, str]:
    """Return keys with every one used once: a name given up long ago may have come back for something new."""
    result: dict[str, str] = {}
    taken: set[str] = set()
    for part, key in keys.items():
        names = chain((key,), (f"{key[:33]}-{at}" for at in count(2)))
        result[part] = next(name for name in names if name not in taken)
        taken.add(result[part])
    return result


MEDIA = {
    EntryKind.PROCESS: ("application/xml", "bpmn"),
    EntryKind.DESIGN: ("text/markdown", "md"),
}
"""Media type and file ending of each kind."""


_FOREIGN = {
    b"%PDF": "Die Datei ist ein PDF. Bitte exportieren Sie das Modell als BPMN 2.0 (.bpmn oder .xml).",
    b"PK\x03\x04": "Die Datei ist ein ZIP-Archiv oder ein Office-Dokument. Modelle in einem ZIP nehmen Sie unter "
    "„Viele Dateien auf einmal“ auf; sonst exportieren Sie das Modell als BPMN 2.0 (.bpmn oder .xml).",
    b"\x89PNG": "Die Datei ist ein Bild. Bitte exportieren Sie das Modell als BPMN 2.0 (.bpmn oder .xml).",
    b"\xd0\xcf\x11\xe0": "Die Datei ist ein älteres Office- oder Visio-Dokument. Bitte exportieren Sie das Modell als "
    "BPMN 2.0 (.bpmn oder .xml).",
}
"""How files of other kinds begin that people mistake for models, and what to tell them."""


def read(kind: EntryKind | str, data: bytes, *, field: str = "source", limit: int = MODEL_LIMIT) -> Content:
    """Return the content in `data`; raises `Invalid` with a German sentence on `field`."""
    for beginning, told in _FOREIGN.items():
        if data.startswith(beginning):
            raise Invalid(**{field: told})
    if kind == EntryKind.DESIGN:
        try:
            return DesignContent(EntryKind.DESIGN, data, design.read(data))
        except design.Unreadable as error:
            raise Invalid(**{field: error.sentence()}) from error
    try:
        model = bpmn.read(data, bpmn.Limits(size=limit))
    except bpmn.Unreadable as error:
        raise Invalid(**{field: error.sentence("de")}) from error
    if (steps := len(model.nodes)) > MOST_STEPS:
        told = f"Das Modell hat {steps} Schritte, angenommen werden höchstens {MOST_STEPS}. Bitte teilen Sie es auf."
        raise Invalid(**{field: told})
    return ProcessContent(EntryKind.PROCESS, data, model)


def laid_out(content: Content) -> tuple[Content, bool]:
    """Return `content` with a generated drawing if it is a process without one, and whether that happened."""
    if not isinstance(content, ProcessContent) or content.drawn:
        return content, False
    data = bpmn.layout(content.model)
    return read(EntryKind.PROCESS, data), True


class Change(Protocol):
    """One difference between two contents; a `bpmn.Change` or a `design.Change`."""

    @property
    def kind(self) -> str:
        """What sort of difference."""

    @property
    def old_id(self) -> str | None:
        """The part it concerns in the old content, None for what is new or concerns the whole."""

    @property
    def new_id(self) -> str | None:
        """The part it concerns in the new content, None for what is gone or concerns the whole."""

    @property
    def before(self) -> str | None:
        """The text before, for people."""

    @property
    def after(self) -> str | None:
        """The text afterwards, for people."""

    @property
    def weight(self) -> int:
        """How much it matters, 0 to 100."""

    def sentence(self, lang: str = "de") -> str:
        """Tell it in one sentence, in German or English."""

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return it as plain data for JSON."""


class Applied(Protocol):
    """A change that is in the result of a merge; `id` is the key of a decision about it."""

    @property
    def id(self) -> str:
        """For a change of theirs the key of a decision: `ours` declines it, `{"value": …}` adapts it."""

    @property
    def side(self) -> str:
        """`ours`, `theirs` or `both`."""

    @property
    def change(self) -> Change:
        """What changed."""

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return it as plain data for JSON."""


class Clash(Protocol):
    """Changes that cannot both be made: a conflict of a merge."""

    @property
    def id(self) -> str:
        """The key of a decision; stays while both sides want what they want now."""

    @property
    def kind(self) -> str:
        """What sort of conflict."""

    @property
    def element_id(self) -> str:
        """The part it is about; may be empty in a design (title, fields, introduction)."""

    @property
    def ours(self) -> Sequence[Change]:
        """What was done here."""

    @property
    def theirs(self) -> Sequence[Change]:
        """What was done there."""

    @property
    def choices(self) -> Sequence[str]:
        """Of `ours`, `theirs`, `both` and `value`."""

    @property
    def decision(self) -> Decision | None:
        """How it was decided, None while it is open."""

    def sentence(self, lang: str = "de") -> str:
        """Say what clashes, in German or English."""

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return it as plain data for JSON."""


class Merge(Protocol):
    """The result of a merge, of either kind."""

    @property
    def data(self) -> bytes:
        """The merged content; open conflicts are in it as ours has them."""

    @property
    def conflicts(self) -> Sequence[Clash]:
        """Those nobody has decided yet."""

    @property
    def decided(self) -> Sequence[Clash]:
        """Those decided."""

    @property
    def applied(self) -> Sequence[Applied]:
        """Changes of either side in the result."""

    @property
    def declined(self) -> Sequence[Applied]:
        """Changes of theirs left out by decision."""

    @property
    def unrelated(self) -> bool:
        """Whether theirs is most likely something else than the base."""

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return all but the content as plain data for JSON."""


class Undecidable(Invalid):
    """A decision that fits nothing or takes a choice that is not offered; `id` names it, `decisions` tells it."""

    def __init__(self, id_: str, sentence: str) -> None:
        super().__init__(decisions=sentence)
        self.id = id_


def shared_keys(
    given: Content, keys: Mapping[str, str], ours: Mapping[str, str], other: Content, theirs: Mapping[str, str]
) -> dict[str, str]:
    """Return `keys` of a merged content, with the parts that came from `other` under the keys they have there.

    `ours` and `theirs` are the keys of the two versions it stands on; what it has from ours keeps its key.
    """
    known, carried = set(theirs.values()), set(ours.values())
    there = given.keys(other, theirs)
    found = {id_: key for id_, key in keys.items() if key in carried}
    used = set(found.values())
    for id_, key in keys.items():
        if id_ not in found:
            found[id_] = there[id_] if there[id_] in known - used else key
            used.add(found[id_])
    return found


def merge(
    kind: EntryKind | str,
    base: Content,
    ours: Content,
    theirs: Content,
    decisions: Mapping[str, Decision] | None = None,
) -> Merge:
    """Merge `theirs` into `ours`, both made from `base`, with the engine of their kind.

    Raises `Undecidable` for a decision that fits nothing, and `Invalid(source="wrong_kind")` for contents that are not
    of `kind`.
    """
    contents = (base, ours, theirs)
    designs = [content.design for content in contents if isinstance(content, DesignContent)]
    models = [content.model for content in contents if isinstance(content, ProcessContent)]
    try:
        if kind == EntryKind.DESIGN and len(designs) == len(contents):
            return design.merge(designs[0], designs[1], designs[2], decisions)
        if kind == EntryKind.PROCESS and len(models) == len(contents):
            return bpmn.merge(models[0], models[1], models[2], decisions)
    except (bpmn.Undecidable, design.Undecidable) as error:
        raise Undecidable(error.id, error.sentence("de")) from error
    raise Invalid(source="wrong_kind")
