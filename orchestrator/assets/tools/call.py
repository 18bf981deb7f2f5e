"""Calls a tool: the one way from arguments, whoever wrote them, to the outside and back.

A refusal that whoever asked could mend is a result with `ok` false and a sentence. `StepFailed` is raised only when
going on would be wrong: nobody knows what a call has done, or the tool itself must not be used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from orchestrator.assets.tools.schemas import value_problems
from orchestrator.assets.tools.tool import HttpTool, McpTool, RemoteTool, Tool, WorkflowTool
from orchestrator.connectors.operation import ArgumentsRefused, build_request
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed
from orchestrator.nodes.base import CallDecision, PendingCall

LARGEST_VALUE = 1_000_000
"""Of what a tool may give, in characters of JSON."""
MOST_TEXT = 20_000
"""Of what a model reads of it."""
_NEVER = frozenset({ErrorCategory.CONFIG, ErrorCategory.CANCELLED, ErrorCategory.INTERNAL})


class Reply(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def body(self) -> bytes: ...


class Outside(Protocol):
    """The world of tool calls. Accounts, egress and pins are kept behind it. Workflows are waited for instead."""

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        content: bytes | None,
        timeout_s: float,
        credential: str | None,
    ) -> Reply: ...

    async def call_mcp(self, tool: McpTool, arguments: Mapping[str, Any]) -> McpAnswer: ...


@dataclass(frozen=True, kw_only=True)
class McpAnswer:
    value: Any
    """What it gave as data, or its text."""
    is_error: bool = False


@dataclass(frozen=True, kw_only=True)
class ToolResult:
    ok: bool
    value: Any = None
    code: str = ""
    """"" | arguments_invalid | refused | not_reached | too_large"""
    message: str = ""
    """What a model or a person reads when `ok` is false."""
    note: str = ""
    """Something odd about a result that is handed on nevertheless."""

    def text(self) -> str:
        """What a model reads."""
        if not self.ok:
            return self.message
        text = self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False, default=str)
        if len(text) > MOST_TEXT:
            text = f"{text[:MOST_TEXT]}\n[{len(text) - MOST_TEXT} more characters were cut off]"
        return f"{text}\n[{self.note}]" if self.note else text


async def call_tool(tool: RemoteTool, arguments: Mapping[str, Any], outside: Outside, *, key: str = "") -> ToolResult:
    """`key` is the same for every repeat of this very call. Raises `StepFailed`; see the module."""
    if wrong := value_problems(tool.input_schema, dict(arguments)):
        return _refused("arguments_invalid", f"The arguments do not fit. {' '.join(f'{one}.' for one in wrong)}")
    try:
        given = await _call(tool, arguments, outside, key)
    except ArgumentsRefused as error:
        return _refused("arguments_invalid", str(error))
    except StepFailed as error:
        return _after(tool, error)
    return _checked(tool, given) if given.ok else given


async def start_call(
    tool: Tool,
    arguments: Mapping[str, Any],
    outside: Outside,
    *,
    holds: Callable[[str], bool],
    key: str,
    decision: CallDecision | None = None,
) -> ToolResult | PendingCall:
    """One call of a step by itself: made, or waiting for a person or for its workflow.

    `holds`: whether the run holds a right. Raises `StepFailed`: auth (tool_right_missing), input (arguments_invalid),
    rejected (tool_refused, approval_void), and what the outside raises.
    """
    if lacking := next((right for right in tool.rights if not holds(right)), None):
        message = f"{tool.name} may only be called by who holds the right {lacking}."
        hint = "Ask somebody who holds it to run this, or choose another tool."
        raise NotSent(ErrorCategory.AUTH, "tool_right_missing", message, hint=hint)
    digest = digest_of(tool, arguments)
    if wrong := value_problems(tool.input_schema, dict(arguments)):
        raise _failed(tool, _refused("arguments_invalid", f"The arguments do not fit. {wrong[0]}."))
    if decision is not None and not (decision.approved and decision.sha256 == digest):
        raise NotSent(
            ErrorCategory.REJECTED,
            "approval_void",
            f"The decision was not about this call of {tool.name}.",
            hint="Run the step again, and decide on what it asks then.",
        )
    waiting = PendingCall(id=key, kind="approval", tool=tool.name, arguments=dict(arguments), sha256=digest)
    if decision is None and tool.needs_approval:
        return waiting
    if isinstance(tool, WorkflowTool):
        return replace(waiting, kind="workflow", workflow=tool.workflow)
    try:
        result = await _call(tool, arguments, outside, key)
    except ArgumentsRefused as error:
        raise _failed(tool, _refused("arguments_invalid", str(error))) from error
    except StepFailed as error:
        if tool.changes:
            raise
        raise untouched(error) from error
    result = _checked(tool, result) if result.ok else result
    if not result.ok:
        raise _failed(tool, result)
    return result


def untouched(error: StepFailed) -> NotSent:
    """The same error, where nothing outside can have been changed: it may be tried again."""
    failed = error.error
    return NotSent(
        failed.category,
        failed.code,
        failed.message,
        hint=failed.hint,
        retryable=failed.retryable,
        retry_after_s=failed.retry_after_s,
        **failed.details,
    )


def digest_of(tool: Tool, arguments: Mapping[str, Any]) -> str:
    """SHA-256 of the tool's name and the exact arguments: what a person approves is what is called."""
    text = json.dumps([tool.name, arguments], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


async def _call(tool: RemoteTool, arguments: Mapping[str, Any], outside: Outside, key: str) -> ToolResult:
    if isinstance(tool, McpTool):
        answer = await outside.call_mcp(tool, arguments)
        return _refused("refused", _text(answer.value)) if answer.is_error else ToolResult(ok=True, value=answer.value)
    request = build_request(tool.operation, arguments, key=key)
    reply = await outside.send(
        request.method,
        request.url,
        headers=request.headers,
        content=request.content,
        timeout_s=tool.seconds,
        credential=tool.credential,
    )
    return _read(tool, reply)


def _read(tool: HttpTool, reply: Reply) -> ToolResult:
    if reply.status >= 500 or reply.status == 408:
        category = ErrorCategory.TIMEOUT if reply.status in (408, 504) else ErrorCategory.UNAVAILABLE
        raise StepFailed(category, f"status_{reply.status}", f"{tool.name} has a problem (status {reply.status}).")
    text = reply.body.decode("utf-8", errors="replace").replace("\0", "")
    if reply.status >= 300:
        return _refused("refused", f"{tool.name} refused it (status {reply.status}). {text[:1_000]}".strip())
    if "json" in reply.headers.get("content-type", ""):
        try:
            return ToolResult(ok=True, value=json.loads(text))
        except (ValueError, RecursionError):
            return ToolResult(ok=True, value=text, note="This calls itself JSON, but is not.")
    return ToolResult(ok=True, value=text or None)


def _after(tool: Tool, error: StepFailed) -> ToolResult:
    """What an error means for whoever asked."""
    failed = error.error
    if failed.category in _NEVER:
        raise error
    if tool.changes and not (error.not_sent or isinstance(error, Rejected)):
        raise StepFailed(
            failed.category,
            "tool_outcome_unknown",
            f"Nobody knows whether {tool.name} did what it was asked to do: {failed.message}",
            hint="Look in the other system whether it was done before you try again.",
            retryable=False,
            tool=tool.name,
        ) from error
    return _refused("refused" if isinstance(error, Rejected) else "not_reached", failed.message)


def _checked(tool: Tool, given: ToolResult) -> ToolResult:
    try:
        size = len(json.dumps(given.value, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return _refused("refused", f"{tool.name} gave something that cannot be passed on.")
    if size > LARGEST_VALUE:
        message = f"{tool.name} gave more than {LARGEST_VALUE // 1_000_000} MB. Ask it for less."
        return _refused("too_large", message)
    wrong = value_problems(tool.output_schema, given.value) if tool.output_schema else []
    if not wrong:
        return given
    return ToolResult(ok=True, value=given.value, note=f"This does not fit the description of the tool: {wrong[0]}.")


def _failed(tool: Tool, result: ToolResult) -> StepFailed:
    """What a refusal means for a step."""
    if result.code == "arguments_invalid":
        hint = "Compare what the step gives with what the tool asks for."
        return NotSent(ErrorCategory.INPUT, result.code, f"{tool.name}: {result.message}", hint=hint)
    hint = "Look at what the other system says."
    return Rejected(ErrorCategory.REJECTED, "tool_refused", f"{tool.name}: {result.message}"[:2_000], hint=hint)


def _refused(code: str, message: str) -> ToolResult:
    return ToolResult(ok=False, code=code, message=message)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:1_000] or "The tool refused it and did not say why."
