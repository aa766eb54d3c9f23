"""What everybody did and saw while machines failed; lives outside everything that is killed."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did: the text it can be found by, and whether the server said it was done."""

    kind: str
    token: str
    outcome: str
    """`done`: acknowledged. `refused`: it was not done, and the page said so. `unknown`: there was no answer."""


@dataclass(slots=True)
class Journal:
    """Deeds and answers of all people."""

    deeds: list[Deed] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """What nobody should have seen: a page older than what was acknowledged, an outage without a word of help."""
    _done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, deed: Deed) -> None:
        """Note a deed."""
        with self._lock:
            self.deeds.append(deed)
            self._done += deed.outcome == "done"

    def saw(self, answer: str, seconds: float) -> None:
        """Note an answer and how long it took."""
        with self._lock:
            self.answers[answer] += 1
            self.waits.append(seconds)

    def wonder(self, what: str) -> None:
        """Note something that nobody should have seen."""
        with self._lock:
            self.strange.append(what)

    @property
    def done(self) -> int:
        """How many deeds were acknowledged so far."""
        return self._done

    @property
    def longest(self) -> float:
        """Seconds of the longest wait for an answer, or for the news that there is none."""
        return max(self.waits, default=0.0)

    def count(self, outcome: str) -> int:
        """Return how many deeds ended so."""
        return sum(1 for deed in self.deeds if deed.outcome == outcome)

    def kinds(self) -> dict[str, int]:
        """Return how many deeds of each kind were acknowledged."""
        return dict(sorted(Counter(deed.kind for deed in self.deeds if deed.outcome == "done").items()))

    def wait(self, share: float) -> float:
        """Return the seconds within which so great a share of all answers came."""
        ordered = sorted(self.waits)
        return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0
