from __future__ import annotations

from tests.integration.governance.people import browser_of, other_workspace, person, workspace
from tests.integration.governance.tampering import as_owner, long_ago, outside

__all__ = ["as_owner", "browser_of", "long_ago", "other_workspace", "outside", "person", "workspace"]
