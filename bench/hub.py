"""What a request costs with 10,000 entries and 50,000 versions: `python -m bench.hub`.

CPU time of this process (not the clock on the wall) per request, called without a network, as a multiple of a Flask
page that only renders a Jinja template of 24 rows in the same process. Also: publishing, forking, start, weight of
pages, and importing the corpus.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, render_template
from flask_migrate import upgrade
from jinja2 import DictLoader
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bench.search import DEALT, DONE, Language
from hub import search
from hub.actions import discussions, indexing, renderings
from hub.config import ROOT
from hub.documents import Content
from hub.extensions import db
from hub.policy import SYSTEM
from hub.shelf import Shelf
from hub.store.entries import Blob, Element, Entry, EntryTag, Version
from hub.work import Work
from tests import makers
from tests.clients import Client, ClientFor, writing
from tests.conftest import app_on, fill_with_people

PERSON = "modellierung@marburg.example"
CITIES = ("marburg", "fulda", "giessen", "wetzlar", "limburg")
VERSIONS = 5
MODELS = 1_000
"""Different contents that the versions of all entries share."""
LONG = 500
"""Versions of the entry whose list and forks are measured."""
WORDS = (
    "Antrag", "Bescheid", "Frist", "Gebühr", "Satzung", "Nachweis", "Akte", "Prüfung", "Steuer", "Anmeldung",
    "Genehmigung", "Bescheinigung",
)  # fmt: skip
ROWS = [{"title": f"Hundesteuer anmelden {n}", "summary": "Anmeldung, Prüfung, Bescheid. " * 3} for n in range(24)]
BARE = """<!DOCTYPE html><html lang="de"><head><title>{{ title }}</title></head><body><nav>{% for item in menu %}
<a href="/{{ item }}">{{ item }}</a>{% endfor %}</nav><main><h1>{{ title }}</h1><ul>{% for row in rows %}
<li><a href="/x/{{ loop.index }}">{{ row.title }}</a><p>{{ row.summary }}</p></li>{% endfor %}</ul></main>
</body></html>"""


def bare_app() -> Flask:
    """Return the yardstick: Flask, Jinja, no database."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": BARE})

    @app.get("/")
    def page() -> str:
        return render_template("page.html", title="Bibliothek", menu=WORDS[:5], rows=ROWS)

    return app


class Caller:
    """Calls an application the way a server does, without a test client's overhead."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        self.app, self.cookie = app, cookie

    def __call__(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        path, _, query = path.partition("?")
        body = urllib.parse.urlencode(form).encode() if form is not None else b""
        status: list[int] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST", "PATH_INFO": path, "QUERY_STRING": query,
            "SCRIPT_NAME": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": self.cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if form is not None else "",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }  # fmt: skip

        def start(code: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
            status.append(int(code[:3]))
            return bytes.strip

        answer = self.app.wsgi_app(environ, start)
        data = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return status[0], data


def cost(call: Callable[[], object], rounds: int) -> float:
    """Return the median CPU time of one call in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time_ns()
        call()
        times.append((time.process_time_ns() - start) / 1e6)
    return statistics.median(times)


@contextmanager
def filled(count: int, url: str = "") -> Iterator[Flask]:
    """Yield a hub with `count` entries of five versions each, one of them with 500, all indexed.

    It stands on the database at `url`, which is taken as it is if it was filled before; without one on a SQLite file
    of its own.
    """
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        app = app_on(url or f"sqlite:///{folder}/hub.sqlite3")
        with app.app_context():
            upgrade()
            empty = db.session.scalar(select(Entry.id).limit(1)) is None
            db.session.rollback()
            if empty:
                _make(count)
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()


def _make(count: int) -> None:
    """Fill an empty database."""
    session = db.session()
    session.connection(execution_options={"write": True})
    fill_with_people(session)
    work = Work(session, SYSTEM, datetime.now(UTC))
    start = time.perf_counter()
    contents = _bulk(work, count)
    print(f"{count:,} entries, {count * VERSIONS + LONG - VERSIONS:,} versions", end=", ")
    for digest in contents:  # as the background service does after each publication
        renderings.keep(work, digest, renderings.missing(work, digest))
    session.commit()
    session.close()
    with Session(db.engine.execution_options(write=True)) as own:
        search.rebuild(own, range(1, count + 1), lambda inner, ids: indexing.load(Work(inner, SYSTEM, work.now), ids))
    print(f"made and indexed in {time.perf_counter() - start:.0f} s", flush=True)


