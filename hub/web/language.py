"""The reader's language, asked for dozens of times on a page and therefore cheaply."""

from flask_babel import get_locale, get_translations

GERMAN = "de"
"""The language of the source."""


def language() -> str:
    """Return the reader's language, `de` or `en`."""
    locale = get_locale()
    return str(locale.language) if locale is not None else GERMAN


def _(message: str, **values: object) -> str:
    """Return a text of a template in the reader's language; German needs no catalogue.

    Every value is escaped where it is shown, since the result is plain text.
    """
    if language() != GERMAN:
        message = get_translations().ugettext(message)
    return message % values if values else message
