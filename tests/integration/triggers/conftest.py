from __future__ import annotations

from tests.integration.builder.conftest import maria, stranger, viewer, workflow, workspace

__all__ = ["maria", "stranger", "viewer", "workflow", "workspace"]
