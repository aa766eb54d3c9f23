"""Pieces of pages made from nothing but plain values: filled in once for each language, then kept in this process."""

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app, has_request_context, request
from markupsafe import Markup

from hub.store.entries import Entry, Version
from hub.web.language import language

MOST = 4_000
"""Pieces one process keeps; a card is 1 kB."""


def piece(template: str, macro: str, *values: Hashable) -> Markup:
    """Return what `macro` of the file `template` makes of `values`.

    The macro must know nothing else: neither the reader nor the request, nor the time; it may make addresses. Then
    the same values give the same text for ever, whatever is written to the database.
    """
    if current_app.jinja_env.auto_reload:
        return _made(template, macro, values)
    return _kept(language(), request.script_root if has_request_context() else "", template, macro, values)


@lru_cache(MOST)
def _kept(_language: str, _root: str, template: str, macro: str, values: tuple[Hashable, ...]) -> Markup:
    return _made(template, macro, values)


def filled(template: str, macro: str, *values: Hashable, **holes: object) -> Markup:
    """Return what `macro` makes of `values`, with `holes` put in where it shows them; these are escaped here.

    For pieces that differ in a few words only, such as the address of an entry: kept is the text around them. The
    macro may do nothing with a hole but show it, or make an address of it.
    """
    marks = {name: f"zq{name}qz" for name in holes}
    text = piece(template, macro, *values, *marks.values())
    return _pattern(text, tuple(marks.items())) % holes


@lru_cache(MOST)
def _pattern(text: Markup, marks: tuple[tuple[str, str], ...]) -> Markup:
    pattern = text.replace("%", "%%")
    for name, mark in marks:
        pattern = pattern.replace(mark, f"%({name})s")
    return pattern


def _made(template: str, macro: str, values: tuple[Hashable, ...]) -> Markup:
    made: Markup = getattr(current_app.jinja_env.get_template(template).module, macro)(*values)
    return made


def page_links() -> Markup:
    """Return the icon, fonts, style sheets and script that every page loads."""
    return piece("page_links.html", "page_links")


def version_badge(version: Version) -> Markup:
    """Return the small coloured word for the state of a version."""
    return piece("macros/cards.html", "state_badge", version.state)


def entry_badges(entry: Entry, version: Version | None) -> Markup:
    """Return the small coloured words of an entry: kind, nature, state of the version, sample, archived."""
    state, archived = version.state if version is not None else "", entry.archived_at is not None
    return piece("macros/cards.html", "badges", entry.kind, entry.nature, state, entry.sample, archived)
