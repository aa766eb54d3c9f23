"""The rules on pages: tried by everybody, extended by the coordination with the effect in sight."""

from flask import Flask

from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

OFFICE = "koordination@ikz.example"


def _sent(**given: str) -> dict[str, str]:
    return {"rule": "MB-05", "number": "0", "lexemes": "rohrpost*", "message": "", **given}


def test_the_test_box_says_which_rules_a_text_raises_and_why(client: Client) -> None:
    said = words(client.get("/media-rules?try=Bescheid+drucken+und+versenden"))
    assert "MB-03 Ausdruck" in said
    assert "MB-05 Versand mit der Post" in said
    assert "löst einen Befund aus" in said
    assert "falscher Freund („Scanner-Pflege“)" in words(client.get("/media-rules?try=Scanner-Pflege"))
    assert "Darin steht kein Wort" in words(client.get("/media-rules?try=Antrag"))


def test_the_coordination_sees_the_effect_and_then_saves(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Rohrpost leeren"), title="Mit Rohrpost")
    office = client_for(OFFICE)
    preview = office.send("/media-rules/edit", **_sent(deed="preview", **{"try": "Rohrpost leeren"}))
    assert preview.status_code == 200
    said = words(preview)
    assert "+1Befunde kommen hinzu" in said
    assert "Mit Rohrpost" in said
    assert "MB-05 Versand mit der Post" in said
    assert "Versand mit der Post ergänzt" not in words(office.get("/media-rules"))
    assert office.send("/media-rules/edit", **_sent(deed="save", message="Rohrpost in Fulda")).status_code == 302
    saved = words(office.get("/media-rules"))
    assert "Versand mit der Post ergänzt" in saved
    assert "Rohrpost in Fulda" in saved


def test_a_refused_change_keeps_what_was_typed(client_for: ClientFor) -> None:
    office = client_for(OFFICE)
    answer = office.send("/media-rules/edit", **_sent(deed="save", lexemes="(rohrpost", message="Rohrpost"))
    assert answer.status_code == 422
    page = parsed(answer)
    assert page.xpath("string(//textarea[@id='lexemes'])").strip() == "(rohrpost"
    assert page.xpath("//textarea[@id='lexemes']/@aria-invalid") == ["true"]
    assert "Rohrpost" in page.xpath("//input[@id='message']/@value")


def test_somebody_elses_change_in_between_is_told_and_loses_nothing(client_for: ClientFor) -> None:
    office = client_for(OFFICE)
    assert office.send("/media-rules/edit", **_sent(deed="save", message="Erste")).status_code == 302
    answer = office.send("/media-rules/edit", **_sent(deed="save", lexemes="brieftaube*", message="Zweite"))
    assert answer.status_code == 422
    assert "Inzwischen hat jemand anderes die Regeln geändert" in words(answer)
    assert parsed(answer).xpath("//input[@name='number']/@value") == ["1"]
    again = office.send("/media-rules/edit", **_sent(deed="save", number="1", lexemes="brieftaube*", message="Zweite"))
    assert again.status_code == 302


def test_false_friends_and_digital_ways_are_extended_for_all_rules(client_for: ClientFor) -> None:
    office = client_for(OFFICE)
    sent = {"number": "0", "friends": "postmappe*", "digital": "stadtbote", "message": "Ordner im Dokumentensystem"}
    assert "Befunde fallen weg" in words(office.send("/media-rules/words", deed="preview", **sent))
    assert office.send("/media-rules/words", deed="save", **sent).status_code == 302
    assert "postmappe*" in words(office.get("/media-rules"))


def test_only_the_coordination_gets_the_forms(client: Client, client_for: ClientFor) -> None:
    for path in ("/media-rules/edit?rule=MB-03", "/media-rules/words"):
        assert client.get(path).status_code == 403
        assert client.send(path.partition("?")[0], **_sent()).status_code == 403
    assert client_for(OFFICE).get("/media-rules/edit?rule=XX-99").status_code == 404
    assert client_for("").get("/media-rules").status_code == 200
