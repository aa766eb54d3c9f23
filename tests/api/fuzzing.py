"""Requests made from the description of the interface, to real addresses, with real tags, by people of every role.

`python -m tests.api.fuzzing --examples 100` asks 294 operations 200 times each, in half an hour, and says where it is;
`--only grants` asks those whose name contains it.
"""

import argparse
import logging
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS

from hub import api
from hub.actions import board, discussions, entries, local_values, searches, services, words
from hub.api.contract import Operation
from hub.extensions import db
from hub.inputs.local_values import DefineSlot
from hub.inputs.services import NewService
from hub.store.entries import Entry, EntryKind
from hub.store.words import WordRuleKind
from hub.work import Work
from tests import makers
from tests.api.keys import PREFIX, token_of
from tests.clients import writing
from tests.conftest import _prepared, app_on, fill_with_people
from tests.web.test_review import prepared, submitted

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
NUMBERED = ("notification", "feed", "search", "plan", "link", "invitation", "account", "request", "job", "mail", "file")
"""Parts of addresses that count from 1."""
PEOPLE = (
    "",
    "modellierung@marburg.example",
    "freigabe@marburg.example",
    "admin@marburg.example",
    "koordination@ikz.example",
    "admin@ikz.example",
    "foerderung@rp-giessen.example",
)


@dataclass(frozen=True, slots=True)
class World:
    """A hub with something of everything, and what leads to it: names of parameters and fields → real values."""

    app: Flask
    schema: Any
    tokens: dict[str, str]
    places: dict[str, list[Any]]


def made(app: Flask) -> World:
    """Fill a hub that has only people."""
    app.config["HUB"] = replace(app.config["HUB"], api_limit=0)
    with writing(app) as work:
        process = makers.published(work, makers.entry(work, title="Hundesteuer", visibility="public"))
        makers.version(work, process, makers.bpmn("Neu"))
        design = makers.entry(work, title="Hund online", kind=EntryKind.DESIGN, visibility="public")
        person = makers.as_person(work, "modellierung@marburg.example")
        assert process.head is not None
        assert design.head is not None
        discussions.write(person, process, process.head, "Wer prüft das?")
        key = "99102003000000"
        office = makers.as_person(work, "koordination@ikz.example")
        services.add(office, NewService(name="Hundesteuer Anmeldung", key=key))
        submitted(work, prepared(work), "interim")
        parents = [process.head.id, design.head.id]
        _fill_what_people_do(person, office, process)
    places: dict[str, list[Any]] = {
        "city": ["marburg"],
        "slug": ["hundesteuer", "hund-online"],
        "organisation": ["marburg", "fulda"],
        "number": ["1.00", "1.01", "0.01"],
        "address": [key],
        "comment": [1],
        "person": [1, 2, 3],
        "user": [1, 2, 3],
        "deputy": [1, 2, 3],
        "token": [1, 2],
        "parent": parents,
        "reply_to": [1, None],
        "version": ["", "1.00"],
        "old": ["", "1.00"],
        "new": ["", "1.01"],
        "source": [makers.bpmn("Anders").decode(), makers.design("Anders.").decode()],
        "encoding": ["text"],
        "into": [key],
        "grant": ["prozesse"],
        "programme": ["ikz"],
        "statement": [1],
        "position": [1],
        "receipt": [1, 2, 3],
        "evidence": [1],
        "job": [1],
        "element": ["", "step1"],
        "scale": ["1.1", "2.0"],
        "slot": ["frist"],
        "rule": [1, "MB-03"],
        **{name: [1, 2, 3] for name in NUMBERED},
    }
    tokens = {email: token_of(app, email) for email in PEOPLE if email}
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    return World(app, schema, tokens, places)


