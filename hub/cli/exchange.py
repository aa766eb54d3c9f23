"""`hub exchange`: bpmn-python's CSV dialect, graph and metrics on the command line, with what gets lost."""

import argparse
import json
import sys
from pathlib import Path

from hub import bpmn, exchange


def run(arguments: list[str]) -> int:
    """`hub exchange to-csv|from-csv|metrics|graph FILE [-o OUT]`; losses go to standard error, exit 1 if impossible."""
    parser = argparse.ArgumentParser(prog="hub exchange", description="Austausch mit bpmn-python (Auswahl „exchange“).")
    parser.add_argument("deed", choices=("to-csv", "from-csv", "metrics", "graph"), help="was entstehen soll")
    parser.add_argument("file", type=Path, metavar="DATEI", help="ein BPMN-Modell, bei from-csv eine CSV-Datei")
    parser.add_argument("-o", "--output", type=Path, metavar="DATEI", help="wohin; ohne Angabe auf die Ausgabe")
    chosen = parser.parse_args(arguments)
    try:
        data, losses = _do(chosen.deed, chosen.file.read_bytes())
    except exchange.NotInstalled:
        print("hub exchange: Richten Sie zuerst die Auswahl ein: pip install '.[exchange]'", file=sys.stderr)
        return 2
    except (exchange.CannotExchange, OSError) as error:
        print(f"hub exchange: {error}", file=sys.stderr)
        return 1
    except bpmn.Unreadable as error:
        print(f"hub exchange: {error.sentence('de')}", file=sys.stderr)
        return 1
    for loss in losses:
        print(loss, file=sys.stderr)
    if chosen.output:
        chosen.output.write_bytes(data)
    else:
        sys.stdout.write(data.decode())
    return 0


def _do(deed: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    if deed == "from-csv":
        made = exchange.from_csv(data)
        return made.data, made.losses
    model = bpmn.read(data)
    if deed == "to-csv":
        made = exchange.to_csv(model)
        return made.data, made.losses
    if deed == "metrics":
        return (json.dumps(exchange.metrics(model), indent=2) + "\n").encode(), ()
    nodes, edges = exchange.graph(model)
    return (json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False, indent=2) + "\n").encode(), ()
