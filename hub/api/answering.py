"""From a request to an operation and back: who asks, how often, what was sent, once or again, and the answer."""

import hashlib
from collections.abc import Mapping
from typing import Any, get_args, get_origin
from urllib.parse import urlencode

from flask import Response, current_app, json, request, url_for
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    BadRequest,
    PreconditionFailed,
    PreconditionRequired,
    Unauthorized,
    UnsupportedMediaType,
)
from werkzeug.http import parse_etags

from hub.actions import repeating, tokens, vault
from hub.api import limits
from hub.api.contract import File, Made, Operation, Output, Stream
from hub.api.problems import ScopeMissing
from hub.errors import Conflict, Invalid, Paused
from hub.extensions import csrf
from hub.http import bearer_given, current_actor, current_key, current_work, now, settings, streamed, transaction
from hub.inputs import Input
from hub.inputs.refusals import codes
from hub.work import Work

REPEAT = "Idempotency-Key"
PURPOSE = "repeated answer"
"""What an answer with a secret is sealed for while it is kept."""
Answers = Mapping[str, Operation]
"""Path of a GET → its operation, for what `If-Match` speaks of."""


def answer(operation: Operation, reading: Answers, address: dict[str, Any]) -> Response:
    """Do what is asked for and return the answer; raises what the domain and HTTP refuse."""
    limits.check()
    _check_caller(operation)
    values: dict[str, Any] = dict(address)
    if operation.query is not None:
        values["query"] = _query(operation.query)
    elif request.args:
        raise Invalid(**dict.fromkeys(request.args, "unknown_field"))
    if operation.body is not None:
        values["body"] = _body(operation.body)
    if operation.reads:
        return _respond(operation, operation.run(current_work(), **values))
    if operation.prepare is not None:
        values["prepared"] = operation.prepare(current_work(), **values)
    return _once(operation, reading, address, values)


def _check_caller(operation: Operation) -> None:
    key = current_key()
    if bearer_given() and key is None:
        raise Unauthorized("token_invalid", www_authenticate=_challenge(error="invalid_token"))
    if key is not None:
        if operation.scope not in key.scopes:
            raise ScopeMissing(operation.scope)
        _note_use(key)
    elif operation.signed_in and not current_actor().signed_in:
        raise Unauthorized("sign_in_needed", www_authenticate=_challenge())
    if not operation.reads and key is None:
        csrf.protect()  # a browser's cookie came along by itself; whoever wrote the page must have meant it


def _challenge(**more: str) -> WWWAuthenticate:
    return WWWAuthenticate("bearer", {"realm": "IKZ Prozesshub", **more})


def _note_use(key: tokens.Key) -> None:
    """Note now and then that a token is in use; a database that cannot write just now keeps nobody from reading."""
    if not key.worth_noting(now()):
        return
    try:
        with transaction() as work:
            tokens.note_use(work, key.id)
    except (OperationalError, Paused):
        current_app.logger.warning("the use of a token could not be noted")


def _query(shape: type[Input]) -> Input:
    """Read the query by the shape: a field that is a list may come several times."""
    sent: dict[str, Any] = {}
    for name, found in request.args.lists():
        field = shape.model_fields.get(name)
        many = field is not None and _is_list(field.annotation)
        if not many and len(found) > 1:
            raise Invalid(**{name: "not_valid"})
        sent[name] = found if many else found[0]
    try:
        return shape.model_validate(sent)
    except ValidationError as error:
        raise Invalid(**codes(error)) from error


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(part) for part in get_args(annotation))


