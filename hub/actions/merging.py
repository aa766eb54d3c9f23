"""Three contents brought together as single things a person can decide about.

The engine tells slot by slot what changed. People decide about what belongs together: a new step comes with the
flows that hold it. Each such item is known by a digest of what it does on which element, so that a decision is found
again after either side has moved on, and is asked anew only if the change has become another one.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.actions.plain_merge import Change, Clash, Merged, merge
from hub.documents import Content, Decision, Undecidable
from hub.shelf import Shelf
from hub.store.proposals import Verdict

CHOICES = {"ours": Verdict.DECLINE, "theirs": Verdict.ADOPT, "both": Verdict.BOTH, "value": Verdict.ADAPT}
"""The engine's words for settling a clash and ours."""

ROUNDS = 5
"""A decision may raise a clash that was not there before; more often than this it does not happen."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the three contents with the keys of its parts (part id → key)."""

    content: Content
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide: a change of theirs with what belongs to it, or a clash."""

    change: str
    """Digest; the same for as long as the change does the same thing."""
    ids: tuple[str, ...]
    """The engine's names."""
    kind: str
    german: str
    english: str
    details: tuple[Change, ...]
    """Every single change of theirs in it, the first one telling."""
    ours: tuple[Change, ...] = ()
    """For a clash what the target did instead."""
    place: str = ""
    element_key: str = ""
    clash: bool = False
    local: bool = False
    """Whether it touches something the target changed itself."""
    verdicts: tuple[Verdict, ...] = (Verdict.ADOPT, Verdict.ADAPT, Verdict.DECLINE, Verdict.LATER)
    worded: bool = False
    """Whether an adapted wording can be given as text."""
    parts: tuple[str, ...] = ()
    """Digests of the single changes, for remembering what was declined."""

    def sentence(self, lang: str = "de") -> str:
        """Return what it does in one sentence."""
        return self.english if lang == "en" else self.german

    @property
    def before(self) -> str:
        """The text before, for what is worded."""
        return self.details[0].before if self.details else ""

    @property
    def after(self) -> str:
        """The text after, for what is worded."""
        return self.details[0].after if self.details else ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the merge needs it."""

    verdict: Verdict
    value: str = ""


@dataclass(frozen=True)
class Review:
    """Everything to decide between three contents, and the result of the decisions so far."""

    items: Sequence[Item]
    """To decide, clashes first."""
    silent: Sequence[Item]
    """Declined before and unchanged since."""
    layout: Sequence[Change]
    """What only moves the drawing; comes along without being asked about."""
    ours: Sequence[Change]
    """What the target changed itself since the base."""
    same: int
    """Number of changes both sides made alike."""
    result: Merged
    unrelated: bool
    refused: frozenset[str]
    """Digests of decisions the engine could not carry out."""

    @property
    def clashes(self) -> list[Item]:
        """The items that are clashes."""
        return [item for item in self.items if item.clash]

    def item(self, change: str) -> Item | None:
        """Return the item with that digest."""
        return next((item for item in (*self.items, *self.silent) if item.change == change), None)


_REVIEWS: Shelf[tuple[object, ...], Review] = Shelf(200)


def review(
    base: Side,
    ours: Side,
    theirs: Side,
    decisions: Mapping[str, Decided],
    *,
    settled: frozenset[str] = frozenset(),
    silent: frozenset[str] = frozenset(),
) -> Review:
    """Return what is to decide and what comes of the `decisions` (digest → decision) so far.

    `settled` are digests of single changes that were carried out or declined before: a clash about nothing else keeps
    what ours has. `silent` are digests of items that were declined and are not to be asked about.
    """
    place = (
        base.content.sha256,
        ours.content.sha256,
        theirs.content.sha256,
        frozenset(decisions.items()),
        settled,
        silent,
        hash(frozenset(base.keys.items())),
        hash(frozenset(theirs.keys.items())),
    )
    kept = _REVIEWS.get(place)
    if kept is None:
        kept = _review(base, ours, theirs, decisions, settled, silent)
        _REVIEWS.put(place, kept)
    return kept


def _review(
    base: Side,
    ours: Side,
    theirs: Side,
    decisions: Mapping[str, Decided],
    settled: frozenset[str],
    silent: frozenset[str],
) -> Review:
    plain = merge(base.content, ours.content, theirs.content, {})
    reader = _Reader(base.keys, theirs.keys, plain)
    items = {item.change: item for item in reader.items()}
    kept: dict[str, Decision] = {row.id: "ours" for row in plain.changes if row.side == "theirs" and row.own}
    chosen: dict[str, Decision] = {}
    refused: set[str] = set()
    result = plain
    for _ in range(ROUNDS):
        wanted = kept | _engine_decisions(items.values(), decisions, settled, silent, refused)
        if wanted == chosen:
            break
        chosen = wanted
        result = _carried_out(base.content, ours.content, theirs.content, chosen, items.values(), refused)
        known = {id_ for item in items.values() for id_ in item.ids}
        for clash in result.clashes:
            if clash.id not in known:
                late = reader.clash(clash)
                items.setdefault(late.change, late)
    asked = [item for item in items.values() if item.change not in silent and not _settled(item, settled)]
    return Review(
        items=sorted(asked, key=lambda item: not item.clash),
        silent=[item for item in items.values() if item.change in silent or _settled(item, settled)],
        layout=[row for row in plain.changes if row.side == "theirs" and row.fixed],
        ours=[row for row in plain.changes if row.side == "ours" and row.kind != "layout" and not row.own],
        same=sum(row.side == "both" and row.kind != "layout" for row in plain.changes),
        result=result,
        unrelated=plain.unrelated,
        refused=frozenset(refused),
    )


def _settled(item: Item, settled: frozenset[str]) -> bool:
    return item.clash and bool(item.parts) and settled.issuperset(item.parts)


def _engine_decisions(
    items: Iterable[Item],
    decisions: Mapping[str, Decided],
    settled: frozenset[str],
    silent: frozenset[str],
    refused: set[str],
) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for item in items:
        decided = decisions.get(item.change)
        if item.change in refused:
            continue
        if item.change in silent or _settled(item, settled):
            found.update(dict.fromkeys(item.ids, "ours"))
        elif decided is not None:
            for at, id_ in enumerate(item.ids):
                if (choice := _choice(item, decided, first=at == 0)) is not None:
                    found[id_] = choice
    return found


def _choice(item: Item, decided: Decided, *, first: bool) -> Decision | None:
    """Return the engine's word for a decision; None leaves the change as it would be without one."""
    if decided.verdict == Verdict.ADAPT and decided.value and item.worded:
        return {"value": decided.value} if first else None
    if item.clash:
        words = {
            Verdict.ADOPT: "theirs",
            Verdict.ADAPT: "theirs",
            Verdict.BOTH: "both",
            Verdict.DECLINE: "ours",
            Verdict.LATER: None,
        }
        word = words[decided.verdict]
        return word if word is None or decided.verdict in item.verdicts else None
    return "ours" if decided.verdict in (Verdict.DECLINE, Verdict.LATER) else None


