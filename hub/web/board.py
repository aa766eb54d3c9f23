"""The plan of the cooperation as a board, and what each city contributes."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import board
from hub.actions.board import Card, Column
from hub.errors import Conflict, Forbidden, Invalid
from hub.http import current_work, transaction
from hub.inputs import Input
from hub.inputs.coordination import AddPlan, AssignPlan
from hub.policy.coordination import plan_services, take_plan
from hub.store.organisations import Organisation
from hub.web.forms import Form
from hub.web.messages import SENTENCES, flash_text
from hub.work import Work

bp = Blueprint("board", __name__)
Reply = str | Response | tuple[str, int]


def _work() -> Work:
    """Return the reader's work; the board is for the cooperation, for others it does not exist."""
    work = current_work()
    if not work.actor.signed_in:
        raise Forbidden("cooperates")
    work.require_cooperation()
    return work


def _page(form: Form[Any], trouble: str = "") -> str:
    work = _work()
    city = request.args.get("city", "")
    cities = board.cooperating(work)
    found = board.cards(work, city=city)
    rows: list[tuple[Organisation | None, dict[str, list[Card]]]] = [
        (place, {str(column): [c for c in found if _at(c) == (place.id if place else None) and c.column == column]
                 for column in Column})
        for place in [None, *cities]
        if place is None or not city or place.slug == city
    ]  # fmt: skip
    boss = plan_services(work.actor)
    return render_template(
        "board/show.html",
        rows=rows,
        columns=[str(column) for column in Column],
        counts={str(column): sum(card.column == column for card in found) for column in Column},
        cities=cities,
        city=city,
        form=form,
        trouble=trouble,
        may_plan=boss,
        places=[row for row in cities if take_plan(work.actor, row)],
    )


def _at(card: Card) -> int | None:
    return card.organisation.id if card.organisation is not None else None


@bp.get("/collaboration/board")
def show() -> Reply:
    """Show who drafts which service: a row for each city, a column for each stage."""
    return _page(Form(AddPlan))


def _do(shape: type[Input], deed: Callable[[Work, Any], object], done: str) -> Reply:
    form = Form(shape, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            deed(work, sent)
    except (Invalid, Conflict, Forbidden) as error:
        code = str(error.args[0]) if error.args else ""
        if isinstance(error, Forbidden):
            if code not in SENTENCES:
                raise
            return _page(Form(AddPlan), code), 403
        if isinstance(error, Conflict):
            kept = form if shape is AddPlan else Form(AddPlan)
            return _page(kept, code), 422
        if shape is AddPlan:
            return _page(form.refused(error)), 422
        return _page(Form(AddPlan), next(iter(error.fields.values()))), 422
    flash(flash_text(done), "success")
    return redirect(url_for(".show", city=request.args.get("city") or None))


@bp.post("/collaboration/board")
def add() -> Reply:
    """Plan a service."""

    def deed(work: Work, sent: AddPlan) -> object:
        return board.add(work, sent.service, sent.service_key, city=sent.place, due_on=sent.due_on, note=sent.note)

    return _do(AddPlan, deed, "plan_added")


@bp.post("/collaboration/board/<int:plan>")
def assign(plan: int) -> Reply:
    """Say who drafts a planned service, until when."""

    def deed(work: Work, sent: AssignPlan) -> object:
        return board.assign(work, plan, revision=sent.revision, city=sent.city, due_on=sent.due_on)

    return _do(AssignPlan, deed, "plan_assigned")


@bp.post("/collaboration/board/<int:plan>/drop")
def drop(plan: int) -> Reply:
    """No longer plan a service."""

    def deed(work: Work, sent: AssignPlan) -> object:
        board.drop(work, plan, revision=sent.revision)
        return None

    return _do(AssignPlan, deed, "plan_dropped")


@bp.get("/collaboration/board/balance")
def balance() -> Reply:
    """Show what each city contributes."""
    rows = board.balances(_work())
    kinds = ("drafted", "revised", "reviewed", "adopted", "proposed")
    most = {kind: max((getattr(row, kind) for row in rows), default=0) or 1 for kind in kinds}
    return render_template("board/balance.html", rows=rows, most=most)
