"""The text of an e-mail about notifications: plain, grouped by entry, with links and a way to end it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, url_for
from flask_babel import gettext as _

from hub.actions.deliveries import Bundle
from hub.config import Settings
from hub.store.entries import Entry
from hub.store.notifications import Notification, Topic, Way
from hub.web import notices, unsubscribing
from hub.web.shared import moment


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished message."""

    subject: str
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news in words."""

    sentence: str
    at: str
    excerpt: str
    link: str


@dataclass(frozen=True, slots=True)
class Section:
    """The news of one entry."""

    title: str
    owner: str
    link: str
    items: list[Item]


def compose(bundle: Bundle, settings: Settings) -> Composed:
    """Put the news of a bundle into words, in the language that is set; needs a request context for addresses."""
    base = settings.base_url
    sections = []
    for _key, rows in groupby(bundle.items, key=lambda item: item[0].entry_id):
        group = list(rows)
        entry = group[0][1]
        sections.append(
            Section(
                notices.title(group[0][0].event, entry),
                entry.organisation.name if entry is not None else "",
                base + notices.path(group[0][0].event, entry),
                [_item(note, about, base) for note, about in group],
            )
        )
    topics = {Topic(note.topic) for note, _entry in bundle.items}
    scope = next(iter(topics)) if bundle.way == Way.NOW and len(topics) == 1 else unsubscribing.ALL
    stop = base + url_for("notifications.unsubscribe", signed=unsubscribing.token(bundle.user.id, scope))
    text = render_template(
        "notifications/mail.txt",
        bundle=bundle,
        sections=sections,
        count=len(bundle.items),
        stop=stop,
        base=base,
        centre=base + url_for("notifications.index"),
        settings_url=base + url_for("notifications.ways"),
    )
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Composed(_subject(bundle, sections), text, headers)


def _item(note: Notification, entry: Entry | None, base: str) -> Item:
    event = note.event
    return Item(
        notices.sentence(event),
        moment(event.happened_at)["full"],
        notices.excerpt(note.comment),
        base + notices.path(event, entry),
    )


def _subject(bundle: Bundle, sections: list[Section]) -> str:
    count, title = len(bundle.items), sections[0].title if len(sections) == 1 else ""
    if count == 1:
        news = sections[0].items[0].sentence
        return f"{news}: {title}" if title else news
    if title:
        return str(_("%(count)s Neuigkeiten zu „%(title)s“", count=count, title=title))
    words = {
        Way.NOW: _("%(count)s Neuigkeiten im IKZ-Prozesshub", count=count),
        Way.DAILY: _("Tagesübersicht: %(count)s Neuigkeiten", count=count),
        Way.WEEKLY: _("Wochenübersicht: %(count)s Neuigkeiten", count=count),
    }
    return str(words[bundle.way])
