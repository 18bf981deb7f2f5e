"""What a new run keeps of an earlier one."""

from __future__ import annotations

from orchestrator.engine.keeping import Finished, kept_steps, unchanged_steps
from orchestrator.engine.plan import Plan
from tests.unit.engine.building import plan, step

CHAIN = ([step("a"), step("b"), step("c")], "start > a > b > c")


def done(*names: str) -> dict[str, Finished]:
    """`"a"` is done by its port `out`, `"a.yes"` by `yes`."""
    parts = [name.partition(".") for name in names]
    return {key: Finished(port=port or "out") for key, _, port in parts}


def kept(plan: Plan, *names: str, changed: tuple[str, ...] = ()) -> list[str]:
    return list(kept_steps(plan, "start", done(*names), frozenset(plan.nodes) - set(changed)))


def test_what_is_done_is_kept_up_to_what_is_not() -> None:
    assert kept(plan(*CHAIN), "a", "b") == ["a", "b"]


def test_nothing_behind_a_step_that_runs_again_is_kept() -> None:
    assert kept(plan(*CHAIN), "b", "c") == []
    assert kept(plan(*CHAIN), "a", "b", "c", changed=("b",)) == ["a"]


def test_other_branches_of_a_failure_are_kept() -> None:
    both = plan([step("a"), step("b"), step("c")], "start > a > c", "start > b > c")
    assert kept(both, "b") == ["b"]
    assert kept(both, "b", "c") == ["b"], "c rests on a, which runs again"


def test_a_join_behind_a_way_that_was_not_taken_is_kept() -> None:
    branch = plan([step("if", "branch"), step("b"), step("j")], "start > if", "if.yes > b > j", "if.no > j")
    assert kept(branch, "if.no", "j") == ["if", "j"]
    assert kept(branch, "if.yes", "j") == ["if"]


def test_what_only_an_untaken_way_leads_to_is_not_kept() -> None:
    branch = plan([step("if", "branch"), step("b")], "start > if", "if.yes > b")
    assert kept(branch, "if.no", "b") == ["if"]


def test_a_step_that_is_off_passes_on_and_is_not_kept_itself() -> None:
    assert kept(plan([step("a", off=True), step("b")], "start > a > b"), "b") == ["b"]


def test_a_container_is_kept_without_its_inside() -> None:
    inside = plan([step("each", "each"), step("x", parent="each"), step("b")], "start > each > b")
    assert kept(inside, "each", "x", "b") == ["each", "b"]


def test_a_step_with_other_settings_or_of_another_type_has_changed() -> None:
    before = plan([step("a", config={"n": 1}), step("b"), step("c")], "start > a > b > c")
    after = plan([step("a", config={"n": 2}), step("b", "keyed"), step("c"), step("d")], "start > a > b > c > d")
    assert unchanged_steps(before, after) == {"start", "c"}


def test_a_container_has_changed_with_its_inside() -> None:
    def each(*inside: str) -> Plan:
        nodes = [step("each", "each"), *(step(key, parent="each") for key in ("x", "y"))]
        return plan(nodes, "start > each", *inside)

    assert "each" in unchanged_steps(each("x > y"), each("x > y"))
    assert "each" not in unchanged_steps(each("x > y"), each("y > x"))
    assert "each" not in unchanged_steps(each("x > y"), each())


def test_a_join_that_waits_for_some_is_kept_once_enough_kept_ways_lead_to_it() -> None:
    nodes = [step("a"), step("b"), step("j", join="any"), step("k")]
    some = plan(nodes, "start > a > j > k", "start > b > j")
    assert kept(some, "a", "j", "k") == ["a", "j", "k"]
    assert kept(some, "j", "k") == []


def test_a_loop_and_what_follows_it_run_again() -> None:
    back = plan([step("work"), step("if", "branch"), step("end")], "start > work > if", "if.yes > end", "if.no >> work")
    assert kept(back, "end") == []
