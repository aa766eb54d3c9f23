"""Deadlines: what is deleted when, as data, kept by the worker once a day and shown to the administration.

No rule speaks of versions, so what a statement of use cites is never touched; blobs go only if nothing refers to them.
The log is not deleted: its lines lose their content, and the chain holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from hub.actions import deadlines, log, settings
from hub.policy.admin import administer
from hub.store import Base
from hub.store.accounts import FailedSignIn, Invitation, PasswordReset, SignIn
from hub.store.activity import Event, Job, Mail
from hub.store.entries import Blob, Version
from hub.store.factors import SignInStep
from hub.store.fim import FimUpload
from hub.store.funding import Grant
from hub.store.guests import GuestLink
from hub.store.lifecycle import DeletionRequest, EmailChange, RequestState
from hub.store.notifications import FeedToken, Notification
from hub.store.proposals import Proposal, ProposalState
from hub.store.searches import RecentSearch
from hub.store.services import ServiceImport
from hub.store.settings import RetentionRun
from hub.store.statements import Statement, SubmittedVersion
from hub.store.tokens import Token
from hub.work import Work

BATCH = 500
"""Rows deleted in one transaction: others write in between."""
UNREAD = timedelta(days=180)
"""So much longer news stay that nobody has read."""
UNSENT = timedelta(days=60)
"""So much longer a letter stays that could not be delivered."""
DAILY = timedelta(hours=24)

Due = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline: rows of `table` are deleted once `due`; how many days, says the setting `retention.<name>`."""

    name: str
    table: type[Base]
    due: Due
    what: str
    """What is deleted and from when the days count, in German."""


def _ended(table: type[Token] | type[GuestLink]) -> Due:
    return lambda before: or_(table.revoked_at < before, table.expires_at < before)


RULES: tuple[Rule, ...] = (
    Rule("sign_ins", SignIn, lambda before: SignIn.expires_at < before, "Anmeldungen nach ihrem Ablauf"),
    Rule(
        "failed_sign_ins", FailedSignIn, lambda before: FailedSignIn.at < before, "Abgewiesene Anmeldeversuche"
    ),
    Rule("sign_in_steps", SignInStep, lambda before: SignInStep.expires_at < before, "Angefangene Anmeldungen"),
    Rule(
        "password_resets", PasswordReset, lambda before: PasswordReset.expires_at < before,
        "Links für neue Passwörter nach ihrem Ablauf",
    ),
    Rule(
        "email_changes", EmailChange, lambda before: EmailChange.expires_at < before,
        "Gewünschte neue E-Mail-Adressen nach Ablauf des Links",
    ),
    Rule(
        "invitations", Invitation,
        lambda before: or_(
            Invitation.accepted_at < before, Invitation.withdrawn_at < before, Invitation.expires_at < before
        ),
        "Einladungen, nachdem sie angenommen, zurückgezogen oder abgelaufen sind",
    ),
    Rule(
        "notifications", Notification,
        lambda before: or_(Notification.read_at < before, Notification.created_at < before - UNREAD),
        "Gelesene Benachrichtigungen; ungelesene 180 Tage später",
    ),
    Rule("recent_searches", RecentSearch, lambda before: RecentSearch.searched_at < before, "Letzte Suchen"),
    Rule("feed_tokens", FeedToken, lambda before: FeedToken.revoked_at < before, "Widerrufene Feed-Adressen"),
    Rule("tokens", Token, _ended(Token), "Widerrufene und abgelaufene Tokens für Programme"),
    Rule(
        "mails", Mail, lambda before: or_(Mail.sent_at < before, Mail.created_at < before - UNSENT),
        "Gesendete E-Mails; unzustellbare 60 Tage später",
    ),
    Rule("guest_links", GuestLink, _ended(GuestLink), "Widerrufene und abgelaufene Links für Fachstellen"),
    Rule(
        "jobs", Job,
        # Evidence packs are handed in: they stay as long as the statement they prove.
        lambda before: and_(Job.finished_at < before, Job.kind != "evidence"),
        "Abgeschlossene Aufträge mit ihren Dateien, außer Nachweispaketen",
    ),
    Rule(
        "fim_uploads", FimUpload, lambda before: FimUpload.created_at < before,
        "Hochgeladene XProzess- und FIM-Dateien",
    ),
    Rule(
        "service_imports", ServiceImport,
        lambda before: and_(ServiceImport.created_at < before, ServiceImport.applied_at.is_(None)),
        "Hochgeladene Leistungskataloge, die nie übernommen wurden",
    ),
    Rule(
        "drafts", Proposal,
        lambda before: and_(
            Proposal.state.in_((ProposalState.DRAFT, ProposalState.WITHDRAWN)),
            Proposal.opened_at.is_(None),
            Proposal.updated_at < before,
        ),
        "Vorschläge, die nie abgeschickt und seither nicht geändert wurden",
    ),
    Rule(
        "deletion_requests", DeletionRequest,
        lambda before: and_(DeletionRequest.decided_at < before, DeletionRequest.state != RequestState.OPEN),
        "Entschiedene Anträge auf Löschung",
    ),
    Rule("runs", RetentionRun, lambda before: RetentionRun.started_at < before, "Berichte über das Löschen"),
)  # fmt: skip

