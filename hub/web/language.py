"""The reader's language, asked for a hundred times on a page and therefore cheaply."""

from flask_babel import get_locale, get_translations


def language() -> str:
    """Return the reader's language, `de` or `en`."""
    locale = get_locale()
    return str(locale.language) if locale is not None else "de"


def _(message: str, **values: object) -> str:
    """Return a text of a template in the reader's language; German, the language of the source, needs no catalogue.

    Every value is escaped where it is shown, since the result is plain text.
    """
    if language() != "de":
        message = get_translations().ugettext(message)
    return message % values if values else message
