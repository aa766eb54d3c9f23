"""A client for the interface of the process hub: one file, the standard library, every answer typed.

    from ikz_hub import Hub

    hub = Hub("https://hub.example", token)
    for entry in hub.entries(organisation="marburg"):
        print(entry["title"], entry["newest"])

Copy the file into your own program. It sends an `Idempotency-Key` with every deed and repeats what failed on the way or
was refused as too early, so a deed happens once even if the answer is lost. `If-Match` is filled from what was read.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Literal, TypedDict, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

PREFIX = "/api/v1"
Method = Literal["GET", "POST", "PUT", "DELETE"]
Query = Mapping[str, str | int | list[str]]


class Version(TypedDict):
    """A version named in passing; `id` is what `parent` asks for."""

    id: int
    number: str
    state: str
    created_at: str


class Service(TypedDict):
    """The service an entry is about."""

    id: int
    key: str | None
    name: str


class Entry(TypedDict):
    """An entry, as far as this client speaks of it; further fields are in the dictionary too."""

    organisation: str
    slug: str
    kind: Literal["process", "design"]
    title: str
    summary: str
    about: str
    service: Service | None
    service_note: str
    level: str
    nature: str
    contact: str
    responsible: str
    legal_bases: list[str]
    tags: list[str]
    licence: str
    visibility: Literal["city", "ikz", "land", "public"]
    archived: bool
    newest: Version | None
    published: Version | None
    url: str


class Published(TypedDict):
    """A version that was just made; `merged` if somebody had published in between."""

    id: int
    number: str
    state: str
    sha256: str
    merged: bool
    url: str


class Comment(TypedDict):
    """A comment of a discussion."""

    id: int
    thread_id: int | None
    text: str
    html: str
    audience: str
    element: str | None
    deleted: bool
    resolved: bool


class Refused(Exception):
    """The hub said no: `status` of HTTP, `code` for programs, `errors` by field."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.errors: dict[str, str] = dict(problem.get("errors", {}))
        super().__init__(f"{status} {self.code} {self.errors or ''}".strip())


class Unreachable(Exception):
    """The hub could not be reached, however often it was tried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: parsed JSON or None, bytes, and the tag for a later change."""

    data: Any
    body: bytes
    tag: str


class _NoRedirects(HTTPRedirectHandler):
    """Follows nothing by itself: a token is not to be carried anywhere else."""

    def redirect_request(self, *_args: object, **_values: object) -> None:
        """Return no further request."""
        return


