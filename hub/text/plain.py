"""What of a typed text is kept: nothing that steers a terminal or the order of letters, and nothing nobody can see.

Unicode Technical Report 36 (visual spoofing), UAX 9 (directions) and UTS 39 (characters that look like nothing).
"""

import unicodedata

_DROPPED = {
    *(code for code in range(0xA0) if code < 32 or code >= 127),
    *(0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200E, 0x200F, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x202A, 0x202F),  # turn the order of letters round: „gpj.exe“ reads as a picture
    *range(0x2060, 0x2070),
    *range(0xFFF0, 0xFFFC),
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),  # letters that only programs see
} - {ord("\n"), ord("\t")}
_KEPT: dict[int, str | None] = dict.fromkeys(_DROPPED) | {0x0085: "\n", 0x2028: "\n", 0x2029: "\n"}
_SEEN = frozenset("LNPS")
"""Letters, digits, punctuation and symbols: the first letter of their Unicode category."""


def plain(text: str) -> str:
    """Return a text without control and direction characters and without invisible ones; breaks are line feeds.

    What joins or parts letters within a word (soft hyphen, joiners of emoji and of other scripts) is kept.
    """
    return text.replace("\r\n", "\n").translate(_KEPT)


def one_line(text: str) -> str:
    """Return a `plain` text on one line with single spaces; empty if nothing of it can be seen."""
    line = " ".join(plain(text).split())
    return line if any(unicodedata.category(char)[0] in _SEEN for char in line) else ""
