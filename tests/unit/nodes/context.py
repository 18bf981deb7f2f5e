"""An in-memory world for steps: what they ask is kept, what they get is what the test put there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.base import (
    AgentTurn,
    Answer,
    CallDecision,
    CallEnded,
    FileRef,
    HttpReply,
    NodeType,
    OnText,
    PendingCall,
    PersonNeeded,
    Result,
    ToolAnswer,
    Waiting,
    WorkflowCalled,
)
from orchestrator.nodes.learning import AskedReplacement, BuiltDataSet, LookedAt, TrainedVersion
from orchestrator.nodes.measuring import Measured

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class MemoryHttp:
    replies: list[HttpReply] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
        credential: str | None = None,
    ) -> HttpReply:
        self.sent.append(
            {"method": method, "url": url, "headers": headers, "content": content, "credential": credential}
        )
        return self.replies.pop(0)


@dataclass
class MemoryAssets:
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    async def call(self, name: str, task: str, payload: dict[str, Any], *, on_text: OnText | None = None) -> Answer:
        self.asked.append((name, task, payload))
        if on_text is not None:
            for word in str(self.answers[name].get("text", "")).split():
                await on_text(word)
        value = self.answers[name]
        return Answer(
            value=value,
            asset=name,
            version=3,
            version_id="v3",
            milliseconds=12.34,
            confidence=value.get("confidence"),
            sample=True,
        )


@dataclass
class MemoryFiles:
    stored: dict[str, bytes] = field(default_factory=dict)

    async def read(self, file_id: str) -> bytes:
        return self.stored[file_id]

    async def save(self, name: str, media_type: str, data: bytes) -> FileRef:
        return self.keep(name, data, media_type)

    def keep(self, name: str, data: bytes, media_type: str = "application/octet-stream") -> FileRef:
        file = file_ref(name, data, media_type)
        self.stored[file.file_id] = data
        return file


@dataclass
class MemoryMail:
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send(
        self,
        *,
        to: list[str],
        subject: str,
        body: str,
        reply_to: str | None,
        attachments: list[FileRef],
        outbox_only: bool = False,
    ) -> dict[str, Any]:
        sent = {"to": to, "subject": subject, "body": body, "reply_to": reply_to, "attachments": attachments}
        self.sent.append({**sent, **({"outbox_only": True} if outbox_only else {})})
        return {"message_id": f"<{len(self.sent)}@example.com>", "delivery": "outbox"}


@dataclass
class MemoryMessages:
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, *, name: str, correlation: str, body: Any, keep: timedelta) -> dict[str, Any]:
        self.sent.append({"name": name, "correlation": correlation, "body": body, "keep": keep})
        return {"message": f"m-{len(self.sent)}", "outcome": "kept"}


@dataclass
class MemoryTools:
    """Gives what stands in `given`; what was asked for is kept."""

    given: list[ToolAnswer | PendingCall | StepFailed] = field(default_factory=list)
    called: list[tuple[str, dict[str, Any], CallDecision | None]] = field(default_factory=list)

    async def call(
        self, name: str, arguments: dict[str, Any], *, decision: CallDecision | None = None
    ) -> ToolAnswer | PendingCall:
        self.called.append((name, arguments, decision))
        given = self.given.pop(0)
        if isinstance(given, StepFailed):
            raise given
        return given


@dataclass
class MemoryAgents:
    """Gives the turns one after the other; what was asked for is kept."""

    turns: list[AgentTurn] = field(default_factory=list)
    asked: list[tuple[str, str, list[Mapping[str, str]]]] = field(default_factory=list)
    resumed: list[tuple[str, Mapping[str, Any], dict[str, CallDecision | CallEnded]]] = field(default_factory=list)

    async def run(self, name: str, question: str, *, memory: Sequence[Mapping[str, str]] = ()) -> AgentTurn:
        self.asked.append((name, question, list(memory)))
        return self.turns.pop(0)

    async def resume(
        self, name: str, state: Mapping[str, Any], answers: Mapping[str, CallDecision | CallEnded]
    ) -> AgentTurn:
        self.resumed.append((name, state, dict(answers)))
        return self.turns.pop(0)


@dataclass
class MemoryMeasures:
    """Gives what stands in `measured`; what was asked for is kept."""

    measured: Measured | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def measure(self, name: str, **how: Any) -> Measured:
        self.asked.append((name, how))
        assert self.measured is not None
        return self.measured


@dataclass
class MemoryModels:
    """Gives what stands in `trained`; what was asked for is kept."""

    trained: TrainedVersion | None = None
    looked_at: LookedAt | None = None
    built: BuiltDataSet | None = None
    replacing: AskedReplacement | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def train(self, name: str, **how: Any) -> TrainedVersion:
        self.asked.append((name, how))
        assert self.trained is not None
        return self.trained

    async def look_at(self, name: str) -> LookedAt:
        self.asked.append((name, {}))
        assert self.looked_at is not None
        return self.looked_at

    async def build_data_set(self, name: str, **how: Any) -> BuiltDataSet:
        self.asked.append((name, how))
        assert self.built is not None
        return self.built

    async def ask_replacement(self, name: str, **how: Any) -> AskedReplacement:
        self.asked.append((name, how))
        assert self.replacing is not None
        return self.replacing


@dataclass
class MemoryContext:
    run_id: str = "run-1"
    step_key: str = "step"
    attempt: int = 1
    idempotency_key: str = "key-1"
    http: MemoryHttp = field(default_factory=MemoryHttp)
    assets: MemoryAssets = field(default_factory=MemoryAssets)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    mail: MemoryMail = field(default_factory=MemoryMail)
    messages: MemoryMessages = field(default_factory=MemoryMessages)
    tools: MemoryTools = field(default_factory=MemoryTools)
    agents: MemoryAgents = field(default_factory=MemoryAgents)
    measures: MemoryMeasures = field(default_factory=MemoryMeasures)
    models: MemoryModels = field(default_factory=MemoryModels)
    said: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    async def say(self, text: str) -> None:
        self.said.append(text)


def file_ref(name: str, data: bytes = b"data", media_type: str = "application/octet-stream") -> FileRef:
    digest = hashlib.sha256(data).hexdigest()
    return FileRef(file_id=f"{name}-{digest[:8]}", name=name, media_type=media_type, size=len(data), sha256=digest)


async def run(
    node_type: type[NodeType], config: Mapping[str, Any], context: MemoryContext | None = None
) -> Result | PersonNeeded | Waiting | WorkflowCalled:
    """Run the type once with resolved settings."""
    return await node_type().run(context or MemoryContext(), node_type.Config.model_validate(config))


async def result_of(
    node_type: type[NodeType], config: Mapping[str, Any], context: MemoryContext | None = None
) -> Result:
    result = await run(node_type, config, context)
    assert isinstance(result, Result)
    return result


async def resume(
    node_type: type[NodeType],
    config: Mapping[str, Any],
    waited: Result | PersonNeeded | Waiting | WorkflowCalled,
    answer: Mapping[str, Any],
    context: MemoryContext | None = None,
) -> Result | PersonNeeded | Waiting | WorkflowCalled:
    """Let the type go on after it waited, with its state as it comes out of the database."""
    assert isinstance(waited, PersonNeeded | WorkflowCalled)
    state = json.loads(json.dumps(waited.state))
    return await node_type().resume(
        context or MemoryContext(), node_type.Config.model_validate(config), state, dict(answer)
    )
