"""The 43 workflow control-flow patterns of Russell, ter Hofstede, van der Aalst and Mulyar (2006).

One graph for each that a graph of ours can say, named by its number; for the rest, why not.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from orchestrator.engine.errors import TransitionRefused
from orchestrator.engine.events import EventKind
from orchestrator.engine.graph import Node
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Driver, plan, step

ONE_SIGNAL = "Each line says one thing in each scope, taken or not, so no step can be reached twice in one."
ALL_ITEMS = "A for each waits for all of its items."
UNSUPPORTED = {
    8: ("Multi-Merge", ONE_SIGNAL + " Let what comes after the merge stand in a for each, or on each of the ways."),
    10: ("Arbitrary Cycles", "A loop has one way in, its header: only so can rounds be told apart and named."),
    15: ("Multiple Instances without a Priori Run-Time Knowledge", "The list of a for each is fixed when it begins."),
    17: ("Interleaved Parallel Routing", "Nothing but a line between them keeps two steps from running together."),
    23: ("Transient Trigger", "Messages that nobody waits for yet are kept (24), none is lost on purpose."),
    33: ("Generalized AND-Join", ONE_SIGNAL + " So there is no second one to keep for the next time."),
    34: ("Static Partial Join for Multiple Instances", ALL_ITEMS),
    35: ("Cancelling Partial Join for Multiple Instances", ALL_ITEMS + " It is cancelled or completed whole (26, 27)."),
    36: ("Dynamic Partial Join for Multiple Instances", ALL_ITEMS),
    39: ("Critical Section", "There are no locks between the steps of a run; limits hold for runs, not within one."),
    41: ("Thread Merge", ONE_SIGNAL + " Many at a time are the items of a for each (13), which end together."),
    42: ("Thread Split", ONE_SIGNAL + " Many at a time are the items of a for each (13)."),
}


def test_every_pattern_is_shown_or_refused_with_a_reason() -> None:
    shown = {int(found.group(1)) for name in globals() if (found := re.fullmatch(r"test_wcp(\d\d)_\w+", name))}
    assert not shown & UNSUPPORTED.keys()
    assert shown | UNSUPPORTED.keys() == set(range(1, 44))
    assert all(reason.endswith(".") for _, reason in UNSUPPORTED.values())


def run(plan: Plan, **answers: Any) -> Driver:
    """Everything answers at once but what is given None."""
    return Driver(plan, answers).start().run()


def order(driver: Driver) -> list[str]:
    """The steps in the order in which they ended."""
    return [event["node"] for event in driver.events(EventKind.STEP_DONE)]


def answer(driver: Driver, place: str, port: str = "out") -> Driver:
    driver.answers[place] = port
    return driver.run()


def wait(driver: Driver, *keys: str) -> None:
    """The steps in flight wait for the world outside."""
    for key in keys:
        number = driver.step(key).step
        driver.execution.step_waiting(number, NOW, wait={"kind": "message"})
        driver.flying.pop(number)


def happen(driver: Driver, key: str) -> Driver:
    driver.execution.step_done(driver.step(key).step, NOW, port="out", value=driver.value(), facts={})
    return driver.run()


def is_done(driver: Driver) -> bool:
    return driver.execution.status is RunStatus.DONE


def steps(*keys: str) -> list[Node]:
    return [step(key) for key in keys]


def each(key: str, items: Any = None, **config: Any) -> Node:
    return step(key, "each", config={"items": items or {"$expr": "trigger"}, **config})


def cancel(*keys: str) -> Node:
    return step("stop", "cancel", config={"steps": list(keys)})


# basic control flow


def test_wcp01_sequence() -> None:
    assert order(run(plan(steps("a", "b", "c"), "start > a > b > c"))) == ["a", "b", "c"]


def test_wcp02_parallel_split() -> None:
    driver = run(plan(steps("a", "b"), "start > a", "start > b"), a=None, b=None)
    assert [command.node.key for command in driver.flying.values()] == ["a", "b"]


def test_wcp03_synchronization() -> None:
    driver = run(plan(steps("a", "b", "j"), "start > a > j", "start > b > j"), b=None)
    assert order(driver) == ["a"]
    assert order(answer(driver, "b")) == ["a", "b", "j"]


@pytest.mark.parametrize(("port", "taken"), [("yes", "a"), ("no", "b")])
def test_wcp04_exclusive_choice(port: str, taken: str) -> None:
    choice = plan([step("if", "branch"), *steps("a", "b")], "start > if", "if.yes > a", "if.no > b")
    assert order(Driver(choice, {"if": port}).start().run()) == ["if", taken]


@pytest.mark.parametrize("port", ["yes", "no"])
def test_wcp05_simple_merge(port: str) -> None:
    merge = plan([step("if", "branch"), *steps("a", "b", "m")], "start > if", "if.yes > a > m", "if.no > b > m")
    assert order(Driver(merge, {"if": port}).start().run())[-1] == "m"


# branching and synchronisation


def chosen(*more: str, extra: tuple[Node, ...] = ()) -> Plan:
    """Each way is chosen by a condition of its own: none, some or all of them."""
    return plan(
        [step("if_a", "branch"), step("if_b", "branch"), *steps("a", "b", "m"), *extra],
        "start > if_a",
        "start > if_b",
        "if_a.yes > a > m",
        "if_b.yes > b > m",
        *more,
    )


@pytest.mark.parametrize(
    ("a", "b", "ran"), [("yes", "yes", "ab"), ("yes", "no", "a"), ("no", "yes", "b"), ("no", "no", "")]
)
def test_wcp06_multi_choice(a: str, b: str, ran: str) -> None:
    driver = run(chosen(), if_a=a, if_b=b)
    assert "".join(key for key in order(driver) if key in "ab") == ran


@pytest.mark.parametrize("b", ["yes", "no"])
def test_wcp07_structured_synchronizing_merge(b: str) -> None:
    """It waits for the ways that were chosen, and for no other."""
    driver = run(chosen(), if_a="yes", if_b=b, b=None)
    assert ("m" in order(driver)) is (b == "no")
    assert order(answer(driver, "b")).count("m") == 1


def joined(*, in_rounds: bool = False, **join: Any) -> Plan:
    """Three ways lead to a join, once or in rounds."""
    names = [*steps("work", "x", "y", "z"), step("j", **join), step("check", "branch"), *steps("end")]
    back = ["check.no >> work 5"] if in_rounds else []
    ways = ["work > x > j", "work > y > j", "work > z > j"]
    return plan(names, "start > work", *ways, "j > check", "check.yes > end", *back)


def test_wcp09_structured_discriminator() -> None:
    driver = run(joined(join="any"), x=None, z=None, check="yes")
    assert order(driver) == ["work", "y", "j", "check", "end"]
    assert not is_done(driver)
    answer(driver, "x")
    assert is_done(answer(driver, "z"))
    assert order(driver).count("j") == 1


def test_wcp28_blocking_discriminator() -> None:
    """No further round reaches the join before all lines of this one have come."""
    driver = Driver(joined(join="any", in_rounds=True), {"check@work~0": "no", "check": "yes", "y@work~0": None})
    driver.start().run()
    assert order(driver) == ["work", "x", "z", "j", "check"]
    answer(driver, "y@work~0")
    assert order(driver).count("j") == 2
    assert is_done(driver)


def test_wcp29_cancelling_discriminator() -> None:
    driver = run(joined(join="any", cancel_rest=True), x=None, z=None, check="yes")
    assert is_done(driver)
    assert {driver.statuses()[key] for key in "xz"} == {"cancelled"}


def test_wcp30_structured_partial_join() -> None:
    driver = run(joined(join="n", join_count=2), x=None, y=None, check="yes")
    assert order(driver) == ["work", "z"]
    answer(driver, "x")
    assert order(driver)[-1] == "end"
    assert is_done(answer(driver, "y"))
    assert order(driver).count("j") == 1


def test_wcp31_blocking_partial_join() -> None:
    driver = Driver(
        joined(join="n", join_count=2, in_rounds=True), {"check@work~0": "no", "check": "yes", "y@work~0": None}
    )
    driver.start().run()
    assert order(driver) == ["work", "x", "z", "j", "check"]
    answer(driver, "y@work~0")
    assert order(driver).count("j") == 2
    assert is_done(driver)


def test_wcp32_cancelling_partial_join() -> None:
    driver = run(joined(join="n", join_count=2, cancel_rest=True), y=None, check="yes")
    assert is_done(driver)
    assert driver.statuses()["y"] == "cancelled"


@pytest.mark.parametrize("cross", ["yes", "no"])
def test_wcp37_local_synchronizing_merge(cross: str) -> None:
    """The ways need not be nested: one goes from a way over to the other."""
    crossed = chosen("a > over", "over.yes > b", extra=(step("over", "branch"),))
    driver = run(crossed, if_a="yes", if_b="no", over=cross, b=None)
    assert ("m" in order(driver)) is (cross == "no")
    assert order(answer(driver, "b")).count("m") == 1


@pytest.mark.parametrize("leaves", ["yes", "no"])
def test_wcp38_general_synchronizing_merge(leaves: str) -> None:
    """It waits for a loop that may still lead to it, until the loop has ended with or without doing so."""
    general = plan(
        [*steps("a", "work"), step("early", "branch"), step("check", "branch"), *steps("b", "m")],
        "start > a > m",
        "start > work > early",
        "early.yes > check",
        "early.no > check",
        "early.no > b > m",
        "check.no >> work",
    )
    answers = {"early": "yes", "early@work~1": leaves, "check@work~0": "no", "check@work~1": None, "check": "yes"}
    driver = Driver(general, answers).start().run()
    assert "m" not in order(driver)
    answer(driver, "check@work~1", "yes")
    assert ("b" in order(driver)) is (leaves == "no")
    assert order(driver).count("m") == 1


# several at a time


def instances(driver: Driver) -> list[str]:
    return [command.scope for command in driver.flying.values() if command.node.key == "a"]


def listed(items: Any = None) -> Plan:
    return plan([each("list", items), step("a", parent="list"), *steps("after")], "start > list > after")


def test_wcp12_multiple_instances_without_synchronization() -> None:
    free = plan([each("list"), step("a", parent="list"), *steps("next")], "start > list", "start > next")
    driver = run(free, list=3, a=None)
    assert "next" in order(driver)
    assert len(instances(driver)) == 3
    assert is_done(answer(driver, "a"))


def test_wcp13_multiple_instances_with_a_priori_design_time_knowledge() -> None:
    driver = run(listed(["x", "y", "z"]), list=3, a=None)
    assert instances(driver) == ["list.0", "list.1", "list.2"]
    assert "after" not in order(driver)
    assert order(answer(driver, "a"))[-1] == "after"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_wcp14_multiple_instances_with_a_priori_run_time_knowledge(count: int) -> None:
    driver = run(listed({"$expr": "trigger.orders"}), list=count, a=None)
    assert len(instances(driver)) == count
    assert order(answer(driver, "a"))[-1] == "after"


def test_wcp26_cancel_multiple_instance_activity() -> None:
    some = plan([each("list"), step("a", parent="list"), *steps("go", "after"), cancel("list")],
                "start > list > after", "start > go > stop")  # fmt: skip
    driver = run(some, list=3, a=None, go=None, **{"a@list.0": "out"})
    answer(driver, "go")
    assert driver.statuses()["list"] == driver.statuses()["a@list.1"] == "cancelled"
    assert driver.statuses()["a@list.0"] == "done"
    assert driver.statuses()["after"] == "skipped"
    assert is_done(driver)


def test_wcp27_complete_multiple_instance_activity() -> None:
    """Enough: the instances at work are withdrawn, and the way goes on."""
    some = plan(
        [each("list"), step("a", parent="list"), *steps("enough"), step("after", join="any", cancel_rest=True)],
        "start > list > after",
        "start > enough > after",
    )
    driver = run(some, list=3, a=None, enough=None, **{"a@list.0": "out"})
    assert "after" not in order(driver)
    answer(driver, "enough")
    assert driver.statuses()["list"] == "cancelled"
    assert order(driver)[-1] == "after"
    assert is_done(driver)


# states


@pytest.mark.parametrize(("first", "other", "ran"), [("call", "letter", "a"), ("letter", "call", "b")])
def test_wcp16_deferred_choice(first: str, other: str, ran: str) -> None:
    """What happens first decides, and the other cannot happen any more."""
    choice = plan(
        [*steps("call", "letter"), step("which", "branch", join="any", cancel_rest=True), *steps("a", "b")],
        "start > call > which",
        "start > letter > which",
        "which.yes > a",
        "which.no > b",
    )
    driver = Driver(choice, {"call": None, "letter": None})
    # As its formula would say: `call != null`.
    driver.answers["which"] = lambda command: "yes" if driver.step("call").status == "done" else "no"
    driver.start().run()
    wait(driver, "call", "letter")
    assert driver.execution.status is RunStatus.WAITING
    happen(driver, first)
    assert driver.step(other).status == "cancelled"
    with pytest.raises(TransitionRefused):
        happen(driver, other)
    assert order(driver)[-1] == ran
    assert is_done(driver)


@pytest.mark.parametrize("in_time", [True, False])
def test_wcp18_milestone(in_time: bool) -> None:
    """A step can be done only from one point of another way up to a later one."""
    milestone = plan(
        [*steps("reached", "change", "passed"), cancel("change")], "start > reached > change", "reached > passed > stop"
    )
    driver = run(milestone, reached=None, change=None, passed=None)
    assert "change" not in driver.statuses()
    answer(driver, "reached")
    wait(driver, "change")
    if in_time:
        happen(driver, "change")
    answer(driver, "passed")
    assert driver.step("change").status == ("done" if in_time else "cancelled")
    assert is_done(driver)


@pytest.mark.parametrize("items", [["a", "b", "c"], ["c", "a", "b"]])
def test_wcp40_interleaved_routing(items: list[str]) -> None:
    """Each once, in an order that is known only at run time, and never two together."""
    one_by_one = plan(
        [
            each("turns", {"$expr": "trigger.turns"}, concurrency=1),
            step("which", "branch", parent="turns"),
            step("a", parent="turns"),
            step("other", "branch", parent="turns"),
            step("b", parent="turns"),
            step("c", parent="turns"),
        ],
        "start > turns",
        "which.yes > a",
        "which.no > other",
        "other.yes > b",
        "other.no > c",
    )

    def item(command: Any) -> str:
        return items[int(command.scope.rpartition(".")[2])]

    driver = Driver(
        one_by_one,
        {
            "turns": 3,
            "which": lambda command: "yes" if item(command) == "a" else "no",
            "other": lambda command: "yes" if item(command) == "b" else "no",
            **dict.fromkeys("abc"),
        },
    )
    driver.start().run()
    for key in items:
        assert [command.node.key for command in driver.flying.values()] == [key]
        answer(driver, key)
    assert [key for key in order(driver) if key in items] == items
    assert is_done(driver)


# cancelling and ending


def test_wcp19_cancel_task() -> None:
    driver = run(plan([*steps("a", "go", "b"), cancel("a")], "start > a > b", "start > go > stop"), a=None)
    assert driver.statuses() == {
        "start": "done",
        "a": "cancelled",
        "go": "done",
        "stop": "done",
        "b": "skipped",
    }
    assert is_done(driver)


def test_wcp20_cancel_case() -> None:
    driver = run(plan(steps("a", "b", "c"), "start > a > c", "start > b"), a=None, b=None)
    driver.execution.cancel(NOW, by="Ada", reason="")
    driver.run()
    assert driver.statuses() == {"start": "done", "a": "cancelled", "b": "cancelled"}
    assert driver.execution.status is RunStatus.CANCELLED


def test_wcp25_cancel_region() -> None:
    """Some steps at work and some yet to come, of different ways; the others go on."""
    region = plan(
        [*steps("a", "b", "c", "d", "go"), cancel("a", "d")], "start > a > c", "start > b > d", "start > go > stop"
    )
    driver = run(region, a=None, b=None)
    answer(driver, "b")
    statuses = driver.statuses()
    assert {key: statuses[key] for key in "abcd"} == {"a": "cancelled", "b": "done", "c": "skipped", "d": "skipped"}
    assert is_done(driver)


def test_wcp11_implicit_termination() -> None:
    driver = run(plan(steps("a", "b"), "start > a", "start > b"), b=None)
    assert not is_done(driver)
    assert is_done(answer(driver, "b"))


def test_wcp43_explicit_termination() -> None:
    driver = run(plan([*steps("a", "b"), step("end", "end")], "start > a > end", "start > b"), b=None)
    assert driver.statuses()["b"] == "cancelled"
    assert is_done(driver)


# repeating, and what comes from outside


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_wcp21_structured_loop(rounds: int) -> None:
    """Tested before the body (which may not run at all) and after it."""
    before = plan(
        [step("test", "branch"), *steps("body", "after")],
        "start > test",
        "test.yes > body",
        "body >> test",
        "test.no > after",
    )
    answers = {f"test@test~{number}": "yes" for number in range(rounds)}
    driver = Driver(before, {**answers, "test": "no"}).start().run()
    assert order(driver) == [*(["test", "body"] * rounds), "test", "after"]
    after = plan(
        [step("body"), step("test", "branch"), *steps("after")],
        "start > body > test",
        "test.yes >> body",
        "test.no > after",
    )
    answers = {f"test@body~{number}": "yes" for number in range(rounds)}
    driver = Driver(after, {**answers, "test": "no"}).start().run()
    assert order(driver) == [*(["body", "test"] * (rounds + 1)), "after"]


def test_wcp22_recursion() -> None:
    """A step that runs its own workflow: each call is a run of its own, and goes on when the one inside has ended."""
    itself = plan(
        [step("if", "branch"), *steps("call", "after", "last")], "start > if", "if.yes > call > after", "if.no > last"
    )

    def called(depth: int) -> list[str]:
        driver = run(itself, **{"if": "yes" if depth else "no", "call": None})
        if depth:
            wait(driver, "call")
            inner = called(depth - 1)
            assert order(driver) == ["if"]
            return [*inner, *order(happen(driver, "call"))]
        return order(driver)

    assert called(2) == ["if", "last", "if", "call", "after", "if", "call", "after"]


def test_wcp24_persistent_trigger() -> None:
    """What comes from outside moves the step on once it waits, however long the run has slept."""
    driver = run(plan(steps("a", "b"), "start > a > b"), a=None)
    wait(driver, "a")
    assert driver.execution.status is RunStatus.WAITING
    driver.later(10_000_000)
    happen(driver, "a")
    assert order(driver) == ["a", "b"]
    assert is_done(driver)
