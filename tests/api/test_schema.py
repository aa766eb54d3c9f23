"""Requests made from the description find no answer that it does not describe."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from hub import api
from hub.api.contract import Operation
from tests.api import fuzzing
from tests.conftest import open_copy

OPERATIONS = api.operations()


@pytest.fixture(scope="module")
def world(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[fuzzing.World]:
    with open_copy(blank_database, tmp_path_factory.mktemp("hub"), demo=False) as app:
        yield fuzzing.made(app)


@pytest.mark.parametrize("operation", OPERATIONS, ids=[row.name for row in OPERATIONS])
def test_every_answer_is_as_described(world: fuzzing.World, operation: Operation) -> None:
    fuzzing.attack(world, operation, examples=4, mode=GenerationMode.POSITIVE)
    with contextlib.suppress(Unsatisfiable):  # nothing can be sent that would not fit
        fuzzing.attack(world, operation, examples=2, mode=GenerationMode.NEGATIVE)
