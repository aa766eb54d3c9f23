"""Collect the texts of pages into the catalogue and compile it.

German is the language of the source, so only English has a catalogue. `--check` changes nothing and fails
if a text is missing, untranslated or not compiled. The same texts always give the same bytes.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from hub.design import schema
from hub.search.rank import PHRASES
from hub.text.hints import HINTS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "hub" / "translations" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
SOURCES = ((ROOT / "hub", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]))
HEAD = """\
# The English texts of the IKZ-Prozesshub. The German ones stand in the code and the templates.
#
# SPDX-License-Identifier: EUPL-1.2
#"""
# Fixed, so that collecting without a change changes nothing. Git knows when a text came.
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def collect() -> Catalog:
    """Return all texts of code and templates, and of the search and the form of designs, which cannot translate."""
    found = Catalog(locale="de")
    options = {ending: {"trimmed": "true", "silent": "false"} for ending in ("**.html", "**.txt")}
    for folder, methods in SOURCES:
        for _file, _line, text, _comments, context in extract_from_dir(
            folder, method_map=methods, options_map=options, keywords=KEYWORDS
        ):
            # Places are left out: they would change the catalogue with every moved line.
            found.add(text, context=context)
    for text in (*HINTS.values(), *PHRASES.values(), *schema().words()):
        found.add(text)
    return found


def read() -> Catalog:
    """Return the English catalogue as it is, empty if there is none."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def texts(catalogue: Catalog) -> dict[str, Message]:
    """Return the messages of a catalogue by their German text, without the header; a plural's forms joined by |."""
    return {
        message.id if isinstance(message.id, str) else "|".join(message.id): message
        for message in catalogue
        if message.id
    }


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the German texts that have no English one, in order; a plural needs all its forms."""
    return sorted(
        text
        for text, message in texts(catalogue).items()
        if not all(message.string if isinstance(message.string, tuple) else (message.string,))
    )


def compiled(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _pairs(catalogue: Catalog) -> dict[str, object]:
    return {
        text: message.string if isinstance(message.string, str) else "|".join(message.string)
        for text, message in texts(catalogue).items()
        if message.string
    }


def _is_current(catalogue: Catalog) -> bool:
    """Say whether the compiled catalogue has these texts; another version of Babel may pack them otherwise."""
    if not MO.exists():
        return False
    with MO.open("rb") as file:
        there = read_mo(file)
    return _pairs(there) == _pairs(catalogue)


def problems(catalogue: Catalog, found: Catalog) -> list[str]:
    """Return everything that keeps a catalogue from having all texts found, translated and compiled."""
    known, wanted = set(texts(catalogue)), set(texts(found))
    lines = [f"not in the catalogue: {text}" for text in sorted(wanted - known)]
    lines += [f"no longer used: {text}" for text in sorted(known - wanted)]
    lines += [f"not translated: {text}" for text in untranslated(catalogue)]
    if not _is_current(catalogue):
        lines.append("the compiled catalogue is not current: run make messages")
    return lines


def update(catalogue: Catalog, found: Catalog) -> None:
    """Bring a catalogue up to the texts found, keeping translations, and give it its head."""
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = HEAD
    catalogue.project, catalogue.version = "IKZ-Prozesshub", "en"
    catalogue.creation_date = catalogue.revision_date = DATE
    catalogue.last_translator = catalogue.language_team = "IKZ-Prozesshub"
    catalogue.msgid_bugs_address = ""


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as it is kept in the repository."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, no_location=True, sort_output=True)
    return out.getvalue()


def main() -> int:
    """Update and compile, or with --check only compare."""
    catalogue, found = read(), collect()
    if "--check" in sys.argv:
        lines = problems(catalogue, found)
        print("\n".join(lines) or f"{len(texts(catalogue))} texts, all translated")
        return 1 if lines else 0
    update(catalogue, found)
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalogue))
    MO.write_bytes(compiled(read()))
    missing = untranslated(catalogue)
    print("\n".join([*missing, f"{len(texts(catalogue))} texts, {len(missing)} to translate"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
