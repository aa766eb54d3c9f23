"""What somebody may not read shows nowhere: every address, every kind of reader, every visibility."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from hub.actions import discussions, entries, indexing
from hub.store.accounts import User
from hub.store.discussions import Comment
from hub.store.entries import Entry, EntryKind, Version
from tests import makers
from tests.clients import Client, ClientFor, parsed, writing

CIRCLES = {
    "": "guest",
    "technik@rechenzentrum.example": "guest",
    "foerderung@rp-giessen.example": "land",
    "modellierung@fulda.example": "ikz",
    "admin@ikz.example": "ikz",
    "modellierung@marburg.example": "city",
}
"""Which circle around Marburg's entries somebody stands in; written down here on purpose, not asked of the policy."""
OUTSIDERS = [person for person, circle in CIRCLES.items() if circle != "city"]
READERS_OF_DRAFTS = {"city": {"city"}, "ikz": {"city", "ikz"}, "land": {"city", "ikz"}, "public": {"city", "ikz"}}
READERS_OF_PUBLISHED = {
    "city": {"city"},
    "ikz": {"city", "ikz"},
    "land": {"city", "ikz", "land"},
    "public": {"city", "ikz", "land", "guest"},
}
READERS_OF_COMMENTS = {"city": {"city"}, "ikz": {"city", "ikz"}, "land": {"city", "ikz", "land"}}
HEAVY = ("diagram.png", "document.pdf", "table.<any(csv,xlsx):ending>")
"""Costly and not made of readable text: asked only where the answer must be „not found“."""


@dataclass(frozen=True)
class Secret:
    """A word that stands in the content of one version or comment, and who may read it."""

    word: str
    readers: frozenset[str]
    slug: str
    number: str = ""


def coined(about: str) -> str:
    """Return a word that no language has and that is like no other coined one, so that it is found by itself alone."""
    digits = hashlib.sha256(about.encode()).digest()
    return "q" + "".join("bdfgklmnprstvwz"[byte % 15] + "aeiou"[byte % 5] for byte in digits[:7])


def _secret_entry(app: Flask, visibility: str, *, release: bool, kind: EntryKind) -> list[Secret]:
    """Add an entry of Marburg whose published version and draft each hold a word of their own."""
    draft, open_word = (coined(f"{kind} {visibility} {release} {what}") for what in ("draft", "published"))
    title = f"Vorgang {open_word if release else draft}"
    slug = f"{kind}-{visibility}-{'mit' if release else 'ohne'}-fassung"
    make = makers.design if kind == EntryKind.DESIGN else (lambda word: makers.bpmn(f"{word} prüfen", note=word))
    with writing(app) as work:
        entry = makers.entry(work, make(open_word if release else draft), title=title, kind=kind, visibility=visibility)
        entry.slug = slug
        if release:
            makers.published(work, entry)
            makers.version(work, entry, make(draft), f"Hinweis {draft}")
    if not release:
        return [Secret(draft, frozenset(READERS_OF_DRAFTS[visibility]), slug, "0.01")]
    return [
        Secret(open_word, frozenset(READERS_OF_PUBLISHED[visibility]), slug, "1.00"),
        Secret(draft, frozenset(READERS_OF_DRAFTS[visibility]), slug, "1.01"),
    ]


def _secret_comments(app: Flask, slug: str) -> list[Secret]:
    found = []
    with writing(app) as work:
        author = makers.as_person(work, "modellierung@marburg.example")
        entry = entries.find(author, "marburg", slug)
        assert entry.published is not None
        for audience, readers in READERS_OF_COMMENTS.items():
            word = coined(f"comment {audience}")
            discussions.write(author, entry, entry.published, f"Frage {word}", audience=audience, element="step1")
            found.append(Secret(word, frozenset(readers), slug))
    return found


@pytest.fixture(scope="module")
def secretive(blank_database: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, list[Secret]]]:
    """Return a hub full of words that not everybody may read, and those words."""
    from tests.conftest import open_copy

    with open_copy(blank_database, tmp_path_factory.mktemp("secrets"), demo=False) as app:  # type: ignore[arg-type]
        app.config["HUB"] = replace(app.config["HUB"], api_limit=100_000)  # what is refused for haste says nothing
        secrets = [
            secret
            for visibility in READERS_OF_DRAFTS
            for release in (False, True)
            for secret in _secret_entry(app, visibility, release=release, kind=EntryKind.PROCESS)
        ]
        secrets += _secret_entry(app, "ikz", release=False, kind=EntryKind.DESIGN)
        secrets += _secret_entry(app, "public", release=True, kind=EntryKind.DESIGN)
        secrets += _secret_comments(app, "process-public-mit-fassung")
        yield app, secrets


