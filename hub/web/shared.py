"""What every page has: account, navigation, language, formats."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, g, request, session
from flask_babel import format_date, format_decimal, format_percent
from markupsafe import Markup
from sqlalchemy import select

from hub import policy
from hub.actions import notifications
from hub.http import current_actor, current_maintenance, current_work, database
from hub.policy import WRITERS, Actor, admin
from hub.policy.webhooks import manage_webhooks
from hub.store.organisations import Organisation
from hub.store.witness import Remembered
from hub.text import markdown
from hub.web import manual, messages, sections
from hub.web.addresses import url_for
from hub.web.language import _, language

BERLIN = ZoneInfo("Europe/Berlin")


def safe_next(target: str | None) -> str:
    """Return `target` if it is an address within the hub, else the start page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    if any(ord(c) < 33 for c in target):
        return "/"
    parts = urlsplit(target)
    # "/.//host" stays here in a browser, but what a proxy or another program makes of it nobody knows.
    return "/" if parts.scheme or parts.netloc or "//" in parts.path else target


def money(cents: int, *, sign: bool = True) -> str:
    """Return an amount of whole cents for people, such as „100.000,00 €“; without the sign as forms show it."""
    german = language() == "de"
    text = format_decimal(Decimal(cents) / 100, "#,##0.00") if sign else f"{Decimal(cents) / 100:.2f}".replace(".", ",")
    if not sign:
        return text
    return f"{text}\u00a0€" if german else f"€{text}"


def one_place(value: Fraction | None) -> str:
    """Return a figure with one place after the comma, half up; „–“ for none."""
    if value is None:
        return "–"
    tenths = int(abs(value) * 10 + Fraction(1, 2)) * (-1 if value < 0 else 1)
    return str(format_decimal(Decimal(tenths) / 10, "#,##0.0"))


def moment(value: datetime | None) -> dict[str, str]:
    """Return a time for people (Europe/Berlin) and machines (ISO, UTC)."""
    if value is None:
        return {"iso": "", "full": ""}
    here = value.astimezone(BERLIN)
    full = f"{here:%d.%m.%Y, %H:%M} Uhr" if language() == "de" else f"{here:%d %B %Y, %H:%M}"
    return {"iso": value.isoformat(), "full": full}


_ACCOUNTS: Remembered[tuple[Actor, str, str], dict[str, Any]] = Remembered(500)
"""Actor, language and root of the addresses → what the account's menu shows."""
_UNREAD: Remembered[Actor, int] = Remembered(500)


def _account(actor: Actor) -> dict[str, Any] | None:
    if not actor.signed_in:
        return None
    key = (actor, language(), request.script_root)
    return _ACCOUNTS.get(database(), g.get("commit_mark"), key, lambda: _menu(actor))


def _menu(actor: Actor) -> dict[str, Any]:
    query = select(Organisation).where(Organisation.id.in_(sorted(actor.organisation_ids)))
    own = list(database().scalars(query)) if actor.roles else []
    manages = [
        (_("Mitglieder: %(organisation)s", organisation=row.short_name), url_for("members.index", city=row.slug))
        for row in own
        if policy.manage_accounts(actor, row)
    ]
    manages += [
        (_("Webhooks: %(organisation)s", organisation=row.short_name), url_for("webhooks.index", city=row.slug))
        for row in own
        if manage_webhooks(actor, row)
    ]
    if policy.create_organisation(actor):
        manages.append((_("Alle Organisationen"), url_for("organisations.index")))
    return {"name": actor.name, "city": ", ".join(row.short_name for row in own), "manages": manages}


def _navigation(actor: Actor) -> list[tuple[str, str, bool]]:
    path = request.path
    start = _("Meine Arbeit") if actor.signed_in else _("Start")
    items = [(start, url_for("library.start"), path == "/")]
    items.append((_("Bibliothek"), url_for("library.browse"), path.startswith("/library")))
    for section, word, prefix in (
        ("services", _("Leistungen"), "/services"),
        ("collaboration", _("Zusammenarbeit"), "/collaboration"),
        ("funding", _("Förderung"), "/funding"),
    ):
        wanted = section == "services" or actor.cooperates or (section == "funding" and actor.reviews_for_land)
        url = sections.first(section) if wanted else None
        if url is not None:
            items.append((word, url, path.startswith(prefix)))
    administering = path.startswith(("/admin", "/cities/administration"))
    cities = path.startswith("/cities") and not administering
    items.append((_("Städte"), url_for("library.cities"), cities))
    if actor.has_anywhere(*WRITERS):
        items.append((_("Neu anlegen"), url_for("ways_in.choose"), path.startswith("/new")))
    if admin.administer(actor):
        items.append((_("Verwaltung"), url_for("admin.overview.show"), administering))
    items.append((_("Hilfe"), manual.help_address(), path.startswith("/hilfe")))
    return items


@lru_cache(maxsize=1000)
def _rendered(text: str) -> Markup:
    return Markup(markdown.to_html(text[: markdown.LIMIT]))  # noqa: S704 - what the sanitiser made


def may_manage(organisation: Organisation) -> bool:
    """Whether the reader may manage the accounts of an organisation."""
    return policy.manage_accounts(current_actor(), organisation)


def _unread(actor: Actor) -> int:
    if "unread" not in g:
        work, mark = current_work(), g.get("commit_mark")
        g.unread = _UNREAD.get(work.session, mark, actor, lambda: notifications.unread_count(work))
    return cast(int, g.unread)


def common() -> dict[str, Any]:
    """Return what every template knows of its reader."""
    actor = current_actor()
    return {
        "actor": actor,
        "account": _account(actor),
        "navigation": _navigation(actor),
        "may_create": actor.has_anywhere(*WRITERS),
        "locale": language(),
        "theme": session.get("theme", "auto"),
        "maintenance": current_maintenance,
        "unread": _unread(actor),
    }


def register(app: Flask) -> None:
    """Give templates of `app` their common words and filters."""
    app.context_processor(common)
    # Globals, not part of the context: then Jinja reads a file of macros once, and not once for each page.
    app.jinja_env.globals |= {
        "_": _,
        "label": messages.label,
        "may_manage": may_manage,
        "choices": messages.choices,
        "moment_of": moment,
        "section_links": sections.links,
        "url_for": url_for,
    }
    app.add_template_filter(messages.sentence, "message")
    app.add_template_filter(lambda value: format_date(value, "dd.MM.yyyy"), "date")
    app.add_template_filter(format_decimal, "number")
    app.add_template_filter(format_percent, "percent")
    app.add_template_filter(money, "money")
    app.add_template_filter(one_place, "one_place")
    # `Markup` on what hub.text.markdown made, and nowhere else.
    app.add_template_filter(_rendered, "markdown")
    app.add_template_filter(Markup, "rendered")
