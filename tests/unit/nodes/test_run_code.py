from __future__ import annotations

import time
from typing import Any

import pytest

from orchestrator.engine.errors import ErrorCategory, StepError, StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.run_code import RunCode
from orchestrator.nodes.settings_check import read_settings
from tests.unit.nodes.context import result_of


async def output(code: str, **inputs: Any) -> Any:
    return (await result_of(RunCode, {"code": code, "inputs": inputs})).output


async def failure(code: str, seconds: float = 5) -> StepError:
    with pytest.raises(StepFailed) as refused:
        await result_of(RunCode, {"code": code, "timeout_s": seconds})
    return refused.value.error


async def test_what_the_code_assigns_to_result_is_the_output() -> None:
    lines = [{"amount": 12.5}, {"amount": 30}]
    assert await output("result = sum(line['amount'] for line in lines)", lines=lines) == 42.5
    assert await output("result = None") is None


async def test_values_come_and_go_as_json() -> None:
    given = {"texts": ["Größe", ""], "number": -(2**63), "yes": True, "nothing": None, "inner": {"a": [1.5]}}
    assert await output("result = given", given=given) == given
    code = "import datetime\nresult = [(1, 2), datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 9, 30)]"
    assert await output(code) == [[1, 2], "2026-03-01", "2026-03-01T09:30:00"]


async def test_the_usual_modules_are_there() -> None:
    code = "import json, math, re\nresult = [json.loads('[1]'), math.floor(2.5), re.findall('[0-9]+', 'a12b3')]"
    assert await output(code) == [[1], 2, ["12", "3"]]


async def test_a_try_that_is_made_again_draws_the_same_numbers() -> None:
    code = "import random\nresult = [random.random() for _ in range(3)]"
    assert await output(code) == await output(code)


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("total = 1\nresult = total / 0", 2, "The code failed in line 2: ZeroDivisionError: division by zero."),
        ("def f():\n    return {}['sum']\n\nresult = f()", 2, "The code failed in line 2: KeyError: sum."),
        ("result = missing", 1, "NameError: name 'missing' is not defined"),
        ("raise ValueError('No such order')", 1, "ValueError: No such order"),
        ("raise TimeoutError('Nobody is there')", 1, "TimeoutError: Nobody is there"),
        ("def f(n):\n    return f(n + 1)\nresult = f(0)", 2, "RecursionError"),
    ],
)
async def test_a_failure_names_its_line(code: str, line: int, said: str) -> None:
    error = await failure(code)
    assert (error.category, error.code, error.details["line"]) == (ErrorCategory.INPUT, "code_failed", line)
    assert said in error.message
    assert not error.retryable


@pytest.mark.parametrize(
    "code",
    [
        "import os\nresult = os.system('id')",
        "import os\nresult = os.environ['DATABASE_URL']",
        "import os\nwhile True:\n    os.fork()",
        "import socket\nresult = socket.socket()",
        "import subprocess",
        "import ctypes",
        "result = open('/etc/passwd').read()",
        "import pathlib\nresult = pathlib.Path('/etc/passwd').read_text()",
        "result = __import__('os').listdir('/')",
        "result = ().__class__.__base__.__subclasses__()",
    ],
)
async def test_the_world_outside_is_not_there(code: str) -> None:
    error = await failure(code)
    assert (error.category, error.code) == (ErrorCategory.INPUT, "code_failed")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("while True:\n    pass", "code_time_limit"),
        ("def f(n):\n    return f(n - 1) + f(n - 2) if n > 1 else n\nresult = f(90)", "code_time_limit"),
        ("while True:\n    print('x' * 10_000)", "code_time_limit"),
        ("import time\nwhile True:\n    time.sleep(1)", "code_time_limit"),
        ("import asyncio\nwhile True:\n    asyncio.run(asyncio.sleep(60))", "code_time_limit"),
        ("result = 9**9**9", "code_memory_limit"),
        ("result = 'x' * 10**10", "code_memory_limit"),
        ("result = 'x' * 50_000_000", "code_memory_limit"),
        ("all = []\nwhile True:\n    all.append('x' * 1_000_000)", "code_memory_limit"),
        ("result = 'x' * 25_000_000", "too_large"),
        ("line = 'x' * 1_000_000\nresult = [line] * 100", "too_large"),
    ],
)
async def test_limits_end_the_code_with_a_word(code: str, expected: str) -> None:
    began = time.monotonic()
    error = await failure(code, seconds=1)
    assert error.code == expected
    assert not error.retryable
    assert time.monotonic() - began < 3


