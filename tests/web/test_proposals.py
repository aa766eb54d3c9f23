"""The pages of proposals: two cities, one change, and everything that can go wrong on the way."""

import re

import pytest
from flask import Flask
from lxml import html

from hub.actions import entries, proposals
from hub.store.entries import EntryKind
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

BASE = makers.bpmn("Antrag prüfen", "Bescheid erlassen", note="Alt")
PAIRS = ((b'name="Antrag pr', b'name="Vollen Antrag pr'), (b'"Bescheid erlassen"', b'"Bescheid senden"'))
FULDA = "modellierung@fulda.example"
SLUG = "hundesteuer-anmelden"


def changed(*pairs: tuple[bytes, bytes]) -> bytes:
    """Return the model with words exchanged."""
    data = BASE
    for old, new in pairs:
        assert old in data
        data = data.replace(old, new)
    return data


@pytest.fixture(autouse=True)
def pair(app: Flask) -> None:
    """Give Marburg an entry and Fulda a fork of it that has moved on."""
    with writing(app) as work:
        origin = makers.entry(work, BASE)
        assert origin.head is not None
        city = makers.organisation(work, "fulda")
        fork = entries.fork(work, origin, origin.head, city, title=origin.title, reason="Eigene Satzung")
        makers.version(work, fork, changed(*PAIRS))


@pytest.fixture
def fulda(client_for: ClientFor) -> Client:
    """Return a client of Fulda's modeller."""
    return client_for(FULDA)


def offered(fulda: Client) -> str:
    """Offer Fulda's changes to Marburg; return the proposal's address."""
    answer = fulda.send(f"/fulda/{SLUG}/offer", target=f"marburg/{SLUG}", title="Bitte ansehen")
    assert answer.status_code == 302, words(answer)
    return str(answer.location)


def revision(page: html.HtmlElement) -> str:
    """Return the revision the forms of a page name."""
    return str(page.xpath("//form[@data-decisions]//input[@name='revision']/@value")[0])


def verdict_fields(page: html.HtmlElement) -> list[str]:
    """Return the names of the radio groups, one for each change."""
    return list(dict.fromkeys(page.xpath("//input[starts-with(@name, 'verdict.')]/@name")))