def _bulk(work: Work, count: int) -> dict[str, Content]:
    """Insert entries and versions by the table; return the contents they have, by digest."""
    session = work.session
    owners = [makers.organisation(work, slug).id for slug in CITIES]
    language = Language()
    dice = language.random
    contents = [
        makers.content(makers.bpmn(*(f"{word} {dice.choice(DONE)}" for word in language.some(8)), name=f"Vorgang {n}"))
        for n in range(MODELS)
    ]
    session.execute(insert(Blob), [{"sha256": c.sha256, "size": len(c.source), "content": c.source} for c in contents])
    keys = [given.keys(None, {}) for given in contents]
    at = work.now
    session.execute(insert(Entry), [
        {"id": n, "organisation_id": owners[n % 5], "kind": "process", "slug": f"vorgang-{n}",
         "title": f"{language.some(1)[0]} {dice.choice(DEALT)}", "summary": " ".join(language.some(12)),
         "created_at": at - timedelta(minutes=n), "updated_at": at - timedelta(minutes=n)}
        for n in range(1, count + 1)
    ])  # fmt: skip
    session.execute(insert(EntryTag), [{"entry_id": n, "tag": WORDS[n % 12]} for n in range(1, count + 1)])
    versions, elements, heads, key = [], [], [], 0
    for n in range(1, count + 1):
        for sequence in range(1, (LONG if n == 5 else VERSIONS) + 1):
            key += 1
            which = (n + sequence) % MODELS
            versions.append(
                {"id": key, "entry_id": n, "sequence": sequence, "major": 0, "minor": sequence,
                 "parent_id": key - 1 if sequence > 1 else None, "blob_sha256": contents[which].sha256,
                 "message": "Frist angepasst", "created_at": at, "profile": "{}",
                 "fingerprint": contents[which].sha256}
            )  # fmt: skip
            elements += [
                {"version_id": key, "bpmn_id": part.id, "key": keys[which][part.id], "kind": part.kind,
                 "name": part.name}
                for part in contents[which].parts()
            ]  # fmt: skip
        heads.append({"id": n, "head_id": key})
        if len(versions) >= 5_000 or n == count:
            session.execute(insert(Version), versions)
            session.execute(insert(Element), elements)
            versions, elements = [], []
    if session.connection().dialect.name == "postgresql":
        for table in ("entries", "versions"):
            session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608 - ours
    session.connection().exec_driver_sql("CREATE TEMP TABLE heads (id INTEGER PRIMARY KEY, head_id INTEGER)")
    session.connection().exec_driver_sql("INSERT INTO heads SELECT entry_id, max(id) FROM versions GROUP BY entry_id")
    session.connection().exec_driver_sql(
        "UPDATE entries SET head_id = (SELECT head_id FROM heads WHERE heads.id = entries.id)"
    )
    session.expire_all()
    return {given.sha256: given for given in contents}


def signed_in(app: Flask) -> tuple[Caller, str]:
    """Return a caller with a session of a modeller, and the token of its forms."""
    client = ClientFor(app)(PERSON)
    assert isinstance(client, Client)
    token = client.token()
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return Caller(app, f"{cookie.key}={cookie.value}"), token


def pages(app: Flask, yardstick: Caller) -> None:
    """Print what reading costs; the bare page is measured beside each of them, since machines change their pace."""
    person, _token = signed_in(app)
    guest = Caller(app)
    rows = (
        ("entry page", person, "/marburg/vorgang-10"),
        ("library page", person, "/library"),
        ("library, by title, page 40", person, "/library?sort=title&page=40"),
        ("version list, 5 versions", person, "/marburg/vorgang-10/versions"),
        ("version list, 500 versions", person, "/marburg/vorgang-5/versions"),
        ("start page", person, "/"),
        ("library page of a guest", guest, "/library"),
        ("page of a city", person, "/marburg"),
        ("help page", person, "/hilfe"),
        ("portfolio", person, "/services/portfolio"),
        ("search, one common word", person, f"/search?q={urllib.parse.quote(Language().words[0])}"),
        ("search, two words", person, f"/search?q={urllib.parse.quote(Language().words[30])}+{DEALT[0]}"),
    )
    for name, caller, path in rows:
        status, data = caller(path)
        assert status == 200, f"{path} answers {status}"
        bare = cost(lambda: yardstick("/"), 200)
        anew = cost(lambda c=caller, p=path: _anew(app, c, p), 40)  # type: ignore[misc]
        elsewhere = after_write(app, caller, path, 20)
        kept = cost(lambda c=caller, p=path: c(p), 40)  # type: ignore[misc]
        note = f"after a write elsewhere {elsewhere:.2f} ms, {elsewhere / bare:.1f} ×"
        line(name, anew, bare, f"{len(data) / 1000:.0f} kB; {note}; unchanged {kept:.2f} ms, {kept / bare:.1f} ×")


def after_write(app: Flask, caller: Caller, path: str, rounds: int) -> float:
    """Return what a page costs that was seen before, just after somebody commented on another entry."""
    times = []
    for number in range(rounds):
        with writing(app) as work:
            author = makers.as_person(work, "modellierung@fulda.example")
            other = work.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
            assert other.head is not None
            discussions.write(author, other, other.head, f"Frage {number}")
        start = time.process_time_ns()
        caller(path)
        times.append((time.process_time_ns() - start) / 1e6)
    return statistics.median(times)


