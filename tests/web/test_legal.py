"""The legal basis index: every spelling of a place, in every city, as far as one may read."""

from flask import Flask
from sqlalchemy import select

from hub.actions import deciding, legal
from hub.store.proposals import Proposal
from tests import makers
from tests.clients import ClientFor, parsed, words, writing

FULDA = "modellierung@fulda.example"


def filled(app: Flask) -> None:
    with writing(app) as work:
        shared = makers.entry(work, title="Gewerbe anmelden", legal_bases="§ 14 GewO", visibility="ikz")
        assert shared.head is not None
        from hub.actions import entries

        entries.fork(
            work, shared, shared.head, makers.organisation(work, "fulda"), title="Gewerbe Fulda", reason="Satzung"
        )
        makers.entry(work, title="Nur im Schritt", data=makers.bpmn(note="Nach § 14 Absatz 1 Gewerbeordnung"))
        makers.entry(work, title="Geheim", legal_bases="§ 14 GewO", visibility="city")
        makers.entry(work, title="Anderes", legal_bases="§ 15 GewO")


def test_a_place_is_found_in_every_spelling_and_grouped_by_origin(app: Flask, client_for: ClientFor) -> None:
    filled(app)
    page = client_for(FULDA).get("/collaboration/legal?law=§14 gewo")
    text = words(page)
    for said in ("Gewerbe anmelden", "Gewerbe Fulda", "Nur im Schritt", "Absatz 1 Gewerbeordnung"):
        assert said in text
    assert "Geheim" not in text
    assert "Anderes" not in text
    assert len(parsed(page).xpath("//section[starts-with(@aria-labelledby, 'family-')]")) == 2
    table = client_for(FULDA).get("/collaboration/legal.csv?law=§ 14 GewO").get_data(as_text=True)
    assert table.count("\r\n") == 4
    assert "Geheim" not in table


def test_a_narrower_place_finds_less_and_a_law_finds_all(app: Flask) -> None:
    filled(app)
    with writing(app) as work:
        hub = makers.as_person(work, FULDA)
        assert legal.find(hub, "§ 14 Abs. 1 GewO").places == 1
        assert legal.find(hub, "GewO").places == 4
        assert not legal.find(hub, "irgendwas").understood
        assert legal.find(hub, "§ 99 BGB").families == ()


def test_outsiders_get_no_index_and_odd_input_a_hint(app: Flask, client_for: ClientFor) -> None:
    for who in ("", "foerderung@rp-giessen.example", "technik@rechenzentrum.example"):
        assert client_for(who).get("/collaboration/legal?law=§ 14 GewO").status_code == 404
    for law in ("%22%22%22", "((((", "paragraph:", "x" * 5000, "\x00"):
        assert client_for(FULDA).get("/collaboration/legal", query_string={"law": law}).status_code == 200


def test_one_proposal_for_each_origin_says_what_changes_where_it_is_cited(app: Flask, client_for: ClientFor) -> None:
    filled(app)
    fulda = client_for(FULDA)
    sent = {"law": "§ 14 GewO", "note": "Die Anzeige ist nur noch online möglich."}
    assert fulda.send("/collaboration/legal", law="§ 14 GewO", note=" ").status_code == 422
    assert fulda.send("/collaboration/legal", law="§ 99 BGB", note="Neu").status_code == 422
    assert fulda.send("/collaboration/legal", **sent).status_code == 302
    listed = words(fulda.get("/collaboration/proposals?scope=mine"))
    assert listed.count("§ 14 GewO ändert sich") == 2
    assert "Geheim" not in listed
    assert fulda.send("/collaboration/legal", **sent).status_code == 302
    assert words(fulda.get("/collaboration/proposals?scope=mine")).count("§ 14 GewO ändert sich") == 2
    with writing(app) as work:
        found = work.session.scalars(select(Proposal)).all()
        assert {row.target.title for row in found} == {"Gewerbe anmelden", "Nur im Schritt"}
        state = deciding.state(makers.as_person(work, "modellierung@marburg.example"), found[0])
        (item,) = state.review.items
        assert "Die Anzeige ist nur noch online möglich." in item.after
