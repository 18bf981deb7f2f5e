from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest

from orchestrator.engine.events import Constant
from orchestrator.engine.graph import Edge, Feedback, Graph, Node
from orchestrator.engine.plan import Plan, compile_plan
from orchestrator.engine.state import Step
from orchestrator.nodes.registry import catalogue
from orchestrator.runs.callbacks import Place, address, read_token, token, with_calls

PLACE = Place(run=UUID(int=7), node="answer", scope="orders.3")


def test_an_address_leads_back_to_its_place() -> None:
    for place in (PLACE, Place(run=UUID(int=7), node="answer", scope="")):
        assert read_token(token(place)) == place
        assert address(place).endswith(f"/hooks/calls/{token(place)}")


def test_the_same_place_always_has_the_same_address_and_no_other_place_has_it() -> None:
    others = [
        Place(run=UUID(int=8), node="answer", scope="orders.3"),
        Place(run=UUID(int=7), node="answers", scope="orders.3"),
        Place(run=UUID(int=7), node="answer", scope="orders.4"),
    ]
    assert token(PLACE) == token(PLACE)
    assert len({token(place) for place in [PLACE, *others]}) == 4


def test_a_changed_address_is_nobodys() -> None:
    good = token(PLACE)
    for index in range(0, len(good), 7):
        changed = "A" if good[index] != "A" else "B"
        assert read_token(good[:index] + changed + good[index + 1 :]) is None


@pytest.mark.parametrize("text", ["", "x", "answer", "=" * 40, "é" * 60, "A" * 86, "A" * 5000, "../admin", "%00"])
def test_what_was_never_an_address_is_nobodys(text: str) -> None:
    assert read_token(text) is None


def plan_with_calls() -> Plan:
    nodes = [
        Node(key="start", type="start_manual"),
        Node(key="outer", type="for_each", config={"items": [1]}),
        Node(key="inner", type="for_each", config={"items": [1]}, parent="outer"),
        Node(key="ask", type="set_fields", parent="inner"),
        Node(key="in_inner", type="wait_call", parent="inner"),
        Node(key="in_outer", type="wait_call", parent="outer"),
        Node(key="outside", type="wait_call"),
    ]
    ways = [("start", "outer"), ("outer", "outside"), ("inner", "in_outer"), ("ask", "in_inner")]
    edges = [Edge(id=f"e{number}", source=source, target=target) for number, (source, target) in enumerate(ways)]
    return compile_plan(Graph(nodes=tuple(nodes), edges=tuple(edges)), catalogue())


@pytest.mark.parametrize(
    ("node", "scope", "scopes"),
    [
        ("ask", "outer.12/inner.3", {"in_inner": "outer.12/inner.3", "in_outer": "outer.12", "outside": ""}),
        ("inner", "outer.12", {"in_outer": "outer.12", "outside": ""}),
        ("start", "", {"outside": ""}),
    ],
)
def test_a_step_sees_the_addresses_of_its_own_item_and_of_what_is_around_it(
    node: str, scope: str, scopes: dict[str, str]
) -> None:
    run = UUID(int=7)
    step = Step(step=1, node=node, scope=scope)
    given = {"run": Constant(json={"id": str(run)}), "item": Constant(json=1)}
    names = with_calls(given, plan_with_calls(), run, step)
    assert isinstance(names["run"], Constant)
    expected = {key: address(Place(run=run, node=key, scope=where)) for key, where in scopes.items()}
    assert names["run"].json == {"id": str(run), "calls": expected}
    assert names["item"] == given["item"]
    assert given["run"] == Constant(json={"id": str(run)})


def test_a_formula_that_does_not_use_the_run_gets_no_addresses() -> None:
    assert with_calls({}, plan_with_calls(), UUID(int=7), Step(step=1, node="start", scope="")) == {}


def test_each_round_of_a_loop_has_an_address_of_its_own_and_nobody_outside_sees_it() -> None:
    keys = ["start", "write", "send", "answer", "after"]
    kinds = {"start": "start_manual", "answer": "wait_call"}
    nodes = [Node(key=key, type=kinds.get(key, "set_fields")) for key in keys] + [Node(key="last", type="wait_call")]
    edges = [Edge(id=f"e{at}", source=one, target=two) for at, (one, two) in enumerate(pairwise([*keys, "last"]))]
    edges.append(Edge(id="back", source="answer", target="write", feedback=Feedback(max_rounds=3)))
    plan = compile_plan(Graph(nodes=tuple(nodes), edges=tuple(edges)), catalogue())
    run = UUID(int=7)

    def seen(node: str, scope: str) -> dict[str, str]:
        step = Step(step=1, node=node, scope=scope)
        binding = with_calls({"run": Constant(json={})}, plan, run, step)["run"]
        assert isinstance(binding, Constant)
        return dict(binding.json["calls"])

    def addresses(**scopes: str) -> dict[str, str]:
        return {key: address(Place(run=run, node=key, scope=scope)) for key, scope in scopes.items()}

    assert seen("send", "write~11") == addresses(answer="write~11", last="")
    assert seen("start", "") == seen("after", "") == addresses(last="")
