"""Audit every page with axe-core in a fresh demonstration hub and keep what it found for the public statement."""

import json
import logging
import sys
import tempfile
import threading
from collections.abc import Iterator
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
from tests import needs  # noqa: E402
from tests.browser.conftest import ARGUMENTS, PATIENCE, visitor  # noqa: E402
from tests.browser.rules import RULES, STANDARDS  # noqa: E402
from tests.browser.test_every_page import PEOPLE  # noqa: E402

GRANT = "gemeinsame-prozesse-der-fuenf-staedte-vom-antrag-bis-zum-bescheid"
OF_GRANT, ROOM, PROCESS = f"/funding/{GRANT}", f"/funding/review/{GRANT}", "/wetzlar/hundesteuer-soll"
CITED = "/funding/review/… (zitierte Version)"
"""Its address holds a number of the database: the page of the statement leads there."""
FURTHER = [
    ("", (f"{PROCESS}/versions/1.00", "/searches", "/hilfe/foerdern-und-pruefen", "/sicherheit-melden",
          "/services/portfolio/progress", "/wetzlar/hundesteuer-design/versions/1.00", f"{PROCESS}/search?q=Hund")),
    ("koordination@ikz.example", (
        "/funding", "/funding/new", OF_GRANT, f"{OF_GRANT}/edit", f"{OF_GRANT}/plan", f"{OF_GRANT}/results/1",
        f"{OF_GRANT}/results/1/edit", f"{OF_GRANT}/results/new", f"{OF_GRANT}/efficiency", f"{OF_GRANT}/receipts",
        f"{OF_GRANT}/statements", "/funding/ledger", "/funding/ledger/1", "/funding/ledger/new", "/funding/reuse",
        "/funding/programmes", "/funding/programmes/ozg-modellkommunen", "/funding/programmes/new", f"{ROOM}/1",
        f"{OF_GRANT}/receipts/1", f"{OF_GRANT}/statements/1", "/search/words", "/collaboration/reviews/load")),
    ("foerderung@rp-giessen.example", (
        "/", "/funding", "/funding/review", ROOM, f"{ROOM}/1", CITED)),
    ("modellierung@marburg.example", (
        "/account/security", "/account/tokens", "/account/data", "/collaboration/inbox", "/collaboration/proposals",
        "/collaboration/reviews", "/collaboration/reviews/rules", "/collaboration/reviews/validity",
        "/collaboration/board", "/collaboration/matrix", "/collaboration/deviations", "/collaboration/legal",
        "/collaboration/agenda", "/collaboration/matrix/wetzlar/hundesteuer-soll", f"{PROCESS}/checks",
        f"{PROCESS}/release", f"{PROCESS}/proposals", f"{PROCESS}/reuse", f"{PROCESS}/suggest",
        "/limburg/hundesteuer-soll-limburg/deviations", "/limburg/hundesteuer-soll-limburg/offer",
        "/collaboration/board/balance", "/collaboration/matrix/service/1", f"{PROCESS}/proposals/1",
        f"{PROCESS}/proposals/3", "/people/3", "/account/confirm?next=/account")),
    ("admin@marburg.example", (
        "/", "/marburg", "/marburg/members", "/marburg/members/new", "/marburg/members/1", "/marburg/settings",
        "/marburg/deputies", "/marburg/rules", "/marburg/webhooks", "/marburg/webhooks/1")),
    ("freigabe@wetzlar.example", ("/", "/collaboration/reviews", f"{PROCESS}/release")),
    ("admin@ikz.example", ("/admin/index", "/admin/jobs", "/admin/mails", "/admin/system", "/cities/new")),
]  # fmt: skip
"""What the tests of every change leave out because of its cost: the rest of the pages, by who sees them."""

RESULT = ROOT / "hub" / "text" / "data" / "accessibility.json"
SCHEMES = ("light", "dark")


def everything() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (e-mail address, addresses) of everybody whose pages are audited; nobody's address is empty."""
    yield from (PEOPLE[0], *FURTHER, *PEOPLE[1:])


def audit(browser: Browser, url: str) -> dict[str, Any]:
    """Return date, tool, audited addresses and every finding: page, rule, weight, what it asks, number of places.

    Raises `RuntimeError` for a page that does not come: a statement that quietly counts fewer would be wrong.
    """
    told: dict[str, Any] = {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "engine": "",
        "standards": STANDARDS,
        "schemes": list(SCHEMES),
        "pages": [],
        "findings": [],
    }
    for email, paths in everything():
        # Colours that are still fading from one scheme to the other would be measured half way.
        context = browser.new_context(locale="de-DE", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        page = visitor(context, url, email).page
        for path in paths:
            if path == CITED:
                page.goto(f"{url}{ROOM}/1")
                page.locator("main a[href*='/versions/']").first.click()
                page.wait_for_url("**/versions/*")
            elif (answer := page.goto(url + path)) and answer.status >= 400 and path != "/nirgends":
                raise RuntimeError(f"{path}: {answer.status} for {email or 'a guest'}")
            told["pages"] = sorted({*told["pages"], path})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.wait_for_timeout(300)
                found = Axe().run(page, options=RULES).response
                told["engine"] = f"axe-core {found['testEngine']['version']}"
                for row in found["violations"]:
                    print(f"{path} ({scheme}): {row['id']} {row['nodes'][0]['html'][:200]}", flush=True)
                    told["findings"].append(
                        {
                            "page": path,
                            "scheme": scheme,
                            "rule": row["id"],
                            "impact": row["impact"],
                            "help": row["help"],
                            "places": len(row["nodes"]),
                        }
                    )
        context.close()
    return told


def main() -> int:
    """Make a hub, audit it, write the result; returns 1 if anything was found."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
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
        RESULT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        browser.close()
        server.shutdown()
    print(f"{len(found['pages'])} pages, {len(found['findings'])} findings")
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
