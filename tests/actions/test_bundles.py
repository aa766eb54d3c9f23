"""Leave-anytime bundles: what leaves one hub arrives whole in another, and nothing else does."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.actions import bundles, discussions, entries, fim
from hub.actions.bundle_files import MANIFEST, Reader, plain
from hub.errors import Forbidden, Invalid
from hub.store.accounts import User
from hub.store.bundles import ForeignLink
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from tests import bundles as made
from tests import makers, reviewing
from tests.clients import writing
from tests.conftest import open_copy


@pytest.fixture
def here(app: Flask) -> Flask:
    """Return a hub with entries, versions, a fork and comments."""
    made.fill(app)
    return app


@pytest.fixture
def there(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return another hub without entries."""
    with open_copy(blank_database, tmp_path_factory.mktemp("there"), demo=False) as app:
        yield app


def test_what_arrives_leaves_again_as_the_same_bundle(here: Flask, there: Flask):
    data = made.taken(here)
    rows = made.brought(there, data)
    assert [row for row in rows if row["outcome"] != "read"] == []
    assert made.files(made.taken(there)) == made.files(data)


def test_the_same_state_gives_the_same_bytes(here: Flask):
    assert made.taken(here) == made.taken(here)


def test_every_version_is_in_it_byte_for_byte_with_picture_text_and_hash(here: Flask):
    inside = made.files(made.taken(here))
    manifest = json.loads(inside[MANIFEST])
    assert {row["path"] for row in manifest["files"]} | {MANIFEST} == set(inside)
    folder = "entries/marburg/hundesteuer-neu"
    assert inside[f"{folder}/versions/0001/process.bpmn"] == makers.bpmn()
    assert b"<svg" in inside[f"{folder}/versions/0002/diagram.svg"]
    assert "Neu prüfen" in inside[f"{folder}/versions/0002/text.txt"].decode()
    assert b"alleInhalte.export.0303" in inside[f"{folder}/xprozess.xml"]


def test_history_keys_origin_and_comments_arrive(here: Flask, there: Flask):
    made.brought(there, made.taken(here))
    with made.reading(there) as work:
        entry = entries.find(work, "marburg", "hundesteuer-neu")
        numbers = [row.number for row in entries.versions(work, entry)]
        assert numbers == ["1.02", "1.01", "1.00"]
        assert entry.published is not None
        assert entry.head is not None
        assert (entry.published.number, entry.head.restored_from_id) == ("1.00", entry.published_id)
        fork = entries.find(work, "fulda", "hundesteuer-fulda")
        assert (fork.forked_from_id, fork.fork_reason) == (entry.published_id, "Eigene Satzung")
        assert fim.badges(work, entry, entry.head)["step1"] == "RAG 1 – Information empfangen"
        [thread, *_rest] = discussions.threads(work, entry, entry.head)
        assert (thread.first.text, len(thread.replies)) == ("Wer prüft das <b>wirklich</b>?", 1)
        assert "<b>" not in thread.first.html
        with pytest.raises(entries.Moved):
            entries.find(work, "marburg", "hundesteuer")


def test_approvals_arrive_with_their_validity_votes_and_former_numbers(app: Flask, there: Flask):
    with writing(app) as work:
        reviewing.staff(work)
        entry = reviewing.draft(work)
        reviewing.published(work, entry)
    data = made.taken(app)
    told = made.entry_of(data, entry_slug(app))["approvals"]
    assert [row["verdict"] for row in told["reviews"]] == ["submitted", "passed", "approved", "published"]
    assert len(told["releases"]) == 1
    assert told["former_numbers"]
    assert [row["outcome"] for row in made.brought(there, data)] == ["read"]
    assert made.files(made.taken(there)) == made.files(data)
    assert [row["outcome"] for row in made.brought(there, data)] == ["skipped"]


def test_an_entry_that_was_released_since_takes_number_and_state_along(app: Flask, there: Flask):
    with writing(app) as work:
        reviewing.staff(work)
        entry_id = reviewing.draft(work).id
    made.brought(there, made.taken(app))
    with writing(app) as work:
        reviewing.published(work, work.session.get_one(Entry, entry_id))
    data = made.taken(app)
    assert [row["outcome"] for row in made.brought(there, data)] == ["read"]
    assert made.files(made.taken(there)) == made.files(data)


