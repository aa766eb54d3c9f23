"""The documentation page: plain HTML from the OpenAPI document, with a curl command for each operation."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from hub.http import settings


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or field: its name, what it may be, and whether it is needed."""

    name: str
    kind: str
    needed: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One operation for people."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    public: bool
    parameters: list[Row]
    body: list[Row]
    answer: list[Row]
    statuses: list[tuple[str, str]]
    curl: str


def register(bp: Blueprint, document: Callable[[], dict[str, Any]]) -> None:
    """Give `bp` the page that describes `document`."""

    @bp.get("/docs")
    def docs() -> str:
        """Show the documentation."""
        found = document()
        titles: dict[str, str] = {tag["name"]: tag["description"] for tag in found["tags"]}
        tags: dict[str, list[Chapter]] = {title: [] for title in titles.values()}
        for path, methods in found["paths"].items():
            for method, operation in methods.items():
                tags[titles[operation["tags"][0]]].append(_chapter(found, path, method, operation))
        return render_template(
            "api/docs.html", about=found["info"]["description"], tags=tags, version=found["info"]["version"]
        )


def _chapter(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Chapter:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    good = next(row for status, row in operation["responses"].items() if status < "300")
    given = good.get("content", {})
    rows = _fields(document, given.get("application/json", {}).get("schema", {}))
    return Chapter(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        scope=operation["security"][0]["token"][0],
        public={} in operation["security"],
        parameters=[
            Row(
                row["name"],
                _kind(document, row["schema"]),
                row["required"],
                row.get("description", "").replace("`", ""),
            )
            for row in operation["parameters"]
        ],
        body=_fields(document, body),
        answer=rows or [Row(media, "Datei", needed=True) for media in given],
        statuses=[
            (status, _resolved(document, row)["description"]) for status, row in sorted(operation["responses"].items())
        ],
        curl=_curl(document, path, method, operation, body),
    )


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference within the document."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[Row]:
    found = _resolved(document, schema) if schema else {}
    needed = found.get("required", [])
    return [Row(name, _kind(document, field), name in needed) for name, field in found.get("properties", {}).items()]


_FORMATS = {"date": "Datum", "date-time": "Zeitpunkt", "decimal": "Dezimalzahl als Text, etwa „1234.50“"}
_KINDS = {"string": "Text", "integer": "Zahl", "number": "Kommazahl", "boolean": "ja/nein", "null": "leer"}


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """Say in a few words what a value may be."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " oder ".join(dict.fromkeys(_kind(document, part) for part in schema["anyOf"]))
    if "const" in schema:
        return f"„{schema['const']}“"
    if "enum" in schema:
        return "eines von: " + ", ".join(f"„{value}“" for value in schema["enum"])
    kind = schema.get("type", "")
    if kind == "array":
        return "Liste: " + _kind(document, schema.get("items", {}))
    if kind == "object":
        inner = ", ".join(schema.get("properties", {}))
        return f"Objekt ({inner})" if inner else "Objekt"
    words = [_FORMATS.get(schema.get("format", ""), _KINDS.get(kind, "beliebig"))]
    if "maxLength" in schema:
        words.append(f"höchstens {schema['maxLength']} Zeichen")
    if "minimum" in schema and "maximum" in schema:
        words.append(f"{schema['minimum']} bis {schema['maximum']}")
    return ", ".join(words)


def _curl(document: dict[str, Any], path: str, method: str, operation: dict[str, Any], body: dict[str, Any]) -> str:
    """Return a command for a POSIX shell; capital words stand for what the caller fills in."""
    address = settings().base_url + path
    for name in [row["name"] for row in operation["parameters"] if row["in"] == "path"]:
        address = address.replace("{" + name + "}", f"${name.upper()}")
    lines = ["curl" if method == "get" else f"curl -X {method.upper()}", '-H "Authorization: Bearer $HUB_TOKEN"']
    if any(row["name"] == "If-Match" for row in operation["parameters"]):
        lines.append('-H "If-Match: $ETAG"')
    if body:
        lines.append("-H 'Content-Type: application/json'")
        lines.append("-d '" + json.dumps(_sample(document, body), ensure_ascii=False) + "'")
    return " \\\n  ".join([*lines, f'"{address}"'])


def _sample(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return a small value of a schema: what is required, with words that say what goes there."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return _sample(document, schema["anyOf"][0])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        names = schema.get("required") or list(fields)[:2]
        return {name: _sample(document, fields[name]) for name in names if name in fields}
    if kind == "array":
        return [_sample(document, schema.get("items", {}))]
    if schema.get("format") == "decimal":
        return "1234.50"
    return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind), "…")
