"""Hostile titles, labels, Markdown and addresses in a real browser: nothing of them runs, leads out or complains."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, expect

from hub.actions import discussions, proposals
from hub.store.entries import EntryKind
from tests import makers
from tests.attacks.test_texts import LIVE
from tests.browser.conftest import Visitor, visitor
from tests.clients import writing

pytestmark = pytest.mark.browser

LABELS = (
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "</text><script>alert(1)</script>",
    "' onmouseover=alert(1) x='",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
TITLE = "Angriff <img src=x onerror=alert(1)>\"'><script>alert(1)</script>"
INJECTED = (
    "main img[src=x], main svg[onload], main iframe, main object, main embed, main base, "
    "main script:not([src]):not([type='application/json']), "
    "main [onerror], main [onclick], main [onload], main [onmouseover], main [onfocus], main [ontoggle], "
    "a[href^='javascript' i], a[href^='data:' i], a[href^='vbscript' i], a[href^='cid:' i]"
)
OF_ENTRY = (
    "", "/discussion", "/versions", "/versions/1.00", "/versions/1.01", "/compare", "/family", "/activity", "/files",
    "/checks", "/media-breaks", "/release", "/maturity", "/reuse", "/similar", "/proposals", "/profile", "/draw",
    "/fork", "/values", "/fim", "/search?q=alert",
)  # fmt: skip
MARK = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
ADDRESSES = (
    f"/search?q={MARK}", f"/library?q={MARK}", f"/services?q={MARK}", f"/search?q=a&city={MARK}",
    f"/media-rules?try={MARK}", f"/account?next=javascript:alert(1)#{MARK}", f"/library?__proto__[polluted]=1#{MARK}",
    "/cities?constructor[prototype][polluted]=1#javascript:alert(1)", f"/{MARK}", f"/marburg/{MARK}",
    f"/marburg/angriff?element={MARK}#{MARK}", f"/marburg/angriff/compare?old={MARK}&new={MARK}#element-{MARK}",
    f"/marburg/angriff/discussion?element={MARK}#comment-{MARK}", f"/services/landscape#{MARK}",
)  # fmt: skip


@dataclass
class Watched:
    """A visitor with everything that their pages asked for, and what they would have run."""

    visitor: Visitor
    proposal: int = 0
    asked: list[str] = field(default_factory=list)

    def look(self, path: str) -> list[str]:
        """Open a page, wait for its drawing, press Escape and Tab; return what is wrong with it."""
        page = self.visitor.go(path)
        drawn = page.locator("bpmn-viewer, bpmn-modeler, bpmn-compare")
        for at in range(drawn.count()):
            expect(drawn.nth(at)).to_have_attribute("data-state", re.compile("ready|hidden|idle"))
        page.keyboard.press("Tab")
        found = [f"{path}: {line}" for line in self.visitor.complaints if "404" not in line]
        for at in range(page.locator(INJECTED).count()):
            found.append(f"{path}: {page.locator(INJECTED).nth(at).evaluate('e => e.outerHTML')}")
        if page.evaluate("({}).polluted !== undefined || window.x !== undefined"):
            found.append(f"{path}: something of the page was given another meaning")
        self.visitor.complaints.clear()
        return found


@pytest.fixture(scope="module")
def offered(sample_app: Flask) -> int:
    """Fill the library with what strangers would write; return the id of their proposal."""
    with writing(sample_app) as work:
        person = makers.as_person(work, "modellierung@marburg.example")
        source = makers.bpmn(*LABELS, name=LABELS[0], lane=LABELS[2], note="<![CDATA[<b onclick=alert(1)>]]>")
        entry = makers.entry(
            work,
            source,
            title=TITLE,
            visibility="public",
            contact=LABELS[1],
            summary=LABELS[0],
            about="\n\n".join(LIVE),
            tags=LABELS[0],
            legal_bases=LABELS[2],
        )
        entry.slug = "angriff"
        makers.published(work, entry)
        changed = makers.bpmn(*reversed(LABELS), name=LABELS[2])
        makers.version(work, entry, changed, LABELS[0])
        assert entry.published is not None
        assert entry.head is not None
        for text in ("\n\n".join(LIVE), *LABELS):
            discussions.write(person, entry, entry.head, text, element="step1" if text == LABELS[0] else None)
        other = makers.as_person(work, "modellierung@fulda.example")
        given = makers.content(makers.bpmn(*LABELS[2:], name=LABELS[1]))
        proposal = proposals.suggest(other, entry, entry.published, given, title=TITLE, description="\n\n".join(LIVE))
        proposals.send(other, proposal)
        design = makers.entry(
            work,
            makers.design("\n\n".join((*LIVE, *LABELS)).replace("\x00", "")),
            kind=EntryKind.DESIGN,
            title=TITLE,
            visibility="public",
        )
        design.slug = "angriff-design"
        return proposal.id


@pytest.fixture
def reader(chromium: Browser, hub_url: str, offered: int) -> Iterator[Watched]:
    """Sign a modeller in, in a library where strangers wrote what they could."""
    context = chromium.new_context(locale="de-DE")
    found = Watched(visitor(context, hub_url, "modellierung@marburg.example"))
    found.proposal = offered
    page = found.visitor.page

    def refuse(box: Dialog) -> None:
        found.visitor.complaints.append(f"dialog {box.message}")
        box.dismiss()

    page.on("dialog", refuse)
    page.on("request", lambda request: found.asked.append(request.url))
    yield found
    context.close()


def test_no_text_of_a_stranger_runs_on_any_page_that_shows_it(reader: Watched, hub_url: str) -> None:
    paths = [f"/marburg/angriff{path}" for path in OF_ENTRY]
    paths += [f"/marburg/angriff/proposals/{reader.proposal}"]
    paths += [f"/marburg/angriff-design{path}" for path in ("", "/design", "/discussion", "/media-breaks")]
    paths += [
        "/",
        "/marburg",
        "/marburg/activity",
        "/notifications",
        "/collaboration/proposals",
        "/collaboration/inbox",
    ]
    wrong = [line for path in paths for line in reader.look(path)]
    wrong += reader.look("/library?q=Angriff")
    expect(reader.visitor.page.locator("main")).to_contain_text("Angriff <img src=x onerror=alert(1)>")
    assert wrong == []
    assert [url for url in reader.asked if not url.startswith((hub_url, "data:", "blob:"))] == []


def test_nothing_in_an_address_runs(reader: Watched, hub_url: str) -> None:
    wrong = [line for path in ADDRESSES for line in reader.look(path)]
    page = reader.visitor.page
    page.evaluate(
        "window.postMessage({type: 'open', html: '<img src=x onerror=alert(1)>', url: 'javascript:alert(1)'}, '*')"
    )
    page.wait_for_function("() => document.readyState === 'complete'")
    assert wrong + reader.visitor.complaints == []
    assert [url for url in reader.asked if not url.startswith((hub_url, "data:", "blob:"))] == []


def test_no_other_site_shows_the_hub_in_a_frame(reader: Watched, hub_url: str) -> None:
    page = reader.visitor.page.context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(f"<iframe src='{hub_url}/account'></iframe>")
    page.frames[-1].wait_for_load_state()
    assert page.frame_locator("iframe").locator("main").count() == 0
    assert any("frame-ancestors" in line or "X-Frame-Options" in line for line in said), said