def entry_slug(app: Flask) -> str:
    """Return the address of the one entry of a hub."""
    with made.reading(app) as work:
        return work.session.scalars(select(Entry.slug)).one()


def test_guests_learn_nothing_of_reviews(here: Flask):
    assert "approvals" not in made.entry_of(made.taken(here, ""), "hundesteuer-neu")


def test_authors_become_accounts_by_address_or_closed_ones_that_carry_the_name(here: Flask, there: Flask):
    with writing(there) as work:
        work.session.scalars(
            select(User).where(User.email == "modellierung@fulda.example")
        ).one().email = "neu@x.example"
    made.brought(there, made.taken(here))
    with made.reading(there) as work:
        entry = entries.find(work, "marburg", "hundesteuer-neu")
        assert entry.head is not None
        assert entry.head.author is not None
        assert entry.head.author.email == "modellierung@marburg.example"
        fork = entries.find(work, "fulda", "hundesteuer-fulda")
        assert fork.head is not None
        assert fork.head.author is not None
        assert (fork.head.author.name, fork.head.author.active) == ("Modellierung Fulda", False)
        assert fork.head.author.email.endswith("@import.invalid")


@pytest.mark.parametrize("order", [("hundesteuer-neu", "hundesteuer-fulda"), ("hundesteuer-fulda", "hundesteuer-neu")])
def test_origins_are_tied_again_in_whatever_order_the_ends_arrive(here: Flask, there: Flask, order: tuple[str, str]):
    data = made.taken(here)
    for slug in order:
        made.brought(there, made.only_entries(data, slug))
    with made.reading(there) as work:
        fork = entries.find(work, "fulda", "hundesteuer-fulda")
        origin = entries.find(work, "marburg", "hundesteuer-neu")
        first = entries.versions(work, fork)[-1]
        assert (fork.forked_from_id, first.parent_id) == (origin.published_id, origin.published_id)
        assert work.session.scalar(select(func.count()).select_from(ForeignLink)) == 0


def test_an_open_origin_leaves_again_as_it_came(here: Flask, there: Flask):
    data = made.only_entries(made.taken(here), "hundesteuer-fulda")
    made.brought(there, data)
    assert made.entry_of(made.taken(there), "hundesteuer-fulda") == made.entry_of(data, "hundesteuer-fulda")


def test_bringing_in_twice_changes_nothing(here: Flask, there: Flask):
    data = made.taken(here)
    made.brought(there, data)
    assert {row["outcome"] for row in made.brought(there, data)} == {"skipped"}
    assert made.files(made.taken(there)) == made.files(data)


def test_a_hub_knows_its_own_entries_again(here: Flask):
    data = made.taken(here)
    assert {row["outcome"] for row in made.brought(here, data)} == {"skipped"}
    assert made.taken(here) == data


def test_a_bundle_that_continues_the_history_updates(here: Flask, there: Flask):
    made.brought(there, made.taken(here))
    with writing(here) as work:
        entry = entries.find(work, "marburg", "hundesteuer-neu")
        makers.version(work, entry, makers.bpmn("Noch neuer"), "Weiter")
        person = makers.as_person(work, "modellierung@marburg.example")
        discussions.write(person, entry, entries.current(person, entry), "Noch eine Frage")
    data = made.taken(here)
    rows = made.brought(there, data)
    assert [row["outcome"] for row in rows] == ["read", "skipped", "skipped"]
    assert made.files(made.taken(there)) == made.files(data)


def test_an_older_bundle_leaves_what_is_newer_alone(here: Flask, there: Flask):
    old = made.taken(here)
    with writing(here) as work:
        makers.version(work, entries.find(work, "marburg", "hundesteuer-neu"), makers.bpmn("Noch neuer"), "Weiter")
    new = made.taken(here)
    made.brought(there, new)
    assert {row["outcome"] for row in made.brought(there, old)} == {"skipped"}
    assert made.files(made.taken(there)) == made.files(new)


def test_what_both_sides_continued_is_refused_with_the_reason(here: Flask, there: Flask):
    made.brought(there, made.taken(here))
    for app, step in ((here, "Hier weiter"), (there, "Dort weiter")):
        with writing(app) as work:
            makers.version(work, entries.find(work, "marburg", "hundesteuer-neu"), makers.bpmn(step), step)
    before = made.taken(there)
    [row, *_rest] = made.brought(there, made.taken(here))
    assert row["outcome"] == "refused"
    assert "verschieden weitergeführt" in row["text"]
    assert made.taken(there) == before


