"""A running site and a browser that reports every console message and policy violation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.browser.components.pages import create_site


@pytest.fixture(scope="session")
def component_browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def site() -> Flask:
    return create_site()


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """What browsers complained about; checked to be empty after each test."""
    return []


@pytest.fixture
def open_page(component_browser: Browser, address: str, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a page of the site in a context of its own; the test fails if the console says anything."""
    with ExitStack() as stack:
        contexts: dict[str, BrowserContext] = {}

        def show(
            path: str, *, width: int = 1280, scheme: str = "light", context: str = "one", script: bool = True
        ) -> Page:
            if context not in contexts:
                made = component_browser.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if scheme == "dark" else "light",
                    reduced_motion="reduce",
                    locale="de-DE",
                    java_script_enabled=script,
                    base_url=address,
                )
                stack.callback(made.close)
                contexts[context] = made
            page = contexts[context].new_page()
            page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
            page.goto(path)
            if script:
                page.wait_for_selector("html[data-scripts=ready]", state="attached")
            return page

        yield show
        assert complaints == []
