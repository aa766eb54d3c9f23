"""How much of an edit in a real bpmn-js arrives on the original file: `python -m bench.bpmn_roundtrip [FILES [SEED]]`.

Opens models of the corpus (set CORPUS where it is not beside the project) in the vendored modeler in a headless
Chromium (CHROMIUM=path where it is not on the PATH), saves them before and after each edit of roundtrip.js, and puts
the difference onto the original with `bpmn.reapply`. The comparison original → result must tell what the comparison
before → after tells; with a step's type bpmn-js drops what is foreign, which then is still in the result.
`python -m bench.bpmn_roundtrip FILE FOLDER` writes before.bpmn and after-….bpmn of one file instead, as test fixtures.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from hub import bpmn

HERE = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("CORPUS", HERE.parent / "shared" / "corpus"))
MODELER = next((HERE / "hub" / "static" / "vendor").rglob("bpmn-modeler.production.min.js"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
REPLACING = ("replace", "toSub", "timer", "message")

Told = Counter[tuple[str, str]]


def models(count: int, seed: int) -> list[Path]:
    """Return some readable files of the corpus, chosen by chance."""
    found = [
        path for folder in ("miwg", "research", "pairs", "constraints") for path in (CORPUS / folder).rglob("*.bpmn")
    ]
    random.Random(seed).shuffle(found)
    return found[:count]


def saved(page: Page, data: bytes, edit: str, seed: int) -> bytes | None:
    """Return what bpmn-js saves after an edit, None where it cannot open the model or has nothing to edit."""
    told = page.evaluate("([xml, edit, seed]) => saved(xml, edit, seed)", [bpmn.read(data).text, edit, seed])
    return told["xml"].encode() if "xml" in told else None


def told(old: bytes, new: bytes) -> Told:
    """Return the differences between two files as kinds and sentences."""
    return Counter((c.kind.value, c.sentence("en")) for c in bpmn.diff(bpmn.read(old), bpmn.read(new)).changes)


def arrives(edit: str, wanted: Told, found: Told) -> bool:
    """Whether the edit is there and nothing else is."""
    missing = wanted - found
    kept = edit in REPLACING and all(kind in ("extension", "layout") for kind, _ in missing)
    return not found - wanted and (not missing or kept)


def runs(page: Page, path: Path, seed: int) -> Iterator[tuple[str, bool, float]]:
    """Yield (edit, whether it arrived, milliseconds) for one file; `none` is saving without an edit."""
    try:
        original = path.read_bytes()
        before = saved(page, original, "", 0)
    except bpmn.Unreadable:
        return
    if before is None:
        return
    yield "none", bpmn.reapply(original, before, before) == original, 0.0
    for number, edit in enumerate(page.evaluate("editNames")):
        after = saved(page, original, edit, seed + number)
        if after is not None:
            start = time.process_time()
            result = bpmn.reapply(original, before, after)
            took = (time.process_time() - start) * 1000
            yield edit, arrives(edit, told(before, after), told(original, result)), took


def measure(page: Page, count: int, seed: int) -> None:
    """Print how many edits of each kind arrived."""
    right: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    times = []
    for path in models(count, seed):
        for edit, fine, took in runs(page, path, seed):
            all_[edit] += 1
            right[edit] += fine
            times.append(took)
            if not fine:
                print(f"not so: {edit} in {path.name}")
    for edit, number in sorted(all_.items()):
        print(f"{edit:12} {right[edit]:5} of {number}")
    print(f"reapply: median {median(times):.1f} ms, longest {max(times):.1f} ms")


def record(page: Page, path: Path, folder: Path) -> None:
    """Write what bpmn-js saves of one file, before and after each edit."""
    for edit in ("", *page.evaluate("editNames")):
        data = saved(page, path.read_bytes(), edit, 1)
        if data is not None:
            (folder / (f"after-{edit.lower()}.bpmn" if edit else "before.bpmn")).write_bytes(data)


def main(words: list[str]) -> None:
    """Measure or record."""
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.goto("about:blank")
        page.add_script_tag(content=MODELER.read_text(encoding="utf-8"))
        page.add_script_tag(content=(Path(__file__).parent / "roundtrip.js").read_text(encoding="utf-8"))
        if words and not words[0].isdigit():
            record(page, Path(words[0]), Path(words[1]))
        else:
            numbers = [int(word) for word in words]
            measure(page, *(numbers + [20, 1][len(numbers) :]))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
