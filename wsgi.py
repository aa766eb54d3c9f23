"""The entry point of a WSGI server."""

import os

from hub.app import create_app
from hub.config import VERSION, from_environment
from hub.telemetry import logs, tracing

settings = from_environment()
logs.configure(as_json=settings.logs_json)
if os.environ.get(tracing.ENDPOINT):
    tracing.switch_on(VERSION)
app = create_app(settings)
