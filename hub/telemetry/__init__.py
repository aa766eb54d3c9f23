"""What a running hub says about itself: log lines, figures, traces. No personal data but a user's number.

Pure of the hub: it knows neither tables nor pages.
"""

from hub.telemetry import database, logs, metrics, tracing
from hub.telemetry.measured import Measured, begin, current, end, request_id

__all__ = ["Measured", "begin", "current", "database", "end", "logs", "metrics", "request_id", "tracing"]
