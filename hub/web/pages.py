"""Standing pages: imprint, data protection, accessibility, help, licences, rights, language and theme."""

from importlib import resources

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import policy
from hub.config import ROOT
from hub.errors import NotFound
from hub.http import settings
from hub.text import markdown
from hub.web.shared import safe_next

bp = Blueprint("pages", __name__)

PAGES = (
    "impressum",
    "datenschutz",
    "barrierefreiheit",
    "barriere-melden",
    "hilfe",
    "suchhilfe",
    "lizenzen",
    "einfache-erklaerung",
)


def _text(name: str) -> str:
    """Return a page's Markdown in the reader's language, German where there is no other."""
    if name == "suchhilfe":
        return (ROOT / "docs" / "suche.md").read_text(encoding="utf-8")
    folder = resources.files("hub.text") / "pages"
    for language in (str(get_locale()), "de"):
        file = folder / language / f"{name}.md"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            operator = settings()
            for key in ("operator_address", "operator_email", "operator"):
                text = text.replace("{" + key + "}", getattr(operator, key))
            return text
    raise NotFound


@bp.get(
    "/<any(impressum,datenschutz,barrierefreiheit,'barriere-melden',hilfe,suchhilfe,lizenzen,'einfache-erklaerung'):name>"
)
def show(name: str) -> str:
    """Show a standing page."""
    first, _, rest = _text(name).lstrip().partition("\n")
    return render_template("pages/show.html", heading=first.lstrip("# "), text=markdown.to_html(rest, heading=1))


@bp.get("/rechte")
def rights() -> str:
    """Show who may do what, from the one place that decides it."""
    rows = [
        (name, (function.__doc__ or "").splitlines()[0])
        for name, function in vars(policy).items()
        if callable(function)
        and getattr(function, "__module__", "") == policy.__name__
        and not name.startswith("_")
        and not name.endswith("_visible")
        and name != "Actor"
    ]
    return render_template("pages/rights.html", rows=rows)


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
