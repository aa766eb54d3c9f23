"""Entries and cities as Git repositories, for reading: `git clone https://hub/wetzlar/hundesteuer-soll.git`.

The same below `/git/` asks for a token as the password and gives what its owner may read. It is an address of its
own because Git sends no password before it is asked for one, and what is public asks for none.
"""

import zlib
from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from hub.actions import entries, git_repositories, git_service, organisations, tokens
from hub.actions.git_repositories import Repository
from hub.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.http import database, now, transaction
from hub.policy import GUEST, Actor
from hub.shelf import Shelf
from hub.store.marks import commit_mark
from hub.store.tokens import Scope
from hub.work import Work

bp = Blueprint("git", __name__)

MOST_SENT = 4_000_000
"""Bytes of a request, unpacked: a name of a commit takes 50."""
SERVICE = "git-upload-pack"
CHUNK = 65_536
_KEPT: Shelf[tuple[object, ...], Repository] = Shelf(12)
"""Repositories without their contents, as they were at the last commit of the database."""


OWN = "/git"
"""Where a token is asked for."""


def _work() -> Work:
    """Return the work of a guest, or of a token's owner; raises `Unauthorized` where a token is needed.

    A sign-in in a browser says nothing here: Git sends no cookies, and a page must not clone for its reader.
    """
    if not request.path.startswith(f"{OWN}/"):
        return Work(database(), GUEST, now())
    given = request.authorization
    text = (given.password if given.type == "basic" else given.token) if given is not None else None
    key = tokens.key_of(database(), text or "", now())
    if key is None or Scope.READ not in key.scopes:
        raise Unauthorized
    if key.worth_noting(now()):
        with transaction() as work:
            tokens.note_use(work, key.id)
    return Work(database(), key.actor, now())


@bp.errorhandler(Unauthorized)
def ask_for_token(_error: Unauthorized) -> Response:
    """Ask for a token, whether or not there is anything."""
    text = "Bitte geben Sie ein Token als Passwort an; der Name ist beliebig.\n"
    response = Response(text, 401, content_type="text/plain; charset=utf-8")
    response.headers["WWW-Authenticate"] = 'Basic realm="IKZ Prozesshub", charset="UTF-8"'
    return response


def _rights(actor: Actor) -> tuple[object, ...]:
    return tuple(sorted((key, *sorted(roles)) for key, roles in actor.roles.items()))


def _repository(work: Work, city: str, slug: str) -> Repository:
    """Return what lies under an address; raises `NotFound` for what is unreadable, and `Moved` for an old address."""
    mark = commit_mark(database())  # before anything else is read
    entry = entries.find(work, city, slug) if slug else None
    owner = organisations.find(work, city) if entry is None else entry.organisation
    if not owner.cooperates:
        raise NotFound
    key = (city, slug, _rights(work.actor), mark)
    found = _KEPT.get(key) if mark is not None else None
    if found is None:
        found = git_repositories.of_city(work, owner) if entry is None else git_repositories.of_entry(work, entry)
        _KEPT.put(key, found)
    return found


def _send(file: IO[bytes], kind: str) -> Response:
    """Send an answer piece by piece; the database is not needed any more."""
    database().rollback()

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(CHUNK):
                yield piece

    response = Response(pieces(), content_type=f"application/x-{SERVICE}-{kind}")
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.call_on_close(file.close)
    return response


def _refused() -> Response:
    text = "Dieses Repository ist nur zum Lesen (read-only). Änderungen nimmt der Hub als Vorschlag an.\n"
    return Response(text, 403, content_type="text/plain; charset=utf-8")


@bp.get("/<city>.git/info/refs", defaults={"slug": ""})
@bp.get("/<city>/<slug>.git/info/refs")
def references(city: str, slug: str) -> BaseResponse:
    """List branches and tags; only the smart protocol is spoken, and only for reading."""
    work = _work()
    try:
        repository = _repository(work, city, slug)
    except entries.Moved as moved:
        target = url_for(".references", city=moved.entry.organisation.slug, slug=moved.entry.slug)
        prefix = OWN if request.path.startswith(f"{OWN}/") else ""
        return redirect(f"{prefix}{target}?{request.query_string.decode()}", 301)
    if request.args.get("service") != SERVICE:
        return _refused()
    return _send(git_service.advertise(work, repository), "advertisement")


def _body() -> bytes:
    """Return what the client sent, unpacked; bounded."""
    request.max_content_length = MOST_SENT
    sent = request.get_data(cache=False)
    if request.headers.get("Content-Encoding", "identity") not in ("gzip", "x-gzip"):
        return sent
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(sent, MOST_SENT)
    except zlib.error as error:
        raise BadRequest from error
    if not unpacking.eof:
        raise RequestEntityTooLarge if len(found) == MOST_SENT else BadRequest
    return found


@bp.post("/<city>.git/git-upload-pack", defaults={"slug": ""})
@bp.post("/<city>/<slug>.git/git-upload-pack")
def upload(city: str, slug: str) -> BaseResponse:
    """Send what a clone or fetch asks for."""
    work = _work()
    try:
        repository = _repository(work, city, slug)
        if request.content_type != f"application/x-{SERVICE}-request":
            return _refused()
        answer = git_service.upload(work, repository, _body())
    except entries.Moved as moved:
        raise NotFound from moved
    except Invalid as error:
        raise BadRequest from error
    return _send(answer, "result")


@bp.post("/<city>.git/git-receive-pack", defaults={"slug": ""})
@bp.post("/<city>/<slug>.git/git-receive-pack")
def receive(city: str, slug: str) -> BaseResponse:
    """Refuse to be pushed to."""
    try:
        _repository(_work(), city, slug)
    except entries.Moved as moved:
        raise NotFound from moved
    return _refused()


@bp.get("/<city>.git", defaults={"slug": ""})
@bp.get("/<city>/<slug>.git")
def page(city: str, slug: str) -> BaseResponse:
    """Lead a browser to the page of what the address clones."""
    target = url_for("entries.show", city=city, slug=slug) if slug else url_for("library.city", city=city)
    return redirect(target, 303)


for view, method, ending in (
    (references, "GET", "info/refs"),
    (upload, "POST", "git-upload-pack"),
    (receive, "POST", "git-receive-pack"),
):
    name = f"own_{view.__name__}"
    bp.add_url_rule(f"{OWN}/<city>.git/{ending}", name, view, methods=[method], defaults={"slug": ""})
    bp.add_url_rule(f"{OWN}/<city>/<slug>.git/{ending}", name, view, methods=[method])

# Git sends no token of a form. Nothing here writes, and nothing here looks at the cookie of a sign-in.
csrf.exempt(upload)
csrf.exempt(receive)
