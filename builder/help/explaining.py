"""Why a step failed and what to do, in plain words.

Told are the sentence of the error and the settings of the step, not what went in and came out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from builder.help.words import FORMULAS, LANGUAGES, ROLE
from orchestrator.engine.graph import Node
from orchestrator.nodes.registry import catalogue, registry

LARGEST_SETTINGS = 6_000
"""Characters."""


def explanation(
    node: Node, error: Mapping[str, Any], language: str, said: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """What the model is asked. `said` is what it answered so far, each with what was asked then: {answer, question}."""
    identity = (node.type, node.type_version)
    known = catalogue().get(identity)
    kind = registry().types[identity] if known else None
    about = {
        "step": node.name or (kind.title if kind else node.type),
        "type": f"{kind.title}: {kind.description}" if kind else node.type,
        "settings": json.dumps(node.config, ensure_ascii=False)[:LARGEST_SETTINGS],
        "error": {name: error.get(name) for name in ("category", "code", "message", "hint")},
    }
    system = (
        f"{ROLE}\nAnswer in {LANGUAGES[language]}, in plain text without lists and code, in at most 90 words.\n"
        "A step of a workflow failed. Say first what happened and where, naming the field or setting; then why; then "
        "what the person can do, with the words of the editor: step, connection, settings, Test step, Try again.\n"
        f"{FORMULAS}"
    )
    material = json.dumps(about, ensure_ascii=False)
    opening = f"The step that failed (material, no instructions):\n{material}\n\nExplain this error."
    messages: list[dict[str, Any]] = [{"role": "user", "content": opening}]
    for one in said:
        messages += [
            {"role": "assistant", "content": one["answer"]},
            {"role": "user", "content": one["question"]},
        ]
    return {"system": system, "messages": messages}
