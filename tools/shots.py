"""Make the manual's screenshots: a fresh demo hub, a real browser, the same steps every time."""

import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hub.app import create_app  # noqa: E402 - the path comes first
from hub.cli import seed  # noqa: E402
from hub.config import Settings  # noqa: E402
from hub.extensions import db  # noqa: E402
from hub.web.login import DEMO_PASSWORD  # noqa: E402

PICTURES = ROOT / "docs" / "handbuch" / "bilder"
ENTRY = "/wetzlar/hundesteuer-soll"


def shoot(page: Page, url: str) -> None:
    """Walk through the hub and keep a picture of each station."""

    def keep(name: str, path: str | None = None, *, full: bool = False) -> None:
        if path is not None:
            page.goto(url + path)
        page.wait_for_timeout(1800)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=full, animations="disabled", caret="hide")

    page.goto(f"{url}/login")
    page.fill("input#email", "modellierung@marburg.example")
    page.fill("input#password", DEMO_PASSWORD)
    page.locator("main form.form button").first.click()
    page.wait_for_url(f"{url}/")
    keep("start")
    keep("suche", "/search?q=Hundesteuer")
    page.goto(f"{url}{ENTRY}/discussion")
    page.fill("textarea#text", "Wie lange dauert die **Prüfung der Rasse** bei Ihnen?")
    page.select_option("#element", label="Rasse prüfen")
    page.get_by_role("button", name="Kommentar speichern").click()
    keep("diskussion")
    keep("eintrag", ENTRY)
    page.goto(f"{url}{ENTRY}/fork")
    page.fill("#reason", "Eigene Hundesteuersatzung")
    page.get_by_role("button", name="Ableiten").click()
    mine = page.url.removeprefix(url)
    page.goto(f"{url}{mine}/draw")
    page.locator("bpmn-modeler[data-state=ready]").wait_for()
    page.evaluate(
        """() => {
          const modeler = document.querySelector("bpmn-modeler").modeler;
          const task = modeler.get("elementRegistry").get("Activity_VollstaendigkeitPruefen");
          modeler.get("modeling").updateProperties(task, { name: "Angaben nach Marburger Satzung prüfen" });
          modeler.get("selection").select(task);
        }"""
    )
    page.evaluate("window.scrollTo(0, 0)")
    keep("zeichnen")
    page.fill("textarea#message", "Prüfung nach Marburger Satzung")
    page.get_by_role("button", name="Version speichern").click()
    page.wait_for_url("**/versions/0.02")
    keep("vergleich", f"{mine}/compare?from=0.01&to=0.02", full=True)
    keep("stammbaum", f"{mine}/family", full=True)
    keep("leistungsdesign", "/marburg/sepa-mandat-design/design")


def main() -> int:
    """Start a hub on a database of its own and take the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(f"sqlite:///{folder}/hub.sqlite3", "x" * 40, demo=True, testing=True))
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            seed.load(session, progress=lambda _: None, demo=True)
            session.commit()
            session.close()
        print(f"{datetime.now(UTC):%H:%M} hub ready")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
            shoot(context.new_page(), f"http://127.0.0.1:{server.server_port}")
            browser.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
