"""The DCAT-AP.de catalogue of everything public."""

import hashlib

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from hub.actions import open_data
from hub.http import current_work, settings
from hub.shelf import Shelf

bp = Blueprint("open_data", __name__)
MEDIA = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}
_KEPT: Shelf[tuple[object, ...], bytes] = Shelf(60)
"""Pages as long as nothing was written to the database; they do not depend on who asks."""


@bp.get("/catalog")
def catalogue() -> Response:
    """Lead the catalogue's own address to the form the client prefers; Turtle by default."""
    best = request.accept_mimetypes.best_match(list(MEDIA.values()), MEDIA["ttl"])
    ending = next(ending for ending, media in MEDIA.items() if media == best)
    return redirect(url_for(".show", syntax=ending), 303)


@bp.get("/catalog.<any(ttl,rdf,jsonld):syntax>")
def show(syntax: str) -> Response:
    """Return one page of the catalogue; `page` counts from 1."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    mark, base = g.get("commit_mark"), settings().base_url
    key = (syntax, number, mark, base)
    data = _KEPT.get(key) if mark is not None else None
    if data is None:
        about = open_data.About(base, settings().operator, settings().dcat_contributor)
        data = open_data.page(current_work(), about, number, ending=syntax).serialize(syntax).encode()
        if mark is not None:
            _KEPT.put(key, data)
    response = Response(data, mimetype=MEDIA[syntax])
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(hashlib.sha256(data).hexdigest())
    return response.make_conditional(request)