@dataclass(slots=True)
class Hub:
    """One hub and one token; `tries` bounds how often a request is sent, `timeout` is in seconds."""

    address: str
    token: str = field(repr=False)
    tries: int = 4
    timeout: float = 30.0

    def send(
        self, method: Method, path: str, body: object = None, *, tag: str = "", query: Query | None = None
    ) -> Answer:
        """Send one request below `/api/v1`, again after a moment if it did not get through.

        Raises `Refused` with the hub's reasons, `Unreachable` after the last try.
        """
        url = self.address.rstrip("/") + PREFIX + quote(path)
        if query:
            url += "?" + urlencode(query, doseq=True)
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if tag:
            headers["If-Match"] = tag
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        return self._try(Request(url, data, headers, method=method))  # noqa: S310 - the caller's own hub

    def _try(self, request: Request) -> Answer:
        for at in range(1, self.tries + 1):
            try:
                with build_opener(_NoRedirects).open(request, timeout=self.timeout) as found:
                    text = found.read()
                    known = found.headers.get_content_type() == "application/json"
                    return Answer(json.loads(text) if known else None, text, found.headers.get("ETag", ""))
            except HTTPError as error:
                if error.code == 308:
                    place = error.headers["Location"]
                    moved, method = self.address.rstrip("/") + place, request.get_method()
                    request = Request(moved, request.data, dict(request.headers), method=method)  # noqa: S310
                    continue
                wait = error.headers.get("Retry-After", "")
                if error.code not in (429, 502, 503, 504) or at == self.tries:
                    raise Refused(error.code, _problem(error)) from error
                time.sleep(min(60.0, float(wait)) if wait.isdecimal() else 2.0**at / 4)
            except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
                if at == self.tries:
                    raise Unreachable(str(error)) from error
                time.sleep(2.0**at / 4)
        raise Unreachable("too many moves")

    def pages(self, path: str, **query: str | int | list[str]) -> Iterator[dict[str, Any]]:
        """Yield all items of a list, page after page."""
        asked = dict(query)
        while True:
            found = self.send("GET", path, query=asked).data
            yield from found["items"]
            if not found.get("next"):
                return
            asked["cursor"] = found["next"]

    def me(self) -> dict[str, Any]:
        """Return whose token this is and what it may be used for."""
        return cast(dict[str, Any], self.send("GET", "/me").data)

    def entries(self, **filters: str) -> Iterator[Entry]:
        """Yield readable entries; filters such as `organisation`, `kind`, `state`, `service`."""
        return (cast(Entry, row) for row in self.pages("/entries", limit=100, **filters))

    def entry(self, organisation: str, slug: str) -> Entry:
        """Return one entry."""
        return cast(Entry, self.send("GET", f"/entries/{organisation}/{slug}").data)

    def create(self, organisation: str, title: str, source: str, **profile: str) -> Entry:
        """Create an entry from BPMN, or with `kind="design"` from the text of a service design."""
        sent = {"organisation": organisation, "title": title, "source": source, **profile}
        return cast(Entry, self.send("POST", "/entries", sent).data)

    def edit(self, organisation: str, slug: str, /, **changes: str) -> Entry:
        """Change fields of the profile, the others stay; raises `Refused` (412) if somebody else was quicker."""
        path = f"/entries/{organisation}/{slug}"
        now = self.send("GET", path)
        found = now.data
        kept = {
            name: found[name]
            for name in (
                "title", "summary", "about", "service_note", "level", "nature", "contact", "responsible", "licence",
                "visibility",
            )
        }  # fmt: skip
        kept["legal_bases"], kept["tags"] = "\n".join(found["legal_bases"]), ", ".join(found["tags"])
        if found["service"]:
            kept["service"], kept["service_key"] = found["service"]["name"], found["service"]["key"] or ""
        return cast(Entry, self.send("PUT", path, {**kept, **changes}, tag=now.tag).data)

    def source(self, organisation: str, slug: str, number: str) -> bytes:
        """Return the file of a version, byte for byte."""
        return self.send("GET", f"/entries/{organisation}/{slug}/versions/{number}/source").body

    def publish(self, organisation: str, slug: str, source: str, message: str, *, parent: int) -> Published:
        """Publish a next version made from `parent`; raises `Refused` (409 `moved_on`) if both changes clash."""
        sent = {"source": source, "message": message, "parent": parent}
        return cast(Published, self.send("POST", f"/entries/{organisation}/{slug}/versions", sent).data)

    def comments(self, organisation: str, slug: str) -> Iterator[Comment]:
        """Yield the readable comments of an entry, oldest first."""
        return (cast(Comment, row) for row in self.pages(f"/entries/{organisation}/{slug}/comments", limit=100))

    def comment(self, organisation: str, slug: str, text: str, *, element: str = "") -> Comment:
        """Write a comment on an entry, or on an element of it."""
        sent = {"text": text, "element": element}
        return cast(Comment, self.send("POST", f"/entries/{organisation}/{slug}/comments", sent).data)

    def search(self, text: str, **filters: str) -> Iterator[dict[str, Any]]:
        """Yield what is found, best first."""
        return self.pages("/search", q=text, **filters)

    def grants(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Yield the funded projects one carries or reviews; filters `text`, `programme`, `state`."""
        return self.pages("/grants", limit=100, **filters)

    def grant(self, slug: str) -> dict[str, Any]:
        """Return one funded project; amounts are decimal numbers as text."""
        return cast(dict[str, Any], self.send("GET", f"/grants/{slug}").data)

    def receipts(self, grant: str) -> Iterator[dict[str, Any]]:
        """Yield the receipts of a funded project by day."""
        return self.pages(f"/grants/{grant}/receipts", limit=100)

    def add_receipt(self, grant: str, **fields: str) -> dict[str, Any]:
        """Add a receipt: `number`, `day`, `party`, `reason`, `amount` such as `1234.50`, and what else it has."""
        return cast(dict[str, Any], self.send("POST", f"/grants/{grant}/receipts", fields).data)

    def evidence_pack(self, grant: str, statement: int, *, wait: float = 600) -> bytes:
        """Have the evidence pack of a submitted statement made, wait for it and return the archive."""
        path = f"/review-room/{grant}/{statement}/packs"
        job = cast(dict[str, Any], self.send("POST", path).data)
        end = time.monotonic() + wait
        while job["state"] in ("waiting", "running") and time.monotonic() < end:
            time.sleep(0.5)
            job = cast(dict[str, Any], self.send("GET", f"{path}/{job['id']}").data)
        if job["state"] != "done":
            raise Unreachable(f"the pack is {job['state']}")
        return self.send("GET", f"{path}/{job['id']}/file").body


def _problem(error: HTTPError) -> Mapping[str, Any]:
    try:
        return cast(Mapping[str, Any], json.loads(error.read()))
    except ValueError:
        return {}
