"""What programs send as JSON brings no zero byte to a database: PostgreSQL refuses what SQLite keeps."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

import hub.api
import hub.inputs
from hub.inputs import Input

READ_FIRST = {"source", "before", "after", "filters", "answer", "url", "q"}
"""Fields whose text goes through a reader of its own, which refuses it or cuts it into words."""
DIGESTED = {"password", "again", "current"}
"""Only their digest is kept."""


def inputs(kind: type[Input] = Input) -> Iterator[type[Input]]:
    """Yield all inputs there are."""
    for below in kind.__subclasses__():
        yield below
        yield from inputs(below)


def lets_through(annotation: Any) -> bool:
    try:
        return "\0" in str(TypeAdapter(annotation).validate_python("a\0b"))
    except ValidationError:
        return False


def test_fields_drop_zero_bytes_or_have_a_reader_that_minds_them() -> None:
    for package in (hub.inputs, hub.api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    fields = [(shape, name, field) for shape in set(inputs()) for name, field in shape.model_fields.items()]
    left = {name for _, name, field in fields if lets_through(field.rebuild_annotation())}
    assert left <= READ_FIRST | DIGESTED
