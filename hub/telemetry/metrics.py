"""Figures for Prometheus, added up over all web processes of a machine.

The processes share files in `PROMETHEUS_MULTIPROC_DIR`, which `hub web` sets before they start. Labels are names of
the code (endpoints, methods, status codes), so their number is bounded and nobody is named.
"""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Gauges = Iterable[tuple[str, str, dict[str, str], float]]
"""Name, meaning, labels and value of each figure that is read at the moment of asking."""

_requests = Counter("hub_requests", "Answered requests", ["endpoint", "method", "status"])
_seconds = Histogram(
    "hub_request_seconds", "Seconds until an answer was ready", ["endpoint", "method"], buckets=BUCKETS
)
_database_seconds = Counter("hub_database_seconds", "Seconds spent waiting for the database", ["endpoint"])
_statements = Counter("hub_database_statements", "Statements sent to the database", ["endpoint"])
_sign_ins = Counter("hub_sign_ins", "Attempts to sign in", ["outcome"])


@lru_cache(maxsize=4000)
def _children(endpoint: str, method: str, status: int) -> tuple[Counter, Histogram, Counter, Counter]:
    """Return the figures of one kind of request; finding them anew costs more than counting."""
    return (
        _requests.labels(endpoint, method, str(status)),
        _seconds.labels(endpoint, method),
        _database_seconds.labels(endpoint),
        _statements.labels(endpoint),
    )


def count_request(
    endpoint: str | None, method: str, status: int, *, seconds: float, database_seconds: float, queries: int
) -> None:
    """Count an answered request; `endpoint` None stands for an address that does not exist."""
    method = method if method in METHODS else "other"
    requests, durations, waited, asked = _children(endpoint or "none", method, status)
    requests.inc()
    durations.observe(seconds)
    waited.inc(database_seconds)
    asked.inc(queries)


def count_sign_in(outcome: str) -> None:
    """Count an attempt to sign in: `accepted` or `refused`."""
    _sign_ins.labels(outcome).inc()


class _Now(Collector):
    def __init__(self, gauges: Callable[[], Gauges]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, meaning, labels, value in self._gauges():
            family = families.setdefault(name, GaugeMetricFamily(name, meaning, labels=list(labels)))
            family.add_metric(list(labels.values()), value)
        return families.values()


def _registry() -> CollectorRegistry:
    """Return a registry of the figures counted by all web processes of this machine."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def text(gauges: Callable[[], Gauges]) -> bytes:
    """Return everything in Prometheus' text format, `gauges` asked now."""
    now = CollectorRegistry()
    now.register(_Now(gauges))
    return generate_latest(_registry()) + generate_latest(now)


def slowest(count: int) -> list[tuple[str, str, int, float, float]]:
    """Return endpoint, method, number, mean and total seconds of what took most time since the start, worst first."""
    found: dict[tuple[str, str], list[float]] = {}
    for metric in _registry().collect():
        if metric.name != "hub_request_seconds":
            continue
        for sample in metric.samples:
            row = found.setdefault((sample.labels["endpoint"], sample.labels["method"]), [0.0, 0.0])
            if sample.name.endswith("_count"):
                row[0] += sample.value
            elif sample.name.endswith("_sum"):
                row[1] += sample.value
    rows = [(*key, int(number), total / number, total) for key, (number, total) in found.items() if number]
    return sorted(rows, key=lambda row: -row[3])[:count]
