"""Which permission of the policy guards which deed. The answers are the policy's; here stands only who is asked.

A new route that changes something and stands neither in `GUARDED` nor in `OWN` fails the test with its name.
"""

from itertools import product

from hub import policy
from hub.policy import (
    Actor,
    admin,
    bundles,
    coordination,
    findings,
    funding,
    local_values,
    maturity,
    notifications,
    proposals,
    reviews,
    searches,
    services,
    webhooks,
)
from hub.store.accounts import Role
from hub.store.organisations import Organisation
from hub.web import rights
from hub.web.rights import Permission
from tests.api.test_everything import COUNTERPARTS
from tests.rights.browsing import OPERATIONS

GUARDED: dict[Permission, str] = {
    policy.archive: "entries.archive entries.unarchive",
    policy.edit: "entries.save fim.save_activities fim.save_activity fim.save_profile reviews.explain_fork",
    policy.publish: "versions.publish versions.save_drawing versions.restore designs.save",
    policy.fork: "forks.fork",
    policy.comment: "discussions.write",
    policy.edit_comment: "discussions.save",
    policy.manage_accounts: "members.invite members.send_again members.withdraw",
    policy.grant: "members.add_role",
    policy.revoke: "members.remove_role",
    policy.close_account: "members.close members.reopen",
    policy.edit_organisation: "organisations.save_contact",
    policy.create_organisation: "organisations.create organisations.rename organisations.close organisations.reopen",
    policy.set_rules: "checks.set_rules",
    policy.create: "ways_in.create ways_in.import_many fim_import.start",
    bundles.import_bundle: "bundles.bring",
    coordination.plan_services: "board.add board.drop",
    coordination.take_plan: "board.assign",
    findings.decide_findings: "findings.decide",
    findings.confirm_media_free: "findings.confirm findings.withdraw",
    findings.edit_media_rules: "media_rules.change media_rules.change_words",
    funding.create_grant: "funding.create",
    funding.edit_programme: "programmes.create programmes.save",
    funding.manage_grant: (
        "funding.save funding.save_plan funding.add_condition funding.meet_condition funding.add_document "
        "results.create results.save statements.create statements.save statements.discard statements.submit"
    ),
    funding.contribute: "receipts.add receipts.save receipts.drop receipts.read_file results.tie results.untie",
    funding.keep_ledger: "ledger.create ledger.save ledger.drop",
    funding.record_reuse: "reuse.record reuse.save",
    funding.confirm_reuse: "reuse.confirm",
    funding.review_statement: "review_room.begin review_room.answer review_room.draw review_room.settle",
    funding.decide_statement: "review_room.decide",
    funding.read_statement: "review_room.start_pack",
    local_values.define_slots: "local_values.define api.change_slot",
    local_values.fill_slots: "local_values.fill",
    maturity.rate_maturity: "maturity.rate",
    maturity.name_criteria: "maturity.name_criteria",
    notifications.invite_guest: "guests.create guests.revoke",
    proposals.propose: "proposing.send_suggestion proposing.suggest_drawing",
    proposals.edit_proposal: "proposals.describe proposals.act",
    proposals.decide_proposal: "proposals.decide proposals.merge proposals.answer",
    proposals.comment_proposal: "proposals.comment",
    proposals.record_deviation: "deviations.record inbox.decline",
    reviews.assign_review: "reviews.assign reviews.remind",
    reviews.set_validity: "reviews.confirm",
    reviews.claim_ozgplus: "reviews.ozgplus",
    reviews.block_approval: "reviews.hold_up",
    reviews.speak_on_reference: "reviews.propose reviews.withdraw_proposal",
    reviews.vote: "reviews.vote",
    reviews.set_review_rules: "reviews.set_rules",
    reviews.see_review_load: "reviews.many",
    searches.save_search: "searches.save",
    searches.teach_words: "words.teach words.forget",
    admin.administer: (
        "admin.accounts.end_sign_ins admin.accounts.give_email "
        "admin.accounts.pseudonymise admin.accounts.reset_factors admin.accounts.send_password_link "
        "admin.jobs.cancel admin.jobs.retry admin.log.erase admin.log.verify admin.mails.delete admin.mails.retry "
        "admin.mails.retry_notices admin.maintenance.begin admin.maintenance.end admin.requests.decide "
        "admin.settings.change admin.system.rebuild admin.accounts.close admin.accounts.reopen"
    ),
    webhooks.manage_webhooks: (
        "webhooks.create webhooks.remove webhooks.renew_secret webhooks.send_again webhooks.switch_off "
        "webhooks.switch_on webhooks.test"
    ),
    services.edit_services: (
        "services.add services.save services.merge service_imports.receive service_imports.order service_imports.undo"
    ),
}
"""Permission → endpoints of the deeds nobody may do without it."""

