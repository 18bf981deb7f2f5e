"""What holds for every test with a database."""

from __future__ import annotations

import pytest

from tests.integration.trail_guards import ASLEEP, wake


@pytest.fixture(autouse=True)
def guarded(request: pytest.FixtureRequest) -> None:
    """After a test that emptied every table the trail is guarded as ever."""
    if ASLEEP:
        with request.getfixturevalue("django_db_blocker").unblock():
            wake()
