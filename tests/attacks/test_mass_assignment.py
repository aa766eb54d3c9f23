"""Fields nobody asked for: no form and no operation takes one along."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from pydantic import ValidationError

from hub import api, inputs
from hub.inputs import Input
from hub.inputs.providers import LogoutToken
from tests.api.keys import Program, token_of
from tests.rights.browsing import json_for

SLIPPED = (
    "id",
    "role",
    "organisation_id",
    "system",
    "author_id",
    "state",
    "created_at",
    "active",
    "__class__",
    "__proto__",
)

TOLERANT = {LogoutToken}
"""What a provider sends may hold more, which is left aside (OpenID Connect Back-Channel Logout 1.0, 2.5)."""


def shapes() -> Iterator[type[Input]]:
    """Yield every described input."""
    for module in pkgutil.iter_modules(inputs.__path__):
        import_module(f"hub.inputs.{module.name}")
    left = [Input]
    while left:
        shape = left.pop()
        yield shape
        left += shape.__subclasses__()


def test_every_input_refuses_what_it_does_not_know_and_cannot_be_changed() -> None:
    found = set(shapes()) - TOLERANT
    assert len(found) > 80
    for shape in found:
        name = next(name for name in SLIPPED if name not in shape.model_fields)
        with pytest.raises(ValidationError) as refusal:
            shape.model_validate({name: "1"})
        assert ("extra_forbidden", (name,)) in [(row["type"], row["loc"]) for row in refusal.value.errors()], shape
        assert shape.model_config.get("frozen") is True, shape


def test_no_operation_takes_a_field_that_its_description_does_not_name(app: Flask) -> None:
    program = Program(app, token_of(app, "admin@ikz.example"))
    taken, asked = [], 0
    for operation in api.operations():
        if operation.body is None:
            continue
        names = [name for name in SLIPPED if name not in operation.body.model_fields]
        body: dict[str, Any] = {**(json_for(f"api.{operation.name}") or {}), **dict.fromkeys(names, 1)}
        path = re.sub(r"<int:\w+>", "1", operation.path)
        path = path.replace("<organisation>", "marburg").replace("<city>", "marburg")
        path = path.replace("<", "").replace(">", "")
        answer = program.send(operation.method, path, body)
        asked += 1
        if answer.status_code != 422 or not set(names) <= set(answer.get_json()["errors"]):
            taken.append(f"{operation.method} {path} answers {answer.status_code}")
    assert taken == []
    assert asked > 30