def test_a_taken_address_gives_way(here: Flask, there: Flask):
    with writing(there) as work:
        makers.entry(work, title="Hundesteuer neu")
    [row] = made.brought(there, made.only_entries(made.taken(here), "hundesteuer-neu"))
    assert (row["outcome"], row["url"]) == ("warned", "/marburg/hundesteuer-neu-2")


def test_an_unknown_organisation_is_added_and_a_known_one_found_by_its_key(here: Flask, there: Flask):
    with writing(there) as work:
        city = makers.organisation(work, "limburg")
        city.slug, city.short_name = "limburg-lahn", "Limburg an der Lahn"
        fulda = makers.organisation(work, "fulda")
        fulda.slug, fulda.ags = "alt-fulda", ""
    made.brought(there, made.taken(here))
    with made.reading(there) as work:
        assert entries.find(work, "limburg-lahn", "hund-online").organisation.short_name == "Limburg an der Lahn"
        assert entries.find(work, "fulda", "hundesteuer-fulda").organisation.ags == "06631009"


def test_no_organisation_takes_the_place_of_a_page(here: Flask, there: Flask):
    def rename(inside: dict[str, bytes]) -> None:
        rows = json.loads(inside["organisations.json"])
        rows.append({**rows[0], "slug": "library", "ags": ""})
        inside["organisations.json"] = plain(rows)
        path = next(name for name in inside if name.endswith("hund-online/entry.json"))
        inside[path] = inside[path].replace(b'"organisation": "limburg"', b'"organisation": "library"')

    data = made.rebuilt(made.only_entries(made.taken(here), "hund-online"), rename)
    [row] = made.brought(there, data)
    assert row["outcome"] == "refused"


def test_guests_take_along_only_what_is_published_and_no_addresses(here: Flask):
    inside = made.files(made.taken(here, ""))
    assert {name.split("/")[2] for name in inside if name.startswith("entries/")} == {"hundesteuer-neu"}
    told = made.entry_of(made.taken(here, ""), "hundesteuer-neu")
    assert [row["sequence"] for row in told["versions"]] == [1]
    assert told["comments"] == []
    assert "@" not in json.dumps(told["versions"]) + json.dumps(told["created_by"])


def test_comments_of_one_city_stay_with_it(here: Flask):
    own = made.entry_of(made.taken(here, "modellierung@marburg.example"), "hundesteuer-neu")
    other = made.entry_of(made.taken(here, "modellierung@fulda.example"), "hundesteuer-neu")
    assert (len(own["comments"]), len(other["comments"])) == (3, 2)
    assert "Nur für uns" not in json.dumps(other, ensure_ascii=False)


def test_a_partial_bundle_is_completed_by_a_whole_one(here: Flask, there: Flask):
    made.brought(there, made.taken(here, ""))
    made.brought(there, made.taken(here))
    assert made.files(made.taken(there)) == made.files(made.taken(here))


def _replace(old: bytes, new: bytes, *, ending: str = "entry.json") -> Callable[[dict[str, bytes]], None]:
    def change(inside: dict[str, bytes]) -> None:
        for path, content in list(inside.items()):
            if path.endswith(ending):
                inside[path] = content.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("old", "new", "ending"),
    [
        (b'"head": 3', b'"head": 9', "entry.json"),
        (b'"sequence": 2,', b'"sequence": 1,', "entry.json"),
        (b'"visibility": "public"', b'"visibility": "everybody"', "entry.json"),
        (b'"thread": 0', b'"thread": 7', "entry.json"),
        (b'"type": 1', b'"type": 12', "entry.json"),
        (b"</definitions>", b"", "process.bpmn"),
        (b'"title":', b'"titel":', "profile.json"),
        (b"{\n", b"[\n", "elements.json"),
        (b'"process": ', b'"process": "", "x": ', "elements.json"),
    ],
)
def test_an_entry_that_makes_no_sense_leaves_nothing_behind(
    here: Flask, there: Flask, old: bytes, new: bytes, ending: str
):
    whole = made.only_entries(made.taken(here), "hundesteuer-neu")
    data = made.rebuilt(whole, _replace(old, new, ending=ending))
    assert made.files(data) != made.files(whole)
    rows = made.brought(there, data)
    with made.reading(there) as work:
        count = work.session.scalar(select(func.count()).select_from(Entry))
    assert ([row["outcome"] for row in rows], count) == (["refused"], 0)


