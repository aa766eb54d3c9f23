"""Compare two service designs field by field and section by section."""

from dataclasses import dataclass

from hub.design.model import Design


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `key` is the field's name or the section's key."""

    kind: str
    """added, removed, changed or renamed"""
    part: str
    """title, field, intro or section"""
    key: str
    heading: str
    before: str
    after: str

    def sentence(self, lang: str = "de") -> str:
        """Return the change as one sentence."""
        german = lang == "de"
        what = {
            "title": "Der Titel" if german else "The title",
            "intro": "Die Einleitung" if german else "The introduction",
            "field": f"Das Feld „{self.heading}“" if german else f"The field “{self.heading}”",
            "section": f"Der Abschnitt „{self.heading}“" if german else f"The section “{self.heading}”",
        }[self.part]
        short = self.part in ("title", "field") and len(self.before) + len(self.after) < 200
        if self.kind == "added":
            tail = f": {self.after}" if short else ""
            return f"{what} ist neu{tail}." if german else f"{what} is new{tail}."
        if self.kind == "removed":
            return f"{what} ist entfallen." if german else f"{what} was removed."
        if short:
            return (
                f"{what} lautet jetzt „{self.after}“ (vorher „{self.before}“)."
                if german
                else f"{what} now reads “{self.after}” (before: “{self.before}”)."
            )
        return f"{what} wurde geändert." if german else f"{what} was changed."


def _kind(before: str | None, after: str | None) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def diff(old: Design, new: Design) -> list[Change]:
    """Return what changed from `old` to `new`, in reading order; white space at line ends does not count."""

    def plain(text: str | None) -> str | None:
        return None if text is None else "\n".join(line.rstrip() for line in text.strip().splitlines())

    rows: list[tuple[str, str, str, str | None, str | None]] = [
        ("title", "", "", old.title, new.title),
        ("intro", "", "", old.intro or None, new.intro or None),
    ]
    rows += [
        ("field", name, name, old.fields.get(name), new.fields.get(name))
        for name in dict.fromkeys([*new.fields, *old.fields])
    ]
    for key in dict.fromkeys([section.key for section in (*new.sections, *old.sections)]):
        before, after = old.section(key), new.section(key)
        heading = (after or before).heading  # type: ignore[union-attr]  # one of both has it
        rows.append(("section", key, heading, before.text if before else None, after.text if after else None))
    return [
        Change(_kind(before, after), part, key, heading, before or "", after or "")
        for part, key, heading, before, after in rows
        if plain(before) != plain(after)
    ]