LOG = "log"
LOG_WHAT = (
    "Inhalt von Protokollzeilen; die Zeilen selbst und ihre Siegel bleiben. Ausgenommen sind Einträge, die ein "
    "Nachweis zitiert, bis ein Jahr nach dem Ende der Aufbewahrungsfrist"
)


def _before(work: Work, name: str) -> datetime:
    return work.now - settings.span(work, f"retention.{name}")


def amounts(work: Work) -> dict[str, int]:
    """Return how many rows each rule would delete now; nothing is changed."""
    work.require(administer)
    found = {
        rule.name: work.session.scalar(
            select(func.count()).select_from(rule.table).where(rule.due(_before(work, rule.name)))
        )
        or 0
        for rule in RULES
    }
    found[LOG] = work.session.scalar(select(func.count()).select_from(_old_lines(work).subquery())) or 0
    return found


def keep(work: Work, rule: Rule) -> int:
    """Delete up to `BATCH` rows that are due; return how many, and 0 once nothing is left."""
    work.require(administer)
    table = Base.metadata.tables[rule.table.__tablename__]
    keys = list(table.primary_key.columns)
    due = select(*keys).where(rule.due(_before(work, rule.name))).order_by(*keys).limit(BATCH)
    ids = [row[0] for row in work.session.execute(due)]
    blobs = _blobs(work, rule.table, ids)
    work.session.execute(delete(table).where(keys[0].in_(ids)))
    forget_blobs(work.session, blobs)
    return len(ids)


def _blobs(work: Work, table: type[Base], ids: Sequence[int]) -> set[str]:
    if table not in (Job, FimUpload, ServiceImport):
        return set()
    columns = Base.metadata.tables[table.__tablename__].c
    found = work.session.scalars(select(columns.blob_sha256).where(columns.id.in_(ids)))
    return {sha256 for sha256 in found if sha256 is not None}


def forget_blobs(session: Session, digests: set[str]) -> int:
    """Delete those of `digests` to which no row of any table refers any more; return how many."""
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if table.name != "renderings" and any(key.column.table.name == "blobs" for key in column.foreign_keys)
    ]
    session.flush()
    gone = [
        digest
        for digest in sorted(digests)
        if not any(session.scalar(select(exists().where(column == digest))) for column in columns)
    ]
    if gone:
        renderings = Base.metadata.tables["renderings"]
        session.execute(delete(renderings).where(renderings.c.sha256.in_(gone)))
        session.execute(delete(Blob).where(Blob.sha256.in_(gone)))
    return len(gone)


def _cited(work: Work) -> set[int]:
    """Return the entries that statements cite whose time has not ended; a grant without a date never ends."""
    query = (
        select(Version.entry_id, Statement.grant_id)
        .join(SubmittedVersion, SubmittedVersion.version_id == Version.id)
        .join(Statement, Statement.id == SubmittedVersion.statement_id)
        .distinct()
    )
    pairs = work.session.execute(query).all()
    today = work.now.date()
    over = {grant_id for grant_id in {row[1] for row in pairs} if _is_over(work, grant_id, today)}
    return {entry_id for entry_id, grant_id in pairs if grant_id not in over}


def _is_over(work: Work, grant_id: int, today: date) -> bool:
    rows = deadlines.of(work, work.session.get_one(Grant, grant_id))
    ends = [row.day for row in rows if row.kind == "retention_end"]
    return bool(ends) and max(ends) + timedelta(days=366) < today


def _old_lines(work: Work) -> Select[int]:
    """Return the query for the lines that are old enough and have content."""
    written = cast(Event.data, Text)
    query = select(Event.id).where(
        Event.happened_at < _before(work, LOG),
        Event.done_at.is_not(None),
        Event.kind != "log.erased",
        written.not_in(['{"erased": true}', "{}"]),
    )
    cited = _cited(work)
    return query.where(or_(Event.entry_id.is_(None), Event.entry_id.not_in(sorted(cited)))) if cited else query


def empty_log(work: Work) -> int:
    """Take the content out of up to `BATCH` lines that are old enough; return how many."""
    work.require(administer)
    ids = work.session.scalars(_old_lines(work).order_by(Event.id).limit(BATCH)).all()
    log.erase(work, work.session.scalars(select(Event).where(Event.id.in_(ids))), "retention")
    return len(ids)


# Runs


def last(session: Session) -> RetentionRun | None:
    """Return the newest run, None if there was none."""
    return session.scalar(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(1))


def is_due(session: Session, now: datetime) -> bool:
    """Whether a day has passed since the deadlines were last kept."""
    newest = last(session)
    return newest is None or newest.started_at < now - DAILY


def begin(work: Work) -> RetentionRun:
    """Note that a run begins."""
    work.require(administer)
    run = RetentionRun(started_at=work.now)
    work.session.add(run)
    work.session.flush()
    return run


def finish(work: Work, run_id: int, counts: dict[str, int], failure: str = "") -> None:
    """Note what a run did, and in the log too if it deleted anything."""
    run = work.session.get_one(RetentionRun, run_id)
    run.finished_at, run.counts, run.failure = work.now, {name: n for name, n in counts.items() if n}, failure
    if run.counts:
        work.record("retention.kept", counts=run.counts)


def runs(work: Work, limit: int = 10) -> Sequence[RetentionRun]:
    """Return the latest runs, newest first."""
    work.require(administer)
    return work.session.scalars(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(limit)).all()
