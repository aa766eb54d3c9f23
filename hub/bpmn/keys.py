"""Keys by which elements are known across versions, forks and tools, whatever becomes of their BPMN ids.

Comments, findings and decisions hang on these keys. A key is never given to a second element of a model.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from hub.bpmn.canonical import squeezed
from hub.bpmn.match import Matching, match
from hub.bpmn.model import Element, Model

_LENGTH: Final = 13


def assign_keys(
    model: Model,
    previous: Model | None,
    previous_keys: Mapping[str, str],
    matching: Matching | None = None,
) -> dict[str, str]:
    """Return BPMN id → key for every element of `model`.

    `previous` is the version this one was made from (in a fork: of the origin) and `previous_keys` its keys.
    An element that was there before keeps its key; a new one gets a key made from its id, type and label,
    so that publishing the same thing again gives the same keys. `matching` saves the work if it is known already.
    """
    keys: dict[str, str] = {}
    if previous is not None:
        if matching is None:
            matching = match(previous, model)
        if not matching.unrelated:
            for old_id, new_id in matching.new_of.items():
                if (key := previous_keys.get(old_id)) is not None:
                    keys[new_id] = key
    taken = {*previous_keys.values(), *keys.values()}
    for element in model.order:
        if element.id not in keys:
            key = _fresh(element, taken)
            taken.add(key)
            keys[element.id] = key
    return {element.id: keys[element.id] for element in model.order}


def _fresh(element: Element, taken: set[str]) -> str:
    salt = 0
    while True:
        seed = "\0".join((element.id, element.type, squeezed(element.label), str(salt)))
        digest = blake2b(seed.encode(errors="surrogatepass"), digest_size=10).digest()
        key = "e" + base64.b32encode(digest).decode().lower()[:_LENGTH]
        if key not in taken:
            return key
        salt += 1
