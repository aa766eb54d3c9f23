"""Broken models through the whole engine: a small, fixed share of what `make fuzz` does for an hour."""

import random

import pytest

from tests.fuzz.bpmn import ROOT, attempt, mutate


@pytest.mark.parametrize("seed", range(6))
def test_every_broken_model_gives_a_result_or_a_refusal_in_time(seed: int) -> None:
    files = sorted(ROOT.joinpath("processes").rglob("*.bpmn"))
    assert files
    rng = random.Random(seed)
    for _ in range(4):
        base = rng.choice(files).read_bytes()
        data = mutate(base, rng)
        assert attempt(base, data) is None
