"""What an evaluation says, as JSON: kept on versions, shown on a page, compared and gated."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Case(Shape):
    """Something with a known answer."""

    id: str
    expected: dict[str, Any]
    """classify {label} · extract {field: value} · rank {relevant: [id]} · predict {label} or {value} · detect {unusual}
    · score {outcome: 0|1} · forecast {values: [number]} · chat {text?, contains?, excludes?}."""
    input: dict[str, Any] = {}


class Given(Shape):
    """What was answered to a case. `value` is None where there was no answer; `code` then says why."""

    id: str
    value: dict[str, Any] | None
    code: str = ""
    ms: float | None = None
    cost: float | None = None
    """In the workspace's currency."""
    grades: dict[str, float] = {}
    """Of prose, by criterion of a rubric, 0 to 1: given to this answer by a person or a judging model."""


class ClassFigures(Shape):
    label: str
    precision: float
    recall: float
    f1: float
    cases: int
    given: int
    """How often the label was answered."""


class Confusion(Shape):
    labels: list[str]
    counts: list[list[int]]
    """A row per label expected, a column per label answered."""


class Confused(Shape):
    expected: str
    given: str
    cases: int


class Bin(Shape):
    confidence: float
    right: float
    cases: int


class Calibration(Shape):
    error: float
    """Expected calibration error: mean distance of confidence and share of right answers, weighted by cases."""
    bins: list[Bin]


class Worst(Shape):
    id: str
    expected: JsonValue
    given: JsonValue
    score: float
    confidence: float | None = None
    why: str = ""


class Report(Shape):
    task: str
    main: str
    """The name of the figure by which versions are compared."""
    cases: int
    answered: int
    figures: dict[str, float]
    """By name; shares are 0 to 1."""
    classes: list[ClassFigures] = []
    confusion: Confusion | None = None
    confused: list[Confused] = []
    calibration: Calibration | None = None
    worst: list[Worst] = []
    errors: dict[str, int] = {}
    """Cases without an answer, by code."""
    ms_p50: float | None = None
    ms_p95: float | None = None
    cost: float | None = None
    outcomes: dict[str, float] = {}
    """By case: how good its answer was, more is better; what `compare` pairs."""


LOWER_IS_BETTER = frozenset(
    {"mae", "rmse", "smape", "mase", "calibration_error", "error_rate", "ms_p50", "ms_p95", "cost"}
)
MOST_CASES = 20_000
MOST_WORST = 25
MOST_CONFUSED = 50
MOST_MATRIX = 200
"""Labels up to which the whole confusion matrix is kept."""
