"""Maturity on pages: a form that loses nothing, and two scales nobody confuses."""

from datetime import UTC, datetime

from flask import Flask

from hub.actions import maturity
from hub.inputs.maturity import RatedCriterion
from hub.store.entries import EntryKind
from hub.store.maturity import Scale
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

TODAY = datetime.now(UTC).date().isoformat()
SECRET = "Nur intern besprochen"


def _entry(app: Flask, *, public: bool = False) -> str:
    with writing(app) as work:
        entry = makers.entry(
            work, kind=EntryKind.DESIGN, service="Hundesteuer", visibility="public" if public else "ikz"
        )
        if public:
            makers.published(work, entry)
        return f"/marburg/{entry.slug}"


def _sent(**given: str) -> dict[str, str]:
    return {"scale": "1.1", "number": "0", "rated_on": TODAY, **given}


def test_a_rating_is_made_with_a_plain_form_and_shown_with_what_decides(app: Flask, client: Client) -> None:
    path = _entry(app)
    answer = client.send(
        f"{path}/maturity/rate",
        **_sent(**{"actual-1": "3", "actual-2": "2", "evidence-2": "Formular als PDF", "target": "4"}),
    )
    assert answer.status_code == 302
    said = words(client.get(f"{path}/maturity"))
    assert "2 von 10 Kriterien bewertet" in said
    assert "Kriterium 2 (nicht amtlich) entscheidet" in said
    assert "noch nicht OZG-konform (ab Stufe 3)" in said
    assert "Noch nicht bewertet" in said


def test_a_refused_rating_keeps_everything_typed_and_names_the_field(app: Flask, client: Client) -> None:
    path = _entry(app)
    answer = client.send(
        f"{path}/maturity/rate", **_sent(**{"actual-1": "3", "evidence-1": "Belegt", "link-1": "javascript:alert(1)"})
    )
    assert answer.status_code == 422
    page = parsed(answer)
    assert page.xpath("//input[@id='evidence-1']/@value") == ["Belegt"]
    assert page.xpath("//select[@id='actual-1']/option[@selected]/@value") == ["3"]
    assert page.xpath("//input[@id='link-1']/@aria-invalid") == ["true"]


def test_somebody_elses_rating_in_between_loses_nothing(app: Flask, client: Client) -> None:
    path = _entry(app)
    assert client.send(f"{path}/maturity/rate", **_sent(actual="1")).status_code == 302
    answer = client.send(f"{path}/maturity/rate", **_sent(actual="2", note="Meine Sicht"))
    assert answer.status_code == 422
    assert "Inzwischen hat jemand anderes bewertet" in words(answer)
    assert "Meine Sicht" in answer.text
    number = parsed(answer).xpath("//input[@name='number']/@value")[0]
    assert client.send(f"{path}/maturity/rate", **_sent(actual="2", number=number)).status_code == 302


def test_the_form_starts_from_the_last_rating(app: Flask, client: Client) -> None:
    path = _entry(app)
    client.send(f"{path}/maturity/rate", **_sent(**{"actual-4": "2", "evidence-4": "Gesehen"}))
    page = client.page(f"{path}/maturity/rate?scale=1.1")
    assert page.xpath("//select[@id='actual-4']/option[@selected]/@value") == ["2"]
    assert page.xpath("//input[@id='evidence-4']/@value") == ["Gesehen"]
    assert client.page(f"{path}/maturity/rate?scale=2.0").xpath("//input[@id='evidence-4']/@value") == [""]


def test_an_unknown_scale_is_not_found_and_a_stranger_may_not_rate(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app)
    assert client_for("modellierung@marburg.example").get(f"{path}/maturity/rate?scale=3.0").status_code == 404
    stranger = client_for("modellierung@fulda.example")
    assert stranger.get(f"{path}/maturity/rate").status_code == 403
    assert stranger.send(f"{path}/maturity/rate", **_sent(actual="1")).status_code == 403


def test_guests_see_the_level_and_no_evidence(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app, public=True)
    client_for("modellierung@marburg.example").send(
        f"{path}/maturity/rate", **_sent(**{"actual-1": "3", "evidence-1": SECRET, "note": SECRET})
    )
    guest = client_for("").get(f"{path}/maturity")
    assert "Online-Leistung" in words(guest)
    assert SECRET not in guest.text
    assert SECRET in client_for("foerderung@rp-giessen.example").get(f"{path}/maturity").text


def test_cities_are_compared_by_service(app: Flask, client: Client) -> None:
    path = _entry(app)
    with writing(app) as work:
        other = makers.entry(work, owner="fulda", service="Hundesteuer", title="Aus Fulda")
        assert other.head is not None
        maturity.rate(work, other, other.head, Scale.NEW, number=0, marks={1: RatedCriterion(actual=5)})
    assert "Aus Fulda" in words(client.get(f"{path}/maturity"))


def test_the_coordination_names_criteria_and_a_modeller_does_not(app: Flask, client_for: ClientFor) -> None:
    path = _entry(app)
    office = client_for("koordination@ikz.example")
    assert office.send("/maturity/criteria?scale=1.1", **{"name-1": "Zugang", "revision-1": "0"}).status_code == 302
    modeller = client_for("modellierung@marburg.example")
    assert "Zugang" in words(modeller.get(f"{path}/maturity/rate?scale=1.1"))
    assert modeller.get("/maturity/criteria").status_code == 403
    again = office.send("/maturity/criteria?scale=1.1", **{"name-1": "Eingang", "revision-1": "0"})
    assert again.status_code == 422
    assert "Eingang" in again.text
