"""The word lists of the German analyser: loaded once, replaceable as a whole."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from hub.text.folding import expand, fold


@dataclass(frozen=True)
class Lexicon:
    """What the analyser knows about German words. Keys are expanded (ä as ae, ß as ss) and lower case."""

    parts: frozenset[str] = frozenset()
    """Words that compounds are made of."""
    modifiers: frozenset[str] = frozenset()
    """Forms that only stand before another part: `melde`, `wohn`."""
    whole: frozenset[str] = frozenset()
    """Words that are never split."""
    stop: frozenset[str] = frozenset()
    """Words without meaning for a search."""
    stems: dict[str, str] = field(default_factory=dict)
    """Root (or roots, separated by a space) of words the stemmer does not serve."""
    splits: dict[str, str] = field(default_factory=dict)
    """Compounds whose parts are given, separated by a space."""
    deeds: frozenset[str] = frozenset()
    """Words for what is done to nearly everything, such as `anmelden`; they change nothing in the index."""
    asking: frozenset[str] = frozenset()
    """Words of a question that say nothing in it, folded; they are left out of queries and stay in the index."""

    def learned(self, words: frozenset[str]) -> Lexicon:
        """Return this lexicon with more parts, learned from the hub's own texts."""
        return replace(self, parts=self.parts | words)

    @property
    def fingerprint(self) -> str:
        """A short hash of everything that changes how words are split."""
        rows = [sorted(self.parts), sorted(self.modifiers), sorted(self.whole), sorted(self.stop)]
        rows += [[f"{key}={value}" for key, value in sorted(table.items())] for table in (self.stems, self.splits)]
        return hashlib.sha256("\n".join(" ".join(row) for row in rows).encode()).hexdigest()[:16]


def data(name: str) -> str:
    """Return the text of the file `name` in `hub/text/data`."""
    return resources.files("hub.text").joinpath("data", name).read_text(encoding="utf-8")


@cache
def shipped() -> Lexicon:
    """Return the lexicon shipped with the hub."""
    lines = [line for line in data("parts.txt").splitlines() if not line.startswith("#")]
    listed = " ".join(lines).split()
    rules = tomllib.loads(data("words.toml"))
    return Lexicon(
        parts=frozenset(expand(word) for word in listed if not word.endswith("-")),
        modifiers=frozenset(expand(word[:-1]) for word in listed if word.endswith("-")),
        whole=frozenset(expand(word) for word in rules["whole"].split()),
        stop=frozenset(expand(word) for word in rules["stop"].split()),
        stems=rules["stems"],
        splits=rules["splits"],
        deeds=frozenset(rules["deeds"].split()),
        asking=frozenset(fold(word) for word in rules["asking"].split()),
    )
