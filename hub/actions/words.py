"""The coordination's word list for the search: synonyms, related terms, exceptions of the compound splitter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub import search
from hub.errors import Conflict, Invalid, NotFound
from hub.policy import searches as policy
from hub.search import understanding
from hub.store.words import QUERY_TIME, WordRule, WordRuleKind
from hub.text.tree import All, Concept, Node, Some, Token, Without
from hub.work import Work

MOST_RULES = 2_000
MOST_WORDS = 12
LONGEST = 60
_ONE_WORD = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_AT_LEAST = {WordRuleKind.SAME: 2, WordRuleKind.RELATED: 2, WordRuleKind.APART: 2, WordRuleKind.SPLIT: 3}


@dataclass(frozen=True, slots=True)
class Understood:
    """One word of a query as the search reads it."""

    text: str
    parts: tuple[str, ...]
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """How far the index has followed the rules."""

    stale: bool
    done: int
    total: int


def rules(work: Work) -> Sequence[WordRule]:
    """Return the rules in force, newest first."""
    work.require(policy.teach_words)
    return work.session.scalars(
        select(WordRule).where(WordRule.removed_at.is_(None)).order_by(WordRule.id.desc())
    ).all()


def find(work: Work, rule_id: int) -> WordRule:
    """Return a rule in force; raises `NotFound`."""
    work.require(policy.teach_words)
    rule = work.session.get(WordRule, rule_id)
    if rule is None or rule.removed_at is not None:
        raise NotFound
    return rule


def teach(work: Work, kind: WordRuleKind, words: Sequence[str], *, note: str = "") -> WordRule:
    """Add a rule. It holds from the next query on; what changes how words are split follows with a rebuild.

    Raises `Invalid(words=…)` for too few, too many or impossible words, `Conflict("word_rule_known")` for a repetition.
    """
    work.require(policy.teach_words)
    given = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    _refuse(kind, given)
    known = work.session.execute(select(WordRule.kind, WordRule.words).where(WordRule.removed_at.is_(None))).all()
    if (kind, "\n".join(given)) in {(row[0], row[1]) for row in known}:
        raise Conflict("word_rule_known")
    if len(known) >= MOST_RULES:
        raise Conflict("word_rules_full")
    rule = WordRule(kind=kind, words="\n".join(given), note=note, author_id=work.actor.user_id, created_at=work.now)
    work.session.add(rule)
    work.session.flush()
    understanding.taught(work.session.connection())
    work.record("words.taught", rule_kind=kind, words=", ".join(given))
    return rule


def _refuse(kind: WordRuleKind, given: Sequence[str]) -> None:
    if len(given) < _AT_LEAST.get(kind, 1):
        raise Invalid(words="words_split_few" if kind == WordRuleKind.SPLIT else "words_few")
    if len(given) > MOST_WORDS:
        raise Invalid(words="words_many")
    if any(len(word) > LONGEST for word in given):
        raise Invalid(words="words_long")
    if kind not in QUERY_TIME and not all(_ONE_WORD.fullmatch(word) for word in given):
        raise Invalid(words="words_single")
    if kind == WordRuleKind.PART and any(len(word) < 4 for word in given):
        raise Invalid(words="words_short")


def forget(work: Work, rule: WordRule) -> None:
    """Take a rule out of force."""
    work.require(policy.teach_words)
    rule.removed_at = work.now
    work.session.flush()
    understanding.taught(work.session.connection())
    work.record("words.forgotten", rule_kind=rule.kind, words=", ".join(rule.word_list))


def state(work: Work) -> State:
    """Return whether the index still has to follow a rule, and how far a rebuild has come."""
    done, total = search.progress(work.session)
    return State(search.stale(work.session), done, total)


def understood(work: Work, text: str) -> tuple[list[Understood], list[str]]:
    """Return how a query is read once all rules are in the index, word by word, and what is said about it."""
    work.require(policy.teach_words)
    query = understanding.trial(work.session.connection()).read(text)
    found = list(_read(query.root)) if query.root is not None else []
    return found, [hint.text for hint in query.hints]


def _read(node: Node) -> list[Understood]:
    if isinstance(node, Concept):
        typed, *others = node.options or ()
        same = [" ".join(" ".join(roots) for roots in option.sequences) for option in others]
        return [Understood(node.text, tuple(root for roots in typed.sequences for root in roots), tuple(same))]
    if isinstance(node, Token):
        return [Understood(node.label, (node.text,), ())]
    if isinstance(node, Without):
        return [Understood(f"− {one.text}", one.parts, one.same) for one in _read(node.node)]
    if isinstance(node, All | Some):
        return [one for child in node.nodes for one in _read(child)]
    return [Understood(f"{node.text}*", (node.text,), ())]