def _carried_out(
    base: Content,
    ours: Content,
    theirs: Content,
    chosen: dict[str, Decision],
    items: Iterable[Item],
    refused: set[str],
) -> Merged:
    """Merge with the decisions; one the engine cannot carry out is left out and noted in `refused`."""
    owner = {id_: item.change for item in items for id_ in item.ids}
    while True:
        try:
            return merge(base, ours, theirs, chosen)
        except Undecidable as error:
            if error.id not in chosen:
                raise
            del chosen[error.id]
            if error.id in owner:
                refused.add(owner[error.id])


class _Reader:
    """Makes items out of what the engine tells."""

    def __init__(self, base_keys: Mapping[str, str], their_keys: Mapping[str, str], plain: Merged) -> None:
        self.base_keys, self.their_keys, self.plain = base_keys, their_keys, plain
        self.seen: Counter[str] = Counter()
        self.local = {
            key
            for row in (
                *(row for row in plain.changes if row.side == "ours" and row.kind != "layout"),
                *(row for clash in plain.clashes for row in clash.ours),
            )
            for key in (base_keys.get(id_) for id_ in (row.old_id or "", *_old_ends(row)))
            if key
        }

    def key(self, row: Change) -> str:
        """Return the key of the element a change of theirs is about."""
        if row.new_id is not None and row.new_id in self.their_keys:
            return self.their_keys[row.new_id]
        return self.base_keys.get(row.old_id or "", row.old_id or row.new_id or "")

    def digest(self, row: Change) -> str:
        """Return what a change does, on which element, as a digest."""
        told = "\0".join((self.key(row), row.kind, row.aspect, row.after if row.kind != "reconnected" else ""))
        if row.kind == "reconnected":
            told += "\0".join(self.their_keys.get(id_, id_) for side, id_ in row.ends if side == "new")
        return hashlib.sha256(told.encode()).hexdigest()

    def items(self) -> list[Item]:
        """Return clashes and changes, what belongs together as one."""
        rows = [row for row in self.plain.changes if row.side == "theirs" and not row.fixed and not row.own]
        found = [self.clash(clash) for clash in self.plain.clashes]
        return [*found, *(self._bundle(group) for group in self._together(rows))]

    def clash(self, clash: Clash) -> Item:
        """Return a clash as an item."""
        parts = tuple(sorted(self.digest(row) for row in clash.theirs))
        mine = sorted(f"{row.kind}\0{row.aspect}\0{row.after}\0{row.old_id}" for row in clash.ours)
        told = "\n".join(("clash", clash.kind, *parts, *mine))
        first = (*clash.theirs, *clash.ours)[0]
        verdicts = [CHOICES[choice] for choice in ("theirs", "both", "ours") if choice in clash.choices]
        worded = "value" in clash.choices and first.worded
        if worded:
            verdicts.insert(1, Verdict.ADAPT)
        return Item(
            self._once(hashlib.sha256(told.encode()).hexdigest()),
            (clash.id,),
            "conflict",
            clash.german,
            clash.english,
            clash.theirs,
            clash.ours,
            first.place,
            self.key(first),
            clash=True,
            local=True,
            verdicts=(*verdicts, Verdict.LATER),
            worded=worded,
            parts=parts,
        )

    def _once(self, digest: str) -> str:
        """Tell apart what would have the same digest, such as two like attributes of one element."""
        self.seen[digest] += 1
        if self.seen[digest] == 1:
            return digest
        return hashlib.sha256(f"{digest}{self.seen[digest]}".encode()).hexdigest()

    def _together(self, rows: Sequence[Change]) -> list[list[Change]]:
        """Return groups that only make sense as one.

        What comes or goes, with the connections that hold it; a lane that comes or goes, with the steps it takes along.
        """
        above: dict[int, int] = {at: at for at in range(len(rows))}

        def top(at: int) -> int:
            while above[at] != at:
                above[at] = at = above[above[at]]
            return at

        owner: dict[tuple[str, str], int] = {}
        for at, row in enumerate(rows):
            if row.kind in ("added", "removed") and not row.ends:
                owner["new" if row.kind == "added" else "old", row.new_id or row.old_id or ""] = at
        for at, row in enumerate(rows):
            if row.kind in ("added", "removed", "reconnected"):
                for end in row.ends:
                    if end in owner:
                        above[top(at)] = top(owner[end])
            for lane in row.lanes:
                if owner.get(lane, at) != at:
                    above[top(at)] = top(owner[lane])
        for at, row in enumerate(rows):
            if row.kind in ("added", "removed") and (other := self._stand_in(rows, row, top)) is not None:
                above[top(at)] = top(other)
        # What was told of something new besides, such as a condition on a new flow, goes with it.
        born = {row.new_id: at for at, row in enumerate(rows) if row.kind == "added" and row.new_id is not None}
        for at, row in enumerate(rows):
            if row.kind not in ("added", "removed") and row.old_id is None and row.new_id in born:
                above[top(at)] = top(born[row.new_id])
        groups: dict[int, list[Change]] = {}
        for at, row in enumerate(rows):
            groups.setdefault(top(at), []).append(row)
        return list(groups.values())

    def _stand_in(self, rows: Sequence[Change], row: Change, top: Callable[[int], int]) -> int | None:
        """Return a change that leads, with others of its group, the way a connection led or will lead.

        Where a step comes in between two others, the direct way goes; where a step goes, a direct way comes.
        """
        if len(row.ends) != 2:
            return None
        start, goal = (self._end(end) for end in row.ends)
        other = "removed" if row.kind == "added" else "added"
        ways = [(at, each) for at, each in enumerate(rows) if each.kind == other and len(each.ends) == 2]
        starting = {top(at) for at, each in ways if self._end(each.ends[0]) == start}
        return next((at for at, each in ways if self._end(each.ends[1]) == goal and top(at) in starting), None)

    def _end(self, end: tuple[str, str]) -> str:
        side, id_ = end
        return (self.base_keys if side == "old" else self.their_keys).get(id_, id_)

    def _bundle(self, rows: list[Change]) -> Item:
        ordered = sorted(rows, key=lambda row: (bool(row.ends), -row.weight))
        first = ordered[0]
        parts = tuple(sorted(self.digest(row) for row in ordered))
        told = parts[0] if len(parts) == 1 else hashlib.sha256("\n".join(parts).encode()).hexdigest()
        standing = [row for row in ordered if not row.ends]
        touched = {self.key(row) for row in ordered if row.kind != "added"}
        touched |= {self.base_keys.get(id_, "") for row in ordered for id_ in _old_ends(row)}
        more = standing[1:]
        rest = max(0, len(more) - 2)
        german = [row.german for row in (first, *more[:2])] + ([f"Und {rest} weitere."] if rest else [])
        english = [row.english for row in (first, *more[:2])] + ([f"And {rest} more."] if rest else [])
        return Item(
            self._once(told),
            tuple(row.id for row in ordered),
            first.kind,
            " ".join(german),
            " ".join(english),
            tuple(ordered),
            place=first.place,
            element_key=self.key(first),
            local=bool(touched & self.local),
            worded=len(ordered) == 1 and first.worded,
            parts=parts,
        )


def _old_ends(row: Change) -> list[str]:
    """Return what a connection joined in the base."""
    return [id_ for side, id_ in row.ends if side == "old"]


def adopted(items: Iterable[Item], decisions: Mapping[str, Decided]) -> list[Item]:
    """Return the items that the decisions take over in some way."""
    taking = (Verdict.ADOPT, Verdict.ADAPT, Verdict.BOTH)
    return [item for item in items if (found := decisions.get(item.change)) is not None and found.verdict in taking]
