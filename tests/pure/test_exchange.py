"""The adapter to bpmn-python: what it carries, and that it says what it does not."""

import csv
from pathlib import Path

import pytest

from hub import bpmn, exchange
from tests import needs

# bpmn-python, networkx and pandas warn about themselves; none of it is ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")
PROCESSES = Path(__file__).parents[2] / "processes"


@pytest.fixture(autouse=True)
def installed():
    needs.need(exchange.available(), "the extra 'exchange' (bpmn-python)")


STRAIGHT = bpmn.layout(
    bpmn.read(
        bpmn.from_table(
            "Nr;Schritt;Art;Zuständig;Weiter mit\n1;Antrag eingegangen;Start;Amt;2\n2;Antrag prüfen;Aufgabe;Amt;3\n"
            "3;Bescheid erlassen;Aufgabe;Amt;4\n4;Antrag beschieden;Ende;Amt;\n".encode()
        )
    )
)


def test_a_straight_process_survives_the_dialect_both_ways():
    made = exchange.to_csv(bpmn.read(STRAIGHT))
    assert made.data.decode().splitlines()[0] == "Order,Activity,Condition,Who,Subprocess,Terminated"
    back = bpmn.read(exchange.from_csv(made.data).data)
    assert {node.name for node in back.nodes if node.type == "task"} == {"Antrag prüfen", "Bescheid erlassen"}


def test_no_step_is_computed_by_a_spreadsheet():
    model = bpmn.read(STRAIGHT.replace("Antrag prüfen".encode(), b"=HYPERLINK(1)"))
    rows = list(csv.reader(exchange.to_csv(model).data.decode().splitlines()))
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}
    assert [cell for row in rows for cell in row if cell.startswith("=")] == []


def test_every_kind_of_loss_is_named():
    model = bpmn.read((PROCESSES / "hundesteuer-soll" / "process.bpmn").read_bytes())
    losses = " ".join(exchange._Copy(model).losses)
    for word in ("Nachrichtenflüsse", "Bahnen", "Datenobjekte", "Beschreibungen", "Erweiterungen"):
        assert word in losses


def test_metrics_count_the_activities_of_the_process():
    found = exchange.metrics(bpmn.read(STRAIGHT))
    assert found["NOA"] == 2
    assert found["NumberOfNodes"] == 4


def test_the_graph_has_an_edge_for_each_flow_of_a_straight_process():
    nodes, edges = exchange.graph(bpmn.read(STRAIGHT))
    assert (len(nodes), len(edges)) == (4, 3)


def test_a_table_of_another_kind_is_refused_with_what_is_expected():
    with pytest.raises(exchange.CannotExchange, match="Order, Activity"):
        exchange.from_csv(b"a;b\n1;2\n")


def test_real_files_are_carried_or_refused_with_a_sentence():
    outcomes = [_outcome(file) for file in sorted(needs.corpus("engine").glob("*.bpmn"))[:60]]
    assert outcomes.count("carried") > len(outcomes) / 2
    assert all(text == "carried" or text.endswith(".") for text in outcomes)


def _outcome(file: Path) -> str:
    try:
        exchange.to_csv(bpmn.read(file.read_bytes()))
    except (exchange.CannotExchange, bpmn.Unreadable) as error:
        return str(error)
    return "carried"