def _fillings(rule: Rule, secrets: list[Secret], comments: list[int]) -> Iterator[dict[str, object]]:
    """Yield arguments for a route: every secret entry and version, and one of everything else."""
    wanted = rule.arguments
    fixed: dict[str, object] = {
        "city": "marburg", "name": "hilfe", "way": "pattern", "token": "x" * 43, "ending": "csv", "deed": "delete",
        "filename": "css/base.css", "job": 1, "sign_in": 1,
        "purpose": "draw", "act": "send", "verdict": "decline", "side": "theirs", "form": "source", "syntax": "ttl",
        "what": "source",
    }  # fmt: skip
    numbers = {key for key, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
    known = {key: value for key, value in fixed.items() if key in wanted - numbers}
    if wanted - known.keys() - {"slug", "number", "comment"}:
        known |= dict.fromkeys(wanted - known.keys() - {"slug", "number", "comment"}, 1)
    if "slug" not in wanted:
        yield dict.fromkeys(wanted, 1) | known
        return
    for secret in secrets:
        if not secret.number:
            continue
        values = known | {"slug": secret.slug}
        if "number" in wanted:
            values["number"] = secret.number
        if "source." in rule.rule or "filled." in rule.rule:
            values["ending"] = "md" if secret.slug.startswith("design") else "bpmn"
        for comment in comments if "comment" in wanted else [0]:
            yield values | ({"comment": comment} if "comment" in wanted else {})


def _addresses(app: Flask, secrets: list[Secret]) -> Iterator[tuple[str, Rule, Secret | None]]:
    with app.app_context(), writing(app) as work:
        comments = list(work.session.scalars(select(Comment.id)))
    adapter = app.url_map.bind("localhost")
    by_version = {(secret.slug, secret.number): secret for secret in secrets}
    seen = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for values in _fillings(rule, secrets, comments):
            path = adapter.build(rule.endpoint, values)
            if path not in seen:
                seen.add(path)
                yield path, rule, by_version.get((str(values.get("slug")), str(values.get("number", ""))))
    for secret in secrets:
        if secret.number:
            place = f"/marburg/{secret.slug}"
            for path in (
                f"{place}/compare?from={secret.number}&to={secret.number}", f"{place}/compare?from=1.00&to=1.01",
                f"{place}/discussion?version={secret.number}", f"{place}/discussion?element=step1",
                f"{place}/fork?version={secret.number}", f"/new/pattern?from=marburg/{secret.slug}/{secret.number}",
                f"/marburg/process-public-mit-fassung/compare?from=marburg/{secret.slug}/{secret.number}&to=1.00",
            ):  # fmt: skip
                yield path, app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)[0], None
    for path in ("/library?state=draft", "/library?archived=1", "/library?sort=title", "/marburg?sort=created"):
        yield path, app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)[0], None


def _text(answer: TestResponse) -> str:
    data = answer.get_data()
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return data.decode("utf-8", "replace").lower()


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person or "guest")
def test_no_address_shows_a_word_that_its_reader_may_not_read(
    secretive: tuple[Flask, list[Secret]], person: str
) -> None:
    app, secrets = secretive
    client, circle = ClientFor(app)(person), CIRCLES[person]
    hidden = [secret for secret in secrets if circle not in secret.readers]
    leaks, asked = [], 0
    for path, rule, version in _addresses(app, secrets):
        closed = version is not None and circle not in version.readers
        if not closed and rule.rule.endswith(HEAVY):
            continue
        if rule.endpoint.startswith("admin.log") and person == "admin@ikz.example":
            continue  # the log is shown whole to those who have to answer for it
        answer = client.get(path)
        asked += 1
        shown = _text(answer)
        leaks += [f"{path} shows {secret.word}" for secret in hidden if secret.word in shown]
        if closed and answer.status_code != 404 and version is not None and "number" in rule.arguments:
            leaks.append(f"{path} answers {answer.status_code}")
    assert leaks == []
    assert asked > 200