def _fill_what_people_do(person: Work, office: Work, process: Entry) -> None:
    """Give the hub a filled slot, a plan, a saved search, a rule for words and a fork that is behind."""
    slot = {"kind": "deadline", "label": "Frist", "standard": "3 Tage"}
    local_values.define(person, process, DefineSlot.model_validate({"name": "frist", **slot}))
    searches.save(person, "Hund", {})
    words.teach(office, WordRuleKind.SAME, ["Hund", "Köter"])
    board.add(office, "Hundesteuer Anmeldung", city="marburg")
    assert process.published is not None
    fulda = makers.as_person(office, "modellierung@fulda.example")
    entries.fork(
        fulda, process, process.published, makers.organisation(fulda, "fulda"), title="Hundesteuer", reason="Satzung"
    )


def _place(world: World, case: Case[Any], choose: Any) -> None:
    """Lead a case to something that is there, more often than not."""
    for name in list(case.path_parameters or {}):
        if name in world.places and choose(st.integers(0, 9)):
            case.path_parameters[name] = choose(st.sampled_from(world.places[name]))
    for sent in (case.body, case.query):
        if isinstance(sent, dict):
            for name in sent.keys() & world.places.keys():
                if choose(st.integers(0, 3)):
                    sent[name] = choose(st.sampled_from(world.places[name]))


def _tag(world: World, operation: Operation, case: Case[Any], headers: dict[str, str]) -> str | None:
    """Return what GET says the state is that the case wants to change."""
    path = operation.match
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"<{name}>", str(value)).replace(f"<int:{name}>", str(value))
    return world.app.test_client().get(PREFIX + path, headers=headers).headers.get("ETag")


def attack(world: World, operation: Operation, *, examples: int, mode: GenerationMode, start: int = 0) -> None:
    """Send `examples` requests to an operation; raises what schemathesis finds wrong with an answer."""
    described: APIOperation[Any, Any, Any, Any] = world.schema[PREFIX + operation.template][operation.method]
    checks: list[Any] = [CHECKS.get_one(name) for name in CHECKED]
    if mode is GenerationMode.NEGATIVE:
        checks.append(CHECKS.get_one("negative_data_rejection"))

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=described.as_strategy(mode), data=st.data())
    def send(case: Case[Any], data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(PEOPLE))
        headers = {"Authorization": f"Bearer {world.tokens[who]}"} if who else {}
        if mode is GenerationMode.POSITIVE:
            _place(world, case, data.draw)
        if operation.match and data.draw(st.integers(0, 4)):
            tag = _tag(world, operation, case, headers)
            if tag:
                headers["If-Match"] = tag
        response = case.call(headers=headers)
        case.validate_response(response, checks=checks, headers=headers)

    send()


@contextmanager
def _hub(folder: Path) -> Iterator[Flask]:
    app = app_on(f"sqlite:///{_prepared(folder / 'hub.sqlite3', demo=False, fill=fill_with_people)}")
    yield app
    with app.app_context():
        db.engine.dispose()


def main() -> None:
    """Attack every operation for as long as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="requests for each operation and way")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="the operations whose name contains this")
    given_ = parser.parse_args()
    logging.disable()
    warnings.simplefilter("ignore")
    failed = 0
    with tempfile.TemporaryDirectory() as folder, _hub(Path(folder)) as app:
        world = made(app)
        chosen = [row for row in api.operations() if given_.only in row.name]
        for at, operation in enumerate(chosen, 1):
            began = time.monotonic()
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    attack(world, operation, examples=given_.examples, mode=mode, start=given_.seed)
                except (Exception, BaseExceptionGroup) as error:
                    if type(error).__name__ == "Unsatisfiable":
                        continue
                    failed += 1
                    told = [error, *getattr(error, "exceptions", ())]
                    print(f"{operation.method} {operation.path} ({mode.value}):", *map(str, told), sep="\n", flush=True)
            took = time.monotonic() - began
            print(f"{at}/{len(chosen)} {operation.method} {operation.path} {took:.0f} s", flush=True)
    print(f"{len(chosen)} operations, {failed} findings")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
