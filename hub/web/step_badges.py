"""Small letters at the steps of a process as text, such as „H“ for a media break."""

import re
from collections.abc import Mapping
from html import escape, unescape

from flask_babel import gettext as _

_STEP = re.compile(r'(<li id="[^"]*" data-element="([^"]*)"[^>]*><a class="process-text__number"[^>]*>[^<]*</a> )')


def with_badges(text: str, badges: Mapping[str, tuple[str, str]], url: str) -> str:
    """Return the text version (`bpmn.Description.as_html`) with a letter before the steps in `badges`.

    `badges` maps element ids to (severity, words); `url` is where the letters lead.
    """
    if not badges:
        return text

    def badge(found: re.Match[str]) -> str:
        known = badges.get(unescape(found[2]))
        if known is None:
            return found[0]
        severity, words = known
        said = _("Medienbruch (%(severity)s): %(words)s", severity=severity, words=words)
        return (
            f'{found[1]}<a class="step-break break__letter break__letter--{escape(severity)}" href="{escape(url)}"'
            f' title="{escape(words)}"><span aria-hidden="true">{escape(severity)}</span>'
            f'<span class="kern-sr-only">{escape(said)}</span></a> '
        )

    return _STEP.sub(badge, text)
