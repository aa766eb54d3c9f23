"""FIM, bundles and the catalogue keep their promises on both databases."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.actions import bundle_identity, bundles, entries, fim, fim_records, open_data
from hub.cli import bundle_jobs
from hub.store.bundles import EntryIdentity
from hub.store.entries import Entry
from hub.store.fim import FimActivity
from tests import bundles as made
from tests import makers
from tests.actions.test_fim import FULL
from tests.clients import writing
from tests.conftest import open_copy


def test_a_bundle_arrives_whole_from_and_in_either_database(both: Flask, blank_database: Path, tmp_path: Path):
    made.fill(both)
    data = made.taken(both)
    folder = tmp_path / "other"
    folder.mkdir()
    with open_copy(blank_database, folder, demo=False) as other:
        assert {row["outcome"] for row in made.brought(other, data)} == {"read"}
        assert made.files(made.taken(other)) == made.files(data)
        assert {row["outcome"] for row in made.brought(both, made.taken(other))} == {"skipped"}


def test_a_bundle_from_sqlite_arrives_in_either_database(both: Flask, blank_database: Path, tmp_path: Path):
    folder = tmp_path / "other"
    folder.mkdir()
    with open_copy(blank_database, folder, demo=False) as other:
        made.fill(other)
        data = made.taken(other)
    assert {row["outcome"] for row in made.brought(both, data)} == {"read"}
    assert made.files(made.taken(both)) == made.files(data)


def test_the_worker_makes_the_same_bundle_in_pieces(both: Flask, monkeypatch: pytest.MonkeyPatch):
    made.fill(both)
    monkeypatch.setattr(bundle_jobs, "PIECE", 5_000)
    email = "modellierung@marburg.example"
    with writing(both) as work:
        person = makers.as_person(work, email)
        key = bundles.start(person, makers.organisation(work, "marburg")).id
    with both.app_context():
        bundle_jobs.make_bundle(key)
        # A worker that was lost begins anew.
        bundle_jobs.make_bundle(key)
    with made.reading(both, email) as work:
        job = bundles.find_job(work, key)
        data = b"".join(bundles.pieces(work, job))
        assert len(data) == bundles.size(work, job) > 2 * 5_000
        assert [name for name in made.files(data) if name.endswith("/entry.json")] == [
            "entries/marburg/hundesteuer-neu/entry.json"
        ]


def test_profile_and_groups_are_kept_whole(both: Flask):
    with writing(both) as work:
        entry = makers.entry(work, legal_bases="§ 1 HStS")
        fim.set_profile(work, entry, FULL, revision=entry.revision)
        fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
        key = entry.id
    with made.reading(both) as work:
        entry = work.session.get_one(Entry, key)
        assert fim_records.profile(work, entry) == FULL
        assert fim.badges(work, entry, entries.current(work, entry)) == {"step1": "RAG 1 – Information empfangen"}


def test_the_database_refuses_an_unknown_type(both: Flask):
    with writing(both) as work:
        entry = makers.entry(work)
        row = insert(FimActivity).values(entry_id=entry.id, element_key="k", type=9, facts={})
        with pytest.raises(IntegrityError), work.session.begin_nested():
            work.session.execute(row)


def test_no_two_entries_have_the_same_name_in_every_hub(both: Flask):
    with writing(both) as work:
        one, other = makers.entry(work, title="Eins"), makers.entry(work, title="Zwei")
        work.session.execute(insert(EntryIdentity).values(entry_id=one.id, uid="a" * 64))
        with pytest.raises(IntegrityError), work.session.begin_nested():
            work.session.execute(insert(EntryIdentity).values(entry_id=other.id, uid="a" * 64))


def test_a_name_in_every_hub_survives_another_title_and_address(both: Flask):
    with writing(both) as work:
        entry = makers.entry(work)
        before = bundle_identity.uid(work, entry.id)
        profile = makers.profile(title="Ganz anders")
        entries.edit(work, entry, profile, revision=entry.revision, slug="ganz-anders")
        assert bundle_identity.uid(work, entry.id) == before


def test_the_catalogue_has_pages_on_either_database(both: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(open_data, "PAGE", 2)
    with writing(both) as work:
        for at in range(3):
            makers.published(work, makers.entry(work, title=f"Eintrag {at}", visibility="public"))
    with made.reading(both, "") as work:
        about = open_data.About("https://hub.example", "Betrieb", "http://dcat-ap.de/def/contributors/x")
        found = open_data.page(work, about, 9)
        assert (found.number, found.count) == (2, 2)
        assert "contributorID" in found.serialize("ttl")


def test_deleting_an_entry_takes_its_fim_rows_along(both: Flask):
    with writing(both) as work:
        entry = makers.entry(work)
        fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
        key = entry.id
        work.session.execute(update(Entry).where(Entry.id == key).values(head_id=None, published_id=None))
        work.session.expunge_all()
        work.session.delete(work.session.get_one(Entry, key))
        work.session.flush()
        assert work.session.scalar(select(FimActivity).where(FimActivity.entry_id == key)) is None
