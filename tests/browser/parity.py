"""Which behaviour is shown by which test. `make parity` writes `parity.md` from the numbers that tests carry."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.browser.behaviours import BEHAVIOURS

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("parity.md")
MARKED = re.compile(r"//\s*ux:\s*([\d,\s]+)\n\s*(?:it|test)(?:\.\w+(?:\([\s\S]*?\))?)?\(\s*(['\"`])(.+?)\2")
SHOWN_TESTS = 3
HEAD = """# What people do, and the tests that show it

Written by `make parity` from the numbers that tests carry; ★ marks what decides for people who are not engineers.
"""


def in_python(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.ux":
                for argument in mark.args:
                    yield ast.literal_eval(argument), node.name.removeprefix("test_").replace("_", " ")


def in_typescript(path: Path) -> Iterator[tuple[int, str]]:
    for numbers, _, title in MARKED.findall(path.read_text()):
        for number in re.findall(r"\d+", numbers):
            yield int(number), title


def shown() -> dict[int, list[str]]:
    """Number -> "file: what the test is called", in the order of the files."""
    found: dict[int, list[str]] = defaultdict(list)
    sources = [(path, in_python) for path in sorted((ROOT / "tests").rglob("test_*.py"))]
    sources += [(path, in_typescript) for path in sorted((ROOT / "frontend/src").rglob("*.test.ts*"))]
    for path, read in sources:
        for number, title in read(path):
            found[number].append(f"`{path.relative_to(ROOT)}`: {title}")
    return found


def table() -> str:
    tests = shown()
    lines = [HEAD]
    for line in BEHAVIOURS.strip().splitlines():
        if line.startswith("# "):
            lines.append(f"\n## {line[2:]}\n\n| | What people do | Shown by |\n|---|---|---|")
            continue
        number, text = line.split(" ", 1)
        mine = tests.pop(int(number), [])
        told = "<br>".join(mine[:SHOWN_TESTS]) or "not shown yet"
        more = f"<br>and {len(mine) - SHOWN_TESTS} more" if len(mine) > SHOWN_TESTS else ""
        lines.append(f"| {number} | {text.replace('*', '★ ')} | {told}{more} |")
    if tests:
        raise SystemExit(f"Nothing has these numbers: {sorted(tests)}.")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


if __name__ == "__main__":
    TABLE.write_text(table())
