"""Reads the source of a formula: its tokens, the names it uses, and the form in which it is given to CEL.

CEL keeps whole numbers and doubles apart (`2 * 1.5` is an error), which nobody who maps fields should have to know.
So every number is a double: whole-number literals are rewritten (`2` to `2.0`), and the functions that give or take
whole numbers are replaced by ours of the same name (`functions.py`). Names are numbered, so that all formulas with as
many names share one CEL environment, which is dear to make.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.formula_limits import MACROS, Limits, limits_of
from orchestrator.engine.functions import OWN_FUNCTIONS, PREFIX
from orchestrator.engine.graph import WORDS_OF_FORMULAS

MAX_SOURCE = 4_000
MAX_NESTING = 24
EXACT = 2**53
"""Whole numbers up to here are exact as doubles."""

TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<string>[bB]?[rR](?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"[^"\r\n]*"|'[^'\r\n]*')
      | [bB]?(?:\"\"\"(?:\\[\s\S]|[^\\])*?\"\"\"|'''(?:\\[\s\S]|[^\\])*?''')
      | [bB]?(?:"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'))
  | (?P<float>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<whole>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU]?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
REFUSED_FUNCTIONS = {
    "reverse": "Ask for the list in the other order where it comes from.",
    "format": "Write a text with {{ }} holes instead.",
    "quote": "Leave it out: values are written as they are.",
}
LITERAL_WORDS = frozenset({"true", "false", "null", "in"})
"""Field names that CEL reads only in backticks."""
CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula that could be read. Whether CEL accepts it is known after `expressions.compile_formula`."""

    source: str
    names: frozenset[str]
    """Names it takes from outside: steps, `trigger`, `item` ... without its own loop variables."""
    variables: tuple[tuple[str, str], ...]
    """Each name and what it is called in `rewritten`."""
    paths: tuple[tuple[str, ...], ...]
    """What it reads of these names, as far as the source shows it: `("parse", "text")`."""
    bare: tuple[str | int, ...] | None
    """The path, when the formula is nothing but one."""
    rewritten: str
    offsets: tuple[tuple[int, int], ...]
    """(position in `rewritten`, position in `source`) of each token."""
    limits: Limits

    def position(self, rewritten: int) -> int:
        """The position in `source` of a position in `rewritten`."""
        at = bisect_right(self.offsets, (rewritten, len(self.source))) - 1
        return self.offsets[at][1] if at >= 0 else 0


@lru_cache(maxsize=4_096)
def read_formula(source: str) -> Formula:
    """Raises ExpressionError for what is too long, too nested, or has a character CEL does not know."""
    if len(source) > MAX_SOURCE:
        message = f"The formula is longer than {MAX_SOURCE:,} characters. Split it over several steps."
        raise ExpressionError(message, "too_long", most=MAX_SOURCE)
    tokens = list(_tokens(source, 0))
    if not tokens:
        raise ExpressionError("The formula is empty.", "empty")
    _check_nesting(tokens)
    _check_calls(tokens)
    free = _free_names(tokens)
    variables = {name: variable(number) for number, name in enumerate(sorted({tokens[at].text for at in free}))}
    rewritten, offsets = _rewrite(tokens, {at: variables[tokens[at].text] for at in free})
    return Formula(
        source=source,
        names=frozenset(variables),
        variables=tuple(variables.items()),
        paths=tuple(_path(tokens, at) for at in free),
        bare=_bare(tokens),
        rewritten=rewritten,
        offsets=offsets,
        limits=limits_of(tokens, _has_literal_list(tokens)),
    )


def variable(number: int) -> str:
    return f"{PREFIX}{number}"


def hole_end(text: str, start: int) -> int:
    """Where the `}}` of a hole stands whose formula begins at `start`. Raises ExpressionError if there is none."""
    depth = 0
    at = start
    while at < len(text):
        if depth == 0 and text.startswith("}}", at):
            return at
        match = TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at, start)
        if match.group() in CLOSING:
            depth += 1
        elif match.group() in ")]}":
            depth -= 1
        at = match.end()
    raise ExpressionError("A {{ has no }} that closes it.", "hole_open")


def _tokens(source: str, start: int) -> Iterator[Token]:
    at = start
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise _unreadable(source, at, 0)
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match.group(), at)
        at = match.end()


def _unreadable(source: str, at: int, origin: int) -> ExpressionError:
    character = source[at]
    number = at - origin + 1
    place = f"at character {number}"
    if character in "\"'":
        return ExpressionError(f"The text that begins {place} has no closing quote.", "text_open", at=number)
    if character == "=":
        return ExpressionError(f"= {place} cannot be used. Compare with ==.", "single_equals", at=number)
    if character in "&|":
        message = f"{character} {place} cannot be used. Write && for and, || for or."
        return ExpressionError(message, "single_sign", at=number, sign=character)
    shown = character if character.isprintable() else "An invisible character"
    return ExpressionError(f"{shown} {place} cannot be used in a formula.", "sign_unknown", at=number, sign=shown)


def _check_nesting(tokens: list[Token]) -> None:
    open_signs: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in CLOSING:
            open_signs.append(token)
            if len(open_signs) > MAX_NESTING:
                message = f"The formula is nested deeper than {MAX_NESTING} brackets. Split it."
                raise ExpressionError(message, "too_nested", most=MAX_NESTING)
        elif token.text in ")]}":
            if not open_signs or CLOSING[open_signs[-1].text] != token.text:
                message = f"{token.text} at character {token.start + 1} closes nothing."
                raise ExpressionError(message, "closes_nothing", sign=token.text, at=token.start + 1)
            open_signs.pop()
    if open_signs:
        last = open_signs[-1]
        by = CLOSING[last.text]
        message = f"{last.text} at character {last.start + 1} is not closed by {by}."
        raise ExpressionError(message, "not_closed", sign=last.text, at=last.start + 1, by=by)


