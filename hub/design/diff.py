"""Compare two service designs field by field and section by section."""

from hub.design.align import renamed
from hub.design.change import Change
from hub.design.model import Design


def diff(old: Design, new: Design) -> list[Change]:
    """Return what changed from `old` to `new`, in reading order; white space at line ends does not count.

    A section that kept its text under another heading is `renamed`. `Change.words()` shows a change word by word.
    """

    def plain(text: str | None) -> str | None:
        return None if text is None else "\n".join(line.rstrip() for line in text.strip().splitlines())

    names = renamed(old, new)
    rows: list[Change] = []

    def add(part: str, key: str, heading: str, before: str | None, after: str | None) -> None:
        if plain(before) != plain(after):
            kind = "added" if before is None else "removed" if after is None else "changed"
            rows.append(Change(kind, part, key, heading, before or "", after or ""))

    add("title", "", "", old.title, new.title)
    add("intro", "", "", old.intro or None, new.intro or None)
    for name in dict.fromkeys([*new.fields, *old.fields]):
        add("field", name, name, old.fields.get(name), new.fields.get(name))
    for section in new.sections:
        before = old.section(names.get(section.key, section.key))
        if before is not None and before.heading != section.heading:
            rows.append(Change("renamed", "heading", section.key, section.heading, before.heading, section.heading))
        add("section", section.key, section.heading, before.text if before else None, section.text)
    for section in old.sections:
        if new.section(section.key) is None and section.key not in names.values():
            add("section", section.key, section.heading, section.text, None)
    return rows
