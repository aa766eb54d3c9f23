"""The rules that find media breaks: the catalogue the hub brings along, and what the cooperation adds to it."""

from dataclasses import dataclass

from sqlalchemy import select

from hub import bpmn
from hub.shelf import Shelf
from hub.store.findings import MediaRuleSet
from hub.work import Work

_READ: Shelf[str, bpmn.MediaRules] = Shelf(20)
"""Rules by their additions; compiling the search words takes a hundred times longer than looking them up."""


@dataclass(frozen=True, slots=True)
class Current:
    """The rules that hold now."""

    rules: bpmn.MediaRules
    version: str
    """Changes with the catalogue, the analysis and every addition."""
    number: int
    """Number of the additions; 0 while there are none."""
    text: str
    """The additions, TOML."""


def current(work: Work) -> Current:
    """Return the rules that hold now."""
    row = work.session.execute(
        select(MediaRuleSet.number, MediaRuleSet.text).order_by(MediaRuleSet.number.desc()).limit(1)
    ).one_or_none()
    number, text = (row.number, row.text) if row is not None else (0, "")
    return Current(read(text), f"{bpmn.media_rules_version()}-{number}", number, text)


def read(text: str) -> bpmn.MediaRules:
    """Return the catalogue with the additions in `text`; raises `bpmn.MediaRuleError`."""
    if not text.strip():
        return bpmn.media_rules()
    known = _READ.get(text)
    if known is None:
        known = bpmn.read_media_rules(text.encode())
        _READ.put(text, known)
    return known