async def test_a_small_thing_that_stands_in_itself_many_times_is_refused_too() -> None:
    error = await failure("result = 1\nfor level in range(9):\n    result = [result] * 10", seconds=2)
    assert error.code in ("too_large", "code_time_limit", "code_memory_limit")


async def test_sleeping_takes_no_time() -> None:
    began = time.monotonic()
    assert await output("import time\ntime.sleep(3600)\nresult = 1") == 1
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("result = 'a\\x00b'", "The result of the code holds a NUL character at result."),
        ("result = {'a\\x00': 1}", "holds a NUL character at a key of result"),
        ("result = {'sums': [1.0, float('nan')]}", "holds nan, which is no number that can be passed on, at result['s"),
        ("result = -float('inf')", "holds -inf"),
        ("result = 2**64", "holds a whole number of more than 64 bits at result"),
        ("result = {1: 2}", "has a key that is no text (1) in result"),
        ("result = {'a': {1, 2}}", "holds set at result['a'], which is no text, number, list or object"),
        ("result = b'bytes'", "holds bytes at result"),
        ("class Order:\n    pass\nresult = Order()", "holds MontyClassProxy at result"),
        ("result = []\nfor _ in range(10_000):\n    result = [result]", "is nested deeper than 100 levels"),
    ],
)
async def test_a_result_that_is_no_json_is_refused(code: str, said: str) -> None:
    error = await failure(code)
    assert (error.category, error.code) == (ErrorCategory.INPUT, "code_result")
    assert said in error.message


async def test_half_a_character_becomes_a_question_mark() -> None:
    assert await output("result = '\\ud800'") == "\N{REPLACEMENT CHARACTER}"


async def test_code_without_a_result_says_so() -> None:
    error = await failure("total = 5")
    assert (error.category, error.code) == (ErrorCategory.CONFIG, "code_no_result")


# at save


def problems(code: str, inputs: object = None) -> list[tuple[str, str | None]]:
    node = Node(key="sums", type="run_code", config={"code": code, "inputs": {} if inputs is None else inputs})
    return [(problem.code, problem.field) for problem in check_config(node)]


def test_sound_code_has_no_problems_and_is_not_run() -> None:
    assert problems("while True:\n    pass", {"lines": {"$expr": "extract.lines"}}) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("total = 1\nresult = (total", "The code cannot be read in line 2: unexpected EOF while parsing."),
        ("total = 1\nresult = total total", "The code cannot be read in line 2: Simple statements must be separated"),
        ("def f():\n    yield 1", "yield"),
        ("(" * 10_000, "The code cannot be read"),
    ],
)
def test_code_that_cannot_be_read_is_a_problem(code: str, said: str) -> None:
    (problem,) = RunCode.problems({"code": code})
    assert (problem.code, problem.field) == ("code_unreadable", "config.code")
    assert said in problem.message


@pytest.mark.parametrize("name", ["result", "class", "2nd", "a b", ""])
def test_a_value_needs_the_name_of_a_variable(name: str) -> None:
    assert problems("result = 1", {name: 1}) == [("bad_variable", f"config.inputs.{name}")]


def test_the_time_limit_has_an_end() -> None:
    with pytest.raises(StepFailed) as refused:
        read_settings(RunCode(), {"code": "result = 1", "timeout_s": 61})
    assert refused.value.error.message == "Time limit must be at most 60."
