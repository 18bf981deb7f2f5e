"""What a node type is, and the only world it sees.

A node type is one file with one `NodeType` subclass: a pydantic `Config` that describes *resolved* settings,
a pydantic `Output`, ports, effect class, queue, and `run`. It reaches the outside through `NodeContext` only,
so it is tested without patching. It fails by raising `StepFailed`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import OUT, Effect, NodeKind, Port
from orchestrator.nodes.learning import Models
from orchestrator.nodes.measuring import Measures


class Settings(BaseModel):
    """Base of every node's `Config`."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=False, coerce_numbers_to_str=True)


def setting(
    default: Any = ...,
    *,
    title: str,
    description: str = "",
    widget: str = "text",
    level: int | None = None,
    literal: bool = False,
    examples: list[Any] | None = None,
    hints: Mapping[str, Any] | None = None,
    **limits: Any,
) -> Any:
    """A field of a `Config` with what the editor needs to draw it.

    `level` is 1 (shown first), 2 (under "More options") or 3 (formula); without it required settings are 1, others 2.
    `literal` settings cannot be formulas, because the graph is checked or drawn by them.
    `hints` are further `x-` keywords, `limits` pydantic's (`ge`, `min_length`, `alias` ...).
    """
    extra = {"x-widget": widget, "x-level": level or (1 if default is ... else 2), **(hints or {})}
    if literal:
        extra["x-literal"] = True
    return Field(
        default, title=title, description=description or None, examples=examples, json_schema_extra=extra, **limits
    )


class FileRef(BaseModel):
    """A stored file as it travels in values: never its bytes."""

    file_id: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a step gives: its output, the port taken, and facts worth keeping beside it."""

    output: Any
    port: str = "out"
    facts: dict[str, Any] = field(default_factory=dict)
    """Shown on the step and kept in the trail, e.g. `{"asset": "document-type", "version": 1, "confidence": 0.9}`."""


@dataclass(frozen=True, kw_only=True)
class PersonNeeded:
    """Returned instead of a `Result`: the run waits until a person decides, or fills in a form."""

    title: str
    instructions: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    """`[{"label": str, "value": any JSON}]`, what the person sees."""
    document: dict[str, Any] | None = None
    """A FileRef as JSON."""
    roles: tuple[str, ...] = ("approver",)
    comment_required_on_reject: bool = True
    approvals: int = 1
    """So many different people have to approve."""
    due_at: datetime | None = None
    remind_at: datetime | None = None
    fields: list[dict[str, Any]] | None = None
    """Of a form: its questions. None: the person approves or rejects."""
    values: dict[str, Any] = field(default_factory=dict)
    """What stands in the form already, by question."""
    state: dict[str, Any] | None = None
    """JSON. With it the answer is not the step's result: the step goes on by `resume`."""


@dataclass(frozen=True, kw_only=True)
class WorkflowCalled:
    """Returned instead of a `Result`: the run waits until this other workflow has run."""

    workflow: str
    """Its id."""
    input: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] | None = None
    """JSON. With it the other's output is not the step's result: the step goes on by `resume`."""
    by_agent: bool = False
    """An agent wants it: such calls may stand only so deep one above the other."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Returned instead of a `Result`: the run waits for a time, or for something from outside.

    When `until` comes, a delay goes on through `out`; a call or a message is then too late, and the step goes on
    through `late`, or fails where no line leads from there.
    """

    kind: Literal["delay", "call", "message"]
    until: datetime
    """With a time zone."""
    name: str = ""
    """Of the message."""
    correlation: str = ""
    """What the message is about: only one with the same text is taken."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an asset answered, and which version of it."""

    value: dict[str, Any]
    asset: str
    version: int
    version_id: str
    milliseconds: float
    confidence: float | None = None
    sample: bool = False
    record: dict[str, Any] | None = None
    """What is kept of the call, see `assets/records.py`."""
    instead_of: tuple[tuple[str, str], ...] = ()
    """(Reference, code of its failure) of what was asked before, where another asset had to stand in."""
    reported: str = ""
    """The model that answered, in the words of a provider elsewhere; empty where it does not say."""


@dataclass(frozen=True, kw_only=True)
class HttpReply:
    status: int
    headers: dict[str, str]
    body: bytes
    url: str


class Http(Protocol):
    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
        credential: str | None = None,
    ) -> HttpReply: ...


class Assets(Protocol):
    async def call(self, name: str, task: str, payload: dict[str, Any], *, on_text: OnText | None = None) -> Answer:
        """`name` may name an alias too: `name@alias`. Tasks, payloads and values: see `assets/calls.py`.

        `on_text` is told each piece of the text of a chat as it comes.
        """


@dataclass(frozen=True, kw_only=True)
class ToolAnswer:
    """What a tool gave, and which version of it."""

    value: Any
    asset: str
    version: int
    version_id: str
    milliseconds: float
    note: str = ""
    """Something odd about it, e.g. that it does not fit the tool's own description."""


@dataclass(frozen=True, kw_only=True)
class PendingCall:
    """A call of a tool that has to wait: for a person who looks at it, or for a workflow."""

    id: str
    kind: Literal["approval", "workflow"]
    tool: str
    arguments: dict[str, Any]
    sha256: str
    """Of the tool and the exact arguments: what is decided on is what is done."""
    workflow: str = ""
    """Of a workflow: its id."""
    pins: dict[str, list[str]] = field(default_factory=dict)
    """The version of the tool that is meant, as `assets.pins` writes it: another one was not decided on."""


