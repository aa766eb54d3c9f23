"""The rules that find media breaks: what holds, what the cooperation has added, and changing that."""

from datetime import datetime

from hub import bpmn
from hub.actions import media_effect, media_rules
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, PersonOut, entry_ref, person
from hub.errors import NotFound
from hub.inputs.findings import SendMediaRule, SendMediaWords
from hub.policy import findings as may
from hub.work import Work

routes = Routes("Regeln für Medienbrüche")
ALL = "/media-rules"
RULE = f"{ALL}/<rule>"
WORDS = "/media-rule-words"


class MediaRuleOut(Output):
    """A rule, and what the cooperation has added to it; words one an item."""

    rule: str
    on: bool
    own: bool
    """Not of the catalogue: the cooperation has made it."""
    label: str
    severity: str
    remedy: str
    source: str
    lexemes: list[str]
    weak: list[str]
    not_with: list[str]


class SetOut(Output):
    """One state of what the cooperation added."""

    number: int
    message: str
    author: PersonOut | None
    created_at: datetime


class MediaRuleList(Output):
    """The rules that hold, with their history, newest first; `number` counts the additions."""

    number: int
    version: str
    items: list[MediaRuleOut]
    history: list[SetOut]


class OneMediaRule(MediaRuleOut):
    """A rule, and the number of the additions it is read from."""

    number: int


class MediaWordsOut(Output):
    """False friends and names of digital ways that the cooperation added, for all rules."""

    number: int
    friends: list[str]
    digital: list[str]


class RuleEffectOut(Output):
    """A finding that would come, go or weigh differently."""

    entry: EntryRef
    element_name: str
    rule: str
    text: str
    before: str
    after: str


class EffectOut(Output):
    """What a change would do to the newest readable models."""

    more: int
    fewer: int
    other: int
    checked: int
    total: int
    examples: list[RuleEffectOut]


def _rule(rule: str, current: media_rules.Current, additions: bpmn.Additions) -> MediaRuleOut:
    held, base = current.rules.rules.get(rule), bpmn.media_rules().rules.get(rule)
    own, found = additions.of(rule), held or base
    return MediaRuleOut(
        rule=rule,
        on=held is not None,
        own=base is None,
        label=found.de if found is not None else own.de,
        severity=str(found.severity) if found is not None else own.severity,
        remedy=found.remedy_de if found is not None else own.remedy_de,
        source=found.source if found is not None else "",
        lexemes=list(own.lexemes),
        weak=list(own.weak),
        not_with=list(own.not_with),
    )


@routes.get(ALL, summary="Regeln auflisten", returns=MediaRuleList)
def list_media_rules(work: Work) -> MediaRuleList:
    """Return the rules that hold, those switched off, and the history of what was added."""
    current, additions = media_rules.current(work), media_rules.additions(work)
    known = dict.fromkeys([*current.rules.rules, *bpmn.media_rules().rules, *additions.rules])
    return MediaRuleList(
        number=current.number,
        version=current.version,
        items=[_rule(rule, current, additions) for rule in known],
        history=[
            SetOut(number=row.number, message=row.message, author=person(row.author), created_at=row.created_at)
            for row in media_rules.history(work)
        ],
    )


@routes.get(RULE, summary="Eine Regel lesen", returns=OneMediaRule)
def read_media_rule(work: Work, rule: str) -> OneMediaRule:
    """Return one rule, and what the cooperation has added to it."""
    current, additions = media_rules.current(work), media_rules.additions(work)
    if rule not in bpmn.media_rules().rules and rule not in additions.rules:
        raise NotFound
    return OneMediaRule(number=current.number, **_rule(rule, current, additions).model_dump())


def _effect(found: media_effect.Effect) -> EffectOut:
    return EffectOut(
        more=found.more,
        fewer=found.fewer,
        other=found.other,
        checked=found.checked,
        total=found.total,
        examples=[
            RuleEffectOut(
                entry=entry_ref(row.entry),
                element_name=row.element_name,
                rule=row.rule,
                text=row.text,
                before=row.before,
                after=row.after,
            )
            for row in found.examples
        ],
    )


@routes.post(
    f"{RULE}/effect", summary="Was eine geänderte Regel bewirken würde (Koordination)", body=SendMediaRule,
    returns=EffectOut, status=200,
)  # fmt: skip
def try_media_rule(work: Work, rule: str, body: SendMediaRule) -> EffectOut:
    """Say what the change would do to the library, without writing anything."""
    work.require(may.edit_media_rules)
    return _effect(media_effect.effect(work, media_rules.edited(work, rule, body.addition())))


@routes.put(RULE, summary="Eine Regel ergänzen (Koordination)", body=SendMediaRule, returns=OneMediaRule, match="")
def change_media_rule(work: Work, rule: str, body: SendMediaRule) -> OneMediaRule:
    """Replace what is added to a rule, or make one of one's own; `number` is the one that was read."""
    work.require(may.edit_media_rules)
    wanted = media_rules.edited(work, rule, body.addition())
    media_rules.change(work, wanted, number=body.number, message=body.message)
    return read_media_rule(work, rule)


@routes.get(WORDS, summary="Wörter für alle Regeln lesen", returns=MediaWordsOut)
def read_media_words(work: Work) -> MediaWordsOut:
    """Return the false friends and names of digital ways that were added."""
    own = media_rules.additions(work)
    return MediaWordsOut(number=media_rules.current(work).number, friends=list(own.friends), digital=list(own.digital))


@routes.put(
    WORDS, summary="Wörter für alle Regeln ändern (Koordination)", body=SendMediaWords, returns=MediaWordsOut,
    match="",
)  # fmt: skip
def change_media_words(work: Work, body: SendMediaWords) -> MediaWordsOut:
    """Replace the false friends and names of digital ways that were added; `number` is the one that was read."""
    work.require(may.edit_media_rules)
    rules = media_rules.additions(work).rules
    wanted = bpmn.Additions(body.words("friends"), body.words("digital"), rules)
    media_rules.change(work, wanted, number=body.number, message=body.message)
    return read_media_words(work)