def _anew(app: Flask, caller: Caller, path: str) -> None:
    """Ask for a page nobody has seen, or whose content has changed: nothing finished is kept."""
    app.extensions["kept"] = Shelf(300)
    caller(path)


def publishing(app: Flask, bare: float) -> None:
    """Print what publishing a model of 100 elements and forking cost."""
    person, token = signed_in(app)
    steps = [f"{WORDS[n % 12]} {WORDS[n // 12].lower()} bearbeiten" for n in range(47)]
    times, count = [], 0
    with app.app_context():
        head = db.session.scalars(select(Entry.head_id).where(Entry.slug == "vorgang-10")).one()
        db.session.remove()
    for number in range(12):
        data = makers.bpmn(*steps[:-1], f"{steps[-1]} {number}")
        count = sum(1 for _ in makers.content(data).parts())
        form = {"csrf_token": token, "message": "Gemessen", "parent": str(head), "source": data.decode()}
        start = time.process_time_ns()
        status, _ = person("/marburg/vorgang-10/versions", form)
        times.append((time.process_time_ns() - start) / 1e6)
        assert status == 302, status
        with app.app_context():
            head = db.session.scalars(select(Entry.head_id).where(Entry.slug == "vorgang-10")).one()
            db.session.remove()
    line(f"publish {count} elements", statistics.median(times[2:]), bare, "checks, keys, index, events, commit")
    for name, slug in (("fork, origin with 5 versions", "vorgang-15"), ("fork, origin with 500 versions", "vorgang-5")):
        form = {"csrf_token": token, "organisation": "marburg", "title": "Ableitung", "reason": "Eigene Satzung"}
        line(name, cost(lambda s=slug, f=form: person(f"/marburg/{s}/fork", f), 12), bare, "")  # type: ignore[misc]


def weights(app: Flask) -> None:
    """Print how heavy pages without a diagram are, with everything they load, compressed."""
    caller, _token = signed_in(app)
    for path in ("/", "/library", "/search?q=Steuer", "/hilfe"):
        _status, data = caller(path)
        text = data.decode()
        loaded = set(re.findall(r'(?:href|src)="(/static/[^"?]+)', text))
        waiting = [name for name in loaded if name.endswith(".js")]
        while waiting:
            file = ROOT / "hub" / waiting.pop().lstrip("/")
            for name in re.findall(r'(?:from|import)\s*"(\./[^"]+)"', file.read_text("utf-8")):
                found = f"/{(file.parent / name).resolve().relative_to(ROOT / 'hub')}"
                if found not in loaded:
                    loaded.add(found)
                    waiting.append(found)
        total = len(gzip.compress(data, 6))
        for name in loaded:
            content = (ROOT / "hub" / name.lstrip("/")).read_bytes()
            total += len(content) if name.endswith(".woff2") else len(gzip.compress(content, 6))
        print(f"{'weight of ' + path:34} {total / 1000:8.1f} kB compressed, {len(loaded)} files and the page")


def cold_start() -> None:
    """Print how long making the application takes in a new process."""
    code = "import os,time; from hub.app import create_app; create_app(); t=os.times(); print(t.user + t.system)"
    environment = {"HUB_SECRET_KEY": "k" * 48, "HUB_DATABASE_URL": "sqlite://", "PATH": "/usr/bin:/bin"}
    times = [
        float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True,
                             check=True).stdout)
        for _ in range(5)
    ]  # fmt: skip
    print(f"{'cold start of the app':34} {min(times) * 1000:8.0f} ms CPU")


def corpus() -> None:
    """Print models per second and peak memory of importing every real file."""
    code = (
        "import resource,sys,time; from tests import corpus, needs\n"
        "files = sum(1 for _ in corpus.files(needs.CORPUS)); start = time.process_time()\n"
        "corpus.outcomes(needs.CORPUS); spent = time.process_time() - start\n"
        "print(files, files / spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    files, speed, memory = done.stdout.split()
    text = f"{float(speed):8.0f} models per second CPU, {float(memory):.0f} MB at most, {files} files"
    print(f"{'corpus: read, lay out, draw, tell':34} {text}")


def line(name: str, spent: float, bare: float, note: str) -> None:
    """Print one row."""
    print(f"{name:34} {spent:8.2f} ms CPU {spent / bare:6.1f} × {note}", flush=True)


def main() -> int:
    """Measure everything and print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--file", help="SQLite file to keep the filled database in for the next run")
    options = parser.parse_args()
    call = Caller(bare_app())
    for _ in range(50):
        call("/")
    with filled(options.entries, f"sqlite:///{options.file}" if options.file else "") as app:
        bare = cost(lambda: call("/"), 200)
        print(f"{'bare Flask page':34} {bare:8.2f} ms CPU    1.0 × {len(call('/')[1]) / 1000:.0f} kB")
        pages(app, call)
        publishing(app, bare)
        weights(app)
    cold_start()
    if (ROOT.parent / "shared" / "corpus").is_dir():
        corpus()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
