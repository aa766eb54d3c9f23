"""Audit every page with axe-core in a fresh demonstration hub and keep what it found for the public statement."""

import json
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hub.app import create_app  # noqa: E402 - the path comes first
from hub.cli import seed  # noqa: E402
from hub.config import Settings  # noqa: E402
from hub.extensions import db  # noqa: E402
from hub.web.login import DEMO_PASSWORD  # noqa: E402
from tests import needs  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.test_every_page import PEOPLE, RULES  # noqa: E402

RESULT = ROOT / "hub" / "text" / "data" / "accessibility.json"
SCHEMES = ("light", "dark")


def audit(browser: Browser, url: str) -> dict[str, Any]:
    """Return date, tool, audited addresses and every finding: page, rule, weight, what it asks, number of places."""
    pages: set[str] = set()
    findings: list[dict[str, Any]] = []
    engine = ""
    for scheme in SCHEMES:
        for email, paths in PEOPLE:
            context = browser.new_context(locale="de-DE", color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            if email:
                page.goto(f"{url}/login")
                page.fill("input#email", email)
                page.fill("input#password", DEMO_PASSWORD)
                page.locator("main form.form button").first.click()
                page.wait_for_url(f"{url}/")
            for path in paths:
                page.goto(url + path)
                page.wait_for_timeout(300)
                found = Axe().run(page, options=RULES).response
                engine = f"axe-core {found['testEngine']['version']}"
                pages.add(path)
                findings += [
                    {
                        "page": path,
                        "scheme": scheme,
                        "rule": row["id"],
                        "impact": row["impact"],
                        "help": row["help"],
                        "places": len(row["nodes"]),
                    }
                    for row in found["violations"]
                ]
            context.close()
    return {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "engine": engine,
        "standards": RULES["runOnly"]["values"],
        "schemes": list(SCHEMES),
        "pages": sorted(pages),
        "findings": findings,
    }


def main() -> int:
    """Make a hub, audit it, write the result; returns 1 if anything was found."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        key = "a key for the audit only, long enough for production"
        app = create_app(Settings(f"sqlite:///{folder}/hub.sqlite3", key, demo=True, testing=True))
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            seed.load(session, progress=lambda _: None, demo=True)
            session.commit()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(executable_path=needs.chromium(), args=ARGUMENTS)
        found = audit(browser, f"http://127.0.0.1:{server.server_port}")
        browser.close()
        server.shutdown()
    RESULT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found['pages'])} pages, {len(found['findings'])} findings")
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
