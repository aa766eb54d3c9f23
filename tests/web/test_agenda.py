"""The agenda of the next meeting is made from what is open and readable."""

import io

from flask import Flask
from icalendar import Calendar
from pypdf import PdfReader

from tests.clients import ClientFor, parsed, words

COORDINATION = "koordination@ikz.example"


def test_the_sample_library_makes_an_agenda_whose_links_lead_somewhere(sample_app: Flask) -> None:
    client = ClientFor(sample_app)(COORDINATION)
    page = client.get("/collaboration/agenda")
    text = words(page)
    for said in ("Offene Vorschläge", "Laufende Prüfungen", "Fristen der Förderung", "Minuten"):
        assert said in text
    links = parsed(page).xpath("//main//ul[contains(@class, 'rows')]//a/@href")
    assert len(links) > 3
    assert {client.get(link).status_code for link in links} == {200}


def test_the_meeting_can_be_taken_along_as_calendar_entry_and_pdf(sample_app: Flask) -> None:
    client = ClientFor(sample_app)(COORDINATION)
    when = "day=2026-12-03&time=09:30&place=Rathaus%20Wetzlar"
    event = Calendar.from_ical(client.get(f"/collaboration/agenda.ics?{when}").data).walk("VEVENT")[0]
    assert f"{event.decoded('dtstart'):%d.%m.%Y %H:%M %Z}" == "03.12.2026 09:30 CET"
    assert str(event["location"]) == "Rathaus Wetzlar"
    assert "Offene Vorschläge" in str(event["description"])
    reader = PdfReader(io.BytesIO(client.get(f"/collaboration/agenda.pdf?{when}").data))
    shown = "\n".join(page.extract_text() for page in reader.pages)
    assert "03.12.2026, 09:30 Uhr, Rathaus Wetzlar" in shown
    assert "Offene Vorschläge" in shown


def test_a_day_that_is_none_falls_back_and_outsiders_get_no_agenda(sample_app: Flask) -> None:
    assert ClientFor(sample_app)(COORDINATION).get("/collaboration/agenda?day=2026-99-99").status_code == 200
    for who in ("", "foerderung@rp-giessen.example"):
        for path in ("agenda", "agenda.pdf", "agenda.ics"):
            assert ClientFor(sample_app)(who).get(f"/collaboration/{path}").status_code == 404
