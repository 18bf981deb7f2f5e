"""What is printed and kept: our figure, another one beside it, their ratio, the goal, and how busy the machine was."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Unit = Literal["s", "/s", "MB"]


def say(line: str = "") -> None:
    print(line, flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def shown(value: float, unit: Unit) -> str:
    if unit == "s":
        return f"{value:,.2f} s" if value >= 1 else f"{value * 1000:,.1f} ms"
    return f"{value:,.0f}{unit}" if unit == "/s" else f"{value:,.0f} {unit}"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Another figure in the unit of ours, and the ratio said in words."""

    name: str
    figure: float
    ratio: float
    words: str


def faster(name: str, theirs: float, ours: float) -> Beside:
    """Of durations: how many times as fast ours is."""
    return Beside(name=name, figure=theirs, ratio=theirs / ours, words="times as fast")


def longer(name: str, theirs: float, ours: float) -> Beside:
    """Of durations: how many times as long ours takes, beside a floor or an ideal."""
    return Beside(name=name, figure=theirs, ratio=ours / theirs, words="times as long")


def more(name: str, theirs: float, ours: float) -> Beside:
    """Of rates and amounts: how many times as much ours is."""
    return Beside(name=name, figure=theirs, ratio=ours / theirs, words="times as much")


class Report:
    """Lines of one run of the bench. Nothing is judged: a goal is printed beside the figure."""

    def __init__(self) -> None:
        self.figures: dict[str, Any] = {}
        """Raw figures by section, as measured."""
        self._lines: list[dict[str, Any]] = []

    def tell(self, section: str, what: str, ours: float, unit: Unit, *beside: Beside, goal: str = "") -> None:
        """A line for each figure beside ours; one without any if there is nothing to put there."""
        load = os.getloadavg()[0]
        for each in beside or (None,):
            text = f"{section:<8} {what:<44} {shown(ours, unit):>12}"
            line: dict[str, Any] = {"section": section, "what": what, "ours": ours, "unit": unit}
            if each is not None:
                text += f"   {each.name} {shown(each.figure, unit)} = {each.ratio:.2f} {each.words}"
                line |= {"beside": each.name, "figure": each.figure, "ratio": each.ratio, "words": each.words}
            say(f"{text}{f'   goal {goal}' if goal else ''}   (load {load:.1f})")
            self._lines.append({**line, "goal": goal or None, "load": load})

    def times(self, section: str, what: str, ours: list[float], theirs: dict[str, list[float]], goal: str = "") -> None:
        """Medians of durations that were measured in turn."""
        median = statistics.median(ours)
        others = {name: statistics.median(values) for name, values in theirs.items()}
        self.figures.setdefault(section, {})[what] = {"tutti_s": ours, **{f"{key}_s": theirs[key] for key in theirs}}
        self.tell(
            section, what, median, "s", *(faster(name, other, median) for name, other in others.items()), goal=goal
        )

    def keep(self, path: Path) -> None:
        """Sections that were not measured this time keep the figures of the last time."""
        before = json.loads(path.read_text()) if path.exists() else {}
        kept = [line for line in before.get("lines", []) if line["section"] not in self._measured()]
        figures = {**before.get("figures", {}), **self.figures}
        path.parent.mkdir(parents=True, exist_ok=True)
        written = {"at": datetime.now(UTC).isoformat(), "lines": [*kept, *self._lines], "figures": figures}
        path.write_text(json.dumps(written, indent=1))

    def _measured(self) -> set[str]:
        return {line["section"] for line in self._lines}
