"""Every page: axe-core finds nothing in light and dark, nothing complains, nothing is wider than a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import visitor
from tests.browser.rules import CONTRAST, RULES

pytestmark = pytest.mark.browser

ENTRY, DESIGN = "/wetzlar/hundesteuer-soll", "/wetzlar/hundesteuer-design"
GUEST = ("/", "/library", "/services", "/services?q=hund&type=4", "/services/topics", "/services/99102013002000",
         "/services/portfolio", "/services/portfolio/breaks", "/services/portfolio/cities", "/services/landscape",
         "/cities", "/wetzlar", ENTRY, DESIGN, "/search?q=Hundesteuer", "/search?q=xyzxyz", "/login",
         "/login/reset", "/hilfe", "/suchhilfe", "/impressum", "/datenschutz", "/barrierefreiheit", "/barriere-melden",
         "/lizenzen", "/einfache-erklaerung", "/rechte", "/nirgends", "/medienbrueche",
         "/media-rules?try=Bescheid+drucken")  # fmt: skip
MODELLER = ("/", "/notifications", "/account/notifications", "/activity", "/marburg/activity", f"{ENTRY}/activity",
            "/marburg/sepa-mandat-soll/guests", "/marburg/sepa-mandat-soll/discussion",
            "/new", "/new/blank", "/new/upload", "/new/paste", "/new/table", "/new/zip", "/account", ENTRY,
            f"{ENTRY}/versions", f"{ENTRY}/compare", f"{ENTRY}/family", f"{ENTRY}/discussion", f"{ENTRY}/files",
            f"{ENTRY}/fork", "/marburg/sepa-mandat-soll/profile", "/marburg/sepa-mandat-soll/versions/new",
            "/marburg/sepa-mandat-soll/draw", "/marburg/wohngeld-soll/family")  # fmt: skip


IST = "/wetzlar/hundesteuer-ist"
WETZLAR = (f"{IST}/media-breaks", f"{IST}/media-breaks/analysis", f"{DESIGN}/media-breaks", f"{DESIGN}/maturity",
           f"{DESIGN}/maturity/rate?scale=1.1", DESIGN, f"{DESIGN}/design", f"{DESIGN}/values",
           f"{DESIGN}/values?of=marburg&slot=steuersatz", ENTRY, f"{ENTRY}/fim", f"{ENTRY}/fim/profile",
           f"{ENTRY}/fim/activities", f"{ENTRY}/fim/activities/Activity_AngabenNachfordern", "/bundles",
           "/new/xprozess")  # fmt: skip
COORDINATOR = (
    "/media-rules/edit?rule=MB-05",
    "/media-rules/words",
    "/maturity/criteria",
    "/services/portfolio",
    "/services/portfolio/progress",
    "/services/landscape",
    f"{ENTRY}/similar",
    "/services/new",
    "/services/import",
    "/services/99102013002000/edit",
    "/services/99102013002000/merge",
)
ADMINISTRATION = ("/admin", "/admin/accounts", "/admin/accounts/1", "/admin/requests", "/admin/log", "/admin/log/1",
                  "/admin/retention", "/admin/settings", "/admin/maintenance", "/cities/administration",
                  "/account/data")  # fmt: skip
PEOPLE = [
    ("", GUEST),
    ("modellierung@marburg.example", MODELLER),
    ("modellierung@wetzlar.example", WETZLAR),
    ("koordination@ikz.example", COORDINATOR),
    ("admin@ikz.example", ADMINISTRATION),
]


@pytest.mark.parametrize(("email", "paths"), PEOPLE)
def test_every_page_is_accessible_in_light_and_dark_complains_of_nothing_and_fits_a_telephone(
    chromium: Browser, hub_url: str, email: str, paths: tuple[str, ...]
):
    person = visitor(chromium.new_context(locale="de-DE"), hub_url, email)
    axe, wrong = Axe(), []
    for path in paths:
        person.page.set_viewport_size({"width": 1280, "height": 720})
        person.page.emulate_media(color_scheme="light")
        person.go(path)
        person.page.wait_for_timeout(400)
        found = axe.run(person.page, options=RULES).response["violations"]
        person.page.emulate_media(color_scheme="dark")
        person.page.wait_for_timeout(200)  # colours change gently
        found += axe.run(person.page, options=CONTRAST).response["violations"]
        wrong += [f"{path}: {row['id']} {row['nodes'][0]['html'][:120]}" for row in found]
        person.page.set_viewport_size({"width": 320, "height": 700})
        person.page.wait_for_timeout(150)
        if person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path}: scrolls sideways")
        wrong += [f"{path}: {line}" for line in person.complaints if "404" not in line]
        person.complaints.clear()
    assert wrong == []