def _body(shape: type[Input]) -> Input:
    """Read a JSON body by the shape, strictly: a number in quotes is no number."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return shape.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        if any(row["type"] == "json_invalid" for row in error.errors()):
            raise BadRequest("not_json") from error
        raise Invalid(**codes(error)) from error


def _once(operation: Operation, reading: Answers, address: dict[str, Any], values: dict[str, Any]) -> Response:
    """Do it in one transaction; with an idempotency key once for all times it is sent within a day."""
    key = request.headers.get(REPEAT, "")
    if not key:
        with transaction() as work:
            return _change(work, operation, reading, address, values)
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        raise Invalid(idempotency_key="not_valid")
    with transaction() as work:
        held = repeating.claim(work, _holder(), key, _request_digest())
    if held.answer is not None:
        return _replayed(held.answer)
    try:
        with transaction() as work:
            response = _change(work, operation, reading, address, values)
            repeating.keep(work, held, json.dumps(_kept(operation, response)))
            return response
    except BaseException:
        with transaction() as work:
            repeating.give_back(work, held)
        raise


def _holder() -> str:
    key = current_key()
    return f"token:{key.id}" if key is not None else f"user:{current_actor().user_id}"


def _request_digest() -> str:
    parts = (request.method, request.full_path, request.headers.get("If-Match", ""), request.mimetype)
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.get_data()).hexdigest()


KEPT = ("Content-Type", "ETag", "Location", "Cache-Control")
"""Headers that an answer has when it is given again, too."""


def _tells_secret(operation: Operation) -> bool:
    return operation.returns is not None and operation.returns.SECRET


def _kept(operation: Operation, response: Response) -> dict[str, Any]:
    """Return an answer as it is kept; what tells a secret is sealed, as nothing secret stands open in the database."""
    body = response.get_data(as_text=True)
    sealed = _tells_secret(operation)
    return {
        "status": response.status_code,
        "headers": [row for row in response.headers if row[0] in KEPT],
        "body": vault.seal(settings().secret_key, PURPOSE, body).decode() if sealed else body,
        "sealed": sealed,
    }


def _replayed(kept: str) -> Response:
    found = json.loads(kept)
    body = found["body"]
    if found.get("sealed"):
        body = vault.unseal(settings().secret_key, PURPOSE, body.encode())
        if body is None:  # the hub's key has changed since
            raise Conflict("answer_lost")
    response = Response(body, found["status"], [tuple(row) for row in found["headers"]])
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _change(
    work: Work, operation: Operation, reading: Answers, address: dict[str, Any], values: dict[str, Any]
) -> Response:
    if operation.match:
        _check_match(work, reading[operation.match], address)
    return _respond(operation, operation.run(work, **values))


def _check_match(work: Work, shown: Operation, address: dict[str, Any]) -> None:
    """Raise unless `If-Match` names what GET shows now, inside the transaction that changes it."""
    sent = request.headers.get("If-Match", "")
    if not sent:
        # Whoever may not see it learns nothing more than that.
        shown.run(work, **address)
        raise PreconditionRequired
    if not parse_etags(sent).contains(_tag(_text(shown.run(work, **address)))):
        raise PreconditionFailed


def _text(output: Output) -> str:
    return json.dumps(output.model_dump(mode="json"), sort_keys=True)


def _tag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _respond(operation: Operation, result: Output | Made | File | Stream | None) -> Response:
    if result is None:
        return Response(status=204)
    if isinstance(result, Stream):
        response = Response(streamed(result.parts), operation.status, content_type=result.media_type)
        response.headers.set("Content-Disposition", "attachment", filename=result.name)
        response.headers["Cache-Control"] = "private, no-store"
        return response
    if isinstance(result, File):
        response = Response(result.data, operation.status, content_type=result.media_type)
        if result.name:
            response.headers.set("Content-Disposition", "attachment", filename=result.name)
        response.set_etag(hashlib.sha256(result.data).hexdigest()[:32])
        return _conditional(response, operation)
    output = result.output if isinstance(result, Made) else result
    text = _text(output)
    response = Response(text, operation.status, content_type="application/json")
    response.set_etag(_tag(text))
    if (following := getattr(output, "next", None)) is not None:
        rows = [(key, value) for key, value in request.args.items(multi=True) if key != "cursor"]
        response.headers["Link"] = f'<{request.path}?{urlencode([*rows, ("cursor", following)])}>; rel="next"'
    if output.SECRET:
        response.headers["Cache-Control"] = "no-store"
    if isinstance(result, Made):
        response.headers["Location"] = url_for(f"api.{result.operation}", **result.address)
    return _conditional(response, operation)


def _conditional(response: Response, operation: Operation) -> Response:
    if operation.reads:
        response.make_conditional(request)
    return response
