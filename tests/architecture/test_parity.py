from __future__ import annotations

from tests.browser.parity import TABLE, table


def test_the_table_of_behaviours_is_fresh() -> None:
    assert TABLE.read_text() == table(), "The numbers of tests have changed. Run: make parity"
