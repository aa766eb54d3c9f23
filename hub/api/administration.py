"""Running the hub by program: accounts, settings, read-only mode, jobs, mail queue, index. For everybody else: 404."""

from datetime import datetime
from typing import Literal

from hub.actions import directory, jobs, mails, maintenance, members, operations, settings
from hub.actions.mails import MailState
from hub.api import paging
from hub.api.contract import Output, Routes
from hub.api.me import RoleOut
from hub.errors import NotFound
from hub.inputs import Line
from hub.inputs.accounts import BeginMaintenance, SetSetting
from hub.letters import reopened
from hub.policy.admin import administer
from hub.store.accounts import Role, User
from hub.store.lifecycle import Stage
from hub.store.tokens import Scope
from hub.work import Work

routes = Routes("Verwaltung des Hubs")
ACCOUNT = "/admin/accounts/<int:account>"
SETTING = "/admin/settings/<name>"
MAINTENANCE = "/admin/maintenance"


class WhichAccounts(paging.Paged):
    """Filters of the list; `q` looks into names and addresses. A page holds up to 50 accounts."""

    q: Line = ""
    stage: Literal["", "active", "inactive", "closed", "pseudonymised"] = ""
    role: Literal[
        "", "reader", "modeller", "expert", "owner", "method_reviewer", "approver", "coordinator", "land_reviewer",
        "data_protection", "admin", "system_admin",
    ] = ""  # fmt: skip


class AccountOut(Output):
    """An account of the hub."""

    id: int
    name: str
    email: str
    stage: Stage
    roles: list[RoleOut]


class AccountList(Output):
    """A page of accounts, by name."""

    items: list[AccountOut]
    next: str | None
    total: int


class OneAccount(AccountOut):
    """An account with what its administration decides on."""

    sign_ins: int
    factors: int
    """Ways of proving oneself beside the password."""
    seen_at: datetime | None


class SettingOut(Output):
    """A setting that may change while the hub runs, with its bounds; revision 0 while the default holds."""

    name: str
    value: int
    default: int
    least: int
    most: int
    unit: str
    revision: int


class SettingList(Output):
    """All settings."""

    items: list[SettingOut]


class MaintenanceOut(Output):
    """Whether the hub is read only, since when, until when, and what readers are told."""

    on: bool
    since: datetime | None
    until: datetime | None
    note: str


class JobOut(Output):
    """Longer work in the background."""

    id: int
    kind: str
    state: str
    owner: str
    organisation: str | None
    tries: int
    failure: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(Output):
    """The latest jobs, what needs attention first."""

    items: list[JobOut]


class MailOut(Output):
    """A letter that is not sent; its text is shown nowhere, since the link in it opens an account."""

    id: int
    recipient: str
    subject: str
    state: MailState
    tries: int
    failure: str
    created_at: datetime


class MailList(Output):
    """The letters that are not sent, the latest first, and how many e-mails about news wait or failed."""

    items: list[MailOut]
    notices: dict[str, int]


class IndexOut(Output):
    """How the search index is doing."""

    stale: bool
    done: int
    total: int
    entries: int


def _require(work: Work) -> None:
    """Everybody but the system administration learns nothing of this, as on the pages."""
    if not administer(work.actor):
        raise NotFound


def _roles(person: User) -> list[RoleOut]:
    found = [RoleOut(organisation=row.organisation.slug, role=Role(row.role)) for row in person.memberships]
    return sorted(found, key=lambda row: (row.organisation, row.role))


@routes.get("/admin/accounts", summary="Konten auflisten", query=WhichAccounts, returns=AccountList,
            scope=Scope.ADMIN, signed_in=True)  # fmt: skip
def list_accounts(work: Work, query: WhichAccounts) -> AccountList:
    """List the accounts of the whole hub."""
    _require(work)
    page = paging.number(query, "page", 1, 100_000)
    wanted = directory.Wanted(words=query.q, stage=query.stage, role=query.role, page=page)
    found = directory.listing(work, wanted, size=min(query.limit, directory.PAGE))
    rows = found.lines if page == found.page else []
    more = page < found.page_count
    return AccountList(
        items=[
            AccountOut(
                id=row.person.id, name=row.person.name, email=row.person.email, stage=row.stage,
                roles=_roles(row.person),
            )
            for row in rows
        ],
        next=paging.cursor(page=page + 1) if more else None,
        total=found.total,
    )  # fmt: skip


