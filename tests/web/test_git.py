"""Entries and cities as Git repositories: with a real `git`, over HTTP, and on disk."""

import gzip
import logging
import os
import shutil
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dulwich.objects import ObjectID, Tree
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.serving import make_server

from hub.actions import entries, git_files, git_repositories, git_service
from hub.actions.git_repositories import Roots
from hub.cli import git as git_command
from hub.extensions import db
from hub.store.entries import EntryKind, Version, Visibility
from hub.store.tokens import Scope
from tests import makers, needs
from tests.api.keys import token_of
from tests.clients import ClientFor, writing
from tests.conftest import app_on

ENVIRONMENT = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
SECRET = "Geheimer Zwischenstand"


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """Serve the hub of this test and return its address."""
    needs.need(shutil.which("git") is not None, "git")
    with serving(app) as found:
        yield found


def git(*words: str | Path, cwd: Path | None = None) -> str:
    """Run git and return what it says; fails with its complaint."""
    done = attempt(*words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def attempt(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *words], check=False, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )


def dogs(app: Flask, *steps: str, about: str = "", tags: str = "") -> None:
    """Give Marburg a public, published entry „hundesteuer“."""
    with writing(app) as work:
        words = {"about": about, "tags": tags, "title": "Hundesteuer", "visibility": "public"}
        entry = makers.entry(work, makers.bpmn(*steps), owner="marburg", kind=EntryKind.PROCESS, **words)
        makers.published(work, entry)


def test_a_clone_holds_the_files_as_they_came_with_their_history_and_a_tag(
    app: Flask, url: str, tmp_path: Path
) -> None:
    dogs(app, "Anmelden", about="Wie Hunde angemeldet werden.\n", tags="Hund, Steuer")
    clone = tmp_path / "clone"
    git("clone", "-q", f"{url}/marburg/hundesteuer.git", clone)
    assert (clone / "process.bpmn").read_bytes() == makers.bpmn("Anmelden")
    assert (clone / "about.md").read_text() == "Wie Hunde angemeldet werden.\n"
    profile = tomllib.loads((clone / "entry.toml").read_text())
    assert profile["title"] == "Hundesteuer"
    assert profile["organisation"] == "marburg"
    assert profile["level"] == 104
    assert set(profile["tags"]) == {"Hund", "Steuer"}
    shown = git("log", "-1", "--format=%an <%ae>|%cn|%s", cwd=clone)
    assert shown == "Modellierung Marburg <modellierung@marburg.noreply.invalid>|Freigabe Marburg|Erste Fassung"
    assert git("tag", cwd=clone) == "1.00"
    assert git("rev-parse", "1.00^{commit}", cwd=clone) == git("rev-parse", "HEAD", cwd=clone)
    assert "Gültig ab:" in git("tag", "-n9", cwd=clone)
    git("fsck", "--strict", cwd=clone)


def test_a_design_is_cloned_as_the_text_it_is(app: Flask, url: str, tmp_path: Path) -> None:
    with writing(app) as work:
        made = makers.entry(work, kind=EntryKind.DESIGN, title="Dienst", visibility="public")
        makers.published(work, made)
    git("clone", "-q", f"{url}/marburg/dienst.git", tmp_path / "clone")
    assert (tmp_path / "clone" / "design.md").read_bytes() == makers.design()


