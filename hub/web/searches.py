"""A person's own searches: saved ones with what is new, the latest ones, and switching those off."""

from urllib.parse import parse_qs, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import searches
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.searches import KeepRecent, SaveSearch
from hub.policy import searches as policy
from hub.store.searches import SavedSearch
from hub.web.forms import Form
from hub.web.messages import flash_text, sentence
from hub.web.search import FACETS
from hub.web.shared import safe_next

bp = Blueprint("searches", __name__, url_prefix="/searches")
Reply = str | Response | tuple[str, int]


def address(saved: SavedSearch) -> str:
    """Return where a saved search leads."""
    rows = [(name, value) for name, values in saved.filters.items() for value in values]
    return f"{url_for('search.show')}?{urlencode([('q', saved.query), *rows])}"


@bp.get("")
def index() -> Reply:
    """Show the actor's saved and latest searches."""
    work = current_work()
    work.require(policy.save_search)
    return render_template(
        "searches/index.html",
        saved=searches.mine(work),
        recent=searches.recent(work),
        keeps=searches.keeps_recent(work),
        address_of=address,
    )


@bp.post("")
def save() -> Reply:
    """Keep a search."""
    form = Form(SaveSearch, request.form)
    back = safe_next(f"{url_for('search.show')}?{urlencode({'q': form.sent.get('query', '')})}")
    try:
        sent = form.read()
        chosen = {name: frozenset(values) for name, values in parse_qs(sent.filters).items() if name in FACETS}
        with transaction() as work:
            searches.save(work, sent.query, chosen, name=sent.name, alert=sent.alert)
    except Invalid as error:
        flash(" ".join(sentence(code) for code in error.fields.values()), "danger")
        return redirect(back)
    except Conflict as error:
        flash(sentence(error.code), "danger")
        return redirect(back)
    flash(flash_text("search_saved"), "success")
    return redirect(url_for(".index"))


@bp.post("/<int:search_id>/look")
def look(search_id: int) -> Reply:
    """Lead to the hits; what was new is seen from now on."""
    with transaction() as work:
        saved = searches.find(work, search_id)
        searches.look(work, saved)
        target = address(saved)
    return redirect(target)


@bp.post("/<int:search_id>/alert")
def alert(search_id: int) -> Reply:
    """Be told of new hits, or no longer."""
    with transaction() as work:
        searches.set_alert(work, searches.find(work, search_id), on=request.form.get("on") == "1")
    flash(flash_text("saved"), "success")
    return redirect(url_for(".index"))


@bp.post("/<int:search_id>/delete")
def remove(search_id: int) -> Reply:
    """Forget a saved search."""
    with transaction() as work:
        searches.remove(work, searches.find(work, search_id))
    flash(flash_text("search_removed"), "success")
    return redirect(url_for(".index"))


@bp.post("/recent")
def remember() -> Reply:
    """Remember a search that was just made; a script sends this, nothing is shown."""
    sent = Form(KeepRecent, request.form).read()
    with transaction() as work:
        searches.keep_recent(work, sent.query)
    return "", 204


@bp.post("/recent/clear")
def forget() -> Reply:
    """Forget the latest searches."""
    with transaction() as work:
        searches.forget_recent(work)
    flash(flash_text("searches_forgotten"), "success")
    return redirect(url_for(".index"))


@bp.post("/recent/keep")
def keep() -> Reply:
    """Switch remembering on or off."""
    on = request.form.get("on") == "1"
    with transaction() as work:
        searches.set_recent(work, on=on)
    flash(flash_text("recent_on" if on else "recent_off"), "success")
    return redirect(url_for(".index"))