@routes.get(ACCOUNT, summary="Ein Konto lesen", returns=OneAccount, scope=Scope.ADMIN, signed_in=True)
def read_account(work: Work, account: int) -> OneAccount:
    """Return one account with its state."""
    _require(work)
    found = directory.account(work, account)
    return OneAccount(
        id=found.person.id,
        name=found.person.name,
        email=found.person.email,
        stage=found.stage,
        roles=_roles(found.person),
        sign_ins=found.sign_ins,
        factors=found.factors,
        seen_at=found.seen_at,
    )


def _account(work: Work, account: int) -> User:
    _require(work)
    return directory.find(work, account)


@routes.post(f"{ACCOUNT}/close", summary="Ein Konto schließen", returns=OneAccount, status=200, scope=Scope.ADMIN,
             match=ACCOUNT)  # fmt: skip
def close_any_account(work: Work, account: int) -> OneAccount:
    """Close an account: sign-ins, tokens and open links end; name and contributions stay."""
    members.close(work, _account(work, account))
    return read_account(work, account)


@routes.post(f"{ACCOUNT}/reopen", summary="Ein Konto wieder öffnen", returns=OneAccount, status=200,
             scope=Scope.ADMIN, match=ACCOUNT)  # fmt: skip
def reopen_any_account(work: Work, account: int) -> OneAccount:
    """Open an account again; the person gets a letter with a link to choose a password."""
    members.reopen(work, _account(work, account), reopened())
    return read_account(work, account)


@routes.post(f"{ACCOUNT}/sign-ins/end", summary="Alle Anmeldungen eines Kontos beenden", scope=Scope.ADMIN)
def end_sign_ins(work: Work, account: int) -> None:
    """End all sign-ins of somebody."""
    directory.end_sign_ins(work, _account(work, account))


def _settings(work: Work) -> list[SettingOut]:
    _require(work)
    return [
        SettingOut(
            name=row.known.name,
            value=row.value,
            default=row.known.default,
            least=row.known.least,
            most=row.known.most,
            unit=row.known.unit,
            revision=row.revision,
        )
        for row in settings.everything(work)
    ]


@routes.get("/admin/settings", summary="Einstellungen lesen", returns=SettingList, scope=Scope.ADMIN, signed_in=True)
def list_settings(work: Work) -> SettingList:
    """Return all settings that may change while the hub runs."""
    return SettingList(items=_settings(work))


@routes.get(SETTING, summary="Eine Einstellung lesen", returns=SettingOut, scope=Scope.ADMIN, signed_in=True)
def read_setting(work: Work, name: str) -> SettingOut:
    """Return one setting."""
    found = next((row for row in _settings(work) if row.name == name), None)
    if found is None:
        raise NotFound
    return found


@routes.put(SETTING, summary="Eine Einstellung ändern", body=SetSetting, returns=SettingOut, scope=Scope.ADMIN)
def change_setting(work: Work, name: str, body: SetSetting) -> SettingOut:
    """Set a setting; it holds at once."""
    settings.change(work, name, body.value, revision=read_setting(work, name).revision)
    work.session.flush()
    return read_setting(work, name)


@routes.get(MAINTENANCE, summary="Ist der Hub nur lesbar?", returns=MaintenanceOut, scope=Scope.ADMIN, signed_in=True)
def read_maintenance(work: Work) -> MaintenanceOut:
    """Return whether the hub is read only."""
    _require(work)
    held = maintenance.current(work.session)
    return MaintenanceOut(
        on=held is not None,
        since=held.since if held is not None else None,
        until=held.until if held is not None else None,
        note=held.note if held is not None else "",
    )


