"""What the reading page shows of a service design, with local values marked."""

from functools import lru_cache
from typing import Any

from hub import design
from hub.actions import designs, local_values
from hub.store.entries import Entry, Version
from hub.text import markdown, slots
from hub.work import Work

_ELSEWHERE = {*designs.LINKS, *(station.field for station in design.schema().stations)}
"""Fields that the page shows as links and as the way, not in the list of facts."""


def design_parts(work: Work, entry: Entry, shown: Version, filling: local_values.Filling) -> dict[str, Any]:
    """Return the design, and its fields, introduction and sections as safe HTML."""
    raw, values = designs.text(work, entry, shown), filling.shown
    return {
        "reading": designs.reading(work, entry, shown, filling.values),
        "fields_shown": [
            (name, slots.mark_text(value, values)) for name, value in raw.fields.items() if name not in _ELSEWHERE
        ],
        "intro_shown": slots.mark_html(_html(raw.intro), values),
        "sections_shown": {
            row.key: slots.mark_html(_html(design.told_checklist(row.text)), values) for row in raw.sections
        },
    }


@lru_cache(maxsize=1000)
def _html(text: str) -> str:
    return markdown.to_html(text[: markdown.LIMIT])
