"""The administration of the hub under `/admin`: one module per noun, for the system administration alone.

A module offers `bp`, is listed in `MODULES`, and its first page in `hub.web.sections` under „admin“; its templates
extend `admin/base.html`. Everybody else learns nothing of these pages: they answer 404.
"""

from flask import Blueprint

from hub.errors import NotFound
from hub.http import current_actor
from hub.policy import admin as policy
from hub.web.admin import accounts, jobs, log, mails, maintenance, overview, requests, retention, settings, system

MODULES = (overview, accounts, requests, log, retention, settings, maintenance, jobs, mails, system)

bp = Blueprint("admin", __name__, url_prefix="/admin")
for module in MODULES:
    bp.register_blueprint(module.bp)


@bp.before_request
def require_administration() -> None:
    """Answer 404 to everybody else, before a page of this section looks at anything."""
    if not policy.administer(current_actor()):
        raise NotFound
