"""Element keys stay with the element, whatever happens to its id."""

import random

from hub import bpmn
from tests.pure.bpmn.small import corpus, small
from tests.pure.bpmn.test_match import renumbered

OLD = small("startEvent S\ntask A Antrag prüfen\ntask B Bescheid erstellen\nendEvent E", "S>A A>B B>E")


def test_every_element_has_its_own_key() -> None:
    for _, model in corpus("miwg", "Reference"):
        keys = bpmn.assign_keys(model, None, {})
        assert keys.keys() == {element.id for element in model.elements}
        assert len(set(keys.values())) == len(keys)


def test_the_same_publication_gives_the_same_keys() -> None:
    again = bpmn.read(OLD.source)
    assert bpmn.assign_keys(OLD, None, {}) == bpmn.assign_keys(again, None, {})


def test_keys_follow_elements_through_a_tool_that_rewrites_ids() -> None:
    keys = bpmn.assign_keys(OLD, None, {})
    other, new = renumbered(OLD, random.Random(3))
    carried = bpmn.assign_keys(other, OLD, keys)
    assert {new[id_]: key for id_, key in keys.items()} == carried


def test_a_new_element_gets_a_key_nobody_had() -> None:
    keys = bpmn.assign_keys(OLD, None, {})
    model = small("startEvent S\ntask A Antrag prüfen\ntask N Siegeln\nendEvent E", "S>A A>N N>E")
    fresh = bpmn.assign_keys(model, OLD, keys)
    assert fresh["A"] == keys["A"]
    assert fresh["N"] not in keys.values()


def test_an_element_that_comes_back_gets_its_key_back() -> None:
    keys = bpmn.assign_keys(OLD, None, {})
    without = small("startEvent S\ntask A Antrag prüfen\nendEvent E", "S>A A>E")
    between = bpmn.assign_keys(without, OLD, keys)
    assert bpmn.assign_keys(OLD, without, between)["B"] == keys["B"]


def test_an_unrelated_model_inherits_nothing() -> None:
    keys = bpmn.assign_keys(OLD, None, {})
    stranger = small("startEvent x1\ntask x2 Hund anmelden\ntask x3 Marke versenden\nendEvent x4", "x1>x2")
    assert not set(bpmn.assign_keys(stranger, OLD, keys).values()) & set(keys.values())
