"""A running hub with the sample library, and a real Chromium that notes every complaint of a page."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from hub.web.login import DEMO_PASSWORD
from tests import interfaces, needs

PATIENCE = 120_000
"""Milliseconds. What comes, comes at once on a quiet machine; nothing here is about how soon."""
expect.set_options(timeout=PATIENCE)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Handler(WSGIRequestHandler):
    """Gives up connections over which nothing comes: browsers open some beforehand."""

    timeout = 30


@pytest.fixture(scope="module")
def hub_url(sample_app: Flask) -> Iterator[str]:
    """Serve the sample hub on a free port of this machine and return its address."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedWSGIServer("127.0.0.1", 0, sample_app, handler=Handler)
    server.daemon_threads = False  # so that closing waits for answers still on their way
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the one headless Chromium of a run; Playwright allows no second one in the same process."""
    path = needs.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        browser.on("context", lambda opened: opened.set_default_timeout(PATIENCE))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _steady_network() -> Iterator[None]:
    """Hold off tests of other processes that would cut every connection of the browser."""
    with interfaces.steady():
        yield


@pytest.fixture(autouse=True)
def _nobody_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test has left open: pages that go on asking would ask the hub of the next file."""
    yield
    if "chromium" in request.fixturenames:
        for left in list(request.getfixturevalue("chromium").contexts):
            left.close()


@dataclass
class Visitor:
    """One person in one browser; `complaints` are console errors, CSP violations and failed scripts."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the hub."""
        self.page.goto(self.url + path)
        return self.page


def visitor(context: BrowserContext, url: str, email: str = "") -> Visitor:
    """Open a page in `context`, signed in as `email` if given."""
    page = context.new_page()
    found = Visitor(page, url)
    page.on("console", lambda line: found.complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    if email:
        page.goto(f"{url}/login")
        page.fill("input#email", email)
        page.fill("input#password", DEMO_PASSWORD)
        page.locator("main form.form button").first.click()
        page.wait_for_url(f"{url}/")
    return found
