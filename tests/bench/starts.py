"""Starts runs at a steady rate from a process of its own, whether or not the product keeps up.

Reads one JSON line: {port, path, headers, body, a_second, seconds}. Says one JSON line: {"ids", "refused", "took_s"}.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from typing import Any

LINES = 16


class Starter:
    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted = wanted
        self._began = time.perf_counter()
        self.ids: list[str] = []
        self.refused: list[str] = []

    def start(self, first: int) -> None:
        """Every sixteenth of all starts, each at its time."""
        line = http.client.HTTPConnection("127.0.0.1", self._wanted["port"])
        for place in range(first, round(self._wanted["a_second"] * self._wanted["seconds"]), LINES):
            time.sleep(max(0.0, self._began + place / self._wanted["a_second"] - time.perf_counter()))
            line.request("POST", self._wanted["path"], body=self._wanted["body"], headers=self._wanted["headers"])
            answer = line.getresponse()
            said = answer.read()
            if answer.status == http.HTTPStatus.ACCEPTED:
                self.ids.append(json.loads(said)["id"])
            else:
                self.refused.append(f"{answer.status} {said[:200]!r}")

    def start_all(self) -> dict[str, Any]:
        threads = [threading.Thread(target=self.start, args=[first]) for first in range(LINES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"ids": self.ids, "refused": self.refused, "took_s": time.perf_counter() - self._began}


if __name__ == "__main__":
    print(json.dumps(Starter(json.loads(sys.stdin.readline())).start_all()), flush=True)
