"""Everything people do on pages has an operation, or is named here with the reason why not."""

from flask import Flask

from hub import api

COUNTERPARTS: dict[str, str] = {
    "accounts.save_profile": "edit_me",
    "admin.accounts.close": "close_any_account",
    "admin.accounts.end_sign_ins": "end_sign_ins",
    "admin.accounts.reopen": "reopen_any_account",
    "admin.jobs.cancel": "cancel_job",
    "admin.jobs.retry": "retry_job",
    "admin.mails.delete": "delete_mail",
    "admin.mails.retry": "retry_mail",
    "admin.mails.retry_notices": "retry_notices",
    "admin.maintenance.begin": "begin_maintenance",
    "admin.maintenance.end": "end_maintenance",
    "admin.settings.change": "change_setting",
    "admin.system.rebuild": "rebuild_index",
    "board.add": "add_plan",
    "board.assign": "assign_plan",
    "board.drop": "drop_plan",
    "checks.set_rules": "set_rules",
    "deputies.appoint": "appoint_deputy",
    "deputies.end": "end_deputy",
    "designs.save": "publish_design",
    "deviations.record": "record_deviation",
    "discussions.act": "resolve_comment",
    "discussions.save": "edit_comment",
    "discussions.write": "write_comment",
    "entries.archive": "archive_entry",
    "entries.save": "edit_entry",
    "entries.unarchive": "unarchive_entry",
    "fim.save_activities": "set_fim_types",
    "fim.save_activity": "save_fim_activity",
    "fim.save_profile": "save_fim_profile",
    "findings.confirm": "confirm_media_free",
    "findings.decide": "decide_media_breaks",
    "findings.withdraw": "withdraw_media_free",
    "forks.fork": "fork_entry",
    "guests.revoke": "revoke_guest_link",
    "inbox.adopt": "adopt_inbox",
    "inbox.decline": "decline_inbox",
    "local_values.define": "define_slot",
    "local_values.fill": "fill_value",
    "maturity.name_criteria": "name_criteria",
    "maturity.rate": "rate_maturity",
    "media_rules.change": "change_media_rule",
    "media_rules.change_words": "change_media_words",
    "members.add_role": "give_role",
    "members.close": "close_account",
    "members.invite": "invite_person",
    "members.remove_role": "take_role",
    "members.reopen": "reopen_account",
    "members.send_again": "invite_again",
    "members.withdraw": "withdraw_invitation",
    "mywork.settle": "settle_mention",
    "notifications.follow": "mark_notification",
    "notifications.mark": "mark_notification",
    "notifications.mark_all": "mark_notifications",
    "notifications.revoke_feed": "revoke_feed",
    "notifications.save_settings": "choose_notification_settings",
    "notifications.watch": "watch_entry",
    "organisations.close": "close_organisation",
    "organisations.create": "create_organisation",
    "organisations.rename": "rename_organisation",
    "organisations.reopen": "reopen_organisation",
    "organisations.save_contact": "edit_contact",
    "proposals.act": "send_proposal",
    "proposals.answer": "decline_proposal",
    "proposals.comment": "comment_proposal",
    "proposals.decide": "decide_proposal",
    "proposals.describe": "describe_proposal",
    "proposals.merge": "merge_proposal",
    "proposing.save_text": "revise_proposal",
    "proposing.send_offer": "offer_proposal",
    "proposing.send_suggestion": "suggest_change",
    "proposing.take": "take_over_origin",
    "reviews.answer": "answer_reference",
    "reviews.assign": "assign_review",
    "reviews.confirm": "confirm_validity",
    "reviews.explain_fork": "explain_fork",
    "reviews.hold_up": "block_approval",
    "reviews.many": "assign_review",
    "reviews.move": "make_move",
    "reviews.ozgplus": "claim_ozgplus",
    "reviews.propose": "propose_reference",
    "reviews.remind": "remind_reviewer",
    "reviews.set_rules": "set_review_rules",
    "reviews.vote": "cast_vote",
    "reviews.withdraw_proposal": "withdraw_reference",
    "searches.alert": "alert_saved_search",
    "searches.forget": "forget_recent_searches",
    "searches.keep": "keep_recent_searches",
    "searches.look": "look_at_saved_search",
    "searches.remember": "remember_search",
    "searches.remove": "remove_saved_search",
    "searches.save": "save_search",
    "services.add": "add_service",
    "services.merge": "merge_service",
    "services.save": "edit_service",
    "tokens.revoke": "revoke_token",
    "versions.publish": "publish_version",
    "versions.restore": "restore_version",
    "ways_in.create": "create_entry",
    "webhooks.remove": "remove_webhook",
    "webhooks.send_again": "send_delivery_again",
    "webhooks.switch_off": "switch_webhook_off",
    "webhooks.switch_on": "switch_webhook_on",
    "webhooks.test": "test_webhook",
    "words.forget": "forget_word_rule",
    "words.teach": "teach_words",
}
"""Endpoint of a page that changes something → operation that does the same."""

BROWSER = "belongs to one browser: signing in and out, passwords, second factors, language, theme"
SECRET = "makes or shows a secret, or decides about the account itself, which only a person in front of a page may do"
LINK = "is done by somebody who holds a link from a mail, not by an account"
FORM = "helps somebody at a form; a program publishes the file itself"
MANY = "is a long piece of work with a page that shows its progress; a program sends one entry after the other"
GIT = "is Git's own protocol, and reading"
OPEN = "is not offered yet"

REASONS: dict[str, str] = {
    "accounts.*": BROWSER,
    "admin.*": SECRET,
    "barriers.report": FORM,
    "bundles.*": MANY,
    "discussions.preview": FORM,
    "editing.*": FORM,
    "factors.*": BROWSER,
    "fim_import.*": MANY,
    "funding.*": OPEN,
    "git.*": GIT,
    "guests.create": SECRET,
    "guests.write": LINK,
    "invitations.*": LINK,
    "ledger.*": OPEN,
    "login.*": BROWSER,
    "notifications.create_feed": SECRET,
    "notifications.resubscribe": LINK,
    "notifications.stop_mail": LINK,
    "oidc.*": BROWSER,
    "own_data.*": SECRET,
    "pages.*": BROWSER,
    "programmes.*": OPEN,
    "providers.*": BROWSER,
    "proposing.save_drawing": FORM,
    "proposing.suggest_drawing": FORM,
    "receipts.*": OPEN,
    "results.*": OPEN,
    "reuse.*": OPEN,
    "review_room.*": OPEN,
    "second.*": BROWSER,
    "service_imports.*": MANY,
    "similar.*": FORM,
    "statements.*": OPEN,
    "tokens.create": SECRET,
    "versions.save_drawing": FORM,
    "ways_in.import_many": MANY,
    "webhooks.*": OPEN,
}
"""Endpoint, or all of a module, → why it has no operation; a counterpart above counts first."""


def changing(app: Flask) -> set[str]:
    """Return the endpoints of pages that take a POST."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return {name for name in found if not name.startswith("api.")}


def test_every_deed_on_a_page_has_an_operation_or_a_reason(app: Flask) -> None:
    named = {name for name in changing(app) if name in COUNTERPARTS or name in REASONS}
    rest = {name for name in changing(app) - named if f"{name.split('.', 1)[0]}.*" not in REASONS}
    assert rest == set()


def test_the_list_speaks_of_what_there_is(app: Flask) -> None:
    operations = {operation.name for operation in api.operations()}
    assert set(COUNTERPARTS.values()) <= operations
    assert set(COUNTERPARTS) <= changing(app)
