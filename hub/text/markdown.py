"""Markdown to safe HTML: bounded input, the card's renderer, and an allow-list behind it.

Python-Markdown has patterns that need more than 15 seconds for 20,000 brackets; runs that trigger them are
broken up before it sees them, and nesting is cut, because the sanitiser is quadratic in depth.
"""

import re
from html import escape, unescape

import nh3
from markdown import Markdown

RENDERER = "1"
"""Stored beside what was rendered; another value means: render again."""

LIMIT = 50_000

_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del",
    "a", "table", "thead", "tbody", "tr", "th", "td", "sup", "sub",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_SCHEMES = {"http", "https", "mailto"}

# Each of these runs makes Python-Markdown super-linear; no honest text contains them in such numbers.
_BRACKETS = re.compile(r"(?:!?\[\s*){9,}")
_TICKS = re.compile(r"`{9,}")
_AUTOLINKS = re.compile(r"<(?=(?:https?|ftp|mailto))", re.IGNORECASE)
_QUOTES = re.compile(r"^((?:[ \t]*>){9,})", re.MULTILINE)
_STARS = re.compile(r"([*_])\1{5,}")
_INDENT = re.compile(r"^[ \t]{41,}", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w{32,})")


def _calm(text: str) -> str:
    """Break up what would make the renderer slow; ordinary text comes back unchanged."""
    text = _STARS.sub(lambda found: found[1] * 5, text)
    text = _TICKS.sub("````````", text)
    text = _BRACKETS.sub(lambda found: found[0].replace("[", "&#91;"), text)
    for mark, most in (("[", 2000), ("<", 2000), ("`", 4000), ("*", 8000), ("_", 8000), ("(", 8000)):
        if text.count(mark) > most:
            text = text.replace(mark, f"&#{ord(mark)};")
    if len(_AUTOLINKS.findall(text)) > 200:
        text = _AUTOLINKS.sub("&lt;", text)
    text = _QUOTES.sub("> > > > > > > > ", text)
    text = _INDENT.sub(" " * 40, text)
    return _ENTITY.sub("&amp;", text)


def to_html(text: str, *, heading: int = 3) -> str:
    """Return `text` (Markdown, at most 50,000 characters) as safe HTML.

    Raw HTML is shown as text, never obeyed. Headings start at level `heading` or deeper. Links open nothing but
    http, https and mailto, and are marked `nofollow`. Raises ValueError for longer texts.
    """
    if len(text) > LIMIT:
        raise ValueError("the text is longer than 50,000 characters")
    renderer = Markdown(extensions=["tables", "fenced_code", "sane_lists", "nl2br"], output_format="html")
    renderer.preprocessors.deregister("html_block")
    renderer.inlinePatterns.deregister("html")
    renderer.inlinePatterns.deregister("image_link", strict=False)
    renderer.inlinePatterns.deregister("image_reference", strict=False)
    try:
        html = renderer.convert(_calm(text.replace("\r\n", "\n")))
    except RecursionError:
        return f"<p>{escape(text)}</p>"
    # The highest heading of a text becomes `heading`, so that a page's outline has no gap.
    levels = [int(level) for level in re.findall(r"<h([1-6])>", html)]
    shift = heading - min(levels, default=1)
    html = re.sub(r"<(/?)h([1-6])\b", lambda found: f"<{found[1]}h{min(6, int(found[2]) + shift)}", html)
    return clean(html)


def clean(html: str) -> str:
    """Return HTML with nothing in it but what this module itself would make."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )


_SIGNS = re.compile(
    r"^[ \t]{0,3}(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)[ \t]+"  # marks of lists, headings, quotes
    r"|!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)"  # links keep their words
    r"|(?<!\w)[`*_]{1,3}(?=\S)|(?<=\S)[`*_]{1,3}(?!\w)"
    r"|^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+[ \t]*$|\|",
    re.MULTILINE,
)


def words(text: str) -> str:
    """Return Markdown without its signs, for search and for showing a piece of it; much faster than rendering."""
    return _SIGNS.sub(lambda found: found[1] or "", text[:LIMIT])


def to_text(html: str) -> str:
    """Return the words of rendered HTML, for search and previews."""
    plain = nh3.clean(re.sub(r"</(p|li|h\d|td|th|pre)>|<br>", " ", html), tags=set())

    return " ".join(unescape(plain).split())
