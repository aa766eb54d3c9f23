"""Matching: the same element is found again without its id, and strangers are not taken for one another."""

import random
import re

import pytest

from hub import bpmn
from hub.bpmn.match import is_telling
from tests.needs import need
from tests.pure.bpmn.small import CORPUS, corpus, raw, small
from tests.timing import takes_less_than


def renumbered(model: bpmn.Model, rng: random.Random) -> tuple[bpmn.Model, dict[str, str]]:
    """Return the model with every id new, and old id → new id."""
    ids = set(re.findall(r"""\sid\s*=\s*["']([^"']+)["']""", model.text))
    new = {id_: f"n{rng.randrange(10**12):012d}" for id_ in sorted(ids)}
    reference = r"""(\s(?:\w+:)?(?:id|\w*Ref|\w*Element|default|choreographyActivityShape)\s*=\s*["'])([^"']*)"""
    text = re.sub(reference, lambda m: m[1] + new.get(m[2], m[2]), model.text)
    inside = r"(<(?:\w+:)?(?:incoming|outgoing|\w+Refs?|source|target)>\s*)([^<>\s]+)"
    text = re.sub(inside, lambda m: m[1] + new.get(m[2], m[2]), text)
    return bpmn.read(model.tree.decoded.encode(text)), new


@pytest.mark.parametrize("id_", ["Activity_0k3f9zx", "sid-1E2F3A4B-99", "approveInvoice", "obj.32205", "_8R8iQx_WEeW9"])
def test_an_id_nobody_makes_twice_is_telling(id_: str) -> None:
    assert is_telling(id_)


@pytest.mark.parametrize("id_", ["Task_1", "theTask", "StartEvent_1", "flow12", "Process_1", "P#task-1", "_12"])
def test_an_id_everybody_makes_is_not_telling(id_: str) -> None:
    assert not is_telling(id_)


def test_a_model_with_all_ids_new_matches_element_by_element() -> None:
    right = total = 0
    rng = random.Random(1)
    for _, model in corpus("research", "German"):
        other, new = renumbered(model, rng)
        matching = bpmn.match(model, other)
        assert not matching.unrelated
        total += len(model.elements)
        right += sum(1 for pair in matching if new.get(pair.old_id, pair.old_id) == pair.new_id)
    # What is drawn twice with the same label and the same neighbours cannot be told apart by anyone.
    assert right / total > 0.985


def test_a_released_fim_process_with_all_ids_new_is_the_same_process() -> None:
    compared = 0
    for _, model in corpus("fim"):
        found = bpmn.diff(model, renumbered(model, random.Random(1))[0])
        assert found.changes == ()
        compared += 1
    assert compared == 1


def test_a_renamed_task_between_known_neighbours_is_found_again() -> None:
    old = small("startEvent S Start\ntask A Antrag prüfen\ntask B Bescheid erstellen\nendEvent E Ende", "S>A A>B B>E")
    new = small(
        "startEvent x1 Start\ntask x2 Antrag prüfen\ntask x3 Gebühr festsetzen\nendEvent x4 Ende", "x1>x2 x2>x3 x3>x4"
    )
    pairs = {pair.old_id: pair for pair in bpmn.match(old, new)}
    assert pairs["B"].new_id == "x3"
    assert pairs["B"].confidence < pairs["A"].confidence


def test_an_inserted_task_does_not_shift_the_others() -> None:
    old = small("startEvent S\ntask A Antrag prüfen\nendEvent E", "S>A A>E")
    new = small("startEvent a\ntask b Antrag prüfen\ntask c Siegeln\nendEvent d", "a>b b>c c>d")
    assert {(p.old_id, p.new_id) for p in bpmn.match(old, new)} >= {("S", "a"), ("A", "b"), ("E", "d")}


def test_a_lane_is_known_by_who_is_in_it() -> None:
    lanes = '<laneSet><lane id="{0}" name="{1}"><flowNodeRef>{2}</flowNodeRef></lane></laneSet>'
    old = small("task A Antrag prüfen", inside=lanes.format("L", "Bauamt", "A"))
    new = small("task Z Antrag prüfen", inside=lanes.format("Q", "Fachdienst 61", "Z"))
    assert bpmn.match(old, new).new_of["L"] == "Q"
    assert [c.kind.value for c in bpmn.diff(old, new).changes] == ["renamed"]


def test_solutions_of_different_exercises_are_unrelated_and_of_the_same_one_mostly_not() -> None:
    need(CORPUS.is_dir(), "the corpus at ../shared/corpus")
    rng = random.Random(7)
    folders = [path for path in sorted(CORPUS.joinpath("research", "German").iterdir()) if path.is_dir()]
    models = [[bpmn.read(path.read_bytes()) for path in sorted(folder.glob("*.bpmn"))] for folder in folders]
    same = [bpmn.match(*rng.sample(rng.choice(models), 2)).unrelated for _ in range(60)]
    other = [bpmn.match(*(rng.choice(group) for group in rng.sample(models, 2))).unrelated for _ in range(60)]
    assert sum(same) <= 12
    assert sum(other) >= 51


def test_nothing_is_matched_twice() -> None:
    models = [model for _, model in corpus("miwg", "Reference")]
    for old in models:
        for new in models:
            matching = bpmn.match(old, new)
            assert len(matching.old_of) == len(matching.new_of) == len(matching)
            assert all(0 < pair.confidence <= 1 for pair in matching)


def test_a_hundred_elements_without_ids_are_matched_quickly() -> None:
    nodes = "\n".join(f"task T{n} Schritt {n} prüfen" for n in range(100))
    other = "\n".join(f"task U{n} Vorgang {n} kontrollieren" for n in range(100))
    old = small(nodes, " ".join(f"T{n}>T{n + 1}" for n in range(99)))
    new = small(other, " ".join(f"U{n}>U{n + 1}" for n in range(99)))
    # Four times the promise, so that a busy machine does not fail the suite; the benchmark measures the promise.
    assert takes_less_than(0.6, lambda: bpmn.match(old, new))


def test_two_strangers_with_default_ids_stay_strangers() -> None:
    words = "startEvent S Antrag da\ntask Task_1 Hund anmelden\ntask Task_2 Marke senden\nendEvent E Fertig"
    others = "startEvent S Baustelle offen\ntask Task_1 Statik prüfen\ntask Task_2 Nachbarn hören\nendEvent E Gebaut"
    old, new = small(words, "S>Task_1"), small(others, "S>Task_1")
    assert bpmn.match(old, new).unrelated


def test_an_empty_model_matches_an_empty_model() -> None:
    matching = bpmn.match(raw(""), raw(""))
    assert len(matching) == 0
    assert not matching.unrelated


def test_where_ids_hold_a_replaced_task_is_not_taken_for_a_renamed_one() -> None:
    old = small("startEvent S\ntask A Antrag prüfen\ntask B Bescheid erstellen\nendEvent E", "S>A A>B B>E")
    new = small("startEvent S\ntask A Antrag prüfen\ntask N Siegeln\nendEvent E", "S>A A>N N>E")
    assert "B" not in bpmn.match(old, new).new_of
