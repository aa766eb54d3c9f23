"""The OpenAPI 3.1 document, made from the declared operations and nothing else."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from hub.api.contract import PREFIX, Operation
from hub.api.problems import Problem

VERSION = "1.2.0"
"""Of the interface, after semver.org; every change has a line in docs/api/CHANGELOG.md."""
_REF = "#/components/schemas/{model}"
_TEXT = {"type": "string"}

_ABOUT = """Alles, was Menschen auf den Seiten des Prozesshubs tun, als Schnittstelle für Programme.

Angemeldet wird mit einem Token aus „Mein Konto“: `Authorization: Bearer ikz_…`. Ein Token darf nie mehr als die Person,
der es gehört, und nie mehr als seine Bereiche (`read`, `write`, `review`, `admin`). Öffentliches lesen alle ohne Token.

Jede Antwort auf GET hat ein `ETag`. Wer etwas ändert, nennt es in `If-Match`: 428 ohne, 412 wenn sich inzwischen etwas
geändert hat. Mit `Idempotency-Key` geschieht eine wiederholte Anfrage 24 Stunden lang nur einmal. Ablehnungen kommen
als `application/problem+json` mit festem `code`. Listen nennen in `next` den `cursor` der nächsten Seite."""


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the whole document for `operations`."""
    references, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(PREFIX + operation.template, {})[operation.method.lower()] = _operation(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Prozesshub",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": tag, "x-displayName": tag}
            for name, tag in dict.fromkeys((operation.noun, operation.tag) for operation in operations)
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in sorted(_all_statuses(operations))},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Token aus „Mein Konto“, `ikz_…`"},
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "hub",
                    "description": "Die Anmeldung im Browser. Zum Schreiben gehört das Token gegen fremde Formulare im "
                    "Kopf `X-CSRF-Token`. Über HTTPS heißt das Cookie `__Host-hub`.",
                },
            },
        },
    }


def _all_statuses(operations: Iterable[Operation]) -> set[int]:
    return {status for operation in operations for status in operation.statuses}


def _schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[type[BaseModel], str], Any], dict[str, Any]]:
    """Return (model, mode) → schema or reference, and the definitions they point at."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for operation in operations:
        if operation.body is not None:
            wanted[operation.body, "validation"] = None
        if operation.returns is not None:
            wanted[operation.returns, "serialization"] = None
    found, definitions = models_json_schema(list(wanted), ref_template=_REF)
    references = {
        (cast(type[BaseModel], model), str(mode)): _renamed(schema) for (model, mode), schema in found.items()
    }
    named = {_name(name): schema for name, schema in definitions["$defs"].items()}
    return references, {name: {**_renamed(schema), "title": name} for name, schema in named.items()}


def _name(name: str) -> str:
    """Return the name of a model; where two share one, with that of its module: generators make classes of it."""
    *path, own = name.replace("-", "").split("__")
    return f"{path[-1].title().replace('_', '')}{own}" if path else own


def _renamed(schema: Any) -> Any:
    """Return a schema whose references name models as `_name` does."""
    if isinstance(schema, list):
        return [_renamed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    start = _REF.format(model="")
    return {
        key: start + _name(value.removeprefix(start)) if key == "$ref" and isinstance(value, str) else _renamed(value)
        for key, value in schema.items()
    }


def _operation(operation: Operation, references: dict[tuple[type[BaseModel], str], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": (operation.run.__doc__ or "").strip().partition("\n\n")[0],
        "tags": [operation.noun],
        "security": [{"token": [operation.scope.value]}, {"cookie": []}],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": _responses(operation, references),
    }
    if not operation.signed_in:
        made["security"].append({})
    if operation.body is not None:
        schema = references[operation.body, "validation"]
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return made


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    for converter, name in re.findall(r"<(?:([^<>:]+):)?([^<>]+)>", operation.path):
        schema: dict[str, Any] = (
            {"type": "integer", "minimum": 0, "maximum": 999_999_999}
            if converter == "int"
            else {**_TEXT, "minLength": 1}
        )
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    found = []
    for name, field in operation.query.model_fields.items():
        schema = TypeAdapter(cast(Any, field.rebuild_annotation())).json_schema(mode="validation")
        schema.pop("$defs", None)
        if not field.is_required() and field.default is not None and field.default_factory is None:
            schema["default"] = field.default
        found.append({"name": name, "in": "query", "required": field.is_required(), "schema": schema})
    return found


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if operation.reads:
        return []
    found: list[dict[str, Any]] = []
    if operation.match:
        what = f"`ETag` von `GET {PREFIX}{_plain(operation.match)}`"
        # Left out it is answered with 428, which is why the schema does not require it.
        found.append({"name": "If-Match", "in": "header", "required": False, "description": what, "schema": _TEXT})
    found.append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Frei gewählt, etwa eine UUID: Dieselbe Anfrage geschieht damit nur einmal.",
            "schema": {**_TEXT, "maxLength": 200, "pattern": "^[ -~]*$"},
        }
    )
    return found


def _plain(path: str) -> str:
    return re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", path)


def _responses(operation: Operation, references: dict[tuple[type[BaseModel], str], Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    headers: dict[str, Any] = {}
    if operation.returns is not None:
        schema = references[operation.returns, "serialization"]
        good["content"] = {"application/json": {"schema": schema}}
        headers["ETag"] = {"schema": _TEXT}
    for media in operation.media:
        good.setdefault("content", {})[media] = {"schema": _file(media)}
    if operation.status == HTTPStatus.CREATED:
        headers["Location"] = {"schema": _TEXT, "required": True}
    if headers:
        good["headers"] = headers
    found = {str(operation.status): good}
    if operation.reads:
        found["304"] = {"description": "Unverändert seit dem ETag in `If-None-Match`"}
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in operation.statuses}


def _file(media: str) -> dict[str, Any]:
    """Return the schema of an answer that is no object of its own: a mapping of JSON, of all else its bytes.

    As text generators would decode it by a guess, and some refuse text whose kind is not `text/…`.
    """
    if media == "application/json":
        return {"type": "object", "additionalProperties": True}
    return {**_TEXT, "format": "binary"}


_WHY = {
    308: "Der Eintrag hat eine neue Adresse, siehe `Location`.",
    400: "Die Anfrage ist nicht lesbar.",
    401: "Eine Anmeldung fehlt, oder das Token gilt nicht.",
    403: "Die Person darf das nicht, oder das Token ist dafür nicht gemacht (`scope_missing`).",
    404: "Das gibt es nicht, oder es ist nicht freigegeben.",
    409: "Der Stand erlaubt das nicht (mehr).",
    412: "Seit dem ETag in `If-Match` hat sich etwas geändert.",
    413: "Zu groß.",
    415: "Erwartet wird `application/json`.",
    422: "Angaben passen nicht; `errors` sagt welche.",
    428: "`If-Match` fehlt.",
    429: "Zu viele Anfragen; `Retry-After` sagt, wie viele Sekunden zu warten ist.",
    503: "Der Hub ist in Wartung, oder die Datenbank antwortet nicht; `Retry-After` sagt, wann es sich wieder lohnt.",
}


def _refusal(status: int) -> dict[str, Any]:
    if status < 400:
        return {"description": _WHY[status], "headers": {"Location": {"schema": _TEXT, "required": True}}}
    found: dict[str, Any] = {
        "description": _WHY[status],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        found["headers"] = {"WWW-Authenticate": {"schema": _TEXT}}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        found["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
    return found
