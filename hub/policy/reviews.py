"""Who may do what on the way from a draft to a release.

Only roles are asked here. That nobody judges their own work, and that a second person gives the second verdict, depends
on what was done before; `hub.actions.cases` says so.
"""

from hub.policy import Actor, read_drafts
from hub.store.accounts import Role
from hub.store.entries import Entry, Level
from hub.store.organisations import Organisation, OrganisationKind

SUBMITTERS = frozenset({Role.MODELLER, Role.OWNER, Role.COORDINATOR})
SPEAKERS = frozenset({Role.OWNER, Role.APPROVER})
"""Who speaks for a city about what it takes over."""
JUDGES = (Role.EXPERT, Role.OWNER, Role.METHOD_REVIEWER, Role.APPROVER, Role.COORDINATOR, Role.DATA_PROTECTION)
REFERENCE = frozenset({Level.REFERENCE, Level.OZG_REFERENCE})
"""Levels that several cities approve."""


def _works_on(actor: Actor, entry: Entry) -> bool:
    return entry.archived_at is None and actor.signed_in and read_drafts(actor, entry)


def submit_review(actor: Actor, entry: Entry) -> bool:
    """Submit a version for review or withdraw it: modellers and process owners of the organisation that owns it."""
    return _works_on(actor, entry) and actor.has(SUBMITTERS, entry.organisation_id)


def review_method(actor: Actor, entry: Entry) -> bool:
    """Give the verdict of the method review: method reviewers, and in their place the coordination."""
    return _works_on(actor, entry) and actor.has_anywhere(Role.METHOD_REVIEWER, Role.COORDINATOR)


def approve(actor: Actor, entry: Entry) -> bool:
    """Approve in substance: approvers of the owning organisation, of others for reference models and as stand-ins."""
    return _works_on(actor, entry) and actor.has_anywhere(Role.APPROVER)


def revoke_approval(actor: Actor, entry: Entry) -> bool:
    """Take an approval back before publication: process owners and approvers of its organisation, the coordination."""
    own = actor.has({Role.OWNER, Role.APPROVER}, entry.organisation_id)
    return _works_on(actor, entry) and (own or actor.has_anywhere(Role.COORDINATOR))


def release(actor: Actor, entry: Entry) -> bool:
    """Publish what is approved, and end a publication: the coordination; process owners for what is no reference."""
    own = actor.has({Role.OWNER}, entry.organisation_id) and entry.level not in REFERENCE
    return _works_on(actor, entry) and (own or actor.has_anywhere(Role.COORDINATOR))


def set_validity(actor: Actor, entry: Entry) -> bool:
    """Say how long a release is valid and confirm that it still is: process owners, the coordination."""
    own = actor.has({Role.OWNER}, entry.organisation_id)
    return _works_on(actor, entry) and (own or actor.has_anywhere(Role.COORDINATOR))


def claim_ozgplus(actor: Actor, entry: Entry) -> bool:
    """Claim that an entry is an OZGplus service, or drop the claim: process owners, the coordination."""
    return set_validity(actor, entry)


def assign_review(actor: Actor, entry: Entry) -> bool:
    """Ask somebody to review, set the date and remind them: process owners, the coordination."""
    return set_validity(actor, entry)


def block_approval(actor: Actor, entry: Entry) -> bool:
    """Mark a discussion as blocking the approval: whoever reviews, approves, knows the subject or coordinates."""
    return _works_on(actor, entry) and actor.cooperates and actor.has_anywhere(*JUDGES)


def vote(actor: Actor, entry: Entry, organisation: Organisation) -> bool:
    """Say for a city whether it takes a release over: process owners and approvers of that city."""
    fits = organisation.kind == OrganisationKind.CITY and organisation.id != entry.organisation_id
    return fits and _works_on(actor, entry) and actor.has(SPEAKERS, organisation.id)


def speak_on_reference(actor: Actor, entry: Entry, organisation: Organisation) -> bool:
    """Propose that a model becomes a reference model, or answer such a proposal: process owners and approvers."""
    return organisation.cooperates and _works_on(actor, entry) and actor.has(SPEAKERS, organisation.id)


def appoint_deputies(actor: Actor, organisation: Organisation) -> bool:
    """Set who acts in somebody else's place: administrators of the organisation; everybody for themselves."""
    return actor.has({Role.ADMIN}, organisation.id) or actor.has_anywhere(Role.SYSTEM_ADMIN)


def see_review_load(actor: Actor) -> bool:
    """See how many reviews each person has and assign many at once: the coordination."""
    return actor.has_anywhere(Role.COORDINATOR)


def set_review_rules(actor: Actor) -> bool:
    """Set how many cities approve a reference model and how long releases are valid: the coordination."""
    return actor.has_anywhere(Role.COORDINATOR)
