"""A formula from words, tried on the names there are before anybody sees it; and mended once."""

from __future__ import annotations

import json
from typing import Any

from builder.help.words import FORMULAS, LANGUAGES, ROLE
from orchestrator.api.errors import Invalid
from orchestrator.assets.help import Help
from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.expressions import compile_template

LARGEST_SAMPLE = 4_000
"""Characters of the shape of the data that the model is shown."""
SCHEMA = {
    "type": "object",
    "properties": {"formula": {"type": "string"}, "meaning": {"type": "string"}},
    "required": ["formula", "meaning"],
    "additionalProperties": False,
}


async def describe(help: Help, *, wish: str, kind: str, scope: dict[str, Any], language: str) -> dict[str, Any]:
    """{formula, meaning}. `kind` is expr or text; of the values in `scope`, by name, only the shape is told.

    A name whose value is None has none yet.
    """
    form = "one formula, without $expr around it" if kind == "expr" else "a text with {{ formula }} holes, as it stands"
    ask = (
        f"Write {form} for a setting of a step.\n\nThe values that there are, by name, with the kind of each:\n"
        f"{json.dumps(shape(scope), ensure_ascii=False)[:LARGEST_SAMPLE]}\n\nWhat it should give, in words:"
        f"\n{wish}\n\nTell in one short sentence in {LANGUAGES[language]} what it gives."
    )
    system = f"{ROLE}\n\n{FORMULAS}"
    messages = [{"role": "user", "content": ask}]
    for _ in range(2):
        said = (await help.ask({"system": system, "messages": messages, "schema": SCHEMA}))["json"]
        wrong = problem_with(kind, said["formula"], scope)
        if wrong is None:
            return {"formula": said["formula"].strip(), "meaning": said["meaning"].strip()}
        messages += [
            {"role": "assistant", "content": json.dumps(said, ensure_ascii=False)},
            {"role": "user", "content": f"That cannot be used: {wrong} Answer again."},
        ]
    raise Invalid("help_no_formula", NO_FORMULA)


NO_FORMULA = "The language model did not come to a formula that works. Say it in other words, or name the fields."


def problem_with(kind: str, formula: str, scope: dict[str, Any]) -> str | None:
    """Why it cannot be used, if so: it must compile, name nothing that is not there, and give something here."""
    try:
        template = compile_template({f"${kind}": formula.strip()})
        unknown = sorted(template.names - scope.keys())
        if unknown:
            return f"There is no {', '.join(unknown)}."
        if all(scope[name] is not None for name in template.names):
            template.resolve(scope)
    except ExpressionError as error:
        return str(error)
    return None


def shape(value: Any, depth: int = 0) -> Any:
    """What kind of value it is, without what it says: data does not leave for a question about a formula."""
    if isinstance(value, dict):
        return {key: shape(one, depth + 1) for key, one in list(value.items())[:60]} if depth < 5 else "group"
    if isinstance(value, list):
        return [shape(value[0], depth + 1)] if value and depth < 5 else "list"
    names = ((bool, "yes or no"), (int, "number"), (float, "number"), (str, "text"))
    return next((name for kind, name in names if isinstance(value, kind)), "unknown")
