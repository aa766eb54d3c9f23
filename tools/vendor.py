"""Fetch the browser libraries named in package.json into hub/static/vendor.

Run by `make vendor` on a machine with npm, never in production or CI. It needs
the dependency group `vendor` (fontTools with brotli, tinycss2). The result is
committed, and `tests/pure/test_vendor.py` checks that it is still what was fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tinycss2  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "hub" / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """What is taken from one npm package."""

    npm: str
    folder: str
    licence: str
    copied: dict[str, str]
    """Path in the package → path in our folder; these files stay as published."""

    note: str = ""


FACES = {"400-normal": "Regular", "400-italic": "Italic", "600-normal": "SemiBold", "700-normal": "Bold"}
KERN_FACES = "dist/fonts/fira-sans/FiraSans-{}.woff2"

PACKAGES = (
    Package(
        "bpmn-js",
        "bpmn-js",
        "bpmn.io licence (MIT; the watermark must stay visible)",
        {
            "LICENSE": "LICENSE",
            "dist/bpmn-navigated-viewer.production.min.js": "bpmn-navigated-viewer.production.min.js",
            "dist/bpmn-modeler.production.min.js": "bpmn-modeler.production.min.js",
            "dist/assets/diagram-js.css": "assets/diagram-js.css",
            "dist/assets/bpmn-js.css": "assets/bpmn-js.css",
            "dist/assets/bpmn-font/css/bpmn.css": "assets/bpmn-font/css/bpmn.css",
            "dist/assets/bpmn-font/font/bpmn.woff2": "assets/bpmn-font/font/bpmn.woff2",
            "dist/assets/bpmn-font/font/bpmn.woff": "assets/bpmn-font/font/bpmn.woff",
        },
    ),
    Package(
        "diagram-js-minimap",
        "diagram-js-minimap",
        "MIT",
        {
            "LICENSE": "LICENSE",
            "dist/diagram-minimap.umd.prod.js": "diagram-minimap.umd.prod.js",
            "assets/diagram-js-minimap.css": "diagram-js-minimap.css",
        },
    ),
    Package(
        "@kern-ux/native",
        "kern-ux-native",
        "EUPL-1.2",
        {"LICENSE.md": "LICENSE.md"},
        "kern.core.min.css is kern.min.css without grid, utility classes and unused components.",
    ),
    Package(
        "@fontsource/fira-sans",
        "fira-sans",
        "OFL-1.1",
        {
            "LICENSE": "LICENSE",
            **{
                f"files/fira-sans-{subset}-{face}.woff2": f"fira-sans-{subset}-{face}.woff2"
                for subset in ("latin", "latin-ext")
                for face in FACES
            },
        },
        "ttf/ holds the same faces for printing, unpacked from the woff2 files of @kern-ux/native.",
    ),
)

# The utility classes would make every page 130 kB heavier; pages here lay
# themselves out with hub/static/css, so only tokens and components stay.
UNUSED = re.compile(
    r"\.kern-(?:aspect|align|auto|basis|block|col|dropdown|flex|gap|grid|h|hidden|inline|justify|kopfzeile|m[btlrxy]?"
    r"|max|min|order|overflow|p[btlrxy]?|place|row|stack|task|w)(?:-|\b)"
)


def main() -> None:
    """Fetch, copy and derive every file, then write VENDOR.toml."""
    versions: dict[str, str] = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    written = ["# Written by tools/vendor.py; do not edit."]
    with tempfile.TemporaryDirectory() as scratch:
        unpacked = {package.npm: fetch(package.npm, versions[package.npm], Path(scratch)) for package in PACKAGES}
        shutil.rmtree(TARGET, ignore_errors=True)
        for package in PACKAGES:
            source, integrity = unpacked[package.npm]
            folder = TARGET / f"{package.folder}-{versions[package.npm]}"
            for there, here in package.copied.items():
                (folder / here).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / there, folder / here)
            if package.folder == "kern-ux-native":
                css = (source / "dist/kern.min.css").read_text(encoding="utf-8")
                (folder / "kern.core.min.css").write_text(reduced(css), encoding="utf-8")
            if package.folder == "fira-sans":
                unpack_faces(unpacked["@kern-ux/native"][0], folder / "ttf")
            written.append(entry(package, versions[package.npm], integrity, folder))
    (TARGET / "VENDOR.toml").write_text("\n\n".join(written) + "\n", encoding="utf-8")


def fetch(name: str, version: str, scratch: Path) -> tuple[Path, str]:
    """Return where the package was unpacked and the integrity its registry states; refuse a file that differs."""
    done = subprocess.run(
        ["npm", "pack", f"{name}@{version}", "--json", "--pack-destination", str(scratch)],
        check=True,
        capture_output=True,
        text=True,
    )
    [packed] = json.loads(done.stdout)
    archive = scratch / packed["filename"]
    integrity = str(packed["integrity"])
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{name}@{version}: expected {integrity}, got {found}")
    folder = scratch / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package", integrity


def reduced(css: str) -> str:
    """Return the style sheet without the rules whose every selector is a class we do not use."""
    return "".join(kept(tinycss2.parse_stylesheet(css, skip_comments=True)))


def kept(rules: list[tinycss2.ast.Node]) -> list[str]:
    """Serialise the rules that stay, going into media queries."""
    out = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = tinycss2.serialize(rule.prelude).split(",")
            if not all(UNUSED.search(selector) for selector in selectors):
                out.append(rule.serialize())
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            inner = "".join(kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            if inner:
                out.append(f"@media{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        else:
            out.append(rule.serialize())
    return out


def unpack_faces(kern: Path, folder: Path) -> None:
    """Write the faces as TrueType files, which the PDF writer needs."""
    folder.mkdir(parents=True, exist_ok=True)
    for face in FACES.values():
        font = TTFont(kern / KERN_FACES.format(face), recalcTimestamp=False)
        font.flavor = None
        font.save(folder / f"FiraSans-{face}.ttf")


def entry(package: Package, version: str, integrity: str, folder: Path) -> str:
    """Describe one package for VENDOR.toml."""
    lines = [
        "[[package]]",
        f'name = "{package.npm}"',
        f'version = "{version}"',
        f'folder = "{folder.name}"',
        f'licence = "{package.licence}"',
        f'integrity = "{integrity}"',
    ]
    if package.note:
        lines.append(f'note = "{package.note}"')
    lines.append("[package.files]")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f'"{path.relative_to(folder).as_posix()}" = "{digest}"')
    return "\n".join(lines)


if __name__ == "__main__":
    main()
