"""A proposal as its page shows it: changes in groups, with what was decided, said, and where they are drawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.actions import deciding, entries
from hub.actions.deciding import State
from hub.actions.merging import Item
from hub.actions.plain_merge import Change
from hub.design import Span, word_diff
from hub.store.proposals import ProposalComment, ProposalDecision, Verdict
from hub.work import Work

FEW = 12
"""Up to so many changes stand in one list; more are grouped by lane or pool."""

SHORT = 40
"""Texts up to so many characters are told whole in the sentence about them."""

LOOKS = {
    "added": "added",
    "removed": "removed",
    "moved-lane": "moved",
    "moved-scope": "moved",
    "layout": "layout",
    "conflict": "conflict",
}
"""Kind of a change → how the comparison marks it; everything else is „changed“."""


@dataclass(slots=True)
class Row:
    """One change on the page."""

    item: Item
    index: int
    """Its place among the changes the diagram steps through."""
    decision: ProposalDecision | None
    remarks: Sequence[ProposalComment]
    error: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    """What was typed, where it was refused: `verdict`, `value`, `reason`."""

    @property
    def words(self) -> list[tuple[str, list[Span]]]:
        """Longer texts word by word, what they said before and say after; of a clash those of both sides by name."""
        sides = [(_("Im Ziel"), self.item.ours), (_("Angeboten"), self.item.details)]
        if not self.item.clash:
            sides = [("", self.item.details[:1])]
        return [
            (name, word_diff(row.before, row.after))
            for name, rows in sides
            for row in rows
            if self.item.clash or _long(row)
        ]

    @property
    def verdict(self) -> str:
        """What is chosen in the form."""
        return self.sent.get("verdict", self.decision.verdict if self.decision else "")

    @property
    def value(self) -> str:
        """The own wording in the form."""
        return self.sent.get("value", (self.decision.value if self.decision else "") or self.item.after)

    @property
    def reason(self) -> str:
        """The reason in the form."""
        return self.sent.get("reason", self.decision.reason if self.decision else "")


def _long(row: Change) -> bool:
    """Whether the sentence about a change cannot hold the texts it is about."""
    told = row.before in row.german and row.after in row.german
    return max(len(row.before), len(row.after)) > SHORT or (row.worded and not told)


@dataclass(slots=True)
class Group:
    """Changes in one place."""

    name: str
    rows: list[Row]

    @property
    def open_count(self) -> int:
        """Number of changes in it that nobody has decided about."""
        return sum(row.decision is None for row in self.rows)


def groups(
    now: State,
    remarks: Sequence[ProposalComment],
    sent: Mapping[str, Mapping[str, str]],
    errors: Mapping[str, str],
) -> list[Group]:
    """Return all changes to decide, never fewer: clashes first, then by place once there are many."""
    rows = [
        Row(
            item,
            index,
            now.decisions.get(item.change),
            [remark for remark in remarks if remark.change == item.change],
            errors.get(item.change, ""),
            sent.get(item.change, {}),
        )
        for index, item in enumerate(now.review.items)
    ]
    if len(rows) <= FEW:
        return [Group("", rows)] if rows else []
    clashes = [row for row in rows if row.item.clash]
    places = dict.fromkeys(row.item.place for row in rows if not row.item.clash)
    found = [Group("!", clashes)] if clashes else []
    return found + [
        Group(place, [row for row in rows if not row.item.clash and row.item.place == place]) for place in places
    ]


def marks(work: Work, now: State) -> list[dict[str, object]]:
    """Return the changes for `<bpmn-compare>`: the ids each has in the target, in what is offered and in the result."""
    proposal = now.proposal
    base_keys = entries.element_keys(work, proposal.base)
    ours = {key: id_ for id_, key in entries.element_keys(work, proposal.ours).items()}

    def here(id_: str | None) -> str | None:
        return None if id_ is None else ours.get(base_keys.get(id_, ""), id_)

    def shown(row: Change) -> dict[str, object]:
        return {"old_id": here(row.old_id), "new_id": row.new_id, "result_id": here(row.old_id) or row.new_id}

    return [
        {
            "kind": LOOKS.get(item.kind, "changed"),
            **(shown(item.details[0]) if item.details else {"old_id": None, "new_id": None, "result_id": None}),
            "also": [shown(row) for row in item.details[1:]],
            "sentence": item.german,
        }
        for item in now.review.items
    ]


def summary(now: State) -> list[str]:
    """Return what a proposal would do, in German sentences."""
    found = now.review
    if found.unrelated:
        return []
    kinds = Counter(LOOKS.get(item.kind, "changed") for item in found.items)
    count = len(found.items)
    if now.proposal.active:
        sentences = [
            ngettext("Es gibt eine Änderung zu entscheiden.", "Es gibt %(num)d Änderungen zu entscheiden.", count)
        ]
    else:
        sentences = [ngettext("Es ging um eine Änderung.", "Es ging um %(num)d Änderungen.", count)]
    parts = [
        text
        for kind, text in (
            ("added", ngettext("%(num)d Ergänzung", "%(num)d Ergänzungen", kinds["added"])),
            ("removed", ngettext("%(num)d Wegfall", "%(num)d Wegfälle", kinds["removed"])),
            ("changed", ngettext("%(num)d geänderte Angabe", "%(num)d geänderte Angaben", kinds["changed"])),
            ("moved", ngettext("%(num)d Verschiebung", "%(num)d Verschiebungen", kinds["moved"])),
            ("conflict", ngettext("%(num)d Widerspruch", "%(num)d Widersprüche", kinds["conflict"])),
        )
        if kinds[kind]
    ]
    if len(parts) > 1:
        sentences.append(", ".join(parts) + ".")
    places = [name for name, _count in Counter(item.place for item in found.items if item.place).most_common(3)]
    if places:
        sentences.append(
            ngettext(
                "Betroffen: %(names)s.",
                "Betroffen vor allem: %(names)s.",
                len(places),
                names=", ".join(f"„{name}“" for name in places),
            )
        )
    clashing = {row.id for item in found.clashes for row in item.ours}
    if kept := sum(row.id not in clashing for row in found.ours):
        sentences.append(
            ngettext(
                "Das Ziel hat seitdem eine eigene Änderung; sie bleibt.",
                "Das Ziel hat seitdem %(num)d eigene Änderungen; sie bleiben.",
                kept,
            )
        )
    return sentences


def read_choices(form: Mapping[str, str], now: State) -> tuple[list[deciding.Choice], dict[str, dict[str, str]]]:
    """Return the decisions a form holds that differ from those there are, and all that was typed, by change."""
    sent: dict[str, dict[str, str]] = {}
    for name, text in form.items():
        what, dot, change = name.partition(".")
        if dot and what in ("verdict", "value", "reason") and len(change) == 64:
            sent.setdefault(change, {})[what] = text
    choices = []
    for change, fields in sent.items():
        if (verdict := fields.get("verdict", "")) not in set(Verdict):
            continue
        item, known = now.review.item(change), now.decisions.get(change)
        worded = verdict == Verdict.ADAPT and (item is None or item.worded)
        choice = deciding.Choice(
            change,
            Verdict(verdict),
            fields.get("value", "") if worded else "",
            fields.get("reason", ""),
        )
        if known is None or (known.verdict, known.value, known.reason) != (
            verdict,
            choice.value.strip(),
            choice.reason.strip(),
        ):
            choices.append(choice)
    return choices, sent
