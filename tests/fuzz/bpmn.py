"""`python -m tests.fuzz.bpmn --seconds N`: broken and hostile models through the whole engine.

Every input must give a result or `Unreadable`, and never take more than a second per 100 kB.
What does otherwise is written to a folder with the seed that made it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hub import bpmn

ROOT = Path(__file__).parents[2]
SEEDS = (ROOT / "processes", ROOT / "tests", ROOT.parent / "shared" / "corpus")
_SECONDS_PER_100_KB = 1.0
_LEAST_SECONDS = 2.0  # what shows is work that explodes; how fast ordinary work is, `make bench` says
_TOKENS = (
    "<",
    ">",
    "&",
    "&#0;",
    "&#xD800;",
    "]]>",
    "<!--",
    "<![CDATA[",
    "<?x ?>",
    "<!DOCTYPE x>",
    '"',
    "'",
    "\0",
    "\ufffe",
    "NaN",
    "1e308",
    "-1",
    "9" * 400,
    "x" * 70_000,
    "\u202e",
    "😀",
    "<task/>",
    '<subProcess id="x">',
    "</process>",
    ' id="P"',
    ' xmlns=""',
    ' xmlns:bpmn="urn:x"',
)

Mutation = Callable[[str, random.Random], str]


def _cut(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 5, 60, 900)) :]


def _repeat(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    piece = text[at : at + rng.choice((1, 30, 800))]
    return text[:at] + piece * rng.choice((2, 3, 40)) + text[at:]


def _put(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(_TOKENS) + text[at:]


def _value(text: str, rng: random.Random) -> str:
    """Give an attribute a value of another, or nonsense: the way to well-formed but absurd models."""
    values = list(re.finditer(r'="([^"<]*)"', text))
    if not values:
        return text
    target = rng.choice(values)
    new = rng.choice(values)[1] if rng.random() < 0.7 else rng.choice(("", "NaN", "-5", "1e9", "x:y:z", " ", "#", "ä"))
    return text[: target.start(1)] + new + text[target.end(1) :]


def _tag(text: str, rng: random.Random) -> str:
    """Rename an element, both tags if it is well-formed."""
    names = sorted(set(re.findall(r"<([\w:]+)", text)))
    if not names:
        return text
    one, other = rng.choice(names), rng.choice(names)
    return re.sub(rf"(</?){re.escape(one)}(?=[\s/>])", rf"\g<1>{other}", text, count=rng.choice((2, 0)))


def _element(text: str, rng: random.Random) -> str:
    """Drop, double or move a whole element."""
    spans = [m.span() for m in re.finditer(r"<([\w:]+)\b[^<>]*(?:/>|>[^<]*</\1>)", text)]
    if not spans:
        return text
    start, end = rng.choice(spans)
    piece, rest = text[start:end], text[:start] + text[end:]
    if rng.random() < 0.4:
        return rest
    at = rng.choice(spans)[0]
    return text[:at] + piece + text[at:]


def _nest(text: str, rng: random.Random) -> str:
    """Nest an element in many of its kind."""
    depth = rng.choice((3, 60, 190, 260))
    match = re.search(r"<((?:\w+:)?)process\b[^>]*[^/]>", text)
    if match is None:
        return text
    name = f"{match[1]}subProcess"
    return text[: match.end()] + f"<{name}>" * depth + f"</{name}>" * depth + text[match.end() :]


MUTATIONS: tuple[Mutation, ...] = (_cut, _repeat, _put, _value, _value, _value, _tag, _element, _element, _nest)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return `data` with one to six things broken."""
    text = data.decode("utf-8", "replace")
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        text = rng.choice(MUTATIONS)(text, rng)
    encoded = text.encode("utf-8", "replace")
    if rng.random() < 0.05 and encoded:
        at = rng.randrange(len(encoded))
        encoded = encoded[:at] + bytes([rng.randrange(256)]) + encoded[at + 1 :]
    return encoded


def jobs(old: bpmn.Model, new: bpmn.Model) -> list[tuple[str, Callable[[], object]]]:
    """Return what the engine can do with two models, as far as it is there."""
    found: list[tuple[str, Callable[[], object]]] = [
        ("model", lambda: (new.warnings, new.diagrams, list(new.words()), new.name)),
        ("diff", lambda: [change.sentence() for change in bpmn.diff(old, new).changes]),
        ("diff back", lambda: bpmn.diff(new, old).to_dict("en")),
        ("fingerprint", lambda: bpmn.fingerprint(new)),
        ("keys", lambda: bpmn.assign_keys(new, old, bpmn.assign_keys(old, None, {}))),
        ("write", lambda: bpmn.Editor(new).read()),
    ]
    for name in ("check", "describe", "draw", "metrics", "layout", "signature", "media_breaks"):
        job = getattr(bpmn, name, None)
        if callable(job):
            found.append((name, lambda job=job: job(new)))  # type: ignore[misc]
    merge = getattr(bpmn, "merge", None)
    if callable(merge):
        found.append(("merge", lambda: merge(old, new, old)))
        found.append(("merge both", lambda: merge(old, new, new)))
    return found


def _time(job: Callable[[], object]) -> float:
    """Return the seconds of processor time that a job takes."""
    start = time.process_time()
    job()
    return time.process_time() - start


def attempt(base: bytes, data: bytes) -> tuple[str, str] | None:
    """Run everything on one input; returns (job, what went wrong) or None."""
    allowed = max(_LEAST_SECONDS, _SECONDS_PER_100_KB * (len(base) + len(data)) / 100_000)
    start = time.process_time()
    try:
        new = bpmn.read(data)
    except bpmn.Unreadable as refusal:
        return None if refusal.sentence() else ("read", "no sentence")
    except Exception:
        return "read", traceback.format_exc()
    if (took := time.process_time() - start) > allowed:
        return "read", f"{took:.2f} s for {len(data)} bytes"
    for name, job in jobs(bpmn.read(base), new):
        try:
            took = _time(job)
            if took > allowed:
                took = min(took, _time(job))  # a machine that does something else slows one run, and not both
        except bpmn.Unreadable:
            continue
        except Exception:
            return name, traceback.format_exc()
        if took > allowed:
            return name, f"{took:.2f} s for {len(data)} bytes"
    return None


def main() -> int:
    """Run a campaign; returns 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.bpmn", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="start here instead of anywhere")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"), help="folder for what was found")
    arguments = parser.parse_args()
    files = [p for folder in SEEDS for p in sorted(folder.rglob("*.bpmn")) if p.stat().st_size < 60_000]
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(2**32)
    end = time.monotonic() + arguments.seconds
    tried, found = 0, Counter[str]()
    while time.monotonic() < end:
        rng = random.Random(seed + tried)
        path = rng.choice(files)
        base = path.read_bytes()
        try:
            bpmn.read(base)
        except bpmn.Unreadable:
            tried += 1
            continue
        data = mutate(base, rng)
        wrong = attempt(base, data)
        if wrong is not None:
            job, what = wrong
            found[f"{job}: {what.strip().splitlines()[-1]}"] += 1
            arguments.out.mkdir(exist_ok=True)
            arguments.out.joinpath(f"{seed + tried}-{job.replace(' ', '-')}.bpmn").write_bytes(data)
            arguments.out.joinpath(f"{seed + tried}-{job.replace(' ', '-')}.txt").write_text(f"{path}\n{what}\n")
        tried += 1
    print(f"{tried} inputs from seed {seed}: {sum(found.values())} findings")
    for what, count in found.most_common():
        print(f"{count:5d}  {what}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
