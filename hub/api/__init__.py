"""JSON for programs under `/api/v1`: one module per noun, refusals as problem+json, pages by cursor."""

from flask import Blueprint, Flask

from hub.api import problems, search
from hub.errors import NotFound

PREFIX = "/api/v1"


def register(app: Flask) -> None:
    """Give `app` its programming interface."""
    bp = Blueprint("api", __name__, url_prefix=PREFIX)
    for module in (search,):
        bp.register_blueprint(module.bp)
    problems.register(bp)

    @bp.route("/", defaults={"rest": ""})
    @bp.route("/<path:rest>")
    def nothing(rest: str) -> str:
        """Answer addresses that do not exist as a program expects it."""
        raise NotFound(rest)

    app.register_blueprint(bp)
