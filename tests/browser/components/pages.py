"""A small site that shows the components on the real base page, under the real security policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Response as Reply

from hub.web.security import CSP

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent


class Form:
    """A refused form, as the macros expect it."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {"message": "Gebühr angepasst"}
        self.errors = {"title": "required"}


def _in_german(text: str, **values: Any) -> str:
    return text % values if values else text


def create_site() -> Flask:
    """Return the site: its config's SAVED collects what was sent, ANSWER says how to answer, SESSION is the token."""
    site = Flask("components", root_path=str(ROOT / "hub"))
    site.secret_key = "components"
    site.config.update(SAVED=[], ANSWER="sent", SESSION="token-1")
    site.jinja_loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), FileSystemLoader(ROOT / "templates")])
    site.jinja_env.undefined = StrictUndefined
    site.jinja_env.globals.update(_=_in_german, csrf_token=lambda: site.config["SESSION"])
    site.jinja_env.filters["message"] = lambda code: {"required": "Bitte füllen Sie dieses Feld aus."}.get(code, code)

    @site.template_global()
    def page_links() -> str:
        made: Any = site.jinja_env.get_template("page_links.html").module
        return made.page_links()  # type: ignore[no-any-return]

    @site.context_processor
    def common() -> dict[str, Any]:
        return {
            "locale": request.args.get("language", "de"),
            "theme": request.args.get("theme", "auto"),
            "account": {"name": "Modellierung Marburg", "city": "Marburg"},
            "navigation": [("Start", "/", True), ("Bibliothek", "/library", False)],
        }

    @site.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = CSP
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @site.get("/<any(parts,viewer,modeler,compare):page>")
    def show(page: str) -> str:
        model = request.args.get("model", "hundesteuer-1")
        return render_template(f"{page}.html", form=Form(), base=request.args.get("base", "1"), model=model)

    @site.get("/models/<name>")
    def model(name: str) -> Response:
        return Response((HERE / "models" / name).read_bytes(), mimetype="application/xml")

    @site.get("/search/suggest")
    def suggest() -> list[dict[str, str]]:
        return [
            {"text": "Hundesteuer festsetzen", "url": "/viewer", "kind": "Prozessmodell"},
            {"text": "Hund anmelden", "url": "/parts?found=1", "kind": "Leistung"},
        ]

    @site.get("/people")
    def people() -> list[dict[str, str]]:
        return [{"text": "Modellierung Fulda", "name": "fulda.modellierung"}]

    @site.post("/preview")
    def preview() -> str:
        return f"<p><strong>{len(request.form['text'])} Zeichen</strong></p>"

    @site.post("/theme")
    def theme() -> Reply:
        site.config["SAVED"].append(dict(request.form))
        return redirect("/parts")

    @site.post("/drawing")
    def drawing() -> Reply | tuple[dict[str, Any], int]:
        answer = site.config["ANSWER"]
        if answer == "signed-out" and request.form["csrf_token"] != site.config["SESSION"]:
            return {"errors": {"detail": "Die Seite ist zu alt."}}, 400
        if answer == "expired":
            return redirect("/login?next=/modeler")
        site.config["SAVED"].append(dict(request.form))
        if answer == "conflict":
            return {"errors": {"message": "Inzwischen gibt es Version 0.03."}, "compare": "/compare"}, 409
        return {"url": "/parts"}, 201

    @site.get("/login")
    def login() -> str:
        return "<!DOCTYPE html><title>Anmelden</title>"

    return site
