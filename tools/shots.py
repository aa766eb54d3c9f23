"""Make the manual's screenshots: a fresh demo hub, a real browser, the same steps every time."""

import logging
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
GRANT = "sepa-lastschriftmandat-mit-freigabe-im-online-banking"
REVIEWED = "gemeinsame-prozesse-der-fuenf-staedte-vom-antrag-bis-zum-bescheid"
MODELLER = "modellierung@marburg.example"
PAGES = {
    MODELLER: {
        "benachrichtigungen": "/account/notifications",
        "fim": f"{ENTRY}/fim",
        "freigabe": "/marburg/gewerbe-anmelden-soll-marburg/release",
        "medienbrueche": "/marburg/wohngeld-ist/media-breaks",
        "oertliche-werte": f"{ENTRY}/values",
        "portfolio": "/services/portfolio",
        "reifegrad": "/marburg/wohngeld-design/maturity",
        "sicherheit": "/account/security",
    },
    "modellierung@giessen.example": {"eingang": "/collaboration/inbox"},
    "koordination@ikz.example": {
        "plan": "/collaboration/board",
        "staedtevergleich": f"/collaboration/matrix{ENTRY}",
        "foerdervorhaben": f"/funding/{GRANT}",
    },
    "foerderung@rp-giessen.example": {"pruefraum": f"/funding/review/{REVIEWED}/1"},
    "admin@ikz.example": {"verwaltung": "/admin"},
}
"""Account → name of a picture → the page it shows."""


def sign_in(page: Page, url: str, email: str) -> None:
    """Sign in with one of the sample accounts."""
    page.goto(f"{url}/login")
    page.fill("input#email", email)
    page.fill("input#password", DEMO_PASSWORD)
    page.locator("main form.form button").first.click()
    page.wait_for_url(f"{url}/")


def take(page: Page, name: str, path: str | None = None, *, full: bool = False) -> None:
    """Keep a picture of the page, or of the one at an address."""
    if path is not None:
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{path} cannot be shown")
    page.wait_for_timeout(1800)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full, animations="disabled", caret="hide")


def walk(page: Page, url: str) -> None:
    """Walk through the hub as Marburg's modeller does, and keep a picture of each station."""

    def keep(name: str, path: str | None = None, *, full: bool = False) -> None:
        take(page, name, None if path is None else url + path, full=full)

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
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            url = f"http://127.0.0.1:{server.server_port}"
            for email, pages in PAGES.items():
                page = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 1300}).new_page()
                sign_in(page, url, email)
                for name, path in pages.items():
                    take(page, name, url + path)
                if email == MODELLER:
                    page.goto(f"{url}/collaboration/proposals")
                    page.locator("main .rows a, main td a").first.click()
                    take(page, "vorschlag")
                    page.set_viewport_size({"width": 1280, "height": 900})
                    walk(page, url)
            browser.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
