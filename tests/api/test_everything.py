"""Everything people do on pages has an operation, or is named here with the reason why not."""

from flask import Flask

from hub import api

COUNTERPARTS: dict[str, str] = {
    "accounts.save_profile": "edit_me",
    "checks.set_rules": "set_rules",
    "deputies.appoint": "appoint_deputy",
    "deputies.end": "end_deputy",
    "designs.save": "publish_design",
    "discussions.act": "resolve_comment",
    "discussions.save": "edit_comment",
    "discussions.write": "write_comment",
    "entries.archive": "archive_entry",
    "entries.save": "edit_entry",
    "entries.unarchive": "unarchive_entry",
    "forks.fork": "fork_entry",
    "members.add_role": "give_role",
    "members.close": "close_account",
    "members.remove_role": "take_role",
    "mywork.settle": "settle_mention",
    "organisations.close": "close_organisation",
    "organisations.create": "create_organisation",
    "organisations.rename": "rename_organisation",
    "organisations.reopen": "reopen_organisation",
    "organisations.save_contact": "edit_contact",
    "services.add": "add_service",
    "services.merge": "merge_service",
    "services.save": "edit_service",
    "tokens.revoke": "revoke_token",
    "versions.publish": "publish_version",
    "versions.restore": "restore_version",
    "ways_in.create": "create_entry",
}
"""Endpoint of a page that changes something → operation that does the same."""

BROWSER = "belongs to one browser: signing in and out, passwords, second factors, language, theme"
SECRET = "makes or shows a secret, or decides about the account itself, which only a person in front of a page may do"
LINK = "is done by somebody who holds a link from a mail, not by an account"
LETTER = "sends a letter with a link, written by the page in the sender's language"
FORM = "helps somebody at a form; a program publishes the file itself"
MANY = "is a long piece of work with a page that shows its progress; a program sends one entry after the other"
GIT = "is Git's own protocol, and reading"
OPEN = "is not offered yet"

REASONS: dict[str, str] = {
    "accounts.*": BROWSER,
    "admin.*": SECRET,
    "barriers.report": FORM,
    "board.*": OPEN,
    "bundles.*": MANY,
    "deviations.*": OPEN,
    "discussions.preview": FORM,
    "editing.*": FORM,
    "factors.*": BROWSER,
    "fim.*": OPEN,
    "fim_import.*": MANY,
    "findings.*": OPEN,
    "funding.*": OPEN,
    "git.*": GIT,
    "guests.*": LINK,
    "inbox.*": OPEN,
    "invitations.*": LINK,
    "ledger.*": OPEN,
    "local_values.*": OPEN,
    "login.*": BROWSER,
    "maturity.*": OPEN,
    "media_rules.*": OPEN,
    "members.*": LETTER,
    "notifications.*": OPEN,
    "oidc.*": BROWSER,
    "own_data.*": SECRET,
    "pages.*": BROWSER,
    "programmes.*": OPEN,
    "providers.*": BROWSER,
    "proposals.*": OPEN,
    "proposing.*": OPEN,
    "receipts.*": OPEN,
    "results.*": OPEN,
    "reuse.*": OPEN,
    "review_lists.*": OPEN,
    "review_room.*": OPEN,
    "reviews.*": OPEN,
    "searches.*": OPEN,
    "second.*": BROWSER,
    "service_imports.*": MANY,
    "similar.*": FORM,
    "statements.*": OPEN,
    "tokens.create": SECRET,
    "versions.save_drawing": FORM,
    "ways_in.import_many": MANY,
    "webhooks.*": OPEN,
    "words.*": OPEN,
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
