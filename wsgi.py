"""The entry point of a WSGI server."""

from hub.app import create_app

app = create_app()
