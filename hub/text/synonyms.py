"""Synonyms and related terms: data that a coordinator edits, understood through the analyser.

They work while a query is read, never while a text is indexed; so a new synonym helps at once and nothing is rebuilt.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

from hub.text.analyse import Analyser, german
from hub.text.everyday import Everyday, Line
from hub.text.folding import clean, fold
from hub.text.lexicon import data

Roots = tuple[str, ...]
LONGEST = 4
"""Longest synonym in roots."""
MOST = 8
"""Most alternatives of one word in a query: its share of the work stays bounded."""


class Thesaurus:
    """Groups of words with one meaning, and lists of related terms."""

    def __init__(
        self,
        same: Iterable[Sequence[str]],
        related: Iterable[Sequence[str]],
        analyser: Analyser,
        everyday: Iterable[Line] = (),
        broader: Iterable[Sequence[str]] = (),
    ) -> None:
        self.groups = [tuple(group) for group in same]
        """Words with one meaning, as given."""
        self.lists = [tuple(terms) for terms in related]
        """Terms with those worth a look besides, as given."""
        self.kinds = [tuple(kinds) for kinds in broader]
        """A word, then words that say a kind of it: who looks for „Dackel“ also means „Hund“, and not the other way."""
        self.everyday = Everyday(everyday, analyser)
        self._same: dict[Roots, dict[Roots, None]] = {}
        self._above: dict[Roots, dict[Roots, None]] = {}
        self._related: dict[Roots, list[str]] = {}
        for group in self.groups:
            known = [roots for word in group if (roots := tuple(analyser.roots(clean(word)))) and len(roots) <= LONGEST]
            for roots in known:
                self._same.setdefault(roots, {}).update(dict.fromkeys(other for other in known if other != roots))
        for general, *kinds in self.kinds:
            above = tuple(analyser.roots(clean(general)))
            for kind in kinds:
                roots = tuple(analyser.roots(clean(kind)))
                if roots and roots != above:
                    self._above.setdefault(roots, {}).setdefault(above)
        for first, *others in self.lists:
            self._related.setdefault(tuple(analyser.roots(clean(first))), []).extend(others)

    def taught(
        self,
        analyser: Analyser,
        same: Iterable[Sequence[str]] = (),
        related: Iterable[Sequence[str]] = (),
        apart: Iterable[Sequence[str]] = (),
    ) -> Thesaurus:
        """Return this thesaurus read with `analyser`, with more groups, and without what is kept `apart`."""
        found = Thesaurus([*self.groups, *same], [*self.lists, *related], analyser, self.everyday.lines, self.kinds)
        for group in apart:
            known = {tuple(analyser.roots(clean(word))) for word in group}
            for roots in known:
                for other in known - {roots}:
                    found._same.get(roots, {}).pop(other, None)
        return found

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """The words it understands, folded → as written: somebody may mistype one that no text of the hub has."""
        found: dict[str, str] = {}
        for text in (*(word for group in (*self.groups, *self.kinds) for word in group), *self.everyday.texts):
            for word in re.findall(r"[^\W\d_]{5,}", clean(text)):
                found.setdefault(fold(word), word)
        return found

    def alternatives(self, roots: Roots) -> list[Roots]:
        """Return what else a word may be called, its parts considered: `kfz zulass` → `kraft fahrzeug zulass`."""
        found = dict(self._same.get(roots, {}))
        for size in range(min(len(roots) - 1, LONGEST), 0, -1):
            for start in range(len(roots) - size + 1):
                for other in self._same.get(roots[start : start + size], {}):
                    found.setdefault((*roots[:start], *other, *roots[start + size :]))
        found.pop(roots, None)
        return list(found)[:MOST]

    def means(self, roots: Roots) -> list[Roots]:
        """Return what the whole sequence of roots is also called: for synonyms of several words."""
        return list(self._same.get(roots, {}))[:MOST]

    def wider(self, roots: Roots) -> list[Roots]:
        """Return what a word is a kind of, and what that is also called: „Dackel“ is a „Hund“."""
        above = self._above.get(roots, {})
        return list(dict.fromkeys([*above, *(other for one in above for other in self._same.get(one, {}))]))[:MOST]

    def related(self, roots: Roots) -> list[str]:
        """Return terms worth a look for somebody who searched for `roots`."""
        return self._related.get(roots, [])


@cache
def shipped() -> Thesaurus:
    """Return the thesaurus shipped with the hub."""
    lists = tomllib.loads(data("synonyms.toml"))
    asked = tomllib.loads(data("everyday.toml"))["asked"]
    everyday = [(services, phrases) for services, phrases in asked]
    return Thesaurus(lists["same"], lists["related"], german(), everyday, lists["broader"])
