"""Media breaks on pages: found, shown, decided without a script, and told only to those who may read."""

from flask import Flask
from lxml import html

from hub.actions import entries, findings, media
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

MODELLER, OWNER = "modellierung@marburg.example", "freigabe@marburg.example"
PAPER = makers.bpmn("Bescheid ausdrucken", "Angaben prüfen", "Antrag faxen")
SECRET = "Nur intern besprochen"


def _entry(app: Flask, data: bytes = PAPER, *, service: str = "", nature: str = "") -> str:
    with writing(app) as work:
        entry = makers.entry(work, data, service=service, nature=nature)
        assert entry.head is not None
        media.refresh(work, entry.head)
        return f"/marburg/{entry.slug}"


def _ticks(page: html.HtmlElement) -> dict[str, str]:
    """Return rule → value of its box."""
    values = [box.get("value", "") for box in page.xpath("//input[@name='finding']")]
    return {value.split("|")[1]: value for value in values}


def _decide(client: Client, path: str, rule: str, **fields: str) -> int:
    box = _ticks(client.page(f"{path}/media-breaks"))[rule]
    sent = {"decision": "justified", "reason": SECRET, "legal_basis": "§\u00a05 HundeStS", **fields}
    return client.send(f"{path}/media-breaks", finding=box, **sent).status_code


def test_the_list_names_words_step_rule_and_remedy(app: Flask, client: Client) -> None:
    page = client.page(f"{_entry(app)}/media-breaks")
    first = page.xpath("//li[@id='finding-0']")[0]
    said = " ".join(first.text_content().split())
    assert "Ausdruck MB-03" in said
    assert "Schritt 2" in said
    assert first.xpath(".//mark/text()") == ["ausdrucken"]
    assert "Postfach des Nutzerkontos" in said


def test_a_decision_is_made_with_a_plain_form_and_shows_afterwards(app: Flask, client: Client) -> None:
    path = _entry(app)
    assert _decide(client, path, "MB-03") == 302
    said = words(client.get(f"{path}/media-breaks"))
    assert "begründet unvermeidbar · §\u00a05 HundeStS: Nur intern besprochen".replace("\u00a0", " ") in said


def test_several_findings_are_decided_at_once(app: Flask, client: Client) -> None:
    path = _entry(app)
    boxes = list(_ticks(client.page(f"{path}/media-breaks")).values())
    answer = client.send(f"{path}/media-breaks", finding=boxes, decision="no-break", reason="Nur ein Muster")
    assert answer.status_code == 302
    assert words(client.get(f"{path}/media-breaks")).count("Nur ein Muster") == len(boxes)


def test_a_refused_decision_keeps_what_was_typed_and_ticked(app: Flask, client: Client) -> None:
    path = _entry(app)
    box = _ticks(client.page(f"{path}/media-breaks"))["MB-03"]
    answer = client.send(f"{path}/media-breaks", finding=box, decision="justified", reason="Weil die Satzung es will")
    assert answer.status_code == 422
    assert "Bitte nennen Sie die Rechtsgrundlage" in words(answer)
    assert "Weil die Satzung es will" in answer.text
    assert parsed(answer).xpath("//input[@name='finding'][@checked]/@value") == [box]
    assert parsed(answer).xpath("//input[@name='decision'][@checked]/@value") == ["justified"]


def test_a_decision_over_somebody_elses_says_so_and_loses_nothing(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app)
    one, other = client_for(MODELLER), client_for(OWNER)
    box = _ticks(one.page(f"{path}/media-breaks"))["MB-03"]
    assert _decide(other, path, "MB-03") == 302
    answer = one.send(f"{path}/media-breaks", finding=box, decision="no-break", reason="Nur ein Muster")
    assert answer.status_code == 422
    assert "Inzwischen hat jemand anderes über einen dieser Befunde entschieden" in words(answer)
    (ticked,) = parsed(answer).xpath("//input[@name='finding'][@checked]/@value")
    assert ticked != box
    assert (
        one.send(f"{path}/media-breaks", finding=ticked, decision="no-break", reason="Nur ein Muster").status_code
        == 302
    )


def test_nonsense_in_the_form_is_refused_and_changes_nothing(app: Flask, client: Client) -> None:
    path = _entry(app)
    fields = {"decision": "no-break", "reason": "x"}
    assert client.send(f"{path}/media-breaks", finding="a|b", **fields).status_code == 404
    assert client.send(f"{path}/media-breaks", finding="a|MB-03|x", **fields).status_code == 404
    assert client.send(f"{path}/media-breaks", decision="vielleicht").status_code == 422
    with writing(app) as work:
        assert findings.history(work, entries.find(work, "marburg", path.rsplit("/", 1)[1])) == []


def test_a_single_finding_is_ticked_by_its_link(app: Flask, client: Client) -> None:
    path = _entry(app)
    page = client.page(f"{path}/media-breaks")
    link = page.xpath("//li[@id='finding-0']//a[contains(@href, '#decide')]/@href")[0]
    there = client.page(f"{path}/media-breaks{link.partition('#')[0]}")
    assert len(there.xpath("//input[@name='finding'][@checked]")) == 1


