"""JSON for programs under `/api/v1`: one module per noun, refusals as problem+json, pages by cursor."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import PathConverter, RequestRedirect

from hub.api import (
    administration,
    answering,
    board,
    bundles,
    comments,
    designs,
    deviations,
    documentation,
    entries,
    evidence,
    fim,
    findings,
    forks,
    grants,
    inbox,
    invitations,
    ledger,
    limits,
    local_values,
    log,
    maturity,
    me,
    media_rules,
    members,
    mywork,
    notifications,
    open_data,
    openapi,
    organisations,
    problems,
    programmes,
    proposals,
    receipts,
    results,
    reuse,
    review_lists,
    review_room,
    reviews,
    search,
    searches,
    services,
    statements,
    versions,
    webhooks,
    xprozess,
)
from hub.api.contract import PREFIX, Operation
from hub.errors import NotFound
from hub.extensions import csrf

NOUNS = (
    me,
    mywork,
    notifications,
    organisations,
    members,
    invitations,
    services,
    entries,
    versions,
    designs,
    forks,
    local_values,
    comments,
    proposals,
    inbox,
    deviations,
    reviews,
    review_lists,
    board,
    findings,
    media_rules,
    maturity,
    fim,
    xprozess,
    reuse,
    programmes,
    grants,
    results,
    receipts,
    statements,
    review_room,
    evidence,
    ledger,
    bundles,
    search,
    searches,
    webhooks,
    administration,
    log,
    open_data,
)
"""In the order of the documentation; a module's `routes` are its operations."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT")


class Anything(PathConverter):
    """The rest of an address whatever it is made of, line breaks too, which `path` leaves out."""

    regex = r"[\s\S]+"
    part_isolating = False


def operations() -> tuple[Operation, ...]:
    """Return every operation there is."""
    return tuple(operation for noun in NOUNS for operation in noun.routes)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return openapi.document(operations())


def _view(operation: Operation, reading: answering.Answers) -> Callable[..., Response]:
    def view(**address: Any) -> Response:
        return answering.answer(operation, reading, address)

    return view


def register(app: Flask) -> None:
    """Give `app` its programming interface."""
    app.url_map.converters["anything"] = Anything
    bp = Blueprint("api", __name__, url_prefix=PREFIX)
    csrf.exempt(bp)  # asked for where a cookie counts, see `answering`
    problems.register(bp)
    reading = {operation.path: operation for operation in operations() if operation.reads and operation.returns}
    for operation in operations():
        if operation.match and operation.match not in reading:
            raise ValueError(f"{operation.name}: nothing to read at {operation.match}")
        bp.add_url_rule(operation.path, operation.name, _view(operation, reading), methods=[operation.method])

    @bp.get("/openapi.json")
    def openapi_document() -> Response:
        """Return the description of this interface."""
        return jsonify(document())

    documentation.register(bp, document)

    @bp.route("/", defaults={"rest": ""}, methods=METHODS)
    @bp.route("/<anything:rest>", methods=METHODS)
    def nothing(rest: str) -> str:
        """Answer addresses and methods that do not exist as a program expects it."""
        adapter = app.create_url_adapter(request)
        allowed = [method for method in METHODS[:5] if adapter is not None and _leads_somewhere(adapter, method)]
        if allowed:
            raise MethodNotAllowed(["OPTIONS", *allowed])
        raise NotFound(rest)

    def _leads_somewhere(adapter: Any, method: str) -> bool:
        try:
            endpoint, _ = adapter.match(method=method)
        except RequestRedirect:
            return False
        return bool(endpoint != "api.nothing")

    @bp.after_request
    def name_request(response: Response) -> Response:
        """Let caller and log speak of the same request, and keep shared caches from mixing people up."""
        response.headers["X-Request-Id"] = g.get("request_id", "?")
        limits.tell(response)
        response.vary.update(("Authorization", "Cookie"))
        return response

    app.register_blueprint(bp)
