"""Traces are optional, and hold no more than the log."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hub.app import create_app
from hub.telemetry import tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    assert tracing.switch_on("1.0", exporter)
    yield exporter
    tracing.switch_off()


def only(exporter: InMemorySpanExporter) -> Any:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_request_is_one_span_with_names_and_figures_only(app: Flask, spans: InMemorySpanExporter) -> None:
    app.test_client().get("/marburg/jemand@marburg.example?token=geheim", buffered=True)
    span = only(spans)
    assert span.name == "GET entries.show"
    assert span.attributes["http.response.status_code"] == 404
    assert span.attributes["hub.queries"] > 0
    assert "jemand" not in span.to_json()
    assert "geheim" not in span.to_json()


def test_only_a_proxy_of_our_own_may_begin_a_trace(app: Flask, spans: InMemorySpanExporter) -> None:
    app.test_client().get("/library", headers={"traceparent": PARENT}, buffered=True)
    assert only(spans).parent is None
    spans.clear()
    create_app(replace(app.config["HUB"], proxies=1)).test_client().get(
        "/library", headers={"traceparent": PARENT}, buffered=True
    )
    assert f"{only(spans).parent.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"


def test_without_being_asked_there_are_no_traces(app: Flask) -> None:
    assert tracing.begin(PARENT) is None
    assert app.test_client().get("/library", buffered=True).status_code == 200
