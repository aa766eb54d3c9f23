"""Which section of one design is which of the other, and inside a section which unit is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from hub.design.blocks import Unit
from hub.design.model import Design
from hub.design.words import likeness

_MOST = 200
"""Units between equal ends beyond which no pairs are sought: repeated lines would take minutes."""
_PAIRS = 2_500
_ALIKE = 0.5
_SAME_SECTION = 0.6


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a text became another: `kept` maps a unit's place in the old text to its place in the new one."""

    kept: Mapping[int, int]
    gaps: Mapping[int, tuple[int, ...]]
    """Place in the old text → places of the new units that now stand before it."""


def align(old: Sequence[Unit], new: Sequence[Unit]) -> Alignment:
    """Return which unit became which, in order; those left over came or went."""
    kept: dict[int, int] = {}
    keys_old, keys_new = [unit.key for unit in old], [unit.key for unit in new]
    start = 0
    while start < min(len(old), len(new)) and keys_old[start] == keys_new[start]:
        kept[start] = start
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and keys_old[-1 - end] == keys_new[-1 - end]:
        kept[len(old) - 1 - end] = len(new) - 1 - end
        end += 1
    inner_old, inner_new = len(old) - start - end, len(new) - start - end
    if max(inner_old, inner_new) <= _MOST:
        matcher = SequenceMatcher(None, keys_old[start : start + inner_old], keys_new[start : start + inner_new], False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag == "equal":
                kept |= {start + i1 + at: start + j1 + at for at in range(i2 - i1)}
            elif tag == "replace":
                pairs = _pairs(old[start + i1 : start + i2], new[start + j1 : start + j2])
                kept |= {start + i1 + i: start + j1 + j for i, j in pairs}
    return Alignment(kept, _gaps(kept, len(old), len(new)))


def _gaps(kept: Mapping[int, int], old_count: int, new_count: int) -> dict[int, tuple[int, ...]]:
    gaps: dict[int, tuple[int, ...]] = {}
    place, done = 0, 0
    for i, j in [*sorted(kept.items()), (old_count, new_count)]:
        if done < j:
            # Right behind what stands before it, so that what went in between does not matter.
            gaps[place] = tuple(range(done, j))
        place, done = i + 1, j + 1
    return gaps


def _pairs(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    if len(old) == len(new) == 1:
        return [(0, 0)] if old[0].kind == new[0].kind else []
    if len(old) * len(new) > _PAIRS:
        return []
    # The best sum of likeness over pairs in order; as for the longest common subsequence.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    worth = [[_worth(one, other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            with_pair = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], with_pair)
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if worth[i][j] and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _worth(one: Unit, other: Unit) -> float:
    if one.kind != other.kind:
        return 0.0
    alike = likeness(one.text, other.text)
    if one.kind == "row" and _first_cell(one.text) == _first_cell(other.text) != "":
        alike = max(alike, 0.6 + alike / 10)
    return alike if alike >= _ALIKE else 0.0


def _first_cell(row: str) -> str:
    return row.strip().strip("|").partition("|")[0].strip()


def renamed(old: Design, new: Design) -> dict[str, str]:
    """Return key in `new` → key in `old` of sections that kept their text under another heading."""
    gone = [section for section in old.sections if new.section(section.key) is None]
    fresh = [section for section in new.sections if old.section(section.key) is None]
    pairs = sorted(
        ((likeness(one.text, other.text), at, to) for at, one in enumerate(gone) for to, other in enumerate(fresh)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: dict[str, str] = {}
    for alike, at, to in pairs:
        if alike < _SAME_SECTION or not gone[at].text.strip():
            break
        if gone[at].key not in found.values() and fresh[to].key not in found:
            found[fresh[to].key] = gone[at].key
    return found
