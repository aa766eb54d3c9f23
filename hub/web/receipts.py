"""The list of receipts of a grant: plan beside payments, one receipt's form, file in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import grants, receipt_files, receipts
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.funding import EditReceipt
from hub.policy import funding as may
from hub.store.funding import Grant
from hub.store.statements import Receipt
from hub.web.forms import Form, revision_of
from hub.web.funding import frame, refused
from hub.web.messages import sentence
from hub.web.shared import money
from hub.web.uploads import file_bytes
from hub.work import Work

bp = Blueprint("receipts", __name__)
Reply = str | Response | tuple[str, int]
LIMIT = 10_000_000
PAGE = 200


def _page(
    slug: str, form: Form[EditReceipt] | None = None, row: Receipt | None = None, report: receipts.Report | None = None,
    file_error: str = "",
) -> str:  # fmt: skip
    work = current_work()
    grant = grants.own(work, slug)
    page = max(1, request.args.get("page", 1, type=int))
    rows = receipts.listing(work, grant, limit=PAGE + 1, offset=(page - 1) * PAGE)
    plan = grants.plan(work, grant)
    balance = receipts.balance(plan, receipts.listing(work, grant))
    return render_template(
        "receipts/index.html",
        receipts=rows[:PAGE],
        page=page,
        more=len(rows) > PAGE,
        balance=balance,
        sums=receipts.sums(balance),
        plan=plan,
        titles={item.id: item.title for item in plan},
        form=form or Form(EditReceipt, {"side": "expenditure"}),
        row=row,
        report=report,
        file_error=file_error,
        carriers=[(found.slug, found.name) for found in receipts.carriers(work, grant)],
        may_contribute=may.contribute(work.actor, grant, grant.organisation) or _own(work, grant),
        **frame(work, grant),
    )


def _own(work: Work, grant: Grant) -> bool:
    return any(may.contribute(work.actor, grant, row) for row in receipts.carriers(work, grant))


@bp.get("/funding/<grant>/receipts")
def index(grant: str) -> Reply:
    """Show plan, payments and the list."""
    return _page(grant)


@bp.post("/funding/<grant>/receipts")
def add(grant: str) -> Reply:
    """Add a receipt."""
    form = Form(EditReceipt, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            receipts.save(work, grants.own(work, grant), sent)
    except Invalid as error:
        return _page(grant, form.refused(error)), 422
    flash(_("Der Beleg ist erfasst."), "success")
    return redirect(url_for(".index", grant=grant))


@bp.get("/funding/<grant>/receipts/<int:key>")
def edit(grant: str, key: int) -> Reply:
    """Ask for changes of a receipt."""
    work = current_work()
    found = grants.own(work, grant)
    row = receipts.find(work, found, key)
    titles = {item.id: item.title for item in grants.plan(work, found)}
    facts = {name: str(getattr(row, name)) for name in ("revision", "number", "side", "party", "reason")}
    facts |= {
        "day": row.day.isoformat(),
        "amount": money(row.amount, sign=False),
        "plan_item": titles.get(row.plan_item_id or 0, ""),
        "organisation": row.organisation.slug if row.organisation else "",
    }
    return _page(grant, Form(EditReceipt, facts), row)


@bp.post("/funding/<grant>/receipts/<int:key>")
def save(grant: str, key: int) -> Reply:
    """Change a receipt."""
    form = Form(EditReceipt, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            receipts.save(work, grants.own(work, grant), sent, key)
    except (Invalid, Conflict) as error:
        work = current_work()
        row = receipts.find(work, grants.own(work, grant), key)
        return _page(grant, refused(form, error, row.revision), row), (422 if isinstance(error, Invalid) else 409)
    flash(_("Der Beleg ist gespeichert."), "success")
    return redirect(url_for(".index", grant=grant))


@bp.post("/funding/<grant>/receipts/<int:key>/drop")
def drop(grant: str, key: int) -> Reply:
    """Strike a receipt out."""
    try:
        with transaction() as work:
            receipts.drop(work, grants.own(work, grant), key, revision=revision_of(request.form))
    except Conflict as error:
        flash(sentence(error.code), "warning")
    else:
        flash(_("Der Beleg ist gestrichen."), "success")
    return redirect(url_for(".index", grant=grant))


@bp.post("/funding/<grant>/receipts/file")
def read_file(grant: str) -> Reply:
    """Take receipts from a file, all or none."""
    try:
        data = file_bytes(request.files.get("file"), LIMIT)
        if not data:
            raise Invalid(file="file_missing")
        with transaction() as work:
            report = receipts.read_file(work, grants.own(work, grant), data)
    except Invalid as error:
        return _page(grant, file_error=sentence(error.fields["file"])), 422
    return _page(grant, report=report), (422 if report.faults else 200)


@bp.get("/funding/<grant>/receipts.csv")
def table(grant: str) -> Response:
    """Return the list for a spreadsheet; it can be changed there and read again."""
    work = current_work()
    found = grants.own(work, grant)
    return _saved(receipt_files.table(work, found), "text/csv", f"belege-{found.slug}.csv")


@bp.get("/funding/<grant>/receipts.xlsx")
def workbook(grant: str) -> Response:
    """Return the list as an Excel workbook."""
    work = current_work()
    found = grants.own(work, grant)
    return _saved(receipt_files.workbook(work, found), receipt_files.XLSX, f"belege-{found.slug}.xlsx")


def _saved(data: bytes, media_type: str, name: str) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
