from __future__ import annotations

from tests.integration.governance.people import browser_of, other_workspace, person, workspace

__all__ = ["browser_of", "other_workspace", "person", "workspace"]
