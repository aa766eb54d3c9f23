"""The entry point of a WSGI server."""

from hub.app import create_app
from hub.config import from_environment
from hub.telemetry import logs

settings = from_environment()
logs.configure(as_json=settings.logs_json)
app = create_app(settings)