def test_fetching_after_a_release_brings_only_what_is_new(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    clone = tmp_path / "clone"
    git("clone", "-q", f"{url}/marburg/hundesteuer.git", clone)
    first = git("rev-parse", "HEAD", cwd=clone)
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        makers.version(work, entry, makers.bpmn("Anmelden", "Prüfen"), "Prüfung ergänzt")
        makers.published(work, entry)
    before = git("count-objects", cwd=clone)
    git("pull", "-q", "--ff-only", cwd=clone)
    assert git("rev-parse", "HEAD~1", cwd=clone) == first
    assert git("tag", cwd=clone).split() == ["1.00", "2.00"]
    assert git("log", "-1", "--format=%s", cwd=clone) == "Prüfung ergänzt"
    assert (clone / "process.bpmn").read_bytes() == makers.bpmn("Anmelden", "Prüfen")
    # A commit, its tree, the model, and its tag; entry.toml has not changed but may come again.
    assert int(git("count-objects", cwd=clone).split()[0]) - int(before.split()[0]) <= 5
    git("fsck", cwd=clone)


def test_the_same_state_gives_the_same_ids_on_every_machine(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    file = str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")
    with app.app_context():
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
    other = app_on(f"sqlite:///{shutil.copy(file, tmp_path / 'other.sqlite3')}")
    git_repositories._NAMES.__init__(200_000)  # type: ignore[misc]  # as in a process that has never seen a content
    with serving(other) as there:
        for path in ("marburg.git", "marburg/hundesteuer.git"):
            assert git("ls-remote", f"{there}/{path}") == git("ls-remote", f"{url}/{path}")
    with other.app_context():
        db.engine.dispose()


def everything_in(repository: Path) -> str:
    """Return all that anybody could read out of a repository."""
    ids = git("cat-file", "--batch-check=%(objectname)", "--batch-all-objects", cwd=repository).split()
    return "\n".join(
        git("cat-file", "-p", key, cwd=repository) if kind != "tree" else git("ls-tree", key, cwd=repository)
        for key in ids
        for kind in [git("cat-file", "-t", key, cwd=repository)]
    )


def test_drafts_and_what_is_not_for_everybody_never_appear(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        makers.version(work, entry, makers.bpmn("Anmelden", SECRET), SECRET)
        for visibility in ("city", "ikz", "land"):
            made = makers.entry(work, makers.bpmn(SECRET), title=f"Vorgang {visibility}", visibility=visibility)
            makers.published(work, made)
        makers.entry(work, makers.bpmn(SECRET), title="Nur Entwurf", visibility="public")
    for path in ("marburg", "marburg/hundesteuer"):
        git("clone", "-q", "--mirror", f"{url}/{path}.git", tmp_path / path.replace("/", "-"))
        told = everything_in(tmp_path / path.replace("/", "-"))
        assert "Anmelden" in told
        assert SECRET not in told
        assert "vorgang-" not in told
    for slug in ("vorgang-city", "vorgang-ikz", "vorgang-land", "nur-entwurf", "gibt-es-nicht"):
        assert "not found" in attempt("clone", f"{url}/marburg/{slug}.git", tmp_path / slug).stderr
    for city in ("gibt-es-nicht", "rp-giessen"):
        assert "not found" in attempt("clone", f"{url}/{city}.git", tmp_path / city).stderr


def test_an_entry_that_is_taken_back_is_gone_for_new_readers(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    git("clone", "-q", f"{url}/marburg/hundesteuer.git", tmp_path / "before")
    with writing(app) as work:
        entries.find(work, "marburg", "hundesteuer").visibility = Visibility.CITY
    assert "not found" in attempt("-C", tmp_path / "before", "fetch").stderr
    assert git("ls-remote", f"{url}/marburg.git") == ""


def test_nothing_can_be_pushed(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    git("clone", "-q", f"{url}/marburg/hundesteuer.git", tmp_path / "clone")
    refused = attempt("push", "origin", "HEAD:refs/heads/neu", cwd=tmp_path / "clone")
    assert refused.returncode != 0
    assert "nur zum Lesen" in refused.stderr
    assert git("ls-remote", "--heads", f"{url}/marburg/hundesteuer.git").count("\n") == 0


def test_a_fork_continues_the_history_of_its_origin_and_a_merge_has_two_parents(
    app: Flask, url: str, tmp_path: Path
) -> None:
    dogs(app, "Anmelden")
    with writing(app) as work:
        origin = entries.find(work, "marburg", "hundesteuer")
        assert origin.published is not None
        fulda = makers.organisation(work, "fulda")
        fork = entries.fork(work, origin, origin.published, fulda, title="Hundesteuer Fulda", reason="Satzung")
        fork.visibility = Visibility.PUBLIC
        offered = makers.version(work, fork, makers.bpmn("Anmelden", "Melden"), "Meldung ergänzt")
        makers.published(work, fork)
        merged = makers.content(makers.bpmn("Anmelden", "Melden", "Ablegen"))
        entries.publish(
            work, origin, merged, "Vorschlag übernommen", parent_id=origin.head_id or 0, merged_from=offered
        )
        makers.version(work, origin, makers.bpmn("Anmelden", "Melden", "Ablegen", "Ende"), "Und ein Ende")
        makers.published(work, origin)
    for path in ("marburg/hundesteuer", "fulda/hundesteuer-fulda"):
        git("clone", "-q", f"{url}/{path}.git", tmp_path / path.split("/")[0])
    here, there = tmp_path / "marburg", tmp_path / "fulda"
    parents = git("log", "-1", "--format=%P", cwd=here).split()
    assert parents == [git("rev-parse", "1.00^{commit}", cwd=here), git("rev-parse", "HEAD", cwd=there)]
    assert git("rev-parse", "HEAD~1", cwd=there) == git("rev-parse", "1.00^{commit}", cwd=here)
    git("fsck", cwd=here)


def test_a_merge_from_what_the_reader_may_not_see_has_one_parent(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    with writing(app) as work:
        origin = entries.find(work, "marburg", "hundesteuer")
        assert origin.published is not None
        fulda = makers.organisation(work, "fulda")
        fork = entries.fork(work, origin, origin.published, fulda, title=SECRET, reason="Satzung")
        offered = makers.version(work, fork, makers.bpmn("Anmelden", "Melden", note=SECRET), SECRET)
        makers.published(work, fork)
        merged = makers.content(makers.bpmn("Anmelden", "Melden"))
        entries.publish(work, origin, merged, "Übernommen", parent_id=origin.head_id or 0, merged_from=offered)
        makers.published(work, origin)
    git("clone", "-q", "--mirror", f"{url}/marburg/hundesteuer.git", tmp_path / "clone")
    assert len(git("log", "-1", "--format=%P", cwd=tmp_path / "clone").split()) == 1
    assert SECRET not in everything_in(tmp_path / "clone")


def test_a_city_is_a_folder_for_each_entry_and_a_commit_for_each_release(app: Flask, url: str, tmp_path: Path) -> None:
    with writing(app) as work:
        for at in range(Roots.EVERY + 8):
            made = makers.entry(work, makers.bpmn(f"Schritt {at}"), title=f"Vorgang {at}", visibility="public")
            makers.published(work, made)
        made = entries.find(work, "marburg", "vorgang-3")
        makers.version(work, made, makers.bpmn("Anders"), "Geändert")
        makers.published(work, made)
    clone = tmp_path / "clone"
    git("clone", "-q", f"{url}/marburg.git", clone)
    git("fsck", "--strict", cwd=clone)
    assert len(git("rev-list", "HEAD", cwd=clone).split()) == Roots.EVERY + 9
    assert (clone / "vorgang-3" / "process.bpmn").read_bytes() == makers.bpmn("Anders")
    assert (clone / "vorgang-39" / "process.bpmn").read_bytes() == makers.bpmn("Schritt 39")
    assert git("diff", "--name-only", "HEAD~1", cwd=clone) == "vorgang-3/process.bpmn"
    assert {"vorgang-3/1.00", "vorgang-3/2.00"} <= set(git("tag", cwd=clone).split())


def test_a_cut_history_can_be_cloned_and_deepened_and_a_filter_is_overheard(
    app: Flask, url: str, tmp_path: Path
) -> None:
    with writing(app) as work:
        for at in range(6):
            makers.published(work, makers.entry(work, makers.bpmn(f"{at}"), title=f"V {at}", visibility="public"))
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth", "2", f"{url}/marburg.git", clone)
    assert len(git("rev-list", "HEAD", cwd=clone).split()) == 2
    assert len(list(clone.glob("*/process.bpmn"))) == 6
    git("fsck", cwd=clone)
    git("fetch", "-q", "--unshallow", cwd=clone)
    assert len(git("rev-list", "HEAD", cwd=clone).split()) == 6
    git("fsck", cwd=clone)
    git("clone", "-q", "--filter=blob:none", f"{url}/marburg.git", tmp_path / "whole")
    assert len(list((tmp_path / "whole").glob("*/process.bpmn"))) == 6


def test_an_old_address_leads_to_the_new_one(app: Flask, url: str, tmp_path: Path) -> None:
    dogs(app, "Anmelden")
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        entries.edit(work, entry, makers.profile(visibility="public"), revision=entry.revision, slug="hunde")
    git("clone", "-q", f"{url}/marburg/hundesteuer.git", tmp_path / "clone")
    assert (tmp_path / "clone" / "process.bpmn").exists()


def test_what_is_written_to_disk_is_what_is_served_and_is_renewed(
    app: Flask, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dogs(app, "Anmelden")
    out = tmp_path / "out"
    for _ in range(2):
        with app.app_context():
            assert git_command.export(out, ["marburg"], print) == 0
    assert str(out / "marburg.git") in capsys.readouterr().out
    for path in ("marburg.git", "marburg/hundesteuer.git"):
        assert git("ls-remote", out / path) == git("ls-remote", f"{url}/{path}")
        git("fsck", "--strict", cwd=out / path)
    assert sorted(found.name for found in out.rglob("*.git*")) == ["hundesteuer.git", "marburg.git"]


def test_who_reads_drafts_gets_them_on_a_branch_of_their_own_and_the_same_main(app: Flask) -> None:
    dogs(app, "Anmelden")
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        makers.version(work, entry, makers.bpmn("Anmelden", SECRET), SECRET)
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        readers = {who: makers.as_person(work, who) for who in ("", "modellierung@fulda.example")}
        made = {who: git_repositories.of_entry(reader, entry) for who, reader in readers.items()}
        guests, members = made.values()
        assert set(members.refs) - set(guests.refs) == {b"refs/heads/entwuerfe"}
        assert guests.refs.items() <= members.refs.items()
        store = git_service.Store(work, members)
        drafts = members.commits_from([members.refs[b"refs/heads/entwuerfe"]], frozenset())  # type: ignore[index]
        assert len(drafts) == work.session.query(Version).count()
        assert all(store.contains_loose(key) for key, _ in git_service.objects_of(store))


def test_a_city_offers_each_circle_its_branch(app: Flask) -> None:
    with writing(app) as work:
        for visibility in Visibility:
            made = makers.entry(work, makers.bpmn(visibility), title=f"V {visibility}", visibility=visibility)
            makers.published(work, made)
    with writing(app) as work:
        marburg = makers.organisation(work, "marburg")
        circles = {
            "": {"main"},
            "technik@rechenzentrum.example": {"main"},
            "foerderung@rp-giessen.example": {"main", "land"},
            "modellierung@fulda.example": {"main", "land", "ikz"},
            "modellierung@marburg.example": {"main", "land", "ikz", "intern"},
        }
        mains = set()
        for who, branches in circles.items():
            made_for = git_repositories.of_city(makers.as_person(work, who), marburg)
            heads = {
                ref.decode().removeprefix("refs/heads/") for ref in made_for.refs if ref.startswith(b"refs/heads/")
            }
            assert heads == branches
            mains.add(made_for.refs[b"refs/heads/main"])  # type: ignore[index]
            assert len(made_for.refs) == len(branches) * 2  # a branch and a tag for each circle
        assert len(mains) == 1


def test_with_a_token_its_owner_clones_what_they_may_read(app: Flask, url: str, tmp_path: Path) -> None:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Anmelden", SECRET), title="Intern", visibility="ikz")
        makers.entry(work, makers.bpmn("Nur hier"), title="Eigenes", visibility="city")
    dogs(app, "Anmelden")
    token = token_of(app, "modellierung@fulda.example", Scope.READ)
    host = url.removeprefix("http://")
    git("clone", "-q", f"http://x:{token}@{host}/git/marburg/intern.git", tmp_path / "clone")
    assert SECRET in (tmp_path / "clone" / "process.bpmn").read_text()
    assert git("branch", "--show-current", cwd=tmp_path / "clone") == "entwuerfe"
    places = (url, f"http://x:{token}@{host}/git")
    shared = [git("ls-remote", f"{where}/marburg/hundesteuer.git", "main") for where in places]
    assert shared[0] == shared[1] != ""
    assert "not found" in attempt("ls-remote", f"http://x:{token}@{host}/git/marburg/eigenes.git").stderr
    refused = attempt("push", "origin", "HEAD:refs/heads/neu", cwd=tmp_path / "clone")
    assert "nur zum Lesen" in refused.stderr
    writer = token_of(app, "modellierung@fulda.example", Scope.WRITE)
    for wrong in ("ikz_falsch", writer, token.swapcase()):
        for path in ("marburg/hundesteuer", "marburg/gibt-es-nicht"):
            assert "Authentication failed" in attempt("ls-remote", f"http://x:{wrong}@{host}/git/{path}.git").stderr


def test_without_a_token_the_private_address_tells_nothing(app: Flask, client_for: ClientFor) -> None:
    dogs(app, "Anmelden")
    client = client_for("modellierung@marburg.example")
    for path in ("marburg.git", "marburg/hundesteuer.git", "marburg/gibt-es-nicht.git"):
        answer = client.get(f"/git/{path}/info/refs?service=git-upload-pack")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert client.post(f"/git/{path}/git-upload-pack").status_code == 401
        assert client.post(f"/git/{path}/git-receive-pack").status_code == 401


def test_what_is_no_git_request_is_refused(app: Flask, client_for: ClientFor) -> None:
    dogs(app, "Anmelden")
    client, kind = client_for(), "application/x-git-upload-pack-request"
    path = "/marburg/hundesteuer.git/git-upload-pack"
    bomb = gzip.compress(b"0" * 50_000_000)
    wrong = b"0032want " + b"0" * 40 + b"\n"
    cases = [
        (b"0009done\n", "text/plain", {}, 403),
        (b"zzzz", kind, {}, 400),
        (b"00", kind, {}, 400),
        (wrong, kind, {}, 400),
        (b"not gzip", kind, {"Content-Encoding": "gzip"}, 400),
        (bomb, kind, {"Content-Encoding": "gzip"}, 413),
        (b"0" * 5_000_000, kind, {}, 413),
    ]
    for body, content_type, headers, status in cases:
        assert client.post(path, data=body, content_type=content_type, headers=headers).status_code == status
    for asked in ("", "?service=git-receive-pack", "?service=git-upload-archive"):
        assert client.get(f"/marburg/hundesteuer.git/info/refs{asked}").status_code == 403
    assert client.post("/marburg.git/git-receive-pack").status_code == 403
    assert client.get("/marburg.git").location.rstrip("/").endswith("/marburg")
    assert client.get("/marburg/hundesteuer.git").location.endswith("/marburg/hundesteuer")


def test_a_sign_in_in_the_browser_clones_nothing_more_than_a_guest_gets(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, title="Intern", visibility="ikz"))
    signed_in = client_for("modellierung@marburg.example")
    assert signed_in.get("/marburg/intern").status_code == 200
    assert signed_in.get("/marburg/intern.git/info/refs?service=git-upload-pack").status_code == 404


@given(st.lists(st.tuples(st.text("abc-", min_size=1, max_size=4), st.binary(min_size=20, max_size=20)), min_size=1))
def test_root_trees_are_worked_out_as_git_has_them(changes: list[tuple[str, bytes]]) -> None:
    roots, state = Roots(), dict[str, bytes]()
    for at, (name, raw) in enumerate(changes):
        state[name] = raw
        tree = Tree()
        for one, key in state.items():
            tree.add(one.encode(), 0o040000, ObjectID(key.hex().encode()))
        assert roots.add(name.encode(), ObjectID(raw.hex().encode())) == tree.id
        assert roots.data(at) == tree.as_raw_string()


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, st.lists(TEXT), st.integers(101, 105))
def test_every_profile_is_written_as_toml_that_reads_the_same(text: str, items: list[str], level: int) -> None:
    fields: dict[str, str | int | list[str]] = {"title": text, "tags": items, "level": level}
    assert tomllib.loads(git_files.toml(fields).decode()) == fields


def test_renaming_an_account_changes_no_commit(app: Flask, url: str) -> None:
    dogs(app, "Anmelden")
    before = git("ls-remote", f"{url}/marburg.git")
    with writing(app) as work:
        for version in work.session.scalars(select(Version)):
            version.author_id = None
    assert git("ls-remote", f"{url}/marburg.git") == before
