"""Formulas (CEL) and texts with formula holes, compiled once and resolved against the values of a run.

A setting is a literal, `{"$expr": "parse.text"}` or `{"$text": "Dear {{ extract.name }}"}`, nested anywhere in lists
and objects. Nothing else is evaluated, and nothing twice: a value that looks like a formula stays text.

What CEL leaves open is closed here: whole numbers and doubles (`formulas.py`), failures that come back as values,
the size of what goes in and comes out, and characters that cannot be stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_math, ext_strings

from orchestrator.engine.cel_values import to_cel, to_json
from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.formula_errors import compile_error, missing_at, missing_error, result_error
from orchestrator.engine.formulas import Formula, hole_end, read_formula, variable
from orchestrator.engine.functions import MAX_TEXT, METER, declarations, plain_number
from orchestrator.engine.reading import storable

Scope = Mapping[str, Any]
Resolve = Callable[[Scope], Any]


@dataclass(frozen=True, kw_only=True)
class Template:
    """A compiled setting. `resolve` gives plain JSON values; it never changes the scope."""

    names: frozenset[str]
    """What it needs in the scope."""
    formulas: tuple[tuple[str, Formula], ...]
    """Each formula with its dot path inside the setting (`""` when the setting is the formula)."""
    _resolve: Resolve

    def resolve(self, scope: Scope) -> Any:
        """Raises ExpressionError; its `path` says in which part of the setting."""
        return self._resolve(scope)


def compile_template(value: Any) -> Template:
    """Raises ExpressionError at the first formula that cannot be used."""
    formulas: list[tuple[str, Formula]] = []
    resolve = _compile(value, formulas, ())
    names = frozenset[str]().union(*(formula.names for _, formula in formulas))
    return Template(names=names, formulas=tuple(formulas), _resolve=resolve)


def failing_template(why: str) -> Template:
    """For settings that cannot be compiled: resolving them raises ExpressionError with the reason."""

    def resolve(scope: Scope) -> Any:
        raise ExpressionError(why)

    return Template(names=frozenset(), formulas=(), _resolve=resolve)


def _compile(value: Any, formulas: list[tuple[str, Formula]], path: tuple[str, ...]) -> Resolve:
    if isinstance(value, list):
        entries = [_compile_at(str(number), each, formulas, path) for number, each in enumerate(value)]
        return lambda scope: [_resolve_at(str(number), each, scope) for number, each in enumerate(entries)]
    if not isinstance(value, dict):
        return lambda scope: value
    marks = [key for key in value if isinstance(key, str) and key.startswith("$")]
    if not marks:
        members = {key: _compile_at(key, each, formulas, path) for key, each in value.items()}
        return lambda scope: {key: _resolve_at(key, each, scope) for key, each in members.items()}
    if len(value) != 1 or marks[0] not in ("$expr", "$text"):
        raise ExpressionError(f'"{marks[0]}" cannot be used as a name here: only "$expr" or "$text" alone can.')
    source = value[marks[0]]
    if not isinstance(source, str):
        raise ExpressionError(f'"{marks[0]}" must hold a text.')
    place = ".".join(path)
    if marks[0] == "$expr":
        formula = compile_formula(source)
        formulas.append((place, formula.formula))
        return formula.evaluate
    return _compile_text(source, formulas, place)


def _compile_at(key: str, value: Any, formulas: list[tuple[str, Formula]], path: tuple[str, ...]) -> Resolve:
    try:
        return _compile(value, formulas, (*path, key))
    except ExpressionError as error:
        error.path.insert(0, key)
        raise


def _resolve_at(key: str, resolve: Resolve, scope: Scope) -> Any:
    try:
        return resolve(scope)
    except ExpressionError as error:
        error.path.insert(0, key)
        raise


# texts with holes


def _compile_text(source: str, formulas: list[tuple[str, Formula]], place: str) -> Resolve:
    parts: list[str | CompiledFormula] = []
    for part in _parts(source):
        if isinstance(part, CompiledFormula):
            formulas.append((place, part.formula))
        parts.append(part)
    return lambda scope: _fill(parts, scope)


def _parts(source: str) -> Iterator[str | CompiledFormula]:
    at = 0
    while (start := source.find("{{", at)) >= 0:
        yield source[at:start]
        end = hole_end(source, start + 2)
        yield compile_formula(source[start + 2 : end].strip())
        at = end + 2
    yield source[at:]


def _fill(parts: list[str | CompiledFormula], scope: Scope) -> str:
    texts = [part if isinstance(part, str) else shown(part.evaluate(scope)) for part in parts]
    if sum(map(len, texts)) > MAX_TEXT:
        raise ExpressionError(f"The text would have more than {MAX_TEXT:,} characters. Put in less.")
    return "".join(texts)


def shown(value: Any) -> str:
    """A value as it stands in a text: never Python's own notation."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain_number(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


# formulas


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledFormula:
    formula: Formula
    expression: Any
    """CEL's compiled form; None when a path is all there is."""

    def evaluate(self, scope: Scope) -> Any:
        """Plain JSON. Raises ExpressionError."""
        if self.formula.bare is not None:
            return _follow(self.formula.bare, scope)
        data = to_cel(self.formula, scope)
        METER.begin(self.formula.limits.pieces)
        try:
            result = self.expression.eval(data=data)
        except (RuntimeError, MemoryError) as error:
            raise result_error(str(error)) from error
        if result.type() == cel.Type.ERROR:
            message = str(result.value())
            raise missing_error(self.formula, scope, message) or result_error(message)
        return to_json(result)


@lru_cache(maxsize=4_096)
def compile_formula(source: str) -> CompiledFormula:
    """Raises ExpressionError with the position and, where it can be told, the remedy."""
    formula = read_formula(source)
    if formula.bare is not None:
        return CompiledFormula(formula=formula, expression=None)
    try:
        expression = _environment(len(formula.names)).compile(formula.rewritten)
    except RuntimeError as error:
        raise compile_error(formula, str(error)) from error
    return CompiledFormula(formula=formula, expression=expression)


@lru_cache(maxsize=64)
def _environment(names: int) -> Any:
    """Only so many names are declared: CEL refuses every other one."""
    return cel.NewEnv(
        variables={variable(number): cel.Type.DYN for number in range(names)},
        extensions=[ext_strings.ExtStrings(), ext_math.ExtMath()],
        functions=declarations(),
    )


def _follow(path: tuple[str | int, ...], scope: Scope) -> Any:
    """The value at a path, handed on as it is: large texts too."""
    value: Any = scope
    for at, step in enumerate(path):
        inside = isinstance(value, list) if isinstance(step, int) else isinstance(value, Mapping)
        if not inside or (step >= len(value) if isinstance(step, int) else step not in value):
            raise missing_at(path, at, value)
        value = value[step]
    if isinstance(value, str) and not storable(value):
        raise ExpressionError("The value contains a character that cannot be stored.")
    return value
