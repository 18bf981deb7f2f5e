from __future__ import annotations

import logging
import sys

from orchestrator.governance.log_lines import LogLine


def test_what_somebody_sent_neither_ends_a_line_nor_steers_a_terminal() -> None:
    record = logging.LogRecord("web", logging.INFO, "x.py", 1, "GET %s", ("/a\r\nERROR all is lost\x1b[31m",), None)
    assert LogLine("%(levelname)s %(message)s").format(record) == r"INFO GET /a\r\nERROR all is lost\x1b[31m"


def test_a_trace_keeps_its_lines() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("web", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    assert LogLine("%(message)s").format(record).endswith("ValueError: two\nlines")
