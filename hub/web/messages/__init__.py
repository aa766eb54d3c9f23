"""What people read for a code of the domain: one module per noun, German first.

A module may offer `SENTENCES` (code of a refusal → sentence), `LABELS` (table → stored value → word), `FLASHES`
(what was just done → confirmation) and `RIGHTS` (permission of `hub.policy` → words). All modules of this package
are read; a code said twice is an error at start.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from hub.web.language import language

SENTENCES: dict[str, object] = {}
LABELS: dict[str, dict[str, object]] = {}
FLASHES: dict[str, object] = {}
RIGHTS: dict[str, object] = {}


def _add(into: dict[str, object], more: Mapping[str, object]) -> None:
    if twice := set(into) & set(more):
        raise ValueError(f"said twice: {', '.join(sorted(twice))}")
    into.update(more)


def _collect() -> None:
    for name in sorted(found.name for found in iter_modules(__path__)):
        noun = import_module(f"{__name__}.{name}")
        _add(SENTENCES, getattr(noun, "SENTENCES", {}))
        _add(FLASHES, getattr(noun, "FLASHES", {}))
        _add(RIGHTS, getattr(noun, "RIGHTS", {}))
        for table, words in getattr(noun, "LABELS", {}).items():
            _add(LABELS.setdefault(table, {}), words)


_collect()


def sentence(code: str) -> str:
    """Return the sentence for `code`; what is no code is a finished sentence already."""
    return str(SENTENCES[code]) if code in SENTENCES else code


def label(value: object, table: str) -> str:
    """Return the word for a stored value, such as `label("soll", "nature")`."""
    return _word(str(value), table, language())


@lru_cache(maxsize=5000)
def _word(value: str, table: str, _language: str) -> str:
    """Return the word in the reader's language, which is part of the key."""
    return str(LABELS[table].get(value, value))


def choices(table: str) -> list[tuple[str, str]]:
    """Return (value, word) of a table, for a select."""
    return [(value, _word(value, table, language())) for value in LABELS[table]]


def flash_text(code: str) -> str:
    """Return a short confirmation for what was just done."""
    return str(FLASHES[code])