EITHER: dict[str, tuple[Permission, ...]] = {
    "api.delete_comment": (policy.edit_comment, policy.moderate_comment),
    "api.reopen_comment": (policy.resolve_comment,),
    "api.reply_to_note": (funding.review_statement, funding.answer_review),
    "api.resolve_comment": (policy.resolve_comment,),
    "api.return_proposal": (proposals.edit_proposal, proposals.decide_proposal),
    "api.update_proposal": (proposals.edit_proposal, proposals.decide_proposal),
    "api.withdraw_proposal": (proposals.edit_proposal, proposals.decide_proposal),
    "discussions.act": (policy.edit_comment, policy.moderate_comment, policy.resolve_comment),
    "bundles.export": (bundles.export_organisation, bundles.export_hub),
    "funding.move": (funding.manage_grant, funding.review_grant),
    "results.move": (funding.contribute, funding.review_grant),
    "review_room.write": (funding.review_statement, funding.answer_review),
    "reviews.move": (
        reviews.submit_review, reviews.review_method, reviews.approve, reviews.revoke_approval, reviews.release,
    ),
    "proposing.save_drawing": (proposals.edit_proposal, proposals.decide_proposal),
    "proposing.save_text": (proposals.edit_proposal, proposals.decide_proposal),
}  # fmt: skip
"""Endpoints of deeds for which one of several permissions is enough, as for both sides of a review."""

OWN = frozenset(
    [
        "factors.add_passkey",
        "factors.ask_confirm",
        "factors.ask_new",
        "factors.begin_codes",
        "factors.confirm_codes",
        "factors.enter",
        "factors.enter_passkey",
        "factors.remove_codes",
        "factors.remove_passkey",
        "factors.rename_passkey",
        "factors.renew_recovery",
        "own_data.ask_for_deletion",
        "own_data.ask_for_email",
        "own_data.confirm",
        "own_data.export",
        "own_data.withdraw",
        "providers.end",
        "providers.unlink",
        "second.ask",
        "second.enter",
        "second.enter_passkey",
        "git.receive",
        "git.own_receive",
        "git.own_upload",
        "barriers.report",
        "git.upload",
        "tokens.create",
        "tokens.revoke",
        "accounts.end",
        "accounts.end_all",
        "accounts.save_password",
        "accounts.save_profile",
        "bundles.forget",
        "deputies.appoint",
        "deputies.end",
        "discussions.preview",
        "editing.beat",
        "fim_import.upload",
        "guests.write",
        "inbox.adopt",
        "legal.propose",
        "invitations.accept",
        "invitations.accept_as_new",
        "invitations.other",
        "login.reset",
        "login.send_reset",
        "login.sign_in",
        "login.sign_out",
        "mywork.settle",
        "notifications.create_feed",
        "notifications.follow",
        "notifications.mark",
        "notifications.mark_all",
        "notifications.resubscribe",
        "notifications.revoke_feed",
        "notifications.save_settings",
        "notifications.stop_mail",
        "notifications.watch",
        "pages.language",
        "pages.theme",
        "proposing.send_offer",
        "proposing.take",
        "reviews.answer",
        "searches.alert",
        "searches.forget",
        "searches.keep",
        "searches.look",
        "searches.remember",
        "searches.remove",
        "similar.ask",
    ]
)
"""Deeds about what is one's own, or that write nothing; whoever reads the thing may do them, or a secret opens them."""

OWN_PROGRAMS = frozenset(["api.nothing", "api.try_media_rule", "api.watch_organisation", "api.watch_service"])
"""The same of the interface for programs, where no page has the deed."""

DOORS: dict[str, tuple[Permission, ...]] = {
    **{name: (permission,) for permission, names in GUARDED.items() for name in names.split()},
    **EITHER,
}
"""Endpoints of deeds on pages and of those that only programs do → the permissions one of which is needed."""


def _of_programs() -> dict[str, tuple[Permission, ...]]:
    """Return the permissions for the interface for programs: those of the same deeds on pages."""
    found: dict[str, tuple[Permission, ...]] = {}
    for page, name in COUNTERPARTS.items():
        if page in DOORS and not OPERATIONS[f"api.{name}"].reads:
            found[f"api.{name}"] = (*found.get(f"api.{name}", ()), *DOORS[page])
    return found