def _check_calls(tokens: list[Token]) -> None:
    for token, after in pairwise(tokens):
        if token.kind != "name":
            continue
        if after.text == "(" and token.text in REFUSED_FUNCTIONS:
            hint = REFUSED_FUNCTIONS[token.text]
            message = f"The function {token.text} at character {token.start + 1} is not available. {hint}"
            raise ExpressionError(message, f"function_{token.text}", at=token.start + 1)
        if after.text == "{" and token.text != "in":
            message = f"{{ at character {after.start + 1} is not expected after {token.text}."
            raise ExpressionError(message, "unexpected", word="{", at=after.start + 1)
    for token in tokens:
        if token.text.startswith(PREFIX):
            message = f"{token.text} at character {token.start + 1} cannot be used as a name."
            raise ExpressionError(message, "name_taken", name=token.text, at=token.start + 1)
        if token.text == "%":
            message = f"% at character {token.start + 1} cannot be used. Write mod(a, b) for the rest."
            raise ExpressionError(message, "percent", at=token.start + 1)


def _free_names(tokens: list[Token]) -> list[int]:
    """Where names stand that are taken from outside; variables of map, filter ... are bound inside their brackets."""
    free: list[int] = []
    bound: list[str | None] = []
    variables: dict[int, str] = {}
    for at, token in enumerate(tokens):
        if token.text in CLOSING and token.kind == "sign":
            bound.append(variables.get(at))
        elif token.text in CLOSING.values() and token.kind == "sign":
            bound.pop()
        elif token.kind == "name" and (loop_variable := _variable(tokens, at)):
            variables[at + 1] = loop_variable
        elif _is_free(tokens, at) and token.text not in bound:
            free.append(at)
    return free


def _text_at(tokens: list[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) and tokens[at].kind == "sign" else ""


def _variable(tokens: list[Token], at: int) -> str | None:
    """The loop variable if a macro call begins here."""
    if tokens[at].text not in MACROS or _text_at(tokens, at - 1) != "." or _text_at(tokens, at + 1) != "(":
        return None
    if _text_at(tokens, at + 3) == "," and tokens[at + 2].kind == "name":
        return tokens[at + 2].text
    return None


def _is_free(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind != "name" or _text_at(tokens, at - 1) == "." or _text_at(tokens, at + 1) == "(":
        return False
    return token.text not in WORDS_OF_FORMULAS


def _path(tokens: list[Token], at: int) -> tuple[str, ...]:
    path = [tokens[at].text]
    while _text_at(tokens, at + 1) == "." and at + 2 < len(tokens):
        field = tokens[at + 2]
        if field.kind not in ("name", "quoted") or _text_at(tokens, at + 3) == "(":
            break
        path.append(field.text.strip("`"))
        at += 2
    return tuple(path)


def _bare(tokens: list[Token]) -> tuple[str | int, ...] | None:
    if not _is_free(tokens, 0):
        return None
    path: list[str | int] = [*_path(tokens, 0)]
    at = 2 * len(path) - 1
    while at < len(tokens):
        if _text_at(tokens, at) == "[" and _text_at(tokens, at + 2) == "]":
            step = _literal_index(tokens[at + 1])
            if step is None:
                return None
            path.append(step)
            at += 3
        elif _text_at(tokens, at) == "." and at + 1 < len(tokens) and tokens[at + 1].kind in ("name", "quoted"):
            path.append(tokens[at + 1].text.strip("`"))
            at += 2
        else:
            return None
    return tuple(path)


def _literal_index(token: Token) -> str | int | None:
    if token.kind == "whole" and token.text.isdigit():
        return int(token.text)
    if token.kind == "string" and token.text[0] in "\"'" and "\\" not in token.text and len(token.text) > 2:
        triple = token.text[:3] in ('"""', "'''")
        return None if triple else token.text[1:-1]
    return None


def _rewrite(tokens: list[Token], variables: dict[int, str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    parts: list[str] = []
    offsets: list[tuple[int, int]] = []
    length = 0
    for at, token in enumerate(tokens):
        text = variables.get(at, token.text)
        if token.kind == "whole" and not _is_index(tokens, at):
            number = int(text.rstrip("uU"), 0) if text[:2] in ("0x", "0X") else int(text.rstrip("uU"))
            text = f"{number}.0" if number <= EXACT else str(number)
        elif token.kind == "name" and text in OWN_FUNCTIONS and _text_at(tokens, at + 1) == "(":
            text = PREFIX + text
        elif token.text in LITERAL_WORDS and _text_at(tokens, at - 1) == ".":
            text = f"`{text}`"
        offsets.append((length, token.start))
        parts.append(text)
        length += len(text) + 1
    return " ".join(parts), tuple(offsets)


def _is_index(tokens: list[Token], at: int) -> bool:
    return _text_at(tokens, at - 1) == "[" and _text_at(tokens, at + 1) == "]" and _is_value(tokens, at - 2)


def _is_value(tokens: list[Token], at: int) -> bool:
    """Something ends here that an index can follow."""
    return at >= 0 and (tokens[at].kind in ("name", "quoted", "string") or tokens[at].text in (")", "]", "}"))


def _has_literal_list(tokens: list[Token]) -> bool:
    return any(
        token.kind == "sign" and (token.text == "{" or (token.text == "[" and not _is_value(tokens, at - 1)))
        for at, token in enumerate(tokens)
    )
