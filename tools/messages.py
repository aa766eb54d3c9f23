"""Collect the texts of pages into the catalogues and compile them.

German is the language of the source, so only English has a catalogue. `--check` changes nothing and fails
if a text is missing, untranslated or not compiled.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "hub" / "translations" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def collect() -> Catalog:
    """Return all texts of code and templates."""
    found = Catalog(locale="de", project="IKZ-Prozesshub", charset="utf-8")
    sources = ((ROOT / "hub", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2")]))
    for folder, methods in sources:
        options = {"**.html": {"trimmed": "true", "silent": "false"}}
        for _file, _line, message, _comments, context in extract_from_dir(
            folder, method_map=methods, options_map=options, keywords=KEYWORDS
        ):
            # Places are left out: they would change the catalogue with every moved line.
            found.add(message, context=context)
    return found


def read() -> Catalog:
    """Return the English catalogue as it is."""
    if not PO.exists():
        return Catalog(locale="en", project="IKZ-Prozesshub", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> int:
    """Update and compile, or with --check only compare."""
    catalogue = read()
    found = collect()
    known = {message.id for message in catalogue if message.id}
    wanted = {message.id for message in found if message.id}
    empty = sorted(str(message.id) for message in catalogue if message.id and not message.string)
    if "--check" in sys.argv:
        problems = [f"not in the catalogue: {text}" for text in sorted(map(str, wanted - known))]
        problems += [f"no longer used: {text}" for text in sorted(map(str, known - wanted))]
        problems += [f"not translated: {text}" for text in empty]
        if not MO.exists() or MO.read_bytes() != compiled(catalogue):
            problems.append("the compiled catalogue is not current: run make messages")
        print("\n".join(problems) or f"{len(wanted)} texts, all translated")
        return 1 if problems else 0
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, no_location=True, sort_output=True, omit_header=False)
    MO.write_bytes(compiled(read()))
    missing = [message.id for message in read() if message.id and not message.string]
    print(f"{len(wanted)} texts, {len(missing)} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
