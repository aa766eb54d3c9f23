"""Operations, each declared once: what it takes and gives, who may call it, and what may go wrong.

A declaration drives validation, the call, serialisation (`hub.api.answering`) and the document (`hub.api.openapi`).

    routes = Routes("Diskussion")

    @routes.get("/entries/<city>/<slug>/comments", summary="Beiträge auflisten", query=Which, returns=Comments)
    def comments(work: Work, city: str, slug: str, query: Which) -> Comments: ...

    @routes.post("/entries/<city>/<slug>/comments", summary="Beitrag schreiben", body=WriteComment, returns=CommentOut)
    def write_comment(work: Work, city: str, slug: str, body: WriteComment) -> Made: ...

A function gets `work` – in one writing transaction unless it is a GET –, the parts of its address by name, and `query`
and `body` where declared. It raises the errors of the domain and returns its model, `Made`, `File`, `Stream`, or None.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from hub.inputs import Input
from hub.store.tokens import Scope

PREFIX = "/api/v1"
Run = TypeVar("Run", bound=Callable[..., Any])


class Output(BaseModel):
    """Base of all answers: every field is always there."""

    SECRET: ClassVar[bool] = False
    """Whether it tells a secret: no cache keeps it, and for `Idempotency-Key` it is kept sealed."""
    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Made:
    """Something new: its representation, and the operation and address that give it."""

    output: Output
    operation: str
    address: dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """Bytes as they are, for operations that declare `media`."""

    data: bytes
    media_type: str
    name: str = ""
    """File name for saving; shown in place without one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A file too large to be held at once, sent as it is read; it has no tag."""

    parts: Iterator[bytes]
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One declared operation. `path` is a Flask rule below `PREFIX`."""

    method: str
    path: str
    name: str
    tag: str
    summary: str
    run: Callable[..., Any]
    query: type[Input] | None
    body: type[Input] | None
    returns: type[Output] | None
    media: tuple[str, ...]
    scope: Scope
    signed_in: bool
    status: int
    match: str
    prepare: Callable[..., Any] | None

    @property
    def noun(self) -> str:
        """What it belongs to, in one English word: the file it is declared in."""
        return str(self.run.__module__).rpartition(".")[2]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", self.path)

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every refusal a caller must expect."""
        found = {401, 403, 429, 503}
        if "<" in self.path or self.signed_in:
            found.add(404)  # what somebody may not know of is not there
        if "<slug>" in self.path:
            found.add(308)
        if self.query is not None:
            found.add(422)
        if self.body is not None:
            found |= {400, 413, 415, 422}
        if not self.reads:
            found |= {400, 404, 409, 422}
        if self.match:
            found |= {412, 428}
        return tuple(sorted(found))


class Routes:
    """The operations of one noun, in the order of the documentation."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._operations: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def get(
        self,
        path: str,
        *,
        summary: str,
        query: type[Input] | None = None,
        returns: type[Output] | None = None,
        media: tuple[str, ...] = (),
        scope: Scope = Scope.READ,
        signed_in: bool = False,
    ) -> Callable[[Run], Run]:
        """Declare something to read; guests get what is public unless `signed_in`."""
        return self._add(
            "GET", path, summary=summary, query=query, returns=returns, media=media, scope=scope, signed_in=signed_in
        )

    def post(
        self,
        path: str,
        *,
        summary: str,
        body: type[Input] | None = None,
        returns: type[Output] | None = None,
        scope: Scope = Scope.WRITE,
        status: int = 0,
        match: str = "",
        prepare: Callable[..., Any] | None = None,
    ) -> Callable[[Run], Run]:
        """Declare a deed; 201 if it returns a model (then the function returns `Made`), else 204, or as `status` says.

        `match` is the path of the GET whose tag `If-Match` must name. `prepare(work, body=…, **address)` runs before
        the transaction, so that slow reading holds nobody up; what it returns arrives as `prepared`.
        """
        return self._add(
            "POST", path, summary=summary, body=body, returns=returns, scope=scope, signed_in=True,
            status=status or (201 if returns else 204), match=match, prepare=prepare,
        )  # fmt: skip

    def put(
        self,
        path: str,
        *,
        summary: str,
        body: type[Input] | None = None,
        returns: type[Output] | None = None,
        scope: Scope = Scope.WRITE,
        match: str | None = None,
        prepare: Callable[..., Any] | None = None,
    ) -> Callable[[Run], Run]:
        """Declare a change of what GET shows at `match`, by default at its own path; `match=""` needs no `If-Match`."""
        return self._add(
            "PUT", path, summary=summary, body=body, returns=returns, scope=scope, signed_in=True,
            status=200 if returns else 204, match=path if match is None else match, prepare=prepare,
        )  # fmt: skip

    def delete(
        self, path: str, *, summary: str, scope: Scope = Scope.WRITE, match: str | None = None
    ) -> Callable[[Run], Run]:
        """Declare an end of what GET shows at `match`, by default at the same path; `match=""` needs no `If-Match`."""
        return self._add(
            "DELETE", path, summary=summary, scope=scope, signed_in=True, status=204,
            match=path if match is None else match,
        )  # fmt: skip

    def _add(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        query: type[Input] | None = None,
        body: type[Input] | None = None,
        returns: type[Output] | None = None,
        media: tuple[str, ...] = (),
        scope: Scope,
        signed_in: bool,
        status: int = 200,
        match: str = "",
        prepare: Callable[..., Any] | None = None,
    ) -> Callable[[Run], Run]:
        def declare(run: Run) -> Run:
            self._operations.append(
                Operation(
                    method,
                    path,
                    run.__name__,
                    self.tag,
                    summary,
                    run,
                    query,
                    body,
                    returns,
                    media,
                    scope,
                    signed_in,
                    status,
                    match,
                    prepare,
                )
            )
            return run

        return declare
