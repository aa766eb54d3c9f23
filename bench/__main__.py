"""`python -m bench [part …]`: run the measurements, each in a process of its own."""

import argparse
import importlib.util
import subprocess
import sys

PARTS = (
    "hub",
    "proposals",
    "catalogue",
    "funding",
    "ledger",
    "bpmn",
    "bpmn_merge",
    "bpmn_draw",
    "bpmn_text",
    "search",
    "notices",
)


def main() -> int:
    """Run the wanted parts; return 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="all without one")
    failed = False
    for part in parser.parse_args().part or PARTS:
        if importlib.util.find_spec(f"bench.{part}") is None:
            continue
        print(f"\n== {part}", flush=True)
        failed = subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False).returncode != 0 or failed
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
