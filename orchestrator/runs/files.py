"""Stored files as steps meet them: what goes wrong with one is an error of the step, and of no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.artifacts.errors import ArtifactError, StoreUnavailable
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed


@contextmanager
def step_errors(*, before_effect: bool = False) -> Iterator[None]:
    """Raises StepFailed for ArtifactError. `before_effect`: the step has certainly not touched the world yet."""
    kind = NotSent if before_effect else StepFailed
    try:
        yield
    except StoreUnavailable as error:
        hint = "It is tried again if the step may be. Else look whether the store is up and not full, and run it again."
        raise kind(ErrorCategory.UNAVAILABLE, error.code, error.detail, hint=hint) from error
    except ArtifactError as error:
        raise kind(ErrorCategory.INPUT, "no_file", str(error)) from error
