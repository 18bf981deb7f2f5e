"""Reading graph documents: exact round trips, and faults that name their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.graph import (
    MAX_EDGES,
    MAX_NODES,
    RESERVED_KEYS,
    Edge,
    Feedback,
    Graph,
    Group,
    Node,
    Note,
    Policy,
    Position,
    Retry,
    Size,
    content_hash,
    graph_json,
    parse_graph,
)

DOCUMENT: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {
            "key": "classify",
            "type": "classify_text",
            "type_version": 1,
            "name": "Classify document",
            "config": {"asset": "document-type", "text": {"$expr": "parse.text"}, "list": [1, 2.5, None, True]},
            "policy": {
                "retry": {"attempts": 3, "first_wait_s": 1.5, "max_wait_s": 60},
                "timeout_s": 30,
                "total_timeout_s": None,
                "on_error": "path",
                "fallback_value": {"label": "other"},
                "fallbacks": [{"asset": "document-type-small"}],
            },
            "join": "n",
            "join_count": 2,
            "cancel_rest": True,
            "parent": None,
            "position": {"x": 240, "y": 80.5},
            "size": {"width": 400, "height": 300},
            "off": False,
            "note": "Why: …",
        }
    ],
    "edges": [
        {
            "id": "e1",
            "source": "parse",
            "source_port": "out",
            "target": "classify",
            "target_port": "in",
            "feedback": {"when": {"$expr": "loop.iteration < 3.0"}, "max_rounds": 5},
        },
    ],
    "notes": [{"id": "n1", "text": "Hi", "position": {"x": 0, "y": 0}, "size": None, "colour": "yellow"}],
    "groups": [
        {"id": "g1", "title": "Reading", "nodes": ["classify"], "notes": ["n1"], "collapsed": True, "colour": "blue"}
    ],
}

PLAIN_HASH = "d2763babd48703291a0929294a93ea17ef8848bc1cdf08fe7d1fc1e20c7a0390"
"""Of the smallest document, before joins could count and lines lead back."""

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda key: key not in RESERVED_KEYS)
numbers = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
positions = st.builds(Position, x=numbers, y=numbers)
sizes = st.none() | st.builds(Size, width=numbers, height=numbers)
policies = st.builds(
    Policy,
    retry=st.builds(Retry, attempts=st.integers(), first_wait_s=numbers, max_wait_s=numbers),
    timeout_s=st.none() | numbers,
    total_timeout_s=st.none() | numbers,
    on_error=st.sampled_from(["fail", "continue", "path"]),
    fallback_value=json_values,
)
nodes = st.builds(
    Node,
    key=keys,
    type=keys,
    type_version=st.integers(1, 9),
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    config=st.dictionaries(st.sampled_from(["a", "b", "c"]), json_values, max_size=3),
    policy=policies,
    join=st.sampled_from(["all", "any", "n"]),
    join_count=st.none() | st.integers(1, 5),
    cancel_rest=st.booleans(),
    parent=st.none() | keys,
    position=positions,
    size=sizes,
    off=st.booleans(),
    note=st.just(""),
)
graphs = st.builds(
    Graph,
    nodes=st.lists(nodes, max_size=4, unique_by=lambda node: node.key).map(tuple),
    edges=st.lists(
        st.builds(
            Edge,
            id=keys,
            source=keys,
            target=keys,
            source_port=keys,
            target_port=st.just("in"),
            feedback=st.none()
            | st.builds(
                Feedback, when=st.none() | st.just({"$expr": "loop.iteration < 3.0"}), max_rounds=st.integers()
            ),
        ),
        max_size=4,
        unique_by=lambda edge: edge.id,
    ).map(tuple),
    notes=st.lists(
        st.builds(Note, id=keys, text=st.just("x"), position=positions, size=sizes, colour=st.just("yellow")),
        max_size=2,
        unique_by=lambda note: note.id,
    ).map(tuple),
    groups=st.lists(
        st.builds(Group, id=keys, title=st.just("A"), nodes=st.just(("a",)), collapsed=st.booleans()), max_size=1
    ).map(tuple),
    schema=st.just("graph@1"),
)


def changed(**changes: Any) -> dict[str, Any]:
    """The document with its step changed: `config={}`, or a dotted path by `__`."""
    document = json.loads(json.dumps(DOCUMENT))
    for path, value in changes.items():
        target, *rest = path.split("__")
        place: Any = document["nodes"][0]
        while rest:
            place, target = place[target], rest.pop(0)
        place[target] = value
    return document  # type: ignore[no-any-return]


def line_back(feedback: Any) -> dict[str, Any]:
    return {"edges": [{"id": "e", "source": "a", "target": "b", "feedback": feedback}]}


def faults(document: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(GraphInvalid) as caught:
        parse_graph(document)
    assert all(problem.message.endswith(".") for problem in caught.value.problems)
    return [(problem.code, problem.field) for problem in caught.value.problems]


def test_a_whole_document_comes_back_exactly() -> None:
    assert graph_json(parse_graph(DOCUMENT)) == DOCUMENT


@given(graphs)
def test_any_graph_comes_back_exactly_through_json(graph: Graph) -> None:
    assert parse_graph(json.loads(json.dumps(graph_json(graph)))) == graph


def test_what_is_left_out_takes_its_default() -> None:
    graph = parse_graph({"nodes": [{"key": "a", "type": "t"}], "edges": [{"id": "e", "source": "a", "target": "b"}]})
    assert graph == Graph(nodes=(Node(key="a", type="t"),), edges=(Edge(id="e", source="a", target="b"),))


def test_the_hash_is_that_of_the_content_not_of_its_notation() -> None:
    turned = {key: DOCUMENT[key] for key in reversed(DOCUMENT)}
    assert content_hash(turned) == content_hash(DOCUMENT) == content_hash(parse_graph(DOCUMENT))
    assert len(content_hash(DOCUMENT)) == 32
    assert content_hash(changed(name="Sort document")) != content_hash(DOCUMENT)


def test_what_was_published_before_a_key_existed_keeps_its_hash() -> None:
    plain = {"nodes": [{"key": "a", "type": "t"}], "edges": [{"id": "e", "source": "a", "target": "a"}]}
    assert content_hash(plain).hex() == PLAIN_HASH
    said = {"nodes": [{**plain["nodes"][0], "join_count": None, "cancel_rest": False}], "edges": plain["edges"]}
    assert content_hash(said).hex() == PLAIN_HASH
    assert content_hash({**said, "groups": []}).hex() == PLAIN_HASH
    assert content_hash({**plain, "edges": [{**plain["edges"][0], "feedback": {}}]}).hex() != PLAIN_HASH
    assert content_hash({**plain, "groups": [{"id": "g", "title": "A", "nodes": ["a"]}]}).hex() != PLAIN_HASH


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], ("wrong_shape", None)),
        (None, ("wrong_shape", None)),
        ({"nodes": {}}, ("wrong_shape", "nodes")),
        ({"schema": "graph@2"}, ("wrong_shape", "schema")),
        ({"teams": []}, ("unknown_key", "teams")),
        ({"groups": [{"id": "g"}]}, ("wrong_shape", "groups[0].title")),
        ({"groups": [{"id": "g", "title": "A", "nodes": "a"}]}, ("wrong_shape", "groups[0].nodes")),
        ({"groups": [{"id": "g", "title": "A", "collapsed": 1}]}, ("wrong_shape", "groups[0].collapsed")),
        ({"groups": [{"id": "g", "title": "A"}] * 2}, ("duplicate_key", "groups[1].id")),
        ({"groups": [{"id": "g", "title": "A", "nodes": ["a", "a"]}]}, ("duplicate_key", "groups[0].nodes")),
        ({"nodes": [3]}, ("wrong_shape", "nodes[0]")),
        ({"nodes": [{"key": "a"}]}, ("wrong_shape", "nodes[0].type")),
        ({"edges": [{"id": "e", "source": "a"}]}, ("wrong_shape", "edges[0].target")),
        (changed(workspace="x"), ("unknown_key", "nodes[0].workspace")),
        (changed(key="Classify"), ("bad_key", "nodes[0].key")),
        (changed(key="a" * 61), ("bad_key", "nodes[0].key")),
        (changed(key="1a"), ("bad_key", "nodes[0].key")),
        (changed(key="item"), ("reserved_key", "nodes[0].key")),
        (changed(key="trigger"), ("reserved_key", "nodes[0].key")),
        (changed(key="null"), ("reserved_key", "nodes[0].key")),
        (changed(config=[]), ("wrong_shape", "nodes[0].config")),
        (changed(off=0), ("wrong_shape", "nodes[0].off")),
        (changed(join="some"), ("wrong_shape", "nodes[0].join")),
        (changed(join_count=1.5), ("wrong_shape", "nodes[0].join_count")),
        (changed(cancel_rest=1), ("wrong_shape", "nodes[0].cancel_rest")),
        (line_back("again"), ("wrong_shape", "edges[0].feedback")),
        (line_back({"when": "true"}), ("wrong_shape", "edges[0].feedback.when")),
        (line_back({"when": {"$text": "x"}}), ("wrong_shape", "edges[0].feedback.when")),
        (line_back({"when": {"$expr": 1}}), ("wrong_shape", "edges[0].feedback.when.$expr")),
        (line_back({"max_rounds": "3"}), ("wrong_shape", "edges[0].feedback.max_rounds")),
        (line_back({"until": 3}), ("unknown_key", "edges[0].feedback.until")),
        (changed(name="x" * 201), ("too_large", "nodes[0].name")),
        (changed(name="a\x00b"), ("wrong_shape", "nodes[0].name")),
        (changed(policy__on_error="ignore"), ("wrong_shape", "nodes[0].policy.on_error")),
        (changed(policy__retry__attempts=1.5), ("wrong_shape", "nodes[0].policy.retry.attempts")),
        (changed(policy__retry__attempts=True), ("wrong_shape", "nodes[0].policy.retry.attempts")),
        (changed(policy__timeout_s=float("nan")), ("wrong_shape", "nodes[0].policy.timeout_s")),
        (changed(position__x="1"), ("wrong_shape", "nodes[0].position.x")),
        (changed(config__text={"a": ["x", "\ud800"]}), ("wrong_shape", "nodes[0].config.text.a[1]")),
        (changed(config__text=float("inf")), ("wrong_shape", "nodes[0].config.text")),
        (changed(config__text={"__proto__": 1}), ("unknown_key", "nodes[0].config.text.__proto__")),
        (changed(config__text={"constructor": {"prototype": 1}}), ("unknown_key", "nodes[0].config.text.constructor")),
        ({"nodes": [{"key": "a", "type": "t"}] * 2}, ("duplicate_key", "nodes[1].key")),
        ({"edges": [{"id": "e", "source": "a", "target": "b"}] * 2}, ("duplicate_key", "edges[1].id")),
        ({"nodes": [{"key": f"n{number}", "type": "t"} for number in range(MAX_NODES + 1)]}, ("too_large", "nodes")),
        (
            {"edges": [{"id": f"e{number}", "source": "a", "target": "b"} for number in range(MAX_EDGES + 1)]},
            ("too_large", "edges"),
        ),
    ],
)
def test_a_fault_names_its_place(document: Any, fault: tuple[str, str | None]) -> None:
    assert fault in faults(document)


def test_every_fault_is_told_at_once() -> None:
    assert len(faults(changed(key="X", off=1, name=3))) == 3


def test_deep_nesting_is_refused_not_crashed_on() -> None:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    assert faults(changed(config__text=deep))[0][0] == "too_large"


def test_as_many_steps_as_allowed_can_be_read() -> None:
    assert (
        len(parse_graph({"nodes": [{"key": f"n{number}", "type": "t"} for number in range(MAX_NODES)]}).nodes)
        == MAX_NODES
    )


@given(json_values)
def test_any_other_json_is_refused_with_reasons(value: Any) -> None:
    if isinstance(value, dict) and not value:
        return
    assert faults(value)
