"""What the demonstration shows beyond the library itself: one module per noun, each with `plant(work)`."""

from collections.abc import Callable

from hub.cli.seeds import (
    coordination,
    fim,
    findings,
    funding,
    local_values,
    maturity,
    notifications,
    proposals,
    reviews,
    searches,
    services,
    webhooks,
)
from hub.work import Work

ALL: tuple[Callable[[Work], None], ...] = (
    services.plant,
    funding.plant,
    fim.plant,
    findings.plant,
    maturity.plant,
    local_values.plant,
    proposals.plant,
    reviews.plant,
    coordination.plant,
    notifications.plant,
    searches.plant,
    webhooks.plant,
)
"""In the order they build on each other; run once, by the hub itself, after the sample library was loaded."""
