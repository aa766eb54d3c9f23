"""The audit behind the accessibility statement looks at every page of every role, and the statement counts them."""

import json
from importlib import resources
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from tools.accessibility import CITED, everything

FILES = "a file, a feed or a picture, no page"
LEADS = "leads on to another page at once"
LETTER = "opened by a link from a letter; the form is that of a page that is audited"
BUSY = "shows how far a job has come, with the parts of audited pages"
LEFT_OUT = {
    "admin.log.excerpt": FILES,
    "admin.requests.show": "the sample has no such request; made of the same parts as the list",
    "agenda.calendar": FILES,
    "agenda.pdf": FILES,
    "bundles.download": FILES,
    "bundles.entry": FILES,
    "bundles.progress": BUSY,
    "designs.html": FILES,
    "designs.journey": FILES,
    "discussions.edit": "the form of the discussion, with a text in it",
    "discussions.people": FILES,
    "factors.codes": "shows a secret that only exists while codes are set up",
    "feeds.everything": FILES,
    "feeds.of_entry": FILES,
    "feeds.of_organisation": FILES,
    "feeds.of_service": FILES,
    "feeds.watched": FILES,
    "files.bpmn_python": FILES,
    "files.pdf": FILES,
    "files.png": FILES,
    "files.qr": FILES,
    "files.source": FILES,
    "files.svg": FILES,
    "files.table": FILES,
    "files.thumbnail": FILES,
    "files.view": FILES,
    "fim.export": FILES,
    "fim.export_all": FILES,
    "fim_import.choose": "exists after an upload only",
    "findings.svg": FILES,
    "funding.calendar": FILES,
    "funding.document": FILES,
    "git.own_references": FILES,
    "git.page": LEADS,
    "git.references": FILES,
    "guests.show": LETTER,
    "guests.svg": FILES,
    "guests.view": FILES,
    "invitations.show": LETTER,
    "ledger.table": FILES,
    "legal.table": FILES,
    "local_values.filled": FILES,
    "local_values.table": FILES,
    "login.choose": LETTER,
    "manual.picture": FILES,
    "matrix.download": FILES,
    "notifications.unsubscribe": LETTER,
    "open_data.catalogue": LEADS,
    "open_data.show": FILES,
    "own_data.confirm_page": LETTER,
    "portfolio.image": FILES,
    "portfolio.matrix": FILES,
    "portfolio.table": FILES,
    "proposals.side": FILES,
    "proposing.edit": "the drawing page, which is audited with another entry",
    "providers.begin": LEADS,
    "providers.callback": LEADS,
    "receipts.table": FILES,
    "receipts.workbook": FILES,
    "reuse.edit": "the form of the list of uses, with its values",
    "reuse.ledger_csv": FILES,
    "review_room.file": FILES,
    "review_room.frozen": FILES,
    "review_room.pack": BUSY,
    "review_room.pack_file": FILES,
    "search.opensearch": FILES,
    "search.suggest": FILES,
    "second.show": "exists between password and second factor only; tests/browser/test_sign_in.py walks through it",
    "service_imports.show": "exists after an upload only",
    "services.suggest": FILES,
    "ways_in.progress": BUSY,
    "wellknown.change_password": LEADS,
    "wellknown.security": FILES,
}
"""Addresses that the audit does not open, with the reason."""


def endpoint(addresses: Map, path: str) -> str:
    try:
        return str(addresses.bind("localhost").match(path.partition("?")[0])[0])
    except RequestRedirect as there:
        return endpoint(addresses, urlsplit(there.new_url).path)
    except HTTPException:
        return ""  # the page that says that there is none


def test_the_audit_opens_every_page_or_says_why_not(app: Flask) -> None:
    opened = {endpoint(app.url_map, path) for _email, paths in everything() for path in paths} | {"review_room.version"}
    asked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api", "/static"))
    }
    assert asked - opened - set(LEFT_OUT) == set(), "add them to tools/accessibility.py, or here with a reason"
    assert set(LEFT_OUT) & opened == set()
    assert set(LEFT_OUT) - asked == set()


def test_the_statement_counts_what_the_audit_opens() -> None:
    told = json.loads((resources.files("hub.text") / "data" / "accessibility.json").read_text(encoding="utf-8"))
    paths = {path for _email, paths in everything() for path in paths}
    assert CITED in told["pages"]
    missing = paths - set(told["pages"])
    assert len(missing) * 10 <= len(paths), f"run python -m tools.accessibility: {sorted(missing)}"
