"""From draft to release: submit, pass, approve, send back, publish, supersede.

Every move goes the same way: may they (role), does it make sense (state, four eyes, blockers), change, record. The
table of moves stands in `cases`, the list of blockers in `blocking`; pages ask the same two.
"""

from collections.abc import Callable
from datetime import date

from hub import policy
from hub.actions import blocking, cases, deputies, entries, releasing, verdicts
from hub.actions.cases import MOVES, Case, Move, Turn
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.reviews import MoveVersion
from hub.policy.reviews import REFERENCE
from hub.store.entries import Entry, Version, VersionState
from hub.store.reviews import Release, Review, Stage, Verdict
from hub.work import Work


class Blocked(Conflict):
    """Something stands in the way; `reasons` are the blockers."""

    def __init__(self, reasons: list[blocking.Blocker]) -> None:
        super().__init__("blocked", reasons=", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)


def find_entry(work: Work, city: str, slug: str) -> Entry:
    """Return an entry whose way to release the actor may see: whoever reads its drafts; raises `NotFound`."""
    entry = entries.find(work, city, slug)
    if not policy.read_drafts(work.actor, entry):
        raise NotFound
    return entry


def find_version(work: Work, entry: Entry, version_id: int) -> Version:
    """Return a version of `entry`; raises `NotFound` for one of another."""
    found = work.session.get(Version, version_id)
    if found is None or found.entry_id != entry.id:
        raise NotFound
    return found


def _begin(work: Work, entry: Entry, version: Version, move: Move, reason: str) -> tuple[Case, Turn]:
    """Hold the entry and return the case and the voice of a move that may be made; raises what speaks against it."""
    judged = verdicts.profile_digest(entry)
    entries.lock(work, entry)
    work.session.refresh(version, ["state", "major", "minor"])
    if MOVES[move].judges and judged != verdicts.profile_digest(entry):
        # Changed while this deed waited: nobody judges what they have not seen.
        raise Conflict("review_moved_on")
    case = cases.of(work, entry, version)
    turn = cases.turn(case, move, deputies.voices(work))
    if turn.voice is None:
        raise Forbidden(move)
    if version.state not in MOVES[move].sources:
        raise Conflict("review_moved_on")
    if turn.obstacle:
        raise Forbidden(turn.obstacle)
    if MOVES[move].needs_reason and not reason.strip():
        raise Invalid(reason="review_reason_needed")
    if reasons := blocking.against(blocking.blockers(work, entry, version), move):
        raise Blocked(reasons)
    return case, turn


def _note(
    work: Work, case: Case, turn: Turn, verdict: Verdict, *, stage: Stage = Stage.NONE, reason: str = ""
) -> Review:
    return verdicts.add(
        work,
        case.entry,
        case.version,
        verdict,
        stage=stage,
        organisation_id=turn.organisation_id,
        deputy_for_id=turn.voice.deputy_for if turn.voice else None,
        reason=reason,
    )


def _advance(work: Work, case: Case, row: Review) -> VersionState:
    """Move the version to where its verdicts put it; `row` is the one just written."""
    held = verdicts.standing(verdicts.rows(work, [case.entry.id])[case.entry.id], case.version)
    state = verdicts.state_of(case.entry, held, case.agreed)
    verdicts.enter(work, case.entry, case.version, state)
    row.state = state
    return state


def reviewers(case: Case) -> list[int]:
    """Return the ids of the people who may give the next verdict: whoever was asked, else all who are free."""
    duty = case.duties.get(case.stage)
    if duty is not None and duty.assignee_id is not None:
        return [duty.assignee_id]
    if case.stage == Stage.METHOD:
        return sorted(case.free(case.staff.methodists, Stage.METHOD) or case.staff.coordinators)
    if case.stage != Stage.EXPERT:
        return []
    home = case.entry.organisation_id
    own = case.free(case.staff.approvers.get(home, frozenset()), Stage.EXPERT)
    if case.entry.level not in REFERENCE and own:
        return sorted(own)
    open_places = {key: people for key, people in case.staff.approvers.items() if key not in case.standing.expert}
    return sorted({person for people in open_places.values() for person in case.free(people, Stage.EXPERT)})


def _concerned(case: Case) -> list[int]:
    """Return the ids of the people whose work is judged: submitter and author."""
    return sorted({key for key in (case.submitter_id, case.version.author_id) if key is not None})


def submit(work: Work, entry: Entry, version: Version, note: str = "") -> None:
    """Submit the newest version for review; verdicts that still hold for this content are not asked for again."""
    case, turn = _begin(work, entry, version, Move.SUBMIT, note)
    if version.id != entry.head_id:
        raise Conflict("not_newest")
    if turn.voice is not None:
        for stage in verdicts.STAGES:
            own = [row for row in case.standing.of(stage) if turn.voice.people & set(verdicts.people([row]))]
            if own:
                verdicts.void(work, entry, version, stage, "Vier-Augen-Prinzip: dieselbe Person reicht ein.")
    held = verdicts.standing(verdicts.rows(work, [entry.id])[entry.id], version)
    verdicts.enter(work, entry, version, verdicts.state_of(entry, held, case.agreed))
    _note(work, case, turn, Verdict.SUBMITTED, reason=note)
    told = reviewers(cases.of(work, entry, version))
    work.record("review.submitted", entry, number=version.number, title=entry.title, tell=told)


def withdraw(work: Work, entry: Entry, version: Version, reason: str = "") -> None:
    """Take a submitted version back to draft."""
    case, turn = _begin(work, entry, version, Move.WITHDRAW, reason)
    told = reviewers(case)
    verdicts.enter(work, entry, version, VersionState.DRAFT)
    _note(work, case, turn, Verdict.WITHDRAWN, reason=reason)
    work.record("review.withdrawn", entry, number=version.number, tell=told)


def pass_method(work: Work, entry: Entry, version: Version, note: str = "") -> None:
    """Pass the method review."""
    case, turn = _begin(work, entry, version, Move.PASS, note)
    _advance(work, case, _note(work, case, turn, Verdict.PASSED, stage=Stage.METHOD, reason=note))
    told = {*_concerned(case), *reviewers(cases.of(work, entry, version))}
    work.record("review.passed", entry, number=version.number, title=entry.title, tell=sorted(told))


def approve(work: Work, entry: Entry, version: Version, note: str = "") -> None:
    """Approve in substance for one's city; with the last approval that is needed the version is released."""
    case, turn = _begin(work, entry, version, Move.APPROVE, note)
    row = _note(work, case, turn, Verdict.APPROVED, stage=Stage.EXPERT, reason=note)
    done = _advance(work, case, row) == VersionState.RELEASED
    told = {*_concerned(case), *(case.staff.coordinators if done else ())}
    work.record("review.approved", entry, number=version.number, complete=done, tell=sorted(told))


def send_back(work: Work, entry: Entry, version: Version, reason: str) -> None:
    """Send a version back to its authors with a reason; an earlier verdict of the other stage stays."""
    case, turn = _begin(work, entry, version, Move.SEND_BACK, reason)
    stage = case.stage
    verdicts.enter(work, entry, version, VersionState.DRAFT)
    _note(work, case, turn, Verdict.SENT_BACK, stage=stage, reason=reason)
    work.record("review.sent_back", entry, number=version.number, title=entry.title, tell=_concerned(case))


def revoke(work: Work, entry: Entry, version: Version, reason: str) -> None:
    """Take an approval back before publication; the version is a draft again."""
    case, turn = _begin(work, entry, version, Move.REVOKE, reason)
    told = {*_concerned(case), *verdicts.people(case.standing.all())}
    verdicts.enter(work, entry, version, VersionState.DRAFT)
    _note(work, case, turn, Verdict.REVOKED, stage=Stage.EXPERT, reason=reason)
    work.record("review.revoked", entry, number=version.number, tell=sorted(told))


def publish(
    work: Work,
    entry: Entry,
    version: Version,
    *,
    editorial: bool = False,
    valid_from: date | None = None,
    note: str = "",
) -> Release:
    """Publish an approved version; it gets its number, the published one before it is superseded.

    Raises `Blocked` while verdicts are missing, whatever the state says.
    """
    case, turn = _begin(work, entry, version, Move.PUBLISH, note)
    made = releasing.put_out(
        work,
        entry,
        version,
        editorial=editorial,
        valid_from=valid_from,
        organisation_id=turn.organisation_id,
        deputy_for_id=turn.voice.deputy_for if turn.voice else None,
        reason=note,
    )
    told = {*_concerned(case), *verdicts.people(case.standing.all())}
    work.record("version.released", entry, number=version.number, title=entry.title, tell=sorted(told))
    return made


def supersede(work: Work, entry: Entry, version: Version, reason: str) -> None:
    """End a publication without a successor."""
    case, turn = _begin(work, entry, version, Move.SUPERSEDE, reason)
    releasing.take_in(work, entry, version, VersionState.SUPERSEDED)
    _note(work, case, turn, Verdict.SUPERSEDED, reason=reason)
    work.record("version.superseded", entry, number=version.number, tell=_concerned(case))


def reinstate(work: Work, entry: Entry, version: Version, note: str = "") -> None:
    """Publish again what was ended by mistake, as long as it is the newest version and its verdicts hold."""
    case, turn = _begin(work, entry, version, Move.REINSTATE, note)
    if version.id != entry.head_id or entry.published_id is not None:
        raise Conflict("not_newest")
    if releasing.release_of(work, version.id) is None:
        raise Conflict("review_moved_on")
    releasing.put_back(work, entry, version)
    _note(work, case, turn, Verdict.PUBLISHED, reason=note)
    work.record("version.released", entry, number=version.number, title=entry.title, tell=_concerned(case))


def archive(work: Work, entry: Entry, version: Version, reason: str) -> None:
    """Put a superseded version away; only the cooperation reads it from then on."""
    case, turn = _begin(work, entry, version, Move.ARCHIVE, reason)
    verdicts.enter(work, entry, version, VersionState.ARCHIVED)
    _note(work, case, turn, Verdict.ARCHIVED, reason=reason)
    work.record("version.archived", entry, number=version.number)


def confirm(work: Work, entry: Entry, version: Version, *, valid_until: date, review_on: date, note: str = "") -> None:
    """Confirm that a release is still valid, or set other dates of validity; raises `Invalid` for impossible ones."""
    case, turn = _begin(work, entry, version, Move.CONFIRM, note)
    release = releasing.release_of(work, version.id)
    if release is None:
        raise Conflict("review_moved_on")
    releasing.extend(work, release, valid_until=valid_until, review_on=review_on)
    told = f"Gültig bis {valid_until:%d.%m.%Y}, Wiedervorlage am {review_on:%d.%m.%Y}. {note}"
    _note(work, case, turn, Verdict.CONFIRMED, reason=told)
    work.record("version.confirmed", entry, number=version.number, until=valid_until.isoformat())


def explain_fork(work: Work, entry: Entry, reason: str, *, revision: int) -> None:
    """Say why a fork deviates from its origin; needed before it is submitted for the first time."""
    work.require(policy.edit, entry)
    entries.lock(work, entry)
    if entry.revision != revision:
        raise Conflict("profile_moved_on")
    if entry.forked_from_id is None:
        raise Conflict("no_fork")
    if not reason.strip():
        raise Invalid(reason="reason_needed")
    before = verdicts.judged(entry)
    entry.fork_reason = reason.strip()
    entry.revision += 1
    work.session.flush()
    judged = verdicts.follow_edit(work, entry, before)
    work.record("entry.edited", entry, title=entry.title, judged=judged)


def make(work: Work, entry: Entry, version: Version, sent: MoveVersion) -> None:
    """Make the move somebody asked for; raises `Conflict("review_moved_on")` if they judged another profile."""
    wanted, reason = Move(sent.move), sent.reason
    if MOVES[wanted].judges and sent.profile and sent.profile != verdicts.profile_digest(entry):
        raise Conflict("review_moved_on")
    if wanted == Move.PUBLISH:
        publish(work, entry, version, editorial=sent.editorial, valid_from=sent.valid_from, note=reason)
        return
    deeds: dict[Move, Callable[[Work, Entry, Version, str], None]] = {
        Move.SUBMIT: submit,
        Move.WITHDRAW: withdraw,
        Move.PASS: pass_method,
        Move.APPROVE: approve,
        Move.SEND_BACK: send_back,
        Move.REVOKE: revoke,
        Move.SUPERSEDE: supersede,
        Move.REINSTATE: reinstate,
        Move.ARCHIVE: archive,
    }
    deeds[wanted](work, entry, version, reason)


def judged_version(case: Case, published: Version | None) -> Version | None:
    """Return the version the cities say something to: the approved one, else the published one."""
    return case.version if case.version.state == VersionState.RELEASED else published
