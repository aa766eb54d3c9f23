"""Pages by cursor: an answer names the next one in `next` and in its `Link` header (RFC 8288)."""

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from hub.errors import Invalid

MOST = 100
"""Most items of one answer."""


def limit(otherwise: int = 20) -> int:
    """Return how many items were asked for; raises `Invalid(limit=…)` beyond 1 to `MOST`."""
    text = request.args.get("limit", str(otherwise))
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise Invalid(limit="not_valid")
    return int(text)


def cursor() -> dict[str, Any]:
    """Return what the given cursor says, nothing on the first page; raises `Invalid(cursor=…)` for a foreign one."""
    text = request.args.get("cursor", "")
    if not text:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Invalid(cursor="not_valid") from error
    if not isinstance(found, dict):
        raise Invalid(cursor="not_valid")
    return found


def answer(items: list[dict[str, Any]], after: dict[str, Any] | None, **more: Any) -> Response:
    """Return a page of `items`; `after` is what the next page's cursor says, None on the last page."""
    token = None
    if after is not None:
        token = base64.urlsafe_b64encode(json.dumps(after, separators=(",", ":")).encode()).rstrip(b"=").decode()
    response = jsonify({"items": items, "next": token, **more})
    if token is not None:
        rows = [(key, value) for key, value in request.args.items(multi=True) if key != "cursor"]
        response.headers["Link"] = f'<{request.path}?{urlencode([*rows, ("cursor", token)])}>; rel="next"'
    return response
