"""The figures of a model are right on models small enough to count by hand."""

import pytest

from hub import bpmn
from tests.pure.bpmn.small import small


@pytest.fixture
def figures() -> bpmn.Metrics:
    return bpmn.metrics(
        small(
            "startEvent S\ntask A Antrag prüfen\nexclusiveGateway G\ntask B Bescheid erlassen\n"
            "exclusiveGateway J\nendEvent E",
            "S>A A>J J>G G>B:ja G>J:nein B>E",
        )
    )


def test_sizes(figures: bpmn.Metrics) -> None:
    assert (figures.activities, figures.activities_and_control, figures.activities_joins_splits) == (2, 6, 4)
    assert (figures.node_count, figures.flow_count, figures.events, figures.gateways) == (6, 6, 2, 2)


def test_structure(figures: bpmn.Metrics) -> None:
    assert figures.connectivity == 1.0
    assert figures.density == pytest.approx(6 / 30)
    assert figures.gateway_degree == 3.0
    assert figures.gateway_mismatch == 0
    assert figures.gateway_heterogeneity == 0.0
    assert figures.control_flow_complexity == 2
    assert figures.cyclomatic == 2
    assert figures.in_loops == 2
    assert figures.longest_path == 6
    assert figures.durfee_square == 2
    assert figures.label_length == 2.0


def test_different_gateways_raise_heterogeneity_and_mismatch() -> None:
    figures = bpmn.metrics(small("exclusiveGateway G\ntask A\ntask B\nparallelGateway J", "G>A:ja G>B:nein A>J B>J"))
    assert figures.gateway_mismatch == 4
    assert figures.gateway_heterogeneity == pytest.approx(0.4307, abs=1e-3)


def test_hand_overs_count_changes_of_lane() -> None:
    model = small(
        "task A\ntask B\ntask C",
        "A>B B>C",
        inside='<laneSet id="LS"><lane id="L1"><flowNodeRef>A</flowNodeRef></lane>'
        '<lane id="L2"><flowNodeRef>B</flowNodeRef><flowNodeRef>C</flowNodeRef></lane></laneSet>',
    )
    assert bpmn.metrics(model).hand_overs == 1


def test_an_empty_model_has_zeros() -> None:
    figures = bpmn.metrics(small(""))
    assert (figures.node_count, figures.connectivity, figures.cyclomatic, figures.longest_path) == (0, 0.0, 0, 0)


def test_depth_counts_sub_processes() -> None:
    model = small("", inside='<subProcess id="A"><subProcess id="B"><task id="C"/></subProcess></subProcess>')
    assert bpmn.metrics(model).nesting_depth == 2


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    nodes = "\n".join(f"task T{i}" for i in range(5000))
    flows = " ".join(f"T{i}>T{i + 1}" for i in range(4999))
    assert bpmn.metrics(small(nodes, flows)).longest_path == 5000