SAME_OF_PROGRAMS = _of_programs()
OWN_OF_PROGRAMS = OWN_PROGRAMS | {f"api.{name}" for page, name in COUNTERPARTS.items() if page in OWN}
DOORS = {**SAME_OF_PROGRAMS, **DOORS}

OPENED_WITH: dict[Permission, str] = {
    policy.create: "ways_in.begin ways_in.choose ways_in.many fim_import.begin",
    policy.create_organisation: "organisations.index organisations.new",
    policy.edit: "entries.edit fim.activities fim.activity fim.profile",
    policy.edit_organisation: "organisations.settings",
    policy.fork: "forks.new",
    policy.manage_accounts: "members.index members.new api.list_members api.list_invitations",
    policy.publish: "designs.edit versions.draw versions.new",
    policy.set_rules: "checks.rules api.read_rules",
    findings.edit_media_rules: "media_rules.edit media_rules.words",
    funding.create_grant: "funding.new",
    funding.edit_programme: "programmes.edit programmes.new",
    funding.keep_ledger: "ledger.new",
    funding.manage_grant: "funding.edit funding.plan results.edit results.new",
    funding.read_ledger: "ledger.show ledger.table api.read_ledger_sums api.list_ledger",
    funding.read_programmes: (
        "programmes.index api.list_programmes api.read_programme reuse.ledger reuse.ledger_csv api.list_uses"
    ),
    funding.record_reuse: "reuse.edit",
    funding.review_statement: "api.list_samples api.read_checklist",
    maturity.name_criteria: "maturity.criteria",
    maturity.rate_maturity: "maturity.form",
    notifications.invite_guest: "guests.index api.list_guest_links",
    proposals.propose: "proposing.suggest",
    reviews.see_review_load: "reviews.load api.read_review_load",
    searches.teach_words: "words.index api.list_word_rules api.read_word_rule",
    services.edit_services: "service_imports.new services.edit services.merge_form services.new",
    webhooks.manage_webhooks: "webhooks.index api.list_webhooks",
}
"""Permission → endpoints of pages that nobody opens without it; the ledger of uses is for whoever has any role."""

PAGES: dict[str, tuple[Permission, ...]] = {
    **{name: (permission,) for permission, names in OPENED_WITH.items() for name in names.split()},
    "proposing.edit": (proposals.edit_proposal, proposals.decide_proposal),
}
"""Pages that whoever reads what they are about may open only with a permission, or with one of several.

Every other page is for whoever reads what it is about: one that refuses them, and stands not here, fails the test.
"""

OTHERWISE = {"git.references": 403, "git.own_references": 401, "proposing.edit": 403}
"""Pages that refuse with this status for another reason: without a service or a token, or for the other purpose."""

SHARED = frozenset(["static", "open_data.show", "wellknown.security"])
"""What everybody gets alike, so that a cache between browser and hub may keep it."""


def opens(actor: Actor, endpoint: str, about: dict[type, object], organisations: list[Organisation]) -> bool:
    """Return whether the policy lets somebody who reads what the address names open the page behind `endpoint`."""
    if endpoint in OPERATIONS and OPERATIONS[endpoint].signed_in and not actor.signed_in:
        return False
    return endpoint not in PAGES or _granted(actor, PAGES[endpoint], about, organisations)


def may(actor: Actor, endpoint: str, about: dict[type, object], organisations: list[Organisation]) -> bool:
    """Return whether the policy lets somebody do the deed behind `endpoint` to what the address names.

    What a permission asks about and the address does not name is chosen in the form: then any choice will do.
    """
    if endpoint.startswith("api.") and not actor.signed_in:
        return False
    if endpoint in OWN or endpoint in OWN_OF_PROGRAMS:
        return True
    return _granted(actor, DOORS[endpoint], about, organisations)


def _granted(
    actor: Actor, permissions: tuple[Permission, ...], about: dict[type, object], organisations: list[Organisation]
) -> bool:
    choices: dict[type, list[object]] = {Organisation: list(organisations), Role: list(Role)}
    for permission in permissions:
        kinds = rights.subjects(permission)
        things = [[about[kind]] if kind in about else choices.get(kind, []) for kind in kinds]
        if any(permission(actor, *chosen) for chosen in product(*things)):
            return True
    return False
