"""Write the design that a merge of designs leads to."""

from collections.abc import Iterable, Mapping, Sequence

from hub.design.blocks import BREAK, Unit, join, numbered
from hub.design.merge_decisions import Undecidable
from hub.design.merge_plan import Plan
from hub.design.merge_slots import INTRO, Piece, Side, Slot, Texts, Units, Value
from hub.design.model import Section, section_key, trimmed, write


def build(
    three: tuple[Side, Side, Side],
    texts: Texts,
    mine: Mapping[Slot, Piece],
    yours: Mapping[Slot, Piece],
    plan: Plan,
) -> bytes:
    """Return the canonical text of the result; raises `Undecidable` for two sections under one heading."""
    base, ours, theirs = three
    values = plan.values
    title = str(values.get(("title", "", 0, False)) or ours.design.title)
    sections: list[Section] = []
    for token in _order(three, plan):
        heading, text = _section(token, three, texts, mine, yours, values)
        if text is not None:
            sections.append(Section(section_key(heading), heading, text))
    keys = [section.key for section in sections]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise Undecidable("value", twice)
    intro = _text(INTRO, (ours, theirs), texts, (mine, yours), values)
    return write(title, _fields(base, ours, theirs, values), sections, intro)


def _order(three: tuple[Side, Side, Side], plan: Plan) -> list[str]:
    base, ours, theirs = three
    lead, other = (ours, theirs) if plan.order == "ours" else (theirs, ours)
    return _woven(_woven(lead.order, other.order), base.order)


def _woven(lead: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return `lead` with what only `other` has, each behind the one it stands behind there."""
    result = list(lead)
    for at, name in enumerate(other):
        if name not in result:
            before = next((one for one in reversed(other[:at]) if one in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, name)
    return result


def _fields(base: Side, ours: Side, theirs: Side, values: Mapping[Slot, Value]) -> dict[str, str]:
    result: dict[str, str] = {}
    for name in _woven(_woven(list(ours.design.fields), list(theirs.design.fields)), list(base.design.fields)):
        slot: Slot = ("field", name, 0, False)
        value = values[slot] if slot in values else base.design.fields.get(name, "")
        if isinstance(value, str) and value.strip():
            result[name] = value
    return result


def _section(
    token: str,
    three: tuple[Side, Side, Side],
    texts: Texts,
    mine: Mapping[Slot, Piece],
    yours: Mapping[Slot, Piece],
    values: Mapping[Slot, Value],
) -> tuple[str, str | None]:
    """Return heading and text of one section, None for a text that is not in the result."""
    base, ours, theirs = three
    slot: Slot = ("section", token, 0, False)
    if slot in values:
        added = values[slot]
        return (str(added[0]), str(added[1])) if isinstance(added, tuple) and len(added) == 2 else ("", None)
    if token not in base.sections:
        return "", None
    heading = values.get(("heading", token, 0, False), base.sections[token].heading)
    return str(heading), _text(token, (ours, theirs), texts, (mine, yours), values)


def _text(
    token: str,
    both: tuple[Side, Side],
    texts: Texts,
    changed: tuple[Mapping[Slot, Piece], Mapping[Slot, Piece]],
    values: Mapping[Slot, Value],
) -> str:
    """Return the text of a section; as a side has it, byte for byte, where only that side had a say."""
    wanted = _inside(token, values.items())
    for side, rows in zip(both, changed, strict=True):
        own = _inside(token, ((slot, piece.after) for slot, piece in rows.items()))
        if wanted == own and token in side.sections:
            return trimmed(side.sections[token].text)
    return join(numbered(_units(token, texts.base[token], values)))


def _inside(token: str, values: Iterable[tuple[Slot, Value]]) -> dict[Slot, Value]:
    return {slot: value for slot, value in values if slot[1] == token and slot[0] in ("block", "gap")}


def _units(token: str, base: Units, values: Mapping[Slot, Value]) -> list[Unit]:
    result: list[Unit] = []
    lost = ""
    for at in range(len(base) + 1):
        for tight in (True, False):
            result += _as_units(values.get(("gap", token, at, tight), ()))
        if at == len(base):
            break
        kept = _as_units(values.get(("block", token, at, False), (base[at],)))
        if not kept:
            # What stood behind it must not run into what stood before it.
            lost = max(lost, base[at].glue, key=len)
        elif len(lost) > len(kept[0].glue) and kept[0].kind in ("paragraph", "quote"):
            glue = lost if lost != BREAK or kept[0].kind != "quote" else BREAK
            kept = [Unit(kept[0].kind, kept[0].text, glue, kept[0].after), *kept[1:]]
        if kept:
            lost = ""
        result += kept
    return result


def _as_units(value: Value) -> list[Unit]:
    return [unit for unit in value if isinstance(unit, Unit)] if isinstance(value, tuple) else []
