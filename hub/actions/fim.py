"""FIM on an entry: activity groups (RAG) of its steps, mandatory fields, the check of the conventions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub import bpmn, policy, xprozess
from hub.actions import entries, fim_records, indexing, renderings
from hub.errors import Conflict, Invalid, NotFound
from hub.store.entries import Entry, EntryKind, Version
from hub.work import Work
from hub.xprozess import Activity, Process

WANTED: Mapping[int, Sequence[str]] = {
    1: ("received",),
    2: ("provided",),
    3: ("checks",),
    4: ("tools",),
    5: ("tools", "decision"),
    6: ("processing",),
    7: ("provided", "received", "duty"),
    8: ("special",),
}
"""RAG type → attributes that XProzess 2.0 requires of it."""


@dataclass(frozen=True, slots=True)
class Group:
    """One activity of a version with its activity group."""

    element_id: str
    key: str
    name: str
    activity: Activity
    """Type 0 while there is none."""
    in_file: bool
    """Whether the BPMN file itself names the type; then it is changed by drawing, not here."""
    suggestion: int | None

    @property
    def badge(self) -> str:
        """The German words that stand at the step; empty without a type."""
        return words(self.activity.type) if self.activity.type else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The required attributes that are not filled in."""
        wanted = WANTED.get(self.activity.type, ())
        return tuple(name for name in wanted if getattr(self.activity, name) in ("", (), None, xprozess.Code()))


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to „is this FIM-conform?“; `conform` if every list is empty."""

    symbols: tuple[bpmn.Finding, ...]
    """Elements that FIM-BPMN does not use."""
    names: tuple[bpmn.Finding, ...]
    structure: tuple[bpmn.Finding, ...]
    fields: tuple[str, ...]
    """Mandatory fields of the profile that are empty, see `missing_fields`."""
    untyped: tuple[Group, ...]
    """Activities without a RAG type."""
    incomplete: tuple[Group, ...]
    """Activities whose type requires attributes that are missing."""

    @property
    def conform(self) -> bool:
        """Whether nothing is missing."""
        return not any((self.symbols, self.names, self.structure, self.fields, self.untyped, self.incomplete))


def groups(work: Work, entry: Entry, shown: Version) -> list[Group]:
    """Return the activities of a process version: by their numbers if all have one, else in the order of the file.

    Call activities are left out: they stand for other processes.
    """
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    model = renderings.model(work, shown.blob_sha256)
    keys, stored = entries.element_keys(work, shown), fim_records.activities(work, entry)
    found = []
    for node in model.of_kind(bpmn.Kind.ACTIVITY):
        if node.type == "callActivity" or node.id not in keys:
            continue
        own = bpmn.rag_of(node)
        activity = stored.get(keys[node.id], Activity(0))
        name = " ".join(node.name.split())
        activity = replace(activity, type=own or activity.type, element_id=node.id, name=name)
        found.append(Group(node.id, keys[node.id], name, activity, own is not None, bpmn.suggest_rag(name)))
    if all(row.activity.number for row in found):
        found.sort(key=lambda row: row.activity.number)
    return found


def words(kind: int) -> str:
    """Return the German words that stand at a step of this type."""
    return f"RAG {kind} – {bpmn.RAG_TYPES[kind]}"


def badges(work: Work, entry: Entry, shown: Version) -> dict[str, str]:
    """Return element id → words of its activity group, for diagram and text; cheap, since every reader asks."""
    if entry.kind != EntryKind.PROCESS:
        return {}
    stored = fim_records.types(work, entry)
    beside: dict[str, int] = {}
    if stored:
        keys = entries.element_keys(work, shown)
        beside = {element_id: stored[key] for element_id, key in keys.items() if key in stored}
    in_file = renderings.facts(work, shown.blob_sha256).groups
    return {element_id: words(kind) for element_id, kind in {**beside, **in_file}.items()}


def group(work: Work, entry: Entry, shown: Version, element_id: str) -> Group:
    """Return one activity; raises `NotFound`."""
    found = next((row for row in groups(work, entry, shown) if row.element_id == element_id), None)
    if found is None:
        raise NotFound
    return found


def set_types(work: Work, entry: Entry, wanted: Mapping[str, int], *, revision: int) -> int:
    """Set the RAG types of several activities of the newest version; return how many changed.

    `wanted` is element id → 1–8, or 0 for none. Attributes of another type are kept, in case of a slip. Raises
    `Conflict("profile_moved_on")`, `Invalid` for an unknown activity, or one whose type stands in the file.
    """
    shown = _opened(work, entry, revision)
    known = {row.element_id: row for row in groups(work, entry, shown)}
    changes: dict[str, Activity | None] = {}
    for element_id, kind in wanted.items():
        row = known.get(element_id)
        if row is None or (kind and kind not in bpmn.RAG_TYPES):
            raise Invalid(type="not_a_choice")
        if row.activity.type == kind:
            continue
        if row.in_file:
            raise Invalid(type="rag_in_file")
        emptied = replace(row.activity, type=kind)
        changes[row.key] = None if not kind and emptied == Activity(0, row.element_id, name=row.name) else emptied
    if changes:
        fim_records.keep_activities(work, entry, changes)
        _closed(work, entry, "fim.typed", count=len(changes))
    return len(changes)


def set_group(work: Work, entry: Entry, told: Activity, *, revision: int) -> None:
    """Keep type and attributes of the activity `told.element_id` of the newest version; as `set_types` raises."""
    shown = _opened(work, entry, revision)
    row = group(work, entry, shown, told.element_id)
    if row.in_file and told.type != row.activity.type:
        raise Invalid(type="rag_in_file")
    fim_records.keep_activities(work, entry, {row.key: told})
    _closed(work, entry, "fim.typed", count=1)


def set_profile(work: Work, entry: Entry, told: Process, *, revision: int) -> None:
    """Keep the FIM part of an entry's profile; raises `Conflict("profile_moved_on")`."""
    _opened(work, entry, revision)
    fim_records.keep_profile(work, entry, told)
    _closed(work, entry, "fim.profiled")


