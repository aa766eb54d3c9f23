"""The log, the deadlines and the settings under the administration's eyes."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from hub.cli import following
from hub.store.activity import Event
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.web.steps import SYSTEM_ADMIN


@pytest.fixture
def top(client_for: ClientFor) -> Client:
    return client_for(SYSTEM_ADMIN)


@pytest.fixture
def sealed(app: Flask) -> int:
    """Give the hub a sealed event that names somebody; return its number."""
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
        event = work.record("account.imported", who="Fachstelle Zwickelbaum")
        work.session.flush()
        number = event.id
    with app.app_context():
        while following.follow_events():
            pass
    return number


def test_the_log_is_filtered_by_the_address(top: Client, sealed: int) -> None:
    page = top.page("/admin/log")
    assert len(page.xpath("//tbody/tr")) >= 3
    assert len(top.page("/admin/log?kind=account").xpath("//tbody/tr")) == 1
    assert len(top.page("/admin/log?kind=%25").xpath("//tbody/tr")) == 0
    assert len(top.page("/admin/log?until=2020-01-01").xpath("//tbody/tr")) == 0
    assert top.get("/admin/log?since=x&actor=y&before=z&entry=99999999999").status_code == 200


def test_verifying_says_that_the_chain_holds_and_where_it_does_not(app: Flask, top: Client, sealed: int) -> None:
    assert "Das Protokoll hält:" in words(top.send("/admin/log/verify"))
    with writing(app) as work:
        work.session.get_one(Event, sealed).data = {"who": "Jemand anderes"}
    page = words(top.send("/admin/log/verify"))
    assert "Das Protokoll hält nicht" in page
    assert "Der Inhalt des Ereignisses wurde geändert." in page


def test_an_excerpt_holds_the_sealed_lines_of_the_selection(top: Client, sealed: int) -> None:
    answer = top.get("/admin/log/excerpt?kind=account.imported")
    (line,) = [json.loads(row) for row in answer.get_data(as_text=True).splitlines()]
    assert (line["event"], line["kind"]) == (sealed, "account.imported")
    assert "Zwickelbaum" not in answer.get_data(as_text=True)


def test_personal_content_is_erased_with_a_reason_and_the_chain_still_holds(
    app: Flask, top: Client, sealed: int
) -> None:
    assert "Zwickelbaum" in words(top.get(f"/admin/log/{sealed}"))
    assert top.send(f"/admin/log/{sealed}/erase", reason="").status_code == 422
    assert top.send(f"/admin/log/{sealed}/erase", reason="Antrag vom 21.11.2026").status_code == 302
    page = words(top.get(f"/admin/log/{sealed}"))
    assert "Zwickelbaum" not in page
    assert "Der Inhalt ist gelöscht" in page
    with app.app_context():
        while following.follow_events():
            pass
    assert "Das Protokoll hält:" in words(top.send("/admin/log/verify"))
    with writing(app) as work:
        erasure = work.session.scalars(select(Event.id).where(Event.kind == "log.erased")).one()
    top.send(f"/admin/log/{erasure}/erase", reason="Auch das")
    with writing(app) as work:
        assert work.session.get_one(Event, erasure).data["reason"] == "Antrag vom 21.11.2026"


def test_settings_are_changed_within_their_bounds_and_refused_beyond(top: Client) -> None:
    sent = {"name": "retention.mails", "revision": "0"}
    refused = top.send("/admin/settings", **sent, value="9999")
    assert refused.status_code == 422
    assert "9999" in refused.get_data(as_text=True)
    assert top.send("/admin/settings", **sent, value="viel").status_code == 422
    assert top.send("/admin/settings", **sent, value="60").status_code == 302
    assert top.send("/admin/settings", **sent, value="61").status_code == 409
    assert top.send("/admin/settings", name="secret_key", revision="0", value="1").status_code == 404
    assert "60" in words(top.get("/admin/retention"))


def test_the_page_of_deadlines_names_rules_and_runs(top: Client) -> None:
    page = words(top.get("/admin/retention"))
    assert "Letzte Suchen" in page
    assert "noch nie durchgesehen" in page