@pytest.mark.parametrize("person", CIRCLES, ids=lambda person: person or "guest")
def test_searching_for_a_word_finds_it_exactly_where_it_may_be_read(
    secretive: tuple[Flask, list[Secret]], person: str
) -> None:
    app, secrets = secretive
    client, circle = ClientFor(app)(person), CIRCLES[person]
    wrong = [secret for secret in secrets if _found(client, secret) != (circle in secret.readers)]
    assert wrong == []


def _found(client: Client, secret: Secret) -> bool:
    page = client.page(f"/search?q={secret.word}")
    return bool(page.xpath(f"//main//a[starts-with(@href, '/marburg/{secret.slug}')]"))


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person or "guest")
def test_suggestions_and_corrections_never_tell_a_word_that_may_not_be_read(
    secretive: tuple[Flask, list[Secret]], person: str
) -> None:
    app, secrets = secretive
    client, circle = ClientFor(app)(person), CIRCLES[person]
    hidden = [secret.word for secret in secrets if circle not in secret.readers]
    told = []
    for word in hidden:
        shown = _text(client.get(f"/search/suggest?q={word[:-3]}")) + _text(client.get(f"/search?q={word[:-1]}x"))
        told += [secret for secret in hidden if secret in shown]
    assert told == []


def test_what_may_be_read_is_shown_so_that_these_tests_could_fail(secretive: tuple[Flask, list[Secret]]) -> None:
    app, secrets = secretive
    client = ClientFor(app)("modellierung@marburg.example")
    for secret in secrets:
        if secret.number:
            assert secret.word in _text(client.get(f"/marburg/{secret.slug}/versions/{secret.number}"))


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person or "guest")
def test_no_form_changes_an_entry_that_its_sender_may_not_change(
    secretive: tuple[Flask, list[Secret]], person: str
) -> None:
    app, secrets = secretive
    client, token = ClientFor(app)(person), ""
    token = client.token()
    before = _counts(app)
    adapter = app.url_map.bind("localhost")
    own = [secret for secret in secrets if secret.number and CIRCLES[person] not in secret.readers]
    answers = {}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or "slug" not in rule.arguments:
            continue
        for values in _fillings(rule, own, [1]):
            path = adapter.build(rule.endpoint, values, method="POST")
            body = {"csrf_token": token, "message": "Fremd", "text": "Fremd", "parent": "1", "revision": "1",
                    "title": "Fremd", "reason": "Fremd", "organisation": "fulda", "before": "x", "after": "x",
                    "source": makers.bpmn("Fremd").decode()}  # fmt: skip
            answers[path] = client.post(path, data=body).status_code
    assert _counts(app) == before
    # A program that sends no JSON (415), or names no state it started from (428), is refused before anything is read.
    allowed = (302, 401, 403, 404, 415, 422, 428)
    assert {path: status for path, status in answers.items() if status not in allowed} == {}
    assert answers


def _counts(app: Flask) -> list[object]:
    wanted = [select(func.count()).select_from(table) for table in (Entry, Version, Comment, User)]
    with writing(app) as work:
        return [work.session.scalar(query) for query in (*wanted, select(func.sum(Entry.revision)))]


def test_an_origin_that_was_closed_later_shows_nowhere_in_its_forks(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        origin = makers.entry(work, title="Vorgang Ursprungswort", visibility="ikz")
        assert origin.head is not None
        fulda = makers.organisation(work, "fulda")
        made = entries.fork(work, origin, origin.head, fulda, title="Ableitung", reason="Eigene Satzung")
        made.visibility = "public"
        makers.published(work, made)
        origin.visibility = "city"
        indexing.index(work, origin)
    for person in ("modellierung@fulda.example", "foerderung@rp-giessen.example", ""):
        for path in ("", "/family", "/versions", "/compare"):
            answer = client_for(person).get(f"/fulda/ableitung{path}")
            assert answer.status_code == 200
            assert "ursprungswort" not in _visible(answer), (person, path)


def _visible(answer: TestResponse) -> str:
    """Return the page without the notes of versions, which people of the fork's own city wrote."""
    return parsed(answer).text_content().lower()


def test_the_old_address_of_a_hidden_entry_leads_nowhere(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        entry = makers.entry(work, title="Vorgang", visibility="city")
        entries.edit(work, entry, makers.profile(title="Vorgang", visibility="city"), revision=1, slug="neuer-name")
    assert client_for("modellierung@fulda.example").get("/marburg/vorgang").status_code == 404
    assert client_for("modellierung@marburg.example").get("/marburg/vorgang").status_code == 301
