"""Laws of merging, on random edits of models: one's own, and real ones where the corpus is there."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub import bpmn
from tests.needs import need
from tests.pure.bpmn import merge_edits as m
from tests.pure.bpmn import merge_oracle as oracle
from tests.pure.bpmn.small import CORPUS

OWN = [
    (Path(__file__).parent / "fixtures" / name).read_bytes() for name in ("hundesteuer.bpmn", "roundtrip/original.bpmn")
]
LAW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32 - 1)


def models() -> list[bytes]:
    """Return own models and, where the corpus is there, every tenth labelled one of it."""
    found = list(OWN)
    if CORPUS.is_dir():
        for path in sorted((*(CORPUS / "miwg").rglob("*.bpmn"), *(CORPUS / "pairs").glob("*.a.bpmn")))[::10]:
            data = path.read_bytes()
            try:
                if len(data) < 60_000 and len(bpmn.read(data).nodes) > 2:
                    oracle.summary(data)
                    found.append(data)
            except (bpmn.Unreadable, ValueError):
                continue
    return found


MODELS = models()


def edited(data: bytes, rng: random.Random, tag: str) -> bytes:
    """Return the model after one to five edits of one person."""
    for number in range(rng.randint(1, 5)):
        edits = m.Edits(data, f"{tag}{number}").all(rng)
        data = edits[0].on(data) if edits else data
    return data


def merge(base: bytes, ours: bytes, theirs: bytes, decisions: dict[str, object] | None = None) -> bpmn.Merge:
    return bpmn.merge(bpmn.read(base), bpmn.read(ours), bpmn.read(theirs), decisions)  # type: ignore[arg-type]


def triple(seed: int) -> tuple[random.Random, bytes, bytes, bytes]:
    rng = random.Random(seed)
    base = rng.choice(MODELS)
    return rng, base, edited(base, rng, "A"), edited(base, rng, "B")


@LAW
@given(SEEDS)
def test_merging_into_an_unchanged_model_gives_theirs(seed: int) -> None:
    _, base, _, theirs = triple(seed)
    alone = merge(base, base, theirs).data
    # Byte for byte, unless a removed and an added step were taken for one; then it says the same.
    assert alone == theirs or oracle.summary(alone) == oracle.summary(theirs)
    touched = merge(base, base + b"<!-- -->", theirs)
    assert touched.conflicts == ()
    assert oracle.summary(touched.data) == oracle.summary(theirs)


@LAW
@given(SEEDS)
def test_merging_an_unchanged_model_gives_ours_byte_for_byte(seed: int) -> None:
    rng, base, ours, _ = triple(seed)
    assert merge(base, ours, base).data == ours
    assert merge(base, ours, oracle.rewritten(base, rng, new_ids=False)).data == ours


@LAW
@given(SEEDS)
def test_merging_the_same_changes_gives_ours(seed: int) -> None:
    rng, base, ours, _ = triple(seed)
    assert merge(base, ours, ours).data == ours
    again = merge(base, ours, oracle.rewritten(ours, rng, new_ids=False))
    assert again.conflicts == ()
    assert oracle.summary(again.data) == oracle.summary(ours)


@LAW
@given(SEEDS)
def test_the_two_sides_may_be_swapped(seed: int) -> None:
    _, base, ours, theirs = triple(seed)
    one, two = merge(base, ours, theirs), merge(base, theirs, ours)
    assert len(one.conflicts) == len(two.conflicts)
    if not one.conflicts:
        assert oracle.summary(one.data) == oracle.summary(two.data)


@LAW
@given(SEEDS)
def test_merging_twice_changes_nothing(seed: int) -> None:
    _, base, ours, theirs = triple(seed)
    once = merge(base, ours, theirs)
    assert merge(base, once.data, theirs).data == once.data


@LAW
@given(SEEDS)
def test_the_result_is_whole(seed: int) -> None:
    _, base, ours, theirs = triple(seed)
    result = merge(base, ours, theirs)
    sides = (ours, theirs)
    assert oracle.broken_references(result.data) <= oracle.broken_references(base).union(
        *map(oracle.broken_references, sides)
    )
    assert oracle.duplicate_ids(result.data) <= set().union(*map(oracle.duplicate_ids, sides))
    broken = {f.rule for f in result.findings if f.group == "reference" and f.severity is bpmn.Severity.ERROR}
    assert broken == set()


@LAW
@given(SEEDS)
def test_nothing_that_somebody_added_is_dropped_silently(seed: int) -> None:
    _, base, ours, theirs = triple(seed)
    result = merge(base, ours, theirs)
    told = " ".join(str(conflict.to_dict()) for conflict in result.conflicts)
    there = {element.label for element in result.model.order}
    for side in (ours, theirs):
        for element in bpmn.read(side).order:
            if element.label.startswith(("Schritt", "Abbruch", "Hinweis")):
                assert element.label in there or element.label in told


@LAW
@given(SEEDS)
@example(158)
def test_decisions_settle_every_conflict_and_replay(seed: int) -> None:
    rng, base, ours, theirs = triple(seed)
    decisions: dict[str, object] = {}
    result = merge(base, ours, theirs)
    for _ in range(5):
        if not result.conflicts:
            break
        for conflict in result.conflicts:
            decisions[conflict.id] = rng.choice([choice for choice in conflict.choices if choice != "value"])
        result = merge(base, ours, theirs, decisions)
    assert result.conflicts == ()
    assert merge(base, ours, theirs, decisions).data == result.data
    allowed = oracle.broken_references(base) | oracle.broken_references(ours) | oracle.broken_references(theirs)
    assert oracle.broken_references(result.data) <= allowed


@pytest.mark.parametrize("form", ["same formatting", "other formatting", "other ids"])
@LAW
@given(seed=SEEDS)
def test_independent_edits_both_arrive_whatever_tool_saved_them(form: str, seed: int) -> None:
    rng = random.Random(seed)
    base = rng.choice(MODELS if form != "other ids" else OWN[:1])
    first, second = m.Edits(base, "A").all(rng), m.Edits(base, "B").all(rng)
    pair = next(((a, b) for a in first for b in second if m.independent(a, b)), None)
    if pair is None:
        return
    ours, theirs = pair[0].on(base), pair[1].on(base)
    wanted = oracle.summary(pair[1].on(ours))
    if form != "same formatting":
        theirs = oracle.rewritten(theirs, rng, new_ids=form == "other ids")
    result = merge(base, ours, theirs)
    assert [conflict.sentence() for conflict in result.conflicts] == []
    assert oracle.summary(result.data) == wanted


@pytest.mark.parametrize("form", ["same formatting", "other formatting", "other ids"])
@LAW
@given(seed=SEEDS)
def test_true_conflicts_are_always_raised(form: str, seed: int) -> None:
    rng = random.Random(seed)
    base = rng.choice(MODELS if form != "other ids" else OWN[:1])
    first, second = m.Edits(base, "A").all(rng), m.Edits(base, "B").all(rng)
    for one in first:
        rivals = [
            two for two in second if two.target == one.target and two.name == one.name and one.name in m.VALUE_EDITS
        ]
        rivals += [two for two in second if {one.name, two.name} in ({"remove", n} for n in ("rename", "lane", "note"))
                   and not m.independent(one, two)]  # fmt: skip
        if not rivals:
            continue
        two = rng.choice(rivals)
        ours, theirs = one.on(base), two.on(base)
        if oracle.summary(base) in (oracle.summary(ours), oracle.summary(theirs)) or oracle.summary(
            ours
        ) == oracle.summary(theirs):
            continue
        if form != "same formatting":
            theirs = oracle.rewritten(theirs, rng, new_ids=form == "other ids")
        result = merge(base, ours, theirs)
        assert result.conflicts, (one.name, two.name, one.target)
        assert oracle.summary(
            merge(base, ours, theirs, {c.id: "ours" for c in result.conflicts}).data
        ) == oracle.summary(ours)
        return


def test_real_consecutive_versions_merge_to_the_later_one() -> None:
    need(CORPUS.is_dir(), "the corpus folder ../shared/corpus")
    for path in sorted((CORPUS / "pairs").glob("*.a.bpmn"))[::6]:
        try:
            old, new = (bpmn.read(p.read_bytes()) for p in (path, path.with_name(path.name.replace(".a.", ".b."))))
        except bpmn.Unreadable:
            continue
        ours = bpmn.read(old.source + b"<!-- -->")
        result = bpmn.merge(old, ours, new)
        assert result.conflicts == ()
        assert [change.sentence() for change in bpmn.diff(result.model, new).changes] == [], path.name
