"""One person's browser: asks the hub's addresses, compares answers, remembers the forms it was shown."""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import quote

from lxml import html
from openpyxl import load_workbook
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from hub import api
from hub.api.contract import PREFIX, Operation
from hub.store.entries import Entry, EntryKind
from tests import makers
from tests.clients import ClientFor
from tests.rights.asking import BODY, Hub, Question
from tests.rights.people import Person

RANDOM = frozenset({"set-cookie", "content-length", "x-request-id", "server-timing"})
"""Headers that differ from one answer to the next, or follow from the address."""

OPERATIONS: dict[str, Operation] = {f"api.{row.name}": row for row in api.operations()}
"""The interface for programs: endpoint → what it takes."""


@cache
def json_for(endpoint: str) -> dict[str, Any] | None:
    """Return a body that an operation can read, with every field it knows; None if it takes none."""
    operation = OPERATIONS.get(endpoint)
    if operation is None or operation.body is None:
        return None
    return _filled(operation.body) | ALSO.get(endpoint, {})


def _filled(shape: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(name, field.annotation) for name, field in shape.model_fields.items() if field.is_required()}


def _value(name: str, kind: Any) -> Any:
    if name in WRITTEN:
        return WRITTEN[name]
    if get_origin(kind) in (Union, UnionType):
        return _value(name, get_args(kind)[0])
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is dict:
        return {}
    if get_origin(kind) in (list, set, frozenset, tuple):
        return [_value(name, get_args(kind)[0])]
    if hasattr(kind, "__metadata__"):
        return _value(name, get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _filled(kind)
    return PLAIN_JSON.get(kind, BODY.get(name, "Fremd"))


WRITTEN: dict[str, Any] = {
    "amount": "1.00", "change": "0" * 64, "content": "RnJlbWQ=", "hourly_rate": "1.00", "minutes_after": "1.00",
    "minutes_before": "1.00", "types": {"step1": 1}, "year": 2025,
}  # fmt: skip
"""Fields of the interface for programs that are read only in a form of their own, as decimals, digests, files."""
ALSO: dict[str, dict[str, Any]] = {
    "api.record_use": {"organisation": "fulda"},
    "api.tie_evidence": {"version": "marburg/public-fassung/1.0"},
}
"""Endpoint → what else it needs to be read."""
PLAIN_JSON: dict[Any, Any] = {bool: True, int: 1, float: 1.0, date: "2026-12-01"}


@dataclass
class Seen:
    """What everybody saw so far."""

    forms: dict[str, list[MultiDict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Forms of pages, by the endpoint they lead to: what a person who may would send."""
    done: set[str] = field(default_factory=set)
    """Endpoints of deeds that changed something for somebody who may."""
    tried: Counter[str] = field(default_factory=Counter)
    """Endpoint → how often somebody who may tried the deed."""
    opened: Counter[str] = field(default_factory=Counter)
    """Endpoint → how often its page was shown to somebody."""
    tables: set[str] = field(default_factory=set)
    """Endpoints of pages that were a table with a planted formula in it, as text."""

    def notice_forms(self, hub: Hub, answer: TestResponse) -> None:
        """Remember the forms of a page, so that others can send them too."""
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return
        for form in html.document_fromstring(answer.get_data(as_text=True)).forms:
            if form.method != "POST" or not (form.action or "").startswith("/"):
                continue
            rule, _values = hub.adapter.match(str(form.action).partition("?")[0], method="POST", return_rule=True)
            fields = MultiDict((name, value) for name, value in form.form_values() if name != "csrf_token")
            kept = self.forms[str(rule.endpoint)]
            if len(kept) < 3 and fields not in kept:
                kept.append(fields)

    def body(self, question: Question) -> dict[str, Any] | None:
        """Return what to send: a form seen for this deed, filled where it is empty, or something made up."""
        if question.endpoint in OPERATIONS:
            return self._json(question)
        if forms := self.forms.get(question.endpoint):
            return {name: values if any(values) else [BODY.get(name, "Fremd")] for name, values in forms[-1].lists()}
        return dict(BODY)

    @staticmethod
    def _json(question: Question) -> dict[str, Any] | None:
        """Return a body made up, with a content of the entry's kind that is based on its newest version."""
        body, entry = json_for(question.endpoint), question.thing.about.get(Entry)
        if body is None or not isinstance(entry, Entry):
            return body
        fitting: dict[str, Any] = {"parent": entry.head_id}
        if entry.kind == EntryKind.DESIGN:
            fitting["source"] = makers.design("Fremd").decode()
        return {name: fitting.get(name, value) for name, value in body.items()}


TABLES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PLANTED = "=1+1"
_COMPUTED = re.compile(r"[=@|%\t\r\0＝＋－＠]|[+-](?![\d.,\u00a0]+(?:[€%])?$)")


def cells(answer: TestResponse) -> list[tuple[str, bool]]:
    """Return the cells of a table, and of each whether a spreadsheet would compute it."""
    if answer.mimetype != TABLES[0]:
        sheets = load_workbook(io.BytesIO(answer.get_data())).worksheets
        found = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        return [(str(cell.value), cell.data_type == "f") for cell in found]
    text = answer.get_data().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    return [(cell, _COMPUTED.match(cell) is not None) for row in rows for cell in row]


def shared(answer: TestResponse) -> bool:
    """Whether a cache between browser and hub may keep an answer (RFC 9111)."""
    told = {word.strip() for word in answer.headers.get("Cache-Control", "").lower().split(",")}
    return told.isdisjoint({"private", "no-store"})


class Browser:
    """One person's browser. It forgets what an answer put into its session: each request comes from the same one."""

    def __init__(self, hub: Hub, person: Person) -> None:
        self.hub, self.person = hub, person
        self.client = ClientFor(hub.app)(person.email)
        self.token = self.client.token()
        self.session = self.client.get_cookie("hub")
        hub.keep()

    def ask(self, question: Question, body: object = None) -> TestResponse:
        """Send a request; return the answer."""
        path = self.hub.path(question)
        if question.method == "GET":
            answer = self.client.get(path)
        else:
            headers = {"X-CSRFToken": self.token}
            way = "data"
            if question.endpoint in OPERATIONS:
                way = "json" if body is not None else "data"
                headers |= self.tag(question)
            answer = self.client.open(path, method=question.method, headers=headers, **{way: body})
        if "Set-Cookie" in answer.headers and self.session is not None:
            self.client.set_cookie("hub", self.session.value)
        return answer

    def tag(self, question: Question) -> dict[str, str]:
        """Return what an operation on a certain state is asked with: the state as this person knows it."""
        match = OPERATIONS[question.endpoint].match
        if not match:
            return {}
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(question.values[found[1]]), PREFIX + match)
        return {"If-Match": self.client.get(path).headers.get("ETag", '"none"')}

    def seen(self, answer: TestResponse, question: Question) -> tuple[object, ...]:
        """Return all that somebody can tell of an answer, less the address they asked for and what is random."""
        headers = sorted((name, value) for name, value in answer.headers if name.lower() not in RANDOM)
        text = repr((headers, answer.get_data(as_text=True)))
        for path in (self.hub.path(question), question.thing.path, question.thing.path.removesuffix(".git")):
            text = text.replace(path, "…").replace(quote(path, safe=""), "…")
        return answer.status_code, re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', "", text)
