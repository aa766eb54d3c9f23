"""Standing pages: imprint, data protection, accessibility, help, licences, rights, language and theme."""

from functools import lru_cache
from importlib import resources

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub.config import ROOT
from hub.errors import NotFound
from hub.http import settings
from hub.text import accessibility, markdown
from hub.web import rights as rights_table
from hub.web.shared import safe_next

bp = Blueprint("pages", __name__)

PAGES = (
    "impressum",
    "datenschutz",
    "barrierefreiheit",
    "sicherheit-melden",
    "hilfe",
    "suchhilfe",
    "medienbrueche",
    "lizenzen",
    "einfache-erklaerung",
)

_DOCUMENTS = {"suchhilfe": "suche.md", "medienbrueche": "medienbrueche.md"}
"""German pages that are chapters of the documentation."""


def text(name: str) -> str:
    """Return a page's Markdown in the reader's language, German where there is no other."""
    if name in _DOCUMENTS and str(get_locale()) == "de":
        return (ROOT / "docs" / _DOCUMENTS[name]).read_text(encoding="utf-8")
    folder = resources.files("hub.text") / "pages"
    for language in (str(get_locale()), "de"):
        file = folder / language / f"{name}.md"
        if file.is_file():
            found = file.read_text(encoding="utf-8")
            operator = settings()
            for key in ("operator_address", "operator_email", "operator"):
                found = found.replace("{" + key + "}", getattr(operator, key))
            return found.replace("{audit}", accessibility.in_words(language)) if "{audit}" in found else found
    raise NotFound


@bp.get(
    "/<any(impressum,datenschutz,barrierefreiheit,'sicherheit-melden',hilfe,suchhilfe,medienbrueche,lizenzen,'einfache-erklaerung'):name>"
)
def show(name: str) -> str:
    """Show a standing page."""
    first, _, rest = text(name).lstrip().partition("\n")
    return render_template("pages/show.html", heading=first.lstrip("# "), text=_html(rest))


@lru_cache(maxsize=64)
def _html(text: str) -> str:
    """Return a page's Markdown as HTML; the text is the key, so another operator or language is another page."""
    return markdown.to_html(text, heading=2)


@bp.get("/rechte")
def rights() -> str:
    """Show who may do what, from the one place that decides it."""
    return render_template(
        "pages/rights.html", columns=rights_table.columns(), rows=rights_table.table(), legend=rights_table.legend()
    )


@bp.post("/language")
def language() -> Response:
    """Remember the language."""
    if request.form.get("language") in ("de", "en"):
        session["language"] = request.form["language"]
    return redirect(safe_next(request.form.get("next")))


@bp.post("/theme")
def theme() -> Response:
    """Remember light, dark or the device's own."""
    if request.form.get("theme") in ("light", "dark", "auto"):
        session["theme"] = request.form["theme"]
    return redirect(safe_next(request.form.get("next")))
