"""Pages for taking along and bringing in."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub.cli import bundle, jobs, main
from hub.store.activity import Job
from tests import bundles as made
from tests import makers
from tests.clients import Client, ClientFor, words, writing


@pytest.fixture(autouse=True)
def entry(app: Flask) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, visibility="public"))
        makers.entry(work, title="Nur Fulda", owner="fulda", visibility="city")


def _work_on_jobs(app: Flask) -> None:
    with writing(app) as work:
        waiting = [(row.id, row.kind) for row in work.session.scalars(select(Job).where(Job.state == "waiting"))]
    with app.app_context():
        for key, kind in waiting:
            jobs.JOBS[kind](key)


def test_an_entry_is_taken_along_at_once(client: Client):
    answer = client.get("/marburg/hundesteuer-anmelden/bundle.zip")
    assert answer.status_code == 200
    assert "entries/marburg/hundesteuer-anmelden/versions/0001/process.bpmn" in made.files(answer.data)
    assert answer.data == client.get("/marburg/hundesteuer-anmelden/bundle.zip").data


def test_a_city_is_taken_along_with_progress_and_file(app: Flask, client: Client):
    answer = client.send("/bundles/export", organisation="marburg")
    place = answer.headers["Location"]
    assert "wartet" in words(client.get(place))
    assert client.get(f"{place}/file.zip").status_code == 404
    _work_on_jobs(app)
    assert "Paket herunterladen" in words(client.get(place))
    inside = made.files(client.get(f"{place}/file.zip").data)
    assert {name.split("/")[1] for name in inside if name.startswith("entries/")} == {"marburg"}
    assert client.send(f"{place}/forget").status_code == 302
    assert client.get(f"{place}/file.zip").status_code == 404


def test_nobody_takes_another_city_or_the_hub_along(client: Client):
    assert client.send("/bundles/export", organisation="fulda").status_code == 403
    assert client.send("/bundles/export", organisation="").status_code == 403
    assert "Paket aufnehmen" not in words(client.get("/bundles"))


def test_a_bundle_is_its_makers_alone(app: Flask, client: Client, client_for: ClientFor):
    place = client.send("/bundles/export", organisation="marburg").headers["Location"]
    _work_on_jobs(app)
    other = client_for("freigabe@marburg.example")
    for way in (place, f"{place}/file.zip"):
        assert other.get(way).status_code == 404
        assert client_for().get(way).status_code == 404
    assert other.send(f"{place}/forget").status_code == 404


def test_guests_are_asked_to_sign_in_and_get_no_drafts(client_for: ClientFor):
    guest = client_for()
    assert guest.get("/bundles").status_code in (302, 303, 401, 403)
    assert guest.get("/fulda/nur-fulda/bundle.zip").status_code == 404
    assert guest.send("/bundles/import", file=(io.BytesIO(b"x"), "x.zip")).status_code in (302, 303, 401, 403)


def test_the_system_administration_brings_a_bundle_in_with_a_report(app: Flask, client_for: ClientFor):
    admin = client_for("admin@ikz.example")
    data = made.taken(app)
    answer = admin.send("/bundles/import", file=(io.BytesIO(data), "paket.zip"))
    assert answer.status_code == 302
    _work_on_jobs(app)
    assert "Schon vorhanden" in words(admin.get(answer.headers["Location"]))


@pytest.mark.parametrize(("data", "said"), [(b"", "wählen Sie eine Datei"), (b"PK", "kein lesbares ZIP")])
def test_a_file_that_is_no_bundle_is_refused_on_the_page(client_for: ClientFor, data: bytes, said: str):
    admin = client_for("admin@ikz.example")
    answer = admin.send("/bundles/import", file=(io.BytesIO(data), "x.zip" if data else ""))
    assert answer.status_code == 422
    assert said in words(answer)


def test_modellers_bring_nothing_in(app: Flask, client: Client):
    assert client.send("/bundles/import", file=(io.BytesIO(made.taken(app)), "x.zip")).status_code == 403


def test_the_command_takes_everything_along_and_brings_it_back(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(bundle, "create_app", lambda: app)
    file = tmp_path / "hub.zip"
    assert main(["bundle", "export", "-o", str(file)]) == 0
    assert zipped(file.read_bytes()) == 2
    assert main(["bundle", "import", str(file)]) == 0
    assert "skipped" in capsys.readouterr().out
    assert main(["bundle", "export", "atlantis", "-o", str(file)]) == 1
    file.write_bytes(b"kein zip")
    assert main(["bundle", "import", str(file)]) == 1
    assert "kein lesbares ZIP" in capsys.readouterr().err


def zipped(data: bytes) -> int:
    """Return how many entries a bundle holds."""
    return sum(name.endswith("/entry.json") for name in made.files(data))
