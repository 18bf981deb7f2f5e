"""CEL's messages in plain words: what is wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestrator.engine.formulas import TOKEN, Formula
from orchestrator.engine.functions import PREFIX

PLACE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\(?([^']*?)\)?'")
RUN_OVERLOAD = re.compile(r"No matching overloads found : (?:\(([^)]*)\)\.)?([^(]+)\(([^)]*)\)")
UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
INDEX = re.compile(r"index=(-?\d+) size=(\d+)")
KIND = re.compile(r"[\w.]+")
INNER = re.compile(r"\([^()]*\)?|<[^<>]*>?|\)")
"""What a list or map is made of: `(string, double)`."""
KEY = re.compile(r'Key not found in map : (?:"(.*)"|(.*))')

KINDS = {
    "double": "number",
    "int": "a whole number too large to calculate with",
    "int64": "a whole number too large to calculate with",
    "uint": "a whole number without sign",
    "uint64": "a whole number without sign",
    "string": "text",
    "bool": "true/false",
    "null_type": "an empty value",
    "null": "an empty value",
    "list": "list",
    "map": "map",
    "dyn": "any value",
    "timestamp": "date",
    "google.protobuf.Timestamp": "date",
    "duration": "duration",
    "bytes": "bytes",
}
RUN_MESSAGES = {
    "bad_alloc": "The formula needs too much memory. Split it over several steps.",
    "Iteration budget": "The formula goes through too many entries (10,000 at most). Use a for each step.",
    "jump_condition": "The part before ? must be true or false.",
    "_&&_": "&& needs true or false on both sides.",
    "_||_": "|| needs true or false on both sides.",
    "SELECT to non-message": "A field is read of something that has no fields.",
    "regular expression": "The pattern of matches(...) is not a valid regular expression.",
    "Timestamp conversion": "timestamp(...) needs a date like '2026-03-01T09:30:00Z'.",
    "Duration conversion": "duration(...) needs a text like '24h' or '90s'.",
    "expected integer type": "A position in a list must be a whole number.",
    "Invalid map key": "The keys of a map must be texts: put quotes around them.",
}
WORDS = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!"}


def compile_message(formula: Formula, message: str) -> str:
    if "recursion" in message:
        return "The formula is nested too deeply. Split it over several steps."
    found = PLACE.search(message)
    if found is None:
        return "The formula cannot be used. Check its brackets and quotes."
    line, column, text = int(found[1]), int(found[2]), found[3]
    source = formula.source
    ends = line < 1 or column > len(formula.rewritten)
    at = len(source) if ends else formula.position(_offset(formula.rewritten, line, column))
    place = f"at character {at + 1}"
    if (wrong := OVERLOAD.search(text)) is not None:
        return f"{_misfit(wrong[1], wrong[2])} (character {at + 1})."
    if (unknown := UNDECLARED.search(text)) is not None:
        return f"{_function(unknown[1])} is not known, or cannot be used like this ({place.removeprefix('at ')})."
    if "<EOF>" in text and ends:
        return "The formula ends too early: something is missing at its end."
    token = TOKEN.match(source, at)
    word = token.group() if token is not None else "The end"
    if word in WORDS:
        return f"Write {WORDS[word]} instead of {word} {place}."
    return f"{word} is not expected {place}."


def _offset(rewritten: str, line: int, column: int) -> int:
    lines = rewritten.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def result_message(message: str) -> str:
    """For failures while a formula is computed."""
    if (wrong := RUN_OVERLOAD.search(message)) is not None:
        target, name, kinds = wrong[1], wrong[2], wrong[3]
        return _misfit(name, f"{target}, {kinds}" if target else kinds) + "."
    if (index := INDEX.search(message)) is not None:
        return f"The list has {index[2]} entries; there is none at position {index[1]} (counted from 0)."
    if (key := KEY.search(message)) is not None:
        return f"There is no {key[1] or key[2]}."
    for needle, text in RUN_MESSAGES.items():
        if needle in message:
            return text
    _, _, text = message.partition(": ")
    return (text or message).replace(PREFIX, "").removesuffix(".") + "."


def missing_message(formula: Formula, scope: Mapping[str, Any], message: str) -> str | None:
    """If the failure is a missing field that the source names: which, and what is there instead."""
    if "Key not found" not in message and "SELECT to non-message" not in message:
        return None
    for path in formula.paths:
        value: Any = scope
        for at, step in enumerate(path):
            if not isinstance(value, Mapping) or step not in value:
                return missing_at(path, at, value)
            value = value[step]
    return None


def missing_at(path: tuple[str | int, ...], at: int, value: Any) -> str:
    """The message for a path that cannot be followed beyond its first `at` steps, which give `value`."""
    step = path[at]
    if at == 0:
        return f"{step} has no value here."
    owner = _spoken(path[:at])
    if isinstance(step, int) and isinstance(value, list):
        return f"{owner} has {len(value)} entries; there is none at position {step} (counted from 0)."
    if isinstance(value, Mapping) and isinstance(step, str):
        there = ", ".join(sorted(str(key) for key in value)[:12])
        return f"{owner} has no {step}. It has: {there}." if there else f"{owner} has no {step}; it is empty."
    if value is None:
        return f"{owner} is empty, so it has no {step}."
    return f"{owner} is {_described(value)}, so it has no {step}."


def _spoken(path: tuple[str | int, ...]) -> str:
    return str(path[0]) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path[1:])


def _described(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else "a list"


def _misfit(name: str, kinds: str) -> str:
    spoken = _function(name)
    if "jump_condition" in name or name == "_?_:_":
        return "The part before ? must be true or false"
    listed = [KINDS.get(kind, kind) for kind in KIND.findall(INNER.sub("", kinds))]
    with_kinds = " and ".join(listed) if listed else "nothing"
    advice = ""
    if spoken == "+" and "text" in listed and "number" in listed:
        advice = ": turn the number into text with string(...)"
    return f"{spoken} does not work with {with_kinds}{advice}"


def _function(name: str) -> str:
    return name.replace(PREFIX, "").strip("_@<>").replace("[_]", "[ ]")