def test_fulda_offers_and_marburg_decides_each_change_and_merges(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    assert "Bitte ansehen" in words(client.get("/collaboration/proposals?scope=in"))
    page = client.page(path)
    first, second = verdict_fields(page)
    reason = second.replace("verdict", "reason")
    sent = {first: "adopt", second: "decline", reason: "Gilt nur in Fulda"}
    answer = client.send(f"{path}/decide", revision=revision(page), **sent)
    assert answer.status_code == 302
    answer = client.send(f"{path}/merge", revision=revision(client.page(path)), message="Aus Fulda")
    assert answer.status_code == 302
    assert "Übernommen in Version 0.02" in words(client.get(path))
    assert "Vollen Antrag" in words(client.get(f"/marburg/{SLUG}")) or "Bescheid senden" in words(
        client.get(f"/marburg/{SLUG}")
    )


def test_declining_without_a_reason_is_told_beside_the_change_and_nothing_typed_is_lost(
    client: Client, fulda: Client
) -> None:
    path = offered(fulda)
    page = client.page(path)
    first, second = verdict_fields(page)
    answer = client.send(f"{path}/decide", revision=revision(page), **{first: "decline", second: "adopt"})
    assert answer.status_code == 422
    again = parsed(answer)
    assert len(again.xpath("//*[@role='alert']")) == 1
    assert again.xpath(f"//input[@name='{first}'][@checked]/@value") == ["decline"]
    assert again.xpath(f"//input[@name='{second}'][@checked]/@value") == ["adopt"]


def test_everything_can_be_taken_over_with_one_button(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    client.send(f"{path}/decide", revision=revision(client.page(path)), deed="rest")
    client.send(f"{path}/merge", revision=revision(client.page(path)), message="Alles")
    assert client.get(f"/marburg/{SLUG}/versions/0.02/source.bpmn").get_data() == changed(*PAIRS)


def test_the_proposer_sees_no_forms_to_decide(fulda: Client) -> None:
    page = fulda.page(offered(fulda))
    assert not verdict_fields(page)
    assert not page.xpath("//form[contains(@action, '/merge')]")


def test_whoever_may_not_read_one_side_finds_nothing_anywhere(app: Flask, client_for: ClientFor, fulda: Client) -> None:
    path = offered(fulda)
    limburg = client_for("lesen@limburg.example")
    assert limburg.get(path).status_code == 200
    with writing(app) as work:
        entries.find(work, "fulda", SLUG).visibility = "city"
    for person in ("lesen@limburg.example", "modellierung@marburg.example"):
        reader = client_for(person)
        for address in (path, f"{path}/theirs.source", f"{path}/theirs.svg", f"{path}/result.view"):
            assert reader.get(address).status_code == 404, address
        assert "Bitte ansehen" not in words(reader.get("/collaboration/proposals?state="))
        tab = reader.page(f"/marburg/{SLUG}").xpath("//nav[@class='tabs']//a[contains(@href, '/proposals')]")
        assert re.sub(r"\D", "", tab[0].text_content()) == "0"
        deeds: dict[str, dict[str, str]] = {
            "decide": {}, "merge": {"message": "x"}, "decline": {"reason": "x"}, "comments": {"text": "x"},
            "update": {},
        }  # fmt: skip
        for deed, fields in deeds.items():
            sent = fields if deed == "comments" else {**fields, "revision": "1"}
            assert reader.send(f"{path}/{deed}", **sent).status_code == 404, deed


@pytest.mark.parametrize("person", ["", "technik@rechenzentrum.example", "foerderung@rp-giessen.example"])
def test_outside_the_cooperation_there_are_no_proposals(
    app: Flask, client_for: ClientFor, fulda: Client, person: str
) -> None:
    path = offered(fulda)
    with writing(app) as work:
        entry = entries.find(work, "marburg", SLUG)
        entry.visibility = "public"
        makers.published(work, entry)
    outsider = client_for(person)
    assert outsider.get(f"/marburg/{SLUG}").status_code == 200
    assert outsider.get(path).status_code == 404
    assert "Bitte ansehen" not in words(outsider.get(f"/marburg/{SLUG}/proposals"))
    assert outsider.get("/collaboration/proposals").status_code == 404


def test_a_stale_form_shows_the_page_as_it_is_now_with_what_was_chosen_and_typed(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    page = client.page(path)
    stale = revision(page)
    change = page.xpath("//input[starts-with(@name, 'reason.')]/@name")[0].removeprefix("reason.")
    client.send(f"{path}/decide", revision=stale, deed="rest")
    declined = {f"verdict.{change}": "decline", f"reason.{change}": "Bei uns gilt eine eigene Satzung."}
    answer = client.send(f"{path}/decide", revision=stale, **declined)
    assert answer.status_code == 409
    assert "Inzwischen hat sich dieser Vorschlag geändert" in words(answer)
    assert 'value="Bei uns gilt eine eigene Satzung."' in answer.text
    answer = client.send(f"{path}/decline", revision=stale, reason="Das haben wir anders vereinbart.")
    assert answer.status_code == 409
    assert "Das haben wir anders vereinbart." in answer.text


def test_when_the_target_moves_on_the_proposal_is_brought_up_to_date_on_merging(
    app: Flask, client: Client, fulda: Client
) -> None:
    path = offered(fulda)
    client.send(f"{path}/decide", revision=revision(client.page(path)), deed="rest")
    with writing(app) as work:
        makers.version(work, entries.find(work, "marburg", SLUG), changed((b">Alt<", b">Neu<")))
    assert "neuere Version im Ziel" in words(client.get(path))
    behind = client.send(f"{path}/merge", revision=revision(client.page(path)), message="Alles")
    assert behind.status_code == 409
    assert "jetzt auf dem neuen Stand" in words(behind)
    client.send(f"{path}/merge", revision=revision(client.page(path)), message="Alles")
    merged = client.get(f"/marburg/{SLUG}/versions/0.03/source.bpmn").get_data()
    assert b">Neu<" in merged
    assert b"Vollen Antrag" in merged


def test_pressing_merge_twice_makes_one_version_and_no_error(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    client.send(f"{path}/decide", revision=revision(client.page(path)), deed="rest")
    number = revision(client.page(path))
    for _ in range(2):
        assert client.send(f"{path}/merge", revision=number, message="Alles").status_code == 302
    assert client.get(f"/marburg/{SLUG}/versions/0.03").status_code == 404


def test_a_change_is_suggested_with_a_file_and_no_fork(client: Client, fulda: Client) -> None:
    parent = fulda.page(f"/marburg/{SLUG}/suggest").xpath("//input[@name='parent']/@value")[0]
    answer = fulda.send(f"/marburg/{SLUG}/suggest", parent=parent, title="Genauer", source=changed(PAIRS[0]).decode())
    assert answer.status_code == 302
    page = client.page(answer.location)
    assert len(verdict_fields(page)) == 1


def test_a_drawn_suggestion_is_put_onto_the_original(client: Client, fulda: Client) -> None:
    parent = fulda.page(f"/marburg/{SLUG}/suggest").xpath("//input[@name='parent']/@value")[0]
    drawn = {"before": BASE.decode(), "after": changed(PAIRS[0]).decode()}
    answer = fulda.send(f"/marburg/{SLUG}/suggest/drawing", parent=parent, title="Gezeichnet", **drawn)
    assert answer.status_code == 201
    assert "Vollen Antrag" in words(client.get(answer.get_json()["url"]))


def test_the_result_edited_by_hand_is_published_with_both_parents(app: Flask, client: Client, fulda: Client) -> None:
    path = offered(fulda)
    client.send(f"{path}/decide", revision=revision(client.page(path)), deed="rest")
    result = client.get(f"{path}/result.source").get_data()
    after = result.replace(b"Vollen Antrag", b"Ganzen Antrag")
    number = revision(client.page(path))
    answer = client.send(
        f"{path}/draw/drawing", revision=number, message="Angepasst", before=result.decode(), after=after.decode()
    )
    assert answer.status_code == 201, answer.get_json()
    with writing(app) as work:
        made = entries.find(work, "marburg", SLUG).head
        theirs = entries.find(work, "fulda", SLUG).head
        assert made is not None
        assert theirs is not None
        assert made.merged_from_id == theirs.id
        assert b"Ganzen Antrag" in entries.source(work, made)


def test_only_who_may_opens_the_drawing_tool_on_result_or_suggestion(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    assert client.page(f"{path}/draw").xpath("//bpmn-modeler/@src") == [f"{path}/result.view"]
    assert fulda.get(f"{path}/draw").status_code == 403
    assert client.get(f"{path}/revise").status_code == 403
    assert fulda.get(f"{path}/revise").status_code == 409
    parent = fulda.page(f"/marburg/{SLUG}/suggest").xpath("//input[@name='parent']/@value")[0]
    sent = fulda.send(f"/marburg/{SLUG}/suggest", parent=parent, title="x", source=changed(PAIRS[0]).decode())
    page = fulda.page(f"{sent.location}/revise")
    number = page.xpath("//input[@name='revision']/@value")[0]
    drawn = {"before": changed(PAIRS[0]).decode(), "after": changed(*PAIRS).decode()}
    assert fulda.send(f"{sent.location}/revise/drawing", revision=number, **drawn).status_code == 201
    assert len(verdict_fields(client.page(sent.location))) == 2


def test_a_proposal_is_returned_with_a_question_and_sent_again(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    number = revision(client.page(path))
    answer = client.send(f"{path}/return", revision=number, reason="")
    assert answer.status_code == 422
    client.send(f"{path}/return", revision=number, reason="Gilt das auch für Marburg?")
    page = fulda.page(path)
    assert "Gilt das auch für Marburg?" in page.text_content()
    number = page.xpath("//form[contains(@action, '/send')]//input[@name='revision']/@value")[0]
    assert fulda.send(f"{path}/send", revision=number).status_code == 302
    assert verdict_fields(client.page(path))


def test_remarks_stand_at_their_change(client: Client, fulda: Client) -> None:
    path = offered(fulda)
    change = verdict_fields(client.page(path))[0].removeprefix("verdict.")
    client.send(f"{path}/comments", change=change, text="Warum **voll**?")
    remarks = fulda.page(path).xpath("//li[@data-change='0']//*[contains(@class, 'comment')]//strong")
    assert [found.text for found in remarks] == ["voll"]


def test_three_hundred_changes_are_all_there_in_groups(app: Flask, client: Client, client_for: ClientFor) -> None:
    steps = [f"Schritt {number}" for number in range(300)]
    with writing(app) as work:
        origin = makers.entry(work, makers.bpmn(*steps), title="Viel")
        assert origin.head is not None
        given = makers.content(makers.bpmn(*(f"{step} neu" for step in steps)))
        made = proposals.suggest(makers.as_person(work, FULDA), origin, origin.head, given, title="Viel auf einmal")
        proposals.send(makers.as_person(work, FULDA), made)
        path = f"/marburg/viel/proposals/{made.id}"
    page = client.page(path)
    names = verdict_fields(page)
    assert len(names) == 300
    assert page.xpath("//details[contains(@class, 'changes__group')]")
    answer = client.send(f"{path}/decide", revision=revision(page), **dict.fromkeys(names, "adopt"))
    assert answer.status_code == 302
    assert "alles entschieden" in words(client.get(path))


def test_designs_are_proposed_field_by_field(app: Flask, client: Client, fulda: Client) -> None:
    with writing(app) as work:
        makers.entry(work, kind=EntryKind.DESIGN, title="Design")
    page = fulda.page("/marburg/design/suggest")
    source = page.xpath("//textarea[@name='source']")[0].text.strip()
    parent = page.xpath("//input[@name='parent']/@value")[0]
    text = source.replace("zehn Minuten", "fünf Minuten")
    answer = fulda.send("/marburg/design/suggest", parent=parent, title="Schneller", source=text)
    assert answer.status_code == 302, words(answer)
    path = answer.location
    client.send(f"{path}/decide", revision=revision(client.page(path)), deed="rest")
    client.send(f"{path}/merge", revision=revision(client.page(path)), message="Übernommen")
    assert "fünf Minuten" in words(client.get("/marburg/design"))


def test_rights_taken_away_while_the_page_is_open_end_in_a_refusal(app: Flask, client: Client, fulda: Client) -> None:
    from sqlalchemy import select

    from hub.store.accounts import Membership, Role, User

    path = offered(fulda)
    number = revision(client.page(path))
    with writing(app) as work:
        user = work.session.scalars(select(User).where(User.email == "modellierung@marburg.example")).one()
        for held in work.session.scalars(select(Membership).where(Membership.user_id == user.id)):
            held.role = Role.READER
    assert client.send(f"{path}/decide", revision=number, deed="rest").status_code == 403


def test_the_inbox_offers_takes_over_and_declines(app: Flask, client: Client, fulda: Client) -> None:
    with writing(app) as work:
        news = changed((b'name="Steuer festgesetzt"', b'name="Steuer fest und bekannt"'))
        makers.version(work, entries.find(work, "marburg", SLUG), news)
    page = fulda.page("/collaboration/inbox")
    assert len(page.xpath("//li[contains(@class, 'change')]")) == 1
    change = page.xpath("//input[@name='change']/@value")[0]
    entry = page.xpath("//form[contains(@action, 'decline')]//input[@name='entry']/@value")[0]
    path = f"/fulda/{SLUG}/inbox/decline"
    assert fulda.send(path, entry=entry, change=change, reason="").status_code == 422
    assert client.send(path, entry=entry, change=change, reason="Fremd").status_code == 403
    assert fulda.send("/collaboration/inbox/adopt", entry=f"fulda/{SLUG}").status_code == 302
    assert b"Steuer fest und bekannt" in fulda.get(f"/fulda/{SLUG}/versions/0.03/source.bpmn").get_data()
    assert "Nichts Neues" in words(fulda.get("/collaboration/inbox"))


def test_cities_are_compared_on_a_page_and_as_a_table(client: Client, client_for: ClientFor) -> None:
    page = client.page(f"/collaboration/matrix/marburg/{SLUG}")
    cells = [" ".join(cell.text_content().split()) for cell in page.xpath("//td")]
    assert cells[0] == "=gleich"
    assert any(cell.startswith("≠geändert") for cell in cells)
    links = page.xpath("//td//a[contains(@href, '#change-')]/@href")
    assert client.get(links[0].partition("#")[0]).status_code == 200
    answer = client.get(f"/collaboration/matrix/marburg/{SLUG}/matrix.csv")
    assert "Zuständigkeit;Schritt;Fulda 0.02" in answer.get_data(as_text=True)
    assert SLUG in client.get("/collaboration/matrix").get_data(as_text=True)
    assert client_for().get(f"/collaboration/matrix/marburg/{SLUG}").status_code == 404


def test_deviations_get_their_reason_on_a_page(client: Client, fulda: Client) -> None:
    page = fulda.page(f"/fulda/{SLUG}/deviations")
    change = page.xpath("//input[@name='change']/@value")[0]
    path = f"/fulda/{SLUG}/deviations"
    answer = fulda.send(path, change=change, reason="Zwei Ämter", owner="Steueramt", expires_on="kein Datum")
    assert answer.status_code == 422
    assert "Zwei Ämter" in answer.get_data(as_text=True)
    sent = {"change": change, "reason": "Zwei Ämter", "owner": "Steueramt", "expires_on": "2020-01-31"}
    assert client.send(path, **sent).status_code == 403
    assert fulda.send(path, **sent).status_code == 302
    text = words(client.get("/collaboration/deviations?show=overdue"))
    assert "Zwei Ämter" in text
    assert "überfällig" in text
    assert client.get(f"/marburg/{SLUG}/deviations").status_code == 404


def test_the_family_says_how_far_each_has_gone(client: Client, client_for: ClientFor) -> None:
    text = words(client.get(f"/marburg/{SLUG}/family"))
    assert "eigene Versionen: 1, fehlende des Ursprungs: 0" in text
    assert "eigene Versionen" not in words(client_for().get(f"/marburg/{SLUG}/family"))
