"""Traces by OpenTelemetry, switched on by the environment alone (extra `otel`).

One span for each request. Attributes are those of the log: names of
endpoints and figures. The ready-made instrumentations are not used, since they write whole addresses into spans.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

log = logging.getLogger("hub.tracing")
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The standard's own variable (OpenTelemetry specification, OTLP exporter): where spans are sent."""
Finish = Callable[[str, int, Mapping[str, str | int | float]], None]
"""Ends a span: name, HTTP status, attributes."""

_tracer: Any = None


def switch_on(version: str, exporter: Any = None) -> bool:
    """Send spans to `exporter`, by default to where the environment says; False if the libraries are missing."""
    global _tracer  # noqa: PLW0603 - a process has one tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError:
        log.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, but the extra otel is not installed")
        return False
    provider = TracerProvider(resource=Resource.create({"service.name": "hub", "service.version": version}))
    processor = BatchSpanProcessor(OTLPSpanExporter()) if exporter is None else SimpleSpanProcessor(exporter)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("hub", version)
    return True


def switch_off() -> None:
    """Make no more spans."""
    global _tracer  # noqa: PLW0603 - see above
    _tracer = None


def begin(parent: str | None) -> Finish | None:
    """Begin the span of a request; None while tracing is off. `parent` is the `traceparent` of a trusted proxy."""
    if _tracer is None:
        return None
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
    span = _tracer.start_span("request", context=context, kind=SpanKind.SERVER)

    def finish(name: str, status: int, attributes: Mapping[str, str | int | float]) -> None:
        span.update_name(name)
        span.set_attributes({**attributes, "http.response.status_code": status})
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    return finish
