"""The rules that find media breaks: the catalogue the hub brings along, and what the cooperation adds to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub import bpmn
from hub.errors import Conflict, Invalid
from hub.policy import findings as may
from hub.shelf import Shelf
from hub.store.findings import MediaRuleSet
from hub.work import Work

_RULE_ID = re.compile(r"[A-Z]{2,6}-[0-9]{2,3}")
_LONGEST = 100_000
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


def history(work: Work) -> list[MediaRuleSet]:
    """Return all states of the additions, newest first."""
    return list(work.session.scalars(select(MediaRuleSet).order_by(MediaRuleSet.number.desc()).limit(100)))


def additions(work: Work) -> bpmn.Additions:
    """Return what the cooperation has added."""
    return bpmn.read_additions(current(work).text)


def edited(work: Work, rule: str, addition: bpmn.Addition) -> bpmn.Additions:
    """Return the additions with another addition to one rule, without writing; raises `Invalid` if it makes no sense.

    A rule the catalogue does not have needs an id such as `MB-90`, a label, a severity and a remedy.
    """
    if not _RULE_ID.fullmatch(rule):
        raise Invalid(rule="rule_id")
    if rule not in bpmn.media_rules().rules and not addition.empty:
        needed = {"de": addition.de, "severity": addition.severity, "remedy_de": addition.remedy_de}
        if missing := [name for name, value in needed.items() if not value]:
            raise Invalid(**dict.fromkeys(missing, "required"))
    wanted = additions(work).with_rule(rule, addition)
    checked(wanted)
    return wanted


def checked(wanted: bpmn.Additions) -> bpmn.MediaRules:
    """Return the rules these additions make; raises `Invalid` at the field that cannot be used."""
    text = bpmn.write_additions(wanted)
    if len(text) > _LONGEST:
        raise Invalid(lexemes="too_long")
    try:
        return read(text)
    except bpmn.MediaRuleError as error:
        field = error.place.rpartition(".")[2]
        field = {"words": "digital"}.get(field, field)
        raise Invalid(**{field if field in FIELDS else "lexemes": error.sentence()}) from error


FIELDS = ("lexemes", "weak", "not_with", "severity", "de", "remedy_de", "friends", "digital")
"""Fields of the additions a refusal may name."""


def change(work: Work, wanted: bpmn.Additions, *, number: int, message: str) -> MediaRuleSet:
    """Make these additions hold for all cities from now on; the worker then searches all models anew.

    `number` is that of the additions the person started from: raises `Conflict("media_rules_changed")` if others hold
    by now, `Invalid` for rules that make no sense, unchanged ones, or a missing reason.
    """
    work.require(may.edit_media_rules)
    checked(wanted)
    text = bpmn.write_additions(wanted)
    known = current(work)
    if known.number != number:
        raise Conflict("media_rules_changed")
    if text == known.text:
        raise Invalid(message="media_rules_same")
    if not message.strip():
        raise Invalid(message="media_rules_message")
    made = MediaRuleSet(
        number=number + 1, text=text, message=message.strip(), author_id=work.actor.user_id, created_at=work.now
    )
    try:
        with work.session.begin_nested():
            work.session.add(made)
    except IntegrityError as error:  # somebody saved at the same moment
        raise Conflict("media_rules_changed") from error
    work.record("media_rules.changed", count=made.number)
    return made


def own_words(wanted: bpmn.Additions) -> Mapping[str, int]:
    """Return rule → number of words added to it."""
    return {id_: len(one.lexemes) + len(one.weak) + len(one.not_with) for id_, one in wanted.rules.items()}
