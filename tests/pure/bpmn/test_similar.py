"""Models of the same process find each other, whatever words and ids they use."""

from pathlib import Path

import pytest

from hub.bpmn.similar import Index, Signature, equal_steps, signature, similar
from hub.bpmn.similar_words import roots
from tests.pure.bpmn.small import CORPUS, corpus, small
from tests.timing import takes_less_than

DOG_TAX = small(
    "startEvent S Anmeldung eingegangen\ntask A Hundesteuer festsetzen\ntask B Steuerbescheid versenden\nendEvent E",
    "S>A A>B B>E",
)
DOG_TAX_TOO = small(
    "startEvent S Hund angemeldet\nuserTask A Steuer für Hund festsetzen\ntask B Bescheid über Steuer"
    " versenden\nendEvent E",
    "S>A A>B B>E",
)
PARKING = small(
    "startEvent S Antrag eingegangen\ntask A Halterdaten abrufen\ntask B Parkausweis ausstellen\nendEvent E",
    "S>A A>B B>E",
)


def test_the_same_process_in_other_words_comes_first() -> None:
    hits = similar(
        signature(DOG_TAX), {"parken": signature(PARKING), "hund": signature(DOG_TAX_TOO), "selbst": signature(DOG_TAX)}
    )
    assert [hit.key for hit in hits] == ["selbst", "hund", "parken"]
    assert hits[0].score == pytest.approx(1.0)
    assert hits[1].score > 2 * hits[2].score


def test_compounds_share_their_parts() -> None:
    assert set(roots("Hundesteuer")) & set(roots("Steuer für Hunde")) == {"steu", "hund"}
    assert set(roots("Bescheid weiterleiten")) & set(roots("Weiterleitung des Bescheids")) >= {"bescheid", "weiterlei"}


def test_structure_answers_where_no_word_is_shared() -> None:
    strange = small("startEvent S\ntask A Qwert\ntask B Zuiop\nendEvent E", "S>A A>B B>E")
    (hit,) = similar(signature(strange), [signature(PARKING)])
    assert hit.words == 0
    assert hit.structure > 0.9


def test_a_signature_is_kept_as_text() -> None:
    kept = signature(DOG_TAX, title="Hundesteuer")
    assert Signature.from_text(kept.to_text()) == kept


@pytest.mark.parametrize("text", ["[]", '["9",{},{},[]]', "nonsense"])
def test_text_that_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"signature|values"):
        Signature.from_text(text)


def test_words_may_come_from_another_analyser() -> None:
    assert signature(PARKING, normalise=lambda name: [name.upper()]).words["PARKAUSWEIS AUSSTELLEN"] == 1


def test_an_index_forgets_and_replaces() -> None:
    index: Index[int] = Index()
    index.put(1, signature(DOG_TAX))
    index.put(2, signature(PARKING))
    index.put(1, signature(PARKING))
    index.drop(2)
    index.drop(3)
    assert len(index) == 1
    assert [hit.key for hit in index.find(signature(DOG_TAX))] == [1]
    assert index.find(signature(PARKING), but=1) == []


def test_empty_models_are_like_nothing() -> None:
    assert similar(signature(small("")), [signature(PARKING)]) == []


def test_drawings_of_the_same_exercise_find_each_other() -> None:
    index: Index[Path] = Index()
    exercise: dict[Path, str] = {}
    for path, model in corpus("research"):
        found = signature(model)
        if found.words:
            index.put(path, found)
            exercise[path] = path.relative_to(CORPUS / "research").parts[1]
    right = total = 0
    for path, number in exercise.items():
        hits = index.find(index.signature(path), 10, but=path)
        right += sum(exercise[hit.key] == number for hit in hits)
        total += len(hits)
    assert right / total >= 0.97


def test_ten_thousand_models_are_searched_in_a_moment() -> None:
    index: Index[int] = Index()
    words = [f"w{number}" for number in range(3000)]
    for number in range(10_000):
        own = {words[(number * step + number // 3000) % 3000]: 1 for step in range(1, 40)}
        steps = tuple(frozenset(list(own)[at : at + 3]) for at in range(0, 39, 3))
        index.put(number, Signature(own, {"task>task": 12, "startEvent>task": 1}, steps))
    wanted = index.signature(4711)
    index.find(wanted)
    assert index.find(wanted)[0].key == 4711
    assert takes_less_than(0.3, lambda: index.find(wanted))


def test_only_the_models_among_which_one_asks_are_found() -> None:
    index: Index[str] = Index()
    for key, model in (("hund", DOG_TAX_TOO), ("parken", PARKING), ("selbst", DOG_TAX)):
        index.put(key, signature(model))
    assert [hit.key for hit in index.find(signature(DOG_TAX), among={"parken", "hund"})] == ["hund", "parken"]


def test_equal_steps_are_those_that_say_the_same() -> None:
    assert equal_steps(signature(DOG_TAX), signature(DOG_TAX)) == 2
    assert equal_steps(signature(DOG_TAX), signature(PARKING)) == 0