@routes.put(MAINTENANCE, summary="Den Wartungsmodus einschalten", body=BeginMaintenance, returns=MaintenanceOut,
            scope=Scope.ADMIN)  # fmt: skip
def begin_maintenance(work: Work, body: BeginMaintenance) -> MaintenanceOut:
    """Make the hub read only, or change what readers are told."""
    _require(work)
    maintenance.begin(work, until=body.until, note=body.note)
    work.session.flush()
    return read_maintenance(work)


@routes.delete(MAINTENANCE, summary="Den Wartungsmodus beenden", scope=Scope.ADMIN, match="")
def end_maintenance(work: Work) -> None:
    """Let the hub write again."""
    _require(work)
    maintenance.end(work)


@routes.get("/admin/jobs", summary="Hintergrundarbeiten auflisten", returns=JobList, scope=Scope.ADMIN, signed_in=True)
def list_jobs(work: Work) -> JobList:
    """List the latest jobs."""
    _require(work)
    return JobList(
        items=[
            JobOut(
                id=row.job.id,
                kind=row.job.kind,
                state=row.job.state,
                owner=row.owner,
                organisation=None if row.job.organisation is None else row.job.organisation.slug,
                tries=row.tries,
                failure=row.failure,
                created_at=row.job.created_at,
                started_at=row.job.started_at,
                finished_at=row.job.finished_at,
            )
            for row in jobs.listing(work)
        ]
    )


@routes.post("/admin/jobs/<int:job>/retry", summary="Eine Hintergrundarbeit wiederholen", scope=Scope.ADMIN)
def retry_job(work: Work, job: int) -> None:
    """Put a failed job into the queue again; it goes on where it stood."""
    _require(work)
    jobs.retry(work, job)


@routes.post("/admin/jobs/<int:job>/cancel", summary="Eine Hintergrundarbeit abbrechen", scope=Scope.ADMIN)
def cancel_job(work: Work, job: int) -> None:
    """Stop a job; what it has finished stays."""
    _require(work)
    jobs.cancel(work, job)


@routes.get("/admin/mails", summary="Nicht versandte E-Mails auflisten", returns=MailList, scope=Scope.ADMIN,
            signed_in=True)  # fmt: skip
def list_mails(work: Work) -> MailList:
    """List the letters that wait or were given up."""
    _require(work)
    return MailList(
        items=[
            MailOut(
                id=row.id,
                recipient=row.recipient,
                subject=row.subject,
                state=mails.state(row),
                tries=row.tries,
                failure=row.failure,
                created_at=row.created_at,
            )
            for row in mails.listing(work)
        ],
        notices=mails.notices(work),
    )


@routes.post("/admin/mails/<int:mail>/retry", summary="Eine E-Mail noch einmal versuchen", scope=Scope.ADMIN)
def retry_mail(work: Work, mail: int) -> None:
    """Send a letter at the next opportunity."""
    _require(work)
    mails.retry(work, mail)


@routes.delete("/admin/mails/<int:mail>", summary="Eine nicht versandte E-Mail verwerfen", scope=Scope.ADMIN, match="")
def delete_mail(work: Work, mail: int) -> None:
    """Throw an unsent letter away."""
    _require(work)
    mails.delete(work, mail)


@routes.post("/admin/mails/notices/retry", summary="Aufgegebene Hinweise noch einmal versuchen", scope=Scope.ADMIN)
def retry_notices(work: Work) -> None:
    """Try all given-up e-mails about notifications again."""
    _require(work)
    mails.retry_notices(work)


@routes.get("/admin/index", summary="Stand des Suchindexes lesen", returns=IndexOut, scope=Scope.ADMIN, signed_in=True)
def read_index(work: Work) -> IndexOut:
    """Return how the search index is doing."""
    _require(work)
    found = operations.index(work.session)
    return IndexOut(stale=found.stale, done=found.done, total=found.total, entries=found.entries)


@routes.post("/admin/index/rebuild", summary="Den Suchindex neu aufbauen", scope=Scope.ADMIN)
def rebuild_index(work: Work) -> None:
    """Have the search index made anew by the worker."""
    _require(work)
    operations.rebuild_index(work)