@dataclass(frozen=True, kw_only=True)
class CallDecision:
    """What a person decided about a pending call."""

    approved: bool
    sha256: str
    comment: str = ""
    pins: dict[str, list[str]] = field(default_factory=dict)
    """Of the pending call."""


@dataclass(frozen=True, kw_only=True)
class CallEnded:
    """How the workflow of a pending call ended: with a value, or with an error in words."""

    value: Any = None
    error: str = ""


class Tools(Protocol):
    async def call(
        self, name: str, arguments: dict[str, Any], *, decision: CallDecision | None = None
    ) -> ToolAnswer | PendingCall:
        """Keyed by the step's idempotency key. Without a `decision`, a tool that needs one gives a PendingCall.

        Raises `StepFailed`: input (arguments_invalid), rejected (tool_refused, approval_void), and what the tool's own
        world raises.
        """


@dataclass(frozen=True, kw_only=True)
class AgentFinished:
    output: Any
    """A text, or what the agent's output schema describes."""
    used: dict[str, Any]
    """{steps, prompt_tokens, completion_tokens, cost: decimal text, seconds, tool_calls, ...}"""
    memory: list[dict[str, str]] = field(default_factory=list)
    """The conversation so far: [{role: user | assistant, content}], to be given to the next turn."""


@dataclass(frozen=True, kw_only=True)
class AgentParked:
    state: dict[str, Any]
    """JSON: everything that is needed to go on, also in another process."""
    pending: list[PendingCall]
    used: dict[str, Any]


AgentTurn = AgentFinished | AgentParked


class Agents(Protocol):
    async def run(self, name: str, question: str, *, memory: Sequence[Mapping[str, str]] = ()) -> AgentTurn:
        """Raises `StepFailed`: rejected (agent_budget, agent_answer_invalid), and what models and tools raise."""

    async def resume(
        self, name: str, state: Mapping[str, Any], answers: Mapping[str, CallDecision | CallEnded]
    ) -> AgentTurn:
        """`answers` by the id of the pending call, one for each."""


class Files(Protocol):
    async def read(self, file_id: str) -> bytes: ...

    async def save(self, name: str, media_type: str, data: bytes) -> FileRef: ...


class Mail(Protocol):
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
        """Keyed by the step's idempotency key. Gives `{"message_id": str, "delivery": "smtp" | "outbox"}`.

        `outbox_only`: it stays in the outbox, also where there is a mail server.
        """


class Messages(Protocol):
    async def send(self, *, name: str, correlation: str, body: Any, keep: timedelta) -> dict[str, Any]:
        """Keyed by the step's idempotency key. Gives `{"message": id, "outcome": "delivered" | "started" | "kept"}`."""


OnText = Callable[[str], Awaitable[None]]


class NodeContext(Protocol):
    """The world of one attempt of one step."""

    run_id: str
    step_key: str
    attempt: int
    idempotency_key: str
    http: Http
    assets: Assets
    files: Files
    mail: Mail
    messages: Messages
    tools: Tools
    agents: Agents
    measures: Measures
    models: Models

    def now(self) -> datetime: ...

    async def say(self, text: str) -> None:
        """Text that is shown at the step while it comes into being. Not kept: the step's output is."""


class NodeType:
    """Base of node types. Class attributes are the whole declaration."""

    key: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    description: ClassVar[str]
    category: ClassVar[str]
    """Start | Documents | AI | Decide | Data | People | Send | Try out"""
    icon: ClassVar[str]
    """Name of a Tabler icon without the prefix, e.g. `file-text`."""
    kind: ClassVar[NodeKind] = NodeKind.STEP
    ports: ClassVar[tuple[Port, ...]] = (OUT,)
    effect: ClassVar[Effect]
    queue: ClassVar[str] = "engine"
    light: ClassVar[bool] = False
    """Its `run` never waits for anything. Where it is pure too, the engine runs it at once, without a time limit."""
    ends_run: ClassVar[bool] = False
    """Once a step of this type is done, the whole run is."""
    Config: ClassVar[type[Settings]]
    Output: ClassVar[type[BaseModel] | None] = None

    @classmethod
    def ports_of(cls, config: Mapping[str, Any]) -> tuple[Port, ...]:
        """Output ports for these (unresolved) settings."""
        return cls.ports

    @classmethod
    def effect_of(cls, config: Mapping[str, Any]) -> Effect:
        return cls.effect

    @classmethod
    def cancels_of(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys of the steps that a step with these (unresolved) settings cancels once it is done."""
        return ()

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        """What is wrong between settings, beyond what the schema of each says. `config` is unresolved."""
        return []

    async def run(self, ctx: NodeContext, config: Any) -> Result | PersonNeeded | Waiting | WorkflowCalled:
        raise StepWithoutRun(self.key)

    async def resume(
        self, ctx: NodeContext, config: Any, state: dict[str, Any], answer: dict[str, Any]
    ) -> Result | PersonNeeded | Waiting | WorkflowCalled:
        """Goes on after a wait that was begun with a `state`.

        `answer`: of a person {decision: approved | rejected, comment, decided_by, decided_at}; of a workflow
        {output: any JSON} or {error: in words}.
        """
        raise StepWithoutRun(self.key)


class StartType(NodeType):
    """Base of starts: what they take from outside becomes the start step's output and the name `trigger`."""

    kind = NodeKind.START
    effect = Effect.PURE

    def accept(self, config: Any, payload: dict[str, Any]) -> dict[str, Any]:
        """Check and shape what came in; raises `StepFailed` (input) with one sentence a person understands."""
        raise StepWithoutRun(self.key)


class StepWithoutRun(TypeError):
    """A container or start is driven by the engine; its `run` is never called."""
