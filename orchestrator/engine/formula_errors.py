"""CEL's messages in plain words: what is wrong, where, and what to do; with a code and facts for other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestrator.engine.errors import ExpressionError
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
    "int": "whole",
    "int64": "whole",
    "uint": "unsigned",
    "uint64": "unsigned",
    "string": "text",
    "bool": "flag",
    "null_type": "empty",
    "null": "empty",
    "list": "list",
    "map": "record",
    "dyn": "any",
    "timestamp": "date",
    "google.protobuf.Timestamp": "date",
    "duration": "duration",
    "bytes": "bytes",
}
"""CEL's kinds of values by the codes that the browser translates."""
SPOKEN_KINDS = {
    "whole": "a whole number too large to calculate with",
    "unsigned": "a whole number without sign",
    "flag": "true/false",
    "empty": "an empty value",
    "record": "map",
    "any": "any value",
}
RUN_MESSAGES = {
    "bad_alloc": ("memory", "The formula needs too much memory. Split it over several steps."),
    "Iteration budget": (
        "entries",
        "The formula goes through too many entries (10,000 at most). Use a for each step.",
    ),
    "jump_condition": ("condition", "The part before ? must be true or false."),
    "_&&_": ("and", "&& needs true or false on both sides."),
    "_||_": ("or", "|| needs true or false on both sides."),
    "SELECT to non-message": ("no_fields", "A field is read of something that has no fields."),
    "regular expression": ("pattern", "The pattern of matches(...) is not a valid regular expression."),
    "Timestamp conversion": ("timestamp", "timestamp(...) needs a date like '2026-03-01T09:30:00Z'."),
    "Duration conversion": ("duration", "duration(...) needs a text like '24h' or '90s'."),
    "expected integer type": ("position", "A position in a list must be a whole number."),
    "Invalid map key": ("map_key", "The keys of a map must be texts: put quotes around them."),
}
WORDS = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!"}


def compile_error(formula: Formula, message: str) -> ExpressionError:
    if "recursion" in message:
        return ExpressionError("The formula is nested too deeply. Split it over several steps.", "too_nested")
    found = PLACE.search(message)
    if found is None:
        return ExpressionError("The formula cannot be used. Check its brackets and quotes.", "unusable")
    line, column, text = int(found[1]), int(found[2]), found[3]
    source = formula.source
    ends = line < 1 or column > len(formula.rewritten)
    at = len(source) if ends else formula.position(_offset(formula.rewritten, line, column))
    number = at + 1
    if (wrong := OVERLOAD.search(text)) is not None:
        return _misfit(wrong[1], wrong[2], number)
    if (unknown := UNDECLARED.search(text)) is not None:
        name = _function(unknown[1])
        message = f"{name} is not known, or cannot be used like this (character {number})."
        return ExpressionError(message, "function_unknown", name=name, at=number)
    if "<EOF>" in text and ends:
        return ExpressionError("The formula ends too early: something is missing at its end.", "ends_early")
    token = TOKEN.match(source, at)
    word = token.group() if token is not None else "The end"
    if word in WORDS:
        use = WORDS[word]
        return ExpressionError(f"Write {use} instead of {word} at character {number}.", "word", word=word, use=use)
    return ExpressionError(f"{word} is not expected at character {number}.", "unexpected", word=word, at=number)


def _offset(rewritten: str, line: int, column: int) -> int:
    lines = rewritten.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def result_error(message: str) -> ExpressionError:
    """For failures while a formula is computed."""
    if (wrong := RUN_OVERLOAD.search(message)) is not None:
        target, name, kinds = wrong[1], wrong[2], wrong[3]
        return _misfit(name, f"{target}, {kinds}" if target else kinds)
    if (index := INDEX.search(message)) is not None:
        text = f"The list has {index[2]} entries; there is none at position {index[1]} (counted from 0)."
        return ExpressionError(text, "no_entry", count=int(index[2]), position=int(index[1]))
    if (key := KEY.search(message)) is not None:
        name = key[1] or key[2]
        return ExpressionError(f"There is no {name}.", "no_key", name=name)
    for needle, (code, text) in RUN_MESSAGES.items():
        if needle in message:
            return ExpressionError(text, code)
    _, _, text = message.partition(": ")
    return ExpressionError((text or message).replace(PREFIX, "").removesuffix(".") + ".")


def missing_error(formula: Formula, scope: Mapping[str, Any], message: str) -> ExpressionError | None:
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


def missing_at(path: tuple[str | int, ...], at: int, value: Any) -> ExpressionError:
    """Why a path cannot be followed beyond its first `at` steps, which give `value`."""
    step = path[at]
    if at == 0:
        return ExpressionError(f"{step} has no value here.", "no_value", name=step)
    owner = _spoken(path[:at])
    if isinstance(step, int) and isinstance(value, list):
        text = f"{owner} has {len(value)} entries; there is none at position {step} (counted from 0)."
        return ExpressionError(text, "no_entry_of", owner=owner, count=len(value), position=step)
    if isinstance(value, Mapping) and isinstance(step, str):
        there = ", ".join(sorted(str(key) for key in value)[:12])
        if not there:
            return ExpressionError(f"{owner} has no {step}; it is empty.", "no_field_empty", owner=owner, name=step)
        text = f"{owner} has no {step}. It has: {there}."
        return ExpressionError(text, "no_field", owner=owner, name=step, there=there)
    if value is None:
        return ExpressionError(f"{owner} is empty, so it has no {step}.", "owner_empty", owner=owner, name=step)
    kind, spoken = _described(value)
    return ExpressionError(
        f"{owner} is {spoken}, so it has no {step}.", "owner_other", owner=owner, name=step, kinds=[kind]
    )


def _spoken(path: tuple[str | int, ...]) -> str:
    return str(path[0]) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path[1:])


def _described(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "flag", "true or false"
    if isinstance(value, int | float):
        return "number", "a number"
    return ("text", "a text") if isinstance(value, str) else ("list", "a list")


def _misfit(name: str, kinds: str, at: int | None = None) -> ExpressionError:
    """An operator or function that does not take such values; `at` counts characters from one."""
    place = "." if at is None else f" (character {at})."
    if "jump_condition" in name or name == "_?_:_":
        return ExpressionError(f"The part before ? must be true or false{place}", "condition")
    spoken = _function(name)
    codes = [KINDS.get(kind, kind) for kind in KIND.findall(INNER.sub("", kinds))]
    listed = [SPOKEN_KINDS.get(code, code) for code in codes]
    with_kinds = " and ".join(listed) if listed else "nothing"
    joins = spoken == "+" and "text" in listed and "number" in listed
    advice = ": turn the number into text with string(...)" if joins else ""
    message = f"{spoken} does not work with {with_kinds}{advice}{place}"
    return ExpressionError(message, "text_and_number" if joins else "misfit", name=spoken, kinds=codes)


def _function(name: str) -> str:
    return name.replace(PREFIX, "").strip("_@<>").replace("[_]", "[ ]")