def test_a_changed_file_is_found_before_anything_is_read(here: Flask, there: Flask):
    data = made.rebuilt(made.taken(here), _replace(b"Schlanker", b"Boeser!!!"), hashes=False)
    with pytest.raises(Invalid, match="verändert"):
        made.brought(there, data)


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kein lesbares ZIP"),
        (b"PK\x03\x04 halb", "kein lesbares ZIP"),
        (_zip(a__txt=b"x"), "fehlt manifest.json"),
        (_zip(manifest__json=b"{"), "nicht lesbar"),
        (_zip(manifest__json=b"[]"), "nicht lesbar"),
        (_zip(manifest__json=b'{"format": "anderes"}'), "nicht lesbar"),
        (
            _zip(
                manifest__json=b'{"format": "ikz-prozesshub/bundle", "version": 99, "organisations": "o.json",'
                b' "entries": [], "files": []}'
            ),
            "Formatversion 99",
        ),
        (
            _zip(
                manifest__json=b'{"format": "ikz-prozesshub/bundle", "version": 1, "organisations": "o.json",'
                b' "entries": [], "files": [{"path": "../x", "size": 1, "sha256": "' + b"0" * 64 + b'"}]}'
            ),
            "nicht lesbar",
        ),
        (
            _zip(
                manifest__json=b'{"format": "ikz-prozesshub/bundle", "version": 1, "organisations": "o.json",'
                b' "entries": [], "files": []}',
                extra__txt=b"x",
            ),
            "nicht die, die manifest.json nennt",
        ),
        (
            _zip(
                manifest__json=b'{"format": "ikz-prozesshub/bundle", "version": 1, "organisations": "b.txt",'
                b' "entries": [], "files": [{"path": "b.txt", "size": 40000000, "sha256": "' + b"0" * 64 + b'"}]}',
                b__txt=b"\0" * 40_000_000,
            ),
            "stark gepackt",
        ),
    ],
)
def test_what_is_no_whole_bundle_is_refused(data: bytes, said: str):
    with pytest.raises(Invalid) as error:
        Reader(io.BytesIO(data))
    assert said in error.value.fields["file"]


def test_no_changed_byte_of_the_content_goes_unseen(here: Flask):
    data = made.taken(here)
    whole = made.files(data)
    for at in range(0, len(data), 499):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        with suppress(Invalid):
            # What the archive says about dates and rights of a file may change without harm.
            reader = Reader(io.BytesIO(broken))
            assert all(reader.bytes_of(row.path) == whole[row.path] for row in reader.manifest.files)


def test_only_the_system_administration_brings_in(here: Flask):
    data = made.taken(here)
    with made.reading(here, "koordination@ikz.example") as work, pytest.raises(Forbidden):
        bundles.start_import(work, data, "x.zip")


def test_a_city_is_taken_along_by_its_own_people(here: Flask):
    with made.reading(here, "lesen@limburg.example") as work:
        assert bundles.start(work, makers.organisation(work, "limburg")).total_count == 1
        with pytest.raises(Forbidden):
            bundles.start(work, makers.organisation(work, "marburg"))
        with pytest.raises(Forbidden):
            bundles.start(work, None)


def test_imported_people_cannot_sign_in_and_are_no_members(here: Flask, there: Flask):
    with writing(there) as work:
        for user in work.session.scalars(select(User)):
            user.email = f"weg-{user.id}@x.example"
    made.brought(there, made.taken(here))
    with made.reading(there) as work:
        people = list(work.session.scalars(select(User).where(User.email.endswith("@import.invalid"))))
        assert people
        assert not [user for user in people if user.active or user.password_hash or user.memberships]


def test_counts_match_after_the_journey(here: Flask, there: Flask):
    made.brought(there, made.taken(here))
    counts = []
    for app in (here, there):
        with made.reading(app) as work:
            tables = (Entry, Version, Comment, Organisation)
            counts.append([work.session.scalar(select(func.count()).select_from(table)) for table in tables])
    assert counts[0] == counts[1]