def test_people_of_another_city_see_findings_and_cannot_decide(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app)
    stranger = client_for("modellierung@fulda.example")
    assert stranger.page(f"{path}/media-breaks").xpath("//input[@name='finding']") == []
    assert stranger.send(f"{path}/media-breaks", finding="k|MB-03|0", decision="open").status_code == 403
    assert stranger.send(f"{path}/media-breaks/confirm", version="0.01").status_code == 403


def test_guests_learn_what_was_decided_but_not_why(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        entry = makers.published(work, makers.entry(work, PAPER, visibility="public"))
        path = f"/marburg/{entry.slug}"
    assert _decide(client_for(MODELLER), path, "MB-03") == 302
    said = words(client_for("").get(f"{path}/media-breaks"))
    assert "begründet unvermeidbar" in said
    assert SECRET not in said
    assert SECRET in words(client_for("foerderung@rp-giessen.example").get(f"{path}/media-breaks"))


def test_guests_do_not_learn_the_words_of_drafts(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        entry = makers.entry(work, makers.bpmn("Bescheid kuvertieren"), visibility="public")
        path = f"/marburg/{entry.slug}"
    assert _decide(client_for(MODELLER), path, "MB-03") == 302
    with writing(app) as work:
        entry = entries.find(work, *path.strip("/").split("/"))
        makers.version(work, entry, makers.bpmn("Bescheid ausdrucken"))
        makers.published(work, entry)
    assert "kuvertieren" in client_for(MODELLER).get(f"{path}/media-breaks").text
    assert "kuvertieren" not in client_for("").get(f"{path}/media-breaks").text


def test_free_of_media_breaks_stands_there_only_after_a_person_said_so(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app, makers.bpmn("Angaben prüfen"))
    owner = client_for(OWNER)
    assert "nicht geprüft" in words(owner.get(f"{path}/media-breaks"))
    assert owner.send(f"{path}/media-breaks/confirm", version="0.01", note="Angesehen").status_code == 302
    assert "Bestätigt von Freigabe Marburg" in words(owner.get(f"{path}/media-breaks"))
    refused = owner.send(f"{path}/media-breaks/withdraw", version="0.01", note="")
    assert refused.status_code == 422
    assert owner.send(f"{path}/media-breaks/withdraw", version="0.01", note="Irrtum").status_code == 302
    assert "nicht geprüft" in words(owner.get(f"{path}/media-breaks"))


def test_confirming_with_open_breaks_says_what_to_do_first(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app)
    answer = client_for(OWNER).send(f"{path}/media-breaks/confirm", version="0.01", note="")
    assert answer.status_code == 422
    assert "Es sind noch Befunde der Schwere H oder M offen" in words(answer)


def test_the_drawing_points_breaks_out_by_pattern_and_letter(app: Flask, client: Client) -> None:
    path = _entry(app)
    before = client.get(f"{path}/versions/0.01/media-breaks.svg").text
    assert 'class="bpmn-mark bpmn-mark-break-H"' in before
    assert "Medienbruch (H)" in before
    boxes = list(_ticks(client.page(f"{path}/media-breaks")).values())
    client.send(f"{path}/media-breaks", finding=boxes, decision="no-break", reason="Nur ein Muster")
    after = client.get(f"{path}/versions/0.01/media-breaks.svg").text
    assert "bpmn-mark-break-settled" in after
    assert "bpmn-mark-break-H" not in after


def test_the_text_version_has_a_letter_at_the_step_until_it_is_decided(app: Flask, client: Client) -> None:
    path = _entry(app)
    steps = "//li[@data-element='step1']//a[contains(@class, 'step-break')]"
    assert [link.get("title") for link in client.page(path).xpath(steps)] == ["Ausdruck"]
    assert _decide(client, path, "MB-03") == 302
    assert client.page(path).xpath(steps) == []


def test_the_analysis_shows_ways_versions_and_other_cities(app: Flask, client: Client) -> None:
    path = _entry(app, service="Hundesteuer", nature="ist")
    with writing(app) as work:
        for owner, visibility in (("fulda", "ikz"), ("giessen", "city")):
            other = makers.entry(
                work,
                PAPER,
                owner=owner,
                title=f"Aus {owner}",
                visibility=visibility,
                service="Hundesteuer",
                nature="ist",
            )
            assert other.head is not None
            media.refresh(work, other.head)
        soll = makers.entry(work, makers.bpmn("Angaben prüfen"), title="Ziel", service="Hundesteuer", nature="soll")
        assert soll.head is not None
        media.refresh(work, soll.head)
    said = words(client.get(f"{path}/media-breaks/analysis"))
    assert "2 × H" in said
    assert "Aus fulda" in said
    assert "Aus giessen" not in said
    assert "2 → 0" in said


def test_a_model_the_worker_has_not_seen_shows_its_figures_all_the_same(app: Flask, client: Client) -> None:
    with writing(app) as work:
        path = f"/marburg/{makers.entry(work, PAPER).slug}"
    assert "Medienbrüche offen (2)" in words(client.get(f"{path}/media-breaks"))


def test_the_formulas_are_published(client: Client) -> None:
    assert "Medienbruchquote" in words(client.get("/medienbrueche"))
