"""Read a service design from text, with a clear reason and a line where that is impossible."""

from hub.design.fences import fenced
from hub.design.model import FIELD_LINE, Design, Section, section_key

LIMIT = 1_000_000


class Unreadable(Exception):
    """The bytes are no service design; `code` is stable, `line` counts from 1."""

    SENTENCES = {  # noqa: RUF012 - constant
        "empty": "Die Datei ist leer. Bitte geben Sie mindestens eine Überschrift „# Titel“ ein.",
        "too_large": "Der Text ist größer als 1 MB. Bitte kürzen Sie ihn oder legen Sie Anlagen als Dateien ab.",
        "not_text": "Die Datei ist kein Text in UTF-8. Bitte speichern Sie sie als UTF-8-Textdatei.",
        "no_title": "In Zeile {line} fehlt die Überschrift. Die erste Zeile muss mit „# “ und dem Titel beginnen.",
        "twice": "In Zeile {line} steht die Überschrift „{name}“ zum zweiten Mal. Bitte fassen Sie beide zusammen.",
        "field_twice": "In Zeile {line} steht das Feld „{name}“ zum zweiten Mal. Bitte behalten Sie nur eines.",
    }

    def __init__(self, code: str, line: int = 1, name: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.name = code, line, name

    def sentence(self) -> str:
        """Return what is wrong, where, and what to do."""
        return self.SENTENCES[self.code].format(line=self.line, name=self.name)


def _text(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("empty")
    if len(data) > LIMIT:
        raise Unreadable("too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_text", data[: error.start].count(b"\n") + 1) from error
    if "\x00" in text:
        raise Unreadable("not_text", text[: text.index("\x00")].count("\n") + 1)
    if not text.strip():
        raise Unreadable("empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(data: bytes) -> Design:
    """Return the design in `data` (UTF-8); raises `Unreadable`."""
    lines = _text(data).split("\n")
    start = next(number for number, line in enumerate(lines) if line.strip())
    if not lines[start].startswith("# "):
        raise Unreadable("no_title", start + 1)
    title = lines[start][2:].strip()
    fields: dict[str, str] = {}
    places: dict[str, int] = {}
    intro: list[str] = []
    sections: list[Section] = []
    body: list[str] = intro
    heading: tuple[str, int] | None = None

    def close() -> None:
        if heading is not None:
            text = "\n".join(body).strip("\n")
            sections.append(Section(section_key(heading[0]), heading[0], text, heading[1]))

    for number, (line, code) in enumerate(fenced(lines[start + 1 :]), start + 2):
        if line.startswith("## ") and not code:
            close()
            heading, body = (line[3:].strip(), number), []
            if any(section.key == section_key(heading[0]) for section in sections):
                raise Unreadable("twice", number, heading[0])
        elif heading is None and not intro and (found := FIELD_LINE.match(line)):
            if found[1] in fields:
                raise Unreadable("field_twice", number, found[1])
            fields[found[1]] = found[2].strip()
            places[found[1]] = number
        elif heading is not None or line.strip() or intro:
            body.append(line)
    close()
    return Design(title, fields, tuple(sections), data, "\n".join(intro).strip("\n"), places)
