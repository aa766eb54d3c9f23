"""Every page that can be reached answers, for everybody, with whole links and unique ids."""

from collections import Counter
from urllib.parse import urldefrag, urljoin

import pytest
from flask import Flask

from tests.clients import Client, ClientFor, parsed

PERSONS = (
    "",
    "modellierung@marburg.example",
    "lesen@limburg.example",
    "koordination@ikz.example",
    "foerderung@rp-giessen.example",
    "admin@ikz.example",
)
MOST = 2
"""How many addresses of one shape are followed: the pages of the 30 samples are alike."""


def shape(app: Flask, path: str) -> str:
    """Return which route an address belongs to, with the kind of things its query asks for."""
    route, _arguments = app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
    query = path.partition("?")[2]
    return f"{route.endpoint}?{'&'.join(sorted({pair.partition('=')[0] for pair in query.split('&')}))}"


def links(page: str, tree: object) -> set[str]:
    """Return the addresses within the hub that a page leads to."""
    found = set()
    for attribute in ("href", "src"):
        for element in tree.xpath(f"//*[@{attribute}]"):  # type: ignore[attr-defined]
            target = urljoin(f"http://localhost{page}", element.get(attribute))
            if target.startswith("http://localhost/"):
                found.add(target.removeprefix("http://localhost"))
    return found


def crawl(app: Flask, client: Client) -> tuple[dict[str, int], list[str]]:
    """Follow all links from the start page; return each visited address with its status, and what is wrong."""
    seen: dict[str, int] = {}
    wrong: list[str] = []
    shapes: Counter[str] = Counter()
    waiting = ["/"]
    ids: dict[str, set[str]] = {}
    fragments: list[tuple[str, str, str]] = []
    while waiting:
        path = waiting.pop(0)
        kind = shape(app, path)
        if path in seen or shapes[kind] >= MOST:
            continue
        shapes[kind] += 1
        answer = client.get(path, follow_redirects=False)
        seen[path] = answer.status_code
        if answer.status_code in (301, 302, 303, 308):
            waiting.append(answer.location)
            continue
        if answer.status_code != 200:
            wrong.append(f"{path} answers {answer.status_code}")
            continue
        if answer.mimetype != "text/html" or not answer.get_data():
            continue
        tree = parsed(answer)
        names = [element.get("id") for element in tree.xpath("//*[@id]")]
        wrong += [f"{path} has the id {name} twice" for name, count in Counter(names).items() if count > 1]
        wrong += [f"{path} points at no id {name}" for name in _pointed_at(tree) - set(names)]
        # A step's own address means its place in the diagram, which the viewer finds; the text names it, too.
        ids[path] = {*names, *tree.xpath("//@data-element")}
        for link in sorted(links(path, tree)):
            target, fragment = urldefrag(link)
            if fragment:
                fragments.append((path, target, fragment))
            waiting.append(target)
    wrong += [
        f"{page} leads to {target}#{fragment}, which is not there"
        for page, target, fragment in fragments
        if target in ids and fragment not in ids[target] and not fragment.startswith("element=")
    ]
    return seen, wrong


def _pointed_at(tree: object) -> set[str]:
    found: set[str] = set()
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form"):
        for value in tree.xpath(f"//@{attribute}"):  # type: ignore[attr-defined]
            found.update(value.split())
    return found


@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person.partition("@")[0] or "guest")
def test_every_page_that_can_be_reached_answers(sample_app: Flask, person: str) -> None:
    seen, wrong = crawl(sample_app, ClientFor(sample_app)(person))
    assert wrong == []
    assert len(seen) > 40


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_whole_page_speaks_the_chosen_language(sample_app: Flask, language: str) -> None:
    client = ClientFor(sample_app)()
    client.send("/language", language=language)
    assert client.page("/").get("lang") == language


def test_an_unknown_address_gets_a_page_with_a_way_on(sample_app: Flask) -> None:
    answer = ClientFor(sample_app)().get("/marburg/gibt-es-nicht")
    assert answer.status_code == 404
    assert parsed(answer).xpath("//a[@href='/library' or @href='/']")


@pytest.mark.parametrize("page", ["²", "0", "-1", "999999", "x", "1e3", "٣"])
@pytest.mark.parametrize("path", ["/library", "/search", "/marburg/hundesteuer-soll/versions"])
def test_an_odd_page_number_shows_a_page(sample_app: Flask, path: str, page: str) -> None:
    answer = ClientFor(sample_app)("modellierung@marburg.example").get(path, query_string={"page": page, "q": "Hund"})
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("value", ["'", '"><script>', "%", "_", "\x00", "ü" * 500, "../..", "{{7*7}}", "\ud7ff"])
@pytest.mark.parametrize(
    ("path", "name"),
    [("/library", "city"), ("/library", "service"), ("/library", "sort"), ("/search", "q"), ("/search", "city"),
     ("/search/suggest", "q"), ("/login", "next")],
)  # fmt: skip
def test_odd_words_in_an_address_are_only_words(sample_app: Flask, path: str, name: str, value: str) -> None:
    answer = ClientFor(sample_app)("").get(path, query_string={name: value})
    assert answer.status_code == 200
    assert '"><script>' not in answer.get_data(as_text=True)


def test_a_page_without_a_diagram_loads_no_viewer(sample_app: Flask) -> None:
    for path in ("/", "/library", "/cities", "/hilfe", "/search?q=Hundesteuer"):
        assert "bpmn-js" not in ClientFor(sample_app)("").get(path).get_data(as_text=True)
