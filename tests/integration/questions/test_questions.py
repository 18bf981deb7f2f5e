"""Every question that auditors ask stands on their page, and a test asks it."""

from __future__ import annotations

import json
import re
from pathlib import Path

TESTS = Path(__file__).parent
SOURCES = Path(__file__).parents[3] / "frontend/src"
QUESTIONS = {f"Q{number:02}" for number in range(1, 35)}


def test_each_question_is_asked_by_a_test() -> None:
    texts = " ".join(file.read_text() for file in TESTS.glob("test_*.py"))
    names = " ".join(re.findall(r"^def (test_\w+)\(", texts, re.MULTILINE))
    assert {found.upper() for found in re.findall(r"q\d\d(?=_)", names)} == QUESTIONS


def test_each_question_stands_once_on_the_page_with_its_words() -> None:
    listed = re.findall(r"id: '(Q\d\d)'", (SOURCES / "features/governance/audit/questions.ts").read_text())
    assert sorted(listed) == sorted(QUESTIONS)
    for language in ("en", "de"):
        words = json.loads((SOURCES / f"app/messages/{language}/reports.json").read_text())
        assert all(words[question]["ask"] and words[question]["how"] for question in QUESTIONS)


def test_each_report_has_the_same_columns_here_and_there() -> None:
    from orchestrator.operations.reports import REPORTS

    source = (SOURCES / "features/governance/audit/reports.ts").read_text()
    shown = dict(re.findall(r"^  (\w+): \[(.*?)^  \],", source, re.MULTILINE | re.DOTALL))
    assert set(shown) == set(REPORTS)
    for name, report in REPORTS.items():
        assert set(re.findall(r"key: '(\w+)'", shown[name])) <= set(report.columns), name
