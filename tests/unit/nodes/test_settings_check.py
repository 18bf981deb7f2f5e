from __future__ import annotations

import pytest

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.approval import Approval
from orchestrator.nodes.send_mail import SendMail
from orchestrator.nodes.settings_check import read_settings


def test_resolved_values_become_the_settings_of_the_step() -> None:
    settings = read_settings(SendMail(), {"to": ["a@example.com"], "subject": 12, "body": "x"})
    assert isinstance(settings, SendMail.Config)
    assert (settings.to, settings.subject) == ("a@example.com", "12")


def test_every_value_that_does_not_fit_is_named_with_its_setting() -> None:
    with pytest.raises(StepFailed) as failed:
        read_settings(Approval(), {"title": None, "due_hours": "soon"})
    error = failed.value.error
    assert error.category is ErrorCategory.INPUT
    assert error.message == "Time to decide must be a number. Title is empty."
    assert error.details == {"fields": ["config.due_hours", "config.title"]}
