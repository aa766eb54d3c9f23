"""The manual inside the hub: its chapters as pages, and for every page the chapter that explains it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flask import Blueprint, render_template, request, send_from_directory, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub.config import ROOT
from hub.errors import NotFound
from hub.text import markdown

bp = Blueprint("manual", __name__, url_prefix="/hilfe")
FOLDER = ROOT / "docs" / "handbuch"

EXPLAINED = {
    "ableiten": "forks",
    "auf-dem-laufenden-bleiben": "activity feeds mywork notifications",
    "dienste-entwerfen": "designs",
    "fim-und-austausch": "bundles fim fim_import open_data",
    "foerdern-und-pruefen": "funding ledger programmes receipts results reuse review_room statements",
    "kommentieren": "discussions guests",
    "konten-und-rollen": "accounts factors invitations login members organisations own_data providers second tokens",
    "koordinieren": "agenda board legal webhooks",
    "leistungen": "landscape portfolio service_imports services topics",
    "medienbrueche": "findings media_rules",
    "modellieren": "checks editing similar ways_in",
    "oertliche-werte": "local_values",
    "pruefen-und-freigeben": "deputies reviews",
    "reifegrad": "maturity",
    "suchen-und-lesen": "entries files library search searches words",
    "verwalten": "admin",
    "versionen-und-vergleich": "compare git versions",
    "vorschlaege": "deviations inbox matrix proposals proposing",
}
"""Which chapter explains the pages of which nouns."""

_CHAPTER_OF = {noun: chapter for chapter, nouns in EXPLAINED.items() for noun in nouns.split()}
_PICTURE = re.compile(r"^!\[([^\]]*)\]\(bilder/([a-z-]+\.png)\)\s*$", re.MULTILINE)


class Part(NamedTuple):
    """A stretch of safe HTML, or a picture of `bilder/` with what it shows."""

    text: str
    picture: str = ""


class Chapter(NamedTuple):
    """One chapter, cut where its pictures stand."""

    title: str
    parts: tuple[Part, ...]


@lru_cache(maxsize=64)
def chapter(name: str) -> Chapter:
    """Return a chapter; raises `NotFound`."""
    file = FOLDER / f"{name}.md"
    if not re.fullmatch(r"[a-z-]+", name) or not file.is_file():
        raise NotFound(name)
    title, _, rest = file.read_text(encoding="utf-8").lstrip().partition("\n")
    return Chapter(title.lstrip("# "), tuple(_parts(rest)))


def _parts(text: str) -> Iterator[Part]:
    start = 0
    for found in _PICTURE.finditer(text):
        yield Part(_html(text[start : found.start()]))
        yield Part(found[1], found[2])
        start = found.end()
    yield Part(_html(text[start:]))


def _html(text: str) -> str:
    # Links between chapters lead to pages instead of files; what lies elsewhere is not part of the manual.
    text = re.sub(r"\[([^\]]+)\]\(\.\./[^)]*\)", r"\1", text)
    return markdown.to_html(re.sub(r"\]\(([a-z-]+)\.md\)", r"](/hilfe/\1)", text), heading=2)


@lru_cache(maxsize=1)
def titles() -> tuple[tuple[str, str], ...]:
    """Return the chapters in the manual's own order, by name and title."""
    names = re.findall(r"\]\(([a-z-]+)\.md\)", (FOLDER / "index.md").read_text(encoding="utf-8"))
    return tuple((name, chapter(name).title) for name in dict.fromkeys(names))


@bp.get("/<name>")
def show(name: str) -> str:
    """Show a chapter with the list of all; the manual is in German."""
    return render_template("pages/manual.html", name=name, chapter=chapter(name), titles=titles())


@bp.get("/bilder/<name>")
def picture(name: str) -> Response:
    """Return a picture of the manual."""
    return send_from_directory(FOLDER / "bilder", name, mimetype="image/png", max_age=3600)


def help_address() -> str:
    """Return where the page on screen is explained; in English, and for other pages, the short help."""
    noun = (request.blueprint or "").partition(".")[0]
    if noun in _CHAPTER_OF and str(get_locale()) == "de":
        return url_for("manual.show", name=_CHAPTER_OF[noun])
    return url_for("pages.show", name="hilfe")