def _opened(work: Work, entry: Entry, revision: int) -> Version:
    work.require(policy.edit, entry)
    entries.lock(work, entry)
    if entry.revision != revision:
        raise Conflict("profile_moved_on")
    if entry.head is None:
        raise NotFound
    return entry.head


def _closed(work: Work, entry: Entry, kind: str, **data: int) -> None:
    entry.revision += 1
    entry.updated_at = work.now
    work.session.flush()
    indexing.index(work, entry)
    work.record(kind, entry, title=entry.title, **data)


def missing_fields(entry: Entry, told: Process | None) -> tuple[str, ...]:
    """Return the mandatory fields of a FIM process profile that are empty, as codes; in the order of the form."""
    told = told or Process()
    roles = {role.code for person in told.participants for role in person.roles}
    filled = {
        "fim_key": bool(entry.service and entry.service.key),
        "fim_definition": bool(told.definition),
        "fim_triggers": bool(told.triggers),
        "fim_results": bool(told.results),
        "fim_initiator": "1" in roles,
        "fim_main_actor": "2" in roles,
        "fim_legal_bases": bool(entry.legal_bases),
        "fim_procedure": bool(told.procedure),
        "fim_form": bool(told.form),
        "fim_valid_from": bool(told.state.valid_from),
        "fim_status": bool(told.state.status),
    }
    return tuple(name for name, there in filled.items() if not there)


def report(work: Work, entry: Entry, shown: Version) -> Report:
    """Check a process version against the FIM conventions; hints do not count against it."""
    model = renderings.model(work, shown.blob_sha256)
    found = [row for row in bpmn.check(model, bpmn.PROFILES["fim"]) if row.severity != bpmn.Severity.HINT]
    rows = groups(work, entry, shown)
    return Report(
        symbols=tuple(row for row in found if row.group == "fim"),
        names=tuple(row for row in found if row.group == "name"),
        structure=tuple(row for row in found if row.group not in ("fim", "name", "layout", "size", "execution")),
        fields=missing_fields(entry, fim_records.profile(work, entry)),
        untyped=tuple(row for row in rows if not row.activity.type),
        incomplete=tuple(row for row in rows if row.missing),
    )
