"""What is under review in the whole cooperation: lists, many at once, load, validity, and the rules agreed on."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import duties, library, releasing, reviews, verdicts
from hub.actions.schedule import months_after
from hub.errors import Conflict, Forbidden, Invalid
from hub.http import current_work, transaction
from hub.inputs.reviews import EditReviewRules, ManyReviews
from hub.policy import reviews as policy
from hub.store.entries import Entry
from hub.store.reviews import CANDIDATE
from hub.web.forms import Form
from hub.web.messages import flash_text, label, sentence
from hub.web.reviews import bp
from hub.web.shared import safe_next
from hub.work import Work

Reply = str | Response | tuple[str, int]


def _members_only(work: Work) -> None:
    """Lists of the cooperation are for its members; for others they do not exist."""
    if not work.actor.signed_in:
        raise Forbidden("cooperates")
    work.require_cooperation()


@bp.get("/collaboration/reviews")
def listing() -> Reply:
    """List what is under review, with filters, and what of it waits for the reader."""
    return _listing(Form(ManyReviews))


def _listing(form: Form[Any], trouble: str = "") -> str:
    work = current_work()
    _members_only(work)
    city, state = request.args.get("city", ""), request.args.get("state", "")
    found = duties.open_cases(work, city=city, stage=state if state in CANDIDATE else "")
    asked = {case.entry.id: reviews.reviewers(case) for case in found}
    return render_template(
        "reviews/listing.html",
        form=form,
        trouble=trouble,
        cases=found,
        asked=asked,
        names=duties.names(work, [person for people in asked.values() for person in people]),
        mine=duties.waiting(work),
        cities=library.organisations(work, cooperating=True),
        wanted={"city": city, "state": state},
        states=[(str(value), label(value, "state")) for value in CANDIDATE],
        day=releasing.today(work),
        may_many=policy.see_review_load(work.actor),
        people=duties.staff(work) if policy.see_review_load(work.actor) else [],
        due_of=duties.due,
    )


@bp.post("/collaboration/reviews")
def many() -> Reply:
    """Do one deed for all chosen reviews; what could not be done is said for each."""
    form = Form(ManyReviews, {key: value for key, value in request.form.items() if key != "entry"})
    chosen = [int(text) for text in request.form.getlist("entry") if text.isdecimal() and len(text) < 12][:200]
    try:
        sent = form.read()
        if not chosen:
            raise Invalid(entry="no_review_chosen")
    except Invalid as error:
        return _listing(form.refused(error), next(iter(error.fields.values()))), 422
    deeds: dict[str, Callable[[Work, Entry], object]] = {
        "assign": lambda work, entry: duties.assign(work, entry, assignee_id=sent.assignee),
        "due": lambda work, entry: duties.assign(work, entry, due_on=sent.due_on),
        "remind": duties.remind,
    }
    with transaction() as work:
        work.require(policy.see_review_load)
        done, refused = 0, []
        for entry in duties.chosen(work, chosen):
            try:
                with work.session.begin_nested():
                    deeds[sent.deed](work, entry)
                done += 1
            except (Conflict, Forbidden, Invalid) as error:
                code = next(iter(error.fields.values())) if isinstance(error, Invalid) else str(error.args[0])
                refused.append(f"{entry.title}: {sentence(code)}")
    if done:
        flash(f"{flash_text('bulk_done')} ({done})", "success")
    for text in refused[:10]:
        flash(text, "warning")
    return redirect(safe_next(sent.back) if sent.back else url_for(".listing"))


@bp.get("/collaboration/reviews/load")
def load() -> Reply:
    """Show how much each person has to review."""
    work = current_work()
    return render_template("reviews/load.html", rows=duties.load(work))


@bp.get("/collaboration/reviews/validity")
def validity() -> Reply:
    """List the releases whose validity ends soon or has ended."""
    work = current_work()
    _members_only(work)
    day = releasing.today(work)
    return render_template(
        "reviews/validity.html",
        rows=duties.expiring(work, months_after(day, 3)),
        day=day,
        is_due=releasing.is_due,
        has_expired=releasing.has_expired,
    )


@bp.get("/collaboration/reviews/rules")
def rules() -> Reply:
    """Show what the cooperation agreed on; the coordination changes it here."""
    work = current_work()
    _members_only(work)
    return _rules(work, Form(EditReviewRules))


def _rules(work: Work, form: Form[EditReviewRules]) -> str:
    agreed = verdicts.rules(work)
    return render_template("reviews/rules.html", form=form, agreed=agreed, may_set=policy.set_review_rules(work.actor))


@bp.post("/collaboration/reviews/rules")
def set_rules() -> Reply:
    """Keep what was agreed on."""
    form = Form(EditReviewRules, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            verdicts.set_rules(work, **sent.model_dump())
    except (Invalid, Conflict) as error:
        work = current_work()
        work.require(policy.set_review_rules)
        if isinstance(error, Conflict):
            form.sent["revision"] = str(verdicts.rules(work).revision)
            error = Invalid(quorum=error.code)
        return _rules(work, form.refused(error)), 422
    flash(flash_text("saved"), "success")
    return redirect(url_for(".rules"))
