"""Which lines of a Markdown text stand inside a fenced code block, where no heading is a heading."""

import re
from collections.abc import Iterable, Iterator

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def fenced(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line with whether it belongs to a fenced block; the fences themselves do."""
    mark = ""
    for line in lines:
        found = _FENCE.match(line)
        if not mark:
            # A back tick behind the fence makes it code inside a line (CommonMark 4.5).
            mark = found[1] if found and not (found[1][0] == "`" and "`" in found[2]) else ""
            yield line, bool(mark)
        else:
            if found and found[1].startswith(mark) and not found[2].strip():
                mark = ""
            yield line, True


def closed(text: str) -> str:
    """Return `text` with a fence at its end where one is still open, so that nothing after it is swallowed."""
    mark = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if not found:
            continue
        if not mark:
            mark = "" if found[1][0] == "`" and "`" in found[2] else found[1]
        elif found[1].startswith(mark) and not found[2].strip():
            mark = ""
    return f"{text}\n{mark}" if mark else text
