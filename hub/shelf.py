"""Things computed once and kept in this process: those used most lately, bounded by number, safe between threads."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """Keeps at most `most` things; the one unused for longest makes room."""

    def __init__(self, most: int) -> None:
        self._rows: OrderedDict[K, V] = OrderedDict()
        self._most, self._lock = most, Lock()

    def get(self, key: K) -> V | None:
        """Return what lies under `key`, None without anything."""
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        return None

    def put(self, key: K, value: V) -> None:
        """Keep `value` under `key`."""
        with self._lock:
            self._rows[key] = value
            self._rows.move_to_end(key)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
