"""Put everything together: settings, extensions, pages, templates."""

import logging
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, Request, request, session
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, Map, PathConverter, UnicodeConverter
from werkzeug.utils import cached_property

from hub import api, telemetry, web
from hub.actions import factors
from hub.config import ROOT, BadSetting, Settings, from_environment
from hub.extensions import babel, csrf, db, migrate
from hub.store.accounts import Role
from hub.store.connecting import engine_options, prepare_pooled
from hub.store.sqlite import prepare_sqlite
from hub.store.witness import watch
from hub.web import reading, static_files
from hub.web import telemetry as measuring
from hub.web.probes import Probes
from hub.web.translated import Translated

LANGUAGES = ("de", "en")
Several = TypeVar("Several", bound=MultiDict[str, str])


class Number(IntegerConverter):
    """A number in an address; one that no database can hold is an address that does not exist.

    Said by the pattern: where a value is refused later, werkzeug looks for no other rule.
    """

    regex = r"\d{1,9}"


class Word(UnicodeConverter):
    """A name in an address; no name has a zero byte, and PostgreSQL answers with an error if asked for one."""

    regex = r"[^/\x00]+"
    part_isolating = True  # else werkzeug takes the slash in the expression for one that a name may have

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's own name
        BaseConverter.__init__(self, map)


class Rest(PathConverter):
    """Several names in an address, as `Word`."""

    regex = r"[^/\x00][^\x00]*?"


class Fields(FormDataParser):
    """Reads forms; the most parts a form may have are also the most fields of a form without files.

    werkzeug limits the parts of multipart forms only: two megabytes of `a=1&b=1` kept a processor busy for seconds.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return what is left of the body, fields and files; raises `RequestEntityTooLarge`."""
        if mimetype == "application/x-www-form-urlencoded" and self.max_form_parts is not None:
            body = stream.read()
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        left, fields, files = super().parse(stream, mimetype, content_length, options)
        return left, _without_zeros(fields, MultiDict), files


class Form(Request):
    """A request whose form is read by `Fields`, and whose texts have no zero bytes."""

    form_data_parser_class = Fields

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """What stands after the question mark."""
        return _without_zeros(super().args, ImmutableMultiDict)


def _without_zeros(sent: MultiDict[str, str], kind: type[Several]) -> Several:
    """Return what was sent as text without zero bytes: nobody types one, and PostgreSQL takes none."""
    return kind((name, value.replace("\0", "")) for name, value in sent.items(multi=True))


def _locale() -> str:
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, "de") if request else "de"


def _prepare(engine: Engine, settings: Settings) -> None:
    watch(engine)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    elif settings.pooler:
        prepare_pooled(engine, settings)


def _let_go(_error: BaseException | None) -> None:
    """End the session before its extension does: a page that is ready is sent though the database has just gone."""
    try:
        db.session.remove()
    except SQLAlchemyError:
        with suppress(SQLAlchemyError):
            db.session().invalidate()
        db.session.registry.clear()


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, by default those of the environment; raises `BadSetting`."""
    settings = settings or from_environment()
    settings.check()
    try:
        factors.roles_named(settings.second_factor_roles)
    except ValueError as error:
        raise BadSetting(
            f"HUB_REQUIRE_SECOND_FACTOR nennt eine Rolle, die es nicht gibt; möglich sind: {', '.join(Role)}."
        ) from error
    app = Flask("hub", root_path=str(ROOT / "hub"), template_folder=str(ROOT / "templates"))
    app.request_class = Form
    app.jinja_environment = Translated  # type: ignore[assignment]
    app.config.update(
        HUB=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_limit + 1_000_000,
        MAX_FORM_MEMORY_SIZE=settings.upload_limit,
        MAX_FORM_PARTS=4_000,  # a proposal with a thousand changes has three fields for each
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=settings.session_seconds),
        SESSION_COOKIE_NAME="__Host-hub" if settings.secure_cookies else "hub",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        BABEL_DEFAULT_LOCALE="de",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "hub" / "translations"),
        TRUSTED_HOSTS=settings.trusted_hosts,
        TESTING=settings.testing,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.logger.setLevel(logging.INFO)
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    babel.init_app(app, locale_selector=_locale)
    csrf.init_app(app)
    if hops := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = static_files.StaticFiles(  # type: ignore[method-assign]
        app.wsgi_app,
        root=static_files.FOLDER,
        packed=static_files.packed_folder(settings.run_folder),
        prefix="/static/",
        autorefresh=settings.demo,  # who tries the hub out may be working on it
        max_age=0,
        immutable_file_test=lambda _path, url: url.startswith("/static/vendor/"),
        add_headers_function=web.security.add_static_headers,
    )
    app.wsgi_app = Probes(app, app.wsgi_app)  # type: ignore[method-assign]
    app.url_map.converters |= {"int": Number, "default": Word, "string": Word, "path": Rest}
    with app.app_context():
        _prepare(db.engine, settings)
        telemetry.database.watch(db.engine, settings.slow_query)
    measuring.register(app, settings)
    if settings.replica_url:
        reading.register(app, settings)
    api.register(app)
    web.register(app, https=settings.secure_cookies)
    return app
